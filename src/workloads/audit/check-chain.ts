/** Checks the chain over the log: that it is whole, and that its records are there and say what they said (events.md §9.3). */

import { directoryAudit } from '../directory/audit.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../finding.ts'
import { linkAfter } from './links.ts'
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

/** Links of stored records, by their ids. */
async function checkLinks(tenant: CheckedTenant): Promise<ReadonlyMap<string, number>> {
  const { store, tenantId, report } = tenant
  const state = await store.read(tenantId, (tx) => tx.get(auditChain, chainId))
  const numbers = new Map<string, number>()
  let at = { n: state?.forgotten ?? 0, link: state?.forgottenLink ?? '' }
  for await (const row of rowsIn(tenant, auditLink, ['link', 'leaf', 'source', 'recordId'])) {
    const { id, link, leaf, source, recordId } = row as unknown as LinkRow
    const n = at.n + 1
    if (id !== linkId(n)) report('audit-chain', `link ${Number(id)}`, `it follows link ${at.n}`, rewritten)
    else if (linkAfter(at.link, n, leaf) !== link)
      report('audit-chain', `link ${n}`, 'it is not the one of what it says and of the link before', rewritten)
    at = { n: Number(id), link }
    if (source === 'directory') numbers.set(recordId, at.n)
  }
  if (state !== undefined && (at.n !== state.newest || at.link !== state.link))
    report('audit-chain', `link ${at.n}`, `it is the last one, and the chain ends with ${state.newest}`, rewritten)
  return numbers
}

/** Records that name a link which is not theirs. What has none yet is chained when a server runs. */
async function checkRecords(tenant: CheckedTenant, numbers: ReadonlyMap<string, number>): Promise<void> {
  const state = await tenant.store.read(tenant.tenantId, (tx) => tx.get(auditChain, chainId))
  const forgotten = state?.forgotten ?? 0
  for await (const row of rowsIn(tenant, directoryAudit, ['chained'])) {
    const chained = row['chained'] as number | null
    if (chained === null || (chained > forgotten && numbers.get(row.id) === chained)) continue
    const own = numbers.get(row.id)
    const what = own === undefined ? 'no link is of it' : `its link is ${own}`
    tenant.report('audit-record', `audit record ${row.id}`, `it names link ${chained}, and ${what}`, rewritten)
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
  await checkRecords(tenant, await checkLinks(tenant))
  await checkCheckpoints(tenant)
}
