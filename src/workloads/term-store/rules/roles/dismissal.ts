/** What is removed from the directory holds no role of the taxonomy any more: its id leaves the lists. */
import type { Tx } from '#edm/ports.ts'
import { group, store } from '../../types.ts'

type Ids = readonly string[] | null

/** The list without the id; undefined: it is not in there. */
function without(ids: Ids, id: string): string[] | undefined {
  return ids?.includes(id) === true ? ids.filter((one) => one !== id) : undefined
}

/** `id`: of a user or a group. */
export async function dismiss(tx: Tx, id: string): Promise<void> {
  for (const { id: storeId, administrators: before } of await tx.find(store, {})) {
    const administrators = without(before, id)
    if (administrators !== undefined) await tx.update(store, storeId, { administrators })
    for (const row of await tx.find(group, { storeId })) {
      const managers = without(row.managers, id)
      const contributors = without(row.contributors, id)
      if (managers !== undefined) await tx.update(group, row.id, { managers })
      if (contributors !== undefined) await tx.update(group, row.id, { contributors })
    }
  }
}
