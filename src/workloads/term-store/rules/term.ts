/** Terms: term-store.md §3.5, §4.1, §4.2. */

import { invariant } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import { type Behaviour, behaviour, type Located, type ReadTx, type Tx, type WriteContext } from '#edm/ports.ts'
import { relation, set, store, term } from '../types.ts'
import { birthOf, stampOf } from './author.ts'
import { enforcing } from './findings/enforced.ts'
import { historyRules } from './history/operations.ts'
import { describeTerm } from './labels/descriptions.ts'
import { type AnyLabel, defaultLabel, descriptionsIn, type Label, labelsIn, propertiesIn } from './labels/labels.ts'
import { checkSiblings } from './labels/siblings.ts'
import { normalised } from './labels/text.ts'
import { titleOfSet } from './labels/titles.ts'
import { type Languages, languagesOf, sameTag } from './languages/languages.ts'
import { checkDepth, raiseHeights } from './places/height.ts'
import { chooseListing, locateTerm } from './places/listing.ts'
import { removalOf, removeFromSet } from './places/remove-branch.ts'
import { placeOf, type TermPlace } from './places/tree.ts'
import { denied, idOf, invalid, missing } from './refusals.ts'
import { checkMayAddTo, checkRoleInSet } from './roles/roles.ts'
import { annotateTerms } from './search/annotations.ts'
import type { TermStoreSettings } from './settings.ts'
import { termOperations } from './verbs/term-operations.ts'

const orphanOnly = 'The terms of the set of orphaned terms cannot be changed there.'

async function needPlace(tx: ReadTx, at: Located): Promise<TermPlace> {
  const place = await placeOf(tx, at)
  if (place === undefined) throw missing('Term', at.id)
  return place
}

