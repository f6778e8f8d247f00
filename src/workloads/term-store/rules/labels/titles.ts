/** How messages name sets and terms, so that a reader finds them: by name and id. */
import type { ReadTx } from '#edm/ports.ts'
import { set, store, term } from '../../types.ts'
import { defaultLabel, nameOf } from './labels.ts'

/** `'Genres' (5e70…)`. */
export async function titleOfSet(tx: ReadTx, setId: string): Promise<string> {
  const row = await tx.get(set, setId)
  const storeRow = row === undefined ? undefined : await tx.get(store, row.storeId)
  const name = nameOf(row?.localizedNames ?? [], storeRow?.defaultLanguageTag ?? '') ?? ''
  return `'${name}' (${setId})`
}

async function languageOf(tx: ReadTx, setId: string): Promise<string> {
  const row = await tx.get(set, setId)
  const storeRow = row === undefined ? undefined : await tx.get(store, row.storeId)
  return storeRow?.defaultLanguageTag ?? ''
}

/** The default label of a term in the language of the store, or where it has none any other. */
export async function labelOfTerm(tx: ReadTx, termId: string): Promise<string> {
  const row = await tx.get(term, termId)
  if (row === undefined) return ''
  return defaultLabel(row.labels ?? [], await languageOf(tx, row.setId)) ?? row.labels?.[0]?.name ?? ''
}

/** `'Jazz' (0b00…)`. */
export async function titleOfTerm(tx: ReadTx, termId: string): Promise<string> {
  return `'${await labelOfTerm(tx, termId)}' (${termId})`
}
