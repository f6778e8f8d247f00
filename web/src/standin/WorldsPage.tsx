/** Worlds, snapshots and seeds: the states that a stand-in can be in (P17). */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useAction } from '../data/action.ts'
import { useFeature, useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { useCommands } from '../kit/commands.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Problem } from '../kit/Problem.tsx'
import { RequestPreview } from '../kit/RequestPreview.tsx'
import { useShared } from '../kit/styles.ts'
import { resetWorld } from './worlds/actions.ts'
import { resetPlan, snapshotsPlan, worldsPlan } from './worlds/api.ts'
import { Seeds } from './worlds/Seeds.tsx'
import { Snapshots } from './worlds/Snapshots.tsx'
import { WorldList } from './worlds/WorldList.tsx'

const useStyles = makeStyles({
  sections: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXXL },
})

export default function WorldsPage() {
  const styles = useStyles()
  const shared = useShared()
  const { world } = useSession()
  const hasSnapshots = useFeature('snapshots')
  const hasSeeds = useFeature('seed')
  const { problem, run, clear } = useAction()
  useCommands([
    { id: 'world-reset', words: t('worlds.resetOf', { id: world }), run: () => void resetWorld(run, world) },
  ])
  const section = mergeClasses(shared.column)
  return (
    <PageFrame
      title={t('nav.worlds')}
      tools={<RequestPreview plans={() => [worldsPlan, snapshotsPlan, resetPlan()]} />}
    >
      <div className={styles.sections}>
        {problem !== undefined && <Problem error={problem} onClose={clear} />}
        <section className={section} aria-label={t('worlds.title')}>
          <div className={shared.soft}>{t('worlds.text')}</div>
          <WorldList />
        </section>
        {hasSnapshots && (
          <section className={section} aria-labelledby="snapshots">
            <h2 id="snapshots" className={shared.paneTitle}>
              {t('snapshots.title')}
            </h2>
            <div className={shared.soft}>{t('snapshots.text')}</div>
            <Snapshots />
          </section>
        )}
        {hasSeeds && (
          <section className={section} aria-labelledby="seeds">
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
