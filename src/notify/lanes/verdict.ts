/** What follows of an answer, or of none: for each event of the request, and for the target (events.md §6.4). */
import { hash } from 'node:crypto'
import { notAllowed } from '../addresses/check-address.ts'
import type { TargetKind, TargetRow, Throttling } from '../kinds/kind.ts'
import type { SendResult } from '../sending/sender.ts'
import type { DueTime, Item } from './item.ts'
import type { Fate } from './lane-queue.ts'

/** All in milliseconds. */
const longestPause = 3_600_000
const shortestPause = 1_000
/** Since the first attempt: for so long a receiver may ask for patience without an attempt being counted. */
const longestPatience = 86_400_000
/** Own form only: after so long without a success the target is disabled. */
const longestFailing = 5 * 86_400_000

export interface AttemptVerdict {
  readonly fateOf: (item: Item) => Fate
  /** No request goes to the target until then. */
  readonly pausedUntil?: DueTime
  /** Why the target is told of nothing any more. */
  readonly disabled?: string
  /** Whether the attempt counts. */
  readonly isCounted: boolean
}

function later({ world, real }: DueTime, millis: number): DueTime {
  return { world: world + millis, real: real + millis }
}

/** Milliseconds that `Retry-After` asks for; undefined: nothing that can be understood. */
function pauseOf({ status, retryAfter }: SendResult, realNow: number): number | undefined {
  if ((status !== 429 && status !== 503) || retryAfter === undefined) return undefined
  const text = retryAfter.trim()
  const millis = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - realNow
  return Number.isNaN(millis) ? undefined : Math.min(Math.max(millis, shortestPause), longestPause)
}

/** 0.8 to 1.2, the same for the same attempt: runs with equal ids repeat it. */
function spreadOf({ id }: Item, attempts: number): number {
  return 0.8 + (Number.parseInt(hash('sha256', `${id}:${attempts}`, 'hex').slice(0, 8), 16) / 0xffff_ffff) * 0.4
}

/** Of a failure that counts. `heldMillis`: it is not tried again before. */
function retried(item: Item, kind: TargetKind, now: DueTime, heldMillis: number): Fate {
  const sinceFirst = item.firstAt === null ? 0 : Math.max(0, now.world - Date.parse(item.firstAt))
  const gap = kind.nextAfter(item.attempts, sinceFirst)
  if (gap === undefined) return { state: 'dead' }
  return { state: 'waiting', next: later(now, Math.max(heldMillis, Math.round(gap * spreadOf(item, item.attempts)))) }
}

/** Of events that are not sent now, as the target answers slowly. */
export function fateThrottled({ heldMillis }: Throttling, now: DueTime): Fate {
  return heldMillis === undefined ? { state: 'dead' } : { state: 'waiting', next: later(now, heldMillis) }
}

/** `attempts` of the items do not yet count this attempt; `fateOf` is called when they do, if it is counted. */
export function verdictOn(
  result: SendResult,
  items: readonly Item[],
  target: TargetRow,
  kind: TargetKind,
  now: DueTime,
): AttemptVerdict {
  const { error, status } = result
  if (error === undefined) return { fateOf: () => ({ state: 'delivered' }), isCounted: true }
  if (error === notAllowed) return { fateOf: () => ({ state: 'dead' }), isCounted: true }
  const again: Fate = { state: 'waiting', next: now }
  if (status === 410 && kind.endsAtGone)
    return { fateOf: () => again, disabled: 'The receiver answered 410 Gone.', isCounted: true }
  const first = items.map(({ firstAt }) => firstAt).find((at) => at !== null)
  const isPatient = first === undefined || now.world - Date.parse(String(first)) < longestPatience
  const pause = isPatient ? pauseOf(result, now.real) : undefined
  if (pause !== undefined) {
    const until = later(now, pause)
    return { fateOf: () => ({ state: 'waiting', next: until }), pausedUntil: until, isCounted: false }
  }
  const { failingSince } = target
  const isLost = kind.endsAtGone && failingSince !== null && now.world - Date.parse(failingSince) >= longestFailing
  const { heldMillis = 0 } = kind.throttling?.(target) ?? {}
  return {
    fateOf: (item) => (isLost ? again : retried(item, kind, now, heldMillis)),
    ...(isLost ? { disabled: 'Each attempt of five days has failed.' } : {}),
    isCounted: true,
  }
}
