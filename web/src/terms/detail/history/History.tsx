/** What was changed, when and by whom, newest first; each with a way back as long as there is one. */
import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { type Action, useAction } from '../../../data/action.ts'
import { batchPlan } from '../../../data/batch.ts'
import { key } from '../../../data/keys.ts'
import { following, graph, type RequestPlan } from '../../../data/plan.ts'
import type { LaterChange } from '../../../data/problem.ts'
import { ask } from '../../../data/send.ts'
import type { Page } from '../../../data/types.ts'
import { loadTexts, maybeText, t } from '../../../i18n/t.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { ArrowUndoRegular, HistoryRegular } from '../../../kit/icons.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { useView } from '../../../kit/view.ts'
import { undoInOrder, undoOne, undoPlan } from '../../past/undoing.ts'
import { valueText } from '../draft/ConflictDialog.tsx'
import type { DryRun } from '../draft/dryRun.ts'
import { fieldName } from '../draft/fieldNames.ts'
import { TermRef } from '../names/TermRef.tsx'
import { type ChangedField, type ChangedRow, differences, idFields, type KnownChange } from './changes.ts'
import { WordDiff } from './WordDiff.tsx'

/** Its words are those of the page of all changes. */
const LaterChanges = lazy(async () => {
  const [part] = await Promise.all([import('../../past/LaterChanges.tsx'), loadTexts('termpages')])
  return { default: part.LaterChanges }
})

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, maxWidth: '960px' },
  entry: {
    display: 'grid',
    gridTemplateColumns: '1fr auto',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
    paddingBlock: tokens.spacingVerticalM,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '@container (max-width: 560px)': { gridTemplateColumns: '1fr' },
  },
  what: { minWidth: 0, overflowWrap: 'anywhere' },
  tools: { display: 'flex', alignItems: 'flex-start', flexWrap: 'wrap' },
  fields: {
    margin: `${tokens.spacingVerticalXS} 0 0`,
    display: 'grid',
    gridTemplateColumns: 'minmax(96px, max-content) 1fr',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXXS,
    '@container (max-width: 560px)': { gridTemplateColumns: '1fr' },
  },
  value: { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
})

const pageSize = 20

interface HistoryProps {
  /** Of a term, a set, a group or the store, below the version. */
  readonly path: string
  /** Whether an earlier state can be shown: of terms and sets. */
  readonly canLookBack: boolean
}

/** What undoing a change would come to. */
interface UndoFacts {
  /** Why it cannot be undone; empty: it can. */
  readonly why: string
  /** What stands against it. */
  readonly later: readonly LaterChange[]
}

type Refusal = DryRun['refusals'][number] & { readonly later?: readonly LaterChange[] }

/** What undoing each of them would come to, asked for in one request. */
function useUndos(path: string, changes: readonly KnownChange[], page: number) {
  const plans = changes.map(({ id }) =>
    graph<DryRun>('POST', '/termStore/relata.undo', {
      body: { changeId: id },
      headers: { Prefer: 'relata.dry-run' },
    }),
  )
  return useQuery({
    queryKey: key('history', path, 'undo', page, changes.map(({ id }) => id).join(' ')),
    queryFn: async ({ signal }) => {
      const { responses } = await ask(batchPlan(plans), { signal })
      return new Map(
        changes.map(({ id }, at): [string, UndoFacts] => {
          const { status, body } = responses[at] ?? { status: 0, body: undefined }
          const said = body as (Partial<DryRun> & { error?: Refusal }) | undefined
          const refusal = status >= 400 ? said?.error : (said?.refusals?.[0] as Refusal | undefined)
          const lacksRole = (said?.needs?.length ?? 0) > 0
          const why = refusal?.message ?? (status >= 400 ? String(status) : lacksRole ? t('detail.needs') : '')
          return [id, { why, later: refusal?.later ?? [] }]
        }),
      )
    },
    enabled: changes.length > 0,
  })
}

export function History({ path, canLookBack }: HistoryProps) {
  const styles = useStyles()
  const action = useAction()
  const history = useInfiniteQuery({
    queryKey: key('history', path),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask(pageParam === undefined ? firstPage(path) : following<Page<KnownChange>>(pageParam), { signal }),
    getNextPageParam: (page) => page['@odata.nextLink'],
  })
  if (history.error !== null) return <Problem error={history.error} onRetry={() => void history.refetch()} />
  if (history.data === undefined) return <Skeleton lines={6} />
  const [first] = history.data.pages
  if (first === undefined || first.value.length === 0) return <Empty text={t('history.none')} />
  return (
    <>
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
      <ol className={styles.list} aria-label={t('history.title')}>
        {history.data.pages.map(({ value }, page) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pages have a place only.
          <Entries key={page} path={path} changes={value} page={page} action={action} canLookBack={canLookBack} />
        ))}
      </ol>
      {history.hasNextPage && (
        <Button
          appearance="subtle"
          disabledFocusable={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t('history.more')}
        </Button>
      )}
    </>
  )
}

