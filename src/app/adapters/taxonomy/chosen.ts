/** Adapter: which part of the store is meant by names and ids, and that part as a document. */
import { AppError } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { Store } from '#edm/ports.ts'
import type { Doc } from '#exchange/document.ts'
import type { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { docOf } from '#exchange/plan/taxonomy/to-doc.ts'
import { readTaxonomy } from './read-taxonomy.ts'
import { notThere, sameName, termIn } from './work/scope.ts'

export interface ExportRequest {
  /** Ids or names; none: all sets but the system's. */
  readonly groups?: readonly string[]
  readonly sets?: readonly string[]
  /** Id, or path with `/`; with one set. */
  readonly term?: string
  readonly dates?: boolean
}

function chosenGroups(all: TaxonomyPart, { groups = [] }: ExportRequest): string[] {
  if (groups.length === 0) return [...all.groups.values()].filter(({ scope }) => scope !== 'system').map(({ id }) => id)
  return groups.map((wanted) => {
    const found =
      all.groups.get(wanted.toLowerCase()) ?? [...all.groups.values()].find(({ name }) => sameName(name, wanted))
    if (found === undefined) throw notThere(`There is no group '${wanted}'.`)
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
    if (meant.length === 0) throw notThere(`There is no set '${wanted}'.`)
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

/** What a document of these is to hold. */
export function scopeOf(all: TaxonomyPart, request: ExportRequest) {
  const sets = chosen(all, request)
  const isWhole = (request.sets ?? []).length === 0 && request.term === undefined
  const groups = isWhole ? chosenGroups(all, request) : []
  return { sets, groups, term: request.term, dates: request.dates === true, isWhole, elsewhere: true }
}

/** For few terms, and for tests: the document without a process. */
export async function exportDoc(store: Pick<Store, 'read'>, tenantId: string, request: ExportRequest): Promise<Doc> {
  return store.read(tenantId, async (tx) => {
    const all = await readTaxonomy(tx, { sets: [], withSharing: false })
    const scope = scopeOf(all, request)
    const found = await readTaxonomy(tx, { sets: scope.sets, withSharing: false, withPinned: true })
    return docOf(found, {
      ...scope,
      term: scope.term === undefined ? undefined : termIn(found, scope.sets, scope.term),
    })
  })
}
