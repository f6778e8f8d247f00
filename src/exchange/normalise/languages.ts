/**
 * Which language of the store a value of a file is in: exchange.md §1.3. A file names languages by tags of many kinds or
 * by Windows' numbers (LCID); the store has few, each with a region.
 */
import {
  canonicalTag,
  type Languages,
  lcidOf,
  sameTag,
  storeTag,
} from '#workloads/term-store/rules/languages/languages.ts'
import { lcids } from '#workloads/term-store/rules/languages/lcids.ts'

export interface LanguageChoice {
  /** `--language FROM=TO`: tag in lower case → tag of the store. */
  readonly mapped?: Readonly<Record<string, string>>
  /** `--add-languages`: a language that the store lacks is added to it. */
  readonly adds?: boolean
}

/** How a tag of a file was understood; the lower, the more exactly. Of two labels the one with the lower rank is the default. */
export type LanguageRank = 'exact' | 'noRegion' | 'mapped'

export interface FoundLanguage {
  readonly tag: string
  readonly rank: LanguageRank
  /** It has to be added to the store first. */
  readonly isAdded?: true
}

const tagsByNumber: ReadonlyMap<number, string> = new Map([...lcids].map(([tag, lcid]) => [lcid, tag]))

/** The tag that Windows has for a number (decimal digits); undefined: it has none. */
export function tagOfLcid(number: string | number): string | undefined {
  const text = String(number).trim()
  return /^\d{1,6}$/.test(text) ? tagsByNumber.get(Number(text)) : undefined
}

/** The runtime's canonical form does not know that Norwegian without more is Bokmål. */
function canonical(tag: string): string | undefined {
  try {
    const [found] = Intl.getCanonicalLocales(tag)
    return found?.replace(/^no(?=-|$)/, 'nb')
  } catch {
    return undefined
  }
}

interface Parts {
  readonly language: string
  readonly script: string | undefined
  readonly region: string | undefined
}

function partsOf(tag: string): Parts | undefined {
  try {
    const { language, script, region } = new Intl.Locale(tag)
    return { language, script, region }
  } catch {
    return undefined
  }
}

function likelyRegion(tag: string): string | undefined {
  return new Intl.Locale(tag).maximize().region
}

/** Those of the tags that have the language, and the script where one is given. */
function alike(tags: readonly string[], { language, script }: Parts): string[] {
  return tags.filter((tag) => {
    const parts = partsOf(tag)
    if (parts?.language !== language) return false
    return script === undefined || (parts.script ?? new Intl.Locale(tag).maximize().script) === script
  })
}

function withoutRegion(languages: Languages, tag: string, parts: Parts): string | undefined {
  const found = alike(languages.tags, parts)
  if (found.length <= 1) return found[0]
  const usual = found.find((one) => sameTag(one, languages.defaultTag))
  return usual ?? found.find((one) => partsOf(one)?.region === likelyRegion(tag))
}

/** A tag with a number of Microsoft's, for a language that the store is to get. */
function addable(tag: string): string | undefined {
  const known = canonicalTag(tag)
  if (known !== undefined && lcidOf(known) !== undefined) return [...lcids.keys()].find((one) => sameTag(one, known))
  const parts = partsOf(tag)
  if (parts === undefined || parts.region !== undefined) return undefined
  const found = alike([...lcids.keys()], parts)
  const region = likelyRegion(tag)
  // Where Microsoft has one tag of a language it is that one; else the likely region, else Microsoft's first.
  return found.length === 1 ? found[0] : (found.find((one) => partsOf(one)?.region === region) ?? found[0])
}

function mappedOf({ mapped = {} }: LanguageChoice, tag: string): string | undefined {
  const key = tag.toLowerCase()
  return Object.hasOwn(mapped, key) ? mapped[key] : undefined
}

/** Undefined: the store lacks the language (`language-missing`). */
export function languageOf(
  given: string,
  languages: Languages,
  choice: LanguageChoice = {},
): FoundLanguage | undefined {
  const named = /^\d+$/.test(given.trim()) ? tagOfLcid(given) : given.trim()
  if (named === undefined) return undefined
  const mapped = mappedOf(choice, named)
  if (mapped !== undefined) {
    const target = storeTag(languages, mapped)
    const added = target === undefined && choice.adds === true ? addable(mapped) : undefined
    if (added !== undefined) return { tag: added, rank: 'mapped', isAdded: true }
    return target === undefined ? undefined : { tag: target, rank: 'mapped' }
  }
  const own = storeTag(languages, named)
  if (own !== undefined) return { tag: own, rank: 'exact' }
  const tag = canonical(named)
  if (tag === undefined) return undefined
  const aliased = storeTag(languages, tag)
  if (aliased !== undefined) return { tag: aliased, rank: 'exact' }
  const parts = partsOf(tag)
  const found = parts === undefined || parts.region !== undefined ? undefined : withoutRegion(languages, tag, parts)
  if (found !== undefined) return { tag: found, rank: 'noRegion' }
  const added = choice.adds === true ? addable(tag) : undefined
  return added === undefined ? undefined : { tag: added, rank: 'exact', isAdded: true }
}
