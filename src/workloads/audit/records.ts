/** Records of the log as the API gives them, stored ones and drawn ones, by their ids (events.md §9.3). */
import type { ReadTx, Store } from '#edm/ports.ts'
import type { Prop } from '#edm/props.ts'
import { constant, member, type Shape } from '#edm/query.ts'
import { changeId, reachId, recordedRow, recordReach, sequenceOf } from '#edm/records/recording.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { directoryAudit } from '../directory/audit.ts'
import { canonicalJson } from './links.ts'

export type RecordSource = 'directory' | 'taxonomy'

export interface AuditRecord {
  readonly id: string
  /** As RFC 8785 writes it: what is hashed, and sent. */
  readonly text: string
  readonly activityDateTime: string
  /** Whose log may have a record of the same. */
  readonly customerId: string | undefined
}

export interface AuditRecords {
  byIds(tx: ReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, AuditRecord>>
  /** Ids of stored records that have no link yet, in their order. */
  unchained(tx: ReadTx, most: number): Promise<readonly string[]>
  /** Numbers of changes after one, as far as they are kept. */
  changesAfter(tx: ReadTx, change: number, most: number): Promise<readonly number[]>
}

const shownProps = Object.entries(directoryAudit.props).filter(([, prop]) => (prop as Prop).returned !== 'never')

/** What the API shows by default, and the id that all entities have. */
const shape: Shape = [
  { kind: 'prop', name: 'id', prop: { kind: 'prop', type: 'Edm.String', nullable: false, doc: '' } as Prop },
  ...shownProps.map(([name, prop]) => ({ kind: 'prop', name, prop: prop as Prop }) as const),
]

interface Told {
  readonly additionalDetails?: readonly { readonly key?: string; readonly value?: string }[]
}

/** The id of the record that is drawn from a change: taxonomy-audit.ts makes the same of it. */
export function drawnId(tenantId: string, change: number): string {
  const [first = '', second, third, fourth, last = ''] = [
    tenantId.slice(0, 8),
    tenantId.slice(24, 28),
    tenantId.slice(28, 32),
    tenantId.slice(32, 36),
    `00${changeId(change)}`,
  ]
  return [first, second, third, fourth, last].join('-')
}

function recordOf(id: string, json: string, row: Readonly<Record<string, unknown>>): AuditRecord {
  const value = JSON.parse(json) as Told & Record<string, unknown>
  const after = row['resourceAfter']
  if (typeof after === 'string') value['resourceAfter'] = JSON.parse(after)
  return {
    id,
    text: canonicalJson(value),
    activityDateTime: row['activityDateTime'] as string,
    customerId: value.additionalDetails?.find(({ key }) => key === 'customerId')?.value,
  }
}

export function auditRecordsOn(store: Store): AuditRecords {
  const common = { type: directoryAudit, order: [], shape: [], carry: [] } as const
  const listed: RowQuery = {
    ...common,
    branches: [{ op: 'listed', list: 'ids' }],
    drawn: true,
    shape,
    carry: ['activityDateTime', 'resourceAfter'],
  }
  const byIds = store.prepare(listed)
  const unchained = store.prepare({
    ...common,
    branches: [{ op: 'eq', left: member('chained'), right: constant(null) }],
    limit: true,
  })
  return {
    byIds: async (tx, ids) => {
      if (ids.length === 0) return new Map()
      const rows = await tx.query(byIds, { ids: JSON.stringify(ids) })
      return new Map(rows.map(({ json, row }) => [row.id, recordOf(row.id, json, row)]))
    },
    unchained: async (tx, most) => (await tx.query(unchained, { limit: most })).map(({ row }) => row.id),
    changesAfter: async (tx, change, most) => {
      const reach = await tx.get(recordReach, reachId)
      if (reach === undefined) return []
      const first = Math.max(change, reach.forgotten) + 1
      const last = Math.min(reach.newest, first + most - 1)
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
    },
  }
}

/** The number of the change that a record is drawn from. */
export function changeOf(recordId: string): number {
  return sequenceOf(recordId.slice(-10))
}

/** Whether a change is still in the record. */
export async function hasChange(tx: ReadTx, change: number): Promise<boolean> {
  return (await tx.get(recordedRow, changeId(change))) !== undefined
}
