import { describe, expect, it } from 'vitest'
import { readyRules } from './ready.ts'
import { changed, givenRule, kindOf, kinds, patchOf, type ShownRule, secondsOf, withKind } from './rule.ts'
import { globFits, sampleCall } from './sample.ts'

const shown: ShownRule = {
  id: 'fault-1',
  what: { status: 429, retryAfter: 2 },
  where: { path: '/**' },
  times: 3,
  on: true,
  matches: 4,
  hits: 3,
  lastHit: null,
  startDateTime: '2027-01-01T00:00:00Z',
}

describe('a rule', () => {
  it('is of each kind after that kind was chosen', () => {
    for (const kind of kinds) expect(kindOf(withKind(givenRule(shown), kind).what)).toBe(kind)
  })

  it('loses what rules of GDAP do not have', () => {
    expect(withKind({ ...givenRule(shown), after: 'commit' }, 'stuck')).not.toHaveProperty('where')
    expect(withKind({ ...givenRule(shown), after: 'commit' }, 'stuck')).not.toHaveProperty('after')
  })

  it('is given without what has come of it', () => {
    expect(givenRule(shown)).toEqual({ id: 'fault-1', what: shown.what, where: shown.where, times: 3 })
    expect(givenRule({ ...shown, on: false })).toMatchObject({ on: false })
  })

  it('loses members that are empty, and an empty where', () => {
    expect(changed(givenRule(shown), { times: undefined, where: { path: '' } })).toEqual({
      id: 'fault-1',
      what: shown.what,
    })
  })

  it('is changed by what differs only', () => {
    const before = givenRule(shown)
    expect(patchOf(before, before)).toEqual({})
    expect(patchOf(before, { id: 'fault-1', what: { drop: true }, where: { path: '/**' } })).toEqual({
      what: { drop: true },
      times: null,
    })
  })

  it('has its duration in seconds where it is that simple', () => {
    expect(secondsOf('PT5S')).toBe(5)
    expect(secondsOf('PT2M')).toBe(120)
    expect(secondsOf('P1D')).toBeUndefined()
  })
})

describe('a call to try a rule', () => {
  it('is struck by each ready rule, not by chance', () => {
    for (const { rule, text } of readyRules) expect(rule, text).not.toHaveProperty('rate')
  })

  it('is one that the rule is for', () => {
    for (const { rule, text } of readyRules) {
      const call = sampleCall(rule)
      if (rule.what.gdap !== undefined) expect(call, text).toBeUndefined()
      else if (rule.where?.path !== undefined) expect(globFits(rule.where.path, call?.path ?? ''), text).toBe(true)
    }
  })

  it('has the method of the rule, and something in the place of what can be anything', () => {
    const call = sampleCall({ where: { method: ['PATCH'], path: '/*/sites/*/x' }, what: { status: 500 } })
    expect(call).toMatchObject({ method: 'PATCH', body: {} })
    expect(call?.path).toBe('/v1.0/sites/00000000-0000-4000-8000-000000000000/x')
  })

  it('reads globs as the server does', () => {
    expect(globFits('/*/termStore/**', '/v1.0/termstore')).toBe(true)
    expect(globFits('/*/termStore/**', '/v1.0/termStore/sets/1')).toBe(true)
    expect(globFits('/**/children', '/v1.0/termStore/sets/1/children')).toBe(true)
    expect(globFits('/*/termStore', '/v1.0/x/termStore')).toBe(false)
  })
})