/** The place of a new term: set, parent, level. */
async function placeOfNew(tx: ReadTx, from: Located, nav: string) {
  if (from.type.name === set.name) return { setId: from.id, parentId: null, level: 1 }
  const place = await needPlace(tx, from)
  if (place.locked) {
    const owner = await titleOfSet(tx, place.childSetId)
    throw invalid(`Terms cannot be added below a pinned term: add them in the set that owns it, ${owner}.`, nav)
  }
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

/** `nav`: the collection that the term is to be in. */
async function checkCapacity(
  tx: ReadTx,
  { homeSet, storeRow }: Containers,
  { parentId, nav }: { parentId: string | null; nav: string },
  { limits }: TermStoreSettings,
): Promise<void> {
  if (homeSet.systemRole === 'orphanedTerms') throw denied(orphanOnly)
  if (homeSet.systemRole !== null && parentId !== null)
    throw invalid(
      `The set ${await titleOfSet(tx, homeSet.id)} belongs to the system and has only one level of terms.`,
      nav,
    )
  if (storeRow.termCount >= limits.terms) throw invalid(`The store has its limit of ${limits.terms} terms.`, nav)
  if (homeSet.termCount >= limits.termsPerSet)
    throw invalid(`The set ${await titleOfSet(tx, homeSet.id)} has its limit of ${limits.termsPerSet} terms.`, nav)
}

/** Throws if the term is visible there but cannot be changed. */
async function checkChangeable(tx: ReadTx, place: TermPlace, { homeSet }: Containers, nav: string): Promise<void> {
  if (place.locked)
    throw invalid(
      `Pinned terms can be changed only in the set that owns them, ${await titleOfSet(tx, homeSet.id)}.`,
      nav,
    )
  if (place.kind === 'source' && homeSet.systemRole === 'orphanedTerms') throw denied(orphanOnly)
}

function sortKeyOf(labels: Parameters<typeof defaultLabel>[0], { defaultTag }: Languages): string {
  return fold(defaultLabel(labels, defaultTag) ?? '')
}

/** Checks every place where the term is stored. At the root of Orphaned Terms, names may repeat. */
async function checkSiblingsEverywhere(
  { tx }: Pick<WriteContext, 'tx'>,
  { id, setId, parentId }: { id: string; setId: string; parentId: string | null },
  { labels, sent }: { labels: readonly Label[]; sent: readonly AnyLabel[] },
  { homeSet, languages }: Containers,
): Promise<void> {
  const orphaned = homeSet.systemRole === 'orphanedTerms' && parentId === null
  const compared = { labels, defaultTag: languages.defaultTag, exceptId: id, targetOf: targetsIn(sent) }
  if (!orphaned) await checkSiblings(tx, compared, { setId, parentId })
  for (const shared of await tx.find(relation, { toTermId: id })) {
    await checkSiblings(tx, compared, { setId: shared.setId, parentId: shared.fromTermId })
  }
}

/** Where the body has a label; a label that was copied into another language is nowhere in it. */
function targetsIn(sent: readonly AnyLabel[]): (label: AnyLabel) => string {
  return ({ name, languageTag }) => {
    const at = sent.findIndex(
      (entry) =>
        sameTag(entry.languageTag ?? '', languageTag ?? '') && fold(normalised(entry.name ?? '')) === fold(name ?? ''),
    )
    return at < 0 ? 'labels' : `labels/${at}/name`
  }
}

type NewPlace = Awaited<ReturnType<typeof placeOfNew>>

/** Throws if the term does not fit there; else heights and counts include it. */
async function takePlace(
  tx: Tx,
  at: NewPlace,
  { homeSet, languages }: Containers,
  made: { id: string; labels: readonly Label[]; sent: readonly AnyLabel[]; nav: string },
): Promise<void> {
  const { id, labels, sent, nav } = made
  await checkDepth(tx, at, 1, nav)
  const compared = { labels, defaultTag: languages.defaultTag, exceptId: id, targetOf: targetsIn(sent) }
  await checkSiblings(tx, compared, at)
  await raiseHeights(tx, at, 1, nav)
  await tx.add(set, at.setId, { termCount: 1 })
  await tx.add(store, homeSet.storeId, { termCount: 1 })
}

export function termBehaviour(settings: TermStoreSettings): Behaviour {
  return behaviour(term, {
    describe: describeTerm,
    annotate: annotateTerms,
    ...(settings.enforce === undefined || settings.enforce.length === 0 ? {} : { settle: enforcing(settings.enforce) }),
    locate: locateTerm,
    operations: { ...termOperations(settings), ...historyRules },

    scope: (context, from, nav) => chooseListing(context, from, nav, settings.listing),

    async beforeCreate(context, { from, nav, draft, faults }) {
      const { tx } = context
      invariant(from !== undefined, 'terms are below a set or a term')
      const at = await placeOfNew(tx, from, nav)
      const containers = await containersOf(tx, at.setId)
      const { languages } = containers
      await checkMayAddTo(settings, context, containers.homeSet)
      await checkCapacity(tx, containers, { parentId: at.parentId, nav }, settings)
      const labels = labelsIn(draft.labels, languages, faults, { asGiven: settings.labelsAsGiven === true })
      const descriptions = descriptionsIn(draft.descriptions, languages, faults)
      const properties = propertiesIn(draft.properties, faults)
      const id = await idOf(context, draft.id, faults)
      faults.throwIfAny()
      await takePlace(tx, at, containers, { id, labels, sent: draft.labels ?? [], nav })
      const emptied = descriptions.echoed.length > descriptions.kept.length
      return {
        row: {
          ...draft,
          ...at,
          id,
          labels,
          descriptions: descriptions.kept,
          properties,
          ...birthOf(context),
          isKeyword: containers.homeSet.systemRole === 'keywords',
          sortKey: sortKeyOf(labels, languages),
        },
        ...(emptied ? { echo: { descriptions: descriptions.echoed } } : {}),
      }
    },

    async beforeUpdate(context, { at, before, patch, faults }) {
      const { tx } = context
      // The role counts in the term's home set, wherever the path leads through.
      await checkRoleInSet(settings, context, before.setId)
      if (Object.keys(patch).length === 0) return {}
      const containers = await containersOf(tx, before.setId)
      const { languages } = containers
      await checkChangeable(tx, await needPlace(tx, at), containers, at.nav)
      const labels =
        'labels' in patch ? labelsIn(patch.labels, languages, faults, { before: before.labels }) : undefined
      const descriptions = 'descriptions' in patch ? descriptionsIn(patch.descriptions, languages, faults) : undefined
      const properties = 'properties' in patch ? propertiesIn(patch.properties, faults) : undefined
      faults.throwIfAny()
      if (labels !== undefined)
        await checkSiblingsEverywhere({ tx }, before, { labels, sent: patch.labels ?? [] }, containers)
      return {
        ...patch,
        ...(labels === undefined ? {} : { labels, sortKey: sortKeyOf(labels, languages) }),
        ...(descriptions === undefined ? {} : { descriptions: descriptions.kept }),
        ...(properties === undefined ? {} : { properties }),
        ...stampOf(context),
      }
    },

    async remove(context, { at }) {
      const { tx } = context
      const place = await needPlace(tx, at)
      await checkRoleInSet(settings, context, place.setId)
      if (place.kind === 'mirrored') {
        const owner = await titleOfSet(tx, place.holderId)
        throw invalid(`A term below a pinned term can be removed only in the set that owns it, ${owner}.`, at.nav)
      }
      const { homeSet } = await containersOf(tx, place.setId)
      if (homeSet.systemRole === 'orphanedTerms') throw denied(orphanOnly)
      const removal = removalOf(context, { storeId: homeSet.storeId, setId: place.setId })
      await removeFromSet(tx, removal, [place.row])
    },
  })
}
