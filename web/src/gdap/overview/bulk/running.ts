/**
 * The action on many relationships that is under way: the server works on it, so it goes on while other pages are shown and after the
 * browser is closed. This tab follows it, also after it was loaded anew, tells each row's result, can stop it and go on. One at a time.
 */
import { useSyncExternalStore } from 'react'
import { asProblem } from '../../../data/action.ts'
import { rememberUndo, takeBack, type Undoable } from '../../../data/back/undo.ts'
import { invalidate } from '../../../data/invalidate.ts'
import { hidePageJob, showPageJob } from '../../../data/page-jobs.ts'
import { queryClient, reading } from '../../../data/query.ts'
import { ask } from '../../../data/send.ts'
import { type Acting, currentSession } from '../../../data/session.ts'
import { numberText, serverNow } from '../../../i18n/format.ts'
import { loadTexts, t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { hasTexts, keep as keepValue, kept } from '../../../kit/kept.ts'
import { toast } from '../../../kit/toasts.ts'
import { plans, type RelationshipRow, touched } from '../../api.ts'
import { bundlesIn, bundlesReading } from '../../bundles.ts'
import { type BulkJob, by, followJob, stopJob } from '../../server-jobs.ts'
import { readByIds } from '../rows.ts'
import { type BulkKind, isReached, itemsOf, type Names, titleOf } from './kinds.ts'
import { applyPlan, type BulkItem } from './work.ts'

export interface RunRow {
  readonly id: string
  readonly name: string
  readonly state: 'waits' | 'done' | 'failed' | 'skipped' | 'stopped'
  readonly message?: string
}

export interface Run {
  readonly kind: BulkKind
  readonly title: string
  readonly acting: Acting | undefined
  readonly rows: readonly RunRow[]
  readonly isRunning: boolean
  /** Absent until the server has taken it, and where there was nothing to do. */
  readonly job?: BulkJob
  /** There was no answer to it, or to what became of it. */
  readonly isCutOff?: boolean
}

const jobId = 'gdap.bulk'
/** A page that is loaded anew begins to follow what has this key: resume.ts. */
const storageKey = (): string => `relata.gdap.bulk ${currentSession().world}`
const quarters = 4

let run: Run | undefined
let isRead = false
/** Takes what was done last back. */
let back: Undoable | undefined
/** Bars that show it: what they show needs no toast, which would cover them. */
let watchers = 0
let saidQuarter = 0
const listeners = new Set<() => void>()

function put(next: Run | undefined): void {
  run = next
  // Where it is more than the browser keeps for a tab, its end is not told after a reload; the work goes on.
  keepValue('tab', storageKey(), run)
  for (const listener of listeners) listener()
}

export function countIn({ rows }: Pick<Run, 'rows'>, state: RunRow['state']): number {
  return rows.reduce((sum, row) => sum + (row.state === state ? 1 : 0), 0)
}

/** Steps that are over, and all. */
export function progressOf({ job }: Pick<Run, 'job'>): { readonly over: number; readonly total: number } {
  return { over: (job?.done ?? 0) + (job?.failed ?? 0), total: job?.total ?? 0 }
}

function tellProgress(now: Run): void {
  const { over, total } = progressOf(now)
  const words = t('gdap.bulk.progress', { n: numberText(over), total: numberText(total) })
  const part = over / Math.max(1, total)
  showPageJob({ id: jobId, words, short: `${now.title} ${Math.floor(part * 100)} %`, address: '/gdap/relationships' })
  const quarter = Math.floor(part * quarters)
  if (quarter > saidQuarter && over < total) announce(`${now.title}: ${words}`)
  saidQuarter = quarter
}

/** Rejects with what the server says, and where it is not reached. */
async function begin(items: readonly BulkItem[], acting: Acting | undefined): Promise<BulkJob> {
  const plan = applyPlan(items, acting?.tenant.id ?? '', serverNow().toISOString())
  return ask(plan, by(acting))
}

/** Puts the extension back to how it was, whatever the tags are by then. */
async function undoExtend(isOn: boolean, ids: readonly string[], acting: Acting | undefined): Promise<void> {
  const kind = { name: 'extend', isOn: !isOn } as const
  const items = itemsOf(kind, await readByIds(ids, acting), await readNames(kind, acting))
  if (items.some(({ steps }) => steps !== undefined)) {
    const job = await followJob(await begin(items, acting), acting, () => undefined)
    if (job?.state !== 'done')
      throw new Error(job?.failures[0]?.message ?? job?.error?.message ?? t('gdap.bulk.changed'))
  }
  invalidate(queryClient, touched)
}

function tellEnd(now: Run): void {
  const done = now.rows.filter(({ state }) => state === 'done').map(({ id }) => id)
  const failed = countIn(now, 'failed')
  const text = `${now.title}: ${t('gdap.bulk.result', { done: done.length, failed, skipped: countIn(now, 'skipped') })}`
  const { kind, acting } = now
  back =
    kind.name === 'extend' && done.length > 0
      ? {
          words: text,
          run: async () => {
            await undoExtend(kind.isOn, done, acting)
            back = undefined
            closeBulk()
          },
        }
      : undefined
  const entry = back
  if (entry !== undefined) rememberUndo(entry)
  for (const listener of listeners) listener()
  if (watchers > 0) announce(text, failed > 0 ? 'assertive' : 'polite')
  else
    toast({
      text,
      ...(failed > 0 ? { kind: 'failed' as const } : {}),
      ...(entry === undefined ? {} : { undo: () => takeBack(entry) }),
    })
}

/** Undefined: there is nothing to take back, or not any more. */
export function useBack(): Undoable | undefined {
  return useSyncExternalStore(listen, () => back)
}

/** What became of a row, of a job that is not done as a whole. `found`: as it is now. */
function endOf(now: Run, row: RunRow, found: RelationshipRow | undefined, names: Names): RunRow {
  const { kind, job } = now
  const named = { id: row.id, name: row.name }
  if (found === undefined) return { ...named, state: 'skipped', message: t('gdap.bulk.gone') }
  if (isReached(kind, found, names)) return { ...named, state: 'done' }
  const failure = job?.failures.find(({ customer }) => customer === row.id)
  if (job?.stale.includes(row.id) === true || failure?.code === 'stale')
    return { ...named, state: 'failed', message: t('gdap.bulk.changed') }
  if (failure !== undefined) return { ...named, state: 'failed', message: failure.message }
  return { ...named, state: 'stopped', ...(job?.error === undefined ? {} : { message: job.error.message }) }
}

/** What became of each row. Where the job is not done as a whole, they are looked at. */
async function settled(now: Run): Promise<Run> {
  const { acting, rows, job } = now
  const isOpen = ({ state }: RunRow): boolean => state === 'waits'
  const over = { ...now, isRunning: false }
  if (job?.state === 'done')
    return { ...over, rows: rows.map((row) => (isOpen(row) ? { ...row, state: 'done' as const } : row)) }
  const ids = rows.filter(isOpen).map(({ id }) => id)
  try {
    const [found, names] = await Promise.all([readByIds(ids, acting), readNames(now.kind, acting)])
    const byId = new Map(found.map((row) => [row.id, row]))
    return { ...over, rows: rows.map((row) => (isOpen(row) ? endOf(now, row, byId.get(row.id), names) : row)) }
  } catch {
    const stopped = rows.map((row) => (isOpen(row) ? { ...row, state: 'stopped' as const } : row))
    return { ...over, isCutOff: true, rows: stopped }
  }
}

/** Until it ends. */
async function follow(begun: Run): Promise<void> {
  saidQuarter = 0
  const show = (job: BulkJob): void => {
    const now = { ...begun, job }
    put(now)
    tellProgress(now)
  }
  if (begun.job !== undefined) show(begun.job)
  const last = begun.job === undefined ? undefined : await followJob(begun.job, begun.acting, show)
  const end = await settled(last === undefined ? begun : { ...begun, job: last })
  hidePageJob(jobId)
  put(end)
  invalidate(queryClient, touched)
  tellEnd(end)
}

/** `before`: the rows of it that are over. */
async function work(kind: BulkKind, found: readonly RelationshipRow[], names: Names, before: readonly RunRow[]) {
  const acting = run?.acting
  const items = itemsOf(kind, found, names)
  const begun = items.map(({ row, steps, reason }): RunRow => {
    const named = { id: row.id, name: row.displayName ?? row.id }
    if (steps !== undefined) return { ...named, state: 'waits' }
    return { ...named, state: 'skipped', ...(reason === undefined ? {} : { message: reason }) }
  })
  const now: Run = { kind, title: titleOf(kind), acting, rows: [...before, ...begun], isRunning: true }
  put(now)
  if (countIn(now, 'waits') === 0) return follow(now)
  tellProgress(now)
  try {
    await follow({ ...now, job: await begin(items, acting) })
  } catch (error) {
    const { status, message } = asProblem(error, applyPlan([], '', ''))
    // Whether it was taken nobody knows: the rows are looked at again before somebody goes on.
    const state = status === 0 ? 'stopped' : 'failed'
    const rows = now.rows.map((row) => (row.state === 'waits' ? ({ ...row, state, message } as const) : row))
    hidePageJob(jobId)
    const end: Run = { ...now, rows, isRunning: false, ...(status === 0 ? { isCutOff: true } : {}) }
    put(end)
    tellEnd(end)
  }
}

export async function startBulk(kind: BulkKind, rows: readonly RelationshipRow[], names: Names): Promise<void> {
  if (run?.isRunning === true) return
  back = undefined
  run = { kind, title: titleOf(kind), acting: currentSession().acting, rows: [], isRunning: true }
  await work(kind, rows, names, [])
}

/** Only a mapping needs them, and not everybody who may change relationships may read them. */
async function readNames({ name }: BulkKind, acting: Acting | undefined): Promise<Names> {
  if (name !== 'map') return { roles: new Map(), groups: [], bundles: [] }
  const [roles, groups, packs] = await Promise.all([
    queryClient.fetchQuery(reading('roles', [], plans.roles(), by(acting))),
    queryClient.fetchQuery(reading('directory', ['securityGroups'], plans.groups(), by(acting))),
    queryClient.fetchQuery(bundlesReading()),
  ])
  return {
    roles: new Map(roles.value.map((role) => [role.id, role])),
    groups: groups.value,
    bundles: bundlesIn(packs),
  }
}

/** What has failed, or was not sent: its rows are read anew first, since time has passed and their tags may have changed. */
export async function goOn(): Promise<void> {
  const from = run
  if (from === undefined || from.isRunning) return
  const isOpen = ({ state }: RunRow): boolean => state === 'failed' || state === 'stopped'
  const open = from.rows.filter(isOpen)
  const { job: _, isCutOff: __, ...anew } = from
  put({ ...anew, isRunning: true })
  try {
    const [found, names] = await Promise.all([
      readByIds(
        open.map(({ id }) => id),
        from.acting,
      ),
      readNames(from.kind, from.acting),
    ])
    const known = new Set(found.map(({ id }) => id))
    const gone = open
      .filter(({ id }) => !known.has(id))
      .map((row): RunRow => ({ id: row.id, name: row.name, state: 'skipped', message: t('gdap.bulk.gone') }))
    await work(from.kind, found, names, [...from.rows.filter((row) => !isOpen(row)), ...gone])
  } catch (error) {
    put({ ...from, isRunning: false })
    toast({ text: error instanceof Error ? error.message : String(error), kind: 'failed' })
  }
}

/** What is under way is finished; the end is told as every other. */
export async function stopBulk(): Promise<void> {
  if (run?.isRunning !== true || run.job === undefined) return
  try {
    await stopJob(run.job.id, run.acting)
  } catch (error) {
    toast({ text: error instanceof Error ? error.message : String(error), kind: 'failed' })
  }
}

export function closeBulk(): void {
  back = undefined
  if (run?.isRunning !== true) put(undefined)
}

/** What this tab was following before the page was loaded anew. */
function restored(): Run | undefined {
  if (isRead) return run
  isRead = true
  const before = kept('tab', storageKey()) as Run | null
  if (!hasTexts(before, 'title') || !Array.isArray(before?.rows) || !before.rows.every((row) => hasTexts(row, 'state')))
    return run
  if (run === undefined) {
    run = before
    // One whose answer had not come may have been taken or not: its rows say what became of it.
    if (before.isRunning) void loadTexts('gdap').then(() => follow(before))
  }
  return run
}

/** After the page was loaded anew, wherever in it. */
export function resumeBulk(): void {
  restored()
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useRun(): Run | undefined {
  return useSyncExternalStore(listen, restored)
}

/** While a bar shows it. */
export function watchRun(): () => void {
  watchers += 1
  return () => {
    watchers -= 1
  }
}
