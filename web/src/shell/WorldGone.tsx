/** In place of a page whose world has ended: it is said, and others are offered. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { control } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { Loaded } from '../kit/Loaded.tsx'
import { PageFrame } from '../kit/PageFrame.tsx'
import { useShared } from '../kit/styles.ts'
import { worldAddress } from './bar/WorldPill.tsx'
import { runWithToast } from './worlds/actions.ts'
import { type World, worldsPlan } from './worlds/api.ts'

const useStyles = makeStyles({
  list: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
  },
})

/** Asked of a world that is there. */
const inDefault = { headers: { 'relata-world': 'default' } }

export function WorldGone() {
  const styles = useStyles()
  const shared = useShared()
  const { world } = useSession()
  const read = useRead('worlds', ['others'], { ...worldsPlan, ...inDefault })
  const again = async (): Promise<void> => {
    const plan = control<World>('POST', '/worlds', { body: { id: world }, ...inDefault })
    if ((await runWithToast(plan)) !== undefined) location.reload()
  }
  return (
    <PageFrame title={t('world.gone', { world })}>
      <div className={shared.column}>
        <div className={shared.soft}>{t('world.goneText')}</div>
        <div>
          <Button appearance="primary" onClick={() => void again()}>
            {t('world.again', { world })}
          </Button>
        </div>
        <h2 className={shared.paneTitle}>{t('world.others')}</h2>
        <Loaded read={read}>
          {({ value }) => (
            <ul className={styles.list}>
              {value.map(({ id }) => (
                <li key={id}>
                  <Button onClick={() => location.assign(worldAddress(id))}>{id}</Button>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </div>
    </PageFrame>
  )
}
