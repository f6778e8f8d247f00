/** Query options on the wire: term-store.md §2.6 and the context URLs of term-store.md §1.3. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let strict: TestServer
beforeAll(async () => {
  server = await startTestServer()
  strict = await startTestServer({ strict: true })
})
afterAll(async () => {
  await server.close()
  await strict.close()
})

const [genres, subjects] = (tenants[0]?.termStore.groups[0]?.sets ?? []).map((set) => set.id) as [string, string]
const term = (number: number) =>
  `${wellKnown.contoso.slice(0, 8)}-7e21-4000-8000-${number.toString(16).padStart(12, '0')}`
const TS = '/v1.0/termStore'
const get = (path: string) => server.send('GET', path)
const q = encodeURIComponent

interface Labelled {
  readonly labels: readonly { readonly name: string; readonly isDefault: boolean; readonly languageTag: string }[]
}
const english = (terms: readonly Labelled[]) =>
  terms.map(({ labels }) => labels.find((label) => label.languageTag === 'en-US' && label.isDefault)?.name)

describe('$select', () => {
  it('takes names in any case, repeated, and names of links', async () => {
    const { body } = await get(`${TS}/sets/${genres}/terms/${term(4)}?$select=id,LABELS,labels,properties,relations`)
    expect(Object.keys(body)).toEqual(['@odata.context', 'id', 'labels', 'properties'])
    expect(body.properties).toEqual([])
  })

  it('does not count properties among *', async () => {
    const { body } = await get(`${TS}/sets/${genres}?$select=*`)
    expect(Object.keys(body)).toEqual(['@odata.context', 'id', 'description', 'createdDateTime', 'localizedNames'])
    expect((await get(`${TS}/sets/${genres}?$select=*,properties`)).body).toHaveProperty('properties')
  })

  it('shows an internal member to who names it, and to nobody else', async () => {
    const { body } = await get(`${TS}/sets/${genres}/terms/${term(4)}?$select=id,isDeprecated,mergedTermIds,owner`)
    expect(body).toMatchObject({ id: term(4), isDeprecated: false, mergedTermIds: [], owner: null })
    expect((await get(`${TS}/sets/${genres}/terms/${term(4)}?$select=sortKey`)).status).toBe(400)
    expect((await get(`${TS}/sets/${genres}/terms/${term(4)}`)).body).not.toHaveProperty('isDeprecated')
  })

  it('shows the labels of one language only, in lists and of one term', async () => {
    const select = q("id,labels($filter=languageTag eq 'en-US' and isDefault;$select=name)")
    const { body } = await get(`${TS}/sets/${genres}/terms?$select=${select}&$top=3`)
    const whole = await get(`${TS}/sets/${genres}/terms?$select=labels&$top=3`)
    expect(body['@odata.context']).toMatch(/terms\(id,labels\/name\)$/)
    expect(body.value.map(({ labels }: Labelled) => labels)).toEqual(
      english(whole.body.value).map((name) => [{ name }]),
    )
    const one = await get(
      `${TS}/sets/${genres}/terms/${term(4)}?$select=${q("labels($filter=languageTag eq 'en-US')")}`,
    )
    expect(one.body.labels.length).toBeGreaterThan(0)
    expect(one.body.labels.every(({ languageTag }: { languageTag: string }) => languageTag === 'en-US')).toBe(true)
    const none = await get(`${TS}/sets/${genres}/terms/${term(4)}?$select=${q("labels($filter=languageTag eq 'xx')")}`)
    expect(none.body.labels).toEqual([])
    const bad = await get(`${TS}/sets/${genres}/terms?$select=${q("labels($filter=language eq 'en-US')")}`)
    expect(bad.status).toBe(400)
  })

  it('names what it does not know, as Graph does', async () => {
    for (const option of ['$select=parent', '$expand=parent']) {
      const { status, body } = await get(`${TS}/sets/${genres}/terms?${option}`)
      expect(status).toBe(400)
      expect(body.error.message).toBe(
        "Parsing OData Select and Expand failed: Could not find a property named 'parent' on type 'microsoft.graph.termStore.term'.",
      )
    }
  })
})

describe('$expand', () => {
  it('puts children of a set inline, with their context', async () => {
    const { body } = await get(`${TS}/sets/${genres}?$select=id,children,relations&$expand=children`)
    expect(body['@odata.context']).toBe(
      `${server.http}/v1.0/$metadata#termStore/sets(id,children,relations,children())/$entity`,
    )
    expect(english(body.children)).toEqual(['Fiction', 'Non-fiction'])
    expect(body['children@odata.context']).toBe(`${server.http}/v1.0/$metadata#termStore/sets('${genres}')/children`)
  })

  it('nests, with options', async () => {
    // All may have been made in one millisecond; their ids go up as they were made.
    const expand = 'children($select=id,labels;$top=2;$count=true;$orderby=createdDateTime desc,id desc)'
    const { body } = await get(`${TS}/sets/${genres}/terms/${term(1)}?$expand=${q(expand)}`)
    expect(english(body.children)).toEqual(['Poetry', 'Short story'])
    expect(Object.keys(body.children[0])).toEqual(['id', 'labels'])
    expect(body['children@odata.count']).toBe(3)
    // $top inside $expand is the caller's own limit, so there is nothing to go on with.
    expect(body).not.toHaveProperty('children@odata.nextLink')
  })

  it('goes down levels', async () => {
    const { body } = await get(`${TS}/sets/${genres}?$expand=${q('children($levels=2)')}`)
    expect(english(body.children[0].children)).toEqual(['Novel', 'Poetry', 'Short story'])
    expect(body.children[0].children[0]).not.toHaveProperty('children')
  })

  it('follows single links without a context, contained ones with one', async () => {
    const { body } = await get(`${TS}/sets/${genres}/terms/${term(4)}?$expand=set($expand=parentGroup)`)
    expect(body).not.toHaveProperty('set@odata.context')
    expect(body.set).toMatchObject({ id: genres, parentGroup: { displayName: 'Library' } })
    expect(body.set).toHaveProperty('parentGroup@odata.context')
  })

  it('leaves out the key of a link that is null', async () => {
    const made = await server.send('POST', `${TS}/sets/${genres}/terms/${term(2)}/relations`, {
      relationship: 'reuse',
      set: { id: subjects },
      fromTerm: null,
    })
    expect(made.status).toBe(201)
    expect(made.body).not.toHaveProperty('fromTerm')
    const { body } = await get(`${TS}/sets/${subjects}/relations?$expand=fromTerm,toTerm`)
    expect(body.value[0]).not.toHaveProperty('fromTerm')
    expect(body.value[0].toTerm.id).toBe(term(2))
    expect((await server.send('DELETE', `${TS}/sets/${subjects}/terms/${term(2)}`)).status).toBe(204)
  })
})

describe('$filter, $orderby, $search, $count', () => {
  it.each([
    [`displayName eq 'library'`, 'groups', ['Library']],
    [`startswith(displayName,'Lib')`, 'groups', ['Library']],
    [`contains(displayName,'RAR')`, 'groups', ['Library']],
    [`scope eq 'system'`, 'groups', ['System']],
    [`scope eq microsoft.graph.termStore.termGroupScope'global'`, 'groups', ['Library']],
    [`createdDateTime gt 2020-01-01T00:00:00Z and scope ne 'system'`, 'groups', ['Library']],
    [`createdDateTime lt 2020-01-01`, 'groups', []],
    [`id eq '${tenants[0]?.termStore.groups[0]?.id}'`, 'groups', ['Library']],
    [`id in ('${tenants[0]?.termStore.groups[0]?.id}')`, 'groups', ['Library']],
    [`not (displayName eq 'Library') or false`, 'groups', ['System']],
  ])('filters groups by %s', async (filter, collection, expected) => {
    const { status, body } = await get(`${TS}/${collection}?$filter=${q(filter)}`)
    expect(status).toBe(200)
    expect(body.value.map((group: { displayName: string }) => group.displayName)).toEqual(expected)
  })

  it.each([
    [`labels/any(l: l/name eq 'fauna')`, ['Animals']],
    [`labels/any(l:l/name eq 'Lyrik' and l/languageTag eq 'de-DE')`, ['Poetry']],
    [`labels/any(l:startswith(l/name,'Ani'))`, ['Animals']],
    [`id eq '${term(11)}'`, ['Animals']],
    [`id eq ${term(11)}`, ['Animals']],
    [`descriptions/any()`, ['Poetry']],
  ])('filters the terms of a set, mirrored ones too, by %s', async (filter, expected) => {
    const { status, body } = await get(`${TS}/sets/${genres}/terms?$filter=${q(filter)}`)
    expect([status, english(body.value)]).toEqual([200, expected])
  })

  it('finds a set by name', async () => {
    const { body } = await get(`${TS}/sets?$filter=${q(`localizedNames/any(n:n/name eq 'leselisten')`)}`)
    expect(body.value).toHaveLength(1)
  })

  it('searches every label', async () => {
    const { body } = await get(`${TS}/sets/${genres}/terms?$search=${q('"flora"')}`)
    expect(english(body.value)).toEqual(['Plants'])
  })

  it('orders as told', async () => {
    const { body } = await get(`${TS}/groups?$orderby=displayName desc`)
    expect(body.value.map((group: { displayName: string }) => group.displayName)).toEqual(['System', 'Library'])
  })

  it('takes options without the dollar, percent-encoded names and + for a space', async () => {
    const { body } = await get(`${TS}/groups?%24orderby=displayName+desc&top=1&count=true`)
    expect([body.value.length, body.value[0].displayName, body['@odata.count']]).toEqual([1, 'System', 2])
  })

  it.each([
    ['$filter=displayName', '$filter'],
    ['$filter=displayName eq', '$filter'],
    ['$filter=nothing eq 1', '$filter'],
    ['$filter=(((', '$filter'],
    ["$filter=displayName eq 'open", '$filter'],
    ['$top=-1', '$top'],
    ['$top=many', '$top'],
    ['$orderby=labels', '$orderby'],
    ['$count=maybe', '$count'],
    ['$skiptoken=abc', '$skiptoken'],
    ['$apply=x', '$apply'],
    ['$top=1&$top=2', '$top'],
  ])('refuses %s with 400', async (query, target) => {
    const { status, body } = await get(`${TS}/groups?${query.replaceAll(' ', '%20')}`)
    expect([query, status, body.error.target]).toEqual([query, 400, target])
  })
})

describe('paging', () => {
  it('walks every row once, whatever the size of a page', async () => {
    const all = (await get(`${TS}/sets/${genres}/terms`)).body.value.map((row: { id: string }) => row.id)
    for (const size of [1, 3, 9, 10]) {
      const seen: string[] = []
      let path = `${TS}/sets/${genres}/terms?$top=${size}&$select=id`
      for (let guard = 0; path !== '' && guard < 20; guard += 1) {
        const { body } = await get(path)
        seen.push(...body.value.map((row: { id: string }) => row.id))
        const next: string | undefined = body['@odata.nextLink']
        if (next !== undefined) expect(next).toMatch(/\?\$top=\d+&\$select=id&\$skiptoken=[\w-]+$/)
        path = next === undefined ? '' : next.slice(server.http.length)
      }
      expect(seen).toEqual(all)
    }
  })

  it('puts terms of all levels in one order of names, and goes on where a level is new', async () => {
    const made = taxonomyOver(server.send)
    const set = await made.set(tenants[0]?.termStore.groups[0]?.id ?? '', 'Levels')
    const terms = `${TS}/sets/${set}/terms`
    const b = await made.term(set, 'b')
    await made.term(set, 'e')
    const first = (await get(`${terms}?$top=1`)).body
    expect(english(first.value)).toEqual(['b'])
    const a = await made.term({ set, term: b }, 'a')
    await made.term({ set, term: b }, 'd')
    await made.term({ set, term: a }, 'c')
    const rest = await get(first['@odata.nextLink'].slice(server.http.length).replace('$top=1', '$top=9'))
    expect([rest.status, english(rest.body.value)]).toEqual([200, ['c', 'd', 'e']])
    for (const size of [1, 2, 3, 4, 5]) {
      const seen: Labelled[] = []
      for (let path = `${terms}?$top=${size}`; path !== ''; ) {
        const { body } = await get(path)
        seen.push(...body.value)
        path = body['@odata.nextLink']?.slice(server.http.length) ?? ''
      }
      expect(english(seen)).toEqual(['a', 'b', 'c', 'd', 'e'])
    }
    const skipped = (await get(`${terms}?$top=2&$skip=1`)).body
    expect(english(skipped.value)).toEqual(['b', 'c'])
    expect(skipped['@odata.nextLink']).not.toContain('$skip=')
    const after = (await get(skipped['@odata.nextLink'].slice(server.http.length))).body
    expect([english(after.value), after['@odata.nextLink']]).toEqual([['d', 'e'], undefined])
    expect((await get(`${terms}/$count`)).text).toBe('5')
    expect(english((await get(`${TS}/sets/${set}/children`)).body.value)).toEqual(['b', 'e'])
  })

  it('is not disturbed by another order of the options or by new rows', async () => {
    const first = (await get(`${TS}/sets/${genres}/terms?$top=4`)).body
    const token = new URL(first['@odata.nextLink']).searchParams.get('$skiptoken')
    const second = (await get(`${TS}/sets/${genres}/terms?$skiptoken=${token}&$top=4`)).body
    expect(second.value).toHaveLength(4)
    expect(second.value[0].id).not.toBe(first.value[3].id)
    expect((await get(`${TS}/sets/${subjects}/terms?$top=4&$skiptoken=${token}`)).status).toBe(400)
    expect((await get(`${TS}/sets/${genres}/terms?$top=4&$skiptoken=${token}x`)).status).toBe(400)
  })

  it('answers $top=0 with an empty page', async () => {
    expect((await get(`${TS}/groups?$top=0`)).body).toEqual({ '@odata.context': expect.any(String), value: [] })
  })

  it('accepts $skip, and in strict mode refuses it as Graph does', async () => {
    expect((await get(`${TS}/groups?$skip=1`)).body.value).toHaveLength(1)
    const { status, body } = await strict.send('GET', '/v1.0/sites/root/termStore/groups?$skip=1')
    expect([status, body.error.code]).toEqual([400, ''])
    expect(body.error.message).toMatch(
      /^The query specified in the URI is not valid\. Query option 'Skip' is not allowed\./,
    )
  })
})

describe('strict mode', () => {
  it('refuses what only Relata serves', async () => {
    const list = await strict.send('GET', '/v1.0/sites/root/termStore/sets')
    expect([list.status, list.body.error.message]).toEqual([400, 'API not found'])
    const post = await strict.send('POST', `/v1.0/sites/root/termStore/sets/${genres}/terms`, {})
    expect([post.status, post.body.error.code, post.body.error.message]).toEqual([
      400,
      'invalidRequest',
      'Invalid request',
    ])
    expect((await strict.send('GET', '/v1.0/termStore')).status).toBe(400)
    expect((await strict.send('GET', '/beta/termStore')).status).toBe(200)
  })
})
