/** What the checklists do not ask for, but a caller can run into: operations, references and upserts at their borders. */
import { describe, expect, it } from 'vitest'
import { entityType, many } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { text } from '#edm/props.ts'
import { shopForFile } from './items.ts'
import { startShop } from './serve.ts'

const { send, get, names } = shopForFile()

describe('an operation', () => {
  it('that gives nothing back is answered 204', async () => {
    expect((await get("/stockOf(name='none')")).status).toBe(204)
    expect((await send('POST', '/restock', { pieces: 5 })).body).toBeUndefined()
  })

  it('takes $select where it gives rows, and refuses every other option', async () => {
    expect(Object.keys((await get('/products/cheapest?$select=name')).json)).toContain('name')
    for (const query of ['$filter=stock gt 1', '$top=1', '$orderby=name', '$expand=parts', '$count=true']) {
      expect((await get(`/products/withTag(tag='red')?${query}`)).status, query).toBe(400)
    }
    expect((await get('/products/hammer/priceFor(pieces=1)?$select=amount')).status).toBe(400)
    expect((await get('/products/hammer/priceFor(pieces=1)?$format=json')).status).toBe(200)
  })

  it('is told from a key by its name, and nothing follows it', async () => {
    expect((await get("/products('cheapest')")).status).toBe(404)
    for (const target of ['/products/cheapest/name', '/statuses()/x', '/products/hammer/priceFor(pieces=1)/amount']) {
      expect((await get(target)).status, target).toBe(400)
    }
  })

  it('wants its parameters as declared', async () => {
    for (const call of [
      'priceFor',
      'priceFor()',
      "priceFor(pieces='1')",
      'priceFor(pieces=1,pieces=2)',
      'priceFor(x=1)',
    ]) {
      expect((await get(`/products/hammer/${call}`)).status, call).toBe(400)
    }
    expect((await send('POST', '/products/hammer/sell(pieces=1)', { pieces: 1 })).status).toBe(400)
    expect((await send('POST', '/products/hammer/sell', [])).status).toBe(400)
    expect((await send('POST', '/products/hammer/sell', { pieces: null })).json.error.target).toBe('pieces')
  })

  it('is bound to what it is declared on only', async () => {
    expect((await get('/categories/cheapest')).status).toBe(404)
    expect((await get('/products/hammer/cheapest')).status).toBe(400)
    expect((await get('/products/hammer/parts/withTag')).status).toBe(404)
    expect((await get('/categories/tools/products/cheapest')).json.name).toBe('nail')
    expect((await get('/products/drill/priceFor(pieces=1)')).json.amount).toBe(9000)
  })

  it('undoes what it did when its rule refuses', async () => {
    const before = (await get('/products/saw')).json
    expect((await send('POST', '/products/saw/sell', { pieces: before.stock + 1 })).status).toBe(409)
    expect((await get('/products/saw')).json).toEqual(before)
  })

  it('has answers with addresses of rows where everything is asked for', async () => {
    const full = { accept: 'application/json;odata.metadata=full' }
    const { json } = await get('/products/cheapest', full)
    expect(json['@odata.id']).toBe('https://host/v1.0/products/nail')
    const listed = await get("/products/withTag(tag='iron')", full)
    expect(listed.json.value[0]['@odata.id']).toBe('https://host/v1.0/products/hammer')
    const refs = await get('/products/$ref?$top=1&$orderby=id', full)
    expect(refs.json.value).toEqual([{ '@odata.id': 'https://host/v1.0/products/drill' }])
  })
})

