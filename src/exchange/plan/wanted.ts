/** What a document states of a group, a set, a term or a place, by the names of members: only what is stated. Pure. */
import { fold } from '#base/text/fold.ts'
import { compareTags } from '#workloads/term-store/rules/languages/languages.ts'
import type { GroupDoc, NodeDoc, Properties, SetDoc, TermDoc, Texts } from '../document.ts'
import type { Value } from './records.ts'
import type { TermState } from './taxonomy.ts'

type Wanted = Map<string, Value>

/** A map that is stated as empty, or that the format always states whole, removes what it does not hold. */
function putTexts(wanted: Wanted, prefix: string, given: Texts | Properties | undefined, before: Texts, isWhole: boolean): void {
  if (given === undefined) return
  const isAll = isWhole || Object.keys(given).length === 0
  if (isAll) for (const key of Object.keys(before)) wanted.set(`${prefix}.${key}`, null)
  for (const [key, text] of Object.entries(given)) wanted.set(`${prefix}.${key}`, prefix === 'descriptions' && text === '' ? null : text)
}

function putAll(wanted: Wanted, given: Readonly<Record<string, Value | undefined>>): void {
  for (const [member, value] of Object.entries(given)) if (value !== undefined) wanted.set(member, value)
}

export function wantedOfGroup({ name, description, managers, contributors }: GroupDoc): Wanted {
  const wanted: Wanted = new Map()
  putAll(wanted, { name: name === '' ? undefined : name, description, managers, contributors })
  return wanted
}

/** `before`: the texts that the set has. */
export function wantedOfSet(set: SetDoc, before: { names: Texts; properties: Properties } | undefined, isWhole: boolean): Wanted {
  const wanted: Wanted = new Map()
  // A set keeps a name: none is never stated.
  if (Object.keys(set.names).length > 0) putTexts(wanted, 'names', set.names, before?.names ?? {}, isWhole)
  putTexts(wanted, 'properties', set.properties, before?.properties ?? {}, isWhole)
  const { description, isOpen, isAvailableForTagging, owner, contact, stakeholders } = set
  putAll(wanted, { description, isOpen, isAvailableForTagging, owner, contact, stakeholders })
  return wanted
}

export function wantedOfPlace({ isAvailableForTagging, localProperties }: NodeDoc, before: Properties, isWhole: boolean): Wanted {
  const wanted: Wanted = new Map()
  putAll(wanted, { isAvailableForTagging })
  putTexts(wanted, 'localProperties', localProperties, before, isWhole)
  return wanted
}

export interface LabelNotes {
  /** The language, and the synonym that became its default label as it has none. */
  promoted(tag: string, name: string): void
}

function putLabels(wanted: Wanted, term: TermDoc, before: TermState | undefined, isWhole: boolean, notes: LabelNotes): void {
  const stated = Object.keys(term.labels)
  if (isWhole && stated.length > 0)
    for (const { languageTag } of before?.labels ?? [])
      if (!stated.includes(languageTag)) {
        wanted.set(`labels.${languageTag}.default`, null)
        wanted.set(`labels.${languageTag}.synonyms`, [])
      }
  for (const tag of stated.toSorted(compareTags)) {
    const { default: given, synonyms } = term.labels[tag] ?? {}
    const held = before?.labels.find((one) => one.isDefault && one.languageTag === tag)?.name
    const name = given ?? held ?? synonyms?.[0]
    if (name === undefined) continue
    if (given === undefined && held === undefined) notes.promoted(tag, name)
    if (given !== undefined || held === undefined) wanted.set(`labels.${tag}.default`, name)
    if (synonyms !== undefined) wanted.set(`labels.${tag}.synonyms`, synonyms.filter((one) => fold(one) !== fold(name)))
  }
}

/** Without what has a record of its own: deprecation and merges. */
export function wantedOfTerm(term: TermDoc, before: TermState | undefined, isWhole: boolean, notes: LabelNotes): Wanted {
  const wanted: Wanted = new Map()
  putLabels(wanted, term, before, isWhole, notes)
  putTexts(wanted, 'descriptions', term.descriptions, before?.descriptions ?? {}, isWhole)
  putTexts(wanted, 'properties', term.properties, before?.properties ?? {}, isWhole)
  putAll(wanted, { owner: term.owner })
  return wanted
}
