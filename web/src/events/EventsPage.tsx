/** Events that leave the house: who is told of them, and what became of each. */
import { Tab, TabList } from '@fluentui/react-components'
import { useFeature } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { Empty } from '../kit/Empty.tsx'
import { PageFrame } from '../kit/PageFrame.tsx'
import { useView } from '../kit/view.ts'
import { DeliveriesTab } from './deliveries/DeliveriesTab.tsx'
import { useEventStyles } from './styles.ts'
import { TargetsTab } from './targets/TargetsTab.tsx'
import { useLive } from './useLive.ts'

function Tabs() {
  const styles = useEventStyles()
  const { view, push } = useView()
  useLive()
  const tab = view['tab'] === 'deliveries' ? 'deliveries' : 'targets'
  return (
    <div className={styles.root}>
      <div className={styles.tabs} data-scrolls>
        <TabList
          aria-label={t('events.tabs')}
          selectedValue={tab}
          onTabSelect={(_, { value }) => push({ tab: value === 'targets' ? undefined : 'deliveries' })}
        >
          <Tab value="targets">{t('events.targets')}</Tab>
          <Tab value="deliveries">{t('events.deliveries')}</Tab>
        </TabList>
      </div>
      <div className={styles.body}>{tab === 'targets' ? <TargetsTab /> : <DeliveriesTab />}</div>
    </div>
  )
}

export default function EventsPage() {
  const isThere = useFeature('deliveries')
  return (
    <PageFrame title={t('events.title')} isFull>
      {isThere ? <Tabs /> : <Empty text={t('events.notHere')} />}
    </PageFrame>
  )
}
