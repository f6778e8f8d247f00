/** The home of a registry: my term groups, relationships that need me, and my last changes, each with what opens it. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useAction } from '../data/action.ts'
import { control, graph } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { useSession } from '../data/session.ts'
import type { Change, Finding, Page, Relationship, TermGroup } from '../data/types.ts'
import { maybeText, t, useLanguage } from '../i18n/t.ts'
import { AppLink } from '../kit/AppLink.tsx'
import { Loaded } from '../kit/Loaded.tsx'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Problem } from '../kit/Problem.tsx'
import { useShared } from '../kit/styles.ts'
import { TimeText } from '../kit/TimeText.tsx'

const useStyles = makeStyles({
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(320px, 100%), 1fr))',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
  },
  list: { listStyle: 'none', margin: 0, padding: 0 },
  item: {
    padding: `${tokens.spacingVerticalS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    overflowWrap: 'anywhere',
    ':first-child': { borderTop: 'none' },
  },
})

interface Me {
  readonly user?: { readonly id: string }
  readonly permissions: readonly string[]
  readonly termStore: {
    readonly isAdministrator: boolean
    readonly groups: readonly { readonly id: string; readonly displayName: string; readonly role: string }[]
  }
  readonly isAdminAgent: boolean
}

const mostShown = 8
/** Of the record of changes, among which those of the person are looked for. */
const lookedAt = 100
const soonMs = 30 * 86_400_000

function holdsAny(me: Me, names: readonly string[]): boolean {
  return names.some((name) => me.permissions.includes(name))
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const shared = useShared()
  return (
    <section className={mergeClasses(shared.card, shared.column)} aria-label={title}>
      <h2 className={shared.paneTitle}>{title}</h2>
      {children}
    </section>
  )
}

function Lacking({ permission }: { readonly permission: string }) {
  const shared = useShared()
  return <div className={shared.soft}>{t('home.lacking', { permission })}</div>
}

/** How many problems a group has. */
function ProblemsOf({ groupId }: { readonly groupId: string }) {
  const { data } = useRead(
    'problems',
    ['home', groupId],
    graph<Page<Finding>>('POST', '/termStore/relata.validate', { body: { group: groupId } }),
  )
  const n = data?.value.filter(({ severity }) => severity !== 'info').length
  if (n === undefined) return null
  return n === 0 ? (
    <span>{t('home.problems', { n })}</span>
  ) : (
    <AppLink to={`/terms/report?group=${groupId}`} inline>
      {t('home.problems', { n })}
    </AppLink>
  )
}

function LastChangeOf({ groupId }: { readonly groupId: string }) {
  const { data } = useRead(
    'history',
    ['home', groupId],
    graph<Page<Change>>('GET', `/termStore/groups/${groupId}/relata.history()`, { query: { $top: 1, branch: 'true' } }),
  )
  const at = data?.value[0]?.changedDateTime
  return at == null ? null : (
    <>
      {' · '}
      {t('home.lastChange')} <TimeText at={at} />
    </>
  )
}

function MyGroups({ me }: { readonly me: Me }) {
  const styles = useStyles()
  const shared = useShared()
  const { isAdministrator, groups } = me.termStore
  const read = useRead(
    'groups',
    ['home'],
    graph<Page<TermGroup>>('GET', '/termStore/groups', { query: { $select: 'id,displayName' } }),
    { enabled: isAdministrator },
  )
  const all = isAdministrator
    ? (read.data?.value ?? []).map(({ id, displayName }) => ({
        id: id ?? '',
        displayName: displayName ?? '',
        role: 'administrator',
      }))
    : groups
  if (read.error !== null) return <Problem error={read.error} onRetry={() => void read.refetch()} />
  if (isAdministrator && read.data === undefined) return null
  if (all.length === 0) return <div className={shared.soft}>{t('home.noGroups')}</div>
  return (
    <ul className={styles.list}>
      {all.slice(0, mostShown).map(({ id, displayName, role }) => (
        <li key={id} className={styles.item}>
          <AppLink to={`/terms/g/${id}`}>{displayName}</AppLink>{' '}
          <span className={shared.soft}>{maybeText(`home.role.${role}`)}</span>
          <div className={mergeClasses(shared.small, shared.soft)}>
            <ProblemsOf groupId={id} />
            <LastChangeOf groupId={id} />
          </div>
        </li>
      ))}
      {all.length > mostShown && (
        <li className={styles.item}>
          <AppLink to="/terms">{t('home.all', { n: all.length })}</AppLink>
        </li>
      )}
    </ul>
  )
}

