/** The digest of a set of the store: of its document alone, so that it does not depend on what else is read. */
import { digester } from '../../doc/canonical.ts'
import type { TaxonomyPart } from './taxonomy.ts'
import { docOf } from './to-doc.ts'

/** SHA-256 in hex of the canonical form (exchange.md §1.2). */
export function digestOfSet(taxonomy: TaxonomyPart, setId: string): string {
  const doc = docOf(taxonomy, { sets: [setId] })
  const set = doc.groups[0]?.sets[0]
  return set === undefined ? '' : digester(doc)(set)
}
