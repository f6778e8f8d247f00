import { describe, expect, it } from 'vitest'
import type { LoggedRequest } from '../entry.ts'
import { conditionsIn, conditionValue, globPattern, matcher, withCondition, without } from './filter.ts'

const refused: LoggedRequest = {
  id: '01a22b2b-8110-7000-9f98-76107ff90717',
  method: 'POST',
  path: '/v1.0/termStore/sets/5e70/children',
  status: 403,
  caller: { kind: 'user', name: 'hugo@contoso.example', appId: 'a99f' },
  refusal: { check: 'access.role', code: 'accessDenied' },
}
const good: LoggedRequest = { id: '2', method: 'GET', path: '/v1.0/$metadata', status: 200 }
const faulty: LoggedRequest = { id: '3', method: 'GET', path: '/v1.0/groups', status: 503, fault: 'fault-1' }
const ofPages: LoggedRequest = {
  id: '4',
  method: 'GET',
  path: '/_relata/clock',
  status: 200,
  clientRequestId: '9a6e5000-0000-4000-8000-000000000001',
}
const file: LoggedRequest = { id: '5', method: 'GET', path: '/assets/index.1.js', status: 200 }

const found = (text: string, more: Partial<Parameters<typeof matcher>[0]> = {}): (string | undefined)[] =>
  [refused, good, faulty, ofPages, file].filter(matcher({ text, show: 'all', own: false, ...more })).map(({ id }) => id)

const [a, b, c] = [refused.id, '2', '3']

describe('the filter of requests', () => {
  it.each([
    ['', [a, b, c]],
    ['status:4xx', [a]],
    ['status:4xx,503', [a, c]],
    ['-status:2xx', [a, c]],
    ['-path:$metadata', [a, c]],
    ['path:/v1.0/termStore/**', [a]],
    ['path:/v1.0/*', [b, c]],
    ['client:hugo', [a]],
    ['-client:hugo', [b, c]],
    ['method:post', [a]],
    ['method:POST,get status:2xx', [b]],
    ['fault:*', [c]],
    ['fault:fault-2', []],
    ['id:01a22b2b', [a]],
    ['check:access', [a]],
    ['accessdenied', [a]],
    ['-metadata children', [a]],
    ['"v1.0/groups"', [c]],
    ['what:ever', []],
  ])('%j', (text, ids) => expect(found(text)).toEqual(ids))

  it('shows failed ones, those that a fault has met, and what the pages ask for', () => {
    expect(found('', { show: 'failed' })).toEqual([a, c])
    expect(found('', { show: 'faults' })).toEqual([c])
    expect(found('', { own: true })).toEqual([a, b, c, '4', '5'])
  })

  it('puts conditions into the text and takes them out', () => {
    expect(withCondition('basil status:4xx', 'status', '2xx')).toBe('basil status:2xx')
    expect(withCondition('status:4xx basil', 'status', '')).toBe('basil')
    expect(withCondition('', 'client', 'Relata reader')).toBe('client:"Relata reader"')
    expect(conditionValue('client:"Relata reader"', 'client')).toBe('relata reader')
    const [, second] = conditionsIn('a -path:b c')
    expect(second && without('a -path:b c', second)).toBe('a c')
  })

  it('reads globs as the server does', () => {
    expect(globPattern('/v1.0/**').test('/v1.0')).toBe(true)
    expect(globPattern('/*/termStore/sets/*').test('/v1.0/termStore/sets/1')).toBe(true)
    expect(globPattern('/*/termStore/sets/*').test('/v1.0/termStore/sets/1/children')).toBe(false)
  })
})
