/** Language tags: validity, canonical case and the order by LCID in which a store lists them (term-store.md §4.4). */

import { lcids } from './lcids.ts'

/** Of one store: a guard against abuse, not a limit of Graph's. */
export const mostLanguages = 200

/** Tags in lower case → LCID. */
const numbers: ReadonlyMap<string, number> = new Map([...lcids].map(([tag, lcid]) => [tag.toLowerCase(), lcid]))

/** Windows' number of the language; undefined: Microsoft has no such language. */
export function lcidOf(tag: string): number | undefined {
  return numbers.get(tag.toLowerCase())
}

const mostSuggested = 5

/** Languages of Microsoft's that begin with the same part, for messages. */
export function similarTags(tag: string): string[] {
  const [primary = ''] = tag.toLowerCase().split('-', 1)
  return [...lcids.keys()].filter((known) => known.toLowerCase().startsWith(`${primary}-`)).slice(0, mostSuggested)
}

/** RFC 5646 §2.1.1: language lower, script title, region upper; all lower after a singleton. */
function cased(tag: string): string {
  let afterSingleton = false
  return tag
    .toLowerCase()
    .split('-')
    .map((part, at) => {
      if (at === 0 || afterSingleton) return part
      if (part.length === 1) afterSingleton = true
      if (part.length === 2) return part.toUpperCase()
      return part.length === 4 && /^[a-z]/.test(part) ? part.charAt(0).toUpperCase() + part.slice(1) : part
    })
    .join('-')
}

/** The tag in canonical case; undefined if it is not well-formed. Deprecated tags are not replaced. */
export function canonicalTag(tag: string): string | undefined {
  try {
    Intl.getCanonicalLocales(tag)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  return cased(tag)
}

export function sameTag(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase()
}

/** By LCID; tags without one after those, by tag. */
export function compareTags(one: string, other: string): number {
  if (one === other) return 0
  const byLcid = (lcidOf(one) ?? Number.MAX_SAFE_INTEGER) - (lcidOf(other) ?? Number.MAX_SAFE_INTEGER)
  if (byLcid !== 0) return byLcid
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  return a < b ? -1 : Number(a > b)
}

/** The working languages of a store. */
export interface Languages {
  readonly defaultTag: string
  readonly tags: readonly string[]
}

export function languagesOf(store: {
  readonly defaultLanguageTag: string
  readonly languageTags: readonly string[]
}): Languages {
  return {
    defaultTag: store.defaultLanguageTag,
    tags: store.languageTags,
  }
}

/** The store's spelling of the tag; undefined if it is not one of its languages. */
export function storeTag(languages: Languages, tag: string): string | undefined {
  return languages.tags.find((known) => sameTag(known, tag))
}
