/** Links in a body that lead to nothing are 400 naming the member, also where the rules of the type do not look (B19). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { randomIds } from '#base/ids.ts'
import { entityType, one } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { type Behaviour, behaviour, type Store } from '#edm/ports.ts'
import { text } from '#edm/props.ts'
import { makeEngine } from '#engine/handle.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { openStore } from '#store/store.ts'
import { databaseOfRun } from '../_support/database.ts'

const about = { doc: 'Test.', source: 'ours' }
const id = text({ nullable: false, readOnly: true, doc: 'Id.' })
const rack = entityType('lib.rack', { ...about, props: { id }, navs: {} })
const tome = entityType('lib.tome', {
  ...about,
  props: { id, title: text({ doc: 'Title.' }) },
  navs: { rack: one('lib.rack', { stored: true, accepts: 'optional', doc: 'Where it is.', can: { link: 'ours' } }) },
})
const can = { list: 'ours', get: 'ours', create: 'ours', update: 'ours' } as const
const root = (name: string, target: string) => ({ kind: 'set', name, target, doc: 'Test.', can }) as const
const workload = {
  enums: [],
  complexes: [],
  entities: [rack, tome],
  roots: [root('racks', rack.name), root('tomes', tome.name)],
}
const models = { 'v1.0': modelOf('v1.0', [workload]), beta: modelOf('beta', [workload]) }
const tenantId = '11111111-1111-4111-8111-111111111111'

/** Rules that take what the body says. */
const rules: Behaviour = behaviour(tome, {
  beforeCreate: async ({ ids }, { draft }) => ({ row: { ...draft, id: ids.mint() } }),
  beforeUpdate: async (_, { patch }) => patch,
})

let store: Store
beforeAll(async () => {
  const migrations = [draftMigration(Object.values(models), 'init', [])?.migration].flatMap((made) => made ?? [])
  store = await openStore({ models: Object.values(models), migrations, ...(await databaseOfRun()) })
  await store.addTenant(tenantId)
  await store.write(tenantId, async (tx) => {
    await tx.insert(rack, { id: 'r1' })
    await tx.insert(tome, { id: 't1', title: 'One', rackId: 'r1' })
  })
})
afterAll(() => store.close())

const send = async (behaviours: readonly Behaviour[], method: string, path: string, body: object) => {
  const handle = makeEngine({
    models,
    store,
    behaviours,
    clock: fixedClock(new Date('2026-01-01T00:00:00Z')),
    ids: randomIds,
    secret: new Uint8Array(32),
    strict: false,
    silentCreates: new Set(),
    report: (error) => {
      throw error
    },
  })
  const answer = await handle({
    method,
    version: 'v1.0',
    path,
    query: '',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
    origin: 'https://host',
    requestId: 'r',
    clientRequestId: 'c',
    actor: { kind: 'app', tenantId, permissions: new Set() },
  })
  return { status: answer.status, error: JSON.parse(answer.body ?? '{}').error }
}

it.each([
  ['with rules', [rules]],
  ['without', []],
])('names the member, for a type %s', async (_, behaviours) => {
  const nowhere = { 'rack@odata.bind': 'https://host/v1.0/racks/r9' }
  for (const [method, path, body] of [
    ['POST', '/tomes', { title: 'Two', ...nowhere }],
    ['POST', '/tomes', { title: 'Two', rack: { id: 'r9' } }],
    ['PATCH', '/tomes/t1', nowhere],
    ['PUT', '/tomes/t1/rack/$ref', { '@odata.id': 'https://host/v1.0/racks/r9' }],
  ] as const) {
    const { status, error } = await send(behaviours, method, path, body)
    expect([method, path, status, error?.target]).toEqual([method, path, 400, 'rack'])
    expect(error.message).toContain('r9')
  }
  const made = await send(behaviours, 'POST', '/tomes', {
    title: 'Two',
    'rack@odata.bind': 'https://host/v1.0/racks/r1',
  })
  expect(made.status).toBe(201)
})
