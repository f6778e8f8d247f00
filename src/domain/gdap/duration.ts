/** Durations and instants as rows hold them, a year being 365 days (gdap.md §2.7). Pure. */
import { durationOf, lengthOf as millisOf } from '#base/duration.ts'

export const day = 86_400_000
/** Later ones do not sort as text. */
const latest = Date.parse('9999-12-31T23:59:59.999Z')

/** Length in milliseconds; undefined when the text is no duration. */
export const lengthOf = (text: string): number | undefined => {
  const found = durationOf(text)
  return found === undefined ? undefined : millisOf(found)
}

export const isZero = (text: string): boolean => lengthOf(text) === 0

/** Never beyond the year 9999. */
export const addMillis = (instant: string, millis: number): string =>
  new Date(Math.min(Date.parse(instant) + Math.round(millis), latest)).toISOString()

export const addDays = (instant: string, days: number): string => addMillis(instant, days * day)

/** The duration has been checked when it came in; a text that is none adds nothing. */
export const addDuration = (instant: string, text: string): string => addMillis(instant, lengthOf(text) ?? 0)