function firstPage(path: string): RequestPlan<Page<KnownChange>> {
  return graph('GET', `${path}/relata.history()`, { query: { $top: pageSize } })
}

interface EntriesProps extends HistoryProps {
  readonly changes: readonly KnownChange[]
  readonly page: number
  readonly action: Action
}

function Entries({ path, changes, page, action, canLookBack }: EntriesProps) {
  const undos = useUndos(path, changes, page)
  return changes.map((change) => (
    <Entry
      key={change.id}
      change={change}
      action={action}
      canLookBack={canLookBack}
      undo={undos.data?.get(change.id)}
    />
  ))
}

export function verbName(verb: string): string {
  return maybeText(`history.verb.${verb}`) ?? verb
}

function authorName({ by }: KnownChange): string {
  if (by.name !== null) return by.name
  return by.kind === 'system' ? t('history.bySystem') : t('history.byUnknown')
}

interface EntryProps {
  readonly change: KnownChange
  readonly action: Action
  readonly canLookBack: boolean
  /** Undefined: not known yet. */
  readonly undo: UndoFacts | undefined
}

function Entry({ change, action, canLookBack, undo }: EntryProps) {
  const { why, later = [] }: Partial<UndoFacts> = undo ?? {}
  const styles = useStyles()
  const shared = useShared()
  const { push } = useView()
  const [isAsked, setAsked] = useState(false)
  const plan = undoPlan(change.id)
  const what = verbName(change.verb)
  const isBlocked = why === undefined || why !== ''
  return (
    <li className={styles.entry}>
      <div className={styles.what}>
        <div>
          <strong>{what}</strong>{' '}
          <span className={mergeClasses(shared.small, shared.soft)}>
            <TimeText at={change.changedDateTime} /> · {authorName(change)}
            {change.by.kind === 'app' && change.by.id !== null && <span className={shared.mono}> {change.by.id}</span>}
            {change.count > 1 && ` · ${t('history.rows', { n: change.count })}`}
          </span>
        </div>
        {change.rows.map((row) => (
          <Row key={`${row.kind} ${row.id}`} row={row} />
        ))}
        {isAsked && isBlocked && why !== undefined && (
          <div className={mergeClasses(shared.small, shared.soft)} role="status">
            {why}
          </div>
        )}
        {isAsked && later.length > 0 && (
          <Suspense fallback={null}>
            <LaterChanges
              later={later}
              isBusy={action.isBusy}
              onUndoAll={(all) => void undoInOrder(action, all, { id: change.id, what })}
            />
          </Suspense>
        )}
      </div>
      <div className={styles.tools}>
        <Tooltip content={why === undefined || why === '' ? t('history.undoTip') : why} relationship="description">
          <Button
            size="small"
            appearance="subtle"
            icon={<ArrowUndoRegular />}
            aria-label={t('history.undoNamed', { what })}
            disabledFocusable={isBlocked}
            onFocus={() => setAsked(true)}
            onClick={() => void undoOne(action, { id: change.id, what })}
          >
            {t('undo')}
          </Button>
        </Tooltip>
        {canLookBack && (
          <Tooltip content={t('history.lookBackTip')} relationship="description">
            <Button
              size="small"
              appearance="subtle"
              icon={<HistoryRegular />}
              onClick={() => push({ 'as-of': change.changedDateTime, tab: undefined })}
            >
              {t('history.lookBack')}
            </Button>
          </Tooltip>
        )}
        <RequestPreview plans={() => [plan]} />
      </div>
    </li>
  )
}

function Row({ row }: { readonly row: ChangedRow }) {
  const styles = useStyles()
  const shared = useShared()
  const fields = differences(row)
  if (fields.length === 0) return null
  return (
    <dl className={mergeClasses(styles.fields, shared.small)}>
      {fields.map((field) => (
        <FieldOfChange key={field.field} field={field} />
      ))}
    </dl>
  )
}

function FieldOfChange({ field: { field, before, after } }: { readonly field: ChangedField }) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <>
      <dt className={shared.soft}>{fieldName(field)}</dt>
      <dd className={styles.value}>
        {idFields.has(field) ? (
          <>
            <TermRef id={String(before)} /> → <TermRef id={String(after)} />
          </>
        ) : (
          <WordDiff before={before === '' ? '' : valueText(before)} after={after === '' ? '' : valueText(after)} />
        )}
      </dd>
    </>
  )
}
