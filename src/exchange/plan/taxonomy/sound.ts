/**
 * What every plan leaves behind: names, labels, groups that are there, orders of children. Imports plan nothing else, but a
 * plan comes back from outside and may have been written by hand. Pure.
 */
import { fold } from '#base/text/fold.ts'
import type { PlanRecord } from '../records.ts'
import type { TaxonomyPart } from './taxonomy.ts'

function wrongOrder(end: TaxonomyPart, { set: setId = '', parent = null, order = [] }: PlanRecord): string | undefined {
  if (parent !== null && end.place(setId, parent)?.kind === 'pin')
    return 'the order below a pinned term is that of its home'
  const children = end.idsUnder(setId, parent)
  const stray = order.find((id) => !children.has(id))
  if (stray !== undefined) return `its order names ${stray}, which is no child there`
  return new Set(order).size === order.length ? undefined : 'its order names a child twice'
}

/** Group → language and folded name → the first set that has it. */
type SetNames = ReadonlyMap<string, ReadonlyMap<string, string>>

function setsByName(end: TaxonomyPart): SetNames {
  const byGroup = new Map<string, Map<string, string>>()
  for (const { id, groupId, names } of end.sets.values()) {
    const known = byGroup.get(groupId) ?? new Map<string, string>()
    byGroup.set(groupId, known)
    for (const [tag, name] of Object.entries(names)) {
      const key = `${tag} ${fold(name)}`
      if (!known.has(key)) known.set(key, id)
    }
  }
  return byGroup
}

function wrongSet(end: TaxonomyPart, id: string, named: SetNames): string | undefined {
  const state = end.sets.get(id)
  if (state === undefined) return undefined
  const { groupId, names } = state
  if (!end.groups.has(groupId)) return `the group ${groupId} is not there`
  if (names[end.languages.defaultTag] === undefined) return `it has no name in ${end.languages.defaultTag}`
  for (const [tag, name] of Object.entries(names)) {
    const other = named.get(groupId)?.get(`${tag} ${fold(name)}`)
    if (other !== undefined && other !== id)
      return `the set ${other} of its group has the name '${name}' in ${tag} already`
  }
  return undefined
}

function wrongGroup(end: TaxonomyPart, id: string): string | undefined {
  const state = end.groups.get(id)
  if (state === undefined) return undefined
  if (state.name === '') return 'it has no name'
  const other = [...end.groups.values()].find((one) => one.id !== id && fold(one.name) === fold(state.name))
  return other === undefined ? undefined : `the group ${other.id} has the name '${state.name}' already`
}

/** What is wrong with the first record that leaves something unsound; undefined: nothing. */
export function unsound(
  end: TaxonomyPart,
  records: readonly PlanRecord[],
): { readonly record: PlanRecord; readonly text: string } | undefined {
  const named: SetNames = records.some(({ kind }) => kind === 'set') ? setsByName(end) : new Map()
  for (const record of records) {
    const { action, kind, id } = record
    const isTermGone = kind === 'term' && !end.terms.has(id)
    let text: string | undefined
    if (action === 'order') text = wrongOrder(end, record)
    else if (kind === 'group') text = wrongGroup(end, id)
    else if (kind === 'set') text = wrongSet(end, id, named)
    else if (!isTermGone && end.terms.get(id)?.labels.length === 0) text = 'it has no label'
    if (text !== undefined) return { record, text }
  }
  return undefined
}
