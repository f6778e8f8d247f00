/** Terms that stand for others: those that replace deprecated ones, and those that others were merged into. */
import { type CheckedTenant, rowsIn } from '../../finding.ts'
import { mergedTerm } from '../own-types.ts'
import { term } from '../types.ts'
import type { Taxonomy } from './taxonomy.ts'

/** `replacedBy` names terms, and leads from none to itself. */
function checkReplacements(
  { report }: CheckedTenant,
  { sources }: Taxonomy,
  replacedBy: ReadonlyMap<string, string>,
): void {
  for (const [id, other] of replacedBy)
    if (!sources.has(other))
      report('replaced-by', `term ${id}`, `it is replaced by ${other}, which is no term`, 'deprecate it anew')
  const done = new Set<string>()
  for (const first of replacedBy.keys()) {
    const passed = new Set<string>()
    for (let next: string | undefined = first; next !== undefined && !done.has(next); next = replacedBy.get(next)) {
      if (passed.has(next)) {
        report('replaced-by', `term ${next}`, 'by way of others, it is replaced by itself', 'undeprecate it')
        break
      }
      passed.add(next)
    }
    for (const id of passed) done.add(id)
  }
}

/** A row may lead to a term that was deleted: it is right again when that term is restored. */
export async function checkSuccessors(tenant: CheckedTenant, taxonomy: Taxonomy): Promise<void> {
  const { report } = tenant
  const { sources } = taxonomy
  const replacedBy = new Map<string, string>()
  const told = new Map<string, string>()
  for await (const row of rowsIn(tenant, term, ['replacedBy', 'mergedTermIds'])) {
    if (row['replacedBy'] !== null) replacedBy.set(row.id, row['replacedBy'] as string)
    for (const id of row['mergedTermIds'] as readonly string[]) told.set(id, row.id)
  }
  checkReplacements(tenant, taxonomy, replacedBy)
  const merged = new Map<string, string>()
  for await (const row of rowsIn(tenant, mergedTerm, ['into'])) merged.set(row.id, row['into'] as string)
  for (const [id, into] of merged) {
    const at = `merged id ${id}`
    if (sources.has(id)) report('merged-id', at, 'a term has the id', 'delete the row of the merged id')
    if (sources.has(into) && told.get(id) !== into)
      report(
        'merged-id',
        at,
        `it leads to term ${into}, whose mergedTermIds lack it`,
        'delete the row of the merged id',
      )
  }
  for (const [id, into] of told)
    if (merged.get(id) !== into)
      report('merged-id', `term ${into}`, `of its mergedTermIds, ${id} does not lead to it`, 'merge it again')
}
