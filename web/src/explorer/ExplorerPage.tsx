/** The explorer: any request to this server, from samples or typed, as anybody; and the reference. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components'
import { lazy, Suspense } from 'react'
import { t, useLanguage } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Skeleton } from '../kit/Skeleton.tsx'
import { useView } from '../kit/view.ts'
import { Runner } from './Runner.tsx'

const Reference = lazy(async () => ({ default: (await import('./Reference.tsx')).Reference }))

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  tabs: {
    flexShrink: 0,
    padding: `0 ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  body: { flexGrow: 1, minHeight: 0, overflow: 'auto' },
})

export default function ExplorerPage() {
  useLanguage()
  const styles = useStyles()
  const { view, push } = useView()
  const isReference = view['tab'] === 'reference'
  return (
    <PageFrame title={t('explorer.title')} isFull>
      <div className={styles.root}>
        <div className={styles.tabs}>
          <TabList
            aria-label={t('explorer.title')}
            selectedValue={isReference ? 'reference' : 'run'}
            onTabSelect={(_, { value }) => push({ tab: value === 'reference' ? 'reference' : undefined })}
          >
            <Tab value="run">{t('explorer.tab.run')}</Tab>
            <Tab value="reference">{t('explorer.tab.reference')}</Tab>
          </TabList>
        </div>
        <div className={styles.body}>
          {isReference ? (
            <Suspense fallback={<Skeleton lines={5} />}>
              <Reference />
            </Suspense>
          ) : (
            <Runner />
          )}
        </div>
      </div>
    </PageFrame>
  )
}
