/** Names that two sets of a group, or two groups, would have: term-store.md §4.2. Pure. */
import { fold } from '#base/text/fold.ts'
import type { PlanRecord } from './records.ts'
import type { TaxonomyPart } from './taxonomy/taxonomy.ts'

/** What has a name, by all that it is compared by; the first two are enough to find another one. */
type Holders = Map<string, string[]>

function hold(holders: Holders, key: string, id: string): void {
  const known = holders.get(key)
  if (known === undefined) holders.set(key, [id])
  else if (known.length < 2 && known[0] !== id) known.push(id)
}

function setKey(groupId: string, tag: string, name: string): string {
  return `${groupId} ${tag} ${fold(name)}`
}

function setHolders(end: TaxonomyPart): Holders {
  const holders: Holders = new Map()
  for (const { id, groupId, names } of end.sets.values())
    for (const [tag, name] of Object.entries(names)) hold(holders, setKey(groupId, tag, name), id)
  return holders
}

function groupHolders(end: TaxonomyPart): Holders {
  const holders: Holders = new Map()
  for (const { id, name } of end.groups.values()) hold(holders, fold(name), id)
  return holders
}

function otherSet(end: TaxonomyPart, holders: Holders, id: string): string | undefined {
  const own = end.sets.get(id)
  for (const [tag, name] of Object.entries(own?.names ?? {})) {
    const other = holders.get(setKey(own?.groupId ?? '', tag, name))?.find((one) => one !== id)
    if (other !== undefined)
      return `The group has a set '${name}' in ${tag} already: ${other}. Names of sets differ in a group.`
  }
  return undefined
}

function otherGroup(end: TaxonomyPart, holders: Holders, id: string): string | undefined {
  const own = end.groups.get(id)
  const other = own === undefined ? undefined : holders.get(fold(own.name))?.find((one) => one !== id)
  return other === undefined ? undefined : `The store has a group '${own?.name}' already: ${other}.`
}

/** Answers why the name of the group or the set of a record is taken at the end; undefined: it is free, or stays as it was. */
export function takenNames(end: TaxonomyPart): (record: PlanRecord) => string | undefined {
  let sets: Holders | undefined
  let groups: Holders | undefined
  return ({ kind, id, action, changes }) => {
    const isNamed = action === 'move' || changes.some(({ member }) => member === 'name' || member.startsWith('names.'))
    if (!isNamed || kind === 'term') return undefined
    if (kind === 'set') {
      sets ??= setHolders(end)
      return otherSet(end, sets, id)
    }
    groups ??= groupHolders(end)
    return otherGroup(end, groups, id)
  }
}
