/**
 * The store itself: its languages (term-store.md §1.2, §4.3), its alias `root` (term-store.md §2.1 T3), and how one is
 * made.
 */

import { type Faults, invariant } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import { type Behaviour, behaviour, type Tx } from '#edm/ports.ts'
import { group, set, store } from '../types.ts'
import { stampOf } from './author.ts'
import { findingRules } from './findings/validate.ts'
import { storeHistoryRules } from './history/operations.ts'
import { changeLanguages } from './languages/language-change.ts'
import {
  canonicalTag,
  compareTags,
  type Languages,
  languagesOf,
  lcidOf,
  mostLanguages,
  sameTag,
  similarTags,
} from './languages/languages.ts'
import { checkRole } from './roles/roles.ts'
import { searchRules } from './search/operations.ts'
import type { TermStoreSettings } from './settings.ts'

/** What is wrong with a language; undefined: Microsoft has it, or the store has had it since before this was checked. */
function faultOf(value: unknown, now: Languages): string | undefined {
  const tag = typeof value === 'string' ? canonicalTag(value) : undefined
  if (tag === undefined) return `'${String(value)}' is not a valid language tag.`
  if (lcidOf(tag) !== undefined || now.tags.some((known) => sameTag(known, tag))) return undefined
  const similar = similarTags(tag)
  const hint = similar.length === 0 ? '' : `; languages that begin like it: ${similar.join(', ')}`
  return `'${tag}' is not a language that a term store can have: Microsoft has no number (LCID) for it${hint}.`
}

function tagIn(value: unknown, target: string, now: Languages, faults: Faults): string | undefined {
  const fault = faultOf(value, now)
  if (fault === undefined) return canonicalTag(value as string)
  if (!faults.has(target)) faults.add(target, fault)
  return undefined
}

/** In canonical case, each once, by LCID. */
function orderedTags(tags: readonly string[]): string[] {
  return tags.filter((tag, at) => tags.findIndex((other) => sameTag(other, tag)) === at).toSorted(compareTags)
}

interface SentLanguages {
  readonly defaultLanguageTag?: string | null
  readonly languageTags?: readonly string[] | null
}

function languagesIn(now: Languages, sent: SentLanguages, faults: Faults): Languages {
  const asked =
    'defaultLanguageTag' in sent ? tagIn(sent.defaultLanguageTag, 'defaultLanguageTag', now, faults) : undefined
  const defaultTag = asked ?? now.defaultTag
  if (!('languageTags' in sent)) return { defaultTag, tags: orderedTags([...now.tags, defaultTag]) }
  const list = sent.languageTags ?? []
  if (list.length === 0 && !faults.has('languageTags')) faults.add('languageTags', 'A store has at least one language.')
  if (list.length > mostLanguages) faults.add('languageTags', `A store has at most ${mostLanguages} languages.`)
  const tags = list.flatMap((value, at) => tagIn(value, `languageTags/${at}`, now, faults) ?? [])
  // A new default joins the list by itself; the old one cannot be left out.
  if (asked === undefined && !faults.has('languageTags') && !tags.some((tag) => sameTag(tag, defaultTag))) {
    faults.add('languageTags', `${defaultTag} is the default language: it cannot be removed.`)
  }
  return { defaultTag, tags: orderedTags([...tags, defaultTag]) }
}

export function storeBehaviour(settings: TermStoreSettings): Behaviour {
  return behaviour(store, {
    operations: { ...storeHistoryRules(settings), ...searchRules(settings), ...findingRules(settings) },

    async locate({ tx }, _from, _nav, key) {
      if (key.toLowerCase() !== 'root') return undefined
      const [only] = await tx.find(store, {}, 1)
      return only === undefined ? undefined : { id: only.id }
    },

    async beforeUpdate(context, { before, patch, faults }) {
      const { tx } = context
      await checkRole(settings, context, 'administrator', { storeId: before.id })
      if (!('defaultLanguageTag' in patch) && !('languageTags' in patch)) return patch
      const now = languagesOf(before)
      const next = languagesIn(now, patch, faults)
      faults.throwIfAny()
      await changeLanguages(tx, { storeId: before.id, from: now, to: next, stamp: stampOf(context) })
      return { ...patch, defaultLanguageTag: next.defaultTag, languageTags: [...next.tags] }
    },
  })
}

export interface SystemIds {
  readonly group?: string
  readonly keywords?: string
  readonly orphanedTerms?: string
  readonly hashtags?: string
}

export interface StorePlan {
  readonly id: string
  readonly languageTags: readonly string[]
  /** Default: the first of the languages. */
  readonly defaultLanguageTag?: string
  readonly ids: Ids
  /** Instant, as rows hold it. */
  readonly now: string
  /** Ids of what the system uses itself; those not given are minted. */
  readonly system?: SystemIds
  /** Who administers it: ids of users and groups, `app@sharepoint` for applications. */
  readonly administrators?: readonly string[]
}

const systemSets = [
  { systemRole: 'keywords', name: 'Keywords', isOpen: true },
  { systemRole: 'orphanedTerms', name: 'Orphaned Terms', isOpen: false },
  { systemRole: 'hashtags', name: 'Hashtags', isOpen: true },
] as const

/** Makes the store of a tenant with its system group and that group's sets. */
export async function createStore(tx: Tx, plan: StorePlan): Promise<void> {
  const { id: storeId, ids, now, system = {}, administrators = [] } = plan
  const known = (tag: string): string | undefined => (lcidOf(tag) === undefined ? undefined : canonicalTag(tag))
  const tags = plan.languageTags.flatMap((tag) => known(tag) ?? [])
  const defaultLanguageTag = known(plan.defaultLanguageTag ?? tags[0] ?? '')
  invariant(
    defaultLanguageTag !== undefined && tags.length === plan.languageTags.length,
    'a store starts with valid languages',
  )
  await tx.insert(store, {
    id: storeId,
    defaultLanguageTag,
    languageTags: orderedTags([...tags, defaultLanguageTag]),
    administrators: [...administrators],
    setCount: systemSets.length,
  })
  const parentGroupId = system.group ?? ids.mint()
  await tx.insert(group, {
    id: parentGroupId,
    storeId,
    displayName: 'System',
    description: 'These term sets are used by the system itself.',
    scope: 'system',
    createdDateTime: now,
    lastModifiedDateTime: now,
  })
  for (const { systemRole, name, isOpen } of systemSets) {
    await tx.insert(set, {
      id: system[systemRole] ?? ids.mint(),
      storeId,
      parentGroupId,
      description: '',
      localizedNames: [{ name, languageTag: defaultLanguageTag }],
      createdDateTime: now,
      isOpen,
      sortKey: fold(name),
      systemRole,
    })
  }
}
