/** A name with a key in brackets: `name('key')`, `name(key)`, `name(id='key')`; doubled quotes stand for one. */
import type { EntityType } from '#edm/define.ts'
import { pathError, type Segment } from './path-text.ts'

export interface Keyed {
  readonly name: string
  /** What the brackets hold, undefined without them, and where it starts in the segment. */
  readonly inner: string | undefined
  readonly from: number
}

const keyedForm = /^([^()]+)\((.*)\)$/s

/** The segment's name, and the text of its brackets as far as it ends in one. */
export function splitKey(text: string): Keyed {
  const [, name = text, inner] = (text.includes('(') ? keyedForm.exec(text) : null) ?? []
  return { name, inner, from: name.length + 1 }
}

const keyName = /^\s*([\p{L}_][\p{L}\p{N}_]*)\s*=\s*/u

type Named = Pick<EntityType, 'keyName'>

/** How long the name before a key is, with its equals sign. */
function nameLength(text: string, names: readonly (string | undefined)[]): number | undefined {
  const found = keyName.exec(text)
  const name = found?.[1]?.toLowerCase()
  return names.some((known) => known?.toLowerCase() === name) ? found?.[0].length : undefined
}

/** The key in a segment of its own, where it may follow the name of a property that is equal to it. */
export function keyAfterName(text: string, { keyName: name }: Named): string {
  return name === undefined ? text : text.slice(nameLength(text, [name]) ?? 0)
}

/** One part of a key by its name: its value is quoted, or ends at a comma. */
const partForm = /\s*[\p{L}_][\p{L}\p{N}_]*\s*=\s*(?:'(?:[^']|'')*'|[^\s,;='()]+)\s*/uy

/** Keys by other names, of one part or several: none is served, but what is written wrong is said to be. */
function refuseParts(segment: Segment, { name, inner = '', from }: Keyed): never {
  const fault = (at: number, expected: string) =>
    pathError(`The key in '${segment.text}' is not valid.`, segment.at(from + at), expected)
  partForm.lastIndex = 0
  for (let at = 0; ; partForm.lastIndex = at) {
    if (partForm.exec(inner) === null) throw fault(at, at === 0 ? 'a key' : 'another part of the key')
    at = partForm.lastIndex
    if (at === inner.length) throw fault(0, `the 'id' of '${name}' alone`)
    if (inner[at] !== ',') throw fault(at, "',' or ')'")
    at += 1
  }
}

/** The key in the brackets, without its quotes. Throws `invalid` with the place. */
export function keyIn(segment: Segment, keyed: Keyed, target: Named): string {
  const { inner = '', from } = keyed
  const start = nameLength(inner, ['id', target.keyName]) ?? inner.length - inner.trimStart().length
  const bare = inner.slice(start).trim()
  const place = (offset: number) => segment.at(from + start + offset)
  if (bare === '') throw pathError(`The key in '${segment.text}' is empty.`, place(0), 'a key')
  if (!bare.startsWith("'")) {
    if (bare.includes("'") || bare.includes('=')) return refuseParts(segment, keyed)
    return bare
  }
  if (bare.length < 2 || !bare.endsWith("'")) {
    throw pathError(`The key in '${segment.text}' has no closing quote.`, place(bare.length), 'a closing quote')
  }
  const text = bare.slice(1, -1)
  const lone = /(^|[^'])(?:'')*'(?!')/.exec(text)
  if (lone !== null) {
    throw pathError(
      `A quote inside the key of '${segment.text}' must be doubled.`,
      place(1 + lone.index + lone[0].length),
      'another quote',
    )
  }
  return text.replaceAll("''", "'")
}
