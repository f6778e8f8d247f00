/**
 * What a search reads one after another: for each tier, the labels of one language after those of another. Each block is one
 * part of the index of words, or several that are merged.
 */
import { keyOf } from '#base/text/search-keys.ts'
import type { WordRange } from '#edm/row-query.ts'
import { type Sought, widestTier } from './match.ts'

export interface Block {
  readonly tier: number
  /** Place of the language in the order in which they count. */
  readonly language: number
  readonly ranges: readonly WordRange[]
  /** What the keys have somewhere, for labels that contain the text. */
  readonly part?: string
}

export type LabelKind = 'default' | 'synonym'

/** Forms of index rows in which a tier finds its labels: of default labels, of synonyms, or of both. */
const formsOf: Readonly<Record<number, readonly number[]>> = {
  1: [0],
  2: [1],
  3: [0],
  4: [1],
  5: [0],
  6: [1],
  7: [2],
  8: [3],
  9: [0, 1, 2, 3],
  10: [0, 1, 2, 3],
}
const kindsOfForms: readonly LabelKind[] = ['default', 'synonym', 'default', 'synonym']

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}

/** The word that fewest labels have, by its length. */
function rarest({ words }: Sought) {
  return words.toSorted((one, other) => other.loose.length - one.loose.length)[0]
}

/** Parts of keys that hold what a label contains: a key begins at most this far before the text. */
const partLength = 24

function keysOf(tier: number, sought: Sought): string[] {
  if (tier === 10) return ['']
  if (tier < 9) return distinct([keyOf(sought.loose), keyOf(sought.spelt)])
  const word = rarest(sought)
  return word === undefined ? [] : distinct([keyOf(word.loose), keyOf(word.spelt)])
}

/** What begins with a key that is there as well is found with that one. */
function apart(keys: readonly string[]): string[] {
  return keys.filter((key) => !keys.some((other) => other !== key && key.startsWith(other)))
}

function rangesOf(tier: number, space: string, sought: Sought, kinds: readonly LabelKind[]): WordRange[] {
  const forms = (formsOf[tier] ?? []).filter((form) => kinds.includes(kindsOfForms[form] ?? 'default'))
  const isPrefix = tier > 4
  const keys = keysOf(tier, sought)
  return forms.flatMap((form) =>
    (isPrefix ? apart(keys) : keys).map((key) => {
      // Labels that are equal have been found before. A key that is as long as the index has them may be of a longer one.
      const isLonger = (tier === 5 || tier === 6) && key === (key === keyOf(sought.loose) ? sought.loose : sought.spelt)
      return { form, space, key, isPrefix, ...(isLonger ? { isLonger } : {}) }
    }),
  )
}

/** `languages`: in the order in which they count. */
export function blocksOf(sought: Sought, languages: readonly string[], kinds: readonly LabelKind[]): Block[] {
  const tiers = Array.from({ length: widestTier(sought) }, (_, at) => at + 1).filter(
    (tier) => tier !== 9 || sought.words.length > 1,
  )
  return tiers.flatMap((tier) =>
    languages.flatMap((tag, language): Block[] => {
      const ranges = rangesOf(tier, tag.toLowerCase(), sought, kinds)
      if (ranges.length === 0) return []
      return [{ tier, language, ranges, ...(tier === 10 ? { part: sought.loose.slice(0, partLength) } : {}) }]
    }),
  )
}

/** `space`: the language; absent where it is known to be that of the block. */
export function isInRange(
  { form, key, space }: { form: number; key: string; space?: string },
  { ranges, part }: Block,
): boolean {
  if (part !== undefined && !key.includes(part)) return false
  return ranges.some(
    (range) =>
      range.form === form &&
      (space === undefined || range.space === space) &&
      (range.isPrefix ? key.startsWith(range.key) && !(range.isLonger && key === range.key) : key === range.key),
  )
}
