/** PnP's text, written so that PnP and Relata read it: exchange.md §4.2. */
import { type DocIndex, indexDoc, matchingForm, shownName } from '../doc/doc-index.ts'
import { idOf, withoutSystem } from '../doc/leaving-out.ts'
import { collectLosses, type Losses } from '../doc/losses.ts'
import type { Doc, SetDoc } from '../document.ts'
import type { TextEncoding, Written } from '../files/written.ts'
import { type Held, loseOfGroup, loseOfPlace, loseOfSet, loseOfTerm } from '../paths/held.ts'
import { type PathPlace, placesOf } from '../paths/places.ts'
import type { PathSegment } from '../paths/tree.ts'

export interface PnpTextWriteOptions {
  /** Absent: the document's default. */
  readonly languageTag?: string
  readonly delimiter?: string
  readonly ids?: boolean
  /** Deprecated terms are left out with everything below them. */
  readonly withoutDeprecated?: boolean
  /** `utf-16`: the same bytes as PnP writes. Default UTF-8 with byte order mark. */
  readonly encoding?: TextEncoding
}

interface Writing {
  readonly tag: string
  readonly defaultTag: string | undefined
  readonly ids: boolean
  readonly delimiter: string
  readonly withoutDeprecated: boolean
  readonly held: Held
  readonly index: DocIndex
  readonly losses: Losses
  /** Ids of terms that a line above is the home of, as a reader takes it. */
  readonly written: Set<string>
}

const heldByText: Held = {
  ...{ groups: 'name', ids: false, synonyms: false, descriptions: false, setDescription: false, properties: false },
  ...{ localProperties: false, order: false, isAvailableForTagging: false, setMembers: false, termMembers: false },
}

/** Quotes of a label with a comma stay full-width: PnP and Relata both take the outer ones for the file's. */
function labelText(label: string): string {
  const ampersands = label.replaceAll('＆', '&')
  return label.includes(',') ? `"${ampersands.replaceAll('"', '＂')}"` : ampersands.replaceAll('＂', '"')
}

function segmentText({ label, id }: PathSegment, { ids }: Writing): string {
  return ids && id !== undefined ? `${labelText(label)};#${id}` : labelText(label)
}

function lineOf(writing: Writing, segments: readonly PathSegment[]): string {
  return segments.map((segment) => segmentText(segment, writing)).join(writing.delimiter)
}

function lose(writing: Writing, { node, term, path, isMirror }: PathPlace): void {
  const { losses, tag, held, ids } = writing
  const id = idOf(term)
  const isFirst = term.id === undefined || !writing.written.has(term.id)
  if (term.id !== undefined) writing.written.add(term.id)
  if (isMirror) return
  if (node.kind === 'home') {
    loseOfTerm(term, path, held, losses)
    const label = writing.index.nameOf(node, tag) ?? ''
    if (term.labels[tag]?.default !== label) losses.add('labels.shown', { ...id, path, languageTag: tag, value: label })
  } else if (node.kind === 'pin') losses.add('kind.pin', { ...id, path })
  else if (!ids || isFirst) losses.add('kind.reuse', { ...id, path })
  loseOfPlace(node, { ...id, path }, held, losses)
}

/** A delimiter that the caller chose may be part of a name; no reader could tell. */
function isWritable({ label }: PathSegment, { delimiter }: Writing): boolean {
  return !labelText(label).includes(delimiter)
}

/** Without deprecated terms where they are not wanted, terms with the delimiter in their names, and what is below them. */
function keptPlaces(writing: Writing, places: readonly PathPlace[]): PathPlace[] {
  const kept: PathPlace[] = []
  let below: number | undefined
  for (const place of places) {
    const level = place.segments.length
    if (below !== undefined && level <= below) below = undefined
    const isUnwanted = writing.withoutDeprecated && place.term.isDeprecated === true
    const isOut = isUnwanted || place.segments.some((segment) => !isWritable(segment, writing))
    if (below === undefined && isOut) below = level
    if (below === undefined) kept.push(place)
    else if (!place.isMirror) writing.losses.add('term', { ...idOf(place.term), path: place.path })
  }
  return kept
}

function setLines(writing: Writing, set: SetDoc, group: PathSegment, taken: Set<string>): string[] {
  const { tag, index, losses, ids } = writing
  const name = shownName(set, tag, writing.defaultTag)
  const path = group.label === '' ? name : `${group.label}/${name}`
  const id = idOf(set)
  if (taken.has(matchingForm(name)) || !isWritable({ label: name }, writing)) {
    losses.add('set', { ...id, path })
    return []
  }
  taken.add(matchingForm(name))
  loseOfSet(set, path, writing.held, losses)
  if (set.names[tag] !== name) losses.add('labels.shown', { ...id, path, languageTag: tag, value: name })
  const above = [group, { label: name, ...id }]
  const options = { index, tag, losses, ids, prefix: path, mirrors: true, mostLevels: 60 }
  const places = keptPlaces(writing, placesOf(set, options))
  const lines = places.map((place) => {
    lose(writing, place)
    return lineOf(writing, [...above, ...place.segments])
  })
  // As PnP's: the path of a term names its group and its set.
  return lines.length > 0 ? lines : [lineOf(writing, above)]
}

export function writePnpText(given: Doc, options: PnpTextWriteOptions = {}): Written {
  const losses = collectLosses()
  const doc = withoutSystem(given, losses)
  const tag = options.languageTag ?? doc.defaultLanguageTag ?? ''
  const ids = options.ids === true
  const writing: Writing = {
    ...{
      tag,
      defaultTag: doc.defaultLanguageTag,
      ids,
      losses,
      index: indexDoc(doc, doc.elsewhere),
      written: new Set<string>(),
    },
    delimiter: options.delimiter ?? '|',
    withoutDeprecated: options.withoutDeprecated === true,
    held: { ...heldByText, ids, languageTag: tag },
  }
  const lines: string[] = []
  for (const group of doc.groups) {
    const segment = { label: group.name, ...idOf(group) }
    if (!isWritable(segment, writing)) {
      losses.add('group', { ...idOf(group), path: group.name })
      continue
    }
    loseOfGroup(group, writing.held, losses)
    const taken = new Set<string>()
    const own = group.sets.flatMap((set) => setLines(writing, set, segment, taken))
    lines.push(...(own.length > 0 ? own : [lineOf(writing, [segment])]))
  }
  const text = lines.map((line) => `${line}\r\n`).join('')
  return { text, encoding: options.encoding ?? 'utf-8-bom', losses: losses.list(), faults: [] }
}
