import { describe, expect, it } from 'vitest'
import type { TargetKind, TargetRow } from '../kinds/kind.ts'
import type { SendResult } from '../sending/sender.ts'
import type { Item } from './item.ts'
import { verdictOn } from './verdict.ts'

const day = 86_400_000
const now = { world: Date.parse('2026-01-16T10:00:00Z'), real: Date.parse('2026-01-06T10:00:00Z') }
const target = (failingDays: number) =>
  ({ id: 't', failingSince: new Date(now.world - failingDays * day).toISOString() }) as TargetRow
const item = { id: 't:1:0', attempts: 3, firstAt: new Date(now.world - 60_000).toISOString() } as Item
const failed = (status: number): SendResult => ({
  status,
  error: `HTTP ${status}`,
  answer: '',
  retryAfter: undefined,
  headers: {},
})
/** `endsAtGone`: as our own form has it, and no other. */
const kind = (endsAtGone: boolean) => ({ endsAtGone, nextAfter: () => 1_000 }) as unknown as TargetKind

describe('an answer', () => {
  it.each([
    ['of a webhook after five days', 500, true, 5, true],
    ['of a webhook before', 500, true, 4.99, false],
    ['410 of a webhook', 410, true, 0, true],
    ['of a registration or subscription after five days', 500, false, 30, false],
    ['410 of a registration or subscription', 410, false, 0, false],
  ])('%s: disabled?', (_, status, endsAtGone, days, isDisabled) => {
    const verdict = verdictOn(failed(status), [item], target(days), kind(endsAtGone), now)
    expect(verdict.disabled !== undefined).toBe(isDisabled)
    // Nothing is lost: what waits is tried when it is enabled.
    expect(verdict.fateOf(item)).toMatchObject({ state: 'waiting' })
  })
})
