/** Worlds, snapshots and seeds: the states that a stand-in can be in (P17). */
import { makeStyles, tokens } from '@fluentui/react-components'
import { useFeature } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { RequestPreview } from '../kit/RequestPreview.tsx'
import { useShared } from '../kit/styles.ts'
import { resetPlan, snapshotsPlan, worldsPlan } from '../shell/worlds/api.ts'
import { Seeds } from './worlds/Seeds.tsx'
import { Snapshots } from './worlds/Snapshots.tsx'
import { WorldList } from './worlds/WorldList.tsx'

const useStyles = makeStyles({
  sections: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXXL },
})

export default function WorldsPage() {
  const styles = useStyles()
  const shared = useShared()
  const hasSnapshots = useFeature('snapshots')
  const hasSeeds = useFeature('seed')
  return (
    <PageFrame
      title={t('nav.worlds')}
      tools={<RequestPreview plans={() => [worldsPlan, snapshotsPlan, resetPlan()]} />}
    >
      <div className={styles.sections}>
        <section className={shared.column} aria-label={t('worlds.title')}>
          <div className={shared.soft}>{t('worlds.text')}</div>
          <WorldList />
        </section>
        {hasSnapshots && (
          <section className={shared.column} aria-labelledby="snapshots">
            <h2 id="snapshots" className={shared.paneTitle}>
              {t('snapshots.title')}
            </h2>
            <div className={shared.soft}>{t('snapshots.text')}</div>
            <Snapshots />
          </section>
        )}
        {hasSeeds && (
          <section className={shared.column} aria-labelledby="seeds">
            <h2 id="seeds" className={shared.paneTitle}>
              {t('seeds.title')}
            </h2>
            <div className={shared.soft}>{t('seeds.text')}</div>
            <Seeds />
          </section>
        )}
      </div>
    </PageFrame>
  )
}
