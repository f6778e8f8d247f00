/** Following the changes of a listing: OData protocol 4.01 §11.3, in Graph's form (protocol.md §1.15). */
import { describe, expect, it } from 'vitest'
import { entityType } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { text } from '#edm/props.ts'
import { conforms, shopForFile } from './items.ts'

const { send, get, clock } = shopForFile()

const base = 'https://host/v1.0'
const track = { prefer: 'odata.track-changes' }

interface Row {
  readonly id: string
  readonly '@removed'?: { readonly reason: string }
}

/** A listing to its end, page by page, and the link that follows it. */
const followed = async (target: string, headers: Readonly<Record<string, string>> = track) => {
  const rows: Row[] = []
  let pages = 0
  for (let next: string = target; ; pages += 1) {
    const { status, json } = await get(next, pages === 0 ? headers : {})
    expect(status, JSON.stringify(json)).toBe(200)
    rows.push(...json.value)
    if (json['@odata.nextLink'] === undefined)
      return { rows, pages: pages + 1, link: json['@odata.deltaLink'] as string }
    expect(json['@odata.deltaLink']).toBeUndefined()
    next = json['@odata.nextLink'].replace(base, '')
  }
}

const at = (link: string): string => link.replace(base, '')
const told = (rows: readonly Row[]): string[] =>
  rows.map(({ id, '@removed': removed }) => (removed === undefined ? id : `${removed.reason} ${id}`))

