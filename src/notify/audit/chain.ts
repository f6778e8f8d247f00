/**
 * The chain over the log of a tenant (events.md §9.3): after the commit of whatever wrote records, they get their links, a few
 * in each transaction. What is read and hashed before it is made sure of in it: of two processes one is turned away.
 */
import { StoreError } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import { firstLink, leafOf, linkAfter } from '#workloads/audit/links.ts'
import { type AuditRecord, type AuditRecords, drawnId, type RecordSource } from '#workloads/audit/records.ts'
import { auditChain, auditLink, chainId, linkId } from '#workloads/audit/types.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'

export type ChainState = Omit<RowOf<typeof auditChain>, 'id'>

export interface ChainFacts {
  readonly store: Store
  readonly records: AuditRecords
  /** Whether changes of the taxonomy are in the log: not with `--strict`. */
  readonly hasTaxonomy: boolean
  /** Not that of the rows: checkpoints are for people who keep them elsewhere. */
  readonly realNow: () => string
}

export interface ChainTurn {
  readonly state: ChainState
  /** Links that were added; 0: there is nothing to chain. */
  readonly added: number
  /** Tenants whose log may have got records by the same transactions. */
  readonly customers: ReadonlySet<string>
}

/** A checkpoint is made at each of these numbers of links, so that no turn goes past one. */
export const checkpointEvery = 10_000
const mostInTurn = 64

interface Wanted {
  readonly record: AuditRecord
  readonly source: RecordSource
  /** Number of the change that it is drawn from. */
  readonly change?: number
}

interface Found {
  readonly state: ChainState
  readonly wanted: readonly Wanted[]
  /** Up to here there is nothing left of changes to chain. */
  readonly change: number
}

interface Link {
  readonly number: number
  readonly link: string
  readonly leaf: string
  readonly of: Wanted
}

function emptyChain(tenantId: string, realNow: string): ChainState {
  const link = firstLink(tenantId)
  return {
    newest: 0,
    link,
    change: 0,
    forgotten: 0,
    forgottenLink: link,
    checkpoint: 0,
    checkpointDateTime: realNow,
  }
}

export async function chainStateIn(tx: ReadTx, tenantId: string, realNow: string): Promise<ChainState> {
  return (await tx.get(auditChain, chainId)) ?? emptyChain(tenantId, realNow)
}

/** Each list keeps its order; of their heads the earlier one is first, so that a log that was there before is chained by time. */
function inTime(stored: readonly Wanted[], drawn: readonly Wanted[]): Wanted[] {
  const merged: Wanted[] = []
  for (let a = 0, b = 0; a < stored.length || b < drawn.length; ) {
    const [one, other] = [stored[a], drawn[b]]
    const isStored =
      other === undefined || (one !== undefined && one.record.activityDateTime <= other.record.activityDateTime)
    merged.push((isStored ? one : other) as Wanted)
    if (isStored) a += 1
    else b += 1
  }
  return merged
}

/** What is to be chained next, at most so many. */
async function findIn(facts: ChainFacts, tx: ReadTx, tenantId: string): Promise<Found> {
  const { records, hasTaxonomy, realNow } = facts
  const state = await chainStateIn(tx, tenantId, realNow())
  const most = Math.min(mostInTurn, state.checkpoint + checkpointEvery - state.newest)
  if (most <= 0) return { state, wanted: [], change: state.change }
  const ids = await records.unchained(tx, most)
  const changes = hasTaxonomy ? await records.changesAfter(tx, state.change, most) : []
  const drawnIds = changes.map((change) => drawnId(tenantId, change))
  const found = await records.byIds(tx, [...ids, ...drawnIds])
  const stored = ids.flatMap((id): Wanted[] => {
    const record = found.get(id)
    return record === undefined ? [] : [{ record, source: 'directory' }]
  })
  const drawn = changes.flatMap((change, at): Wanted[] => {
    const record = found.get(drawnIds[at] as string)
    return record === undefined ? [] : [{ record, source: 'taxonomy', change }]
  })
  const wanted = inTime(stored, drawn).slice(0, most)
  const isAll = wanted.length === stored.length + drawn.length
  const lastDrawn = wanted.findLast(({ change }) => change !== undefined)?.change
  return { state, wanted, change: (isAll ? changes.at(-1) : lastDrawn) ?? state.change }
}

function linksAfter({ newest, link: from }: ChainState, wanted: readonly Wanted[]): Link[] {
  let link = from
  return wanted.map((of, at) => {
    const number = newest + at + 1
    const leaf = leafOf(of.record.text)
    link = linkAfter(link, number, leaf)
    return { number, link, leaf, of }
  })
}

async function keepLinks(tx: Tx, links: readonly Link[]): Promise<void> {
  for (const { number, link, leaf, of } of links) {
    const { id, activityDateTime } = of.record
    await tx.insert(auditLink, { id: linkId(number), link, leaf, source: of.source, recordId: id, activityDateTime })
    if (of.source === 'directory') await tx.update(directoryAudit, id, { chained: number })
  }
}

/** False: another process has gone on with the chain. */
async function extend(tx: Tx, { state, change }: Found, links: readonly Link[]): Promise<boolean> {
  const now = await tx.get(auditChain, chainId)
  if ((now?.newest ?? 0) !== state.newest || (now?.change ?? 0) !== state.change) return false
  await keepLinks(tx, links)
  const reached = { newest: state.newest + links.length, link: links.at(-1)?.link ?? state.link, change }
  if (now === undefined) await tx.insert(auditChain, { id: chainId, ...state, ...reached })
  else await tx.update(auditChain, chainId, reached)
  return true
}

/** False: another process has gone on with the chain, or a record has gone meanwhile. */
async function isKept(store: Store, tenantId: string, found: Found, links: readonly Link[]): Promise<boolean> {
  try {
    return await store.write(tenantId, (tx) => extend(tx, found, links))
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'missing') return false
    throw error
  }
}

/** Chains what is next. Costs three small reads where there is nothing. */
export async function chainNext(facts: ChainFacts, tenantId: string): Promise<ChainTurn> {
  for (;;) {
    const found = await facts.store.read(tenantId, (tx) => findIn(facts, tx, tenantId))
    const { state, wanted, change } = found
    const customers = new Set(wanted.flatMap(({ record }) => record.customerId ?? []))
    const links = linksAfter(state, wanted)
    if (links.length === 0 && change === state.change) return { state, added: 0, customers }
    if (await isKept(facts.store, tenantId, found, links))
      return {
        state: { ...state, newest: state.newest + links.length, link: links.at(-1)?.link ?? state.link, change },
        added: links.length,
        customers,
      }
  }
}
