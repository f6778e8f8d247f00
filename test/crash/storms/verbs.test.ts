/**
 * A server is killed in the middle of a verb of the taxonomy: a branch moves, is merged, deleted, restored, or all of it is
 * taken back. Afterwards it has happened as a whole or not at all, and what was acknowledged has happened.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inParallel } from '../../_support/in-parallel.ts'
import { build, endAll } from '../built-server.ts'
import type { Ask } from '../ledger.ts'
import { chance, checkWhole, engines, isLong, makePlace, open, pause, seed, taxonomyAt, times } from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)

const TS = '/v1.0/termStore'

const read = async <T>(ask: Ask, path: string): Promise<T> => {
  const { status, text } = await ask('GET', path)
  expect(status, text).toBe(200)
  return JSON.parse(text) as T
}

interface Page<T> {
  readonly value: readonly T[]
  readonly '@odata.nextLink'?: string
}

const all = async <T>(ask: Ask, path: string): Promise<T[]> => {
  const found: T[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Page<T> = await read(ask, next)
    found.push(...page.value)
    const link: URL | undefined = page['@odata.nextLink'] === undefined ? undefined : new URL(page['@odata.nextLink'])
    next = link && link.pathname + link.search
  }
  return found
}

interface Garden {
  readonly set: string
  readonly elsewhere: string
  /** The branch that verbs are called on, and the term that it is moved below or merged into. */
  readonly branch: string
  readonly other: string
}

/** A branch of `size` terms, half of them leaves that another set pins or shares, and a term beside it. */
const garden = async (ask: Ask, size: number): Promise<Garden> => {
  const made = taxonomyAt(ask)
  const group = await made.group()
  const [set, elsewhere] = [await made.set(group), await made.set(group)]
  const branch = await made.term(set, 'Branch')
  const other = await made.term(set, 'Other')
  const middle = await Promise.all(
    Array.from({ length: Math.ceil(size / 20) }, (_, at) => made.term({ set, term: branch }, `Middle ${at}`)),
  )
  const leaves = await inParallel(
    50,
    Array.from(
      { length: size },
      (_, at) => () => made.term({ set, term: middle[at % middle.length] as string }, `Leaf ${at}`),
    ),
  )
  for (const [at, leaf] of leaves.slice(0, 12).entries())
    await (at % 2 === 0 ? made.pin : made.reuse)({ set, term: leaf }, elsewhere)
  return { set, elsewhere, branch, other }
}

/** Everything that the two sets show, and the labels of the term that others are merged into. */
const pictureOf = async (ask: Ask, { set, elsewhere, other }: Garden): Promise<string> => {
  const rows: string[] = []
  for (const id of [set, elsewhere])
    for (const row of await all<Record<string, unknown>>(ask, `${TS}/sets/${id}/relata.getAllTerms()?$top=5000`))
      rows.push(
        JSON.stringify([id, row['id'], row['parentId'], row['kind'], row['level'], row['path'], row['homeSetId']]),
      )
  const { labels: said } = await read<{ labels: unknown }>(ask, `${TS}/sets/${set}/terms/${other}`)
  return [JSON.stringify(said), ...rows].join('\n')
}

interface Call {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

interface Step {
  readonly verb: string
  call(ask: Ask, at: Garden): Promise<Call>
}

const newest = async (ask: Ask) =>
  (await read<Page<{ id: string; verb: string }>>(ask, `${TS}/relata.history()?$top=1`)).value[0]

const undo: Step = {
  verb: 'undo',
  call: async (ask) => ({
    method: 'POST',
    path: `${TS}/relata.undo`,
    body: { changeId: (await newest(ask))?.id },
  }),
}
const onBranch = (verb: string, body: (at: Garden) => unknown): Step => ({
  verb,
  call: async (_ask, at) => ({
    method: 'POST',
    path: `${TS}/sets/${at.set}/terms/${at.branch}/relata.${verb}`,
    body: body(at),
  }),
})

/** In a circle: after the last one everything is as it was before the first. */
const circle: readonly Step[] = [
  onBranch('move', ({ other }) => ({ parent: other })),
  undo,
  onBranch('merge', ({ other }) => ({ into: other })),
  undo,
  {
    verb: 'delete',
    call: async (_ask, { set, branch }) => ({ method: 'DELETE', path: `${TS}/sets/${set}/terms/${branch}` }),
  },
  {
    verb: 'restore',
    call: async (ask) => ({
      method: 'POST',
      path: `${TS}/relata.restore`,
      body: {
        deletedItemId: (await read<Page<{ id: string }>>(ask, `${TS}/relata.deletedItems()?$top=1`)).value[0]?.id,
      },
    }),
  },
]

describe.each(engines)('a verb on %s', (engine) => {
  it(`whose server is killed has happened whole or not at all, seed ${seed}`, {
    timeout: isLong ? 3_600_000 : 150_000,
  }, async () => {
    const place = await makePlace(engine)
    let { server, ask } = await open(place)
    const at = await garden(ask, times(240, 2_000))
    // Once without anybody killed: what is there after each, and how long each takes.
    const first = await pictureOf(ask, at)
    const known: { before: string; after: string; millis: number }[] = []
    for (const { call } of circle) {
      const { method, path, body } = await call(ask, at)
      const before = known.at(-1)?.after ?? first
      const begun = performance.now()
      const { status, text } = await ask(method, path, body)
      expect(status, text).toBeLessThan(300)
      known.push({ before, millis: performance.now() - begun, after: await pictureOf(ask, at) })
    }
    expect(known.at(-1)?.after).toBe(first)
    const met = { unanswered: 0, carriedOut: 0 }
    for (let round = 0; round < times(1, 15); round += 1)
      for (const [index, { verb, call }] of circle.entries()) {
        const { before, after, millis } = known[index] as (typeof known)[number]
        const { method, path, body } = await call(ask, at)
        const last = Number((await newest(ask))?.id)
        const asking = ask(method, path, body).then(
          ({ status }) => status,
          () => undefined,
        )
        await pause(millis * (0.2 + chance(130) / 100))
        await server.end('SIGKILL')
        const status = await asking
        checkWhole('--location', place.location, ...place.flags)
        ;({ server, ask } = await open(place))
        const found = await pictureOf(ask, at)
        const isDone = found === after
        if (!isDone) expect(found, `${verb} is half done`).toBe(before)
        if (status === undefined) met.unanswered += 1
        else expect([verb, status < 300, isDone]).toEqual([verb, true, true])
        if (status === undefined && isDone) met.carriedOut += 1
        const change = await newest(ask)
        expect(Number(change?.id)).toBe(isDone ? last + 1 : last)
        if (isDone) expect(change?.verb).toBe(verb)
        else {
          const again = await ask(method, path, body)
          expect(again.status, again.text).toBeLessThan(300)
          expect(await pictureOf(ask, at)).toBe(after)
        }
      }
    expect(met.unanswered).toBeGreaterThan(0)
    expect((await server.end('SIGTERM')).code).toBe(0)
    checkWhole('--location', place.location, ...place.flags)
    await place.remove()
  })
})
