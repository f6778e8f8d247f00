/** Pages of a listing: whatever is asked for, following the next links gives the rows of the listing once, in its order. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startShop } from './serve.ts'

let shop: Awaited<ReturnType<typeof startShop>>

/** Enough for several pages of any size asked for below. */
const mostRows = 20

beforeAll(async () => {
  shop = await startShop()
  await shop.send('POST', '/categories', { id: 'tools', name: 'Tools' })
  for (let at = 0; at < mostRows - 1; at += 1) {
    const body = {
      id: `p${at}`,
      name: `${at % 2 === 0 ? 'Red' : 'Blue'} ${at}`,
      stock: at % 3,
      rating: at % 4 === 0 ? null : at % 5,
      notes: [{ language: 'en', text: at % 2 === 0 ? 'rough edge' : 'smooth edge' }],
      'category@odata.bind': 'categories/tools',
    }
    expect((await shop.send('POST', '/products', body)).status).toBe(201)
  }
})
afterAll(async () => {
  expect(shop.faults).toEqual([])
  await shop.close()
})

interface Walk {
  readonly ids: readonly string[]
  readonly links: readonly string[]
  readonly counts: ReadonlySet<number | undefined>
}

const walk = async (target: string, headers: Readonly<Record<string, string>>): Promise<Walk> => {
  const [ids, links, counts]: [string[], string[], Set<number | undefined>] = [[], [], new Set()]
  for (let path: string | undefined = target; path !== undefined && links.length <= mostRows; ) {
    const { status, json } = await shop.send('GET', path, undefined, { headers })
    expect([status, json.error?.message], path).toEqual([200, undefined])
    for (const row of json.value) ids.push(row.id ?? row['@odata.id'].replace(/.*\//, ''))
    counts.add(json['@odata.count'])
    const next: string | undefined = json['@odata.nextLink']
    if (next !== undefined) links.push(next)
    path = next?.replace('https://host/v1.0', '')
  }
  return { ids, links, counts }
}

const options = fc.record({
  path: fc.constantFrom(
    '/products',
    '/categories/tools/products',
    '/products/$ref',
    '/products/$filter(stock ge 1)',
    '/products/shop.product',
    '/categories/tools/products/$filter(rating ne null)/$ref',
  ),
  filter: fc.constantFrom('', "$filter=contains(name,'Red')", '$filter=stock ge 1', '$filter=rating ne null'),
  search: fc.constantFrom('', '', '$search=edge', '$search=rough'),
  order: fc.constantFrom('', '$orderby=name desc', '$orderby=stock,rating desc', '$orderby=rating'),
  expand: fc.constantFrom('', '$expand=category', '$select=id,name'),
  count: fc.boolean(),
  skip: fc.option(fc.nat({ max: mostRows + 2 }), { nil: undefined }),
  top: fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined }),
  size: fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined }),
  escaped: fc.boolean(),
})

describe('the pages of a listing', () => {
  it('are the listing, with rows passed over once and no $skip in a next link', async () => {
    await fc.assert(
      fc.asyncProperty(options, async ({ path, filter, search, order, expand, count, skip, top, size, escaped }) => {
        const own = [filter, search, order, path.endsWith('$ref') ? '' : expand].filter((text) => text !== '')
        const wanted = await walk(`${path}?${[...own, `$top=${mostRows}`].join('&')}`, {})
        const pass = skip === undefined ? [] : [`${escaped ? '%24Skip' : '$skip'}=${skip}`]
        const page = top === undefined ? [] : [`$top=${top}`]
        const query = [...pass, ...own, ...page, ...(count ? ['$count=true'] : [])].join('&')
        const headers: Record<string, string> = size === undefined ? {} : { prefer: `odata.maxpagesize=${size}` }
        const found = await walk(query === '' ? path : `${path}?${query}`, headers)
        expect(found.ids, query).toEqual(wanted.ids.slice(skip ?? 0))
        for (const link of found.links) expect(link).not.toMatch(/skip=/i)
        expect([...found.counts], query).toEqual([count ? wanted.ids.length : undefined])
      }),
      { numRuns: 150 },
    )
  })

  it('begin where the token says: $skip beside it is refused', async () => {
    const first = await shop.send('GET', '/products?$top=2&$skip=1')
    const next = first.json['@odata.nextLink'].replace('https://host/v1.0', '')
    const { status, json } = await shop.send('GET', `${next}&$skip=1`)
    expect([status, json.error.target]).toEqual([400, '$skip'])
  })
})
