/** What a body says in several languages, made into rows: term-store.md §4.2, §8 O9, O10, O12. */
import type { Faults } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import { compareTags, type Languages, sameTag, storeTag } from './languages.ts'
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

const tooMany = (list: readonly unknown[], target: string, faults: Faults): boolean => {
  if (list.length <= mostEntries) return false
  faults.add(target, `There can be at most ${mostEntries} of ${target}.`)
  return true
}

const tagIn = (value: unknown, languages: Languages, target: string, faults: Faults): string | undefined => {
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
export const orderedLabels = (labels: readonly Label[]): Label[] =>
  labels.toSorted((a, b) => compareTags(a.languageTag, b.languageTag) || Number(b.isDefault) - Number(a.isDefault))

/** The name of the default label in a language. */
export const defaultLabel = (
  labels: readonly { name: string | null; isDefault: boolean | null; languageTag: string | null }[],
  tag: string,
): string | undefined =>
  labels.find((label) => label.isDefault === true && sameTag(label.languageTag ?? '', tag))?.name ?? undefined

interface Numbered extends Label {
  readonly at: number
}

/** A lone label of a language is its default whatever was sent; several need exactly one. */
const withDefault = (group: readonly Numbered[], faults: Faults): Numbered[] => {
  const [first, ...others] = group
  const defaults = group.filter(({ isDefault }) => isDefault)
  if (first !== undefined && others.length === 0) return [{ ...first, isDefault: true }]
  if (first !== undefined && defaults.length === 0) {
    faults.add(`labels/${first.at}/isDefault`, `None of the labels in ${first.languageTag} is the default one.`)
  }
  for (const extra of defaults.slice(1)) {
    faults.add(`labels/${extra.at}/isDefault`, `'${extra.name}' is a second default label in ${extra.languageTag}.`)
  }
  return [...group]
}

/**
 * The labels of a body, in the order in which they are kept. On creation the first default label is copied into
 * the store's default language when that has none; on update that language cannot be left out.
 */
export const labelsIn = (
  sent: Sent<Label>,
  languages: Languages,
  faults: Faults,
  when: 'create' | 'update',
): Label[] => {
  const list = sent ?? []
  if (tooMany(list, 'labels', faults)) return []
  if (list.length === 0) {
    if (!faults.has('labels')) faults.add('labels', 'A term needs at least one label.')
    return []
  }
  const labels: Numbered[] = []
  for (const [at, entry] of list.entries()) {
    const name = nameIn(entry.name, `labels/${at}/name`, faults)
    const languageTag = tagIn(entry.languageTag, languages, `labels/${at}/languageTag`, faults)
    if (name === undefined || languageTag === undefined) continue
    if (labels.some((known) => known.languageTag === languageTag && fold(known.name) === fold(name))) {
      faults.add(`labels/${at}/name`, `The term has the label '${name}' twice in ${languageTag}.`)
      continue
    }
    labels.push({ name, isDefault: entry.isDefault === true, languageTag, at })
  }
  if (faults.has('labels')) return []
  const kept: Label[] = [...new Set(labels.map(({ languageTag }) => languageTag))]
    .flatMap((tag) =>
      withDefault(
        labels.filter(({ languageTag }) => languageTag === tag),
        faults,
      ),
    )
    .toSorted((a, b) => a.at - b.at)
    .map(({ name, isDefault, languageTag }) => ({ name, isDefault, languageTag }))
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
export const namesIn = (
  sent: Sent<LocalName>,
  languages: Languages,
  faults: Faults,
  when: 'create' | 'update',
): LocalName[] => {
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
export const nameOf = (
  names: readonly { name: string | null; languageTag: string | null }[],
  tag: string,
): string | undefined => names.find(({ languageTag }) => sameTag(languageTag ?? '', tag))?.name ?? undefined

export interface Descriptions {
  readonly kept: Description[]
  /** As sent, empty ones included: what the answer to a create shows. */
  readonly echoed: Description[]
}

export const descriptionsIn = (sent: Sent<Description>, languages: Languages, faults: Faults): Descriptions => {
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

export const propertiesIn = (sent: Sent<Property>, faults: Faults): Property[] => {
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
