/** Literal tokens → values as rows hold them, by the type of what they are compared with. */
import { AppError } from '#base/errors.ts'
import { guidOf, guidsOf } from '#base/ids.ts'
import { unaliased } from '#edm/names.ts'
import type { EnumType } from '#edm/props.ts'
import type { BindValue } from '#edm/query.ts'
import { inForm, type TextForm } from '#edm/text-form.ts'
import { instantIn, type PrimitiveName, secondsOf } from '#edm/types.ts'
import type { Token } from './lexer.ts'

/** The type of one value in an expression. */
export interface ValueType {
  /** `Edm.Date` and `Edm.TimeOfDay` are what functions give; rows never hold them. */
  readonly edm: PrimitiveName | 'Edm.Date' | 'Edm.TimeOfDay'
  /** Holds GUIDs in lower case, or several joined by hyphens. */
  readonly guid?: boolean
  /** The form its values are stored in. */
  readonly form?: TextForm
  /** Only literals are of it: a part of such a text. */
  readonly isPart?: true
  readonly choice?: EnumType
}

/** Turns the literal into the value to bind; throws AppError `invalid` when it does not fit. */
export type Reader = (token: Token, target: string) => BindValue

export const textType: ValueType = { edm: 'Edm.String' }
export const guidType: ValueType = { edm: 'Edm.String', guid: true }
export const uuidType: ValueType = { edm: 'Edm.Guid' }
export const flagType: ValueType = { edm: 'Edm.Boolean' }
export const wholeType: ValueType = { edm: 'Edm.Int32' }
export const bigType: ValueType = { edm: 'Edm.Int64' }
export const realType: ValueType = { edm: 'Edm.Double' }
export const instantType: ValueType = { edm: 'Edm.DateTimeOffset' }
export const dateType: ValueType = { edm: 'Edm.Date' }
export const timeType: ValueType = { edm: 'Edm.TimeOfDay' }
export const durationType: ValueType = { edm: 'Edm.Duration' }

/** How the type is called in messages. */
export function typeName(type: ValueType): string {
  return type.choice?.name ?? type.edm
}

/** Types of one class can be compared with each other. */
export function classOf(type: ValueType): string {
  if (type.choice !== undefined) return type.choice.name
  return type.edm === 'Edm.Int32' || type.edm === 'Edm.Int64' || type.edm === 'Edm.Double' ? 'number' : type.edm
}

function misfit(token: Token, target: string, wanted: string): never {
  throw new AppError(
    'invalid',
    `The literal ${token.text} at position ${token.at} in '${target}' is not a value of type '${wanted}'.`,
    { target },
  )
}

/** The text between the quotes, doubled quotes undone; undefined when the token has none. */
export function quotedText(token: Token): string | undefined {
  const { text } = token
  if (!text.endsWith("'")) return undefined
  const inner = text.slice(text.indexOf("'") + 1, -1)
  return inner.includes("'") ? inner.replaceAll("''", "'") : inner
}

function stringIn(token: Token): string | undefined {
  if (token.kind === 'string') return quotedText(token)
  return token.kind === 'guid' ? (quotedText(token) ?? token.text).toLowerCase() : undefined
}

const readText: Reader = (token, target) => stringIn(token) ?? misfit(token, target, 'Edm.String')

/** A string that is no GUID is kept: it equals nothing. */
const readGuid: Reader = (token, target) => {
  const text = stringIn(token) ?? misfit(token, target, 'Edm.String')
  return guidsOf(text) ?? text
}

const readUuid: Reader = (token, target) => guidOf(stringIn(token) ?? '') ?? misfit(token, target, 'Edm.Guid')

/** A text as the member it is compared with would hold it. */
function readAs({ guid, form, isPart }: ValueType): Reader {
  if (guid === true && isPart !== true) return readGuid
  return (token, target) => {
    const text = stringIn(token) ?? misfit(token, target, 'Edm.String')
    const formed = form === undefined ? text : inForm(form, text, isPart)
    return guid === true ? formed.toLowerCase() : formed
  }
}

const readFlag: Reader = (token, target) => {
  const text = stringIn(token)?.toLowerCase()
  if (text === 'true') return true
  return text === 'false' ? false : misfit(token, target, 'Edm.Boolean')
}

const numberForm = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i

/** INF and -INF are beyond every number. NaN is none: comparisons with it are decided before it is read. */
function readNumber(wanted: string): Reader {
  return (token, target) => {
    const text = token.kind === 'number' ? token.text : (stringIn(token) ?? '')
    if (text === 'INF') return Number.POSITIVE_INFINITY
    if (text === '-INF') return Number.NEGATIVE_INFINITY
    return numberForm.test(text) ? Number(text) : misfit(token, target, wanted)
  }
}

