/** What OData 4.01 adds for services that go further: narrowed addresses, whole values, aliases, counts of links. */
import { describe, expect } from 'vitest'
import { conforms, shopForFile } from './items.ts'

const { send, get, names } = shopForFile()

const refusedWith = async (target: string, text: string, status = 400) => {
  const answer = await get(target)
  expect([answer.status, answer.json.error?.message], target).toEqual([status, expect.stringContaining(text)])
}

describe('calls', () => {
  conforms('13.2.1-9.7', async () => {
    expect((await get('/products/hammer/priceFor?pieces=2')).json).toMatchObject({ amount: 600, currency: 'CHF' })
    // The same address with another parameter is another question.
    expect((await get('/products/hammer/priceFor?@PIECES=3')).json.amount).toBe(900)
    expect((await get("/stockOf?name='saw'")).json.value).toBe(8)
    expect((await get("/stockOf?name='nail'&other=1")).json.value).toBe(900)
    expect(await names("/products/shop.withTag?tag='red'&$select=name")).toEqual(['hammer', 'saw'])
    await refusedWith('/products/hammer/priceFor', "needs the parameter 'pieces'")
    await refusedWith('/products/hammer/priceFor()?pieces=2', "needs the parameter 'pieces'. At position 25")
    await refusedWith('/products/hammer/priceFor?pieces=two', "a value of 'Edm.Int32'")
    await refusedWith('/products/hammer/priceFor?pieces=2&@pieces=3', 'more than once')
  })
})

describe('whole values', () => {
  conforms('13.2.2-7', async () => {
    const coin = '{"amount":1,"currency":"EUR"}'
    for (const [filter, expected] of [
      [`price eq ${coin}`, ['nail']],
      [`${coin} eq price`, ['nail']],
      [`price eq {"Currency":"EUR","AMOUNT":1.0}`, ['nail']],
      ['price eq {"amount":1}', []],
      ['price eq @p&@p={"amount":300,"currency":"CHF"}', ['hammer']],
      [`price ne ${coin} and price ne null`, ['Drill', 'hammer']],
      [`not (price eq ${coin})`, ['Drill', 'file', 'hammer', 'level', 'saw']],
      ['price eq null', ['file', 'level', 'saw']],
      [`price in (${coin},null)`, ['file', 'level', 'nail', 'saw']],
      [`price in @l&@l=[${coin},{"amount":300,"currency":"CHF"}]`, ['hammer', 'nail']],
      ['price eq price and price ne null', ['Drill', 'hammer', 'nail']],
      ['notes/any(n:n eq {"language":"de","text":"grob"})', ['file']],
      ['notes/any(n:n eq {"language":"de","text":"rough"})', []],
      ['{"language":"en","text":"rough"} in notes', ['file']],
      ['suppliers/any(s:s/home eq {"city":"Chur"})', ['hammer']],
      ['suppliers/any(s:s/home eq {"city":"Chur","street":null})', ['hammer']],
    ] as const) {
      expect(await names(`/products?$filter=${filter}&$orderby=name`), filter).toEqual(expected)
    }
    expect(await names('/suppliers?$filter=home eq home&$orderby=name')).toEqual(['Acme', 'Bolt'])
    const between = '/products/hammer/parts?$filter=made eq null and product/price eq {"amount":300,"currency":"CHF"}'
    expect(await names(between)).toEqual(['Head', 'Shaft'])
    for (const [filter, text] of [
      ['price eq {"amount":1,"colour":"red"}', "named 'colour' on type 'shop.money'. (Position 21 in '$filter'.)"],
      ['price gt {"amount":1}', "position 6 in '$filter': 'gt' on values with members"],
      ['price eq {"amount":"x"}', "not a value of type 'Edm.Int32'"],
      ['price eq {"amount":stock}', 'position 19'],
      ['price eq {"amount":1,"Amount":1}', "position 21 in '$filter': expected each member once"],
      ['price eq 5', "expected a value of type 'shop.money'"],
      ['price eq stock', "expected a value of type 'shop.money'"],
      ['suppliers/any(s:s/home eq $it/price)', "expected a value of type 'shop.address'"],
      ['{"amount":1} eq {"amount":1}', 'expected a property beside the JSON object'],
      ['price', 'expected a condition'],
      ['{"amount":1}', 'expected a condition'],
      ['length(price) eq 1', 'expected a value of type'],
      [`price in (${Array.from({ length: 400 }, () => '{}').join(',')})`, 'more than 800 operators'],
    ] as const) {
      await refusedWith(`/products?$filter=${filter}`, text)
    }
    await refusedWith('/products?$orderby=price', 'expected a single value to sort by')
  })
})

