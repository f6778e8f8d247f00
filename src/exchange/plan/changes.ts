/** What the members of records change: the stated ones against those of the store. Pure. */
import { instantIn, instantOf } from '#base/clock.ts'
import { maxName } from '#workloads/term-store/rules/labels/text.ts'
import type { NodeDoc, SetDoc, TermDoc } from '../document.ts'
import type { Part, Reports } from '../normalise/reports.ts'
import { cut, quoted } from '../normalise/text.ts'
import type { NodeMatch, RefFinder } from './matching.ts'
import type { Change, Value } from './records.ts'
import { changesTo, placeValues, termValues } from './taxonomy/members.ts'
import { defaultIn, type TaxonomyPart, type TermState } from './taxonomy/taxonomy.ts'
import { type Whole, wantedOfPlace, wantedOfTerm } from './wanted.ts'

export interface CompareChoice {
  readonly whole: Whole
  /** `--order`: `file`: the order of the file is the custom order; `keep`: orders are not read. */
  readonly order?: 'file' | 'keep' | undefined
  readonly copiesLabels: boolean
  /** `--all`: what is the same has records. */
  readonly tellsSame?: boolean
  /** `--with-dates`: what is made has the dates of the file. */
  readonly withDates?: boolean
}

export interface CompareFacts {
  readonly before: TaxonomyPart
  readonly reports: Reports
  readonly idOf: RefFinder
  readonly choice: CompareChoice
  /** `--fix clashes`: numbers for default labels, by node and language. */
  readonly numbers: ReadonlyMap<Part, ReadonlyMap<string, number>>
}

/** The state that the next record is compared with. */
export interface ComparedWith {
  readonly end: TaxonomyPart
  readonly facts: CompareFacts
}

export function termChanges({ end, facts }: ComparedWith, match: NodeMatch): Change[] {
  const { term, part, termId } = match
  if (term === undefined) return []
  const before = end.terms.get(termId)
  const notes = {
    promoted: (tag: string, name: string) =>
      facts.reports.tell(part, 'label-copied', `There is no default label in ${tag}: ${quoted(name)} became it.`),
  }
  const wanted = wantedOfTerm(term, before, facts.choice.whole, notes)
  for (const [tag, number] of facts.numbers.get(part) ?? []) {
    const name = wanted.get(`labels.${tag}.default`)
    if (typeof name === 'string') wanted.set(`labels.${tag}.default`, numbered(name, number))
  }
  mergedIds(end, match, wanted)
  if (before === undefined && facts.choice.withDates === true) dates(facts, match, wanted)
  return changesTo(before === undefined ? new Map() : termValues(before), wanted)
}

function dates({ reports }: CompareFacts, { part, term }: NodeMatch, wanted: Map<string, Value>): void {
  for (const member of ['created', 'modified'] as const) {
    const text = term?.[member]
    if (text === undefined) continue
    const at = instantIn(text)
    if (at === undefined) reports.tell(part, 'value', `${quoted(text)} is no instant, such as 2026-03-01T12:00:00Z.`)
    else wanted.set(member, instantOf(at))
  }
}

/** Ids that no term has any more are only kept; a term that is still there has to be merged. */
function mergedIds(end: TaxonomyPart, { term, termId }: NodeMatch, wanted: Map<string, Value>): void {
  if (term?.mergedTermIds === undefined) return
  const held = end.terms.get(termId)?.mergedTermIds ?? []
  const gone = term.mergedTermIds.filter((id) => id !== termId && !end.terms.has(id))
  wanted.set('mergedTermIds', [...new Set([...held, ...gone])])
}

export function placeChanges({ end, facts }: ComparedWith, { part, setId, termId }: NodeMatch): Change[] {
  const place = end.place(setId, termId)
  const wanted = wantedOfPlace(part, place?.localProperties ?? {}, facts.choice.whole)
  if (place === undefined && wanted.get('isAvailableForTagging') === true) wanted.delete('isAvailableForTagging')
  return changesTo(place === undefined ? new Map() : placeValues(place), wanted)
}

export function withDefault({ end, facts }: ComparedWith, part: NodeDoc, changes: Change[]): Change[] {
  const { defaultTag } = end.languages
  const isDefault = ({ member }: Change): boolean => /^labels\..+\.default$/.test(member)
  if (changes.some(({ member }) => member === `labels.${defaultTag}.default`) || !changes.some(isDefault))
    return changes
  const names = changes.filter(isDefault)
  const model = names.find(({ member }) => member.startsWith('labels.en')) ?? names[0]
  if (!facts.choice.copiesLabels || model === undefined) {
    facts.reports.tell(
      part,
      'no-default-label',
      `The term has no label in ${defaultTag}, the default language of the store. --fix labels copies one.`,
    )
    return changes
  }
  facts.reports.tell(part, 'label-copied', `${quoted(String(model.to))} was copied to ${defaultTag}.`)
  return [{ member: `labels.${defaultTag}.default`, from: null, to: model.to }, ...changes]
}

/** A new set has a name in the default language of the store. */
export function namedSet({ end, facts }: ComparedWith, part: SetDoc, changes: readonly Change[]): Change[] {
  const { defaultTag } = end.languages
  const member = `names.${defaultTag}`
  const [first] = changes.filter(({ member: one }) => one.startsWith('names.'))
  if (first === undefined || changes.some((one) => one.member === member)) return [...changes]
  facts.reports.tell(
    part,
    'label-copied',
    `The set has no name in ${defaultTag}: ${quoted(String(first.to))} was copied.`,
  )
  return [...changes, { member, from: null, to: first.to }]
}

/** The labels of a term that was merged away become synonyms of the one that stays, where they are missing. */
export function followedChanges(now: TermState, term: TermDoc): Change[] {
  return Object.entries(term.labels).flatMap(([tag, { default: name, synonyms = [] }]): Change[] => {
    const held = now.labels.filter(({ languageTag }) => languageTag === tag)
    const has = (text: string): boolean => held.some((one) => one.name.toLowerCase() === text.toLowerCase())
    const added = [...(name === undefined ? [] : [name]), ...synonyms].filter((one) => !has(one))
    if (added.length === 0) return []
    const from = held.filter(({ isDefault }) => !isDefault).map((one) => one.name)
    if (defaultIn(held, tag) !== undefined) return [{ member: `labels.${tag}.synonyms`, from, to: [...from, ...added] }]
    return [{ member: `labels.${tag}.default`, from: null, to: added[0] as string }]
  })
}

function numbered(name: string, number: number): string {
  const tail = ` (${number})`
  return name.length + tail.length <= maxName ? `${name}${tail}` : `${cut(name, maxName - tail.length)}${tail}`
}