const dayForm = /^\d{4}-\d{2}-\d{2}$/

/** Midnight UTC of the day as rows hold instants; undefined for a day the calendar does not have. */
function midnightOf(text: string): string | undefined {
  if (!dayForm.test(text)) return undefined
  const iso = instantIn(`${text}T00:00:00Z`)
  return iso?.startsWith(text) === true ? iso : undefined
}

function textOfTime(token: Token): string {
  return token.kind === 'date' || token.kind === 'dateTime' || token.kind === 'time'
    ? (quotedText(token) ?? token.text)
    : (stringIn(token) ?? '')
}

const readInstant: Reader = (token, target) => {
  // A raw plus sign in the query has become a space.
  const text = textOfTime(token).replace(' ', '+')
  const day = text.length === 10 ? midnightOf(text) : undefined
  // Date.parse rolls 30 February over; the calendar day is checked by itself.
  const real = day !== undefined || midnightOf(text.slice(0, 10)) !== undefined
  return day ?? (real ? instantIn(text) : undefined) ?? misfit(token, target, 'Edm.DateTimeOffset')
}

const readDate: Reader = (token, target) => {
  const text = textOfTime(token)
  return midnightOf(text) === undefined ? misfit(token, target, 'Edm.Date') : text
}

const timeForm = /^([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,12})?)?$/

/** With seconds and three digits of their fraction, as instants have them. */
const readTime: Reader = (token, target) => {
  const text = textOfTime(token)
  if (!timeForm.test(text)) return misfit(token, target, 'Edm.TimeOfDay')
  const [whole = '', fraction = ''] = (text.length === 5 ? `${text}:00` : text).split('.')
  return `${whole}.${fraction.padEnd(3, '0').slice(0, 3)}`
}

/** `ns.colour'red'`, `'red'` or `ns.colour'1'` → the member's name in the model's casing. */
function readChoice(choice: EnumType): Reader {
  const byText = new Map<string, string>()
  for (const { name, value } of choice.members) byText.set(String(value), name)
  for (const { name } of choice.members) byText.set(name.toLowerCase(), name)
  const name = choice.name.toLowerCase()
  return (token, target) => {
    const prefix = token.text.slice(0, token.text.indexOf("'"))
    const named = token.kind === 'string' || (token.kind === 'enum' && unaliased(prefix).toLowerCase() === name)
    const found = named ? byText.get(quotedText(token)?.toLowerCase() ?? '') : undefined
    return found ?? misfit(token, target, choice.name)
  }
}

const choiceReaders = new WeakMap<EnumType, Reader>()

function choiceReader(choice: EnumType): Reader {
  const known = choiceReaders.get(choice)
  if (known !== undefined) return known
  const reader = readChoice(choice)
  choiceReaders.set(choice, reader)
  return reader
}

/** Seconds, which is what durations are compared by; years and months count as the store counts them. */
const readDuration: Reader = (token, target) => {
  const text = quotedText(token) ?? ''
  return secondsOf(text) ?? misfit(token, target, 'Edm.Duration')
}

const readers: Readonly<Record<ValueType['edm'], Reader>> = {
  'Edm.String': readText,
  'Edm.Boolean': readFlag,
  'Edm.Int32': readNumber('Edm.Int32'),
  'Edm.Int64': readNumber('Edm.Int64'),
  'Edm.Double': readNumber('Edm.Double'),
  'Edm.DateTimeOffset': readInstant,
  'Edm.Date': readDate,
  'Edm.Duration': readDuration,
  'Edm.Guid': readUuid,
  'Edm.TimeOfDay': readTime,
}

export function readerFor(type: ValueType): Reader {
  if (type.choice !== undefined) return choiceReader(type.choice)
  return type.guid === true || type.form !== undefined ? readAs(type) : readers[type.edm]
}

/** `NaN`, the only literal that does not equal itself. */
export function isNotNumber({ kind, text }: Token): boolean {
  return kind === 'number' && text === 'NaN'
}

/** Which of the two a number is decides what dividing by it means. */
export function isWhole({ text }: Token): boolean {
  return /^[+-]?\d+$/.test(text)
}

const naturalTypes: Readonly<Partial<Record<Token['kind'], ValueType>>> = {
  dateTime: instantType,
  date: dateType,
  time: timeType,
  duration: durationType,
}

/** The type of a literal with nothing beside it to be cast to; undefined when rows know no such type. */
export function naturalType(token: Token): ValueType | undefined {
  if (token.kind === 'string') return textType
  if (token.kind === 'guid') return uuidType
  if (token.kind === 'number') return isWhole(token) ? bigType : realType
  return naturalTypes[token.kind]
}
