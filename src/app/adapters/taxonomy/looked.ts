/** Adapter: which part of the store is looked over by the rules of exchange.md §12. */
import { AppError } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { ReadTx } from '#edm/ports.ts'
import type { TaxonomyPart, TermState } from '#exchange/plan/taxonomy/taxonomy.ts'
import { term } from '#workloads/term-store/types.ts'
import { chosen, type ExportRequest } from './chosen.ts'
import { type Frame, readPlaces, readTaxonomy, readTerms, type TaxonomyReading } from './read-taxonomy.ts'
import { notThere, sameName } from './work/scope.ts'

export interface LookRequest extends Pick<ExportRequest, 'groups' | 'sets'> {
  /** Id, or path with `/`, of a group, a set or a term; in place of groups and sets. */
  readonly at?: string | undefined
}

/** Ids of terms that these name: their successors, and what properties name. */
function namedBy(terms: readonly TermState[]): string[] {
  return terms.flatMap(({ replacedBy, properties }) => [
    ...(replacedBy === null ? [] : [replacedBy]),
    ...Object.values(properties).flatMap((value) => /^urn:uuid:([\da-f-]{36})$/.exec(value)?.[1] ?? []),
  ])
}

/** Ids of the sets that are looked over; the orphans too where all are. */
export function setsLookedIn(all: TaxonomyPart, request: ExportRequest): string[] {
  const isWhole = (request.sets ?? []).length === 0 && (request.groups ?? []).length === 0
  const orphans = [...all.sets.values()].filter(({ systemRole }) => isWhole && systemRole === 'orphanedTerms')
  return [...chosen(all, request), ...orphans.map(({ id }) => id)]
}

/**
 * Reads the sets that are looked over, with all that shares terms with them. Terms of other sets that are named by these are
 * read too, so that they are not taken for gone. Returns the sets that are read as a whole.
 */
export async function readLooked(reading: TaxonomyReading, frame: Frame, setIds: readonly string[]): Promise<string[]> {
  const held = new Set<string>()
  const named = new Set<string>()
  const noting: TaxonomyReading = {
    ...reading,
    take: (rows) => {
      for (const { id } of rows.terms) held.add(id)
      for (const id of namedBy(rows.terms)) named.add(id)
      return reading.take(rows)
    },
  }
  const whole = await readPlaces(noting, frame, { sets: setIds, withSharing: true })
  const asked = new Set<string>()
  const unread = (): string[] => [...named].filter((id) => !held.has(id) && !asked.has(id))
  for (let ids = unread(); ids.length > 0; ids = unread()) {
    for (const id of ids) asked.add(id)
    await readTerms(noting, ids)
  }
  return whole
}

/** What a path or an id means: a group, or a set with the rest of the path, which names a term. */
async function meantBy(tx: ReadTx, at: string): Promise<{ groups?: string[]; sets?: string[]; term?: string }> {
  const all = await readTaxonomy(tx, { sets: [], withSharing: false })
  const id = guidOf(at)
  if (id !== undefined) {
    if (all.groups.has(id)) return { groups: [id] }
    if (all.sets.has(id)) return { sets: [id] }
    const row = await tx.get(term, id)
    if (row === undefined) throw notThere(`There is no group, set or term '${at}'.`)
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
  throw notThere(`There is no group, set or term '${at}'.`)
}

/** The sets that a request means, and the term whose branch alone is meant. */
export async function lookOf(
  tx: ReadTx,
  { at, groups, sets }: LookRequest,
): Promise<{ readonly request: ExportRequest; readonly term?: string }> {
  if (at === undefined) return { request: { ...(groups && { groups }), ...(sets && { sets }) } }
  const { term: wanted, ...meant } = await meantBy(tx, at)
  return { request: meant, ...(wanted === undefined ? {} : { term: wanted }) }
}
