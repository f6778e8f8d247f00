/** One test per item of the OData checklists; the numbers are those of `scripts/conformance-items.js`. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { items } from '../../scripts/conformance-items.js'
import { type Asked, type ShopAnswer, startShop } from './serve.ts'

type Shop = Awaited<ReturnType<typeof startShop>>

export const conforms = (id: string, test: () => Promise<void>): void => {
  const item = items.find((entry) => entry.id === id)
  if (item === undefined) throw new Error(`no item ${id}`)
  const met = item.state === 'no' ? ' is not there, and refused' : item.state === 'most' ? ' for the most part' : ''
  it(`§${id} ${item.strength}: ${item.asks}${met}`, test)
}

/** A shop for one file, with a little in it. */
export const shopForFile = () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await startShop()
    await fill(shop)
  })
  afterAll(async () => {
    expect(shop.faults).toEqual([])
    await shop.close()
  })
  const send = (method: string, target: string, body?: unknown, asked?: Asked): Promise<ShopAnswer> =>
    shop.send(method, target, body, asked)
  /** Names of the rows of a listing, in its order. */
  const names = async (target: string): Promise<string[]> => {
    const { status, json } = await send('GET', target)
    expect(status, JSON.stringify(json)).toBe(200)
    return json.value.map(({ name }: { name: string }) => name)
  }
  const get = (target: string, headers: Readonly<Record<string, string>> = {}) =>
    send('GET', target, undefined, { headers })
  return { send, get, names, clock: () => shop.clock }
}

const fill = async ({ send }: Shop): Promise<void> => {
  const made = async (target: string, body: object) => expect((await send('POST', target, body)).status).toBe(201)
  await made('/categories', { id: 'tools', name: 'Tools' })
  await made('/categories', { id: 'small', name: 'Small tools', parent: { '@id': 'categories/tools' } })
  await made('/suppliers', { id: 'acme', name: 'Acme', home: { city: 'Bern', street: 'A' } })
  await made('/suppliers', { id: 'bolt', name: 'Bolt', home: { city: 'Chur', street: null } })
  const products = [
    ['hammer', { stock: 3, rating: 5, tags: ['red', 'iron'], status: 'sold', price: { amount: 300, currency: 'CHF' } }],
    ['saw', { stock: 8, rating: null, tags: ['red'], since: '2026-01-01T00:00:00Z', warranty: 'P365D' }],
    ['nail', { stock: 900, rating: 2, tags: [], price: { amount: 1, currency: 'EUR' } }],
    [
      'file',
      {
        stock: 12,
        rating: 4,
        notes: [
          { language: 'en', text: 'rough' },
          { language: 'de', text: 'grob' },
        ],
      },
    ],
    ['level', { stock: 0, rating: 1, isSpecial: true }],
  ] as const
  for (const [id, more] of products) {
    await made('/products', { id, name: id, ...more, 'category@odata.bind': 'categories/tools' })
  }
  await made('/products/hammer/parts', { id: 'head', name: 'Head', weight: 500 })
  await made('/products/hammer/parts', { id: 'shaft', name: 'Shaft', weight: 200 })
  await send('POST', '/products/hammer/suppliers/$ref', { '@odata.id': 'suppliers/acme' })
  await send('POST', '/products/hammer/suppliers/$ref', { '@odata.id': 'suppliers/bolt' })
}
