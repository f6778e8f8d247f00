/** Places and filters of the feed, as values. */
import { describe, expect, it } from 'vitest'
import { EventFeed } from './feed.ts'
import { areaOf, filterIn } from './filter.ts'
import { mostPlaces, placesIn, placeText } from './place.ts'
import { FeedReader } from './reader.ts'

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

describe('a feed', () => {
  it('tells an event whose writer wakes it at the moment at which it has read all others', async () => {
    let isWritten = false
    const told: string[] = []
    const event = { sequence: 1, eventName: 'granular-admin-relationship-approved', subjectId: 'a', resourcePath: '/a' }
    const write = (text: string): void => void told.push(text)
    const sink = { write, unreadBytes: 0, taken: async () => undefined, end: () => undefined }
    // What the first look finds settles after so many microtasks; in one of them after that, somebody writes.
    for (let turn = 0; turn < 12; turn += 1) {
      isWritten = false
      told.length = 0
      const feed = new EventFeed({
        source: {
          tenants: async () => [one],
          newest: async () => 0,
          oldest: async () => undefined,
          firstSince: async () => undefined,
          after: async () => (isWritten ? [{ ...event, customerId: null, form: () => ({}) }] : []).slice(),
        },
        areas: ['gdap'],
        report: (error) => {
          throw error
        },
      })
      const filter = filterIn('', undefined)
      const reader = new FeedReader({
        ...{ filter, sink, origin: '', tenantId: undefined, customerId: undefined, areas: new Set(['gdap'] as const) },
      })
      await feed.add(reader, async () => undefined)
      feed.wake(one)
      for (let at = 0; at < turn; at += 1) await undefined
      isWritten = true
      feed.wake(one)
      await new Promise(setImmediate)
      feed.remove(reader)
      // Events that were read are given once: where the sequence was seen, no second time.
      expect([turn, told.length]).toEqual([turn, 1])
    }
  })

  it('asks the database once for all its readers at each wake-up', async () => {
    const events: { sequence: number }[] = []
    let queries = 0
    const told: string[] = []
    const feed = new EventFeed({
      source: {
        tenants: async () => [one],
        newest: async () => 0,
        oldest: async () => undefined,
        firstSince: async () => undefined,
        after: async (_tenant, sequence) => {
          queries += 1
          return events
            .filter((event) => event.sequence > sequence)
            .map((event) => ({
              ...event,
              eventName: 'x',
              subjectId: 'a',
              resourcePath: '/a',
              customerId: null,
              form: () => ({}),
            }))
        },
      },
      areas: ['gdap'],
      report: (error) => {
        throw error
      },
    })
    const sink = {
      write: (text: string) => void told.push(text),
      unreadBytes: 0,
      taken: async () => undefined,
      end: () => undefined,
    }
    for (let at = 0; at < 5; at += 1) {
      const facts = { filter: filterIn('', undefined), sink, origin: '', tenantId: undefined, customerId: undefined }
      await feed.add(new FeedReader({ ...facts, areas: new Set(['gdap'] as const) }), async () => undefined)
    }
    for (let at = 1; at <= 3; at += 1) {
      events.push({ sequence: at })
      feed.wake(one)
      await new Promise(setImmediate)
    }
    expect([queries, told.length]).toEqual([3, 15])
  })
})
