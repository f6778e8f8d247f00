/**
 * Statement texts as PostgreSQL takes them. Ours have `?` or `+?` for each value; PostgreSQL wants to know the type
 * of each, which follows from the value: so there is one statement for each pattern of types, and null is part of the
 * text.
 */
import { invariant } from '#base/errors.ts'
import type { StatementText } from '../rows/statement.ts'
import type { SqlValue } from '../values.ts'

/** A text ready to be sent; the name under which a connection keeps it, once it has been asked for often enough. */
export interface TypedText {
  readonly text: string
  readonly name: string
  uses: number
}

function kindOf(value: SqlValue): string {
  if (value === null) return 'z'
  if (typeof value === 'string') return 't'
  return Number.isSafeInteger(value) ? 'i' : 'r'
}

const casts: Readonly<Record<string, string>> = { t: 'text', i: 'bigint', r: 'double precision' }
const collations: Readonly<Record<string, string>> = { t: ' collate "C"' }

/** `of`: what stands for the value with that number, counted from 1. */
function typed(text: string, kinds: string, of: (number: number, type: string) => string): string {
  let at = -1
  let number = 0
  return text.replace(/\+?\?/g, () => {
    at += 1
    const kind = kinds[at] ?? ''
    const type = casts[kind]
    if (type === undefined) return 'null'
    number += 1
    return `${of(number, type)}${collations[kind] ?? ''}`
  })
}

let names = 0

function named(text: string): TypedText {
  names += 1
  return { text, name: `relata_${names}`, uses: 0 }
}

interface Origin {
  readonly text: string
  readonly kinds: string
  readonly hasRange: boolean
}

/** What `store/query/select.ts` writes after the ids it goes through first. */
const endOfIds = ' as d cross join '
const beginOfIds = 'select distinct id from ('

function rangeIn(text: string): boolean {
  return text
    .split(endOfIds)
    .slice(0, -1)
    .some((part) => /[<>]=? \+?\?/.test(part.slice(part.lastIndexOf(beginOfIds))))
}

/** Each text remembers its forms by pattern, and each form what it was made of. */
const known = new WeakMap<StatementText, Map<string, TypedText>>()
const origins = new WeakMap<TypedText, Origin>()
const many = new WeakMap<TypedText, TypedText>()
/** By the names of their parts: the texts of the rules are few, but each null makes another. */
const together = new Map<string, TypedText>()
const mostTogether = 2_000

export function typedText(text: StatementText, values: readonly SqlValue[]): TypedText {
  let kinds = ''
  for (const value of values) kinds += kindOf(value)
  const forms = known.get(text) ?? new Map<string, TypedText>()
  known.set(text, forms)
  const found = forms.get(kinds)
  if (found !== undefined) return found
  const made = named(typed(text.text, kinds, (number, type) => `$${number}::${type}`))
  forms.set(kinds, made)
  origins.set(made, { text: text.text, kinds, hasRange: rangeIn(text.text) })
  return made
}

/**
 * Whether it goes through ids found by a range. How narrow that is PostgreSQL can see of a value only: of what it cannot
 * see it expects a two-hundredth of the table, and goes another way, which takes longer the larger the table is.
 */
export function findsByRange(one: TypedText): boolean {
  return origins.get(one)?.hasRange === true
}

/**
 * The same statement for many lists of values: each parameter is an array with one value for each list. Its last column
 * is the place of the list, counted from 1; rows of one list keep their order.
 */
export function typedForMany(one: TypedText): TypedText {
  const found = many.get(one)
  if (found !== undefined) return found
  const { text, kinds } = origins.get(one) as Origin
  const types: string[] = []
  const inner = typed(text, kinds, (number, type) => {
    types.push(type)
    return `p.a${number}`
  })
  const arrays = types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')
  const names = types.map((_, at) => `a${at + 1}`).join(', ')
  const made = named(
    `select q.*, p.n from unnest(${arrays}) with ordinality as p(${names}, n) cross join lateral (${inner}) as q`,
  )
  many.set(one, made)
  return made
}

/** Statements that each write another table, as one; its only row has the number of rows each of them changed. */
export function typedTogether(parts: readonly TypedText[]): TypedText {
  const key = parts.map(({ name }) => name).join()
  const found = together.get(key)
  if (found !== undefined) return found
  let before = 0
  const written = parts.map((part, at) => {
    const { text, kinds } = origins.get(part) as Origin
    let count = 0
    const inner = typed(text, kinds, (number, type) => {
      count = number
      return `$${before + number}::${type}`
    })
    before += count
    return `w${at} as (${inner} returning 1)`
  })
  const counts = parts.map((_, at) => `(select count(*) from w${at})`)
  const made = named(`with ${written.join(', ')} select ${counts.join(', ')}`)
  if (together.size >= mostTogether) together.clear()
  together.set(key, made)
  return made
}

const targets = new WeakMap<StatementText, string>()

/** The table a statement of `rows/row-access.ts` writes. */
export function tableOf(text: StatementText): string {
  const known = targets.get(text)
  if (known !== undefined) return known
  const [, table] = /^(?:insert into|update|delete from) ("[^"]+")/.exec(text.text) ?? []
  invariant(table !== undefined, `it writes no table: ${text.text}`)
  targets.set(text, table)
  return table
}

/** The values that are not part of the text. */
export function boundOf(values: readonly SqlValue[]): readonly SqlValue[] {
  return values.includes(null) ? values.filter((value) => value !== null) : values
}
