/**
 * The members of groups, sets, terms and places by the names that plans use: `labels.en-US.default`, `properties.KEY`. Each
 * side of a comparison is a list of values by such names, so that comparing and carrying out use the same ones.
 */
import { fold } from '#base/text/fold.ts'
import { type Label, orderedLabels } from '#workloads/term-store/rules/labels/labels.ts'
import type { Properties, Texts } from '../../document.ts'
import type { Change, Value } from '../records.ts'
import type { GroupState, PlaceState, SetState, TermState } from './taxonomy.ts'

export type MemberValues = ReadonlyMap<string, Value>

function textsAs(prefix: string, texts: Texts): [string, Value][] {
  return Object.entries(texts).map(([key, text]) => [`${prefix}.${key}`, text])
}

export function groupValues({ name, description, siteId, managers, contributors }: GroupState): MemberValues {
  return new Map<string, Value>([
    ['name', name],
    ['description', description],
    ['siteId', siteId],
    ['managers', managers],
    ['contributors', contributors],
  ])
}

export function setValues(set: SetState): MemberValues {
  return new Map<string, Value>([
    ...textsAs('names', set.names),
    ['description', set.description],
    ...textsAs('properties', set.properties),
    ['isOpen', set.isOpen],
    ['isAvailableForTagging', set.isAvailableForTagging],
    ['owner', set.owner],
    ['contact', set.contact],
    ['stakeholders', set.stakeholders],
  ])
}

export function labelValues(labels: readonly Label[]): [string, Value][] {
  const synonyms = new Map<string, string[]>()
  const values: [string, Value][] = []
  for (const { name, isDefault, languageTag } of labels) {
    if (isDefault) values.push([`labels.${languageTag}.default`, name])
    else synonyms.set(languageTag, [...(synonyms.get(languageTag) ?? []), name])
  }
  for (const [tag, names] of synonyms) values.push([`labels.${tag}.synonyms`, names])
  return values
}

export function termValues(term: TermState): MemberValues {
  return new Map<string, Value>([
    ...labelValues(term.labels),
    ...textsAs('descriptions', term.descriptions),
    ...textsAs('properties', term.properties),
    ['mergedTermIds', term.mergedTermIds],
    ['owner', term.owner],
  ])
}

export function placeValues({ isAvailableForTagging, localProperties }: PlaceState): MemberValues {
  return new Map<string, Value>([
    ['isAvailableForTagging', isAvailableForTagging],
    ...textsAs('localProperties', localProperties),
  ])
}

/** Members whose elements have no order. */
const unordered = /^(labels\.|mergedTermIds$|managers$|contributors$|stakeholders$)/

function keyOf(member: string, value: Value | undefined): string {
  if (value === undefined || value === null) return 'null'
  if (!Array.isArray(value)) return JSON.stringify(value)
  if (value.length === 0) return 'null'
  return JSON.stringify(unordered.test(member) ? [...value].sort() : value)
}

/** A missing value, null and an empty list say the same. */
export function isSame(member: string, one: Value | undefined, other: Value | undefined): boolean {
  return one === other || keyOf(member, one) === keyOf(member, other)
}

/** The members that differ. */
export function changesTo(before: MemberValues, wanted: MemberValues): Change[] {
  return [...wanted].flatMap(([member, to]) => {
    const from = before.get(member) ?? null
    return isSame(member, from, to) ? [] : [{ member, from, to }]
  })
}

function withText(texts: Texts, key: string, to: Value): Texts {
  const { [key]: _, ...others } = texts
  return typeof to === 'string' ? { ...others, [key]: to } : others
}

function listOf(to: Value): readonly string[] {
  return Array.isArray(to) ? (to as readonly string[]) : []
}

function withLabels(labels: readonly Label[], languageTag: string, part: string, to: Value): Label[] {
  const isDefault = part === 'default'
  const others = labels.filter((label) => label.languageTag !== languageTag || label.isDefault !== isDefault)
  if (!isDefault) return [...others, ...listOf(to).map((name) => ({ name, isDefault: false, languageTag }))]
  if (typeof to !== 'string') return others
  // A synonym that becomes the default is no synonym any more.
  const kept = others.filter((label) => label.languageTag !== languageTag || fold(label.name) !== fold(to))
  return [...kept, { name: to, isDefault: true, languageTag }]
}

/** `descriptions.en-US` → `descriptions`, `en-US`. Keys may have dots. */
function split(member: string): [name: string, key: string] {
  const dot = member.indexOf('.')
  return dot < 0 ? [member, ''] : [member.slice(0, dot), member.slice(dot + 1)]
}

/** Plain members; those of other types stay as they are. */
function plain<T extends object>(row: T, name: string, to: Value): T {
  if (!(name in row)) return row
  const before = (row as Record<string, unknown>)[name]
  if (Array.isArray(before)) return { ...row, [name]: listOf(to) }
  if (typeof before === 'boolean') return typeof to === 'boolean' ? { ...row, [name]: to } : row
  return typeof to === 'string' || to === null ? { ...row, [name]: to } : row
}

const textMembers = new Set(['names', 'properties', 'descriptions', 'localProperties'])

function withMember<T extends object>(row: T, member: string, to: Value): T {
  const [name, key] = split(member)
  if (!textMembers.has(name)) return plain(row, name, to)
  const texts = (row as Record<string, unknown>)[name] as Texts | Properties | undefined
  return texts === undefined ? row : { ...row, [name]: withText(texts, key, to) }
}

export function changedGroup(group: GroupState, changes: readonly Change[]): GroupState {
  const changed = changes.reduce((row, { member, to }) => withMember(row, member, to), group)
  if (changed.siteId === group.siteId) return changed
  return { ...changed, scope: changed.siteId === null ? 'global' : 'siteCollection' }
}

export function changedSet(set: SetState, changes: readonly Change[]): SetState {
  return changes.reduce((row, { member, to }) => withMember(row, member, to), set)
}

export function changedPlace(place: PlaceState, changes: readonly Change[]): PlaceState {
  const own = changes.filter(
    ({ member }) => member === 'isAvailableForTagging' || member.startsWith('localProperties.'),
  )
  return own.reduce((row, { member, to }) => withMember(row, member, to), place)
}

export function changedTerm(term: TermState, changes: readonly Change[]): TermState {
  let { labels } = term
  let changed = term
  for (const { member, to } of changes) {
    const parts = /^labels\.(.+)\.(default|synonyms)$/.exec(member)
    if (parts !== null) labels = withLabels(labels, parts[1] as string, parts[2] as string, to)
    else if ((member === 'created' || member === 'modified') && typeof to === 'string')
      changed = { ...changed, [member]: to }
    else if (member !== 'isAvailableForTagging') changed = withMember(changed, member, to)
  }
  return labels === term.labels ? changed : { ...changed, labels: orderedLabels(labels) }
}
