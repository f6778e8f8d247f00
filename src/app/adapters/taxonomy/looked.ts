/** Adapter: which part of the store is looked over by the rules of exchange.md §12. */
import { AppError } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { ReadTx } from '#edm/ports.ts'
import type { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { term } from '#workloads/term-store/types.ts'
import { chosen, type ExportRequest, notFound, sameName, termIn } from './chosen.ts'
import { readTaxonomy, readTermsInto } from './read-taxonomy.ts'

export interface LookRequest extends Pick<ExportRequest, 'groups' | 'sets'> {
  /** Id, or path with `/`, of a group, a set or a term; in place of groups and sets. */
  readonly at?: string | undefined
}

interface Looked {
  readonly taxonomy: TaxonomyPart
  readonly setIds: readonly string[]
}

/** Ids of terms that terms of these sets name and that are not read: their successors, and what properties name. */
function unreadIds(taxonomy: TaxonomyPart, asked: ReadonlySet<string>): string[] {
  const named = [...taxonomy.terms.values()].flatMap(({ replacedBy, properties }) => [
    ...(replacedBy === null ? [] : [replacedBy]),
    ...Object.values(properties).flatMap((value) => /^urn:uuid:([\da-f-]{36})$/.exec(value)?.[1] ?? []),
  ])
  return named.filter((id) => !taxonomy.terms.has(id) && !asked.has(id))
}

/**
 * The sets that are looked over, with all that shares terms with them; the orphans too where all are. Terms of other sets
 * that are named by these are there too, so that they are not taken for gone.
 */
export async function lookedIn(tx: ReadTx, request: ExportRequest): Promise<Looked> {
  const all = await readTaxonomy(tx, { sets: [], withSharing: false })
  const isWhole = (request.sets ?? []).length === 0 && (request.groups ?? []).length === 0
  const orphans = [...all.sets.values()].filter(({ systemRole }) => isWhole && systemRole === 'orphanedTerms')
  const setIds = [...chosen(all, request), ...orphans.map(({ id }) => id)]
  const taxonomy = await readTaxonomy(tx, { sets: setIds, withSharing: true })
  const asked = new Set<string>()
  for (let ids = unreadIds(taxonomy, asked); ids.length > 0; ids = unreadIds(taxonomy, asked)) {
    for (const id of ids) asked.add(id)
    await readTermsInto(tx, taxonomy, ids)
  }
  return { taxonomy, setIds }
}

/** What a path or an id means: a group, or a set with the rest of the path, which names a term. */
async function meantBy(tx: ReadTx, at: string): Promise<{ groups?: string[]; sets?: string[]; term?: string }> {
  const all = await readTaxonomy(tx, { sets: [], withSharing: false })
  const id = guidOf(at)
  if (id !== undefined) {
    if (all.groups.has(id)) return { groups: [id] }
    if (all.sets.has(id)) return { sets: [id] }
    const row = await tx.get(term, id)
    if (row === undefined) throw notFound(`There is no group, set or term '${at}'.`)
    return { sets: [row.setId], term: id }
  }
  const [first = '', second, ...others] = at.split('/').map((part) => part.trim())
  const group = [...all.groups.values()].find(({ name }) => sameName(name, first))
  const isNamed = (names: Readonly<Record<string, string>>, wanted: string): boolean =>
    Object.values(names).some((one) => sameName(one, wanted))
  const inGroup = [...all.sets.values()].filter(
    ({ names, groupId }) => second !== undefined && groupId === group?.id && isNamed(names, second),
  )
  const [own] = inGroup
  const rest = (path: readonly string[]) => (path.length === 0 ? {} : { term: path.join('/') })
  if (own !== undefined) return { sets: [own.id], ...rest(others) }
  const isSet = [...all.sets.values()].some(({ names }) => isNamed(names, first))
  if (isSet && group !== undefined && second === undefined)
    throw new AppError('invalid', `'${at}' is a group and a set: name it by its id, or as GROUP/SET.`, { target: 'at' })
  if (isSet) return { sets: [first], ...rest(second === undefined ? [] : [second, ...others]) }
  if (group !== undefined && second === undefined) return { groups: [group.id] }
  throw notFound(`There is no group, set or term '${at}'.`)
}

function branchOf(taxonomy: TaxonomyPart, setId: string, termId: string): Set<string> {
  const ids = new Set([termId])
  for (const id of ids) for (const child of taxonomy.idsUnder(setId, id)) ids.add(child)
  return ids
}

/** `among`: only findings about these terms. */
export async function lookedAt(
  tx: ReadTx,
  { at, groups, sets }: LookRequest,
): Promise<Looked & { readonly among?: ReadonlySet<string> }> {
  if (at === undefined) return lookedIn(tx, { ...(groups && { groups }), ...(sets && { sets }) })
  const { term: wanted, ...meant } = await meantBy(tx, at)
  const looked = await lookedIn(tx, meant)
  const [setId] = looked.setIds
  if (wanted === undefined || setId === undefined) return looked
  return { ...looked, among: branchOf(looked.taxonomy, setId, termIn(looked.taxonomy, looked.setIds, wanted)) }
}
