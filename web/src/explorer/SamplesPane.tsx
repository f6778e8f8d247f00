/** Samples by task, filled in with objects of this world, and what this tab has sent. */
import { Button, makeStyles, mergeClasses, Tab, TabList, Tooltip, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { Empty } from '../kit/Empty.tsx'
import { useShared } from '../kit/styles.ts'
import { TimeText } from '../kit/TimeText.tsx'
import type { PastRequest } from './history.ts'
import { type Facts, filled, type Request, type Sample, samples, topics } from './samples.ts'

const useStyles = makeStyles({
  root: { padding: tokens.spacingHorizontalS },
  heading: { margin: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalXS}` },
  list: { listStyle: 'none', margin: 0, padding: 0 },
  item: {
    width: '100%',
    justifyContent: 'flex-start',
    textAlign: 'start',
    fontWeight: tokens.fontWeightRegular,
    gap: tokens.spacingHorizontalS,
    minWidth: 0,
  },
  method: { width: '52px', flexShrink: 0, fontSize: tokens.fontSizeBase100, fontWeight: tokens.fontWeightSemibold },
  words: { minWidth: 0, overflowWrap: 'anywhere' },
})

interface SamplesProps {
  readonly facts: Facts
  readonly past: readonly PastRequest[]
  readonly onTake: (request: Request) => void
}

function SampleButton({ sample, facts, onTake }: { sample: Sample } & Pick<SamplesProps, 'facts' | 'onTake'>) {
  const styles = useStyles()
  const request = filled(sample, facts)
  const button = (
    <Button
      className={styles.item}
      appearance="subtle"
      size="small"
      disabledFocusable={request === undefined}
      onClick={() => request !== undefined && onTake(request)}
    >
      <span className={styles.method}>{sample.method}</span>
      <span className={styles.words}>{t(sample.text)}</span>
    </Button>
  )
  if (request !== undefined) return button
  return (
    <Tooltip content={t('explorer.sample.lacking')} relationship="description">
      {button}
    </Tooltip>
  )
}

export function SamplesPane({ facts, past, onTake }: SamplesProps) {
  const styles = useStyles()
  const shared = useShared()
  const { info } = useSession()
  const [tab, setTab] = useState('samples')
  const shown = samples.filter(({ mode }) => mode === undefined || mode === info.mode)
  return (
    <div className={styles.root}>
      <TabList
        size="small"
        aria-label={t('explorer.beginWith')}
        selectedValue={tab}
        onTabSelect={(_, { value }) => setTab(String(value))}
      >
        <Tab value="samples">{t('explorer.samples')}</Tab>
        <Tab value="history">{t('explorer.history')}</Tab>
      </TabList>
      {tab === 'samples' &&
        topics.map((topic) => (
          <section key={topic} aria-label={t(`explorer.topic.${topic}`)}>
            <h2 className={mergeClasses(styles.heading, shared.small, shared.soft)}>{t(`explorer.topic.${topic}`)}</h2>
            <ul className={styles.list}>
              {shown
                .filter((sample) => sample.topic === topic)
                .map((sample) => (
                  <li key={sample.id}>
                    <SampleButton sample={sample} facts={facts} onTake={onTake} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
      {tab === 'history' && past.length === 0 && <Empty text={t('explorer.historyEmpty')} />}
      {tab === 'history' && (
        <ul className={styles.list}>
          {past.map((request) => (
            <li key={request.at}>
              <Button className={styles.item} appearance="subtle" size="small" onClick={() => onTake(request)}>
                <span className={styles.method}>{request.method}</span>
                <span className={styles.words}>
                  {request.path}
                  <span className={mergeClasses(shared.small, shared.soft)}>
                    {' '}
                    {request.status} · <TimeText at={request.at} />
                  </span>
                </span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
