/** Language tags: validity, canonical case and the order by LCID in which a store lists them (term-store.md §4.4). */

const lcids: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'ar-sa': 1025,
    'bg-bg': 1026,
    'ca-es': 1027,
    'zh-tw': 1028,
    'cs-cz': 1029,
    'da-dk': 1030,
    'de-de': 1031,
    'el-gr': 1032,
    'en-us': 1033,
    'fi-fi': 1035,
    'fr-fr': 1036,
    'he-il': 1037,
    'hu-hu': 1038,
    'it-it': 1040,
    'ja-jp': 1041,
    'ko-kr': 1042,
    'nl-nl': 1043,
    'nb-no': 1044,
    'pl-pl': 1045,
    'pt-br': 1046,
    'ro-ro': 1048,
    'ru-ru': 1049,
    'hr-hr': 1050,
    'sk-sk': 1051,
    'sv-se': 1053,
    'th-th': 1054,
    'tr-tr': 1055,
    'id-id': 1057,
    'uk-ua': 1058,
    'sl-si': 1060,
    'et-ee': 1061,
    'lv-lv': 1062,
    'lt-lt': 1063,
    'vi-vn': 1066,
    'eu-es': 1069,
    'hi-in': 1081,
    'cy-gb': 1106,
    'gl-es': 1110,
    'ha-latn-ng': 1128,
    'zh-cn': 2052,
    'en-gb': 2057,
    'nl-be': 2067,
    'pt-pt': 2070,
    'es-es': 3082,
  }),
)

/** Windows' number of the language, if we know it. */
export function lcidOf(tag: string): number | undefined {
  return lcids.get(tag.toLowerCase())
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
