/** What a document states of a group, a set, a term or a place, by the names of members: only what is stated. Pure. */
import { fold } from '#base/text/fold.ts'
import { compareTags } from '#workloads/term-store/rules/languages/languages.ts'
import type { GroupDoc, NodeDoc, Properties, SetDoc, TermDoc, Texts } from '../document.ts'
import type { Value } from './records.ts'
import type { TermState } from './taxonomy/taxonomy.ts'

type Wanted = Map<string, Value>

/** Which keys of a map that is stated would be in the file if they were there: those it lacks are none. */
export interface Whole {
  /** Keys of properties. */
  readonly keys: boolean
  holdsTag(tag: string): boolean
}

/** A map that is stated as empty removes all it has. */
function putTexts(wanted: Wanted, prefix: string, given: Texts | undefined, before: Texts, whole: Whole): void {
  if (given === undefined) return
  const isNone = Object.keys(given).length === 0
  for (const tag of Object.keys(before)) if (isNone || whole.holdsTag(tag)) wanted.set(`${prefix}.${tag}`, null)
  for (const [tag, text] of Object.entries(given)) wanted.set(`${prefix}.${tag}`, text === '' ? null : text)
}

function putProperties(
  wanted: Wanted,
  prefix: string,
  given: Properties | undefined,
  before: Properties,
  whole: Whole,
): void {
  if (given === undefined) return
  const isNone = whole.keys || Object.keys(given).length === 0
  if (isNone) for (const key of Object.keys(before)) wanted.set(`${prefix}.${key}`, null)
  for (const [key, text] of Object.entries(given))
    wanted.set(`${prefix}.${key}`, text === '' && !whole.keys ? null : text)
}

function putAll(wanted: Wanted, given: Readonly<Record<string, Value | undefined>>): void {
  for (const [member, value] of Object.entries(given)) if (value !== undefined) wanted.set(member, value)
}

/** An IRI is kept in a property. */
function withUri(properties: Properties | undefined, uri: string | undefined): Properties | undefined {
  return uri === undefined || properties?.['skos:uri'] !== undefined ? properties : { ...properties, 'skos:uri': uri }
}

export function wantedOfGroup({ name, description, scope, siteId, managers, contributors }: GroupDoc): Wanted {
  const wanted: Wanted = new Map()
  const site = siteId ?? (scope === 'global' ? null : undefined)
  putAll(wanted, { name: name === '' ? undefined : name, description, siteId: site, managers, contributors })
  return wanted
}

/** `before`: the texts that the set has. */
export function wantedOfSet(
  set: SetDoc,
  before: { names: Texts; properties: Properties } | undefined,
  whole: Whole,
): Wanted {
  const wanted: Wanted = new Map()
  // A set keeps a name: none is never stated.
  if (Object.keys(set.names).length > 0) putTexts(wanted, 'names', set.names, before?.names ?? {}, whole)
  putProperties(wanted, 'properties', withUri(set.properties, set.uri), before?.properties ?? {}, whole)
  const { description, isOpen, isAvailableForTagging, owner, contact, stakeholders } = set
  putAll(wanted, { description, isOpen, isAvailableForTagging, owner, contact, stakeholders })
  return wanted
}

export function wantedOfPlace(
  { isAvailableForTagging, localProperties }: NodeDoc,
  before: Properties,
  whole: Whole,
): Wanted {
  const wanted: Wanted = new Map()
  putAll(wanted, { isAvailableForTagging })
  putProperties(wanted, 'localProperties', localProperties, before, whole)
  return wanted
}

export interface LabelNotes {
  /** The language, and the synonym that became its default label as it has none. */
  promoted(tag: string, name: string): void
}

/** Languages that the file would hold if the term had labels in them. */
function clearLabels(wanted: Wanted, stated: readonly string[], before: TermState | undefined, whole: Whole): void {
  for (const { languageTag } of before?.labels ?? []) {
    if (stated.includes(languageTag) || !whole.holdsTag(languageTag)) continue
    wanted.set(`labels.${languageTag}.default`, null)
    wanted.set(`labels.${languageTag}.synonyms`, [])
  }
}

function putLabels(
  wanted: Wanted,
  term: TermDoc,
  before: TermState | undefined,
  whole: Whole,
  notes: LabelNotes,
): void {
  const stated = Object.keys(term.labels)
  if (stated.length > 0) clearLabels(wanted, stated, before, whole)
  for (const tag of stated.toSorted(compareTags)) {
    const { default: given, synonyms } = term.labels[tag] ?? {}
    const held = before?.labels.find((one) => one.isDefault && one.languageTag === tag)?.name
    const name = given ?? held ?? synonyms?.[0]
    if (name === undefined) continue
    if (given === undefined && held === undefined) notes.promoted(tag, name)
    if (given !== undefined || held === undefined) wanted.set(`labels.${tag}.default`, name)
    const others = synonyms ?? (whole.holdsTag(tag) ? [] : undefined)
    if (others === undefined) continue
    wanted.set(
      `labels.${tag}.synonyms`,
      others.filter((one) => fold(one) !== fold(name)),
    )
  }
}

/** Without what has a record of its own: deprecation and merges. */
export function wantedOfTerm(term: TermDoc, before: TermState | undefined, whole: Whole, notes: LabelNotes): Wanted {
  const wanted: Wanted = new Map()
  putLabels(wanted, term, before, whole, notes)
  putTexts(wanted, 'descriptions', term.descriptions, before?.descriptions ?? {}, whole)
  putProperties(wanted, 'properties', withUri(term.properties, term.uri), before?.properties ?? {}, whole)
  putAll(wanted, { owner: term.owner })
  return wanted
}
