/** Who is in a tenant by delegation only, and refusals that are passed over, through the engine with a real store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { type AppError, StoreError } from '#base/errors.ts'
import { randomIds } from '#base/ids.ts'
import { entityType, many } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { type Actor, behaviour, type Store } from '#edm/ports.ts'
import { text } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { makeEngine } from '#engine/handle.ts'
import type { EngineFacts } from '#engine/session.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { openStore } from '#store/store.ts'

const can = { list: 'docs', get: 'docs', create: 'docs' } as const
const common = { source: 'test', keys: 'text', scopes: { read: ['Club.Read'], write: ['Club.Write'] } } as const
const props = {
  id: text({ nullable: false, readOnly: true, doc: 'Id.' }),
  name: text({ doc: 'Name.' }),
}
const room = entityType('club.room', {
  ...common,
  doc: 'A room.',
  delegated: { read: ['keeper', 'guest'], write: ['keeper'] },
  props,
  navs: {
    shelves: many('club.shelf', {
      doc: 'Shelves.',
      contained: true,
      scopes: { own: { branches: [constant(true)], bind: {} } },
      can,
    }),
  },
})
const shelf = entityType('club.shelf', { ...common, doc: 'A shelf, for members only.', props, navs: {} })
/** Seen by whoever’s permission says so. */
const secret = entityType('club.secret', { ...common, doc: 'A secret.', props, navs: {} })

const workload = {
  enums: [],
  complexes: [],
  entities: [room, shelf, secret],
  roots: [
    { kind: 'set', name: 'rooms', target: room.name, doc: 'Rooms.', can },
    { kind: 'set', name: 'secrets', target: secret.name, doc: 'Secrets.', can },
  ],
} as const
const models = { 'v1.0': modelOf('v1.0', [workload]), beta: modelOf('beta', [workload]) }

const tenantId = '11111111-1111-4111-8111-111111111111'
const homeTenantId = '22222222-2222-4222-8222-222222222222'
let store: Store
const seen: string[] = []
const secretRules = behaviour(secret, {
  sees: ({ actor }) => actor.userId === 'insider',
})

const engineWith = (more: Partial<EngineFacts> = {}) =>
  makeEngine({
    models,
    store,
    behaviours: [secretRules],
    clock: fixedClock(new Date('2026-01-05T09:00:00Z')),
    ids: randomIds,
    secret: new Uint8Array(32),
    strict: false,
    silentCreates: new Set(),
    report: (error) => seen.push(`fault ${String(error)}`),
    ...more,
  })

const permissions = new Set(['Club.Read', 'Club.Write'])
const visitor: Actor = {
  kind: 'user',
  tenantId,
  homeTenantId,
  userId: 'v',
  permissions,
  roles: new Set(['keeper', 'guest']),
}
const resident: Actor = { kind: 'user', tenantId, userId: 'insider', permissions }

const ask = async (engine: ReturnType<typeof engineWith>, actor: Actor, method: string, target: string) => {
  const [path = '', query = ''] = target.split('?')
  const answer = await engine({
    method,
    version: 'v1.0',
    path,
    query,
    headers: {},
    body: method === 'GET' ? undefined : Buffer.from('{"name":"x"}'),
    origin: 'https://host',
    requestId: 'r',
    clientRequestId: 'c',
    actor,
  })
  return { ...answer, json: JSON.parse(answer.body ?? 'null') }
}

beforeAll(async () => {
  const migration = draftMigration(Object.values(models), 'init', [])?.migration
  store = await openStore({
    models: Object.values(models),
    location: undefined,
    clock: fixedClock(new Date(0)),
    migrations: migration === undefined ? [] : [migration],
  })
  await store.addTenant(tenantId)
  await store.write(tenantId, async (tx) => {
    for (const id of ['a', 'b']) await tx.insert(room, { id, name: id })
    await tx.insert(shelf, { id: 's', name: 's' })
    await tx.insert(secret, { id: 't', name: 't' })
  })
})
afterAll(async () => {
  await store.close()
})
beforeEach(() => {
  seen.length = 0
})

