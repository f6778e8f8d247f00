/** Durations and instants as rows hold them, a year being 365 days (gdap.md §2.7). Pure. */
import { durationOf, lengthOf as millisOf } from '#base/duration.ts'

export const day = 86_400_000
/** Later instants have five-digit years, and no longer sort as text. */
const latest = Date.parse('9999-12-31T23:59:59.999Z')

/** Length in milliseconds; undefined when the text is no duration. */
export function lengthOf(text: string): number | undefined {
  const found = durationOf(text)
  return found === undefined ? undefined : millisOf(found)
}

export function isZero(text: string): boolean {
  return lengthOf(text) === 0
}

/** Never beyond the year 9999. */
export function addMillis(instant: string, millis: number): string {
  return new Date(Math.min(Date.parse(instant) + Math.round(millis), latest)).toISOString()
}

export function addDays(instant: string, days: number): string {
  return addMillis(instant, days * day)
}

/** The duration was checked when it was stored; a text that is not a duration adds nothing. */
export function addDuration(instant: string, text: string): string {
  return addMillis(instant, lengthOf(text) ?? 0)
}