describe('narrowed collections', () => {
  conforms('13.2.3-8', async () => {
    expect(await names('/products/$filter(@f)?@f=stock gt 5&$orderby=name')).toEqual(['file', 'nail', 'saw'])
    expect(await names('/products/$filter(stock gt 5)/$Filter(stock%20lt%20100)?$orderby=name')).toEqual([
      'file',
      'saw',
    ])
    expect(
      await names('/products/$filter(@f)/$filter(@g)?@f=stock gt 5&@g=stock lt 100&$filter=rating ne null'),
    ).toEqual(['file'])
    expect((await get('/products/$filter(stock gt 5)/$count')).body).toBe('3')
    expect((await get('/products/$filter(stock%20gt%205)/$count?$top=1')).body).toBe('3')
    // Slashes, brackets and quotes of the expression are its own.
    expect(await names("/products/$filter(price/currency eq 'EUR')")).toEqual(['nail'])
    expect(await names("/products/$filter(price%2Fcurrency eq 'CHF' or name eq 'a/b)''')?$orderby=name")).toEqual([
      'Drill',
      'hammer',
    ])
    expect(await names('/products/$filter(price eq {"amount":1,"currency":"EUR"})')).toEqual(['nail'])
    expect(await names("/products/$filter(contains(name,'am') and (stock eq 3))")).toEqual(['hammer'])
    expect(await names('/products/shop.machine/$filter(power gt 100)')).toEqual(['Drill'])
    expect(await names('/products/hammer/parts/$filter(weight gt 300)')).toEqual(['Head'])
    const { json } = await get("/products/hammer/suppliers/$filter(home/city eq 'Chur')/$ref")
    expect(json.value).toEqual([{ '@odata.id': 'https://host/v1.0/suppliers/bolt' }])
    const parts = await get('/products/hammer/parts/$filter(weight gt 300)/$ref')
    expect(parts.json.value).toEqual([{ '@odata.id': 'https://host/v1.0/products/hammer/parts/head' }])
    const full = await get('/products/$filter(stock eq 8)?$format=application/json;odata.metadata=full')
    expect(full.json.value[0]['@odata.id']).toBe('https://host/v1.0/products/saw')
    expect(full.json['@odata.context']).toBe('https://host/v1.0/$metadata#products')
    // A page knows the condition it belongs to.
    const page = await get('/products/$filter(stock ge 3)?$top=2&$orderby=name')
    const next: string = page.json['@odata.nextLink'].replace('https://host/v1.0', '')
    expect(await names(next)).toEqual(['hammer', 'nail'])
    await refusedWith(next.replace('ge%203', 'ge%204'), 'belongs to another query')
    expect((await send('POST', '/products/$filter(stock gt 5)', { name: 'x' })).status).toBe(405)
    expect((await send('POST', '/products/$count', { name: 'x' })).status).toBe(405)
    expect((await send('OPTIONS', '/products/$filter(stock gt 5)')).headers['Allow']).toBe('GET, HEAD, OPTIONS')
    for (const [path, text] of [
      ['/products/$filter', "position 16 in the address: expected '('"],
      ['/products/$filter(stock gt 5', "position 27 in the address: expected ')'"],
      ['/products/$filter(colour eq 5)', "named 'colour' on type 'shop.product'"],
      ['/products/$filter(stock gt)', "position 8 in '$filter'"],
      ['/products/$filter()', "position 0 in '$filter'"],
      ["/products/$filter(stock gt 5)('saw')", 'position 28 in the address'],
      [
        '/products/$filter(stock gt 5)/saw',
        "position 29 in the address: expected '$count', '$filter(…)', '$ref' or the end",
      ],
      ['/products/$filter(stock gt 5)/$count?$filter=stock lt 9', "'$filter' is not allowed on '/$filter(…)/$count'"],
    ] as const) {
      await refusedWith(path, text)
    }
    await refusedWith('/company/$filter(true)', "does not serve '$filter(true)'", 501)
  })
})

