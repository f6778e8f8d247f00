/** Adapter: Partner Center's audit records, made of those in Graph's shape (events.md §2.8). */
import type { AuditFilter, AuditPlace, AuditQuery } from '#control/feed/partner/audit-query.ts'
import type { AuditPage, PartnerAudit } from '#control/feed/partner/audit-records.ts'
import type { PartnerParts } from '#control/feed/partner/endpoint.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import { all, constant, type Expr, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { user } from '#workloads/directory/people.ts'
import { relationship } from '#workloads/gdap/types.ts'

type AuditRow = RowOf<typeof directoryAudit>

const kinds: Readonly<Record<string, string>> = {
  GranularAdminRelationship: 'granular_admin_relationship',
  GranularAdminAccessAssignment: 'granular_admin_access_assignment',
}

/** Details that are members of their own here. */
const ownMembers: ReadonlySet<string | null> = new Set(['resourceType', 'relationshipId', 'customerId'])

const rowsAtOnce = 500

function detailOf({ additionalDetails }: Pick<AuditRow, 'additionalDetails'>, name: string): string | null {
  return additionalDetails.find(({ key }) => key === name)?.value ?? null
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text)
}

/** The whole resource with its customer's name under both names that clients read; of records without it, what changed. */
function afterOf({ resourceAfter, targetResources }: AuditRow): string | null {
  const [target] = targetResources
  if (resourceAfter === null) {
    const changes = (target?.modifiedProperties ?? []).filter(({ newValue }) => newValue !== null)
    const members = changes.map(({ displayName, newValue }) => [displayName ?? '', parsed(newValue)])
    return changes.length === 0 ? null : JSON.stringify({ id: target?.id ?? null, ...Object.fromEntries(members) })
  }
  const whole = JSON.parse(resourceAfter) as { customer?: { tenantId?: string; displayName?: string | null } | null }
  const { customer } = whole
  if (customer === null || customer === undefined) return resourceAfter
  const { tenantId, displayName = null, ...more } = customer
  return JSON.stringify({
    ...whole,
    customer: { tenantId, organizationDisplayName: displayName, displayName, ...more },
  })
}

function beforeOf({ targetResources }: AuditRow): string | null {
  const [target] = targetResources
  const changes = (target?.modifiedProperties ?? []).filter(({ oldValue }) => oldValue !== null)
  if (changes.length === 0) return null
  const members = changes.map(({ displayName, oldValue }) => [displayName ?? '', parsed(oldValue)])
  return JSON.stringify({ id: target?.id ?? null, ...Object.fromEntries(members) })
}

/** Names that records lack, read once for a page. */
class Names {
  readonly #tx: ReadTx
  readonly #customers = new Map<string, string | null>()
  readonly #users = new Map<string, string | null>()

  constructor(tx: ReadTx) {
    this.#tx = tx
  }

