/** OData 4.0 and 4.01 Intermediate and Advanced, item by item, but for what repeats the Minimal level. */
import { describe, expect } from 'vitest'
import { conforms, shopForFile } from './items.ts'

const { send, get, names } = shopForFile()

const refused = async (target: string) => {
  const { status, json } = await get(target)
  expect([400, 501], target).toContain(status)
  expect(json.error.message).not.toBe('')
}

describe('shaping', () => {
  conforms('13.1.2-3', async () => {
    const { json } = await get('/products/hammer?$select=name,price/amount')
    const { '@odata.context': context, '@odata.type': type, '@odata.etag': tag, ...members } = json
    expect([context.split('#')[1], type]).toEqual(['products(name,price/amount)/$entity', '#shop.product'])
    expect(tag).toMatch(/^W\//)
    expect(members).toEqual({ name: 'hammer', price: { amount: 300 } })
    expect(Object.keys((await get('/products/hammer?$select=*')).json)).toContain('sold')
    await refused('/products?$select=colour')
  })

  conforms('13.1.2-4', async () => {
    expect(await names('/products/shop.machine')).toEqual(['Drill'])
    expect((await get('/products/shop.machine/drill')).json.power).toBe(500)
    expect((await get('/products/shop.machine/saw')).status).toBe(404)
    expect(await names('/products/shop.machine?$filter=power ge 500')).toEqual(['Drill'])
    expect((await get('/products/shop.machine/$count')).body).toBe('1')
    for (const target of ["/products/shop.machine('drill')", '/products/drill/shop.machine'])
      expect((await get(`${target}/power`)).json.value, target).toBe(500)
    expect((await get('/products/saw/shop.machine')).status).toBe(404)
  })

  conforms('13.1.2-6', async () => {
    const { headers, body } = await get('/products/hammer/stock/$value')
    expect([headers['Content-Type']?.split(';')[0], body]).toEqual(['text/plain', '3'])
    expect((await get('/products/hammer/price/currency/$value')).body).toBe('CHF')
    expect((await get('/products/hammer/name')).json.value).toBe('hammer')
    expect((await get('/products/saw/rating/$value')).status).toBe(204)
    expect((await get('/products/hammer/colour/$value')).status).toBe(400)
  })

  conforms('13.1.3-9.1', async () => {
    const at = (path: string) => ({ '@odata.id': `https://host/v1.0/${path}` })
    const { json } = await get('/products/hammer?$select=name&$expand=suppliers/$ref,category/$ref,parts/$ref')
    expect([json.name, json.suppliers, json.category, json.parts]).toEqual([
      'hammer',
      [at('suppliers/acme'), at('suppliers/bolt')],
      at('categories/tools'),
      [at('products/hammer/parts/head'), at('products/hammer/parts/shaft')],
    ])
    expect((await get('/products/hammer/suppliers/$ref')).json.value).toEqual(json.suppliers)
    const chosen = await get(
      "/products/hammer?$expand=suppliers/$ref($filter=name ne 'x';$orderby=name desc;$skip=1;$top=1;$count=true)",
    )
    expect([chosen.json.suppliers, chosen.json['suppliers@odata.count']]).toEqual([[at('suppliers/acme')], 2])
    const searched = await get('/categories/tools?$expand=products/$ref($search=grob),parent/$ref')
    expect(searched.json.products).toEqual([at('products/file')])
    expect(searched.json).not.toHaveProperty('parent')
    const nested = await get('/categories/tools?$expand=products($filter=stock eq 3;$expand=parts/$ref($top=1))')
    expect(nested.json.products[0].parts).toEqual([at('categories/tools/products/hammer/parts/head')])
    expect((await get('/products/hammer?$expand=*/$ref')).json).toMatchObject({
      suppliers: json.suppliers,
      category: json.category,
    })
    await refused('/products/hammer?$expand=suppliers/$ref($select=name)')
    await refused('/products/hammer?$expand=category/$ref($top=1)')
    await refused('/products/hammer?$expand=suppliers/$ref,suppliers')
  })

  conforms('13.1.2-7.5', async () => {
    const { json } = await get('/products/hammer?$expand=parts($filter=weight gt 300;$select=name)')
    expect(json.parts).toEqual([{ name: 'Head' }])
  })

  conforms('13.1.3-9.2', async () => {
    const { json } = await get("/products?$filter=id eq 'hammer'&$expand=parts($filter=startswith(name,'S'))")
    expect(json.value[0].parts.map(({ name }: { name: string }) => name)).toEqual(['Shaft'])
  })

  conforms('13.1.3-9.4', async () => {
    const { json } = await get('/products/hammer?$expand=parts($orderby=name desc;$top=1;$count=true)')
    expect([json.parts[0].name, json['parts@odata.count']]).toEqual(['Shaft', 2])
    const skipped = await get('/products/hammer?$expand=parts($orderby=name desc;$skip=1)')
    expect(skipped.json.parts.map(({ name }: { name: string }) => name)).toEqual(['Head'])
  })

  conforms('13.1.3-9.3', async () => {
    const wanted = '/categories/tools?$expand=products/shop.machine'
    const shown = 'id,name,power'
    const linked = await send('POST', '/categories/tools/products/$ref', { '@odata.id': 'products/drill' })
    expect(linked.status).toBe(204)
    const { json } = await get(`${wanted}($select=${shown};$filter=power gt 400;$count=true)`)
    expect(json.products).toMatchObject([{ '@odata.type': '#shop.machine', id: 'drill', name: 'Drill', power: 500 }])
    expect(json['products@odata.count']).toBe(1)
    expect(json['@odata.context']).toMatch(/#categories\(products\/shop\.machine\(id,name,power\)\)\/\$entity$/)
    expect((await get('/categories/tools?$expand=products')).json.products).toHaveLength(6)
    expect((await get(`${wanted}($filter=power gt 500)`)).json.products).toEqual([])
    expect((await get(`${wanted}/$ref`)).json.products).toEqual([{ '@odata.id': 'https://host/v1.0/products/drill' }])
    expect((await get('/categories/tools?$expand=products/SHOP.product')).json.products).toHaveLength(6)
    for (const name of ['shop.supplier', 'shop.thing', 'shop.nothing']) {
      const wrong = await get(`/categories/tools?$expand=products/${name}`)
      expect([wrong.status, wrong.json.error.message]).toEqual([
        400,
        `Parsing OData Select and Expand failed: '${name}' at position 9 is no type derived from 'shop.product', to which 'products' leads.`,
      ])
    }
    await refused('/categories/tools?$expand=products($filter=power gt 400)')
    await refused('/categories/tools?$expand=products/shop.machine,products')
    const before = (await get('/products?$filter=stock in (3,4)&$orderby=name&$expand=shop.machine/category')).json
    expect(before['@odata.context']).toMatch(/#products\(shop\.machine\/category\(\)\)$/)
    expect(before.value.map(({ id, category }: { id: string; category?: object }) => [id, category])).toEqual([
      ['drill', expect.objectContaining({ id: 'tools' })],
      ['hammer', undefined],
    ])
    expect((await get('/products/hammer?$expand=shop.machine/*/$ref')).json).not.toHaveProperty('suppliers')
    expect((await get('/products/shop.machine?$expand=shop.machine/category/$ref')).json.value[0].category).toEqual({
      '@odata.id': 'https://host/v1.0/categories/tools',
    })
    await refused('/products?$expand=shop.category/category')
    await refused('/products?$expand=shop.machine/category,category')
    expect((await send('DELETE', '/categories/tools/products/drill/$ref')).status).toBe(204)
  })

  conforms('13.1.3-9.7', async () => {
    const { json } = await get('/categories/tools?$expand=products($search=grob;$select=name)')
    expect(json.products.map(({ name }: { name: string }) => name)).toEqual(['file'])
  })

  conforms('13.1.3-9.8', async () => {
    await send('POST', '/categories', { id: 'tiny', name: 'Tiny', parent: { '@id': 'categories/small' } })
    const { json } = await get('/categories/tools?$expand=children($levels=2)')
    expect(json.children[0]).toMatchObject({ id: 'small', children: [{ id: 'tiny' }] })
    expect(json.children[0].children[0].children).toBeUndefined()
    const flat = await get('/categories/tools?$expand=children($levels=1)')
    expect(flat.json.children[0].children).toBeUndefined()
  })
})

describe('choosing', () => {
  conforms('13.1.2-7.1', async () => {
    expect(await names("/products?$filter=name eq 'saw'")).toEqual(['saw'])
    expect(await names('/products?$filter=rating eq null&$orderby=name')).toEqual(['Drill', 'saw'])
    expect(await names('/products?$filter=isSpecial ne null')).toEqual(['level'])
  })

  conforms('13.1.2-7.2', async () => {
    expect(await names("/products?$filter=name eq @n or stock eq @s&$orderby=name&@n='saw'&@s=900")).toEqual([
      'nail',
      'saw',
    ])
  })

  conforms('13.1.2-7.3', async () => {
    for (const [filter, expected] of [
      ['stock gt 8 and stock lt 900', ['file']],
      ['stock ge 8 and not (stock eq 900)', ['file', 'saw']],
      ['stock le 0 or rating eq 5', ['hammer', 'level']],
      ['stock mul 2 eq 16', ['saw']],
      ['stock add 1 sub 4 eq 0', ['hammer']],
      ['stock eq NaN or stock eq 8', ['saw']],
      ['rating ne NaN and stock lt 1', ['level']],
      ['stock lt INF and stock gt 100', ['nail']],
      ['-stock lt -800', ['nail']],
    ] as const) {
      expect(await names(`/products?$filter=${filter.replaceAll('+', '%2B')}&$orderby=name`), filter).toEqual(expected)
    }
  })

  conforms('13.1.2-7.4', async () => {
    for (const [filter, expected] of [
      ["contains(name,'am')", ['hammer']],
      ["endswith(name,'l')", ['Drill', 'level', 'nail']],
      ['length(name) eq 3', ['saw']],
      ["indexof(name,'a') eq 1", ['hammer', 'nail', 'saw']],
      ["substring(name,1) eq 'aw'", ['saw']],
      ["toupper(name) eq 'SAW'", ['saw']],
      ["concat(name,'!') eq 'saw!'", ['saw']],
      ["trim(' saw ') eq name", ['saw']],
      ['year(since) eq 2026 and month(since) eq 1 and day(since) eq 1 and hour(since) eq 0', ['saw']],
      ['round(rating div 2) eq 1', ['nail']],
      ['round(rating divby 2) eq 1', ['level', 'nail']],
    ] as const) {
      expect(await names(`/products?$filter=${filter}&$orderby=name`), filter).toEqual(expected)
    }
    await refused('/products?$filter=nonsense(name)')
    await refused('/products?$filter=length(name,1) eq 2')
  })

  conforms('13.1.2-15', async () => {
    expect(await names("/products?$filter=tags/any(t:t eq 'iron')")).toEqual(['hammer'])
    expect(await names("/products?$filter=tags/any() and tags/all(t:t eq 'red')")).toEqual(['saw'])
    expect(await names("/products?$filter=notes/any(n:n/language eq 'de' and startswith(n/text,'g'))")).toEqual([
      'file',
    ])
    expect(await names('/products?$filter=parts/any(p:p/weight gt 300)')).toEqual(['hammer'])
    expect(await names("/products?$filter=suppliers/any(s:s/home/city eq 'Chur')")).toEqual(['hammer'])
  })

  conforms('13.2.2-3', async () => {
    expect(await names('/products?$filter=category eq null')).toEqual(['Drill'])
    expect(await names('/products?$filter=category ne null and stock gt 10&$orderby=name')).toEqual(['file', 'nail'])
  })

  conforms('13.2.2-4', async () => {
    expect(await names('/products?$filter=stock in (3,8)&$orderby=name')).toEqual(['hammer', 'saw'])
    expect(await names('/products?$filter=rating in (null,5)&$orderby=name')).toEqual(['Drill', 'hammer', 'saw'])
  })

  conforms('13.2.2-6', async () => {
    expect(await names('/products?$filter=tags/$count gt 1')).toEqual(['hammer'])
    expect(await names('/products?$filter=parts/$count eq 2')).toEqual(['hammer'])
    expect(await names('/products?$filter=parts/$count($filter=weight gt 300) eq 1')).toEqual(['hammer'])
  })

  conforms('13.1.2-11', async () => {
    expect(await names('/products?$search=grob')).toEqual(['file'])
    // Suppliers have no search index; a search is never passed over.
    await refused('/suppliers?$search=Acme')
    await refused('/products?$search=')
  })
})

describe('paging and order', () => {
  conforms('13.1.2-5', async () => {
    expect((await get('/products?$top=2')).json.value).toHaveLength(2)
    expect((await get('/products?$top=0')).json.value).toEqual([])
    expect((await get('/products?$top=1000')).status).toBe(200)
    await refused('/products?$top=two')
  })

  conforms('13.1.2-12', async () => {
    expect(await names('/products?$orderby=name desc&$skip=4&$top=2&$select=name')).toEqual(['file', 'Drill'])
  })

  conforms('13.1.2-13', async () => {
    const { json } = await get('/products?$count=true&$top=1&$filter=stock gt 5')
    expect([json['@odata.count'], json.value.length]).toEqual([3, 1])
    expect((await get('/products?$count=false')).json['@odata.count']).toBeUndefined()
  })

  conforms('13.1.2-16', async () => {
    expect((await get('/products/$count')).body).toBe('6')
    expect((await get('/products/$count?$filter=stock gt 5')).body).toBe('3')
    expect((await get('/products/hammer/parts/$count')).body).toBe('2')
  })

  conforms('13.1.2-17', async () => {
    expect((await names('/products?$orderby=stock')).slice(0, 3)).toEqual(['level', 'hammer', 'Drill'])
    expect((await names('/products?$orderby=rating desc,name asc')).at(0)).toBe('hammer')
    expect(await names('/products?$orderby=rating,name&$top=3')).toEqual(['Drill', 'saw', 'level'])
    expect(await names('/products?$orderby=price/amount desc&$top=1')).toEqual(['Drill'])
  })
})

describe('the service', () => {
  conforms('13.1.3-12', async () => {
    for (const [target, status] of [
      ["/categories('tools')/products('saw')", 200],
      ['/categories/tools/products/saw/category/parent', 204],
      ["/products('O''Neil')", 404],
      ['/products/none', 404],
      ['/nothing', 501],
      ['/products/saw/nothing', 400],
      ['/products/hammer/shop.priceFor(pieces=1)', 200],
      ["/products/withTag(tag='red')", 200],
    ] as const) {
      expect((await get(target)).status, target).toBe(status)
    }
  })

  conforms('13.2.3-6', async () => {
    const { headers, json } = await get('/$metadata?$format=json')
    expect(headers['Content-Type']).toMatch(/^application\/json/)
    expect(json.shop.product).toMatchObject({ $Kind: 'EntityType', $BaseType: 'shop.thing' })
    expect((await get('/$metadata', { accept: 'application/json' })).json.shop.machine.$BaseType).toBe('shop.product')
  })

  conforms('13.2.3-7', async () => {
    const { status, json } = await send('POST', '/$batch', {
      requests: [
        { id: '1', method: 'GET', url: '/products/saw?$select=name' },
        {
          id: '2',
          method: 'POST',
          url: '/suppliers',
          headers: { 'Content-Type': 'application/json' },
          body: { id: 'b', name: 'B' },
        },
        { id: '3', method: 'GET', url: '/suppliers/b', dependsOn: ['2'] },
        { id: '4', method: 'DELETE', url: '/suppliers/none' },
        { id: '5', method: 'GET', url: '/suppliers/b', dependsOn: ['4'] },
      ],
    })
    expect(status).toBe(200)
    const found = new Map(json.responses.map((answer: { id: string }) => [answer.id, answer]))
    expect(found.get('1')).toMatchObject({ status: 200, body: { name: 'saw' } })
    expect(['2', '3', '4', '5'].map((id) => (found.get(id) as { status: number }).status)).toEqual([201, 200, 404, 424])
  })

  conforms('13.1.3-10', async () => {
    for (const [search, expected] of [
      ['rough grob', ['file']],
      ['rough AND nothing', []],
      ['nothing OR "gro"', ['file']],
      ['(grob OR x) NOT y', ['file']],
    ] as const) {
      expect(await names(`/products?$search=${search}`), search).toEqual(expected)
    }
    await refused('/products?$search=(a')
  })

  conforms('13.2.3-3', async () => {
    expect(await names('/products?$filter=parts/$count($filter=weight gt 300) eq 1')).toEqual(['hammer'])
    expect((await names('/products?$orderby=parts/$count desc&$top=1')).at(0)).toBe('hammer')
  })

  conforms('13.1.3-11', async () => {
    const headers = { 'content-type': 'multipart/mixed; boundary=b' }
    const { status, json } = await send('POST', '/$batch', '--b--', { headers })
    expect([status, typeof json.error.message]).toEqual([415, 'string'])
  })

  conforms('13.1.3-15', () => refused('/$crossjoin(products,suppliers)'))
  conforms('13.2.3-4', () => refused('/products?$compute=stock mul 2 as twice&$select=twice'))
  conforms('apply', () => refused('/products?$apply=aggregate(stock with sum as total)'))

  conforms('index', async () => {
    for (const [method, target] of [
      ['GET', '/products?$index=0'],
      ['GET', '/products?index=0'],
      ['POST', '/products?$index=0'],
      ['PATCH', '/products/hammer?$INDEX=-1'],
    ] as const) {
      const { status, json } = await send(method, target, method === 'GET' ? undefined : { name: 'x' })
      expect([status, json.error.target, json.error.message], target).toEqual([
        400,
        '$index',
        "The query option '$index' is not supported.",
      ])
    }
    await refused('/products/hammer/tags/0')
  })

  conforms('derived', async () => {
    const body = { '@odata.type': '#shop.machine', name: 'lathe', power: 3 }
    expect((await send('POST', '/products', body)).json.power).toBe(3)
    expect((await send('POST', '/products/shop.machine', { name: 'mill', power: 4 })).json.power).toBe(4)
  })

  conforms('guid', async () => {
    const tracking = 'ABCDEF01-0A0B-4C0D-8E0F-000000000001'
    expect((await send('POST', '/parcels', { tracking })).json.tracking).toBe(tracking.toLowerCase())
    expect((await get(`/parcels?$filter=tracking eq ${tracking}`)).json.value).toHaveLength(1)
  })

  conforms('types', async () => {
    for (const [filter, name] of [
      ['cast(stock,Edm.Decimal) eq 1', 'Edm.Decimal'],
      ['cast(since,Edm.Date) eq 2026-01-01', 'Edm.Date'],
      ['cast(since,Edm.TimeOfDay) eq 10:00', 'Edm.TimeOfDay'],
      ['cast(name,Edm.Binary) eq null', 'Edm.Binary'],
      ["name eq binary'AA=='", "binary'AA=='"],
      ["name eq geography'POINT(1 1)'", 'geography'],
      ["status has shop.status'sold'", 'without flags'],
    ] as const) {
      const { status, json } = await get(`/products?$filter=${filter}`)
      expect([status, json.error.target], filter).toEqual([400, '$filter'])
      expect(json.error.message, filter).toContain(name)
    }
    expect(await names('/products?$filter=date(since) eq 2026-01-01')).toEqual(['saw'])
  })
})