describe('changes', () => {
  conforms('13.1.3-14', async () => {
    const first = await get('/products?$top=100', track)
    expect(first.headers['Preference-Applied']).toBe('odata.track-changes')
    expect((await get('/products', { prefer: 'track-changes' })).headers['Preference-Applied']).toBe('track-changes')
    const start = await followed('/products?$count=true&$top=2')
    expect([start.rows.length, start.pages]).toEqual([6, 3])
    expect(start.link).toMatch(/^https:\/\/host\/v1\.0\/products\?\$deltatoken=[\w-]+$/)
    const none = await get(at(start.link))
    expect(none.json.value).toEqual([])
    expect(none.json['@odata.context']).toBe(`${base}/$metadata#products/$delta`)
    // Made, changed by several requests, removed, and none of another type.
    expect((await send('POST', '/products', { id: 'axe', name: 'axe' })).status).toBe(201)
    await send('PATCH', '/products/saw', { stock: 9 })
    await send('POST', '/products/hammer/sell', { pieces: 1 })
    await send('PATCH', '/products/saw', { stock: 10 })
    await send('DELETE', '/products/level')
    await send('POST', '/suppliers', { id: 'cog', name: 'Cog' })
    const changed = await followed(at(none.json['@odata.deltaLink']), {})
    expect(told(changed.rows)).toEqual(['axe', 'hammer', 'saw', 'deleted level'])
    expect(changed.rows[2]).toMatchObject({ '@odata.type': '#shop.product', name: 'saw', stock: 10 })
    expect(changed.rows[3]).toEqual({ '@removed': { reason: 'deleted' }, id: 'level' })
    // What was told is not told again; the first link still tells everything.
    expect((await followed(at(changed.link), {})).rows).toEqual([])
    expect(told((await followed(at(start.link), { prefer: 'odata.maxpagesize=1' })).rows)).toEqual(told(changed.rows))
    expect((await followed(at(start.link), { prefer: 'odata.maxpagesize=1' })).pages).toBe(2)
    // A refused change is none.
    expect((await send('POST', '/products/saw/sell', { pieces: 1000 })).status).toBe(409)
    expect((await followed(at(changed.link), {})).rows).toEqual([])
  })

  it('tells of rows that the condition of a listing no longer lets in, and of those it does now', async () => {
    const filtered = await followed('/products/$filter(stock gt 5)?$filter=stock lt @most&@most=1000&$select=name')
    expect(told(filtered.rows)).not.toContain('nail-2')
    await send('POST', '/products', { id: 'nail-2', name: 'nail', stock: 6 })
    await send('PATCH', '/products/file', { stock: 1 })
    const { rows, link } = await followed(at(filtered.link), {})
    expect(told(rows)).toEqual(['nail-2', 'changed file'])
    // The id is told whatever is selected.
    expect(rows[0]).toEqual({
      '@odata.type': '#shop.product',
      '@odata.etag': expect.anything(),
      id: 'nail-2',
      name: 'nail',
    })
    await send('PATCH', '/products/file', { stock: 12 })
    expect(told((await followed(at(link), {})).rows)).toEqual(['file'])
    const full = await get(at(link), { accept: 'application/json;odata.metadata=full' })
    expect(full.json.value[0]['@odata.id']).toBe(`${base}/products/file`)
    const context = full.json['@odata.context']
    expect(context).toBe(`${base}/$metadata#products(name)/$delta`)
  })

  it('tells of rows that leave and enter the collection of another, and of a derived type only', async () => {
    const below = await followed('/categories/tools/products')
    const machines = await followed('/products/shop.machine')
    await send('PATCH', '/products/saw', { 'category@odata.bind': 'categories/small' })
    await send('POST', '/categories/tools/products/$ref', { '@odata.id': 'products/drill' })
    expect(told((await followed(at(below.link), {})).rows)).toEqual(['changed saw', 'drill'])
    expect(told((await followed(at(machines.link), {})).rows)).toEqual(['changed saw', 'drill'])
    await send('DELETE', '/categories/tools/products/drill/$ref')
    await send('PATCH', '/products/saw', { 'category@odata.bind': 'categories/tools' })
  })

  it('counts what a batch changes as one: all of it or nothing', async () => {
    const { link } = await followed('/products')
    const requests = [
      { id: '1', atomicityGroup: 'g', method: 'PATCH', url: '/products/saw', body: { stock: 2 } },
      { id: '2', atomicityGroup: 'g', method: 'PATCH', url: '/products/nail', body: { name: null } },
    ].map((item) => ({ ...item, headers: { 'Content-Type': 'application/json' } }))
    await send('POST', '/$batch', { requests })
    expect((await followed(at(link), {})).rows).toEqual([])
    await send('POST', '/$batch', { requests: requests.slice(0, 1) })
    expect(told((await followed(at(link), {})).rows)).toEqual(['saw'])
  })

  it('tells of a change made between two pages of the listing', async () => {
    const page = await get('/products?$top=2&$orderby=name', track)
    await send('PATCH', '/products/axe', { stock: 77 })
    const rest = await followed(at(page.json['@odata.nextLink']), {})
    expect(told((await followed(at(rest.link), {})).rows)).toEqual(['axe'])
  })

  it.each([
    ['another type', '/suppliers'],
    ['links of another row', '/products/hammer/suppliers'],
    ['a listing with expanded rows', '/products?$expand=category'],
    ['rows passed over', '/products?$skip=1'],
    ['a condition on other rows', "/products?$filter=category/name eq 'Tools'"],
    ['a condition on the instant', '/products?$filter=since lt now()'],
    ['addresses', '/products/$ref'],
    ['an answer without control information', '/products?$format=application/json;odata.metadata=none'],
  ])('cannot be followed for %s: the preference is not honoured', async (_, target) => {
    const { status, headers, json } = await get(target, track)
    expect([status, headers['Preference-Applied'], json['@odata.deltaLink']]).toEqual([200, undefined, undefined])
  })

  it('refuses tokens that are not its own, and options beside one', async () => {
    const { link } = await followed('/products?$select=name')
    const good = at(link)
    const refusedWith = async (target: string, text: string, status = 400) => {
      const { status: found, json } = await get(target)
      expect([found, json.error?.message, json.error?.target], target).toEqual([
        status,
        expect.stringContaining(text),
        '$deltatoken',
      ])
    }
    await refusedWith('/products?$deltatoken=x', 'The delta token is not valid.')
    await refusedWith(good.replace('$deltatoken=', '$deltatoken=A'), 'The delta token is not valid.')
    await refusedWith(good.replace('name', 'stock'), 'belongs to another query')
    await refusedWith(`${good}&$top=1`, 'belongs to another query')
    await refusedWith(`${good}&$count=true`, 'belongs to another query')
    await refusedWith(good.replace('/products', '/categories/tools/products'), 'belongs to another query')
    await refusedWith('/suppliers?$deltatoken=x', 'is not supported')
    await refusedWith('/products/$count?$deltatoken=x', 'is not supported')
    await refusedWith('/products/saw?$deltatoken=x', 'allowed on collections only')
    const skip = (await get('/products?$top=1')).json['@odata.nextLink'].replace(/.*skiptoken=/, '')
    await refusedWith(`/products?$deltatoken=${skip}`, 'belongs to another query')
    const delta = link.replace(/.*deltatoken=/, '')
    expect((await get(`/products?$skiptoken=${delta}`)).json.error.message).toBe(
      'The skip token belongs to another query.',
    )
    expect((await get(`/products?$skiptoken=t.${delta}`)).json.error.message).toContain('belongs to another query')
    // Options in another order are the same ones.
    const [path, query = ''] = good.split('?')
    expect((await get(`${path}?${query.split('&').reverse().join('&')}`)).status).toBe(200)
  })

  it('forgets what is older than a month, and says where to begin again', async () => {
    const old = await followed('/products?$select=name')
    await send('PATCH', '/products/saw', { stock: 21 })
    clock().advance('P20D')
    const young = await followed('/products?$select=name')
    await send('PATCH', '/products/nail', { stock: 22 })
    clock().advance('P20D')
    await send('PATCH', '/products/axe', { stock: 23 })
    const { status, headers, json } = await get(at(old.link))
    expect([status, json.error.innerError.code]).toEqual([410, 'resyncRequired'])
    expect(headers['Location']).toBe(`${base}/products?$select=name`)
    expect(told((await followed(at(young.link), {})).rows)).toEqual(['nail', 'axe'])
  })

  it('forgets no less when the clock was set back in between', async () => {
    const then = clock().now()
    clock().advance('P60D')
    await send('PATCH', '/products/saw', { stock: 31 })
    const { link } = await followed('/products?$select=name')
    clock().set(then)
    await send('PATCH', '/products/nail', { stock: 32 })
    await send('PATCH', '/products/axe', { stock: 33 })
    clock().set(then)
    // The later changes are forgotten first, then the earlier one, whose time was later.
    for (const days of ['P40D', 'P60D']) {
      clock().advance(days)
      await send('PATCH', '/products/file', { stock: 34 })
      expect((await get(at(link))).status).toBe(410)
    }
  })
})

it('is announced in the metadata, for types that are tracked only', async () => {
  const { json } = await get('/$metadata?$format=json')
  const notes = { ...json.shop.$Annotations, ...json['microsoft.graph'].$Annotations }
  const announced = Object.keys(notes).filter((target) => '@Capabilities.ChangeTracking' in notes[target])
  expect(announced.map((target) => target.replace(/^.*\//, ''))).toEqual(['products', 'products'])
  expect(announced).toContain('microsoft.graph.GraphService/products')
})

it('is a fault of a model without a place for changes, or whose rows not everybody sees', () => {
  const props = { id: text({ nullable: false, doc: 'Id.' }), owner: text({ doc: 'Owner.' }) }
  const visibleIn = { key: 'owner', ancestor: 'a.b', ancestorKey: 'id' }
  const secret = entityType('a.b', { doc: 'B.', source: 'none', props, navs: {}, tracked: true, visibleIn })
  const model = () => modelOf('v1.0', [{ enums: [], complexes: [], entities: [secret], roots: [] }])
  expect(model).toThrow(/tracked types need relata\.changeEntry[\s\S]*a\.b: rows guarded by visibleIn/)
})