  /** Of the customer of each relationship, and of each user. */
  async read(relationshipIds: readonly string[], userIds: readonly string[]): Promise<void> {
    for (const id of new Set(relationshipIds))
      if (!this.#customers.has(id))
        this.#customers.set(id, (await this.#tx.get(relationship, id))?.customer?.displayName ?? null)
    for (const id of new Set(userIds))
      if (!this.#users.has(id)) this.#users.set(id, (await this.#tx.get(user, id))?.userPrincipalName ?? null)
  }

  customer(relationshipId: string | null): string | null {
    return (relationshipId !== null && this.#customers.get(relationshipId)) || null
  }

  user(id: string | null): string | null {
    return (id !== null && this.#users.get(id)) || null
  }
}

/** Name of the customer, as the record itself has it. */
function ownCustomerName(resourceAfter: string | null): string | null {
  if (resourceAfter === null) return null
  const { customer } = JSON.parse(resourceAfter) as { customer?: { displayName?: string | null } | null }
  return customer?.displayName ?? null
}

/** Before it has a customer a relationship is open to any. */
function knownCustomer(row: AuditRow, names: Names): string | null {
  return detailOf(row, 'customerId') === null ? null : names.customer(detailOf(row, 'relationshipId'))
}

function shownOf(row: AuditRow, partnerId: string, names: Names): PartnerAudit {
  const { initiatedBy, additionalDetails, result, operationType } = row
  return {
    id: row.id,
    partnerId,
    customerId: detailOf(row, 'customerId'),
    customerName: ownCustomerName(row.resourceAfter) ?? knownCustomer(row, names),
    userPrincipalName: initiatedBy.user?.userPrincipalName ?? names.user(initiatedBy.user?.id ?? null),
    applicationId: initiatedBy.app?.appId ?? null,
    resourceType: kinds[row.category] ?? row.category,
    before: beforeOf(row),
    after: afterOf(row),
    operationType: operationType ?? '',
    at: row.activityDateTime,
    isFailed: result === 'failure',
    customizedData: additionalDetails
      .filter(({ key }) => !ownMembers.has(key))
      .map(({ key, value }) => ({ key, value })),
  }
}

async function shownAll(tx: ReadTx, rows: readonly AuditRow[], partnerId: string): Promise<PartnerAudit[]> {
  const names = new Names(tx)
  await names.read(
    rows.flatMap((row) => (ownCustomerName(row.resourceAfter) === null ? (detailOf(row, 'relationshipId') ?? []) : [])),
    rows.flatMap(({ initiatedBy: { user: who } }) => (who?.userPrincipalName === null ? (who.id ?? []) : [])),
  )
  return rows.map((row) => shownOf(row, partnerId, names))
}

const columns = Object.keys(directoryAudit.props).filter((name) => name !== 'id')

/**
 * Records of relationships and assignments within the dates, newest first. Of operations and requests Partner Center has
 * none: theirs are those of the relationship.
 */
function queryOf(after: Expr | undefined): RowQuery {
  const isOfOthers = (what: string): Expr => ({
    op: 'call',
    name: 'contains',
    args: [member('operationType'), constant(`_relationship_${what}_`)],
  })
  return {
    type: directoryAudit,
    branches: [
      all(
        { op: 'in', left: member('category'), list: Object.keys(kinds).map(constant) },
        { op: 'ge', left: member('activityDateTime'), right: param('from') },
        { op: 'le', left: member('activityDateTime'), right: param('to') },
        { op: 'not', arg: isOfOthers('operation') },
        { op: 'not', arg: isOfOthers('request') },
        ...(after === undefined ? [] : [after]),
      ),
    ],
    order: [
      { by: member('activityDateTime'), descending: true },
      { by: member('id'), descending: true },
    ],
    limit: true,
    shape: [],
    carry: columns,
  }
}

/** Behind a place in the order. */
const behind: Expr = {
  op: 'or',
  args: [
    { op: 'lt', left: member('activityDateTime'), right: param('instant') },
    all(
      { op: 'eq', left: member('activityDateTime'), right: param('instant') },
      { op: 'lt', left: member('id'), right: param('id') },
    ),
  ],
}

async function holdsFor(tx: ReadTx, rows: readonly AuditRow[], { field, holds }: AuditFilter): Promise<AuditRow[]> {
  if (field === 'ResourceType') return rows.filter(({ category }) => holds(kinds[category] ?? null))
  if (field === 'CustomerId') return rows.filter((row) => holds(detailOf(row, 'customerId')))
  const named = rows.map((row) => ({ row, own: ownCustomerName(row.resourceAfter) }))
  const names = new Names(tx)
  const unnamed = named.filter(({ own }) => own === null)
  await names.read(
    unnamed.flatMap(({ row }) => detailOf(row, 'relationshipId') ?? []),
    [],
  )
  return named.filter(({ row, own }) => holds(own ?? knownCustomer(row, names))).map(({ row }) => row)
}

function placeOf({ activityDateTime: instant, id }: AuditRow): AuditPlace {
  return { instant, id }
}

function isBehind(row: AuditRow, place: AuditPlace | undefined): boolean {
  if (place === undefined || row.activityDateTime < place.instant) return true
  return row.activityDateTime === place.instant && row.id < place.id
}

interface Found {
  readonly total: number
  /** One more than a page, where there are so many. */
  readonly rows: readonly AuditRow[]
}

/** Reads records by their place in the order. */
function recordsOn(store: Store) {
  const first = store.prepare(queryOf(undefined))
  const following = store.prepare(queryOf(behind))
  const counted = store.prepare(queryOf(undefined), 'count')
  type Dates = Pick<AuditQuery, 'from' | 'to'>
  const some = async (tx: ReadTx, { from, to }: Dates, after: AuditPlace | undefined, limit: number) => {
    const bind = { from, to, limit }
    const found =
      after === undefined
        ? await tx.query(first, bind)
        : await tx.query(following, { ...bind, instant: after.instant, id: after.id })
    return found.map(({ row }) => row as unknown as AuditRow)
  }
  /** All that the filter takes, counted; of those behind the place a page. */
  const scanned = async (tx: ReadTx, query: AuditQuery, filter: AuditFilter): Promise<Found> => {
    const page: AuditRow[] = []
    let total = 0
    let place: AuditPlace | undefined
    for (;;) {
      const rows = await some(tx, query, place, rowsAtOnce)
      for (const row of await holdsFor(tx, rows, filter)) {
        total += 1
        if (page.length <= query.size && isBehind(row, query.after)) page.push(row)
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < rowsAtOnce) return { total, rows: page }
      place = placeOf(last)
    }
  }
  return async (tx: ReadTx, query: AuditQuery): Promise<Found> => {
    const { from, to, after, size, filter } = query
    if (filter !== undefined) return scanned(tx, query, filter)
    return { total: await tx.query(counted, { from, to }), rows: await some(tx, query, after, size + 1) }
  }
}

export function partnerAuditOn(store: Store): Pick<PartnerParts, 'auditRecords' | 'auditRecord'> {
  const records = recordsOn(store)
  const list = async (tx: ReadTx, tenantId: string, query: AuditQuery): Promise<AuditPage> => {
    const { total, rows } = await records(tx, query)
    const shown = rows.slice(0, query.size)
    const last = shown.at(-1)
    return {
      total,
      records: await shownAll(tx, shown, tenantId),
      next: rows.length > query.size && last !== undefined ? placeOf(last) : undefined,
    }
  }
  return {
    auditRecords: (tenantId, query, deadline) => store.read(tenantId, (tx) => list(tx, tenantId, query), deadline),
    auditRecord: (tenantId, id) =>
      store.read(tenantId, async (tx) => {
        const row = await tx.get(directoryAudit, id)
        if (row === undefined || kinds[row.category] === undefined) return undefined
        return (await shownAll(tx, [row], tenantId))[0]
      }),
  }
}
