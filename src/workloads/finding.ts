/** What a check says, and how the rows it looks at are read: page by page, so that a large store fits. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Prepared, Store } from '#edm/ports.ts'
import { constant, type Position } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'

/** One thing that is not as the rules have it. */
export interface Finding {
  /** Name of the invariant: `label-default`. */
  readonly rule: string
  readonly tenantId: string
  /** Kind of row and its id: `term 8ed8c9ea-…`. */
  readonly at: string
  readonly what: string
  /** What a person can do about it. */
  readonly advice: string
}

/** Hears of each finding. */
export type Report = (rule: string, at: string, what: string, advice: string) => void

/** One tenant of a store, as checks see it. */
export interface Ward {
  readonly store: Store
  readonly tenantId: string
  readonly report: Report
}

const pageRows = 1000

export const fromBackup = 'restore a backup from before it happened'

/** All rows of a type with these row keys, by id. A row that cannot be read ends it with that error. */
export const rowsIn = async function* (
  { store, tenantId }: Pick<Ward, 'store' | 'tenantId'>,
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
    const page = await store.read(tenantId, (tx) => tx.page(prepared, { after, limit: pageRows }))
    for (const { row } of page) yield row
    const last = page.at(-1)
    if (last === undefined || page.length < pageRows) return
    after = last.position
  }
}
