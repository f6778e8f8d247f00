/**
 * Fifty clients that want the same things at the same time: one name, one tag, pins that would make a circle, a set that is
 * deleted while terms are made in it. One wins where one may, the others are told why, and `relata check` finds nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labels, names, type Taxonomy } from '../../_support/taxonomy.ts'
import { build, endAll } from '../built-server.ts'
import { type Ask, chanceFrom, relationshipsPath } from '../ledger.ts'
import {
  checkWhole,
  engines,
  isLong,
  makePlace,
  type Opened,
  open,
  type Place,
  seed,
  taxonomyAt,
  times,
} from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)

const TS = '/v1.0/termStore'
const clients = 50
const chance = chanceFrom(seed)

type Answer = Awaited<ReturnType<Ask>>

const all = <T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at)))

/** How often each status was answered. A 500 is never right, and 503 not while the database is well. */
const tally = (answers: readonly Answer[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { status, text } of answers) {
    expect([status, text], text).not.toContain(500)
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

const idOf = (answer: Answer): string => (JSON.parse(answer.text) as { id: string }).id
const valuesOf = async <T>(ask: Ask, path: string): Promise<T[]> => {
  const { status, text } = await ask('GET', path)
  expect(status, text).toBe(200)
  return (JSON.parse(text) as { value: T[] }).value
}

const sameName = async (ask: Ask, made: Taxonomy): Promise<void> => {
  const group = await made.group()
  const set = await made.set(group)
  const label = `Same ${chance(1_000_000)}`
  const answers = await all(clients, () => ask('POST', `${TS}/sets/${set}/children`, { labels: labels(label) }))
  expect(tally(answers)).toEqual({ 201: 1, 409: clients - 1 })
  expect(await valuesOf(ask, `${TS}/sets/${set}/terms`)).toHaveLength(1)
}

const sameTag = async (ask: Ask): Promise<void> => {
  const accessDetails = { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] }
  const displayName = `Tag ${chance(1_000_000_000)}`
  const drafted = await ask('POST', relationshipsPath, { displayName, duration: 'P90D', accessDetails })
  expect(drafted.status, drafted.text).toBe(201)
  const { id, '@odata.etag': etag } = JSON.parse(drafted.text) as { id: string; '@odata.etag': string }
  const path = `${relationshipsPath}/${id}`
  const answers = await all(clients, (at) =>
    ask('PATCH', path, { displayName: `${displayName} of ${at}` }, { 'if-match': etag }),
  )
  expect(tally(answers)).toEqual({ 200: 1, 412: clients - 1 })
  const winner = answers.findIndex(({ status }) => status === 200)
  const now = JSON.parse((await ask('GET', path)).text) as { displayName: string; '@odata.etag': string }
  expect(now.displayName).toBe(`${displayName} of ${winner}`)
  expect(now['@odata.etag']).not.toBe(etag)
  // Everybody deletes it with the tag that is good now: one has.
  const gone = tally(await all(clients, () => ask('DELETE', path, undefined, { 'if-match': now['@odata.etag'] })))
  expect(gone['204']).toBe(1)
  expect((gone['404'] ?? 0) + (gone['412'] ?? 0)).toBe(clients - 1)
}

/** A and B in sets of their own: pins of each below the other, of which one way at most may stand. */
const circles = async (ask: Ask, made: Taxonomy): Promise<void> => {
  const group = await made.group()
  const places = await all(5, async () => {
    const set = await made.set(group)
    return { set, term: await made.term(set) }
  })
  const answers = await all(clients, (at) => {
    const from = places[at % places.length] as (typeof places)[number]
    const to = places[(at + 1 + chance(places.length - 1)) % places.length] as (typeof places)[number]
    return ask('POST', `${TS}/sets/${from.set}/terms/${from.term}/relations`, {
      relationship: 'pin',
      set: { id: to.set },
      fromTerm: { id: to.term },
    })
  })
  const counts = tally(answers)
  expect(Object.keys(counts).filter((status) => !['201', '400', '409'].includes(status))).toEqual([])
  expect(counts['201']).toBeGreaterThan(0)
  // What stands has no circle: who is shown below whom can be followed to an end.
  const below = new Map<string, string[]>()
  for (const { set, term } of places) {
    const found = await valuesOf<{ toTerm: { id: string }; fromTerm?: { id: string }; relationship: string }>(
      ask,
      `${TS}/sets/${set}/terms/${term}/relations?$expand=toTerm,fromTerm`,
    )
    const pins = found.filter((one) => one.relationship === 'pin' && one.fromTerm?.id === term)
    below.set(
      term,
      pins.map(({ toTerm }) => toTerm.id),
    )
  }
  const walk = (term: string, path: readonly string[]): void => {
    expect(path).not.toContain(term)
    for (const next of below.get(term) ?? []) walk(next, [...path, term])
  }
  for (const { term } of places) walk(term, [])
}

/** Terms are made, renamed and moved in a set that others delete, and again and again made anew. */
const deletes = async (ask: Ask, made: Taxonomy): Promise<void> => {
  const group = await made.group()
  const set = await made.set(group)
  const top = await made.term(set)
  const acknowledged: string[] = []
  const answers = await all(clients, async (at) => {
    if (at % 10 === 7) return ask('DELETE', `${TS}/sets/${set}/terms/${top}`)
    if (at === 43) return ask('DELETE', `${TS}/groups/${group}/sets/${set}`)
    if (at % 3 === 0) return ask('PATCH', `${TS}/sets/${set}/terms/${top}`, { labels: labels(`Renamed ${at}`) })
    const answer = await ask('POST', `${TS}/sets/${set}/terms/${top}/children`, { labels: labels(`Below ${at}`) })
    if (answer.status === 201) acknowledged.push(idOf(answer))
    return answer
  })
  const counts = tally(answers)
  expect(Object.keys(counts).filter((status) => !['200', '201', '204', '404', '409'].includes(status))).toEqual([])
  const { status, text } = await ask('GET', `${TS}/sets/${set}`)
  // Either the set has gone with all that was in it, or its deletion was refused, and what was made is below the top.
  const setDeleted = answers[43]?.status === 204
  expect(status, text).toBe(setDeleted ? 404 : 200)
  const topDeleted = answers.some((answer, at) => at % 10 === 7 && answer.status === 204)
  expect(topDeleted || setDeleted).toBe(true)
  for (const id of acknowledged) {
    const found = await ask('GET', `${TS}/sets/${set}/terms/${id}`)
    expect(found.status, found.text).toBe(404)
  }
}

/** Sets of one name in one group, and groups of one name. */
const sameSets = async (ask: Ask, made: Taxonomy): Promise<void> => {
  const group = await made.group()
  const name = `Set ${chance(1_000_000_000)}`
  const answers = await all(clients, () => ask('POST', `${TS}/groups/${group}/sets`, { localizedNames: names(name) }))
  const counts = tally(answers)
  const sets = await valuesOf(ask, `${TS}/groups/${group}/sets`)
  expect(sets).toHaveLength(counts['201'] ?? 0)
}

const scenarios = { sameName, sameTag, circles, deletes, sameSets }

describe.each(engines)('fifty clients on %s', (engine) => {
  let place: Place
  let opened: Opened
  let made: Taxonomy
  beforeAll(async () => {
    place = await makePlace(engine)
    opened = await open(place)
    made = taxonomyAt(opened.ask)
  }, 60_000)

  it.each(Object.entries(scenarios))(
    `agree in the end: %s, seed ${seed}`,
    { timeout: isLong ? 3_600_000 : 60_000 },
    async (_, scenario) => {
      for (let round = 0; round < times(1, 100); round += 1) await scenario(opened.ask, made)
    },
  )

  it('leave a database without a fault', { timeout: 120_000 }, async () => {
    expect((await opened.server.end('SIGTERM')).code).toBe(0)
    checkWhole('--location', place.location, ...place.flags)
    await place.remove()
  })
})
