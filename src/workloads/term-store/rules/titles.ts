/** How messages name a set, so that a reader finds it: by its name and its id. */
import type { ReadTx } from '#edm/ports.ts'
import { set, store } from '../types.ts'
import { nameOf } from './labels/labels.ts'

/** `'Genres' (5e70…)`. */
export async function titleOfSet(tx: ReadTx, setId: string): Promise<string> {
  const row = await tx.get(set, setId)
  const storeRow = row === undefined ? undefined : await tx.get(store, row.storeId)
  const name = nameOf(row?.localizedNames ?? [], storeRow?.defaultLanguageTag ?? '') ?? ''
  return `'${name}' (${setId})`
}