describe('somebody of another tenant', () => {
  it('acts with the roles of the moment, not with those of the token', async () => {
    let roles: string[] = []
    const engine = engineWith({
      rolesNow: async (actor) => {
        expect(actor.homeTenantId).toBe(homeTenantId)
        return roles
      },
    })
    const outcomes = async () => [
      (await ask(engine, visitor, 'GET', '/rooms')).status,
      (await ask(engine, visitor, 'GET', '/rooms/a')).status,
      (await ask(engine, visitor, 'POST', '/rooms')).status,
    ]
    for (const [now, expected] of [
      [[], [403, 403, 403]],
      [['guest'], [200, 200, 403]],
      [['keeper'], [200, 200, 201]],
      [['other'], [403, 403, 403]],
      [
        ['guest', 'other'],
        [200, 200, 403],
      ],
      [[], [403, 403, 403]],
    ] as const) {
      roles = [...now]
      // Three times, so that what is remembered is asked for.
      for (const _ of [1, 2, 3]) expect([now, await outcomes()]).toEqual([now, expected])
    }
    await engine.close()
  })

  it('reaches nothing that has no line for it, nor by a filter or an expand', async () => {
    const engine = engineWith({ rolesNow: async () => ['keeper'] })
    for (const target of ['/rooms/a/shelves', '/rooms?$expand=shelves', '/rooms?$filter=shelves/any()', '/secrets'])
      expect([target, (await ask(engine, visitor, 'GET', target)).status]).toEqual([target, 403])
    const refused = await ask(engine, visitor, 'GET', '/secrets')
    expect(refused.check).toBe('access.delegation; docs/spec/protocol.md 1.5')
    expect((await ask(engine, resident, 'GET', '/rooms?$expand=shelves')).status).toBe(200)
    await engine.close()
  })

  it('waits outside while the roles cannot be read', async () => {
    const busy = engineWith({ rolesNow: () => Promise.reject(new StoreError('unavailable', 'busy')) })
    expect((await ask(busy, visitor, 'GET', '/rooms')).status).toBe(503)
    expect((await ask(busy, resident, 'GET', '/rooms')).status).toBe(200)
    const broken = engineWith({ rolesNow: () => Promise.reject(new Error('broken')) })
    expect((await ask(broken, visitor, 'GET', '/rooms')).status).toBe(500)
    expect(seen).toEqual(['fault StoreError: unavailable: busy', 'fault Error: broken'])
    await busy.close()
    await broken.close()
  })
})

describe('refusals that are not enforced', () => {
  const poor: Actor = { ...resident, permissions: new Set() }

  it('are reported each time, with what was wanted and what there is', async () => {
    const told: string[] = []
    const warn = (error: AppError, { path }: { path: string }) => {
      const { layer, wanted, held } = error.facts.lacks ?? { layer: '', wanted: [], held: [] }
      told.push(`${path} ${layer} ${wanted} ${held}`)
    }
    const engine = engineWith({ unenforced: { warn }, rolesNow: async () => ['guest'] })
    for (const _ of [1, 2]) {
      told.length = 0
      expect((await ask(engine, poor, 'GET', '/rooms/a')).status).toBe(200)
      expect((await ask(engine, poor, 'GET', '/rooms')).status).toBe(200)
      expect((await ask(engine, visitor, 'POST', '/rooms')).status).toBe(201)
      expect(told).toEqual([
        '/rooms/a permission Club.Read ',
        '/rooms permission Club.Read ',
        '/rooms delegation keeper guest',
      ])
    }
    await engine.close()
  })

  it('may go unreported', async () => {
    const engine = engineWith({ unenforced: {} })
    for (const _ of [1, 2]) expect((await ask(engine, poor, 'GET', '/rooms/a')).status).toBe(200)
    expect((await ask(engine, poor, 'GET', '/nothing')).status).toBe(501)
    await engine.close()
  })
})

describe('a type that not everybody sees', () => {
  it('is answered for each actor, however often it is asked for', async () => {
    const engine = engineWith()
    const outsider: Actor = { ...resident, userId: 'outsider' }
    const names = async (actor: Actor) => (await ask(engine, actor, 'GET', '/secrets')).json.value.length
    for (const _ of [1, 2, 3]) {
      expect([await names(resident), await names(outsider)]).toEqual([1, 0])
      expect((await ask(engine, resident, 'GET', '/secrets/t')).status).toBe(200)
      expect((await ask(engine, outsider, 'GET', '/secrets/t')).status).toBe(404)
    }
    await engine.close()
  })
})
