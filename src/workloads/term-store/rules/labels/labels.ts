/** Labels, names and descriptions by language, read from a body: term-store.md §4.2, §8 O9, O10, O12. */
import type { Faults } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
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

/** A label as rows and bodies hold it. */
export interface AnyLabel {
  readonly name: string | null
  readonly isDefault: boolean | null
  readonly languageTag: string | null
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
export function defaultLabel(labels: readonly AnyLabel[], tag: string): string | undefined {
  return labels.find((label) => label.isDefault === true && sameTag(label.languageTag ?? '', tag))?.name ?? undefined
}

function addDefaultFaults(labels: readonly Label[], tag: string, faults: Faults): void {
  const own = [...labels.entries()].filter(([, { languageTag }]) => languageTag === tag)
  const [first, ...extras] = own.filter(([, { isDefault }]) => isDefault)
  if (first === undefined) {
    const names = own.map(([, { name }]) => `'${name}'`).join(', ')
    faults.add(
      `labels/${own[0]?.[0]}/isDefault`,
      `None of the labels in ${tag} is the default one: send isDefault true with one of ${names}. The labels of a body take the place of all labels of the term.`,
    )
  }
  for (const [at, { name }] of extras)
    faults.add(`labels/${at}/isDefault`, `'${name}' is a second default label in ${tag}.`)
}

/**
 * The only label of a language is its default, unless the body says that it is not (`synonyms`) and the language had a
 * label: such a synonym would rename the term, and take the place of its other labels. Of several, exactly one must be.
 */
function withDefaults(
  labels: readonly Label[],
  synonyms: ReadonlySet<Label>,
  before: readonly AnyLabel[],
  faults: Faults,
): Label[] {
  const counts = new Map<string, { all: number; defaults: number }>()
  for (const { isDefault, languageTag } of labels) {
    const count = counts.get(languageTag) ?? { all: 0, defaults: 0 }
    counts.set(languageTag, count)
    count.all += 1
    count.defaults += Number(isDefault)
  }
  const had = (tag: string): boolean => before.some(({ languageTag }) => sameTag(languageTag ?? '', tag))
  const isSaid = (tag: string): boolean => labels.some((label) => label.languageTag === tag && synonyms.has(label))
  for (const [tag, { all, defaults }] of counts)
    if (defaults !== 1 && (all > 1 || (had(tag) && isSaid(tag)))) addDefaultFaults(labels, tag, faults)
  return labels.map((label) =>
    label.isDefault || counts.get(label.languageTag)?.all !== 1 ? label : { ...label, isDefault: true },
  )
}

/** What the labels of a body are for. */
export interface LabelUse {
  /** Those of the term that is changed; absent: one is created. */
  readonly before?: readonly AnyLabel[]
  /** A term may be created without a label in the store's default language. */
  readonly asGiven?: boolean
}

/** The labels as sent, and those that the body says are no default. */
function readLabels(list: NonNullable<Sent<Label>>, languages: Languages, faults: Faults) {
  const labels: Label[] = []
  const synonyms = new Set<Label>()
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
    const read = { name, isDefault: entry.isDefault === true, languageTag }
    if (entry.isDefault === false) synonyms.add(read)
    labels.push(read)
  }
  return { labels, synonyms }
}

/**
 * The labels of a body, in the order in which they are kept. On creation the first default label is copied into the
 * store's default language if that has none, unless they are taken as given. On update that language cannot lose its
 * default label.
 */
export function labelsIn(
  sent: Sent<Label>,
  languages: Languages,
  faults: Faults,
  { before, asGiven = false }: LabelUse,
): Label[] {
  const list = sent ?? []
  if (tooMany(list, 'labels', faults)) return []
  if (list.length === 0) {
    if (!faults.has('labels')) faults.add('labels', 'A term needs at least one label.')
    return []
  }
  const { labels, synonyms } = readLabels(list, languages, faults)
  // No entry was left out, so each label has the index of its entry.
  if (faults.has('labels')) return []
  const kept = withDefaults(labels, synonyms, before ?? [], faults)
  const { defaultTag } = languages
  const model = kept.find(({ isDefault }) => isDefault)
  if (model === undefined || defaultLabel(kept, defaultTag) !== undefined || faults.has('labels'))
    return orderedLabels(kept)
  if (before !== undefined && defaultLabel(before, defaultTag) !== undefined)
    faults.add('labels', `The term needs a label in ${defaultTag}, the store's default language.`)
  if (before === undefined && !asGiven) kept.push({ name: model.name, isDefault: true, languageTag: defaultTag })
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
