/** Levels of control information and single properties on a model of no real service: derived types, deep inserts, keys of any text. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { marks } from '#edm/levels.ts'
import { startShop } from '../reference/serve.ts'

type Shop = Awaited<ReturnType<typeof startShop>>
let shop: Shop
const full = { headers: { accept: 'application/json;odata.metadata=full' } }
const none = { headers: { accept: 'application/json;odata.metadata=none' } }

beforeAll(async () => {
  shop = await startShop()
  await shop.send('POST', '/products', { name: 'Nail', tags: ['iron'] })
})
afterAll(() => shop.close())

describe('levels of control information', () => {
  it('names the type of derived rows among those of the base, and notes their own properties only there', async () => {
    const { json } = await shop.send('GET', '/products?$orderby=name', undefined, full)
    const [drill, nail] = json.value
    expect(drill).toMatchObject({
      '@odata.type': '#shop.machine',
      '@odata.id': 'https://host/v1.0/products/drill',
      'power@odata.type': '#Int32',
      power: 500,
    })
    expect(nail['@odata.type']).toBe('#shop.product')
    expect(nail['tags@odata.type']).toBe('#Collection(String)')
    expect(Object.keys(nail).filter((name) => name.startsWith('power'))).toEqual([])
  })

  it('says the types of complex values within them, with the types of their members', async () => {
    const { json } = await shop.send('GET', '/products/drill', undefined, full)
    expect(json.price).toEqual({
      '@odata.type': '#shop.money',
      ...(json.price['amount@odata.type'] === undefined ? {} : { 'amount@odata.type': '#Int32' }),
      amount: 9000,
      currency: 'CHF',
    })
    const { json: bare } = await shop.send('GET', '/products/drill', undefined, none)
    expect(bare.price).toEqual({ amount: 9000, currency: 'CHF' })
  })

  it('says the same of what is written as of what is read', async () => {
    for (const asked of [full, none, {}]) {
      const made = await shop.send(
        'POST',
        '/products',
        { name: `Made ${JSON.stringify(asked).length}`, tags: ['x'] },
        asked,
      )
      expect(made.status).toBe(201)
      const read = await shop.send('GET', `/products/${made.json?.id}`, undefined, asked)
      expect(made.json).toEqual(read.json)
    }
  })

  it('places rows that are made below another', async () => {
    const { json } = await shop.send('POST', '/categories', { name: 'Deep', products: [{ name: 'Below' }] }, full)
    expect(json['@odata.id']).toBe(`https://host/v1.0/categories/${json.id}`)
    const [below] = json.products
    expect(below['@odata.id']).toBe(`https://host/v1.0/categories/${json.id}/products/${below.id}`)
    expect((await shop.send('GET', `/categories/${json.id}/products/${below.id}`)).status).toBe(200)
  })

  it.each(['none', 'full'])(
    'holds at %s for what operations return and for references, in text that can be parsed',
    async (level) => {
      const asked = { headers: { accept: `application/json;odata.metadata=${level}` } }
      await shop.send('PATCH', '/products/drill', { price: { amount: 9000, currency: 'CHF' } })
      for (const [method, target, body] of [
        ['GET', '/products/drill/priceFor(pieces=2)'],
        ['GET', '/products/shop.cheapest()'],
        ['GET', "/products/withTag(tag='iron')"],
        ['GET', "/stockOf(name='Drill')"],
        ['GET', '/statuses()'],
        ['GET', '/products/drill/parts/$ref'],
        ['GET', '/company'],
        ['POST', '/products/drill/sell', { pieces: 1 }],
        ['POST', '/products/discount', { percent: 10, tags: ['iron'] }],
      ] as const) {
        const { status, body: text = '', json } = await shop.send(method, target, body, asked)
        expect(status, target).toBe(200)
        expect('@odata.context' in json, target).toBe(level === 'full')
        for (const mark of Object.values(marks)) expect(text).not.toContain(mark)
        expect(/@odata\.(type|etag)/.test(text)).toBe(level === 'full' && !/Of|statuses|\$ref/.test(target))
      }
    },
  )

  it('writes counts as strings where numbers are to be safe', async () => {
    const { json, headers } = await shop.send(
      'GET',
      '/products?$count=true&$format=application/json;IEEE754Compatible=true',
    )
    expect(json['@odata.count']).toMatch(/^\d+$/)
    expect(headers['Content-Type']).toContain('IEEE754Compatible=true')
    const usual = await shop.send('GET', '/products?$count=true')
    expect(usual.json['@odata.count']).toBe(Number(json['@odata.count']))
    expect(usual.headers['Content-Type']).toContain('IEEE754Compatible=false')
  })
})

describe('single properties', () => {
  it('are read and written by the same rules as their row', async () => {
    expect((await shop.send('GET', '/products/drill/price/amount')).json.value).toBe(9000)
    expect((await shop.send('PUT', '/products/drill/price/amount', { value: 8000 })).status).toBe(204)
    expect((await shop.send('GET', '/products/drill/price')).json).toMatchObject({ amount: 8000, currency: 'CHF' })
    expect((await shop.send('PATCH', '/products/drill/price', { currency: 'EUR' })).status).toBe(204)
    expect((await shop.send('GET', '/products/drill/price')).json).toMatchObject({ amount: 8000, currency: 'EUR' })
    const short = await shop.send('PUT', '/products/drill/price', { currency: 'USD' })
    expect([short.status, short.json.error.target]).toEqual([400, 'price/amount'])
    expect((await shop.send('PUT', '/products/drill/price', { amount: 1 })).status).toBe(204)
    expect((await shop.send('GET', '/products/drill/price/currency')).status).toBe(204)
    expect((await shop.send('DELETE', '/products/drill/price')).status).toBe(204)
    expect((await shop.send('GET', '/products/drill/price/amount')).status).toBe(404)
  })

  it('refuse a value of another type, and the media a row has not', async () => {
    const wrong = await shop.send('PUT', '/products/drill/stock', { value: 'many' })
    expect([wrong.status, wrong.json.error.target]).toEqual([400, 'stock'])
    expect((await shop.send('GET', '/products/drill/$value')).status).toBe(400)
  })
})
