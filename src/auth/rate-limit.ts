/** A rate limit: a token bucket for each key. */
import type { Clock } from '#base/clock.ts'
import { recentlyUsed } from './recently-used.ts'

export interface Rate {
  /** Requests at once. */
  readonly burst: number
  readonly perSecond: number
}

/** Takes one token, or with `only: 'ask'` none. Returns 0 when there was one, else the whole seconds to wait. */
export type RateLimit = (key: string, only?: 'ask') => number

const keysMost = 10_000

export function rateLimit({ burst, perSecond }: Rate, clock: Clock): RateLimit {
  const buckets = recentlyUsed<string, { left: number; atMs: number }>(keysMost)
  return (key, only) => {
    const atMs = clock.now().getTime()
    const bucket = buckets.get(key) ?? { left: burst, atMs }
    const passed = Math.max(0, atMs - bucket.atMs) / 1000
    const left = Math.min(burst, bucket.left + passed * perSecond)
    const isFree = left >= 1
    buckets.set(key, { left: isFree && only === undefined ? left - 1 : left, atMs })
    return isFree ? 0 : Math.max(1, Math.ceil((1 - left) / perSecond))
  }
}
