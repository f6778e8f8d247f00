/** Names that two sets of a group, or two groups, would have: term-store.md §4.2. Pure. */
import { fold } from '#base/text/fold.ts'
import type { PlanRecord } from './records.ts'
import type { TaxonomyPart } from './taxonomy/taxonomy.ts'

/** The other row that has a name of the record's, and that name; undefined: there is none. */
function otherSet(end: TaxonomyPart, id: string): string | undefined {
  const own = end.sets.get(id)
  if (own === undefined) return undefined
  for (const other of end.sets.values()) {
    if (other.id === id || other.groupId !== own.groupId) continue
    const tag = Object.keys(own.names).find((one) => fold(other.names[one] ?? '') === fold(own.names[one] ?? ' '))
    if (tag !== undefined)
      return `The group has a set '${own.names[tag]}' in ${tag} already: ${other.id}. Names of sets differ in a group.`
  }
  return undefined
}

function otherGroup(end: TaxonomyPart, id: string): string | undefined {
  const own = end.groups.get(id)
  const other = [...end.groups.values()].find((one) => one.id !== id && fold(one.name) === fold(own?.name ?? ' '))
  return other === undefined ? undefined : `The store has a group '${other.name}' already: ${other.id}.`
}

/** Why the name of the group or the set of the record is taken at the end; undefined: it is free, or stays as it was. */
export function takenName({ kind, id, action, changes }: PlanRecord, end: TaxonomyPart): string | undefined {
  const isNamed = action === 'move' || changes.some(({ member }) => member === 'name' || member.startsWith('names.'))
  if (!isNamed || kind === 'term') return undefined
  return kind === 'group' ? otherGroup(end, id) : otherSet(end, id)
}