describe('a reference', () => {
  it('is read with filters, order, pages and a count', async () => {
    const { json } = await get('/products/$ref?$filter=stock gt 0&$orderby=name desc&$top=1&$count=true')
    expect(json.value).toEqual([{ '@odata.id': 'https://host/v1.0/products/saw' }])
    expect(json['@odata.count']).toBeGreaterThan(1)
  })

  it('of a contained row is the address it was asked by', async () => {
    const { json } = await get('/products/hammer/parts/head/$ref')
    expect(json['@odata.id']).toBe('https://host/v1.0/products/hammer/parts/head')
  })

  it('cannot be changed where the model does not say so, nor for more than one permission too few', async () => {
    const put = await send('PUT', '/categories/small/parent/$ref', { '@odata.id': 'categories/tools' })
    expect([put.status, put.headers['Allow']]).toEqual([405, 'GET'])
    const poor = { permissions: ['Shop.Read'] }
    expect((await send('PUT', '/products/saw/category/$ref', { '@id': 'categories/small' }, poor)).status).toBe(403)
    expect((await send('DELETE', '/products/saw/category/$ref', undefined, poor)).status).toBe(403)
    expect((await get('/products/saw/category')).json.id).toBe('tools')
  })

  it('is taken away from where it is only, and not where there must be one', async () => {
    expect((await send('DELETE', '/categories/small/products/saw/$ref')).status).toBe(404)
    expect((await get('/products/saw/category')).json.id).toBe('tools')
    const needed = await send('DELETE', '/products/hammer/parts/head/product/$ref')
    expect([needed.status, needed.json.error.target]).toEqual([400, 'product'])
    const moved = { '@odata.id': 'products/saw' }
    expect((await send('PUT', '/products/hammer/parts/head/product/$ref', moved)).status).toBe(204)
    expect((await get('/products/saw/parts/head/product')).json.id).toBe('saw')
  })

  it('in a body names a row that is there', async () => {
    const bound = await send('POST', '/products', { name: 'x', 'category@odata.bind': 'categories/none' })
    expect([bound.status, bound.json.error.target]).toEqual([400, 'category'])
    const patched = await send('PATCH', '/products/saw', { category: { id: 'none' } })
    expect([patched.status, patched.json.error.target]).toEqual([400, 'category'])
    expect((await send('PATCH', '/products/saw', { category: { '@id': 4 } })).json.error.target).toBe('category/@id')
    expect((await send('PATCH', '/products/saw', { category: null })).status).toBe(200)
    expect((await get('/products/saw/category')).status).toBe(204)
  })
})

describe('in a batch', () => {
  it('deep bodies, actions and upserts are part of a group that is undone as a whole', async () => {
    const headers = { 'Content-Type': 'application/json' }
    const { json } = await send('POST', '/$batch', {
      requests: [
        {
          id: '1',
          atomicityGroup: 'g',
          method: 'POST',
          url: '/categories',
          headers,
          body: { id: 'g1', name: 'G', products: [{ id: 'g2', name: 'P' }] },
        },
        { id: '2', atomicityGroup: 'g', method: 'PATCH', url: '/categories/g3', headers, body: { name: 'Up' } },
        {
          id: '3',
          atomicityGroup: 'g',
          method: 'POST',
          url: '/products/nail/sell',
          headers,
          body: { pieces: 1_000_000 },
        },
      ],
    })
    expect(json.responses.map(({ status }: { status: number }) => status).sort()).toContain(409)
    for (const target of ['/categories/g1', '/products/g2', '/categories/g3']) {
      expect((await get(target)).status, target).toBe(404)
    }
  })
})

it('does not upsert, replace or insert deep where the model does not say so', async () => {
  expect((await send('PUT', '/suppliers/new', { name: 'x' })).status).toBe(404)
  const nested = await send('POST', '/products', { name: 'x', suppliers: [{ name: 'y' }] })
  expect([nested.status, nested.json.error.target]).toEqual([400, 'suppliers'])
  expect(await names("/suppliers?$filter=name eq 'y'")).toEqual([])
})

it('refuses a model whose deep link does not lead back', () => {
  const row = entityType('x.row', {
    doc: 'A row.',
    source: 'none',
    props: { id: text({ doc: 'Id.' }) },
    navs: { rows: many('x.row', { doc: 'Rows.', deep: true, can: {}, scopes: { own: { branches: [], bind: {} } } }) },
  })
  const workload = { enums: [], complexes: [], entities: [row], roots: [] }
  expect(() => modelOf('v1.0', [workload])).toThrow('x.row/rows: deep without an inverse')
})

it('refuses a model that carries what is no row key', () => {
  const row = entityType('x.row', {
    doc: 'A row.',
    source: 'none',
    props: { id: text({ doc: 'Id.' }), name: text({ doc: 'Name.' }) },
    navs: {},
    carry: ['name', 'other'],
  })
  const make = () => modelOf('v1.0', [{ enums: [], complexes: [], entities: [row], roots: [] }])
  expect(make).toThrow('x.row: carry names other, which is no row key')
})

it('expands a stored link of an expanded row, though its type carries nothing', async () => {
  const shop = await startShop()
  const { json: made } = await shop.send('POST', '/products/drill/parts', { name: 'Chuck', screws: [{ size: 3 }] })
  const expanded = (inner: string) => shop.send('GET', `/products/drill/parts?$expand=screws($expand=${inner})`)
  const whole = await expanded('part')
  expect([whole.status, whole.json.value[0].screws[0].part.id]).toEqual([200, made.id])
  const byReference = await expanded('part/$ref;$top=1')
  expect([byReference.status, JSON.stringify(byReference.json.value[0].screws[0].part)]).toEqual([
    200,
    expect.stringContaining(made.id),
  ])
  expect(shop.faults).toEqual([])
  await shop.close()
})
