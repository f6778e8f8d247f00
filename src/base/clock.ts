/** The clock as a value: everything that needs the time is handed one, so tests can hold it still. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that shows one instant until it is moved. */
export const fixedClock = (start: Date): Clock & { set(to: Date): void } => {
  let at = start
  return {
    now: () => at,
    set: (to) => {
      at = to
    },
  }
}

/** ISO 8601, UTC, always three fractional digits: text that sorts as time does. Rows hold instants this way. */
export const instantOf = (date: Date): string => date.toISOString()
