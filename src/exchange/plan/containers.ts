/** Which group and which set of the store those of a file mean: exchange.md §2.5. Pure. */
import { guidOf } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import type { GroupDoc, SetDoc } from '../document.ts'
import type { Reports } from '../normalise/reports.ts'
import type { TaxonomyPart } from './taxonomy/taxonomy.ts'

export interface MatchChoice {
  /** `--match`: by which keys; default both. */
  readonly by: ReadonlySet<'id' | 'path'>
  /** The format does not say what is shared: a term whose home is elsewhere is shared here, as CSV has it. */
  readonly infersKinds: boolean
  /** `--follow-merges`. */
  readonly followsMerges: boolean
  /** The store gives ids of its own: those of the file that it does not have say nothing. */
  readonly foreignIds?: boolean
  /** `--group`: id or name of the group for sets of a file that names none. */
  readonly group?: string | undefined
  /** `--set`: id or name of the set that the only set of the file is. */
  readonly set?: string | undefined
  /** `--under`: the term below which the first level of the file goes. */
  readonly under?: string | undefined
}

export interface MatchFacts {
  readonly before: TaxonomyPart
  readonly choice: MatchChoice
  readonly reports: Reports
  readonly mint: () => string
  /** Told of each id of the file that stands for another one of the store. */
  readonly onOtherId?: ((given: string, stored: string) => void) | undefined
}

export function sameName(one: string, other: string): boolean {
  return fold(one) === fold(other)
}

/** Id of the set of the store; without a group, the only one of that name. */
export function storedSet(facts: MatchFacts, part: SetDoc, groupId: string | undefined): string | undefined {
  const { before, choice } = facts
  const wanted = choice.set
  const all = [...before.sets.values()]
  if (wanted !== undefined) {
    const known = before.sets.get(wanted.toLowerCase())
    if (known !== undefined) return known.id
  }
  if (choice.by.has('id') && part.id !== undefined && before.sets.has(part.id)) return part.id
  if (part.uri !== undefined) {
    const byUri = all.find(({ properties }) => properties['skos:uri'] === part.uri)
    if (byUri !== undefined) return byUri.id
  }
  if (!choice.by.has('path')) return undefined
  const names = wanted === undefined ? part.names : { [before.languages.defaultTag]: wanted }
  const alike = all.filter(
    (set) =>
      (groupId === undefined || set.groupId === groupId) &&
      Object.entries(names).some(([tag, name]) => sameName(set.names[tag] ?? '', name)),
  )
  return alike.length === 1 || groupId !== undefined ? alike[0]?.id : undefined
}

interface FoundGroup {
  readonly id: string
  /** As the file or the caller names it. */
  readonly name: string
  readonly isNew: boolean
}

/** A group of that name, and what the file says of its id. */
function namedGroup(
  { before, choice, reports, onOtherId }: MatchFacts,
  part: GroupDoc,
  name: string,
): string | undefined {
  const named = [...before.groups.values()].find((one) => name !== '' && sameName(one.name, name))
  if (named === undefined || part.id === undefined) return named?.id
  if (choice.foreignIds === true) onOtherId?.(part.id, named.id)
  else if (choice.by.has('id')) {
    const text = `The group '${part.name}' has the id ${named.id} in the store. --match path ignores the ids of the file.`
    reports.tell(part, 'id-differs', text)
  }
  return named.id
}

/** Of a file without groups: that of a set which the store has. */
function groupOfSets(facts: MatchFacts, part: GroupDoc): string | undefined {
  const [known] = part.sets.flatMap((set) => storedSet(facts, set, undefined) ?? [])
  return known === undefined ? undefined : facts.before.sets.get(known)?.groupId
}

/** A template means the group of its site, whatever its name (exchange.md §5.2). */
function groupOfSite({ before }: MatchFacts, { id, siteId }: GroupDoc): string | undefined {
  if (id !== undefined || siteId === undefined) return undefined
  const [only, ...others] = [...before.groups.values()].filter((one) => one.siteId === siteId)
  return others.length === 0 ? only?.id : undefined
}

export function groupOf(facts: MatchFacts, part: GroupDoc): FoundGroup {
  const { before, choice, mint, reports } = facts
  const wanted = part.name === '' && part.id === undefined ? choice.group : undefined
  const name = wanted ?? part.name
  const byId = part.id ?? guidOf(name)
  if (byId !== undefined && before.groups.has(byId)) return { id: byId, name, isNew: false }
  if (part.id !== undefined && (before.sets.has(part.id) || before.terms.has(part.id)))
    reports.tell(part, 'id-kind', `The id ${part.id} is not that of a group.`)
  const known =
    namedGroup(facts, part, name) ?? groupOfSite(facts, part) ?? (name === '' ? groupOfSets(facts, part) : undefined)
  if (known !== undefined) return { id: known, name, isNew: false }
  if (wanted !== undefined && guidOf(wanted) !== undefined)
    reports.tell(part, 'parent-missing', `The store has no group '${wanted}'.`)
  else if (name === '')
    reports.tell(part, 'parent-missing', 'The file names no group. --group NAME says where its sets go.')
  return { id: part.id ?? mint(), name: normalised(name), isNew: true }
}
