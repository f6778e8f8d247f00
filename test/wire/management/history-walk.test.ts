/**
 * Random writes and verbs. `asOf` then shows what was shown at the time. Undo of each in reverse order: after every undo all
 * rows are what they were before the write, and `relata check` finds nothing (exchange.md §10.2, §10.3).
 */
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { mergedTerm } from '#workloads/term-store/own-types.ts'
import { group, relation, set, store, term } from '#workloads/term-store/types.ts'
import { isOnPostgres } from '../../_support/database.ts'
import { inParallel } from '../../_support/in-parallel.ts'
import { rounds } from '../../_support/run-size.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { labels, names, taxonomyOver } from '../../_support/taxonomy.ts'

const root = '/v1.0/termStore'
const { contoso } = wellKnown
const types: readonly EntityType[] = [store, group, set, term, relation, mergedTerm]
/** What a change sets whatever it changes. */
const stamps = ['lastModifiedDateTime', 'lastModifiedBy']

let server: TestServer
// One for each walk: what is compared after each step is all there is.
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

/** All rows of the taxonomy without who changed them last. */
async function dump(): Promise<Map<string, AnyRow>> {
  const found = new Map<string, AnyRow>()
  await server.parts.store.read(contoso, async (tx) => {
    for (const type of types)
      for (const row of (await tx.find(type, {})) as AnyRow[])
        found.set(
          `${type.name} ${row.id}`,
          Object.fromEntries(Object.entries(row).filter(([key]) => !stamps.includes(key))) as AnyRow,
        )
  })
  return found
}

/** What `toEqual` takes many times as long to see. */
function expectSame(shown: Map<string, AnyRow>, wanted: Map<string, AnyRow>, what: string): void {
  if (!isDeepStrictEqual(shown, wanted)) expect(shown, what).toEqual(wanted)
}

async function findings(): Promise<string[]> {
  const found: string[] = []
  await checkStore(server.parts.store, {}, ({ rule, at, what }) => found.push(`${rule} ${at}: ${what}`), contoso)
  return found
}

/** Numbers from a seed: mulberry32. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

interface Walk {
  readonly pick: (below: number) => number
  readonly groups: readonly string[]
  readonly sets: readonly string[]
}

const post = (path: string, body: unknown): Promise<Answer> => server.send('POST', `${root}${path}`, body)

/** On the path of the site that groups may have been moved to, where all of them are seen. */
const undo = (changeId: string): Promise<Answer> =>
  server.send('POST', '/v1.0/sites/root/termStore/relata.undo', { changeId })

/** Of terms that only make a set large. */
const filler = 'filler'

/** Ids of terms that occur in a set, without fillers. */
async function termsIn(setId: string): Promise<string[]> {
  const { body } = await server.send('GET', `${root}/sets/${setId}/terms?$select=id,labels&$top=999`)
  const found: { id: string; labels: { name: string }[] }[] = body.value ?? []
  return found.filter((row) => row.labels[0]?.name.startsWith(filler) !== true).map(({ id }) => id)
}

/** Sets with more than 200 terms are settled row by row, where few rows change. */
async function fill(setId: string): Promise<void> {
  const made = taxonomyOver(server.send)
  await inParallel(
    20,
    Array.from({ length: 210 }, (_, at) => () => made.term(setId, `${filler} ${at}`)),
  )
}

async function step({ pick, groups, sets }: Walk, at: number): Promise<Answer> {
  const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T
  const from = one(sets)
  const to = one(sets)
  const own = await termsIn(from)
  const there = await termsIn(to)
  const id = own.length === 0 ? undefined : one(own)
  const parent = there.length === 0 || pick(3) === 0 ? undefined : one(there)
  const name = `${String.fromCharCode(97 + pick(6))}${pick(4)}`
  if (id === undefined || pick(4) === 0) {
    const below = parent === undefined ? '' : `/terms/${parent}`
    return post(`/sets/${to}${below}/children`, { labels: labels(name) })
  }
  const path = `/sets/${from}/terms/${id}`
  const other = own.length > 1 ? one(own) : id
  const verbs: readonly (() => Promise<Answer>)[] = [
    () => server.send('PATCH', `${root}${path}`, { labels: labels(`${name}x`) }),
    () => server.send('PATCH', `${root}${path}`, { properties: [{ key: 'k', value: `${at}` }] }),
    () => server.send('DELETE', `${root}${path}`),
    () =>
      post(`${path}/relations`, {
        relationship: one(['pin', 'reuse']),
        set: { id: to },
        ...(parent === undefined ? {} : { fromTerm: { id: parent } }),
      }),
    () => post(`${path}/relata.move`, { set: to, parent: parent ?? null }),
    () => post(`${path}/relata.move`, { before: other }),
    () => post(`${path}/relata.copy`, { withChildren: pick(2) === 0 }),
    () => post(`${path}/relata.merge`, { into: other, onChildClash: 'merge' }),
    () => post(`${path}/relata.deprecate`, {}),
    () => post(`${path}/relata.undeprecate`, {}),
    () => post(`${path}/relata.setAvailableForTagging`, { value: pick(2) === 0 }),
    () => post(`${path}/relata.reassignSource`, { set: to, withBranch: pick(2) === 0 }),
    () => post(`${path}/relata.order`, { ids: own.slice(0, 3) }),
    () => post(`/sets/${from}/relata.order`, { ids: own.toReversed().slice(0, 3) }),
    () => post(`/sets/${from}/relata.move`, { group: one(groups) }),
    () => post(`/sets/${from}/relata.setSubmissionPolicy`, { isOpen: pick(2) === 0 }),
    () => server.send('PATCH', `${root}/sets/${from}`, { localizedNames: names(`${name} ${at}`) }),
    () => server.send('PATCH', root, { defaultLanguageTag: one(['en-US', 'de-DE', 'fr-FR']) }),
    async () => {
      const { body } = await server.send('GET', '/v1.0/sites/root')
      return post(`/groups/${one(groups)}/relata.move`, { siteId: one([null, body.id]) })
    },
    async () => {
      const { body } = await server.send('GET', root)
      return server.send('PATCH', root, { languageTags: [...body.languageTags, one(['fr-FR', 'it-IT', 'nl-NL'])] })
    },
    () => post(`/groups/${one(groups)}/sets`, { localizedNames: names(`${name} new ${at}`) }),
  ]
  return one(verbs)()
}

