/**
 * One action on many relationships: requests in batches of 20, two batches at a time, with a result for each row. It runs in
 * this page only, and can be stopped; what failed can be tried again.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { asProblem } from '../../data/action.ts'
import { rememberUndo, takeBack } from '../../data/back/undo.ts'
import { type BatchAnswer, batchOf, mostInBatch, refusalOf } from '../../data/batch.ts'
import { invalidate } from '../../data/invalidate.ts'
import type { RequestPlan } from '../../data/plan.ts'
import { queryClient } from '../../data/query.ts'
import { send } from '../../data/send.ts'
import { t } from '../../i18n/t.ts'
import { toast } from '../../kit/toasts.ts'
import { type RelationshipRow, touched } from '../api.ts'

const atOnce = 2

export interface BulkItem {
  readonly row: RelationshipRow
  /** Absent: it is not sent, for this reason. */
  readonly plans?: readonly RequestPlan[]
  readonly reason?: string
}

export interface BulkResult {
  readonly state: 'waits' | 'done' | 'failed' | 'skipped' | 'stopped'
  readonly message?: string
}

export interface BulkJob {
  readonly title: string
  readonly items: readonly BulkItem[]
  /** Takes back what was done. */
  readonly undo?: (done: readonly RelationshipRow[]) => Promise<unknown>
}

/** All batches that a job sends. */
export function batchesOf(items: readonly BulkItem[]): readonly RequestPlan<BatchAnswer>[] {
  const entries = items.flatMap(({ row, plans = [] }) => plans.map((plan, at) => ({ id: `${row.id}|${at}`, plan })))
  const count = Math.ceil(entries.length / mostInBatch)
  return Array.from({ length: count }, (_, at) => batchOf(entries.slice(at * mostInBatch, (at + 1) * mostInBatch)))
}

type Report = (id: string, result: BulkResult) => void

async function sendBatch(plan: RequestPlan<BatchAnswer>, report: Report): Promise<void> {
  const ids = (plan.body as { requests: readonly { id: string }[] }).requests.map(({ id }) => id)
  try {
    const { body } = await send(plan)
    for (const item of body.responses) {
      const why = refusalOf(item)
      report(item.id, why === undefined ? { state: 'done' } : { state: 'failed', message: why.detail ?? why.message })
    }
  } catch (error) {
    const { message } = asProblem(error, plan)
    for (const id of ids) report(id, { state: 'failed', message })
  }
}

/** Sends them two at a time, until `isStopped` says so. */
export async function sendAll(
  batches: readonly RequestPlan<BatchAnswer>[],
  report: Report,
  isStopped: () => boolean,
): Promise<void> {
  const rest = [...batches]
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined && !isStopped(); next = rest.shift()) await sendBatch(next, report)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function begun(items: readonly BulkItem[]): Map<string, BulkResult> {
  return new Map(
    items.map(({ row, plans, reason }) => [
      row.id,
      plans === undefined || plans.length === 0
        ? { state: 'skipped', ...(reason === undefined ? {} : { message: reason }) }
        : { state: 'waits' },
    ]),
  )
}

function finish(job: BulkJob, results: ReadonlyMap<string, BulkResult>): void {
  const count = (state: BulkResult['state']): number =>
    [...results.values()].filter((one) => one.state === state).length
  const done = job.items.filter(({ row }) => results.get(row.id)?.state === 'done').map(({ row }) => row)
  const failed = count('failed')
  const text = `${job.title}: ${t('gdap.bulk.result', { done: done.length, failed, skipped: count('skipped') })}`
  const { undo } = job
  const entry = undo === undefined || done.length === 0 ? undefined : { words: text, run: () => undo(done) }
  if (entry !== undefined) rememberUndo(entry)
  toast({
    text,
    ...(failed > 0 ? { kind: 'failed' as const } : {}),
    ...(entry === undefined ? {} : { undo: () => takeBack(entry) }),
  })
}

export function useBulk() {
  const [job, setJob] = useState<BulkJob | undefined>()
  const [results, setResults] = useState<ReadonlyMap<string, BulkResult>>(new Map())
  const [isRunning, setRunning] = useState(false)
  const isStopped = useRef(false)
  useEffect(() => {
    if (!isRunning) return
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isRunning])
  // It stops when the page is left.
  useEffect(
    () => () => {
      isStopped.current = true
    },
    [],
  )
  const start = useCallback(async (next: BulkJob) => {
    isStopped.current = false
    const now = begun(next.items)
    setJob(next)
    setResults(new Map(now))
    setRunning(true)
    const report: Report = (id, result) => {
      const rowId = id.replace(/\|\d+$/, '')
      // One refusal of a row is a refusal of the row.
      if (now.get(rowId)?.state !== 'failed') now.set(rowId, result)
      setResults(new Map(now))
    }
    await sendAll(batchesOf(next.items), report, () => isStopped.current)
    for (const [id, { state }] of now) if (state === 'waits') now.set(id, { state: 'stopped' })
    setResults(new Map(now))
    setRunning(false)
    invalidate(queryClient, touched)
    finish(next, now)
  }, [])
  const stop = useCallback(() => {
    isStopped.current = true
  }, [])
  const close = useCallback(() => setJob(undefined), [])
  return { job, results, isRunning, start, stop, close }
}
