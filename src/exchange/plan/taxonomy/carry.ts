/**
 * What the records of a plan do to a taxonomy in memory. Planning uses it to know the end state, applying to know the rows;
 * the rules of the store are checked on the result (`checks.ts`), not here. Pure.
 */
import { AppError } from '#base/errors.ts'
import type { PlanRecord } from '../records.ts'
import { changedGroup, changedPlace, changedSet, changedTerm } from './members.ts'
import type { PlaceState, TaxonomyPart, TermState } from './taxonomy.ts'

function stray(record: PlanRecord, what: string): AppError {
  return new AppError('conflict', `The plan does not fit: ${record.action} of ${record.id}: ${what}`, {
    code: 'conflict',
    target: record.id,
  })
}

function needPlace(taxonomy: TaxonomyPart, record: PlanRecord, setId = record.set): PlaceState {
  const place = setId === undefined ? taxonomy.home(record.id) : taxonomy.place(setId, record.id)
  if (place === undefined) throw stray(record, `the term is not in the set ${setId ?? ''} any more.`)
  return place
}

function needParent(taxonomy: TaxonomyPart, record: PlanRecord): { setId: string; parentId: string | null } {
  const { set: setId, parent: parentId = null } = record
  if (setId === undefined || !taxonomy.sets.has(setId)) throw stray(record, `the set ${setId} is not there.`)
  const above = parentId === null ? undefined : taxonomy.place(setId, parentId)
  if (parentId !== null && above === undefined)
    throw stray(record, `its parent ${parentId} is not in the set ${setId}.`)
  if (above?.kind === 'pin') throw stray(record, 'what is below a pinned term is that of its home.')
  return { setId, parentId }
}

export function newTerm(id: string): TermState {
  return {
    id,
    labels: [],
    descriptions: {},
    properties: {},
    isDeprecated: false,
    replacedBy: null,
    mergedTermIds: [],
    owner: null,
    isKeyword: false,
  }
}

function newPlace(
  record: PlanRecord,
  at: { setId: string; parentId: string | null },
  kind: PlaceState['kind'],
): PlaceState {
  const place = { ...at, termId: record.id, kind, isAvailableForTagging: true, localProperties: {}, order: [] }
  return changedPlace(place, record.changes)
}

function withoutOrdered(taxonomy: TaxonomyPart, { setId, termId, parentId }: PlaceState): void {
  const without = (order: readonly string[]): readonly string[] => order.filter((id) => id !== termId)
  if (parentId === null) {
    const set = taxonomy.sets.get(setId)
    if (set?.order.includes(termId)) taxonomy.sets.set(setId, { ...set, order: without(set.order) })
    return
  }
  const parent = taxonomy.place(setId, parentId)
  if (parent?.order.includes(termId)) taxonomy.put({ ...parent, order: without(parent.order) })
}

/** The branch goes along; into another set, all of its places in the old one do. */
function move(taxonomy: TaxonomyPart, record: PlanRecord): void {
  const from = record.from !== undefined && 'set' in record.from ? record.from.set : record.set
  const before = needPlace(taxonomy, record, from)
  const { setId, parentId } = needParent(taxonomy, record)
  const branch = taxonomy.branchOf(before)
  if (setId === before.setId && branch.some(({ termId }) => termId === parentId))
    throw stray(record, 'its new parent is below it.')
  withoutOrdered(taxonomy, before)
  if (setId === before.setId) {
    taxonomy.put({ ...before, parentId })
    return
  }
  const taken = branch.find(({ termId }) => taxonomy.place(setId, termId) !== undefined)
  if (taken !== undefined) throw stray(record, `${taxonomy.title(taken.termId)} is in the set ${setId} already.`)
  for (const place of branch.toReversed()) taxonomy.take(place.setId, place.termId)
  for (const place of branch)
    taxonomy.put({ ...place, setId, parentId: place.termId === record.id ? parentId : place.parentId })
}

function remove(taxonomy: TaxonomyPart, record: PlanRecord): void {
  const place = needPlace(taxonomy, record)
  if ((place.kind === 'home') !== (record.action === 'delete'))
    throw stray(record, place.kind === 'home' ? 'the term is at home there.' : 'the term is at home elsewhere.')
  withoutOrdered(taxonomy, place)
  for (const one of taxonomy.branchOf(place).toReversed()) {
    taxonomy.take(one.setId, one.termId)
    // A term that is shared elsewhere becomes an orphan; its other places stay.
    if (one.kind === 'home' && taxonomy.placesOf(one.termId).length === 0) taxonomy.terms.delete(one.termId)
  }
}

function reshare(taxonomy: TaxonomyPart, record: PlanRecord): void {
  const place = needPlace(taxonomy, record)
  if (place.kind === 'home') throw stray(record, 'the term is at home there.')
  const kind = record.relationship ?? 'reuse'
  if (kind === 'pin')
    for (const one of taxonomy.branchOf(place).slice(1).toReversed()) taxonomy.take(one.setId, one.termId)
  taxonomy.put({ ...place, kind })
}

