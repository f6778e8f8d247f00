/** What OData 4.0 and 4.01 Minimal ask of an updatable service, item by item. */
import { describe, expect } from 'vitest'
import { conforms, shopForFile } from './items.ts'

const { send, get, names } = shopForFile()
const base = 'https://host/v1.0'
let used = 0
const make = async (more: object = {}) => {
  used += 1
  const answer = await send('POST', '/products', { id: `made${used}`, name: `made ${used}`, ...more })
  expect(answer.status).toBe(201)
  return { at: `/products/made${used}`, id: `made${used}`, answer }
}

describe('writing', () => {
  conforms('13.1.1-10', async () => {
    const { at } = await make({ price: { amount: 5, currency: 'CHF' }, tags: ['a', 'b'], rating: 3 })
    await send('PATCH', at, { price: { amount: 6 }, tags: ['c'] })
    const { json } = await get(at)
    expect(json).toMatchObject({ price: { amount: 6, currency: 'CHF' }, tags: ['c'], rating: 3 })
    expect((await send('PATCH', at, { rating: null })).json.rating).toBeNull()
    expect((await send('PATCH', at, { stock: null })).json.error.target).toBe('stock')
    const replaced = await send('PUT', at, { name: 'whole' })
    expect(replaced.json).toMatchObject({ name: 'whole', tags: [], price: null, status: 'planned', stock: 0 })
    expect((await send('PUT', at, { rating: 1 })).json.error.target).toBe('name')
  })

  conforms('13.1.1-18', async () => {
    const { json } = await get('/products/saw', { accept: 'application/json;odata.metadata=full' })
    expect(json['@odata.id']).toBe(`${base}/products/saw`)
    expect(json['@odata.editLink']).toMatch(/products/)
  })

  conforms('13.1.1-19', async () => {
    const { answer, id } = await make({ status: 'SOLD' })
    expect(answer.json).toMatchObject({ id, status: 'sold', stock: 0, tags: [] })
    expect((await send('POST', '/products', { stock: 'many', colour: 1 })).json.error.details).toHaveLength(3)
  })

  conforms('13.1.1-20', async () => {
    const { at } = await make()
    const part = await send('POST', `${at}/parts`, { name: 'Blade', made: { city: 'Bern' } })
    expect(part.status).toBe(201)
    expect((await get(`${at}/parts/${part.json.id}`)).json.name).toBe('Blade')
    const below = await send('POST', '/categories/tools/products', { name: 'Below' })
    expect((await get(`/products/${below.json.id}/category`)).json.id).toBe('tools')
  })

  conforms('13.1.1-21', async () => {
    const { at, id } = await make()
    expect((await send('POST', `${at}/suppliers/$ref`, { '@odata.id': `${base}/suppliers('acme')` })).status).toBe(204)
    expect(await names(`${at}/suppliers`)).toEqual(['Acme'])
    expect((await send('POST', '/categories/small/products/$ref', { '@id': `products/${id}` })).status).toBe(204)
    expect((await get(`${at}/category`)).json.id).toBe('small')
    expect((await send('POST', '/categories/small/products/$ref', { '@id': 'products/none' })).status).toBe(404)
  })

  conforms('13.1.1-22', async () => {
    const { at } = await make()
    expect((await send('PUT', `${at}/category/$ref`, { '@odata.id': `${base}/categories/small` })).status).toBe(204)
    expect((await get(`${at}/category/$ref`)).json['@odata.id']).toBe(`${base}/categories/small`)
    expect((await send('PUT', `${at}/category/$ref`, { '@odata.id': `${base}/categories/none` })).status).toBe(400)
    expect((await send('PUT', `${at}/category/$ref`, {})).status).toBe(400)
  })

  conforms('13.1.1-23', async () => {
    const { at } = await make()
    expect((await send('PATCH', at, { stock: 7, id: 'other' })).json.error.target).toBe('id')
    expect((await send('PATCH', at, { stock: 7 })).json.stock).toBe(7)
    expect((await send('PATCH', '/company', { seat: { city: 'Thun' } })).json.seat).toEqual({
      city: 'Thun',
      street: null,
    })
    expect((await send('PUT', '/company', { name: 'New' })).json).toMatchObject({
      id: 'company',
      name: 'New',
      seat: null,
    })
    expect((await send('DELETE', '/company')).status).toBe(405)
  })

  conforms('13.1.1-24', async () => {
    const { at } = await make()
    expect((await send('DELETE', at)).status).toBe(204)
    expect((await get(at)).status).toBe(404)
    expect((await send('DELETE', at)).status).toBe(404)
  })

  conforms('13.1.1-25', async () => {
    const { at, id } = await make({ category: { '@odata.id': 'categories/small' } })
    expect((await send('DELETE', `${at}/category/$ref`)).status).toBe(204)
    expect((await get(`${at}/category`)).status).toBe(204)
    expect((await get(`${at}/category/$ref`)).status).toBe(204)
    await send('POST', `${at}/suppliers/$ref`, { '@odata.id': 'suppliers/acme' })
    const byId = `${at}/suppliers/$ref?$id=${base}/suppliers/acme`
    expect((await send('DELETE', byId)).status).toBe(204)
    expect((await send('DELETE', byId)).status).toBe(404)
    await send('PUT', `${at}/category/$ref`, { '@odata.id': 'categories/small' })
    expect((await send('DELETE', `/categories/small/products/${id}/$ref`)).status).toBe(204)
    expect((await get(`${at}/category`)).status).toBe(204)
  })

  conforms('13.2.1-19', async () => {
    const { at } = await make()
    await send('POST', `${at}/suppliers/$ref`, { '@odata.id': 'suppliers/bolt' })
    expect((await send('DELETE', `${at}/suppliers/bolt/$ref`)).status).toBe(204)
    expect(await names(`${at}/suppliers`)).toEqual([])
    expect((await get('/suppliers/bolt')).status).toBe(200)
  })

  conforms('13.1.1-26', async () => {
    const { at, answer } = await make()
    const tag = answer.json['@odata.etag'] as string
    const asked = (value: string) => ({ headers: { 'if-match': value } })
    const changed = await send('PATCH', at, { stock: 1 }, asked(tag.replace('W/', '')))
    expect([changed.status, changed.headers['ETag']]).toEqual([200, changed.json['@odata.etag']])
    for (const method of ['PATCH', 'PUT']) expect((await send(method, at, { name: 'x' }, asked(tag))).status).toBe(412)
    expect((await send('DELETE', at, undefined, asked(tag))).status).toBe(412)
    expect((await send('DELETE', at, undefined, asked('bad'))).status).toBe(400)
    expect((await send('DELETE', at, undefined, asked('*'))).status).toBe(204)
  })

  conforms('13.1.1-27', async () => {
    const { answer, at } = await make()
    expect(answer.headers['Location']).toBe(base + at)
    const part = await send('POST', `${at}/parts`, { id: 'p', name: 'p' })
    expect(part.headers['Location']).toBe(`${base}${at}/parts/p`)
    // Half a surrogate pair cannot be in an address, nor in a row.
    const half = await send('POST', '/suppliers', '{"id":"x\\ud800","name":"\\ud800"}')
    expect([half.status, half.json.name]).toEqual([201, '\ufffd'])
    expect(half.headers['Location']).toBe(`${base}/suppliers/x%EF%BF%BD`)
    expect((await get('/suppliers/x%EF%BF%BD')).json.name).toBe('\ufffd')
  })

  conforms('13.1.1-28', async () => {
    const minimal = { headers: { prefer: 'return=minimal' } }
    const posted = await send('POST', '/products', { id: 'quiet', name: 'quiet' }, minimal)
    expect([posted.status, posted.headers['OData-EntityId']]).toEqual([204, `${base}/products/quiet`])
    const upserted = await send('PATCH', '/categories/quiet', { name: 'quiet' }, minimal)
    expect([upserted.status, upserted.headers['OData-EntityId']]).toEqual([204, `${base}/categories/quiet`])
  })

  conforms('13.1.1-29', async () => {
    for (const method of ['PATCH', 'PUT']) {
      const at = `/categories/up-${method}`
      const made = await send(method, at, { name: 'Up' })
      expect([made.status, made.headers['Location'], made.json.name]).toEqual([201, base + at, 'Up'])
      expect((await send(method, at, { name: 'Again' })).status).toBe(200)
      expect((await send(method, at, { name: 'x' }, { headers: { 'if-none-match': '*' } })).status).toBe(412)
      expect((await send(method, `${at}2`, { name: 'x' }, { headers: { 'if-match': '*' } })).status).toBe(412)
      expect((await send(method, `${at}2`, { name: 'x', id: 'other' })).status).toBe(400)
      expect((await send(method, `${at}2`, {})).json.error.target).toBe('name')
      expect((await get(`${at}2`)).status).toBe(404)
      const asked = `/products/up-${method}`
      expect((await send(method, asked, { name: 'Up' })).status).toBe(404)
      const wished = await send(
        method,
        asked,
        { name: 'Up' },
        { headers: { prefer: 'create-if-missing; return=representation' } },
      )
      expect([wished.status, wished.json.id]).toEqual([201, `up-${method}`])
      expect(wished.headers['Preference-Applied']).toContain('create-if-missing')
      const only = await send(method, `${asked}2`, { name: 'Up' }, { headers: { 'if-none-match': '*' } })
      expect(only.status).toBe(201)
    }
    expect(
      (await send('PUT', '/suppliers/none', { name: 'x' }, { headers: { prefer: 'create-if-missing' } })).status,
    ).toBe(404)
    expect((await send('PATCH', '/products/none/parts/p', { name: 'x' })).status).toBe(404)
    expect((await send('PATCH', '/products/saw/parts/teeth', { name: 'Teeth' })).status).toBe(201)
  })

  conforms('13.1.1-30', async () => {
    const { at } = await make({ price: { amount: 5, currency: 'CHF' } })
    expect((await send('PUT', `${at}/stock`, { value: 4 })).status).toBe(204)
    expect((await send('PATCH', `${at}/price`, { amount: 2 })).status).toBe(204)
    expect((await get(at)).json).toMatchObject({ stock: 4, price: { amount: 2, currency: 'CHF' } })
    expect((await send('PUT', `${at}/stock`, { value: 'x' })).status).toBe(400)
    expect((await send('PUT', `${at}/sold`, { value: 1 })).status).toBe(405)
  })

  conforms('13.1.1-31', async () => {
    const { at } = await make({ rating: 3 })
    expect((await send('DELETE', `${at}/rating`)).status).toBe(204)
    expect((await get(at)).json.rating).toBeNull()
    expect((await send('DELETE', `${at}/stock`)).status).toBe(405)
  })

  conforms('13.1.1-32', async () => {
    const body = {
      id: 'deep',
      name: 'Deep',
      children: [
        {
          name: 'Below',
          products: [{ id: 'deep-product', name: 'Product', parts: [{ name: 'A', screws: [{ size: 3 }] }] }],
        },
      ],
      products: [],
    }
    const { status, json } = await send('POST', '/categories', body)
    expect(status).toBe(201)
    expect(json.products).toEqual([])
    expect(json.children[0].products[0]).toMatchObject({
      id: 'deep-product',
      parts: [{ name: 'A', screws: [{ size: 3 }] }],
    })
    const read = await get('/products/deep-product?$expand=category,parts($expand=screws)')
    expect(read.json.category.name).toBe('Below')
    expect(read.json.parts[0].screws[0].size).toBe(3)
    const faulty = await send('POST', '/categories', {
      id: 'faulty',
      name: 'Faulty',
      products: [{ name: 'Good' }, { name: 4, parts: [{ screws: [{ size: 'x' }, 7] }] }],
    })
    expect(faulty.json.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'products/1/parts/0/screws/0/size',
      'products/1/parts/0/screws/1',
      'products/1/parts/0/name',
      'products/1/name',
    ])
    expect((await get('/categories/faulty')).status).toBe(404)
    // Found out only by the database, after the owner was made.
    const twice = await send('POST', '/categories', { id: 'twice', name: 'T', products: [{ id: 'saw', name: 'Saw' }] })
    expect(twice.status).toBe(409)
    expect((await get('/categories/twice')).status).toBe(404)
    let nested: object = { name: 'bottom' }
    for (let level = 0; level < 9; level += 1) nested = { name: `${level}`, children: [nested] }
    expect((await send('POST', '/categories', nested)).status).toBe(400)
    const wide = { name: 'wide', products: Array.from({ length: 1001 }, () => ({ name: 'x' })) }
    expect((await send('POST', '/categories', wide)).status).toBe(400)
  })

  conforms('13.2.1-9.4', async () => {
    const { at } = await make({ stock: 5, price: { amount: 10, currency: 'CHF' } })
    expect((await send('POST', `${at}/withdraw`)).status).toBe(204)
    expect((await send('POST', `${at}/shop.withdraw`, {})).status).toBe(204)
    expect((await get(at)).json.status).toBe('withdrawn')
    const sold = await send('POST', `${at}/sell`, { pieces: 2, to: { city: 'Bern' } })
    expect([sold.status, sold.json.amount]).toEqual([200, 20])
    expect((await get(at)).json).toMatchObject({ stock: 3, sold: 2 })
    expect((await send('POST', `${at}/sell`, { pieces: 9 })).status).toBe(409)
    expect((await get(at)).json.sold).toBe(2)
    const faulty = await send('POST', `${at}/sell`, { piece: 1, to: { town: 'x' } })
    expect(faulty.json.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'piece',
      'to/town',
      'pieces',
    ])
    expect([(await get(`${at}/sell`)).status, (await get(`${at}/sell`)).headers['Allow']]).toEqual([405, 'POST'])
    expect((await send('POST', `${at}/sell`, { pieces: 1 }, { permissions: ['Shop.Read'] })).status).toBe(403)
    expect((await send('POST', '/products/none/withdraw')).status).toBe(404)
    const all = await send('POST', '/products/discount?$select=name', { percent: 50, tags: ['iron'] })
    expect(all.json.value.map(({ name }: { name: string }) => name)).toEqual(['hammer'])
    expect((await get('/products/hammer')).json.price.amount).toBe(150)
    expect((await send('POST', '/restock', { pieces: 1 })).status).toBe(204)
    expect((await get("/stockOf(name='nail')")).json.value).toBe(1)
  })
})
