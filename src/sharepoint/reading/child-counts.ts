/** Counts of what is below a parent, in the natural listing (exchange.md §13.3): prepared once, and run only below terms with children. */

import type { EntityType } from '#edm/define.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import { all, type Expr } from '#edm/query.ts'
import { fromTerm, inSet, setChildren, setRelations, termChildren } from '#workloads/term-store/occurrences.ts'
import { relation, term } from '#workloads/term-store/types.ts'
import type { ChildCounts } from '../request.ts'

export function childCountsOn(store: Pick<Store, 'prepare'>): ChildCounts {
  const counted = (type: EntityType, branches: readonly Expr[]) =>
    store.prepare({ type, branches, order: [], shape: [], carry: [] }, 'count')
  return {
    terms: counted(term, termChildren['own']?.branches ?? []),
    shared: counted(relation, [all(inSet, fromTerm)]),
    rootTerms: counted(term, setChildren['own']?.branches ?? []),
    rootShared: counted(relation, setRelations),
  }
}

export async function childrenBelow(tx: ReadTx, counts: ChildCounts, set: string, term: string): Promise<number> {
  return (await tx.query(counts.terms, { set, term })) + (await tx.query(counts.shared, { set, term }))
}

export async function childrenAtRoot(tx: ReadTx, counts: ChildCounts, set: string): Promise<number> {
  return (await tx.query(counts.rootTerms, { set })) + (await tx.query(counts.rootShared, { set }))
}
