/** Whether the server and its database answer, which versions run, and what waits. */
import { mergeClasses } from '@fluentui/react-components'
import { control, type RequestPlan } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { useSession } from '../../data/session.ts'
import { serverNow } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { CheckmarkCircleRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { useSectionStyles } from '../parts.ts'
import { SettingSource } from './SettingSource.tsx'

interface Health {
  readonly status: string
  readonly store: string
  readonly uptimeSeconds: number
}

interface Dues {
  readonly due: readonly { readonly kind: string; readonly dueDateTime: string; readonly displayName?: string }[]
}

const often = { refetchInterval: 10_000 }

function probe<Answer>(path: string): RequestPlan<Answer> {
  return { method: 'GET', path, needsToken: false }
}

function Waiting() {
  const { data } = useRead('due', ['admin'], control<Dues>('GET', '/clock/due', { query: { top: 1000 } }))
  if (data === undefined) return null
  const [next] = data.due
  return (
    <>
      <dt>{t('admin.health.waiting')}</dt>
      <dd>
        {t('admin.health.entries', { n: data.due.length })}
        {next !== undefined && (
          <>
            {' · '}
            {t('admin.health.next')} <code>{next.kind}</code> {next.displayName} <TimeText at={next.dueDateTime} />
          </>
        )}
      </dd>
    </>
  )
}

export function HealthSection() {
  const styles = useSectionStyles()
  const shared = useShared()
  const { info } = useSession()
  const healthPlan = probe<Health>('/health')
  const readyPlan = probe<{ readonly status: string }>('/ready')
  const health = useRead('admin', ['health'], healthPlan, often)
  const ready = useRead('admin', ['ready'], readyPlan, often)
  const row = (label: string, value: string) => (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  )
  return (
    <div className={styles.page}>
      <div className={shared.row}>
        <h2 className={mergeClasses(shared.paneTitle, shared.grow)}>{t('admin.section.health')}</h2>
        <RequestPreview plans={() => [healthPlan, readyPlan]} />
      </div>
      <Loaded read={ready} lines={1}>
        {({ status }) => (
          <div className={mergeClasses(shared.row, styles.good)}>
            <CheckmarkCircleRegular />
            <span>{t('admin.health.ready', { status })}</span>
          </div>
        )}
      </Loaded>
      <Loaded read={health}>
        {({ status, store, uptimeSeconds }) => (
          <dl className={styles.facts}>
            {row(t('admin.health.status'), status)}
            <dt>{t('admin.health.database')}</dt>
            <dd>
              {t(
                store === 'postgres'
                  ? 'admin.health.store.postgres'
                  : store === 'memory'
                    ? 'admin.health.store.memory'
                    : 'admin.health.store.sqlite',
              )}
              <SettingSource
                name={store === 'postgres' ? 'databaseUrl' : store === 'memory' ? 'inMemory' : 'location'}
              />
            </dd>
            <dt>{t('admin.health.since')}</dt>
            <dd>
              <TimeText at={new Date(serverNow().getTime() - uptimeSeconds * 1000).toISOString()} />
            </dd>
            {row(t('admin.health.version'), info.version)}
            <dt>{t('admin.health.mode')}</dt>
            <dd>
              {t(info.mode === 'registry' ? 'admin.health.registry' : 'admin.health.standIn')}
              <SettingSource name="registry" />
            </dd>
            <dt>{t('admin.health.auth')}</dt>
            <dd>
              <code>{info.auth}</code>
              <SettingSource name="auth" />
            </dd>
            <dt>{t('admin.health.strict')}</dt>
            <dd>
              {t(info.strict ? 'admin.setting.yes' : 'admin.setting.no')}
              <SettingSource name="strict" />
            </dd>
            {row(t('admin.health.signIn'), t(info.signIn ? 'admin.setting.yes' : 'admin.setting.no'))}
            {info.mode === 'stand-in' && <Waiting />}
          </dl>
        )}
      </Loaded>
    </div>
  )
}
