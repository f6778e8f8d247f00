/** Checks the chain over the log: that it is whole, and that its records are there and say what they said (events.md §9.3). */
import { reachId, recordReach } from '#edm/records/recording.ts'
import { directoryAudit } from '../directory/audit.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../finding.ts'
import { firstLink, leafOf, linkAfter } from './links.ts'
import { chainReadingOn } from './reading.ts'
import { auditRecordsOn } from './records.ts'
import { auditChain, auditCheckpoint, auditLink, chainId, linkId } from './types.ts'

const rewritten =
  'the log was changed beside the server: compare it with exports and checkpoints that are kept elsewhere'

interface LinkRow {
  readonly id: string
  readonly link: string
  readonly leaf: string
  readonly source: string
  readonly recordId: string
}

/** What was found of the links. */
interface FoundLinks {
  /** Of stored records, by their ids. */
  readonly numbers: ReadonlyMap<string, number>
  /** Number of the last link. */
  readonly last: number
}

function stateOf({ store, tenantId }: CheckedTenant) {
  return store.read(tenantId, (tx) => tx.get(auditChain, chainId))
}

/** A server that runs may go on with the chain meanwhile: the last link is one between the ends before and after the look. */
async function checkLinks(tenant: CheckedTenant): Promise<FoundLinks> {
  const { tenantId, report } = tenant
  const state = await stateOf(tenant)
  const numbers = new Map<string, number>()
  let at = { n: state?.forgotten ?? 0, link: state?.forgottenLink ?? firstLink(tenantId) }
  let linkOfEnd = at.n === state?.newest ? at.link : undefined
  for await (const row of rowsIn(tenant, auditLink, ['link', 'leaf', 'source', 'recordId'])) {
    const { id, link, leaf, source, recordId } = row as unknown as LinkRow
    const n = at.n + 1
    if (id !== linkId(n)) report('audit-chain', `link ${Number(id)}`, `it follows link ${at.n}`, rewritten)
    else if (linkAfter(at.link, n, leaf) !== link)
      report('audit-chain', `link ${n}`, 'it is not the one of what it says and of the link before', rewritten)
    at = { n: Number(id), link }
    if (at.n === state?.newest) linkOfEnd = link
    if (source === 'directory') numbers.set(recordId, at.n)
  }
  const newest = (await stateOf(tenant))?.newest ?? 0
  if ((state !== undefined && linkOfEnd !== state.link) || at.n > newest)
    report('audit-chain', `link ${at.n}`, `it is the last one, and the chain ends with ${newest}`, rewritten)
  return { numbers, last: at.n }
}

/** Records that name a link which is not theirs. What has none yet is chained when a server runs. */
async function checkNames(tenant: CheckedTenant, { numbers, last }: FoundLinks): Promise<void> {
  const forgotten = (await stateOf(tenant))?.forgotten ?? 0
  const later: { readonly id: string; readonly chained: number }[] = []
  const tell = (id: string, chained: number): void => {
    const own = numbers.get(id)
    const what = own === undefined ? 'no link is of it' : `its link is ${own}`
    tenant.report('audit-record', `audit record ${id}`, `it names link ${chained}, and ${what}`, rewritten)
  }
  for await (const row of rowsIn(tenant, directoryAudit, ['chained'])) {
    const chained = row['chained'] as number | null
    if (chained === null || (chained > forgotten && numbers.get(row.id) === chained)) continue
    if (chained > last && !numbers.has(row.id)) later.push({ id: row.id, chained })
    else tell(row.id, chained)
  }
  // What was chained since the links were looked at.
  const newest = (await stateOf(tenant))?.newest ?? 0
  for (const { id, chained } of later) if (chained > newest) tell(id, chained)
}

const linksAtOnce = 500

/**
 * Stored records say what they said; they go by age, and only up to a checkpoint. Of a change of the taxonomy the recycle bin
 * may take a part, but it goes with its record of changes only.
 */
async function checkRecords(tenant: CheckedTenant): Promise<void> {
  const { store, tenantId, report } = tenant
  const reading = chainReadingOn(store, auditRecordsOn(store))
  const { checkpoint, forgotten } = await store.read(tenantId, async (tx) => ({
    checkpoint: (await tx.get(auditChain, chainId))?.checkpoint ?? 0,
    forgotten: (await tx.get(recordReach, reachId))?.forgotten ?? 0,
  }))
  for (let at = 0; ; ) {
    const after = at
    const page = await store.read(tenantId, (tx) => reading.after(tx, after, linksAtOnce))
    for (const { n, leaf, change, text, isThere } of page) {
      const mayGo = change === undefined ? n <= checkpoint : change <= forgotten
      if (!(isThere || mayGo))
        report('audit-record', `link ${n}`, 'its record is gone, and was not old enough to go', rewritten)
      if (change === undefined && text !== undefined && leafOf(text) !== leaf)
        report('audit-record', `link ${n}`, 'its record says something else than it did', rewritten)
    }
    const last = page.at(-1)
    if (last === undefined) return
    at = last.n
  }
}

/** Checkpoints are of links that there are, or that retention has removed up to them. */
async function checkCheckpoints(tenant: CheckedTenant): Promise<void> {
  const { store, tenantId, report } = tenant
  const state = await store.read(tenantId, (tx) => tx.get(auditChain, chainId))
  for await (const row of rowsIn(tenant, auditCheckpoint, ['link'])) {
    const n = Number(row.id)
    const link =
      n === state?.forgotten
        ? state.forgottenLink
        : (await store.read(tenantId, (tx) => tx.get(auditLink, row.id)))?.link
    if (link !== row['link'])
      report('audit-checkpoint', `checkpoint ${n}`, 'it is of another link than the one of its number', rewritten)
  }
  if (state !== undefined && state.checkpoint > state.newest)
    report('audit-checkpoint', `checkpoint ${state.checkpoint}`, `the chain ends with ${state.newest}`, fromBackup)
}

export async function checkChain(tenant: CheckedTenant): Promise<void> {
  await checkNames(tenant, await checkLinks(tenant))
  await checkRecords(tenant)
  await checkCheckpoints(tenant)
}
