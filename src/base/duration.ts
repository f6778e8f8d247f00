/** Durations of ISO 8601 §5.5.2 (`P1Y2M3DT4H5M6.7S`, weeks too): parsed, measured, and added to an instant. */

/** Whole years and months as they are written; everything that has an exact length is in `millis`. */
export interface Duration {
  readonly years: number
  readonly months: number
  readonly millis: number
}

const form =
  /^(-)?P(?=\d|T\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,12})?)S)?)?$/

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Undefined for anything that is not a duration. Only seconds have fractions, rounded to milliseconds. */
export function durationOf(text: string): Duration | undefined {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(2)
    .map((part) => (part === undefined ? undefined : Number(part)))
  const millis = (weeks * 7 + days) * day + hours * hour + minutes * minute + Math.round(seconds * second)
  // Adding zero makes -0 a plain zero.
  const signed = (value: number): number => (parts[1] === undefined ? value : -value) + 0
  return { years: signed(years), months: signed(months), millis: signed(millis) }
}

/** Throws a `SyntaxError` for anything that is not a duration. */
export function parseDuration(text: string): Duration {
  const duration = durationOf(text)
  if (duration === undefined) throw new SyntaxError(`'${text}' is not an ISO 8601 duration`)
  return duration
}

/**
 * Milliseconds, for bounds and comparisons, where no calendar is at hand: a year is 365 days (gdap.md §2.7), so are
 * twelve months, and what is left of them counts 30 days each, as the SDKs' own conversion does.
 */
export function lengthOf({ years, months, millis }: Duration): number {
  const whole = Math.trunc(months / 12)
  return ((years + whole) * 365 + (months - whole * 12) * 30) * day + millis
}

const dayTimeForm = /^-?P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/

/** `P2Y3MT90M` in days and time: `P820DT1H30M`. Years and months count as in `lengthOf`. */
function dayTimeOf({ years, months, millis }: Duration): string {
  const whole = Math.trunc(months / 12)
  const days = Math.abs((years + whole) * 365 + (months - whole * 12) * 30 + Math.trunc(millis / day))
  const rest = Math.abs(millis % day)
  const isNegative = years < 0 || months < 0 || millis < 0
  const [hours, minutes, seconds] = [
    Math.floor(rest / hour),
    Math.floor((rest % hour) / minute),
    (rest % minute) / second,
  ]
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`
  return `${isNegative ? '-' : ''}P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}

/**
 * The duration as Edm.Duration has it: days and time, without years, months and weeks (OData ABNF, `durationValue`), and
 * `PT0S` for none. A text of that form is returned as it is; undefined for what is no duration.
 */
export function inDaysAndTime(text: string): string | undefined {
  const duration = durationOf(text)
  if (duration === undefined) return undefined
  if (!/[1-9]/.test(text)) return 'PT0S'
  return dayTimeForm.test(text) ? text : dayTimeOf(duration)
}

function lastDayOf(year: number, month: number): number {
  const at = new Date(0)
  at.setUTCFullYear(year, month + 1, 0)
  return at.getUTCDate()
}

/**
 * Years and months go by the calendar of UTC, where the 31st of a shorter month is its last day; the rest is exact.
 * An invalid `Date` where the result is none.
 */
export function addDuration(from: Date, { years, months, millis }: Duration): Date {
  const month = from.getUTCFullYear() * 12 + from.getUTCMonth() + years * 12 + months
  const year = Math.floor(month / 12)
  const at = new Date(from)
  at.setUTCFullYear(year, month - year * 12, Math.min(from.getUTCDate(), lastDayOf(year, month - year * 12)))
  return new Date(at.getTime() + millis)
}
