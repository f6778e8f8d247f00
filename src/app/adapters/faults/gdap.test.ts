import { describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { FaultRules } from '#faults/fault-rules.ts'
import { ruleReader } from '#faults/read-rules.ts'
import type { Attempt } from '#workloads/gdap/rules/settings.ts'
import { faultNames } from '#workloads/gdap/settings-flags.ts'
import { gdapFaultsOf } from './gdap.ts'

function made(...wishes: object[]) {
  const clock = fixedClock(new Date('2026-01-05T09:00:00Z'))
  const names = { ...faultNames, tenantId: (name: string) => name }
  const rules = new FaultRules({ clock, reader: ruleReader(names), names })
  for (const wish of wishes) rules.add({ what: { gdap: wish }, times: 1 })
  return { rules, gdap: gdapFaultsOf(rules) }
}

function attempt(subject: string, now = '2026-01-05T09:00:00.000Z'): Attempt {
  return { machine: 'assignment', status: 'pending', subject, relationshipId: 'r', displayName: 'R', now }
}

describe('a transition that was undone and runs again', () => {
  it('is held once more, and counts once', () => {
    const { rules, gdap } = made({ stuck: { machine: 'assignment' } })
    expect([gdap.hold(attempt('a')), gdap.hold(attempt('a')), gdap.hold(attempt('b'))]).toEqual([
      { until: undefined },
      { until: undefined },
      undefined,
    ])
    expect(rules.list()).toMatchObject([{ hits: 1 }])
    rules.clear()
    expect(gdap.released().map(({ subject }) => subject)).toEqual(['a'])
    expect(gdap.released()).toEqual([])
  })

  it('fails once more, and counts once', () => {
    const { rules, gdap } = made({ failing: { machine: 'assignment' } })
    expect([gdap.fails(attempt('a')), gdap.fails(attempt('a')), gdap.fails(attempt('b'))]).toEqual([true, true, false])
    expect(rules.list()).toMatchObject([{ matches: 2, hits: 1 }])
  })
})
