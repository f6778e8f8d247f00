/** The permissions that a request needs, those of the token, and who else has a token that is enough. */
import { Button, MessageBar, MessageBarBody, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { control } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { type Acting, type Caller, useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { CheckmarkCircleRegular, ErrorCircleRegular } from '../kit/icons.ts'
import { Loaded } from '../kit/Loaded.tsx'
import { useShared } from '../kit/styles.ts'
import { actingOf, applications, useTenants } from '../shell/ActingAs.tsx'
import { useDocument } from './document.ts'
import type { Draft } from './draft.ts'
import { isPermitted, operationOf, permissionsOf } from './paths.ts'

const useStyles = makeStyles({
  list: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  held: { color: tokens.colorStatusSuccessForeground1 },
  lacking: { color: tokens.colorStatusDangerForeground3 },
})

interface PermissionsProps {
  readonly draft: Draft
  readonly acting: Acting | undefined
  readonly onActing: (acting: Acting) => void
}

type Wanted = readonly (readonly string[])[]

interface Held {
  readonly permissions: readonly string[]
}

function useHeld(acting: Acting | undefined) {
  return useRead('me', ['explorer'], control<Held>('GET', '/me', { token: true }), {
    ...(acting === undefined ? {} : { acting }),
  })
}

interface OtherProps extends Pick<PermissionsProps, 'onActing'> {
  readonly other: Acting
  readonly name: string
  readonly wanted: Wanted
}

function Other({ other, name, wanted, onActing }: OtherProps) {
  const styles = useStyles()
  const shared = useShared()
  const { data } = useHeld(other)
  if (data === undefined) return null
  const isEnough = isPermitted(wanted, data.permissions)
  return (
    <li className={shared.row}>
      <span className={isEnough ? styles.held : styles.lacking}>
        {isEnough ? <CheckmarkCircleRegular /> : <ErrorCircleRegular />}
      </span>
      <span>
        {name}{' '}
        <span className={shared.soft}>
          {t(isEnough ? 'explorer.permissions.elseEnough' : 'explorer.permissions.elseLacking')}
        </span>
      </span>
      <Button size="small" onClick={() => onActing(other)}>
        {t('explorer.permissions.askAs', { name: other.caller.name })}
      </Button>
    </li>
  )
}

/** In a stand-in: its applications, and the people of the tenant, whose tokens are all of one client. */
function WhoElse({ acting, onActing, wanted }: Pick<PermissionsProps, 'acting' | 'onActing'> & { wanted: Wanted }) {
  const styles = useStyles()
  const { data } = useTenants()
  const tenant = data?.value.find(({ id }) => id === acting?.tenant.id)
  if (acting === undefined || tenant === undefined) return null
  const [person] = acting.caller.kind === 'user' ? [] : tenant.administrators
  const people =
    person === undefined ? [] : [{ kind: 'user' as const, id: person.userPrincipalName, name: person.displayName }]
  const apps = applications.map(({ id, name }): Caller => ({ kind: 'app', id, name }))
  const others = [...people, ...apps].filter(({ id }) => id !== acting.caller.id)
  return (
    <section aria-labelledby="who-else">
      <h3 id="who-else" className={styles.title}>
        {t('explorer.permissions.else')}
      </h3>
      <ul className={styles.list}>
        {others.map((caller) => (
          <Other
            key={caller.id}
            other={actingOf(tenant, caller)}
            name={
              caller.kind === 'app'
                ? caller.name
                : t('explorer.permissions.people', { tenant: tenant.displayName, name: caller.name })
            }
            wanted={wanted}
            onActing={onActing}
          />
        ))}
      </ul>
    </section>
  )
}

export function Permissions({ draft, acting, onActing }: PermissionsProps) {
  const { info } = useSession()
  const styles = useStyles()
  const shared = useShared()
  const document = useDocument(draft.version)
  const held = useHeld(acting)
  return (
    <Loaded read={document}>
      {(found) => {
        const operation = operationOf(found, draft.method, draft.path)
        if (operation === undefined) return <div className={shared.soft}>{t('explorer.permissions.unknown')}</div>
        const wanted = permissionsOf(operation).filter((set) => set.length > 0)
        if (wanted.length === 0) return <div className={shared.soft}>{t('explorer.permissions.none')}</div>
        const names = held.data?.permissions ?? []
        return (
          <>
            <div>{operation.summary}</div>
            <MessageBar intent={isPermitted(wanted, names) ? 'success' : 'warning'} layout="multiline">
              <MessageBarBody>
                {t(isPermitted(wanted, names) ? 'explorer.permissions.enough' : 'explorer.permissions.lacking')}
              </MessageBarBody>
            </MessageBar>
            <div className={shared.soft}>{t('explorer.permissions.oneOf')}</div>
            <ul className={styles.list}>
              {wanted.map((set) => {
                const has = set.every((name) => names.includes(name))
                return (
                  <li key={set.join(' ')} className={mergeClasses(shared.row, has ? styles.held : styles.lacking)}>
                    {has ? <CheckmarkCircleRegular /> : <ErrorCircleRegular />}
                    <span className={shared.mono}>{set.join(' + ')}</span>
                    <span>{t(has ? 'explorer.permissions.held' : 'explorer.permissions.notHeld')}</span>
                  </li>
                )
              })}
            </ul>
            <div className={mergeClasses(shared.soft, shared.small)}>{t('explorer.permissions.roles')}</div>
            {info.mode === 'stand-in' && <WhoElse acting={acting} onActing={onActing} wanted={wanted} />}
          </>
        )
      }}
    </Loaded>
  )
}