describe('links', () => {
  conforms('5.1-3.1', async () => {
    const { json } = await get('/products/hammer?$select=name&$expand=parts/$count,suppliers/$count')
    const { '@odata.context': context, '@odata.type': _, '@odata.etag': __, ...members } = json
    expect(members).toEqual({ name: 'hammer', 'parts@odata.count': 2, 'suppliers@odata.count': 2 })
    expect(context).toBe('https://host/v1.0/$metadata#products(name)/$entity')
    const chosen = await get("/products?$filter=id eq 'hammer'&$expand=parts/$count($filter=weight gt 300)")
    expect(chosen.json.value[0]['parts@odata.count']).toBe(1)
    expect(chosen.json.value[0]).not.toHaveProperty('parts')
    const below = await get('/categories/tools?$expand=products($filter=stock eq 3;$expand=parts/$count)')
    expect(below.json.products[0]['parts@odata.count']).toBe(2)
    expect((await get('/categories/tools?$expand=products/$count($search=grob)')).json['products@odata.count']).toBe(1)
    await send('POST', '/categories/tools/products/$ref', { '@odata.id': 'products/drill' })
    expect((await get('/categories/tools?$expand=products/shop.machine/$count')).json['products@odata.count']).toBe(1)
    await send('DELETE', '/categories/tools/products/drill/$ref')
    const safe = await get('/products/hammer?$expand=parts/$count', {
      accept: 'application/json;IEEE754Compatible=true',
    })
    expect(safe.json['parts@odata.count']).toBe('2')
    await refusedWith('/products/hammer?$expand=category/$count', "position 9 in '$expand'")
    await refusedWith('/products/hammer?$expand=parts/$count($top=1)', "position 13 in '$expand'")
    await refusedWith('/products/hammer?$expand=parts/$count,parts', 'expanded twice in different ways')
  })

  conforms('5.1-3.2', async () => {
    const of = async (target: string) => {
      const { json } = await get(target)
      return json.parts.map(({ name }: { name: string }) => name)
    }
    expect(await of('/products/hammer?$expand=parts($filter=weight gt @w;@w=300)')).toEqual(['Head'])
    expect(await of('/products/hammer?$expand=parts(@w=300;$filter=weight lt @w)&@w=1')).toEqual(['Shaft'])
    expect(await of('/products/hammer?$expand=parts($filter=@c;@c=weight gt 300 or weight lt 100)')).toEqual(['Head'])
    const count = await get('/products/hammer?$expand=parts/$count($filter=weight gt @w;@w=300)')
    expect(count.json['parts@odata.count']).toBe(1)
    const tags = await get("/products/hammer?$select=tags($filter=$it eq @t;@t='red')")
    expect(tags.json.tags).toEqual(['red'])
    // Outside of the parentheses it is not known: null.
    expect((await get('/products?$filter=stock eq @w&$expand=parts(@w=300)')).json.value).toEqual([])
    await refusedWith('/products/hammer?$expand=parts($filter=weight gt @w;@w=)', "position 30 in '$expand'")
  })
})
