import { describe, expect, it } from 'vitest'
import { graph, type RequestPlan } from '../plan.ts'
import { Problem } from '../problem.ts'
import { isSafeToRepeat, waitBefore } from './repeat.ts'

const change = graph('PATCH', '/termStore/groups/1', { body: { displayName: 'Herbs' } })
const make = graph('POST', '/termStore/groups', { body: { displayName: 'Herbs' } })
const makeWithId = graph('POST', '/termStore/sets/1/children', { body: { id: '9a9e5000-0000-4000-8000-000000000001' } })
const first = { times: 1, ms: 20 }

const refused = (plan: RequestPlan, status: number, retryAfter?: number): Problem =>
  new Problem({
    status,
    code: 'x',
    message: 'x',
    details: [],
    plan,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
const waitOf = (plan: RequestPlan, status: number, retryAfter?: number, tried = first) =>
  waitBefore(plan, refused(plan, status, retryAfter), tried)

describe('a write that was put off', () => {
  it.each([409, 423, 503])('with %i is sent again when the server says', (status) => {
    expect(waitOf(change, status, 2)).toBe(2000)
    expect(waitOf(graph('DELETE', '/termStore/groups/1'), status, 1)).toBe(1000)
    expect(waitOf(graph('PUT', '/x'), status, 1)).toBe(1000)
  })

  it('is not where the server says no time, or has refused it for good', () => {
    expect(waitOf(change, 409)).toBeUndefined()
    expect(waitOf(change, 503)).toBeUndefined()
    for (const status of [0, 400, 401, 403, 404, 412, 500, 502, 504]) expect(waitOf(change, status, 1)).toBeUndefined()
  })

  it('is at most three times, and within ten seconds', () => {
    expect(waitOf(change, 503, 2, { times: 2, ms: 2100 })).toBe(2000)
    expect(waitOf(change, 503, 2, { times: 3, ms: 4200 })).toBeUndefined()
    expect(waitOf(change, 503, 11)).toBeUndefined()
    expect(waitOf(change, 503, 8, { times: 2, ms: 8100 })).toBeUndefined()
  })

  it('as a POST is only where it carried an id', () => {
    expect(isSafeToRepeat(make)).toBe(false)
    expect(isSafeToRepeat(makeWithId)).toBe(true)
    expect(isSafeToRepeat(graph('POST', '/x'))).toBe(false)
    expect(isSafeToRepeat(graph('POST', '/x', { body: '{"id":"1"}' }))).toBe(false)
    expect(waitOf(make, 503, 1)).toBeUndefined()
    expect(waitOf(makeWithId, 503, 1)).toBe(1000)
    expect(waitOf(graph('POST', '/$batch', { body: { requests: [{ id: '0' }] } }), 503, 1)).toBeUndefined()
  })

  it('as a read is left to the cache', () => {
    expect(waitOf(graph('GET', '/termStore'), 503, 1)).toBeUndefined()
  })
})
