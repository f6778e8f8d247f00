/** Labels, names and descriptions by language, read from a body: term-store.md §4.2, §8 O9, O10, O12. */
import type { Faults } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import { compareTags, type Languages, sameTag, storeTag } from '../languages/languages.ts'
import { descriptionIn, nameIn, propertyKeyIn, propertyValueIn } from './text.ts'

export interface Label {
  readonly name: string
  readonly isDefault: boolean
  readonly languageTag: string
}

export interface LocalName {
  readonly name: string
  readonly languageTag: string
}

export interface Description {
  readonly description: string
  readonly languageTag: string
}

export interface Property {
  readonly key: string
  readonly value: string
}

type Sent<T> = readonly { readonly [K in keyof T]?: T[K] | null }[] | null | undefined

/** Guards against abuse, not limits of Graph's. */
const mostEntries = 1000

function tooMany(list: readonly unknown[], target: string, faults: Faults): boolean {
  if (list.length <= mostEntries) return false
  faults.add(target, `There can be at most ${mostEntries} of ${target}.`)
  return true
}

function tagIn(value: unknown, languages: Languages, target: string, faults: Faults): string | undefined {
  if (typeof value !== 'string' || value === '') {
    faults.add(target, 'The language tag is required.')
    return undefined
  }
  const tag = storeTag(languages, value)
  if (tag === undefined) {
    faults.add(target, `'${value}' is not a language of the term store (${languages.tags.join(', ')}).`)
  }
  return tag
}

/** By language in LCID order, the default first, then as sent. */
export function orderedLabels(labels: readonly Label[]): Label[] {
  return labels.toSorted(
    (a, b) => compareTags(a.languageTag, b.languageTag) || Number(b.isDefault) - Number(a.isDefault),
  )
}

/** The name of the default label in a language. */
export function defaultLabel(
  labels: readonly { name: string | null; isDefault: boolean | null; languageTag: string | null }[],
  tag: string,
): string | undefined {
  return labels.find((label) => label.isDefault === true && sameTag(label.languageTag ?? '', tag))?.name ?? undefined
}

function addDefaultFaults(labels: readonly Label[], tag: string, faults: Faults): void {
  const own = [...labels.entries()].filter(([, { languageTag }]) => languageTag === tag)
  const [first, ...extras] = own.filter(([, { isDefault }]) => isDefault)
  if (first === undefined)
    faults.add(`labels/${own[0]?.[0]}/isDefault`, `None of the labels in ${tag} is the default one.`)
  for (const [at, { name }] of extras)
    faults.add(`labels/${at}/isDefault`, `'${name}' is a second default label in ${tag}.`)
}

/** The only label of a language is its default, whatever the body says; of several, exactly one must be. */
function withDefaults(labels: readonly Label[], faults: Faults): Label[] {
  const counts = new Map<string, { all: number; defaults: number }>()
  for (const { isDefault, languageTag } of labels) {
    const count = counts.get(languageTag) ?? { all: 0, defaults: 0 }
    counts.set(languageTag, count)
    count.all += 1
    count.defaults += Number(isDefault)
  }
  for (const [tag, { all, defaults }] of counts) if (all > 1 && defaults !== 1) addDefaultFaults(labels, tag, faults)
  return labels.map((label) =>
    label.isDefault || counts.get(label.languageTag)?.all !== 1 ? label : { ...label, isDefault: true },
  )
}

/**
 * The labels of a body, in the order in which they are kept. On creation the first default label is copied into
 * the store's default language when that has none; on update that language cannot be left out.
 */
