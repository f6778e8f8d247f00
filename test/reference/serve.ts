/** The reference model on the real engine over real SQLite, with the rules its operations need. */
import { fixedClock, movableClock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { randomIds } from '#base/ids.ts'
import { type Actor, behaviour } from '#edm/ports.ts'
import { inForm } from '#edm/text-form.ts'
import { makeEngine } from '#engine/handle.ts'
import type { PlainResponse } from '#engine/request.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { openStore } from '#store/store.ts'
import { checkAnswer } from '../_support/checked.ts'
import { databaseOfRun } from '../_support/database.ts'
import { company, labelForm, machine, parcel, product, prototype, robot, shopModels } from './model.ts'

const productRules = behaviour(product, {
  operations: {
    priceFor: {
      function: async ({ tx }, at, { pieces }) => {
        const row = await tx.get(product, at?.id ?? '')
        const { amount = 0, currency = null } = row?.price ?? {}
        return { amount: amount * Number(pieces), currency }
      },
    },
    cheapest: {
      function: async ({ tx }) => {
        const rows = (await tx.find(product, {})).filter(({ price }) => price !== null)
        return rows.toSorted((one, other) => (one.price?.amount ?? 0) - (other.price?.amount ?? 0))[0] ?? null
      },
    },
    withTag: {
      function: async ({ tx }, _, { tag = '' }) =>
        (await tx.find(product, {})).filter(({ tags }) => tags?.includes(tag)),
    },
    stockOf: { function: async ({ tx }, _, { name = '' }) => (await tx.find(product, { name }))[0]?.stock ?? null },
    statuses: { function: async () => ['planned', 'sold', 'withdrawn'] },
    sell: {
      action: async ({ tx }, at, { pieces }) => {
        const row = await tx.get(product, at?.id ?? '')
        if (row === undefined || row.stock < Number(pieces)) throw new AppError('conflict', 'Not so many are there.')
        await tx.update(product, row.id, { stock: row.stock - Number(pieces) })
        await tx.add(product, row.id, { sold: Number(pieces) })
        return { amount: (row.price?.amount ?? 0) * Number(pieces), currency: row.price?.currency ?? null }
      },
    },
    withdraw: { action: async ({ tx }, at) => tx.update(product, at?.id ?? '', { status: 'withdrawn' }) },
    discount: {
      action: async ({ tx }, _, { percent, tags }) => {
        const wanted = tags as readonly string[]
        const rows = (await tx.find(product, {})).filter((row) => wanted.every((tag) => row.tags?.includes(tag)))
        for (const { id, price } of rows) {
          if (price === null) continue
          await tx.update(product, id, { price: { ...price, amount: price.amount * (1 - Number(percent) / 100) } })
        }
        return rows
      },
    },
    restock: {
      action: async ({ tx }, _, { pieces }) => {
        for (const { id } of await tx.find(product, {})) await tx.update(product, id, { stock: Number(pieces) })
      },
    },
  },
})

const robotRules = behaviour(robot, {
  operations: {
    ...productRules.operations,
    strongest: {
      function: async ({ tx }) => (await tx.find(robot, {})).toSorted((one, other) => other.arms - one.arms)[0] ?? null,
    },
  },
})

const parcelRules = behaviour(parcel, {
  beforeCreate: async ({ ids }, { draft }) => {
    const label = typeof draft.label === 'string' ? inForm(labelForm, draft.label) : null
    const owner = typeof draft.owner === 'string' ? draft.owner.toLowerCase() : null
    return { row: { ...draft, id: draft.id ?? ids.mint(), label, owner } as never }
  },
  operations: {
    isSame: {
      function: async ({ tx }, at, { tracking }) => {
        const row = await tx.get(parcel, at?.id ?? '')
        return row?.tracking === tracking ? row?.tracking : null
      },
    },
  },
})

/** Each of which the model asks for somewhere. */
export const allPermissions = ['Shop.Read', 'Shop.Write', 'Shop.Withdraw']

export const tenant = '22222222-2222-4222-8222-222222222222'

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly permissions?: readonly string[]
  /** Other facts of who asks: an application of the tenant, unless they say otherwise. */
  readonly actor?: Partial<Actor>
  readonly version?: 'v1.0' | 'beta'
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
export type ShopAnswer = PlainResponse & { readonly json: any }

export const startShop = async () => {
  const models = Object.values(shopModels)
  const migration = draftMigration(models, 'init', [])?.migration
  const clock = movableClock(fixedClock(new Date('2026-02-01T10:00:00.000Z')))
  const store = await openStore({
    models,
    ...(await databaseOfRun()),
    clock,
    migrations: migration === undefined ? [] : [migration],
  })
  await store.addTenant(tenant)
  await store.write(tenant, async (tx) => {
    await tx.insert(company, { id: 'company', name: 'Shop and Sons', seat: { city: 'Bern', street: null } })
    await tx.insert(machine, {
      id: 'drill',
      name: 'Drill',
      power: 500,
      price: { amount: 9000, currency: 'CHF' },
      stock: 4,
    })
  })
  /** A row that no request makes. */
  const prototypeRow = () =>
    store.write(tenant, async (tx) => void (await tx.insert(prototype, { id: 'x1', name: 'X', secret: 'new' })))
  const faults: unknown[] = []
  const handle = makeEngine({
    models: shopModels,
    store,
    behaviours: [productRules, robotRules, parcelRules],
    clock,
    ids: randomIds,
    secret: new Uint8Array(32),
    strict: false,
    silentCreates: new Set(),
    report: (error) => faults.push(error),
  })
  /** Sends a request and checks its answer against the model. */
  const send = async (method: string, target: string, body?: unknown, asked: Asked = {}): Promise<ShopAnswer> => {
    const { headers = {}, permissions = allPermissions, version = 'v1.0' } = asked
    const [path = '', query = ''] = target.split(/\?(.*)/s)
    const actor: Actor = { kind: 'app', tenantId: tenant, permissions: new Set(permissions), ...asked.actor }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await handle({
      method,
      version,
      path,
      query: query.replaceAll(' ', '%20'),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : Buffer.from(text),
      origin: 'https://host',
      requestId: 'r',
      clientRequestId: 'c',
      actor,
    })
    const type = answer.headers['Content-Type'] ?? ''
    checkAnswer(shopModels[version], { method, target: `/${version}${target}` }, { ...answer, type })
    const json = type.includes('json') && answer.body !== undefined ? JSON.parse(answer.body) : undefined
    return { ...answer, json }
  }
  return {
    send,
    faults,
    clock,
    prototypeRow,
    close: async () => {
      await handle.close()
      await store.close()
    },
  }
}
