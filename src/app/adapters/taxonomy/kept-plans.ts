/**
 * Adapter: plans that are known by their digest for a day. One row says what is kept, others hold the text in pieces, so that
 * nothing long is read or written at once. What is kept for a tenant has a limit: exchange.md §2.9.
 */
import { AppError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { Actor, Store, Tx, WriteContext } from '#edm/ports.ts'
import type { JobRow, JobStore } from './jobs.ts'
import { pauses } from './work/pauses.ts'

/** Of one tenant, plans that nobody applies yet. */
export const mostKeptPlans = 20
export const mostKeptBytes = 256 * 1024 * 1024

export const planKind = 'terms-plan'
export const applyKind = 'terms-apply'

/** Kinds of rows: a plan, a piece of its text, and a job that applies one. */
export interface PlanKinds {
  readonly plan: string
  readonly piece: string
  readonly apply: string
}

const termsKinds: PlanKinds = { plan: planKind, piece: 'terms-plan-piece', apply: applyKind }

const pieceBytes = 1024 * 1024
const lineEnd = 0x0a

/** A plan as text, and what its row tells. */
export interface PlanText {
  readonly bytes: Uint8Array
  readonly digest: string
  /** Records that are applied. */
  readonly total: number
}

export interface KeepingFacts {
  readonly store: Pick<Store, 'read'>
  readonly ids: Ids
  readonly jobs: JobStore
  /** Absent: those of taxonomies. */
  readonly kinds?: PlanKinds
}

/** For whom a plan is kept or applied, and nobody else may see it. */
export function byOf(actor: Actor | undefined): string {
  const { kind = 'system', userId, appId, name } = actor ?? {}
  return JSON.stringify({ kind, id: (kind === 'user' ? userId : appId) ?? null, name: name ?? null })
}

/** Pieces of at least so many bytes, each of which ends with a line; the last one is what is left. */
export function* piecesOf(bytes: Uint8Array): Generator<string> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < whole.length; ) {
    const line = whole.indexOf(lineEnd, at + pieceBytes)
    const end = line < 0 ? whole.length : line + 1
    yield whole.toString('utf8', at, end)
    at = end
  }
}

function pieceId(digest: string, number: number): string {
  return `${digest}-${number}`
}

interface KeptFacts {
  readonly bytes: number
  readonly pieces: number
}

function factsOf({ options }: Pick<JobRow, 'options'>): KeptFacts {
  const { bytes = 0, pieces = 0 } = JSON.parse(options) as Partial<KeptFacts>
  return { bytes, pieces }
}

async function forget(jobs: JobStore, tx: Tx, plan: JobRow): Promise<void> {
  const { pieces } = factsOf(plan)
  for (let number = 0; number < pieces; number++) await jobs.remove(tx, pieceId(plan.digest, number))
  await jobs.remove(tx, plan.id)
}

/**
 * Makes room for one plan more: the oldest ones that nobody applies yet are forgotten, first those of whoever makes it. So
 * whoever makes many keeps fewer of them, and others keep theirs.
 */
async function makeRoom({ jobs, kinds = termsKinds }: KeepingFacts, tx: Tx, by: string, bytes: number): Promise<void> {
  const applied = new Set((await jobs.ofKind(tx, kinds.apply)).map(({ digest }) => digest))
  const waiting = (await jobs.ofKind(tx, kinds.plan)).filter(({ digest }) => !applied.has(digest))
  let [plans, held] = [waiting.length, waiting.reduce((sum, row) => sum + factsOf(row).bytes, 0)]
  const oldest = waiting.toSorted((a, b) => (a.createdDateTime < b.createdDateTime ? -1 : 1))
  for (const row of [...oldest.filter((one) => one.by === by), ...oldest.filter((one) => one.by !== by)]) {
    if (plans < mostKeptPlans && held + bytes <= mostKeptBytes) return
    await forget(jobs, tx, row)
    plans -= 1
    held -= factsOf(row).bytes
  }
}

/** A row for a plan, or for the job that applies it. */
export function newRow(
  kind: string,
  plan: Pick<PlanText, 'digest' | 'total'>,
  by: string,
  id: string,
  now: string,
): JobRow {
  return {
    id,
    kind,
    digest: plan.digest,
    content: null,
    options: '{}',
    by,
    state: kind.endsWith('-apply') ? 'running' : 'waiting',
    step: 0,
    done: 0,
    total: plan.total,
    report: null,
    createdDateTime: now,
    changedDateTime: now,
  }
}

/** Keeps the plan in this transaction, if it is not kept already. `counts`: against the limit for plans nobody applies yet. */
export async function keepIn(
  facts: KeepingFacts,
  { tx, now }: Pick<WriteContext, 'tx' | 'now'>,
  plan: PlanText,
  by: string,
  counts: boolean,
): Promise<void> {
  const { jobs, ids, kinds = termsKinds } = facts
  if ((await jobs.ofDigest(tx, kinds.plan, plan.digest)).length > 0) return
  const pause = pauses()
  if (counts) await makeRoom(facts, tx, by, plan.bytes.length)
  let pieces = 0
  for (const content of piecesOf(plan.bytes)) {
    await jobs.insert(tx, { ...newRow(kinds.piece, plan, by, pieceId(plan.digest, pieces), now), content, total: 0 })
    pieces += 1
    await pause()
  }
  const options = JSON.stringify({ bytes: plan.bytes.length, pieces } satisfies KeptFacts)
  await jobs.insert(tx, { ...newRow(kinds.plan, plan, by, ids.mint(), now), options })
}

export function noPlan(digest: string): AppError {
  const text = `No plan with the digest ${digest} is known. Plans are known for a day, and at most ${mostKeptPlans} of a tenant that nobody applies: send the plan itself.`
  return new AppError('notFound', text, { code: 'itemNotFound' })
}

/** The pieces of a kept plan. Throws `notFound`. */
export async function keptPieces(facts: KeepingFacts, tenantId: string, digest: string): Promise<string[]> {
  const { store, jobs, kinds = termsKinds } = facts
  const pause = pauses()
  const found = await store.read(tenantId, async (tx) => {
    const [plan] = await jobs.ofDigest(tx, kinds.plan, digest)
    const pieces: string[] = []
    for (let number = 0; plan !== undefined && number < factsOf(plan).pieces; number++) {
      const piece = await jobs.get(tx, pieceId(digest, number))
      if (typeof piece?.content !== 'string') return []
      pieces.push(piece.content)
      await pause()
    }
    return pieces
  })
  if (found.length > 0) return found
  throw noPlan(digest)
}
