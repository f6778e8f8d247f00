/** Orders chosen by hand name children of their place, each once (docs/adr/0040). */
import { type CheckedTenant, rowsIn } from '../../finding.ts'
import { relation, set, term } from '../types.ts'
import type { Taxonomy } from './taxonomy.ts'

/** The children at a place: of a pin, those that it mirrors. */
function childrenOf({ under, sources }: Taxonomy, setId: string, termId: string, isPin: boolean): Set<string> {
  const held = isPin ? (sources.get(termId)?.setId ?? setId) : setId
  return new Set(under(held, termId).map((one) => one.termId))
}

export async function checkOrders(tenant: CheckedTenant, taxonomy: Taxonomy): Promise<void> {
  const { report } = tenant
  const check = (at: string, order: readonly string[], childrenAt: () => ReadonlySet<string>): void => {
    if (order.length === 0) return
    const children = childrenAt()
    const strangers = order.filter((id) => !children.has(id))
    if (strangers.length > 0)
      report('order', at, `its order names ${strangers[0]}, which is no child there`, 'put its children in order anew')
    if (new Set(order).size < order.length)
      report('order', at, 'its order names a child twice', 'put its children in order anew')
  }
  const roots = new Map<string, Set<string>>()
  for (const { setId, parentId, termId } of taxonomy.occurrences)
    if (parentId === null) roots.set(setId, (roots.get(setId) ?? new Set()).add(termId))
  for await (const { id, customSortOrder } of rowsIn(tenant, set, ['customSortOrder']))
    check(`set ${id}`, customSortOrder as string[], () => roots.get(id) ?? new Set())
  for await (const { id, customSortOrder, setId } of rowsIn(tenant, term, ['customSortOrder', 'setId']))
    check(`term ${id}`, customSortOrder as string[], () => childrenOf(taxonomy, setId as string, id, false))
  const keys = ['customSortOrder', 'setId', 'toTermId', 'relationship']
  for await (const { id, customSortOrder, setId, toTermId, relationship } of rowsIn(tenant, relation, keys))
    check(`relation ${id}`, customSortOrder as string[], () =>
      childrenOf(taxonomy, setId as string, toTermId as string, relationship === 'pin'),
    )
}