export function labelsIn(sent: Sent<Label>, languages: Languages, faults: Faults, when: 'create' | 'update'): Label[] {
  const list = sent ?? []
  if (tooMany(list, 'labels', faults)) return []
  if (list.length === 0) {
    if (!faults.has('labels')) faults.add('labels', 'A term needs at least one label.')
    return []
  }
  const labels: Label[] = []
  const known = new Set<string>()
  for (const [at, entry] of list.entries()) {
    const name = nameIn(entry.name, `labels/${at}/name`, faults)
    const languageTag = tagIn(entry.languageTag, languages, `labels/${at}/languageTag`, faults)
    if (name === undefined || languageTag === undefined) continue
    const label = `${languageTag} ${fold(name)}`
    if (known.has(label)) {
      faults.add(`labels/${at}/name`, `The term has the label '${name}' twice in ${languageTag}.`)
      continue
    }
    known.add(label)
    labels.push({ name, isDefault: entry.isDefault === true, languageTag })
  }
  // No entry was left out, so each label has the index of its entry.
  if (faults.has('labels')) return []
  const kept = withDefaults(labels, faults)
  const { defaultTag } = languages
  const model = kept.find(({ isDefault }) => isDefault)
  if (model !== undefined && defaultLabel(kept, defaultTag) === undefined && !faults.has('labels')) {
    if (when === 'update')
      faults.add('labels', `The term needs a label in ${defaultTag}, the store's default language.`)
    kept.push({ name: model.name, isDefault: true, languageTag: defaultTag })
  }
  return orderedLabels(kept)
}

/** The names of a set, one for each language, ordered as labels are. */
export function namesIn(
  sent: Sent<LocalName>,
  languages: Languages,
  faults: Faults,
  when: 'create' | 'update',
): LocalName[] {
  const list = sent ?? []
  if (tooMany(list, 'localizedNames', faults)) return []
  if (list.length === 0 && !faults.has('localizedNames')) faults.add('localizedNames', 'A set needs at least one name.')
  const names: LocalName[] = []
  for (const [at, entry] of list.entries()) {
    const name = nameIn(entry.name, `localizedNames/${at}/name`, faults)
    const languageTag = tagIn(entry.languageTag, languages, `localizedNames/${at}/languageTag`, faults)
    if (name === undefined || languageTag === undefined) continue
    if (names.some((known) => known.languageTag === languageTag)) {
      faults.add(`localizedNames/${at}/languageTag`, `The set has two names in ${languageTag}.`)
      continue
    }
    names.push({ name, languageTag })
  }
  const { defaultTag } = languages
  const [model] = names
  if (model !== undefined && nameOf(names, defaultTag) === undefined && !faults.has('localizedNames')) {
    if (when === 'update') {
      faults.add('localizedNames', `The set needs a name in ${defaultTag}, the store's default language.`)
    }
    names.push({ name: model.name, languageTag: defaultTag })
  }
  return names.toSorted((a, b) => compareTags(a.languageTag, b.languageTag))
}

/** The name of a set in a language. */
export function nameOf(
  names: readonly { name: string | null; languageTag: string | null }[],
  tag: string,
): string | undefined {
  return names.find(({ languageTag }) => sameTag(languageTag ?? '', tag))?.name ?? undefined
}

export interface Descriptions {
  readonly kept: Description[]
  /** As sent, empty ones included: what the answer to a create shows. */
  readonly echoed: Description[]
}

export function descriptionsIn(sent: Sent<Description>, languages: Languages, faults: Faults): Descriptions {
  const list = sent ?? []
  if (tooMany(list, 'descriptions', faults)) return { kept: [], echoed: [] }
  const echoed: Description[] = []
  for (const [at, entry] of list.entries()) {
    const description = descriptionIn(entry.description, `descriptions/${at}/description`, faults)
    const languageTag = tagIn(entry.languageTag, languages, `descriptions/${at}/languageTag`, faults)
    if (description === undefined || languageTag === undefined) continue
    if (echoed.some((known) => known.languageTag === languageTag)) {
      faults.add(`descriptions/${at}/languageTag`, `The term has two descriptions in ${languageTag}.`)
      continue
    }
    echoed.push({ description, languageTag })
  }
  return { kept: echoed.filter(({ description }) => description !== ''), echoed }
}

export function propertiesIn(sent: Sent<Property>, faults: Faults): Property[] {
  const list = sent ?? []
  if (tooMany(list, 'properties', faults)) return []
  const properties: Property[] = []
  const keys = new Set<string>()
  for (const [at, entry] of list.entries()) {
    const key = propertyKeyIn(entry.key, `properties/${at}/key`, faults)
    const value = propertyValueIn(entry.value, `properties/${at}/value`, faults)
    if (key === undefined || value === undefined) continue
    if (keys.has(fold(key))) faults.add(`properties/${at}/key`, `The property '${key}' is there twice.`)
    keys.add(fold(key))
    properties.push({ key, value })
  }
  return properties
}
