/** Terms: term-store.md §3.5, §4.1, §4.2. */
import { invariant } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import { type Behaviour, behaviour, type Located, type ReadTx, type WriteContext } from '#edm/ports.ts'
import { relation, set, store, term } from '../types.ts'
import { defaultLabel, descriptionsIn, labelsIn, propertiesIn } from './labels/labels.ts'
import { checkSiblings } from './labels/siblings.ts'
import { type Languages, languagesOf } from './languages/languages.ts'
import { checkDepth, raiseHeights } from './places/height.ts'
import { chooseListing, locateTerm } from './places/listing.ts'
import { uproot } from './places/remove-branch.ts'
import { placeOf, type TermPlace } from './places/tree.ts'
import { denied, idOf, invalid, missing } from './refusals.ts'
import { checkMayAddTo, checkRoleInSet } from './roles/roles.ts'
import type { TermStoreSettings } from './settings.ts'

const pinnedOnly = 'Pinned terms can be changed only in the set that owns them.'
const orphanOnly = 'The terms of the set of orphaned terms cannot be changed there.'

async function needPlace(tx: ReadTx, at: Located): Promise<TermPlace> {
  const place = await placeOf(tx, at)
  if (place === undefined) throw missing('Term', at.id)
  return place
}

/** Where a new term is to stand: set, parent, level. */
async function standFor(tx: ReadTx, from: Located) {
  if (from.type.name === set.name) return { setId: from.id, parentId: null, level: 1 }
  const place = await needPlace(tx, from)
  if (place.locked) throw invalid('Terms cannot be added below a pinned term: add them in the set that owns it.')
  return { setId: place.setId, parentId: from.id, level: place.level + 1 }
}

async function surroundings(tx: ReadTx, setId: string) {
  const home = await tx.get(set, setId)
  invariant(home !== undefined, 'a term is in a set')
  const keeper = await tx.get(store, home.storeId)
  invariant(keeper !== undefined, 'a set is in a store')
  return { home, keeper, languages: languagesOf(keeper) }
}

type Surroundings = Awaited<ReturnType<typeof surroundings>>

function checkRoom({ home, keeper }: Surroundings, parentId: string | null, { limits }: TermStoreSettings): void {
  if (home.systemRole === 'orphanedTerms') throw denied(orphanOnly)
  if (home.systemRole !== null && parentId !== null)
    throw invalid('This set of the system has only one level of terms.')
  if (keeper.termCount >= limits.terms) throw invalid(`The store has its limit of ${limits.terms} terms.`)
  if (home.termCount >= limits.termsPerSet) throw invalid(`The set has its limit of ${limits.termsPerSet} terms.`)
}

/** Throws where the term can be seen but not changed. */
function checkOpen(place: TermPlace, { home }: Surroundings): void {
  if (place.locked) throw invalid(pinnedOnly)
  if (place.kind === 'source' && home.systemRole === 'orphanedTerms') throw denied(orphanOnly)
}

function sortKeyOf(labels: Parameters<typeof defaultLabel>[0], { defaultTag }: Languages): string {
  return fold(defaultLabel(labels, defaultTag) ?? '')
}

/** At every place whose rows hold the term; at the root of the orphans anything may stand. */
async function checkSiblingsEverywhere(
  { tx }: Pick<WriteContext, 'tx'>,
  { id, setId, parentId }: { id: string; setId: string; parentId: string | null },
  labels: Parameters<typeof checkSiblings>[1],
  { home, languages }: Surroundings,
): Promise<void> {
  const orphaned = home.systemRole === 'orphanedTerms' && parentId === null
  if (!orphaned) await checkSiblings(tx, labels, languages.defaultTag, { setId, parentId }, id)
  for (const shared of await tx.find(relation, { toTermId: id })) {
    await checkSiblings(tx, labels, languages.defaultTag, { setId: shared.setId, parentId: shared.fromTermId }, id)
  }
}

export function termBehaviour(settings: TermStoreSettings): Behaviour {
  return behaviour(term, {
    locate: locateTerm,

    scope: (context, from, nav) => chooseListing(context, from, nav, settings.listing),

    async beforeCreate(context, { from, draft, faults }) {
      const { tx, ids, now } = context
      invariant(from !== undefined, 'terms are below a set or a term')
      const stand = await standFor(tx, from)
      const around = await surroundings(tx, stand.setId)
      const { languages } = around
      await checkMayAddTo(settings, context, around.home)
      checkRoom(around, stand.parentId, settings)
      const labels = labelsIn(draft.labels, languages, faults, 'create')
      const descriptions = descriptionsIn(draft.descriptions, languages, faults)
      const properties = propertiesIn(draft.properties, faults)
      const id = await idOf(tx, ids, draft.id, faults)
      faults.throwIfAny()
      checkDepth(stand.level, 1)
      await checkSiblings(tx, labels, languages.defaultTag, stand, id)
      await raiseHeights(tx, stand.setId, stand.parentId, 1)
      await tx.add(set, stand.setId, { termCount: 1 })
      await tx.add(store, around.home.storeId, { termCount: 1 })
      const emptied = descriptions.echoed.length > descriptions.kept.length
      return {
        row: Object.assign(draft, stand, {
          id,
          labels,
          descriptions: descriptions.kept,
          properties,
          createdDateTime: now,
          lastModifiedDateTime: now,
          isKeyword: around.home.systemRole === 'keywords',
          sortKey: sortKeyOf(labels, languages),
        }),
        ...(emptied ? { echo: { descriptions: descriptions.echoed } } : {}),
      }
    },

    async beforeUpdate(context, { at, before, patch, faults }) {
      const { tx, now } = context
      // A term belongs to its home, wherever it is shown.
      await checkRoleInSet(settings, context, before.setId)
      if (Object.keys(patch).length === 0) return {}
      const around = await surroundings(tx, before.setId)
      const { languages } = around
      checkOpen(await needPlace(tx, at), around)
      const labels = 'labels' in patch ? labelsIn(patch.labels, languages, faults, 'update') : undefined
      const descriptions = 'descriptions' in patch ? descriptionsIn(patch.descriptions, languages, faults) : undefined
      const properties = 'properties' in patch ? propertiesIn(patch.properties, faults) : undefined
      faults.throwIfAny()
      if (labels !== undefined) await checkSiblingsEverywhere({ tx }, before, labels, around)
      return {
        ...patch,
        ...(labels === undefined ? {} : { labels, sortKey: sortKeyOf(labels, languages) }),
        ...(descriptions === undefined ? {} : { descriptions: descriptions.kept }),
        ...(properties === undefined ? {} : { properties }),
        lastModifiedDateTime: now,
      }
    },

    async remove(context, { at }) {
      const { tx } = context
      const place = await needPlace(tx, at)
      await checkRoleInSet(settings, context, place.setId)
      if (place.kind === 'mirrored')
        throw invalid('A term below a pinned term can be removed only in the set that owns it.')
      const { home } = await surroundings(tx, place.setId)
      if (home.systemRole === 'orphanedTerms') throw denied(orphanOnly)
      await uproot(tx, home.storeId, place.setId, [place.row])
    },
  })
}
