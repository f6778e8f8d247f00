/** The clock as a value: everything that needs the time is handed one, so tests can hold it still. */
import { addDuration, parseDuration } from './duration.ts'

export interface Clock {
  now(): Date
  /** Calls the listener whenever the clock is moved by hand; returns what ends that. Absent: it never is. */
  onMove?(listener: () => void): () => void
}

export const systemClock: Clock = { now: () => new Date() }

/** Milliseconds since 1970 on a clock; of the system's without a `Date` for each. */
export function millisOn(clock: Clock): () => number {
  return clock === systemClock ? Date.now : () => clock.now().getTime()
}

/** A clock that shows one instant until it is moved. */
export function fixedClock(start: Date): Clock & { set(to: Date): void } {
  let at = start
  return {
    now: () => at,
    set: (to) => {
      at = to
    },
  }
}

/** How a clock differs from the one it runs with, in milliseconds. */
export interface ClockState {
  /** By how much it is ahead. */
  readonly ahead: number
  /** The instant at which it stands still, in milliseconds since 1970; null: it runs. */
  readonly held: number | null
}

export interface MovableClock extends Clock {
  readonly frozen: boolean
  readonly state: ClockState
  /** Shows what a clock of that state shows. */
  restore(state: ClockState): void
  /** Stops the clock where it is, or lets it go on from there. */
  freeze(on: boolean): void
  /** Throws a `RangeError` for an instant outside of the years 1 to 9999; the clock then stays where it is. */
  set(to: Date): void
  /** By an ISO 8601 duration; throws as `set`, and a `SyntaxError` for anything else. */
  advance(duration: string): void
  onMove(listener: () => void): () => void
}

const earliest = Date.parse('0001-01-01T00:00:00.000Z')
/** Later ones are written with a sign, and text no longer sorts as time does. */
const latest = Date.parse('9999-12-31T23:59:59.999Z')

/** A clock that runs with another one until it is moved or stopped, or the last instant is reached. Its state is not kept anywhere. */
export function movableClock(base: Clock): MovableClock {
  const listeners = new Set<() => void>()
  let ahead = 0
  let held: number | undefined
  const baseMillis = millisOn(base)
  // Having reached the last instant it stands still there: later ones do not sort as rows hold them.
  const millis = (): number => Math.min(held ?? baseMillis() + ahead, latest)
  const moved = (): void => {
    for (const listener of [...listeners]) listener()
  }
  const show = (at: number): void => {
    if (held === undefined) ahead = at - baseMillis()
    else held = at
  }
  const set = (to: Date): void => {
    const at = to.getTime()
    if (!(at >= earliest && at <= latest)) throw new RangeError('the clock shows the years 1 to 9999')
    show(at)
    moved()
  }
  return {
    now: () => new Date(millis()),
    get frozen() {
      return held !== undefined
    },
    freeze: (on) => {
      if (on === (held !== undefined)) return
      const at = millis()
      held = on ? at : undefined
      show(at)
      moved()
    },
    get state() {
      return { ahead, held: held ?? null }
    },
    restore: (state) => {
      ahead = state.ahead
      held = state.held ?? undefined
      moved()
    },
    set,
    advance: (duration) => set(addDuration(new Date(millis()), parseDuration(duration))),
    onMove: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

const instantForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/i

/** Whether the calendar has the day, such as 2026-02-28: `Date` takes February 30 for March 2. */
export function isCalendarDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}

/** The instant of an ISO 8601 text with its offset from UTC, or of a date alone; undefined for anything else, and outside of the years 1 to 9999. */
export function instantIn(text: string): Date | undefined {
  const isForm = instantForm.test(text) && isCalendarDay(text.slice(0, 'yyyy-mm-dd'.length))
  const millis = isForm ? Date.parse(text) : Number.NaN
  return millis >= earliest && millis <= latest ? new Date(millis) : undefined
}

/** ISO 8601, UTC, always three fractional digits: text that sorts as time does. Rows hold instants this way. */
export function instantOf(date: Date): string {
  const millis = date.getTime()
  if (millis !== last.millis) last = { millis, text: date.toISOString() }
  return last.text
}

/** Many are asked for in one millisecond. */
let last = { millis: Number.NaN, text: '' }