/** Day by day, so that it is asked once. */
function soon(): string {
  return `${new Date(Date.now() + soonMs).toISOString().slice(0, 10)}T00:00:00Z`
}

function NeedingMe() {
  const styles = useStyles()
  const shared = useShared()
  const filter = [
    "status eq 'approvalPending'",
    `(status eq 'active' and endDateTime le ${soon()})`,
    "accessAssignments/any(a:a/status eq 'error')",
  ].join(' or ')
  const read = useRead(
    'relationships',
    ['home'],
    graph<Page<Relationship>>('GET', '/tenantRelationships/delegatedAdminRelationships', {
      query: { $filter: filter, $select: 'id,displayName,status,endDateTime,customer', $top: 20 },
    }),
  )
  return (
    <Loaded read={read}>
      {({ value }) =>
        value.length === 0 ? (
          <div className={shared.soft}>{t('home.noRelationships')}</div>
        ) : (
          <ul className={styles.list}>
            {value.map(({ id, displayName, status, endDateTime, customer }) => (
              <li key={id} className={styles.item}>
                <AppLink to={`/gdap/relationships/${id}`}>{displayName}</AppLink>
                <div className={mergeClasses(shared.small, shared.soft)}>
                  {customer?.displayName}
                  {' · '}
                  {status === 'approvalPending' ? (
                    t('home.waits')
                  ) : endDateTime != null && endDateTime <= soon() ? (
                    <>
                      {t('home.ends')} <TimeText at={endDateTime} />
                    </>
                  ) : (
                    t('home.failed')
                  )}
                </div>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}

function MyChanges({ id }: { readonly id: string }) {
  const styles = useStyles()
  const shared = useShared()
  const { run, problem, clear } = useAction()
  const read = useRead(
    'history',
    ['home', 'mine', id],
    graph<Page<Change>>('GET', '/termStore/relata.history()', { query: { $top: lookedAt } }),
  )
  const undo = (changeId: string): void =>
    void run(graph('POST', '/termStore/relata.undo', { body: { changeId } }), {
      done: t('home.undone'),
      touches: ['relata.taxonomy.set-changed'],
    })
  return (
    <>
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
      <Loaded read={read}>
        {({ value }) => {
          const mine = value.filter(({ by }) => by?.id === id).slice(0, mostShown)
          if (mine.length === 0) return <div className={shared.soft}>{t('home.noChanges', { n: lookedAt })}</div>
          return (
            <ul className={styles.list}>
              {mine.map((change) => (
                <li key={change.id} className={mergeClasses(styles.item, shared.row)}>
                  <div className={shared.grow}>
                    {maybeText(`home.verb.${change.verb}`) ?? change.verb} ·{' '}
                    {t('home.rows', { n: Number(change.count ?? 1) })}
                    <div className={mergeClasses(shared.small, shared.soft)}>
                      <TimeText at={change.changedDateTime} />
                    </div>
                  </div>
                  <Button size="small" onClick={() => undo(String(change.id ?? ''))}>
                    {t('undo')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
      <AppLink to="/terms/changes">{t('home.allChanges')}</AppLink>
    </>
  )
}

const forTerms = ['TermStore.Read.All', 'TermStore.ReadWrite.All']
const forRelationships = ['DelegatedAdminRelationship.Read.All', 'DelegatedAdminRelationship.ReadWrite.All']

export function HomePage() {
  useLanguage()
  const styles = useStyles()
  const { acting } = useSession()
  const me = useRead('me', [], control<Me>('GET', '/me', { token: true }))
  const title = acting === undefined ? t('home.title') : t('home.of', { name: acting.caller.name })
  return (
    <PageFrame title={title}>
      <Loaded read={me} lines={6}>
        {(found) => {
          const readsTerms = holdsAny(found, forTerms)
          return (
            <div className={styles.cards}>
              <Card title={t('home.groups')}>
                {readsTerms ? <MyGroups me={found} /> : <Lacking permission="TermStore.Read.All" />}
              </Card>
              <Card title={t('home.relationships')}>
                {holdsAny(found, forRelationships) ? (
                  <NeedingMe />
                ) : (
                  <Lacking permission="DelegatedAdminRelationship.Read.All" />
                )}
              </Card>
              <Card title={t('home.changes')}>
                {!readsTerms || found.user === undefined ? (
                  <Lacking permission="TermStore.Read.All" />
                ) : (
                  <MyChanges id={found.user.id} />
                )}
              </Card>
            </div>
          )
        }}
      </Loaded>
    </PageFrame>
  )
}