/** What a set shows, and when. */
interface Seen {
  readonly at: string
  readonly path: string
  readonly text: string
}

const natural = { headers: { prefer: 'relata.listing=natural' } }

/** Everything that members of the record say; who changed a row last also follows from changes of others. */
function told({ body }: Answer): string {
  const rows = (body.value ?? []) as AnyRow[]
  return JSON.stringify(rows.map(({ lastModifiedDateTime: _, ...row }) => row))
}

const shown = ['/children', '/terms?$select=id,labels,descriptions,properties,isDeprecated,createdDateTime']

async function look(sets: readonly string[]): Promise<Seen[]> {
  const { now: at } = await server.clock()
  const seen: Seen[] = []
  for (const id of sets)
    for (const way of shown) {
      const path = `${root}/sets/${id}${way}`
      seen.push({ at, path, text: told(await server.send('GET', path, undefined, natural)) })
    }
  await server.clock({ advance: 'PT1S' })
  return seen
}

async function walk(seed: number, steps: number, isLarge = false): Promise<void> {
  const pick = numbers(seed)
  const made = taxonomyOver(server.send)
  const groups = [await made.group(`Walk ${seed} a`), await made.group(`Walk ${seed} b`)]
  const sets: string[] = []
  for (let at = 0; at < 4; at++) sets.push(await made.set(groups[at % 2] as string, `Set ${seed} ${at}`))
  if (isLarge) for (const id of sets) await fill(id)
  const done: { change: string; before: Map<string, AnyRow>; what: string }[] = []
  const seen: Seen[] = []
  for (let at = 0; at < steps; at++) {
    if (at % 10 === 5) seen.push(...(await look(sets)))
    const before = await dump()
    const answer = await step({ pick, groups, sets }, at)
    expect(answer.status, answer.text).toBeLessThan(500)
    const change = answer.headers.get('relata-change')
    if (change !== null) {
      const record = await server.send('GET', '/v1.0/sites/root/termStore/relata.history()?$top=1')
      done.push({ change, before, what: `${seed}: ${record.body.value[0].verb} ${change}` })
    }
  }
  expect(await findings()).toEqual([])
  expect(done.length).toBeGreaterThan(steps / 4)
  for (const { at, path, text } of seen) {
    const then = await server.send('GET', `${path}${path.includes('?') ? '&' : '?'}asOf=${at}`, undefined, natural)
    expect(told(then), `${seed}: ${path} at ${at}`).toBe(text)
  }
  const undone: { change: string; after: Map<string, AnyRow>; what: string }[] = []
  for (const { change, before, what } of done.toReversed()) {
    const after = await dump()
    const answer = await undo(change)
    expect(answer.status, `${what}: ${answer.text}`).toBe(200)
    expectSame(await dump(), before, what)
    undone.push({ change: answer.headers.get('relata-change') ?? '', after, what })
  }
  expect(await findings()).toEqual([])
  // Undo of each undo is redo.
  for (const { change, after, what } of undone.toReversed().slice(0, steps)) {
    const answer = await undo(change)
    expect(answer.status, `redo ${what}: ${answer.text}`).toBe(200)
    expectSame(await dump(), after, `redo ${what}`)
  }
  expect(await findings()).toEqual([])
}

describe('undo of a random walk, newest first', () => {
  const given = process.env['RELATA_WALK_SEEDS']?.split(',').map(Number)
  const seeds = given ?? Array.from({ length: isOnPostgres ? 2 : rounds(6, 3) }, (_, at) => at + 1)
  for (const seed of seeds) it(`gives every state back, and redo too: seed ${seed}`, () => walk(seed, 60), 120_000)
  // Dumps of many rows after each step take their time.
  const large = given ?? Array.from({ length: isOnPostgres ? 1 : rounds(2, 1) }, (_, at) => at + 101)
  for (const seed of large)
    it(`gives every state back in large sets, and redo too: seed ${seed}`, () => walk(seed, 40, true), 120_000)
})
