/** Places and filters of the feed, as values. */
import { describe, expect, it } from 'vitest'
import { areaOf, filterIn } from './filter.ts'
import { mostPlaces, placesIn, placeText } from './place.ts'

const [one, two, three] = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`) as [
  string,
  string,
  string,
]

describe('a place', () => {
  it('begins with the tenant of the message, and names the others that had events', () => {
    const places = new Map([
      [three, 5],
      [two, 0],
      [one, 42],
    ])
    expect(placeText(places, three)).toBe(`${three}:5,${one}:42`)
    expect(placeText(places)).toBe(`${one}:42,${three}:5`)
    expect(placesIn(placeText(places, three) ?? '', 'since')).toEqual(
      new Map([
        [three, 5],
        [one, 42],
      ]),
    )
  })

  it('is never empty where there is a tenant, and never long', () => {
    expect(placeText(new Map([[one, 0]]))).toBe(`${one}:0`)
    expect(placeText(new Map())).toBeUndefined()
    const many = new Map(
      Array.from({ length: 500 }, (_, at) => [`${String(at).padStart(8, '0')}-0000-4000-8000-000000000000`, at + 1]),
    )
    expect(placeText(many)?.split(',').length).toBe(mostPlaces)
  })

  it.each(['', 'x', '42', `${one}`, `${one}:`, `${one}:-1`, `${one}:1e3`, `${one}:1,`])('is not %j', (text) => {
    expect(() => placesIn(text, 'since')).toThrow(/'since' is not the id of a message/)
  })
})

describe('a filter', () => {
  const event = {
    eventName: 'granular-admin-access-assignment-created',
    subjectId: 'a-b',
    resourcePath: '/granularAdminRelationships/a-b/accessAssignments/c',
    customerId: one,
  }

  it.each([
    ['', true],
    ['event=*', true],
    ['event=granular-admin-*-created', true],
    ['event=granular', false],
    ['event=granular.*', false],
    ['event=x&event=*assignment*', true],
    ['subject=a-b', true],
    ['subject=c', true],
    ['subject=granularAdminRelationships/A-B/accessAssignments/c', true],
    ['subject=/granularAdminRelationships/a-b/accessAssignments/c', true],
    ['subject=b', false],
  ])('%s', (query, isWanted) => {
    expect(filterIn(query, undefined).wants(event, undefined)).toBe(isWanted)
    expect(filterIn(query, undefined).wants(event, two)).toBe(false)
  })

  it('prefers the place of a client that comes back', () => {
    expect(filterIn(`since=${one}:1`, `${one}:2`).from).toEqual({ places: new Map([[one, 2]]) })
    expect(filterIn('since=2026-01-06T10:00:00Z', '').from).toEqual({ instant: '2026-01-06T10:00:00.000Z' })
    expect(filterIn('', undefined).from).toBeUndefined()
  })

  it('knows what kind an event is of', () => {
    expect(['relata.taxonomy.set-changed', 'relata.directory.user-created', 'test-created'].map(areaOf)).toEqual([
      'taxonomy',
      'directory',
      'gdap',
    ])
  })
})
