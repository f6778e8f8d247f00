/** How a label matches what is searched for: the tiers of exchange.md §11. */
import { type SearchKeys, searchKeys, wordsIn } from '#base/text/search-keys.ts'
import { normalised } from '../labels/text.ts'

export const matches = ['prefix', 'exact', 'words', 'contains'] as const
/** `start`: labels that begin with the text, as SharePoint's `StartsWith` (exchange.md §13.4); `prefix` finds later words too. */
export type Match = (typeof matches)[number] | 'start'

/** What is searched for, ready for comparison. */
export interface Sought extends SearchKeys {
  /** Each word in its loose and its spelt form. */
  readonly words: readonly { readonly loose: string; readonly spelt: string }[]
  readonly match: Match
  /** Whether labels are compared in their spelt form as well. */
  readonly umlauts: boolean
}

/** In texts of fewer characters, `contains` would find nearly everything. */
const leastContained = 3

/** `umlauts`: `ae` finds `ä` as well. */
export function soughtFor(text: string, match: Match, umlauts = true): Sought {
  const { exact, loose, spelt } = searchKeys(normalised(text))
  const speltWords = wordsIn(spelt)
  const words = wordsIn(loose).map(({ word }, at) => ({
    loose: word,
    spelt: umlauts ? (speltWords[at]?.word ?? word) : word,
  }))
  return { exact, loose, spelt: umlauts ? spelt : loose, words, match, umlauts }
}

/** The last tier in which anything can be found; 0: none. */
export function widestTier({ loose, match }: Sought): number {
  if (loose === '') return 0
  if (match === 'exact') return 4
  if (match === 'start') return 6
  return match === 'contains' && loose.length >= leastContained ? 10 : 9
}

interface Label {
  readonly name: string | null
  readonly isDefault: boolean | null
}

const wordPart = /^[\p{L}\p{M}\p{N}]/u

/** Whether the text begins with the other one, which for `words` has to end with a word. */
function begins(text: string, at: number, sought: string, match: Match): boolean {
  if (!text.startsWith(sought, at)) return false
  return match !== 'words' || isWordsEnd(text, at + sought.length)
}

/** In Chinese, Japanese and Korean each character is a word, so one begins where another ends. */
function isWordsEnd(text: string, at: number): boolean {
  return !wordPart.test(text.slice(at, at + 2)) || wordsIn(text).some((word) => word.at === at)
}

function hasLater(text: string, sought: string, match: Match): boolean {
  return wordsIn(text).some(({ at }) => at > 0 && begins(text, at, sought, match))
}

function hasWord(words: readonly { readonly word: string }[], sought: string, match: Match): boolean {
  return words.some(({ word }) => (match === 'words' ? word === sought : word.startsWith(sought)))
}

function hasAllWords(keys: SearchKeys, { words, match }: Sought): boolean {
  if (words.length < 2) return false
  const loose = wordsIn(keys.loose)
  const spelt = keys.spelt === keys.loose ? loose : wordsIn(keys.spelt)
  return words.every((word) => hasWord(loose, word.loose, match) || hasWord(spelt, word.spelt, match))
}

/** The first of a pair of tiers in which a label is found: the second is that of synonyms. */
function pairOf(keys: SearchKeys, sought: Sought): number | undefined {
  const { match } = sought
  const either = (test: (text: string, sought: string) => boolean): boolean =>
    test(keys.loose, sought.loose) || test(keys.spelt, sought.spelt)
  if (keys.exact === sought.exact) return 1
  if (either((text, wanted) => text === wanted)) return 3
  if (match === 'exact') return undefined
  if (either((text, wanted) => begins(text, 0, wanted, match))) return 5
  if (match === 'start') return undefined
  return either((text, wanted) => hasLater(text, wanted, match)) ? 7 : undefined
}

/** The tier in which a label is found, from 1; undefined: it is not found. */
export function tierOf({ name, isDefault }: Label, sought: Sought): number | undefined {
  const last = widestTier(sought)
  if (last === 0) return undefined
  const all = searchKeys(name ?? '')
  const keys = sought.umlauts ? all : { ...all, spelt: all.loose }
  const pair = pairOf(keys, sought)
  if (pair !== undefined) return isDefault === true ? pair : pair + 1
  if (last >= 9 && hasAllWords(keys, sought)) return 9
  return last === 10 && (keys.loose.includes(sought.loose) || keys.spelt.includes(sought.spelt)) ? 10 : undefined
}