function order(taxonomy: TaxonomyPart, record: PlanRecord): void {
  const { order: ids = [], set: setId = '', parent = null } = record
  const set = taxonomy.sets.get(setId)
  if (set === undefined) throw stray(record, `the set ${setId} is not there.`)
  if (parent === null) {
    taxonomy.sets.set(setId, { ...set, order: ids })
    return
  }
  const place = taxonomy.place(setId, parent)
  if (place === undefined) throw stray(record, `the term ${parent} is not in the set.`)
  taxonomy.put({ ...place, order: ids })
}

function carryTerm(taxonomy: TaxonomyPart, record: PlanRecord): void {
  const { id, action, changes } = record
  switch (action) {
    case 'create':
      if (taxonomy.terms.has(id)) throw stray(record, 'the id is in use already.')
      taxonomy.put(newPlace(record, needParent(taxonomy, record), 'home'))
      taxonomy.terms.set(id, changedTerm(newTerm(id), changes))
      return
    case 'update':
      updateTerm(taxonomy, record)
      return
    case 'move':
      move(taxonomy, record)
      if (changes.length > 0) updateTerm(taxonomy, record)
      return
    case 'share':
      if (!taxonomy.terms.has(id)) throw stray(record, 'the term is not there.')
      if (taxonomy.place(record.set ?? '', id) !== undefined) throw stray(record, 'the set has the term already.')
      taxonomy.put(newPlace(record, needParent(taxonomy, record), record.relationship ?? 'reuse'))
      return
    case 'reshare':
      reshare(taxonomy, record)
      return
    case 'unshare':
    case 'delete':
      remove(taxonomy, record)
      return
    case 'order':
      order(taxonomy, record)
      return
    default:
      carryState(taxonomy, record)
  }
}

function updateTerm(taxonomy: TaxonomyPart, record: PlanRecord): void {
  const term = taxonomy.terms.get(record.id)
  if (term === undefined) throw stray(record, 'the term is not there.')
  taxonomy.terms.set(term.id, changedTerm(term, record.changes))
  const place = needPlace(taxonomy, record)
  taxonomy.put(changedPlace(place, record.changes))
}

function carryState(taxonomy: TaxonomyPart, record: PlanRecord): void {
  const { action, replacedBy = null } = record
  const term = taxonomy.terms.get(record.id)
  if (term === undefined) throw stray(record, 'the term is not there.')
  if (action === 'deprecate') taxonomy.terms.set(term.id, { ...term, isDeprecated: true, replacedBy })
  else if (action === 'undeprecate') taxonomy.terms.set(term.id, { ...term, isDeprecated: false, replacedBy: null })
}

function carrySet(taxonomy: TaxonomyPart, { id, action, group, changes, ...record }: PlanRecord): void {
  if (action === 'order') {
    order(taxonomy, { id, action, changes, ...record })
    return
  }
  const before = taxonomy.sets.get(id)
  if (action === 'create') {
    const set = {
      id,
      groupId: group ?? '',
      names: {},
      description: '',
      properties: {},
      isOpen: false,
      isAvailableForTagging: true,
      owner: null,
      contact: null,
      stakeholders: [],
      order: [],
      systemRole: null,
    }
    if (before !== undefined) throw stray({ id, action, changes, ...record }, 'the id is in use already.')
    taxonomy.sets.set(id, changedSet(set, changes))
    return
  }
  if (before === undefined) throw stray({ id, action, changes, ...record }, 'the set is not there.')
  const moved = action === 'move' && group !== undefined ? { ...before, groupId: group } : before
  taxonomy.sets.set(id, changedSet(moved, changes))
}

function carryGroup(taxonomy: TaxonomyPart, record: PlanRecord): void {
  const { id, action, changes } = record
  const before = taxonomy.groups.get(id)
  if (action === 'create') {
    if (before !== undefined) throw stray(record, 'the id is in use already.')
    const group = {
      id,
      name: '',
      description: '',
      scope: 'global',
      siteId: null,
      managers: [],
      contributors: [],
    } as const
    taxonomy.groups.set(id, changedGroup(group, changes))
    return
  }
  if (before === undefined) throw stray(record, 'the group is not there.')
  taxonomy.groups.set(id, changedGroup(before, changes))
}

/** Throws `conflict` where the taxonomy is not as the record assumes. */
export function carry(taxonomy: TaxonomyPart, record: PlanRecord): void {
  if (record.action === 'same' || record.action === 'refused') return
  if (record.kind === 'group') carryGroup(taxonomy, record)
  else if (record.kind === 'set') carrySet(taxonomy, record)
  else carryTerm(taxonomy, record)
}
