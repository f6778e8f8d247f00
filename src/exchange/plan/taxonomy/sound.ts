/**
 * What every plan leaves behind: names, labels, groups that are there, orders of children. Imports plan nothing else, but a
 * plan comes back from outside and may have been written by hand. Pure.
 */
import { takenNames } from '../names.ts'
import type { PlanRecord } from '../records.ts'
import { isOfTheTerm } from '../rights.ts'
import type { TaxonomyPart } from './taxonomy.ts'

function wrongOrder(end: TaxonomyPart, { set: setId = '', parent = null, order = [] }: PlanRecord): string | undefined {
  if (parent !== null && end.place(setId, parent)?.kind === 'pin')
    return 'the order below a pinned term is that of its home'
  const children = end.idsUnder(setId, parent)
  const stray = order.find((id) => !children.has(id))
  if (stray !== undefined) return `its order names ${stray}, which is no child there`
  return new Set(order).size === order.length ? undefined : 'its order names a child twice'
}

function wrongSet(end: TaxonomyPart, id: string): string | undefined {
  const state = end.sets.get(id)
  if (state === undefined) return undefined
  const { groupId, names } = state
  if (!end.groups.has(groupId)) return `the group ${groupId} is not there`
  return names[end.languages.defaultTag] === undefined ? `it has no name in ${end.languages.defaultTag}` : undefined
}

function wrongGroup(end: TaxonomyPart, id: string): string | undefined {
  const { name, siteId = null } = end.groups.get(id) ?? {}
  if (siteId !== null && end.siteIds?.has(siteId) !== true) return `there is no site '${siteId}'`
  return name === '' ? 'it has no name' : undefined
}

/** At the place of a pin only what is local to it can change, as everywhere (term-store.md §3.4). */
function lockedBy(end: TaxonomyPart, record: PlanRecord): string | undefined {
  const { action, id, set: setId = '' } = record
  const changes = action === 'update' || action === 'move'
  if (!changes || end.place(setId, id)?.kind !== 'pin' || !isOfTheTerm(record)) return undefined
  const owner = end.nameOfSet(end.home(id)?.setId ?? '')
  return `pinned terms can be changed only in the set that owns them, '${owner}'`
}

/** What is wrong with the first record that leaves something unsound; undefined: nothing. */
export function unsound(
  end: TaxonomyPart,
  records: readonly PlanRecord[],
): { readonly record: PlanRecord; readonly text: string } | undefined {
  const takenOf = takenNames(end)
  // The sentence goes into a longer one.
  const taken = (record: PlanRecord): string | undefined => takenOf(record)?.replace(/\.$/, '')
  for (const record of records) {
    const { action, kind, id } = record
    const isTermGone = kind === 'term' && !end.terms.has(id)
    let text: string | undefined
    if (action === 'order') text = wrongOrder(end, record)
    else if (kind === 'group') text = wrongGroup(end, id) ?? taken(record)
    else if (kind === 'set') text = wrongSet(end, id) ?? taken(record)
    else if (!isTermGone) text = end.terms.get(id)?.labels.length === 0 ? 'it has no label' : lockedBy(end, record)
    if (text !== undefined) return { record, text }
  }
  return undefined
}
