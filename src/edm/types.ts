/**
 * The Edm primitive types that are served: JSON shape, kind of column, and how a JSON value is checked.
 * Follows OData CSDL 4.01 §4.4 and OData JSON 4.01 §7.1.
 */
import { isCalendarDay } from '#base/clock.ts'
import { durationOf, inDaysAndTime, lengthOf } from '#base/duration.ts'
import { guidOf } from '#base/ids.ts'

export type ColumnKind = 'text' | 'integer' | 'real'

interface PrimitiveFacts {
  readonly json: 'string' | 'boolean' | 'number'
  readonly column: ColumnKind
  /** The value to store; undefined if the JSON value does not fit the type. */
  readonly accept: (value: unknown) => unknown
}

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,12})?)?(Z|[+-]\d{2}:\d{2})$/i

const instantLength = 'yyyy-mm-ddThh:mm:ss.fffZ'.length

/** The instant as ISO text with three fractional digits in UTC, or undefined; outside of four-digit years text would not sort. */
export function instantIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || !instantForm.test(value)) return undefined
  const millis = Date.parse(value.toUpperCase().replace(/(\.\d{3})\d+/, '$1'))
  if (Number.isNaN(millis) || !isCalendarDay(value.slice(0, 'yyyy-mm-dd'.length))) return undefined
  const text = new Date(millis).toISOString()
  return text.length === instantLength ? text : undefined
}

/** ISO text as Graph prints it: no trailing zeros in the fraction, no empty fraction. */
export function instantOut(iso: string): string {
  return iso.replace(/\.?0+Z$/, 'Z')
}

/** Length of an ISO 8601 duration in seconds, or undefined for text that is none. */
export function secondsOf(text: string): number | undefined {
  const found = durationOf(text)
  return found === undefined ? undefined : lengthOf(found) / 1000
}

/** Any form of ISO 8601 is taken, as clients send P2Y and P104W2D; rows hold what Edm.Duration is: days and time. */
function durationIn(value: unknown) {
  return typeof value === 'string' ? inDaysAndTime(value) : undefined
}

function integerWithin(least: number, most: number) {
  return (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined
}

/** A lone surrogate has no form in UTF-8: it becomes the replacement character, as in any decoder. */
function textOnly(value: unknown) {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : undefined
}

export const primitives = {
  'Edm.String': { json: 'string', column: 'text', accept: textOnly },
  'Edm.Boolean': {
    json: 'boolean',
    column: 'integer',
    accept: (value: unknown) => (typeof value === 'boolean' ? value : undefined),
  },
  'Edm.Int32': { json: 'number', column: 'integer', accept: integerWithin(-(2 ** 31), 2 ** 31 - 1) },
  'Edm.Int64': {
    json: 'number',
    column: 'integer',
    accept: integerWithin(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  },
  'Edm.Double': {
    json: 'number',
    column: 'real',
    // JSON text may hold a number beyond all of them, such as 1e999.
    accept: (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  },
  'Edm.DateTimeOffset': { json: 'string', column: 'text', accept: instantIn },
  'Edm.Duration': { json: 'string', column: 'text', accept: durationIn },
  'Edm.Guid': {
    json: 'string',
    column: 'text',
    accept: (value: unknown) => (typeof value === 'string' ? guidOf(value) : undefined),
  },
} as const satisfies Record<string, PrimitiveFacts>

export type PrimitiveName = keyof typeof primitives

export interface FunctionParameter {
  readonly type: PrimitiveName
  readonly doc: string
  readonly optional?: true
  readonly sample?: string
}
