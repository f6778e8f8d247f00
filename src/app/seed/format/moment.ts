/** Times of a seed: instants, or durations from the time of seeding with a sign, as `xsd:duration` and OData write them. */
import { instantIn, instantOf } from '#base/clock.ts'
import { addDuration, durationOf } from '#base/duration.ts'
import type { Moment } from './seed-format.ts'

/** As rows hold it; undefined for what is no time, and outside of the years 1 to 9999. */
export function momentIn(text: Moment, now: Date): string | undefined {
  const duration = durationOf(text)
  const at = duration === undefined ? instantIn(text) : addDuration(now, duration)
  return at === undefined || instantIn(at.toISOString()) === undefined ? undefined : instantOf(at)
}

/** Of a time that was checked. */
export function momentOf(text: Moment | undefined, now: string): string {
  return text === undefined ? now : (momentIn(text, new Date(now)) ?? now)
}
