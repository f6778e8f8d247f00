/** Where a search looks: sets, groups, and branches, with what is shared there. Groups of other sites are not searched. */
import type { Located, ReadTx } from '#edm/ports.ts'
import { type Closure, notNull } from '#edm/query.ts'
import { branch, mirror } from '../../occurrences.ts'
import { group, relation, set, term } from '../../types.ts'
import { findPlace } from '../places/tree.ts'
import { isVisible } from '../refusals.ts'

/** Terms at home in one of the sets, and those with one of the ids. */
export interface Among {
  readonly places: readonly string[]
  readonly ids: readonly string[]
}

/** What is below a term that a set holds, its own row or a reuse, as it shows there. */
const below: Closure = {
  name: 'below',
  seeds: [
    {
      type: term.name,
      where: { id: { param: 'term' }, setId: { param: 'set' } },
      context: { key: 'setId' },
      node: { key: 'id' },
    },
    {
      type: relation.name,
      where: { toTermId: { param: 'term' }, setId: { param: 'set' }, relationship: { value: 'reuse' } },
      context: { key: 'setId' },
      node: { key: 'toTermId' },
    },
  ],
  steps: branch.steps,
}

/** The terms that occur in the set. */
export async function amongSet(tx: ReadTx, setId: string): Promise<Among> {
  const shared = await tx.find(relation, { setId })
  const mirrored = shared.some(({ relationship }) => relationship === 'pin')
    ? await tx.query(mirror, { set: setId })
    : []
  return { places: [setId], ids: [...shared.map(({ toTermId }) => toTermId), ...mirrored.map(({ node }) => node)] }
}

/** The terms below one, as a set shows it. */
export async function amongBranch(tx: ReadTx, setId: string, termId: string): Promise<Among> {
  const place = await findPlace(tx, setId, termId)
  if (place === undefined) return { places: [], ids: [] }
  const states = await tx.query(below, { set: place.childSetId, term: termId })
  return { places: [], ids: states.map(({ node }) => node) }
}

export async function amongAll(parts: readonly Promise<Among>[]): Promise<Among> {
  const all = await Promise.all(parts)
  return {
    places: [...new Set(all.flatMap(({ places }) => places))],
    ids: [...new Set(all.flatMap(({ ids }) => ids))],
  }
}

export async function setsOfGroup(tx: ReadTx, groupId: string): Promise<string[]> {
  return (await tx.find(set, { parentGroupId: groupId })).map(({ id }) => id)
}

/** Sets of groups that are not seen on this path. */
export async function hiddenSets(tx: ReadTx, from: Located | undefined): Promise<string[]> {
  const groups = await tx.find(group, { siteCollectionId: notNull })
  const hidden = groups.filter(({ siteCollectionId }) => !isVisible(siteCollectionId, from))
  return (await Promise.all(hidden.map(({ id }) => setsOfGroup(tx, id)))).flat()
}
