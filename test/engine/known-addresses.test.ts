/**
 * The known-address cache never shows: whatever is written, by this process or another, every read equals that of an
 * engine without it. Reads of several tenants and of who may not read are asked for in one turn.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { randomIds } from '#base/ids.ts'
import { entityType, many } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import type { Actor, Store, Tx } from '#edm/ports.ts'
import { text } from '#edm/props.ts'
import { constant, equal, member, param, same } from '#edm/query.ts'
import { makeEngine } from '#engine/handle.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { openStore } from '#store/store.ts'
import { databaseOfRun, isOnPostgres } from '../_support/database.ts'

const can = { list: 'docs', get: 'docs' } as const
const common = { source: 'test', keys: 'text', scopes: { read: ['Hall.Read'], write: ['Hall.Read'] } } as const
const id = text({ nullable: false, readOnly: true, doc: 'Id.' })
const column = text({ returned: 'never', doc: 'Kept only.' })
const inClub = { visibleIn: { key: 'club', ancestor: 'test.hall', ancestorKey: 'club' } } as const
const held = (key: string) => ({
  own: { branches: [same(member(key), param('where'))], bind: { where: key } },
})

const hall = entityType('test.hall', {
  ...common,
  doc: 'A hall: what is in it follows from what it says of itself.',
  props: { id, wing: column, aisle: text({ fold: true, doc: 'Aisle.' }), club: column },
  navs: {
    cases: many('test.case', { doc: 'Those of its wing.', contained: true, scopes: held('wing'), can }),
    racks: many('test.case', { doc: 'Those of its aisle.', contained: true, scopes: held('aisle'), can }),
  },
  carry: ['wing', 'aisle', 'club'],
})
const box = entityType('test.case', {
  ...common,
  ...inClub,
  doc: 'A case.',
  props: { id, wing: column, aisle: column, club: column, note: text({ doc: 'Text.' }) },
  navs: {
    items: many('test.item', {
      doc: 'What is in it.',
      contained: true,
      scopes: { own: { branches: [equal(member('inside'), param('box'))], bind: { box: 'id' } } },
      can,
    }),
  },
})
const item = entityType('test.item', {
  ...common,
  ...inClub,
  doc: 'An item.',
  props: { id, inside: column, club: column, note: text({ doc: 'Text.' }) },
  navs: {},
})

const all = { own: { branches: [constant(true)], bind: {} } }
const workload = {
  enums: [],
  complexes: [],
  entities: [hall, box, item],
  roots: [{ kind: 'set', name: 'halls', target: hall.name, doc: 'Halls.', can, scopes: all }],
} as const
const models = { 'v1.0': modelOf('v1.0', [workload]), beta: modelOf('beta', [workload]) }

const tenants = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const
const readers: readonly Actor[] = tenants.map((tenantId) => ({
  kind: 'app',
  tenantId,
  permissions: new Set(['Hall.Read']),
}))
const nobody: Actor = { kind: 'app', tenantId: tenants[0], permissions: new Set() }

let store: Store
/** Another process on the same database, where there can be one. */
let other: Store
beforeAll(async () => {
  const migration = draftMigration(Object.values(models), 'init', [])?.migration
  const options = {
    models: Object.values(models),
    ...(await databaseOfRun()),
    clock: fixedClock(new Date(0)),
    migrations: migration === undefined ? [] : [migration],
  }
  store = await openStore(options)
  other = isOnPostgres ? await openStore(options) : store
  for (const tenant of tenants) await store.addTenant(tenant)
})
afterAll(async () => {
  await store.close()
  if (other !== store) await other.close()
})

const engineOn = (on: Store, addressCache = true) =>
  makeEngine({
    addressCache,
    models,
    store: on,
    behaviours: [],
    clock: fixedClock(new Date('2026-01-05T09:00:00Z')),
    ids: randomIds,
    secret: new Uint8Array(32),
    strict: false,
    silentCreates: new Set(),
    report: (error) => {
      throw error
    },
  })

const ask = (engine: ReturnType<typeof engineOn>, actor: Actor, path: string) =>
  Promise.resolve(
    engine({
      method: 'GET',
      version: 'v1.0',
      path,
      query: '',
      headers: {},
      body: undefined,
      origin: 'https://host',
      requestId: 'r',
      clientRequestId: 'c',
      actor,
    }),
  )

/** How many rows were found at known addresses. */
const counting = (on: Store): { counted: Store; found: () => number } => {
  let found = 0
  const counted: Store = {
    ...on,
    rowBelow: async (tenantId, above, last) => {
      const find = await on.rowBelow(tenantId, above, last)
      return async (key) => {
        const json = await find(key)
        if (json !== undefined) found += 1
        return json
      }
    },
  }
  return { counted, found: () => found }
}

const types = { hall, case: box, item }
const step = fc.record({
  tenant: fc.nat({ max: 1 }),
  by: fc.boolean(),
  type: fc.constantFrom('hall' as const, 'case' as const, 'item' as const),
  id: fc.nat({ max: 1 }),
  gone: fc.nat({ max: 9 }).map((chance) => chance < 2),
  where: fc.constantFrom('n', 'n', null, null, 'N'),
  club: fc.constantFrom(null, null, null, 'x', 'y'),
  inside: fc.nat({ max: 3 }).map((number) => (number === 0 ? 'case1' : 'case0')),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

let notes = 0
const put = async (tx: Tx, { type, id: number, gone, where, club, inside }: Step): Promise<void> => {
  const of = types[type]
  const key = `${type}${number}`
  const isThere = (await tx.get(of, key)) !== undefined
  if (gone) {
    if (isThere) await tx.remove(of, key)
    return
  }
  notes += 1
  const row = {
    hall: { wing: where, aisle: where, club },
    case: { wing: where, aisle: where, club, note: `note ${notes}` },
    item: { inside, club, note: `note ${notes}` },
  }[type]
  if (isThere) await tx.update(of, key, row as never)
  else await tx.insert(of, { id: key, ...row } as never)
}

const addresses = [0, 1].flatMap((h) => [
  `/halls/hall${h}`,
  ...['cases', 'racks'].flatMap((nav) =>
    [0, 1].flatMap((c) => [
      `/halls/hall${h}/${nav}/case${c}`,
      ...[0, 1].map((i) => `/halls/hall${h}/${nav}/case${c}/items/item${i}`),
    ]),
  ),
])

it('equals the whole way after any writes', { timeout: 120_000 }, async () => {
  const { counted, found } = counting(store)
  const known = engineOn(counted)
  const asked = [...readers, nobody].flatMap((actor) => addresses.map((path) => ({ actor, path })))
  let served = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      for (const one of steps) {
        const tenant = tenants[one.tenant] as string
        await (one.by ? store : other).write(tenant, (tx) => put(tx, one))
      }
      const fresh = engineOn(store, false)
      const short = await Promise.all(asked.map(({ actor, path }) => ask(known, actor, path)))
      const whole = await Promise.all(asked.map(({ actor, path }) => ask(fresh, actor, path)))
      expect(short).toEqual(whole)
      served += short.filter(({ status }) => status === 200).length
    }),
    { numRuns: 200 },
  )
  expect(served).toBeGreaterThan(200)
  // Else the walk would have been compared with itself.
  expect(found()).toBeGreaterThan(served / 2)
})
