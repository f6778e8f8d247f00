/** Ids of terms that were merged into another one, and stand for it where an id is read (exchange.md §9.5). */
import type { ReadTx } from '#edm/ports.ts'
import { mergedTerm } from '../../own-types.ts'

/** The id of the term that an id stands for; undefined: no term of that id was merged. To be asked where no term has it. */
export async function survivorOf(tx: ReadTx, id: string): Promise<string | undefined> {
  return (await tx.get(mergedTerm, id))?.into
}
