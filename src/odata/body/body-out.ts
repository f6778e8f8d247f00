/** Rows → answers: JSON text, context URLs, collections. Stored JSON is passed through as text, never parsed. */

import { isGuid } from '#base/ids.ts'
import { quotedText } from '#base/json.ts'
import type { AnyRow } from '#edm/infer.ts'
import { jsonOf, noValue } from '#edm/json.ts'
import { type Level, marks } from '#edm/levels.ts'
import { kindKey, tagKey } from '#edm/model.ts'
import type { Shape, ShapeMember } from '#edm/query.ts'
import { weakTag } from '../headers/etag.ts'
import type { PathStep } from '../url/steps.ts'

export function jsonTypeOf(level: Level, safe = false): string {
  return `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=${safe};charset=utf-8`
}

export const jsonType = jsonTypeOf('minimal')

function isOf(kinds: readonly string[] | undefined, kind: string | null): boolean {
  return kinds === undefined || kinds.includes(kind ?? '')
}

/** Text of the member's value; undefined: left out. */
function valueText(entry: ShapeMember, row: AnyRow): string | undefined {
  const kind = row[kindKey] as string | null
  switch (entry.kind) {
    case 'prop':
      if (!isOf(entry.kinds, kind)) return undefined
      if (entry.hidden?.includes(kind ?? '') === true) return noValue(entry.prop)
      return jsonOf(entry.prop, row[entry.name], entry.masked, entry.level)
    case 'note':
      return isOf(entry.kinds, kind) ? JSON.stringify(entry.text) : undefined
    case 'link':
      return `"${marks.open}${JSON.stringify(row.id).slice(1, -1)}${marks.close}${entry.after}"`
    case 'ref':
      return row[entry.key] == null ? undefined : `{"id":${JSON.stringify(row[entry.key])}}`
    case 'tag':
      return JSON.stringify(weakTag(String(row[tagKey])))
    case 'type':
      return JSON.stringify(`#${(entry.kinds ? kind : null) ?? entry.of}`)
  }
}

/** The same text the store would build for the row, from values at hand. */
export function writeRow(shape: Shape, row: AnyRow): string {
  const members: string[] = []
  for (const entry of shape) {
    const text = valueText(entry, row)
    if (text !== undefined) members.push(`"${entry.name}":${text}`)
  }
  return `{${members.join(',')}}`
}

/** Puts members (each `"name":value`) at the end of a JSON object's text. */
export function withMembers(object: string, members: readonly string[]): string {
  if (members.length === 0) return object
  return `${object.slice(0, -1)}${object.length > 2 ? ',' : ''}${members.join(',')}}`
}

export function withContext(object: string, context: string): string {
  return `{"@odata.context":${quotedText(context)}${object.length > 2 ? ',' : ''}${object.slice(1)}`
}

const markedForm = new RegExp(`${marks.open}([^${marks.close}]*)${marks.close}`, 'g')

/** Puts addresses where rows are marked: that of the one row, or with `keyed` that of the collection and the row's key. */
export function placeRows(text: string, address: string, keyed: boolean): string {
  const quoted = JSON.stringify(address).slice(1, -1)
  return text.replace(markedForm, (_, id: string) =>
    keyed ? `${quoted}/${encodeURIComponent(JSON.parse(`"${id}"`))}` : quoted,
  )
}

/** The same for rows below another row, whose own address is yet to come. */
export function placeRowsBelow(text: string, parentId: string, nav: string, keyed: boolean): string {
  const parent = `${marks.open}${JSON.stringify(parentId).slice(1, -1)}${marks.close}/${nav}`
  return text.replace(markedForm, (_, id: string) =>
    keyed ? `${parent}/${encodeURIComponent(JSON.parse(`"${id}"`))}` : parent,
  )
}

const contextForm = /^\{"@odata\.context":"(?:[^"\\]|\\.)*",?/

export function withoutContext(text: string): string {
  return text.replace(contextForm, '{')
}

export interface CollectionFacts {
  readonly context: string
  readonly count: number | string | undefined
  readonly nextLink: string | undefined
  /** On the last page only: where changes since then are. */
  readonly deltaLink?: string | undefined
}

/** `rows`: the rows' JSON, joined by commas. */
export function writeCollection(rows: string, facts: CollectionFacts): string {
  const count = facts.count === undefined ? '' : `"@odata.count":${JSON.stringify(facts.count)},`
  const next = facts.nextLink === undefined ? '' : `"@odata.nextLink":${JSON.stringify(facts.nextLink)},`
  const delta = facts.deltaLink === undefined ? '' : `"@odata.deltaLink":${JSON.stringify(facts.deltaLink)},`
  return `{"@odata.context":${JSON.stringify(facts.context)},${count}${next}${delta}"value":[${rows}]}`
}

/** A key as a segment of an address. */
export function segmentText(key: string): string {
  return isGuid(key) ? key : encodeURIComponent(key)
}

/**
 * `('contoso.example%2C…')`: the key as the caller wrote it, safe inside a URL fragment (term-store.md §1.3). Where the
 * fragment begins at a link, keys are segments: `/contoso.example%2C…` (gdap.md §2.6).
 */
function keyText(steps: readonly PathStep[], key: string): string {
  if (steps[0]?.nav?.startsContext === true) return `/${segmentText(key)}`
  return `('${segmentText(key.replaceAll("'", "''"))}')`
}

/**
 * The fragment that names a collection or an entity, for example `libraries('main')/shelves('…')/books`.
 * The key of the last step is left to the caller (`/$entity`).
 */
export function fragmentOf(steps: readonly PathStep[]): string {
  let text = ''
  const last = steps.length - 1
  for (let at = 0; at <= last; at++) {
    const step = steps[at] as PathStep
    text += at === 0 ? step.name : `/${step.name}`
    if (step.cast !== undefined) text += `/${step.cast}`
    if (step.key !== undefined && at < last) text += keyText(steps, step.key)
  }
  return text
}

/** The fragment of a link of a row that the steps lead to. */
export function linkFragment(steps: readonly PathStep[], rowKey: string, nav: string): string {
  const last = steps.at(-1)
  return `${fragmentOf(steps)}${last?.many === true ? keyText(steps, rowKey) : ''}/${nav}`
}
