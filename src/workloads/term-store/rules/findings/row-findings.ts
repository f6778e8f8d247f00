/** The rules of exchange.md §12 that the row of a term tells by itself: for `relata.validate`, annotations, and writes. */
import { fold } from '#base/text/fold.ts'
import type { AnyLabel, Description, Property } from '../labels/labels.ts'
import { maxName, maxPropertyValue } from '../labels/text.ts'
import { sameTag } from '../languages/languages.ts'

/** With what a person has to do about it: infos are only remarks. */
export const rowRules = {
  'no-default-label': 'warning',
  'synonym-equals-default': 'warning',
  'label-mixed-script': 'warning',
  'label-invisible': 'error',
  'label-html': 'warning',
  'label-long': 'info',
  'missing-description': 'info',
  'property-near': 'info',
  'deprecated-no-successor': 'info',
} as const

export type RowRule = keyof typeof rowRules

export interface RowFinding {
  readonly rule: RowRule
  readonly languageTag?: string
  readonly text: string
  readonly fix?: string
}

/** What of a term's row these rules look at. */
export interface LookedTerm {
  readonly labels: readonly AnyLabel[]
  readonly descriptions: readonly Partial<Record<keyof Description, string | null>>[]
  readonly properties: readonly Partial<Record<keyof Property, string | null>>[]
  readonly isDeprecated: boolean
  readonly replacedBy: string | null
}

const longLabel = 200
const nearValue = 900

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is for
const invisible = /[\u0000-\u001f\u007f\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|\p{Cn}/u
const html = /&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[\da-f]+);|＆(?:amp|lt|gt|quot|nbsp);?|<\/?[a-z][^>]*>/i
const latin = /\p{Script=Latin}/u
const foreign = /\p{Script=Cyrillic}|\p{Script=Greek}/u
/** None of the signs that the rules look for is among them. */
const plain = /^[a-z0-9 ,.()/-]{0,200}$/i

function* inLabel({ name, languageTag }: AnyLabel): Generator<RowFinding> {
  if (name === null || plain.test(name)) return
  const at = languageTag === null ? {} : { languageTag }
  if (invisible.test(name))
    yield {
      rule: 'label-invisible',
      ...at,
      text: `The label '${name}' has a character that cannot be seen.`,
      fix: 'Write the label again.',
    }
  if (foreign.test(name) && name.split(/[^\p{L}\p{M}]+/u).some((word) => latin.test(word) && foreign.test(word)))
    yield {
      rule: 'label-mixed-script',
      ...at,
      text: `A word of '${name}' has Latin letters and Cyrillic or Greek ones.`,
    }
  if (html.test(name)) yield { rule: 'label-html', ...at, text: `'${name}' looks like HTML.` }
  if (name.length > longLabel)
    yield { rule: 'label-long', ...at, text: `The label has ${name.length} characters of at most ${maxName}.` }
}

function primary(tag: string): string {
  return tag.split('-', 1)[0] ?? tag
}

function* equalSynonyms(labels: readonly AnyLabel[]): Generator<RowFinding> {
  for (const { name, languageTag, isDefault } of labels) {
    if (isDefault === true || name === null || languageTag === null) continue
    const twin = labels.find(
      (one) =>
        one.isDefault === true &&
        one.languageTag !== null &&
        one.languageTag !== languageTag &&
        primary(one.languageTag) === primary(languageTag) &&
        fold(one.name ?? '') === fold(name),
    )
    if (twin !== undefined)
      yield {
        rule: 'synonym-equals-default',
        languageTag,
        text: `The synonym '${name}' is the default label in ${twin.languageTag}.`,
      }
  }
}

/** `defaultTag`: the default language of the store. */
export function* rowFindings(row: LookedTerm, defaultTag: string): Generator<RowFinding> {
  const { labels, descriptions, properties, isDeprecated, replacedBy } = row
  if (!labels.some(({ languageTag }) => sameTag(languageTag ?? '', defaultTag)))
    yield {
      rule: 'no-default-label',
      languageTag: defaultTag,
      text: `The term has no label in ${defaultTag}, the default language of the store: pickers may not show it.`,
    }
  for (const label of labels) yield* inLabel(label)
  yield* equalSynonyms(labels)
  if (descriptions.length === 0 && !properties.some(({ key }) => key === 'skos:scopeNote'))
    yield { rule: 'missing-description', text: 'The term has no description.' }
  for (const { key, value } of properties)
    if ((value ?? '').length > nearValue)
      yield {
        rule: 'property-near',
        text: `The value of '${key}' has ${value?.length} characters of at most ${maxPropertyValue}.`,
      }
  if (isDeprecated && replacedBy === null)
    yield { rule: 'deprecated-no-successor', text: 'The term is deprecated, and nothing is said to replace it.' }
}

/** How many of these rules find something that is more than a remark. */
export function problemsIn(row: LookedTerm, defaultTag: string): number {
  const rules = new Set<RowRule>()
  for (const { rule } of rowFindings(row, defaultTag)) if (rowRules[rule] !== 'info') rules.add(rule)
  return rules.size
}
