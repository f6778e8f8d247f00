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
import { removeFromSet } from './places/remove-branch.ts'
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

/** The place of a new term: set, parent, level. */
async function placeOfNew(tx: ReadTx, from: Located) {
  if (from.type.name === set.name) return { setId: from.id, parentId: null, level: 1 }
  const place = await needPlace(tx, from)
  if (place.locked) throw invalid('Terms cannot be added below a pinned term: add them in the set that owns it.')
  return { setId: place.setId, parentId: from.id, level: place.level + 1 }
}

async function containersOf(tx: ReadTx, setId: string) {
  const homeSet = await tx.get(set, setId)
  invariant(homeSet !== undefined, 'a term is in a set')
  const storeRow = await tx.get(store, homeSet.storeId)
  invariant(storeRow !== undefined, 'a set is in a store')
  return { homeSet, storeRow, languages: languagesOf(storeRow) }
}

type Containers = Awaited<ReturnType<typeof containersOf>>

function checkCapacity(
  { homeSet, storeRow }: Containers,
  parentId: string | null,
  { limits }: TermStoreSettings,
): void {
  if (homeSet.systemRole === 'orphanedTerms') throw denied(orphanOnly)
  if (homeSet.systemRole !== null && parentId !== null)
    throw invalid('This set of the system has only one level of terms.')
  if (storeRow.termCount >= limits.terms) throw invalid(`The store has its limit of ${limits.terms} terms.`)
  if (homeSet.termCount >= limits.termsPerSet) throw invalid(`The set has its limit of ${limits.termsPerSet} terms.`)
}

/** Throws if the term is visible there but cannot be changed. */
function checkChangeable(place: TermPlace, { homeSet }: Containers): void {
  if (place.locked) throw invalid(pinnedOnly)
  if (place.kind === 'source' && homeSet.systemRole === 'orphanedTerms') throw denied(orphanOnly)
}

function sortKeyOf(labels: Parameters<typeof defaultLabel>[0], { defaultTag }: Languages): string {
  return fold(defaultLabel(labels, defaultTag) ?? '')
}

/** Checks every place where the term is stored. At the root of Orphaned Terms, names may repeat. */
async function checkSiblingsEverywhere(
  { tx }: Pick<WriteContext, 'tx'>,
  { id, setId, parentId }: { id: string; setId: string; parentId: string | null },
  labels: Parameters<typeof checkSiblings>[1],
  { homeSet, languages }: Containers,
): Promise<void> {
  const orphaned = homeSet.systemRole === 'orphanedTerms' && parentId === null
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
      const at = await placeOfNew(tx, from)
      const containers = await containersOf(tx, at.setId)
      const { languages } = containers
      await checkMayAddTo(settings, context, containers.homeSet)
      checkCapacity(containers, at.parentId, settings)
      const labels = labelsIn(draft.labels, languages, faults, 'create')
      const descriptions = descriptionsIn(draft.descriptions, languages, faults)
      const properties = propertiesIn(draft.properties, faults)
      const id = await idOf(tx, ids, draft.id, faults)
      faults.throwIfAny()
      checkDepth(at.level, 1)
      await checkSiblings(tx, labels, languages.defaultTag, at, id)
      await raiseHeights(tx, at.setId, at.parentId, 1)
      await tx.add(set, at.setId, { termCount: 1 })
      await tx.add(store, containers.homeSet.storeId, { termCount: 1 })
      const emptied = descriptions.echoed.length > descriptions.kept.length
      return {
        row: {
          ...draft,
          ...at,
          id,
          labels,
          descriptions: descriptions.kept,
          properties,
          createdDateTime: now,
          lastModifiedDateTime: now,
          isKeyword: containers.homeSet.systemRole === 'keywords',
          sortKey: sortKeyOf(labels, languages),
        },
        ...(emptied ? { echo: { descriptions: descriptions.echoed } } : {}),
      }
    },

    async beforeUpdate(context, { at, before, patch, faults }) {
      const { tx, now } = context
      // The role counts in the term's home set, wherever the path leads through.
      await checkRoleInSet(settings, context, before.setId)
      if (Object.keys(patch).length === 0) return {}
      const containers = await containersOf(tx, before.setId)
      const { languages } = containers
      checkChangeable(await needPlace(tx, at), containers)
      const labels = 'labels' in patch ? labelsIn(patch.labels, languages, faults, 'update') : undefined
      const descriptions = 'descriptions' in patch ? descriptionsIn(patch.descriptions, languages, faults) : undefined
      const properties = 'properties' in patch ? propertiesIn(patch.properties, faults) : undefined
      faults.throwIfAny()
      if (labels !== undefined) await checkSiblingsEverywhere({ tx }, before, labels, containers)
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
      const { homeSet } = await containersOf(tx, place.setId)
      if (homeSet.systemRole === 'orphanedTerms') throw denied(orphanOnly)
      await removeFromSet(tx, homeSet.storeId, place.setId, [place.row])
    },
  })
}
