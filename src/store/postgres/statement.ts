/**
 * Statement texts as PostgreSQL takes them. Ours have a question mark for each value; PostgreSQL wants to know the type
 * of each, which follows from the value: so there is one statement for each pattern of types, and null is part of the
 * text.
 */
import type { Value } from '../layout.ts'
import type { Text } from '../session.ts'

/** A text ready to be sent; the name under which a connection keeps it, once it has been asked for often enough. */
export interface Finished {
  readonly text: string
  readonly name: string
  uses: number
}

const kindOf = (value: Value): string => {
  if (value === null) return 'z'
  if (typeof value === 'string') return 't'
  return Number.isSafeInteger(value) ? 'i' : 'r'
}

const casts: Readonly<Record<string, string>> = { t: '::text collate "C"', i: '::bigint', r: '::double precision' }

const finish = (text: string, kinds: string): string => {
  let at = -1
  let number = 0
  return text.replace(/\?/g, () => {
    at += 1
    const cast = casts[kinds[at] ?? '']
    if (cast === undefined) return 'null'
    number += 1
    return `$${number}${cast}`
  })
}

let names = 0

/** Each text remembers its forms by pattern. */
const known = new WeakMap<Text, Map<string, Finished>>()

export const finished = (text: Text, values: readonly Value[]): Finished => {
  let kinds = ''
  for (const value of values) kinds += kindOf(value)
  const forms = known.get(text) ?? new Map<string, Finished>()
  known.set(text, forms)
  const found = forms.get(kinds)
  if (found !== undefined) return found
  names += 1
  const made = { text: finish(text.text, kinds), name: `relata_${names}`, uses: 0 }
  forms.set(kinds, made)
  return made
}

/** The values that are not part of the text. */
export const boundOf = (values: readonly Value[]): readonly Value[] =>
  values.includes(null) ? values.filter((value) => value !== null) : values
