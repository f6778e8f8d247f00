/**
 * The action on many relationships that is under way: it goes on while other pages of ours are shown, tells each row's result,
 * can be stopped, and be gone on with, also after the page was loaded anew in this tab. One at a time.
 */
import { useSyncExternalStore } from 'react'
import { rememberUndo, takeBack, type Undoable } from '../../../data/back/undo.ts'
import { invalidate } from '../../../data/invalidate.ts'
import { hidePageJob, showPageJob } from '../../../data/page-jobs.ts'
import { queryClient, reading } from '../../../data/query.ts'
import { type Acting, currentSession } from '../../../data/session.ts'
import { numberText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { hasTexts, keep as keepValue, kept } from '../../../kit/kept.ts'
import { toast } from '../../../kit/toasts.ts'
import { plans, type RelationshipRow, touched } from '../../api.ts'
import { bundlesIn, bundlesReading } from '../../bundles.ts'
import { extension } from '../../extend.ts'
import { readByIds } from '../rows.ts'
import { type BulkKind, itemsOf, type Names, titleOf } from './kinds.ts'
import { type BulkResult, sendAll } from './work.ts'

export interface RunRow extends BulkResult {
  readonly id: string
  readonly name: string
}

export interface Run {
  readonly kind: BulkKind
  readonly title: string
  readonly acting: Acting | undefined
  readonly rows: readonly RunRow[]
  readonly isRunning: boolean
  /** Why it ended before its time, where nobody has cancelled it. */
  readonly cutOff?: 'reload' | 'unreachable'
}

const jobId = 'gdap.bulk'
/** So often it is written down how far it is. */
const keepMs = 1000
const quarters = 4

let run: Run | undefined
let isRead = false
let isStopped = false
let isUnreachable = false
/** Takes what was done last back. */
let back: Undoable | undefined
/** Bars that show it: what they show needs no toast, which would cover them. */
let watchers = 0
/** The document goes: what is written down stays as it is. */
let isLeaving = false
let keptAt = 0
let saidQuarter = 0
const listeners = new Set<() => void>()

function storageKey(): string {
  return `relata.gdap.bulk ${currentSession().world}`
}

function keep(): void {
  if (isLeaving) return
  keptAt = performance.now()
  // Where it is more than the browser keeps for a tab, it cannot be gone on with after a reload.
  keepValue('tab', storageKey(), run)
}

function put(next: Run | undefined): void {
  run = next
  if (performance.now() - keptAt > keepMs || next?.isRunning !== true) keep()
  for (const listener of listeners) listener()
}

/** What this tab was doing before the page was loaded anew: what was not sent is left, until somebody goes on. */
function restored(): Run | undefined {
  if (isRead) return run
  isRead = true
  const before = kept('tab', storageKey()) as Run | null
  if (!hasTexts(before, 'title') || !Array.isArray(before?.rows) || !before.rows.every((row) => hasTexts(row, 'state')))
    return run
  const rows = before.rows.map((row) => (row.state === 'waits' ? { ...row, state: 'stopped' as const } : row))
  run = { ...before, rows, isRunning: false, ...(before.isRunning ? { cutOff: 'reload' as const } : {}) }
  return run
}

export function countIn({ rows }: Pick<Run, 'rows'>, state: BulkResult['state']): number {
  return rows.reduce((sum, row) => sum + (row.state === state ? 1 : 0), 0)
}

function tellProgress(now: Run): void {
  const total = now.rows.length
  const over = total - countIn(now, 'waits')
  const words = `${now.title}: ${t('gdap.bulk.progress', { n: numberText(over), total: numberText(total) })}`
  const percent = Math.floor((over / Math.max(1, total)) * 100)
  showPageJob({ id: jobId, words, short: `${now.title} ${percent} %`, address: '/gdap/relationships' })
  const quarter = Math.floor((over / Math.max(1, total)) * quarters)
  if (quarter > saidQuarter && over < total) announce(words)
  saidQuarter = quarter
}

/** Puts the extension back to how it was, whatever the tags are by then. */
async function undoExtend(isOn: boolean, ids: readonly string[], acting: Acting | undefined): Promise<void> {
  const items = ids.map((id) => ({
    row: { id } as RelationshipRow,
    plans: [plans.change({ id, '@odata.etag': '*' }, { autoExtendDuration: extension(!isOn) })],
  }))
  const failed: string[] = []
  const report = (results: readonly (readonly [string, BulkResult])[]): void => {
    for (const [, { state, message }] of results) if (state === 'failed') failed.push(message ?? '')
  }
  let isGone = false
  const onUnreachable = (): void => {
    isGone = true
    failed.push(t('gdap.bulk.cutOff.unreachable'))
  }
  await sendAll(items, { acting, report, onUnreachable, isStopped: () => isGone })
  invalidate(queryClient, touched)
  if (failed.length > 0) throw new Error(failed[0])
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

const warn = (event: BeforeUnloadEvent): void => event.preventDefault()

addEventListener('pagehide', () => {
  if (run?.isRunning !== true) return
  keep()
  isLeaving = true
})
addEventListener('pageshow', () => {
  isLeaving = false
})

/** `before`: the rows of it that are over. */
async function work(kind: BulkKind, found: readonly RelationshipRow[], names: Names, before: readonly RunRow[]) {
  const acting = run?.acting
  const items = itemsOf(kind, found, names)
  const begun = items.map(({ row, plans: sent = [], reason }): RunRow => {
    const named = { id: row.id, name: row.displayName ?? row.id }
    if (sent.length > 0) return { ...named, state: 'waits' }
    return { ...named, state: 'skipped', ...(reason === undefined ? {} : { message: reason }) }
  })
  let rows = [...before, ...begun]
  const placeOf = new Map(rows.map(({ id }, at) => [id, at]))
  const show = (isRunning: boolean): Run => {
    const cutOff = isUnreachable ? { cutOff: 'unreachable' as const } : {}
    const now: Run = { kind, title: titleOf(kind), acting, rows, isRunning, ...cutOff }
    put(now)
    return now
  }
  saidQuarter = 0
  tellProgress(show(true))
  addEventListener('beforeunload', warn)
  await sendAll(items, {
    acting,
    isStopped: () => isStopped,
    onUnreachable: () => {
      isUnreachable = true
      isStopped = true
    },
    report: (results) => {
      rows = [...rows]
      for (const [id, result] of results) {
        const at = placeOf.get(id) as number
        const row = rows[at] as RunRow
        // One refusal of a row is a refusal of the row.
        if (row.state !== 'failed') rows[at] = { id: row.id, name: row.name, ...result }
      }
      tellProgress(show(true))
    },
  })
  removeEventListener('beforeunload', warn)
  hidePageJob(jobId)
  rows = rows.map((row) => (row.state === 'waits' ? { ...row, state: 'stopped' } : row))
  const end = show(false)
  invalidate(queryClient, touched)
  tellEnd(end)
}

export async function startBulk(kind: BulkKind, rows: readonly RelationshipRow[], names: Names): Promise<void> {
  if (run?.isRunning === true) return
  isStopped = false
  isUnreachable = false
  back = undefined
  run = { kind, title: titleOf(kind), acting: currentSession().acting, rows: [], isRunning: true }
  await work(kind, rows, names, [])
}

async function readNames(acting: Acting | undefined): Promise<Names> {
  const who = acting === undefined ? {} : { acting }
  const [roles, groups, packs] = await Promise.all([
    queryClient.fetchQuery(reading('roles', [], plans.roles(), who)),
    queryClient.fetchQuery(reading('directory', ['securityGroups'], plans.groups(), who)),
    queryClient.fetchQuery(bundlesReading()),
  ])
  return { roles: new Map(roles.value.map((role) => [role.id, role])), groups: groups.value, bundles: bundlesIn(packs) }
}

/** What has failed, or was not sent: its rows are read anew first, since time has passed and their tags may have changed. */
export async function goOn(): Promise<void> {
  const from = run
  if (from === undefined || from.isRunning) return
  const isOpen = ({ state }: RunRow): boolean => state === 'failed' || state === 'stopped'
  const open = from.rows.filter(isOpen)
  isStopped = false
  isUnreachable = false
  const { cutOff: _, ...anew } = from
  put({ ...anew, isRunning: true })
  try {
    const [found, names] = await Promise.all([
      readByIds(
        open.map(({ id }) => id),
        from.acting,
      ),
      readNames(from.acting),
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

export function stopBulk(): void {
  isStopped = true
}

export function closeBulk(): void {
  back = undefined
  if (run?.isRunning !== true) put(undefined)
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
