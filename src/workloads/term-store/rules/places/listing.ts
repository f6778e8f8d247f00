/** Which terms `children` and `terms` list, and how shared and mirrored terms are found: term-store.md §3.2, §3.7. */
import { invariant } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { Located, ReadContext, ReadTx, ScopeChoice } from '#edm/ports.ts'
import { relation, set, store, term } from '../../types.ts'
import { isVisible, mergedAway } from '../refusals.ts'
import { survivorOf } from './merged-ids.ts'
import { keeperAt, keeperOf } from './order.ts'
import { findPlace, placeOf, type TermPlace, viewedSet } from './tree.ts'

const preference = 'relata.listing'

function isNatural({ prefer, strict }: ReadContext, setting: 'strict' | 'natural') {
  const asked = strict ? undefined : prefer.get(preference)
  if (asked === 'natural' || asked === 'strict')
    return { natural: asked === 'natural', applied: `${preference}=${asked}` }
  return { natural: setting === 'natural' && !strict }
}

async function listTerms(tx: ReadTx, from: Located): Promise<ScopeChoice> {
  if (from.type.name !== set.name) return { scope: 'own', bind: {} }
  // Asked for together: where the database answers over a connection, that is one round trip.
  const [isShared, isDeep] = await Promise.all([
    tx.has(relation, { setId: from.id }),
    tx.has(term, { setId: from.id, level: 2 }),
  ])
  return { scope: isShared ? 'shared' : isDeep ? 'own' : 'flat', bind: {} }
}

/** `own` is Graph's list; `natural` adds shared terms, and reads the set through which the path leads. */
export async function chooseListing(
  context: ReadContext,
  from: Located | undefined,
  nav: string,
  setting: 'strict' | 'natural',
): Promise<ScopeChoice> {
  invariant(from !== undefined, 'terms are below a set or a term')
  if (nav !== 'children') return listTerms(context.tx, from)
  const { natural, ...applied } = isNatural(context, setting)
  if (!natural) return { scope: 'own', bind: {}, ...applied }
  const { tx } = context
  if (from.type.name !== term.name) {
    const order = (await keeperAt(tx, { setId: from.id, parentId: null }))?.order
    return { scope: 'natural', bind: {}, ...applied, ...(order === undefined ? {} : { leading: order }) }
  }
  const place = await placeOf(tx, from)
  const order = place === undefined ? undefined : (await keeperOf(tx, place.row))?.order
  const bind = { set: place?.childSetId ?? (from.row['setId'] as string) }
  return { scope: 'natural', bind, ...applied, ...(order === undefined ? {} : { leading: order }) }
}

/** The ends of a relation are seen with the set of the relation, or with their home set. */
async function isEndSeen(tx: ReadTx, from: Located, home: string): Promise<boolean> {
  for (const setId of [from.row['setId'] as string, home]) {
    const held = await tx.get(set, setId)
    if (held !== undefined && isVisible(held.siteCollectionId, from)) return true
  }
  return false
}

async function isChildHere(tx: ReadTx, place: TermPlace, from: Located): Promise<boolean> {
  if (from.type.name === set.name) return place.holderId === from.id && place.row.parentId === null
  const parent = await placeOf(tx, from)
  return parent !== undefined && place.row.parentId === from.id && place.holderId === parent.childSetId
}

/** The id of a term that was merged into another one stands for it; a write has to name the other one. */
async function locateSurvivor(context: ReadContext, from: Located, nav: string, id: string) {
  const into = context.strict ? undefined : await survivorOf(context.tx, id)
  if (into === undefined) return undefined
  const found = await locateTerm(context, from, nav, into)
  if (found !== undefined && 'cause' in context) throw mergedAway(id, into)
  return found
}

/** Finds any term below a store, shared or mirrored terms below a set or a term, and the ends of a relation. */
export async function locateTerm(
  context: ReadContext,
  from: Located | undefined,
  nav: string,
  key: string,
): Promise<{ id: string; facts?: unknown } | undefined> {
  const { tx } = context
  const id = guidOf(key)
  if (id === undefined || from === undefined) return undefined
  if (from.type.name === store.name) {
    const found = await tx.get(term, id)
    if (found === undefined) return locateSurvivor(context, from, nav, id)
    const home = await tx.get(set, found.setId)
    return home !== undefined && isVisible(home.siteCollectionId, from) ? { id } : undefined
  }
  if (from.type.name === relation.name) {
    const end = await tx.get(term, id)
    return end !== undefined && (await isEndSeen(tx, from, end.setId)) ? { id } : undefined
  }
  const place = await findPlace(tx, from.type.name === set.name ? from.id : viewedSet(from), id)
  if (place === undefined)
    return (await tx.get(term, id)) === undefined ? locateSurvivor(context, from, nav, id) : undefined
  return nav === 'terms' || (await isChildHere(tx, place, from)) ? { id, facts: place } : undefined
}
