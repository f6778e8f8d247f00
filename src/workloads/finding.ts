/** What a check reports, and how it reads rows: page by page, so that a large store does not fill the memory. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Prepared, Store } from '#edm/ports.ts'
import { constant, type Position } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'

/** One place where a store breaks an invariant that the rules keep. */
export interface Finding {
  /** Name of the invariant: `label-default`. */
  readonly rule: string
  readonly tenantId: string
  /** Kind of row and its id: `term 8ed8c9ea-…`. */
  readonly at: string
  readonly what: string
  /** What an operator can do about it. */
  readonly advice: string
}

/** Is called for each finding; the tenant is known. */
export type Report = (rule: string, at: string, what: string, advice: string) => void

/** The tenant that a check looks through. */
export interface CheckedTenant {
  readonly store: Store
  readonly tenantId: string
  readonly report: Report
}

const pageRows = 1000

export const fromBackup = 'restore a backup from before it happened'

/** All rows of a type with these row keys, ordered by id. Throws the error of a row that cannot be read. */
export const rowsIn = async function* (
  { store, tenantId }: Pick<CheckedTenant, 'store' | 'tenantId'>,
  type: EntityType,
  keys: readonly string[],
): AsyncGenerator<AnyRow> {
  const query: RowQuery = {
    type,
    branches: [constant(true)],
    order: [],
    after: true,
    limit: true,
    shape: [],
    carry: keys,
  }
  const prepared: Prepared = store.prepare(query)
  for (let after: Position = ['']; ; ) {
    const page = await store.read(tenantId, (tx) => tx.query(prepared, { after, limit: pageRows }))
    for (const { row } of page) yield row
    const last = page.at(-1)
    if (last === undefined || page.length < pageRows) return
    after = last.position
  }
}
