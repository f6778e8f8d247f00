/** Adapter: which part of the store is meant by names and ids, and that part as a document. */
import { AppError } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { Store } from '#edm/ports.ts'
import type { Doc } from '#exchange/document.ts'
import type { PlaceState, TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { docOf } from '#exchange/plan/taxonomy/to-doc.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import { readTaxonomy } from './read-taxonomy.ts'

export interface ExportRequest {
  /** Ids or names; none: all sets but the system's. */
  readonly groups?: readonly string[]
  readonly sets?: readonly string[]
  /** Id, or path with `/`; with one set. */
  readonly term?: string
  readonly dates?: boolean
}

export function notFound(what: string): AppError {
  return new AppError('notFound', what, { code: 'itemNotFound' })
}

export function sameName(one: string, other: string): boolean {
  return fold(one) === fold(normalised(other))
}

function chosenGroups(all: TaxonomyPart, { groups = [] }: ExportRequest): string[] {
  if (groups.length === 0) return [...all.groups.values()].filter(({ scope }) => scope !== 'system').map(({ id }) => id)
  return groups.map((wanted) => {
    const found =
      all.groups.get(wanted.toLowerCase()) ?? [...all.groups.values()].find(({ name }) => sameName(name, wanted))
    if (found === undefined) throw notFound(`There is no group '${wanted}'.`)
    return found.id
  })
}

/** Ids of the sets that are asked for, in the order of groups and names. */
export function chosen(all: TaxonomyPart, request: ExportRequest): string[] {
  const groups = new Set(chosenGroups(all, request))
  const inGroups = [...all.sets.values()].filter(({ groupId }) => groups.has(groupId))
  const { sets = [] } = request
  const found = sets.flatMap((wanted) => {
    const name = wanted.split('/').at(-1) ?? ''
    const [group] = wanted.includes('/') ? wanted.split('/') : []
    const named = inGroups.filter(
      ({ names, groupId }) =>
        Object.values(names).some((one) => sameName(one, name)) &&
        (group === undefined || sameName(all.groups.get(groupId)?.name ?? '', group)),
    )
    const known = all.sets.get(wanted.toLowerCase())
    const meant = known === undefined ? named : [known]
    if (meant.length === 0) throw notFound(`There is no set '${wanted}'.`)
    if (meant.length > 1)
      throw new AppError('invalid', `Several groups have a set '${wanted}': name it by its id, or as GROUP/SET.`, {
        target: 'set',
      })
    return meant
  })
  const list = sets.length === 0 ? inGroups : found
  return list
    .map(({ id, groupId }) => ({
      id,
      key: `${fold(all.groups.get(groupId)?.name ?? '')}\n${fold(all.nameOfSet(id))}\n${id}`,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ id }) => id)
}

export function termIn(found: TaxonomyPart, sets: readonly string[], wanted: string): string {
  const [setId, ...others] = sets
  if (setId === undefined || others.length > 0)
    throw new AppError('invalid', 'A term is named with its set.', { target: 'term' })
  if (found.place(setId, wanted.toLowerCase()) !== undefined) return wanted.toLowerCase()
  let at: string | null = null
  for (const label of wanted.split('/')) {
    const next: PlaceState | undefined = found
      .childrenOf(setId, at)
      .find(({ termId }) => sameName(found.title(termId), label.trim()))
    if (next === undefined) throw notFound(`The set has no term '${wanted}'.`)
    at = next.termId
  }
  return at ?? ''
}

/** The sets that are not read, of which pins in those that are show branches. */
function pinnedFrom(found: TaxonomyPart, read: ReadonlySet<string>): string[] {
  const shown = [...read].flatMap((setId) => [...found.placesIn(setId)].filter(({ kind }) => kind === 'pin'))
  const homes = shown.flatMap(({ termId }) => found.home(termId)?.setId ?? [])
  return [...new Set(homes)].filter((id) => !read.has(id))
}

export function readChosen(
  store: Pick<Store, 'read'>,
  tenantId: string,
  request: ExportRequest,
): Promise<TaxonomyPart> {
  return store.read(tenantId, async (tx) => {
    const all = await readTaxonomy(tx, { sets: [], withSharing: false })
    const read = new Set(chosen(all, request))
    // What a pin shows is at home in another set, which may have pins itself.
    for (;;) {
      const found = await readTaxonomy(tx, { sets: [...read], withSharing: false })
      const others = pinnedFrom(found, read)
      if (others.length === 0) return found
      for (const id of others) read.add(id)
    }
  })
}

export async function exportDoc(store: Pick<Store, 'read'>, tenantId: string, request: ExportRequest): Promise<Doc> {
  const found = await readChosen(store, tenantId, request)
  const sets = chosen(found, request)
  const term = request.term === undefined ? undefined : termIn(found, sets, request.term)
  const isWhole = (request.sets ?? []).length === 0 && request.term === undefined
  const groups = isWhole ? chosenGroups(found, request) : []
  return docOf(found, { sets, term, groups, dates: request.dates === true, isWhole, elsewhere: true })
}
