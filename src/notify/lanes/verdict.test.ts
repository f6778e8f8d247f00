/** What follows of answers: events.md §6.4. */
import { describe, expect, it } from 'vitest'
import type { TargetKind, TargetRow } from '../kinds/kind.ts'
import type { SendResult } from '../sending/sender.ts'
import type { Item } from './item.ts'
import { verdictOn } from './verdict.ts'

const [second, hour, day] = [1_000, 3_600_000, 86_400_000]
const now = { world: Date.parse('2026-01-06T10:00:00.000Z'), real: Date.parse('2026-06-01T00:00:00.000Z') }
const ago = (millis: number): string => new Date(now.world - millis).toISOString()

const own = { name: 'webhook', endsAtGone: true, nextAfter: () => 100 * second } as unknown as TargetKind
const partnerCenter = { ...own, name: 'partnerCenter', endsAtGone: false } as TargetKind
const active = { id: 't', failingSince: null } as unknown as TargetRow
const itemOf = (more: Partial<Item> = {}): Item => ({ id: 'target:1:0', attempts: 1, firstAt: null, ...more }) as Item

function answered(status: number | undefined, more: Partial<SendResult> = {}): SendResult {
  const isGood = status !== undefined && status >= 200 && status < 300
  return {
    status,
    error: isGood ? undefined : `HTTP ${status}`,
    answer: '',
    retryAfter: undefined,
    headers: {},
    ...more,
  }
}

function verdict(result: SendResult, { item = itemOf(), target = active, kind = own } = {}) {
  return { item, ...verdictOn(result, [item], target, kind, now) }
}

describe('an answer', () => {
  it('of 2xx is a delivery; of any other number, or none, a failure that is tried again', () => {
    expect(verdict(answered(299)).fateOf(itemOf())).toEqual({ state: 'delivered' })
    for (const status of [301, 302, 400, 403, 404, 413, 415, 429, 500, 503, undefined]) {
      const { fateOf, isCounted, disabled, pausedUntil } = verdict(answered(status))
      expect([status, fateOf(itemOf()).state, isCounted, disabled, pausedUntil]).toEqual([
        status,
        'waiting',
        true,
        undefined,
        undefined,
      ])
    }
  })

  it('is waited for by a gap of 0.8 to 1.2 that is the same for the same attempt, by either clock', () => {
    const gapOf = (id: string, attempts: number): number => {
      const fate = verdict(answered(500)).fateOf(itemOf({ id, attempts }))
      if (fate.state !== 'waiting') throw new Error(fate.state)
      expect(fate.next.real - now.real).toBe(fate.next.world - now.world)
      return (fate.next.world - now.world) / (100 * second)
    }
    const gaps = Array.from({ length: 200 }, (_, at) => gapOf(`target:${at}:0`, 1))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.8)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1.2)
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(0.3)
    expect(gapOf('target:1:0', 1)).toBe(gapOf('target:1:0', 1))
    expect(gapOf('target:1:0', 2)).not.toBe(gapOf('target:1:0', 1))
  })

  it('of an address that may not be called is the last one at once', () => {
    const refused = answered(undefined, { error: 'addressNotAllowed' })
    for (const kind of [own, partnerCenter])
      expect(verdict(refused, { kind }).fateOf(itemOf())).toEqual({ state: 'dead' })
  })

  it('of 410 disables a webhook, and nothing else', () => {
    expect(verdict(answered(410)).disabled).toContain('410')
    const other = verdict(answered(410), { kind: partnerCenter })
    expect([other.disabled, other.fateOf(itemOf()).state]).toEqual([undefined, 'waiting'])
  })

  it('that asks for patience is not counted, and pauses its target, for seconds or until a date, an hour at most', () => {
    const pauseOf = (status: number, retryAfter: string) => {
      const { pausedUntil, isCounted } = verdict(answered(status, { retryAfter }))
      return [pausedUntil && pausedUntil.real - now.real, pausedUntil && pausedUntil.world - now.world, isCounted]
    }
    const minute = new Date(now.real + 60 * second).toUTCString()
    for (const status of [429, 503]) {
      expect(pauseOf(status, '120')).toEqual([120 * second, 120 * second, false])
      expect(pauseOf(status, minute)).toEqual([60 * second, 60 * second, false])
      expect(pauseOf(status, '86400')).toEqual([hour, hour, false])
      expect(pauseOf(status, 'soon')).toEqual([undefined, undefined, true])
    }
    expect(pauseOf(500, '120')).toEqual([undefined, undefined, true])
  })

  it('that asks for patience is counted when it has done so for a day', () => {
    const countedAfter = (millis: number) =>
      verdict(answered(429, { retryAfter: '120' }), { item: itemOf({ firstAt: ago(millis) }) }).isCounted
    expect([countedAfter(day - second), countedAfter(day)]).toEqual([false, true])
  })

  it('disables a webhook that has failed for five days, and no registration or subscription', () => {
    const disabledAfter = (millis: number, kind: TargetKind) =>
      verdict(answered(500), { target: { ...active, failingSince: ago(millis) }, kind }).disabled
    expect(disabledAfter(5 * day - second, own)).toBeUndefined()
    expect(disabledAfter(5 * day, own)).toContain('five days')
    expect(disabledAfter(5 * day, partnerCenter)).toBeUndefined()
  })
})
