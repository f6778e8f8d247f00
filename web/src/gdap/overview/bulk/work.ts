/**
 * Sends one action on many relationships: requests in batches of 20, two batches at a time, with a result for each row. What
 * is safe to repeat and was put off (429, 503) is sent again after the time that the server names.
 */
import { asProblem } from '../../../data/action.ts'
import { type BatchAnswer, type BatchItem, batchOf, mostInBatch, refusalOf } from '../../../data/batch.ts'
import type { RequestPlan } from '../../../data/plan.ts'
import { send } from '../../../data/send.ts'
import type { Acting } from '../../../data/session.ts'
import type { RelationshipRow } from '../../api.ts'

const atOnce = 2
const tries = 3
const longestWaitSeconds = 10

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

interface Entry {
  /** Of the row. */
  readonly id: string
  readonly plan: RequestPlan
}

function entriesOf(items: readonly BulkItem[]): readonly Entry[] {
  return items.flatMap(({ row, plans = [] }) => plans.map((plan) => ({ id: row.id, plan })))
}

function planOf(entries: readonly Entry[]): RequestPlan<BatchAnswer> {
  return batchOf(entries.map(({ id, plan }, at) => ({ id: `${id}|${at}`, plan })))
}

/** All batches that are sent for these. */
export function batchesOf(items: readonly BulkItem[]): readonly RequestPlan<BatchAnswer>[] {
  return slicesOf(entriesOf(items)).map(planOf)
}

function slicesOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const count = Math.ceil(entries.length / mostInBatch)
  return Array.from({ length: count }, (_, at) => entries.slice(at * mostInBatch, (at + 1) * mostInBatch))
}

interface Sending {
  readonly acting: Acting | undefined
  /** The results of some rows; where a row has several requests, one for each. */
  readonly report: (results: readonly (readonly [id: string, result: BulkResult])[]) => void
  readonly isStopped: () => boolean
  /** There was no answer. */
  readonly onUnreachable: () => void
}

/** Seconds after which it may be sent again; undefined: it was answered. A POST is never sent twice. */
function waitOf({ status, headers = {} }: BatchItem, { plan }: Entry): number | undefined {
  if ((status !== 429 && status !== 503) || plan.method === 'POST') return undefined
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
  return Math.min(longestWaitSeconds, Math.max(1, Number(named ?? 1) || 1))
}

async function sendSome(entries: readonly Entry[], sending: Sending, attempt = 1): Promise<void> {
  const plan = planOf(entries)
  const again: Entry[] = []
  let seconds = 0
  try {
    const { body } = await send(plan, sending.acting === undefined ? {} : { acting: sending.acting })
    const results = body.responses.flatMap((item): [string, BulkResult][] => {
      const entry = entries[Number(item.id.split('|').at(-1))]
      if (entry === undefined) return []
      const wait = attempt === tries ? undefined : waitOf(item, entry)
      if (wait !== undefined) {
        again.push(entry)
        seconds = Math.max(seconds, wait)
        return []
      }
      const why = refusalOf(item)
      return [
        [entry.id, why === undefined ? { state: 'done' } : { state: 'failed', message: why.detail ?? why.message }],
      ]
    })
    sending.report(results)
  } catch (error) {
    const { message, status } = asProblem(error, plan)
    // Whether it was done nobody knows: the rows are looked at again before somebody goes on.
    if (status === 0) return sending.onUnreachable()
    sending.report(entries.map(({ id }) => [id, { state: 'failed', message }]))
  }
  if (again.length === 0) return
  await new Promise((done) => setTimeout(done, seconds * 1000))
  if (!sending.isStopped()) await sendSome(again, sending, attempt + 1)
}

/** Sends them two batches at a time, until `isStopped` says so. */
export async function sendAll(items: readonly BulkItem[], sending: Sending): Promise<void> {
  const rest = [...slicesOf(entriesOf(items))]
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined && !sending.isStopped(); next = rest.shift())
      await sendSome(next, sending)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
