/** Rows of derived types: casts in addresses and in options, and the creation of such rows (OData URL Conventions 4.01 §4.11). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startShop } from './serve.ts'

let shop: Awaited<ReturnType<typeof startShop>>
const base = 'https://host/v1.0'

beforeAll(async () => {
  shop = await startShop()
  const made = async (target: string, body: object) => {
    const { status, json } = await shop.send('POST', target, body)
    expect([status, json.error?.message], target).toEqual([201, undefined])
  }
  await made('/suppliers', { id: 'acme', name: 'Acme' })
  await made('/categories', { id: 'tools', name: 'Tools' })
  await made('/products', { id: 'hammer', name: 'hammer', stock: 3, 'category@odata.bind': 'categories/tools' })
  await made('/products', {
    '@odata.type': '#shop.machine',
    id: 'saw',
    name: 'saw',
    power: 900,
    plug: { kind: 'J', volts: 230 },
    'maker@odata.bind': 'suppliers/acme',
    'category@odata.bind': 'categories/tools',
  })
  await made('/products/shop.machine/shop.robot', { id: 'arm', name: 'arm', arms: 2, power: 40 })
  await made('/products/hammer/parts', { id: 'head', name: 'Head' })
  await made('/products/saw/parts', { id: 'blade', name: 'Blade' })
  await shop.prototypeRow()
})
afterAll(async () => {
  expect(shop.faults).toEqual([])
  await shop.close()
})

const send: typeof shop.send = (...asked) => shop.send(...asked)
const get = (target: string) => send('GET', target)
const ids = async (target: string): Promise<string[]> => {
  const { status, json } = await get(target)
  expect([status, json.error?.message], target).toEqual([200, undefined])
  return json.value.map(({ id }: { id: string }) => id)
}

describe('a cast in an address', () => {
  it.each([
    ['/products/shop.machine', ['arm', 'drill', 'saw']],
    ['/products/SHOP.Machine', ['arm', 'drill', 'saw']],
    ['/products/shop.robot', ['arm']],
    ['/products/shop.machine/shop.robot', ['arm']],
    ['/products/shop.prototype', ['x1']],
    ['/products/shop.product', ['arm', 'drill', 'hammer', 'saw', 'x1']],
    ['/categories/tools/products/shop.machine', ['saw']],
    ["/categories('tools')/products/shop.robot", []],
  ])('leaves of a collection the rows of the type: %s', async (target, expected) => {
    expect(await ids(`${target}?$orderby=id`)).toEqual(expected)
    expect((await get(`${target}/$count`)).body).toBe(String(expected.length))
    expect((await get(`${target}/$filter(id ne 'saw')/$count`)).body).toBe(
      String(expected.filter((id) => id !== 'saw').length),
    )
    const refs = (await get(`${target}/$ref?$orderby=id`)).json.value
    expect(refs).toEqual(expected.map((id) => ({ '@odata.id': `${base}/products/${id}` })))
  })

  it.each([
    ['/products/shop.machine/saw', 'products/shop.machine/$entity'],
    ["/products/shop.machine('saw')", 'products/shop.machine/$entity'],
    ["/products/shop.machine(id='saw')", 'products/shop.machine/$entity'],
    ['/products/saw/shop.machine', 'products/shop.machine/$entity'],
    ["/products('saw')/shop.machine", 'products/shop.machine/$entity'],
    ['/products/saw/shop.product/shop.machine', 'products/shop.machine/$entity'],
    ['/products/saw/shop.product', 'products/$entity'],
    ["/products/shop.product('saw')", 'products/$entity'],
    ['/products/saw/parts/blade/product/shop.machine', "products('saw')/parts('blade')/product/shop.machine/$entity"],
    ["/categories/tools/products/shop.machine('saw')", "categories('tools')/products/shop.machine/$entity"],
  ])('leads to a row before its key and after it: %s', async (target, context) => {
    const { status, json } = await get(target)
    expect([status, json['@odata.context'], json.id, json.power]).toEqual([
      200,
      `${base}/$metadata#${context}`,
      'saw',
      900,
    ])
    const other = target.replace('saw', 'hammer').replace('blade', 'head').replace('#saw', '#hammer')
    if (!context.startsWith('products/$')) expect((await get(other)).status).toBe(404)
  })

  it('is followed by what the type has: properties, links, references, operations', async () => {
    expect((await get('/products/saw/shop.machine/power')).json.value).toBe(900)
    expect((await get('/products/shop.machine/saw/plug/volts/$value')).body).toBe('230')
    expect((await get('/products/saw/shop.machine/maker')).json.id).toBe('acme')
    expect((await get('/products/shop.machine/saw/category')).json.id).toBe('tools')
    expect((await get('/products/saw/shop.machine/maker/$ref')).json['@odata.id']).toBe(`${base}/suppliers/acme`)
    expect(await ids("/products/shop.machine('saw')/parts")).toEqual(['blade'])
    expect((await get('/products/saw/parts/blade/product/shop.machine/maker/name')).json.value).toBe('Acme')
    expect((await get('/products/saw/shop.machine/$ref')).json['@odata.id']).toBe(`${base}/products/saw`)
    expect((await get('/products/saw/shop.machine/shop.priceFor(pieces=2)')).status).toBe(200)
    expect((await get('/products/shop.robot/shop.strongest()')).json.id).toBe('arm')
    // What the collection has but the cast has not.
    for (const target of ['/products/saw/maker', '/products/saw/power', '/products/saw/shop.product/power'])
      expect((await get(target)).status, target).toBe(400)
  })

  it.each([
    ['/products/hammer/shop.machine/power', 404],
    ['/products/hammer/shop.machine/parts', 404],
    ['/products/hammer/shop.machine/$ref', 404],
    ['/products/hammer/parts/head/product/shop.machine', 404],
    ['/products/hammer/parts/head/product/shop.machine/$ref', 404],
    ['/products/none/shop.machine', 404],
    ['/products/saw/shop.category', 400],
    ["/products/saw/shop.machine('saw')", 400],
    ['/products/saw/shop.nothing', 400],
    // A name that is no type's is a key.
    ['/products/shop.nothing', 404],
    // Its rule would see the whole collection.
    ['/products/shop.machine/cheapest()', 501],
  ])('is refused where it leads nowhere: %s', async (target, status) => {
    expect((await get(target)).status).toBe(status)
  })

  it('is as good for changes, which rows of other types do not take', async () => {
    expect((await send('PATCH', '/products/saw/shop.machine', { power: 901 })).json.power).toBe(901)
    expect((await send('PATCH', '/products/shop.machine/saw', { power: 900 })).json.power).toBe(900)
    expect((await send('PUT', '/products/saw/shop.machine/power', { value: 902 })).status).toBe(204)
    expect((await send('PATCH', '/products/shop.machine/saw', { power: 900 })).json.power).toBe(900)
    expect((await send('PATCH', '/products/hammer/shop.machine', { power: 1 })).status).toBe(404)
    expect((await send('DELETE', '/products/hammer/shop.machine')).status).toBe(404)
    expect((await send('POST', '/products/saw/shop.machine/sell', { pieces: 0 })).status).toBe(200)
    const maker = { '@odata.id': `${base}/suppliers/acme` }
    expect((await send('DELETE', '/products/saw/shop.machine/maker/$ref')).status).toBe(204)
    expect((await get('/products/saw/shop.machine/maker')).status).toBe(204)
    expect((await send('PUT', '/products/saw/shop.machine/maker/$ref', maker)).status).toBe(204)
    expect((await get('/products/saw/shop.machine/maker')).json.id).toBe('acme')
  })

  it('is listed by OPTIONS with what the model has there', async () => {
    const allow = async (target: string) => (await send('OPTIONS', target)).headers['Allow']
    expect(await allow('/products/shop.machine')).toContain('POST')
    expect(await allow('/products/shop.prototype')).not.toContain('POST')
    expect(await allow('/products/saw/shop.machine')).toContain('PATCH')
  })
})

describe('a cast in an option', () => {
  const rows = async (query: string) => {
    const { status, json } = await get(`/products?$orderby=id&${query}`)
    expect([status, json.error?.message], query).toEqual([200, undefined])
    return json.value.map(({ '@odata.type': _, '@odata.etag': __, ...row }: Record<string, unknown>) => row)
  }

  it('shows members of the type in $select, in its rows alone', async () => {
    expect(await rows('$select=id,shop.machine/power')).toEqual([
      { id: 'arm', power: 40 },
      { id: 'drill', power: 500 },
      { id: 'hammer' },
      { id: 'saw', power: 900 },
      { id: 'x1' },
    ])
    expect(await rows('$select=shop.robot/arms,shop.machine/plug/volts,id')).toEqual([
      { id: 'arm', plug: null, arms: 2 },
      { id: 'drill', plug: null },
      { id: 'hammer' },
      { id: 'saw', plug: { volts: 230 } },
      { id: 'x1' },
    ])
    expect(await rows('$select=shop.machine/name')).toEqual([
      { name: 'arm' },
      { name: 'Drill' },
      {},
      { name: 'saw' },
      {},
    ])
    expect(await rows('$select=shop.product/id&$top=1')).toEqual([{ id: 'arm' }])
    const [arm, , hammer] = await rows('$select=id,shop.robot/*')
    expect(hammer).toEqual({ id: 'hammer' })
    expect(arm).toMatchObject({ id: 'arm', name: 'arm', arms: 2, power: 40 })
    const { json } = await get('/products/saw?$select=SHOP.machine/Power')
    expect([json['@odata.context'], json.power]).toEqual([
      `${base}/$metadata#products(shop.machine/power)/$entity`,
      900,
    ])
  })

  it('is understood in $filter, $orderby and $expand', async () => {
    expect(await ids('/products?$filter=shop.machine/power gt 100&$orderby=id')).toEqual(['drill', 'saw'])
    expect(await ids("/products?$filter=shop.machine/maker/name eq 'Acme'")).toEqual(['saw'])
    expect(await ids("/products?$filter=isof('shop.robot')")).toEqual(['arm'])
    expect(await ids('/products?$orderby=shop.machine/power desc&$top=2')).toEqual(['saw', 'drill'])
    expect(await ids('/categories?$filter=products/shop.machine/any(p:p/power gt 100)')).toEqual(['tools'])
    expect(await ids('/categories?$filter=products/shop.robot/$count gt 0')).toEqual([])
    const expanded = await get('/products?$expand=shop.machine/maker($select=id)&$orderby=id&$select=id')
    expect(expanded.json.value.map(({ id, maker }: { id: string; maker?: object }) => [id, maker])).toEqual([
      ['arm', undefined],
      ['drill', undefined],
      ['hammer', undefined],
      ['saw', { id: 'acme' }],
      ['x1', undefined],
    ])
    const below = await get('/categories/tools?$expand=products/shop.machine($select=id,shop.robot/arms)')
    expect(below.json.products.map(({ id }: { id: string }) => id)).toEqual(['saw'])
  })

  it.each([
    ['$select=shop.category/name', '$select'],
    ['$select=shop.machine/colour', '$select'],
    ['$select=power', '$select'],
    ['$filter=shop.category/name eq null', '$filter'],
    ['$orderby=shop.nothing/name', '$orderby'],
    ['$expand=shop.category/parent', '$expand'],
  ])('is refused where no row can be of the type: %s', async (query, target) => {
    const { status, json } = await get(`/products?${query}`)
    expect([status, json.error.target]).toEqual([400, target])
  })
})

describe('a row of a derived type', () => {
  it('is made by the type in the body, with the members of the type, and says what it is', async () => {
    const { status, json, headers } = await send('POST', '/products', {
      '@odata.type': '#shop.machine',
      id: 'lathe',
      name: 'lathe',
      power: 7,
    })
    expect([status, json['@odata.type'], json.power, json.maker]).toEqual([201, '#shop.machine', 7, undefined])
    expect(headers['Location']).toBe(`${base}/products/lathe`)
    expect((await get('/products/lathe')).json).toMatchObject({ '@odata.type': '#shop.machine', power: 7 })
    expect(await ids("/products/shop.machine?$filter=id eq 'lathe'")).toEqual(['lathe'])
  })

  it('is made at a cast address, whose members it may have', async () => {
    const made = await send('POST', '/products/shop.machine', { id: 'press', name: 'press', power: 8 })
    expect([made.status, made.json['@odata.type'], made.headers['Location']]).toEqual([
      201,
      '#shop.machine',
      `${base}/products/shop.machine/press`,
    ])
    expect(made.json['@odata.context']).toBe(`${base}/$metadata#products/shop.machine/$entity`)
    const robot = await send('POST', '/products/shop.machine', { '@odata.type': 'shop.robot', name: 'r', arms: 4 })
    expect([robot.status, robot.json['@odata.type'], robot.json.arms]).toEqual([201, '#shop.robot', 4])
    const through = await send('POST', '/categories/tools/products', {
      '@odata.type': '#shop.robot',
      name: 't',
      arms: 1,
    })
    expect(through.status).toBe(201)
    expect((await get(`/products/${through.json.id}/category`)).json.id).toBe('tools')
    const put = await send(
      'PUT',
      '/products/shop.machine/mill',
      { name: 'mill', power: 3 },
      {
        headers: { prefer: 'create-if-missing' },
      },
    )
    expect([put.status, put.json['@odata.type']]).toEqual([201, '#shop.machine'])
  })

  it('is made together with its owner', async () => {
    const { status, json } = await send('POST', '/categories', {
      id: 'power',
      name: 'Power tools',
      products: [{ name: 'plain' }, { '@odata.type': '#shop.machine', name: 'motor', power: 5 }],
    })
    expect(status).toBe(201)
    expect(json.products.map((row: Record<string, unknown>) => [row['@odata.type'], row['power']])).toEqual([
      ['#shop.product', undefined],
      ['#shop.machine', 5],
    ])
    expect(await ids('/categories/power/products/shop.machine')).toHaveLength(1)
  })

  it.each([
    ['/products', { '@odata.type': '#shop.prototype', name: 'y' }, 400, '@odata.type'],
    ['/products/shop.prototype', { name: 'y' }, 405, undefined],
    ['/products', { '@odata.type': '#shop.category', name: 'y' }, 400, '@odata.type'],
    ['/products', { '@odata.type': '#shop.nothing', name: 'y' }, 400, '@odata.type'],
    ['/products', { '@odata.type': '#shop.robot', name: 'y' }, 400, 'arms'],
    ['/products', { name: 'y', power: 1 }, 400, 'power'],
    ['/products/shop.robot', { '@odata.type': '#shop.prototype', name: 'y', arms: 1 }, 400, '@odata.type'],
    ['/categories', { name: 'y', products: [{ '@odata.type': '#shop.robot', name: 'z' }] }, 400, 'products/0/arms'],
  ])('is refused where it cannot be: POST %s %j', async (target, body, status, at) => {
    const { status: found, json } = await send('POST', target, body)
    expect([found, json.error.target]).toEqual([status, at])
  })
})
