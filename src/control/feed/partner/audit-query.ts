/** The query of Partner Center's audit records: dates, filter, size of a page (events.md §2.8). */
import { AppError } from '#base/errors.ts'
import { isObject } from '#base/json.ts'
import { parametersIn } from '../../request.ts'

export const auditFields = ['CompanyName', 'CustomerId', 'ResourceType'] as const
export type AuditField = (typeof auditFields)[number]

const operators = {
  equals: (text: string, value: string) => text === value,
  not_equals: (text: string, value: string) => text !== value,
  substring: (text: string, value: string) => text.includes(value),
  starts_with: (text: string, value: string) => text.startsWith(value),
  greater_than: (text: string, value: string) => text > value,
  greater_than_or_equals: (text: string, value: string) => text >= value,
  less_than: (text: string, value: string) => text < value,
  less_than_or_equals: (text: string, value: string) => text <= value,
} as const

export interface AuditFilter {
  readonly field: AuditField
  /** Of the text of the field; null: the record has none. */
  readonly holds: (text: string | null) => boolean
}

/** Behind which record a page begins. */
export interface AuditPlace {
  readonly instant: string
  readonly id: string
}

export interface AuditQuery {
  /** Instants, as rows hold them; both included. */
  readonly from: string
  readonly to: string
  readonly filter: AuditFilter | undefined
  readonly size: number
  readonly after: AuditPlace | undefined
}

const parameters = ['startDate', 'endDate', 'filter', 'size', 'after'] as const
type Parameter = (typeof parameters)[number]

const dayMillis = 86_400_000
const usualDays = 30
const mostDays = 90
const sizeMost = 500

function invalid(message: string, target: string): AppError {
  return new AppError('invalid', message, { target })
}

/** Of an ISO date and a time that may be empty; NaN for a day that its month does not have, which JavaScript would count on. */
function instantOfDay(day: string, time: string): number {
  const isThere = new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(8))
  return isThere ? Date.parse(`${day}T${time}Z`) : Number.NaN
}

const dayForm = /^\d{4}-\d{2}-\d{2}$/
const midnight = '00:00:00'
/** As .NET writes an instant in English of the United States. */
const americanForm = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2}):(\d{2}) (AM|PM))?$/i

function millisOf(text: string): { readonly millis: number; readonly isDay: boolean } | undefined {
  if (dayForm.test(text)) return { millis: instantOfDay(text, midnight), isDay: true }
  const [, month, date, year, hour, minute, second, half] = americanForm.exec(text) ?? []
  if (month === undefined || date === undefined) {
    const [, date = ''] = /^(\d{4}-\d{2}-\d{2})T/.exec(text) ?? []
    const isThere = date !== '' && !Number.isNaN(instantOfDay(date, midnight))
    return { millis: isThere ? Date.parse(text) : Number.NaN, isDay: false }
  }
  const iso = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  if (hour === undefined) return { millis: instantOfDay(iso, midnight), isDay: true }
  const hours = (Number(hour) % 12) + (half?.toUpperCase() === 'PM' ? 12 : 0)
  const clock = Number(hour) >= 1 && Number(hour) <= 12 ? `${String(hours).padStart(2, '0')}:${minute}:${second}` : ''
  return { millis: instantOfDay(iso, clock), isDay: false }
}

/** `isEnd`: of a day its last instant. */
function instantIn(text: string, name: Parameter, isEnd: boolean): number {
  const { millis = Number.NaN, isDay = false } = millisOf(text.trim()) ?? {}
  if (Number.isNaN(millis))
    throw invalid(`'${name}' is a date such as 2026-01-31, or 1/31/2026 4:30:00 PM (UTC).`, name)
  return isDay && isEnd ? millis + dayMillis - 1 : millis
}

/** A member of the filter, in whatever case its name is written. */
function member(value: Readonly<Record<string, unknown>>, name: string): unknown {
  const [found, second] = Object.entries(value).filter(([one]) => one.toLowerCase() === name)
  if (second !== undefined) throw invalid(`'${name}' is there twice in 'filter', written in two ways.`, 'filter')
  return found?.[1]
}

function filterIn(text: string): AuditFilter {
  const target = 'filter'
  const form = `It is JSON such as {"Field":"CompanyName","Value":"Northwind","Operator":"substring"}.`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid(`'filter' is not JSON. ${form}`, target)
  }
  if (!isObject(value)) throw invalid(`'filter' is not an object. ${form}`, target)
  const [named, wanted, how] = ['field', 'value', 'operator'].map((name) => member(value, name))
  const field = auditFields.find((one) => one.toLowerCase() === String(named).toLowerCase())
  if (field === undefined) throw invalid(`The Field of 'filter' is one of ${auditFields.join(', ')}.`, target)
  const operator = String(how).toLowerCase()
  if (!Object.hasOwn(operators, operator))
    throw invalid(`The Operator of 'filter' is one of ${Object.keys(operators).join(', ')}.`, target)
  if (typeof wanted !== 'string' || wanted === '') throw invalid(`The Value of 'filter' is a text. ${form}`, target)
  const compare = operators[operator as keyof typeof operators]
  const folded = wanted.toLowerCase()
  return {
    field,
    holds: (found) => (found === null ? operator === 'not_equals' : compare(found.toLowerCase(), folded)),
  }
}

function sizeIn(text: string): number {
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (size >= 1 && size <= sizeMost) return size
  throw invalid(`'size' is a number from 1 to ${sizeMost}.`, 'size')
}

export function placeText({ instant, id }: AuditPlace): string {
  return Buffer.from(JSON.stringify([instant, id])).toString('base64url')
}

function placeIn(text: string): AuditPlace {
  try {
    const [instant, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    if (typeof instant === 'string' && !Number.isNaN(Date.parse(instant)) && typeof id === 'string')
      return { instant, id }
  } catch {
    // Refused below.
  }
  throw invalid("'after' is what links.next has, and nothing else.", 'after')
}

/** Throws `invalid` with the parameter as target. */
export function auditQueryIn(query: string, now: Date): AuditQuery {
  const given = parametersIn(query, parameters)
  const get = (name: Parameter): string | undefined => given.get(name) || undefined
  const [start, end, filter, size, after] = parameters.map(get)
  const to = end === undefined ? now.getTime() : instantIn(end, 'endDate', true)
  const from =
    start === undefined ? Math.min(to, now.getTime()) - usualDays * dayMillis : instantIn(start, 'startDate', false)
  // A whole day, as dates are given without a time.
  if (start !== undefined && from < now.getTime() - (mostDays + 1) * dayMillis)
    throw invalid(`'startDate' is more than ${mostDays} days ago.`, 'startDate')
  if (from > to) throw invalid("'endDate' is before 'startDate'.", 'endDate')
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    filter: filter === undefined ? undefined : filterIn(filter),
    size: size === undefined ? sizeMost : sizeIn(size),
    after: after === undefined ? undefined : placeIn(after),
  }
}
