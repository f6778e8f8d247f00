/** Reads what the partner has, in pages of 300: relationships with their assignments, groups, customers (events.md §7.5). */
import type { BulkState, FoundAssignment, FoundGroup, FoundRelationship } from '../state.ts'
import { type BulkCall, type BulkReply, type GraphPort, mostInBatch } from './graph-port.ts'

export const relationshipsPath = '/tenantRelationships/delegatedAdminRelationships'
export const customersPath = '/tenantRelationships/delegatedAdminCustomers'
const pageSize = 300

type Row = BulkReply['body']

function rolesIn(row: Row): string[] {
  const list: Row[] = Array.isArray(row?.accessDetails?.unifiedRoles) ? row.accessDetails.unifiedRoles : []
  return list.map((role) => String(role.roleDefinitionId).toLowerCase())
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

export function assignmentOf(row: Row): FoundAssignment {
  return {
    id: String(row.id),
    etag: String(row['@odata.etag'] ?? '*'),
    status: String(row.status),
    groupId: String(row.accessContainer?.accessContainerId ?? '').toLowerCase(),
    roles: rolesIn(row),
    createdDateTime: textOrNull(row.createdDateTime) ?? '',
    lastModifiedDateTime: textOrNull(row.lastModifiedDateTime) ?? '',
  }
}

export function relationshipOf(row: Row, assignments: readonly FoundAssignment[]): FoundRelationship {
  return {
    id: String(row.id),
    etag: String(row['@odata.etag'] ?? '*'),
    displayName: String(row.displayName),
    status: String(row.status),
    customerId: textOrNull(row.customer?.tenantId)?.toLowerCase() ?? null,
    customerName: textOrNull(row.customer?.displayName) ?? '',
    duration: String(row.duration),
    autoExtend: textOrNull(row.autoExtendDuration),
    roles: rolesIn(row),
    createdDateTime: textOrNull(row.createdDateTime) ?? '',
    lastModifiedDateTime: textOrNull(row.lastModifiedDateTime) ?? '',
    activatedDateTime: textOrNull(row.activatedDateTime),
    endDateTime: textOrNull(row.endDateTime),
    assignments,
  }
}

/** Up to 20 reads in one batch, again while the service is busy. */
export async function readAll(
  { send, wait }: Pick<BulkReadFacts, 'wait'> & Pick<GraphPort, 'send'>,
  paths: readonly string[],
): Promise<BulkReply[]> {
  const replies: BulkReply[] = []
  for (let from = 0; from < paths.length; from += mostInBatch) {
    let left = paths.slice(from, from + mostInBatch).map((path, at) => ({ path, at: from + at }))
    for (let tries = 0; left.length > 0; tries++) {
      const calls = left.map(({ path }): BulkCall => ({ method: 'GET', path }))
      const answers = await send(calls)
      const again: typeof left = []
      let seconds = 0
      for (const [place, answer] of answers.entries()) {
        const one = left[place] as (typeof left)[number]
        if ((answer.status === 429 || answer.status === 503) && tries < mostTries) {
          again.push(one)
          seconds = Math.max(seconds, answer.retryAfter ?? 2 ** tries)
        } else replies[one.at] = answer
      }
      left = again
      if (left.length > 0) await wait(seconds * 1000)
    }
  }
  return replies
}

const mostTries = 6

export interface BulkReadFacts {
  readonly partnerId: string
  readonly now: string
  /** Whether assignments come with the relationships: in one query against a server of ours. */
  readonly expands: boolean
  /** Whether groups are asked for: a token for relationships alone may not read them. */
  readonly groups: boolean
  wait(millis: number): Promise<void>
}

async function relationshipsIn(port: GraphPort, facts: BulkReadFacts): Promise<FoundRelationship[]> {
  const expand = facts.expands ? '&$expand=accessAssignments' : ''
  const rows = await port.list(`${relationshipsPath}?$top=${pageSize}${expand}`)
  const inForce = facts.expands ? [] : rows.filter(({ status }) => status === 'active')
  const paths = inForce.map(({ id }) => `${relationshipsPath}/${id}/accessAssignments?$top=${pageSize}`)
  const lists = await readAll({ ...facts, send: port.send }, paths)
  const own = new Map<string, readonly Row[]>()
  for (const [at, { id }] of inForce.entries()) {
    const reply = lists[at] as BulkReply
    if (reply.status !== 200) throw new Error(`${paths[at]}: ${reply.status} ${reply.body?.error?.message ?? ''}`)
    own.set(id, reply.body['@odata.nextLink'] === undefined ? reply.body.value : await port.list(paths[at] as string))
  }
  const found: FoundRelationship[] = []
  for (const row of rows) {
    const isCut = row['accessAssignments@odata.nextLink'] !== undefined
    const expanded: Row[] = isCut
      ? await port.list(`${relationshipsPath}/${row.id}/accessAssignments?$top=${pageSize}`)
      : (row.accessAssignments ?? [])
    found.push(relationshipOf(row, (own.get(row.id) ?? expanded).map(assignmentOf)))
  }
  return found
}

async function groupsIn(port: GraphPort): Promise<FoundGroup[]> {
  const rows = await port.list('/groups?$select=id,displayName&$top=999')
  return rows.map(({ id, displayName }) => ({ id: String(id).toLowerCase(), name: String(displayName ?? '') }))
}

/** Those of the tenants that the service does not know. Where a token may not ask, all are taken to be known. */
async function unknownAmong(
  port: GraphPort,
  facts: BulkReadFacts,
  ids: readonly string[],
  known: ReadonlySet<string>,
): Promise<Set<string>> {
  const asked = [...new Set(ids)].filter((id) => !known.has(id))
  const paths = asked.map((id) => `/tenantRelationships/findTenantInformationByTenantId(tenantId='${id}')`)
  const replies = await readAll({ ...facts, send: port.send }, paths)
  return new Set(asked.filter((_, at) => replies[at]?.status === 404))
}

/** `customers`: of the list; those that the partner has nothing with are looked up. */
export async function readState(
  port: GraphPort,
  facts: BulkReadFacts,
  customers: readonly string[],
): Promise<BulkState> {
  const relationships = await relationshipsIn(port, facts)
  const groups = facts.groups ? await groupsIn(port) : []
  const known = new Set(relationships.flatMap(({ customerId }) => customerId ?? []))
  const fresh = customers.filter((id) => !known.has(id))
  if (fresh.length > 0)
    for (const { id } of await port.list(`${customersPath}?$select=id&$top=${pageSize}`))
      known.add(String(id).toLowerCase())
  const unknownCustomers = await unknownAmong(port, facts, fresh, known)
  const { partnerId, now } = facts
  return { partnerId: partnerId.toLowerCase(), now, relationships, groups, unknownCustomers }
}
