/** OData 4.0 and 4.01 Minimal, item by item; what an updatable service needs is in a file of its own. */
import { describe, expect } from 'vitest'
import { conforms, shopForFile } from './items.ts'

const { get, names } = shopForFile()
const base = 'https://host/v1.0'

describe('reading', () => {
  conforms('13.1.1-1', async () => {
    const { status, json } = await get('/')
    expect(status).toBe(200)
    expect(json['@odata.context']).toBe(`${base}/$metadata`)
    expect(json.value).toContainEqual({ name: 'products', kind: 'EntitySet', url: 'products' })
    expect(json.value).toContainEqual({ name: 'company', kind: 'Singleton', url: 'company' })
  })

  conforms('13.1.1-2', async () => {
    const one = await get('/products/hammer')
    expect(one.headers['Content-Type']).toMatch(/^application\/json;odata\.metadata=minimal/)
    expect(one.json).toMatchObject({ '@odata.context': `${base}/$metadata#products/$entity`, id: 'hammer', stock: 3 })
    const many = await get('/products')
    expect(Object.keys(many.json)).toEqual(['@odata.context', '@odata.nextLink', 'value'])
  })

  conforms('13.1.1-3', async () => {
    const seen: string[] = []
    let target: string | undefined = '/products?$orderby=id'
    while (target !== undefined) {
      const { json } = await get(target)
      seen.push(...json.value.map(({ id }: { id: string }) => id))
      target = (json['@odata.nextLink'] as string | undefined)?.slice(base.length)
    }
    expect(seen).toEqual([...new Set(seen)].sort())
    expect(seen).toEqual(expect.arrayContaining(['drill', 'file', 'hammer', 'level', 'nail', 'saw']))
    expect((await get('/products?$top=6&$select=id')).json.value).toHaveLength(6)
  })

  conforms('13.1.1-4', async () => {
    for (const target of ['/products', '/products/hammer', '/products/none', '/products/$count', '/company']) {
      expect((await get(target)).headers['OData-Version'], target).toBe('4.0')
    }
  })

  conforms('13.1.1-5.1', async () => {
    expect((await get('/products', { accept: 'application/atom+xml' })).status).toBe(406)
    for (const accept of ['*/*', 'application/json', 'application/atom+xml, application/json;q=0.1', 'application/*']) {
      expect((await get('/products', { accept })).status, accept).toBe(200)
    }
    const bare = await get('/products/hammer', { accept: 'application/json;odata.metadata=none' })
    expect(bare.json['@odata.context']).toBeUndefined()
    expect(bare.json.id).toBe('hammer')
  })

  conforms('13.1.1-5.2', async () => {
    expect((await get('/products', { 'odata-maxversion': '4.0' })).status).toBe(200)
    expect((await get('/products', { 'odata-maxversion': '4.01' })).status).toBe(200)
    expect((await get('/products', { 'odata-maxversion': '3.0' })).status).toBe(406)
  })

  conforms('13.1.1-7', async () => {
    for (const query of [
      '$filter=name eq',
      '$orderby=name sideways',
      '$top=-1',
      '$select=,',
      '$expand=parts(',
      '$nope=1',
    ]) {
      expect((await get(`/products?${query}`)).status, query).toBe(400)
    }
  })

  conforms('13.1.1-12', async () => {
    const { json } = await get('/products/hammer?$expand=parts,category,suppliers($select=name)')
    expect(json.parts.map(({ id }: { id: string }) => id)).toEqual(['head', 'shaft'])
    expect(json.category).toEqual({ id: 'tools', name: 'Tools' })
    expect(json.suppliers).toEqual([{ name: 'Acme' }, { name: 'Bolt' }])
  })

  conforms('13.1.1-13', async () => {
    const { headers, body } = await get('/$metadata')
    expect(headers['Content-Type']).toMatch(/^application\/xml/)
    for (const part of [
      '<EntityType Name="machine" BaseType="shop.product"',
      '<Action Name="sell" IsBound="true">',
      '<FunctionImport Name="stockOf" Function="shop.stockOf"',
      'ContainsTarget="true"',
    ]) {
      expect(body, part).toContain(part)
    }
  })

  conforms('13.1.1-14', async () => {
    const answer = await get('/products', { prefer: 'odata.maxpagesize=2' })
    expect(answer.json.value).toHaveLength(2)
    expect(answer.headers['Preference-Applied']).toContain('maxpagesize=2')
  })

  conforms('13.1.1-15', async () => {
    expect(await names("/products?$filter=status eq shop.status'sold'")).toEqual(['hammer'])
    expect(await names("/products?$filter=warranty ge duration'P300D'")).toEqual(['saw'])
  })

  conforms('13.2.1-4', async () => {
    expect((await get('/products', { prefer: 'maxpagesize=3' })).json.value).toHaveLength(3)
  })

  conforms('13.2.1-6', async () => {
    expect(await names('/products?filter=stock gt 10&orderby=stock&select=name&top=1')).toEqual(['file'])
  })

  conforms('13.2.1-7', async () => {
    expect(await names("/products?$FILTER=STARTSWITH(name,'h') AND stock GE 3&$OrderBy=stock DESC")).toEqual(['hammer'])
  })

  conforms('13.2.1-8', async () => {
    const { json } = await get('/PRODUCTS/hammer?$select=NAME,Stock')
    expect(json).toMatchObject({ name: 'hammer', stock: 3 })
    expect(json['@odata.context']).toBe(`${base}/$metadata#products(name,stock)/$entity`)
  })

  conforms('13.2.1-9.1', async () => {
    expect(await names("/products?$filter=since eq '2026-01-01T00:00:00Z'")).toEqual(['saw'])
  })

  conforms('13.2.1-9.2', async () => {
    expect(await names("/products?$filter=status eq 'sold'")).toEqual(['hammer'])
    expect(await names("/products?$filter=warranty eq 'P365D'")).toEqual(['saw'])
  })

  conforms('13.2.1-9.3', async () => {
    for (const target of ['/statuses', '/statuses()']) {
      expect((await get(target)).json.value, target).toEqual(['planned', 'sold', 'withdrawn'])
    }
  })

  conforms('13.2.1-9.5', async () => {
    for (const target of ['/products/cheapest', '/products/shop.cheapest()', '/products/cheapest()?$select=name']) {
      expect((await get(target)).json.name, target).toBe('nail')
    }
    expect((await get('/products/hammer/shop.priceFor(pieces=2)')).json.amount).toBe(600)
    expect((await get('/products/hammer/other.priceFor(pieces=2)')).status).toBe(400)
  })

  conforms('13.2.1-9.6', async () => {
    expect((await get('/products/hammer/priceFor(pieces=@n)?@n=3')).json).toMatchObject({
      amount: 900,
      currency: 'CHF',
    })
    expect((await get("/stockOf(name=@n)?@n='nail'")).json.value).toBe(900)
    expect((await get('/products/hammer/priceFor(pieces=@n)')).status).toBe(400)
  })

  conforms('13.2.1-9.10', async () => {
    expect(await names('/products?$filter=stock divby 2 eq 1.5')).toEqual(['hammer'])
  })

  conforms('13.2.1-9.9', async () => {
    expect(await names("/products?$filter=name in ('saw','nail')&$orderby=name")).toEqual(['nail', 'saw'])
  })

  conforms('13.2.1-9.12', async () => {
    for (const target of ['/products/saw', "/products('saw')", "/products(id='saw')"]) {
      expect((await get(target)).json.name, target).toBe('saw')
    }
  })
})
