/** Four things to try. What the request log has seen is ticked, and stays so in this browser. */
import { Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { onEvent } from '../../data/live.ts'
import { control, graph } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { useSession } from '../../data/session.ts'
import type { Page, Relationship, Term, TermGroup } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { CheckmarkCircleRegular, CircleRegular } from '../../kit/icons.ts'
import { keepText, keptText } from '../../kit/kept.ts'
import { useShared } from '../../kit/styles.ts'
import { toast } from '../../kit/toasts.ts'
import { useGo } from '../../kit/view.ts'
import { seeRefusal } from './Recipes.tsx'

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: `${tokens.spacingVerticalS} 0 0`, padding: 0 },
  step: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minHeight: '32px' },
  icon: { fontSize: '20px', display: 'inline-flex', color: tokens.colorNeutralForeground3 },
  done: { color: tokens.colorStatusSuccessForeground3 },
})

const steps = ['pin', 'merge', 'approve', 'refused'] as const
type Step = (typeof steps)[number]

/** What of the log ticks a step. */
const shown: Readonly<Record<Step, Readonly<Record<string, string>>>> = {
  pin: { method: 'POST', path: '/**/relations', status: '201' },
  merge: { method: 'POST', path: '/**/relata.merge', status: '2xx' },
  approve: { method: 'POST', path: '/_relata/gdap/*/approve', status: '2xx' },
  refused: { status: '403' },
}

const againMs = 5000

function rememberedIn(storageKey: string): readonly string[] {
  return keptText('browser', storageKey)?.split(',') ?? []
}

/** Once ticked, always ticked: the log forgets. */
function useDone(step: Step): boolean {
  const { world } = useSession()
  const storageKey = `relata.steps.${world}`
  const [known] = useState(() => rememberedIn(storageKey).includes(step))
  const { data } = useRead(
    'requests',
    ['step', step],
    control<Page<unknown>>('GET', '/requests', { query: { ...shown[step], top: 1 } }),
    { enabled: !known, refetchInterval: againMs, staleTime: 0 },
  )
  const isSeen = data !== undefined && data.value.length > 0
  useEffect(() => {
    if (!isSeen) return
    keepText('browser', storageKey, [...new Set([...rememberedIn(storageKey), step])].join(','))
  }, [isSeen, step, storageKey])
  // A world that begins anew has nothing done.
  useEffect(
    () =>
      onEvent(({ name }) => {
        if (name === 'relata.world-reset') keepText('browser', storageKey, undefined)
      }),
    [storageKey],
  )
  return known || isSeen
}

/** Objects of this world that the steps begin with. */
function useObjects() {
  const groups = useRead(
    'groups',
    ['first steps'],
    graph<Page<TermGroup>>('GET', '/termStore/groups', {
      query: { $select: 'id,scope', $expand: 'sets($select=id)' },
    }),
  )
  // The system's own sets are no place to try things.
  const setId = groups.data?.value.filter(({ scope }) => scope !== 'system').flatMap(({ sets }) => sets ?? [])[0]?.id
  const terms = useRead(
    'rows',
    ['first steps', setId],
    graph<Page<Term>>('GET', `/termStore/sets/${setId}/children`, { query: { $select: 'id', $top: 1 } }),
    { enabled: setId !== undefined },
  )
  const waiting = useRead(
    'relationships',
    ['first steps'],
    graph<Page<Relationship>>('GET', '/tenantRelationships/delegatedAdminRelationships', {
      query: { $filter: "status eq 'approvalPending'", $select: 'id', $top: 1 },
    }),
  )
  return { setId, termId: terms.data?.value[0]?.id, relationshipId: waiting.data?.value[0]?.id }
}

function StepLine({ step, to, onClick }: { step: Step; to?: string; onClick?: () => void }) {
  const styles = useStyles()
  const shared = useShared()
  const isDone = useDone(step)
  const words = t(`overview.step.${step}`)
  return (
    <li className={styles.step}>
      <span className={mergeClasses(styles.icon, isDone && styles.done)} aria-hidden="true">
        {isDone ? <CheckmarkCircleRegular /> : <CircleRegular />}
      </span>
      {to === undefined ? (
        <Link as="button" onClick={onClick}>
          {words}
        </Link>
      ) : (
        <AppLink to={to}>{words}</AppLink>
      )}
      {isDone && <span className={shared.hidden}>{t('overview.step.done')}</span>}
    </li>
  )
}

export function FirstSteps() {
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const { acting } = useSession()
  const { setId, termId, relationshipId } = useObjects()
  const set = setId === undefined ? '/terms' : `/terms/s/${setId}`
  const term = termId === undefined ? set : `${set}/t/${termId}`
  const both = relationshipId === undefined ? '/gdap/both' : `/gdap/both?relationship=${relationshipId}`
  const refuse = (): void => {
    if (acting === undefined) return
    seeRefusal(acting.tenant).then(
      (id) => id !== undefined && go(`/requests/${id}`),
      (error: Error) => toast({ text: error.message, kind: 'failed' }),
    )
  }
  return (
    <section className={shared.card} aria-labelledby="overview-steps">
      <h2 id="overview-steps" className={shared.paneTitle}>
        {t('overview.steps')}
      </h2>
      <ol className={styles.list}>
        <StepLine step="pin" to={term} />
        <StepLine step="merge" to={set} />
        <StepLine step="approve" to={both} />
        <StepLine step="refused" onClick={refuse} />
      </ol>
    </section>
  )
}
