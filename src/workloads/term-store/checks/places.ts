/** Checks of occurrences: containers, parents, levels, and that no term occurs twice in a set. */

import { noGuid } from '#base/ids.ts'
import { type CheckedTenant, fromBackup } from '../../finding.ts'
import { maxLevels, type Occurrence } from '../rules/places/tree.ts'
import { relationId } from '../rules/relations/relation-id.ts'
import { nameOf, type Taxonomy } from './taxonomy.ts'

function checkSets({ report }: CheckedTenant, { sets, groups }: Taxonomy): void {
  for (const [id, set] of sets) {
    const group = groups.get(set.groupId)
    if (group === undefined) continue
    const at = `set ${id}`
    if (group.storeId !== set.storeId)
      report('set-store', at, `it is in store ${set.storeId}, its group in ${group.storeId}`, fromBackup)
    if (group.siteCollectionId !== set.siteCollectionId)
      report(
        'set-visibility',
        at,
        'it belongs to another site collection than its group',
        'set its site collection to that of the group',
      )
  }
}

/** Rows made before a body's id of zeros counted as none: relations below such a term have the ids of the set's root. */
function checkIds({ report }: CheckedTenant, { groups, sets, sources }: Taxonomy): void {
  const holders = { group: groups, set: sets, term: sources }
  for (const [kind, rows] of Object.entries(holders)) {
    if (!rows.has(noGuid)) continue
    report('id', `${kind} ${noGuid}`, 'its id is the one that clients send for no id', 'create it anew, and delete it')
  }
}

function checkCounts({ report }: CheckedTenant, { stores, sets, sources }: Taxonomy): void {
  const inSet = new Map<string, number>()
  for (const { setId } of sources.values()) inSet.set(setId, (inSet.get(setId) ?? 0) + 1)
  const inStore = new Map<string, { sets: number; terms: number }>()
  const compare = (at: string, name: string, kept: number, counted: number): void => {
    if (kept === counted) return
    report('count', at, `${name} is ${kept}, but there are ${counted}`, `set ${name} to ${counted}`)
  }
  for (const [id, { storeId, termCount }] of sets) {
    const terms = inSet.get(id) ?? 0
    const sum = inStore.get(storeId) ?? { sets: 0, terms: 0 }
    inStore.set(storeId, { sets: sum.sets + 1, terms: sum.terms + terms })
    compare(`set ${id}`, 'termCount', termCount, terms)
  }
  for (const [id, { setCount, termCount }] of stores) {
    const { sets: has, terms } = inStore.get(id) ?? { sets: 0, terms: 0 }
    compare(`store ${id}`, 'setCount', setCount, has)
    compare(`store ${id}`, 'termCount', termCount, terms)
  }
}

function checkPlace({ report }: CheckedTenant, { at, sources }: Taxonomy, one: Occurrence): void {
  const { setId, parentId, level } = one
  // A parent that does not exist at all is reported as a broken reference (check-references.ts).
  if (parentId !== null && !sources.has(parentId)) return
  const [parent] = parentId === null ? [] : at(setId, parentId)
  if (parentId !== null && parent === undefined) {
    const what = `its parent ${parentId} does not occur in set ${setId}`
    report('parent', nameOf(one), what, `${fromBackup}, or move it to the root of the set`)
    return
  }
  const right = (parent?.level ?? 0) + 1
  if (level !== right)
    report('level', nameOf(one), `it is at level ${right}, but its level is ${level}`, `set level to ${right}`)
  if (right > maxLevels)
    report('depth', nameOf(one), `it is at level ${right} of at most ${maxLevels}`, 'delete it, or move it up')
}

function checkRelation({ report }: CheckedTenant, { sources }: Taxonomy, one: Occurrence): void {
  const { id, setId, parentId, termId } = one
  const right = relationId(setId, parentId, termId)
  if (id !== right) report('relation-id', nameOf(one), `for its set, parent and term the id is ${right}`, 'delete it')
  if (sources.get(termId)?.setId === setId)
    report('twice', nameOf(one), `term ${termId} has its home in set ${setId}`, 'delete the relation')
}

function checkTwice({ report }: CheckedTenant, { at, occurrences }: Taxonomy): void {
  for (const one of occurrences) {
    const others = at(one.setId, one.termId).filter(({ kind }) => kind !== 'source')
    if (others.length > 1 && others[0] === one) {
      const what = `term ${one.termId} is shared with set ${one.setId} ${others.length} times`
      report('twice', nameOf(one), what, 'delete all but one of the relations')
    }
  }
}

export function checkPlaces(tenant: CheckedTenant, taxonomy: Taxonomy): void {
  checkSets(tenant, taxonomy)
  checkIds(tenant, taxonomy)
  checkCounts(tenant, taxonomy)
  for (const one of taxonomy.occurrences) {
    checkPlace(tenant, taxonomy, one)
    if (one.kind !== 'source') checkRelation(tenant, taxonomy, one)
  }
  checkTwice(tenant, taxonomy)
}
