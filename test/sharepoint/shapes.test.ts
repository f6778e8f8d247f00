/** What the endpoint for pickers answers: shapes, options, pages and forms (exchange.md §13.2, §13.3, §13.5, §13.6). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

const root = '/_api/v2.1/termStore'
let server: TestServer
let taxonomy: Taxonomy
let group: string
let set: string
let top: string
let below: string

beforeAll(async () => {
  server = await startTestServer()
  taxonomy = taxonomyOver(server.send)
  group = await taxonomy.group('Shapes')
  set = await taxonomy.set(group, 'Shapes')
  top = await taxonomy.term(set, 'Top', {
    labels: [...labels('Top'), ...labels('Oben', 'de-DE'), { name: 'Summit', languageTag: 'en-US', isDefault: false }],
    properties: [{ key: 'k', value: 'v' }],
  })
  below = await taxonomy.term({ set, term: top }, 'Below')
})
afterAll(() => server.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  server.send('GET', path.startsWith('/') ? path : `${root}/${path}`, undefined, { headers })
const members = (value: object) => Object.keys(value).filter((name) => !name.startsWith('@'))
const idsOf = ({ body }: { body: { value: { id: string }[] } }) => body.value.map(({ id }) => id)

describe('entities', () => {
  it('have their members, in their order', async () => {
    expect(members((await get(root)).body)).toEqual(['id', 'name', 'defaultLanguageTag', 'languageTags'])
    expect(members((await get(`groups/${group}`)).body)).toEqual([
      'id',
      'name',
      'displayName',
      'description',
      'createdDateTime',
      'lastModifiedDateTime',
      'type',
      'scope',
    ])
    expect(members((await get(`sets/${set}`)).body)).toEqual([
      ...['id', 'localizedNames', 'description', 'createdDateTime', 'childrenCount', 'groupId', 'isOpen'],
      ...['isAvailableForTagging', 'contact'],
    ])
    expect(members((await get(`sets/${set}/terms/${top}`)).body)).toEqual([
      ...['id', 'childrenCount', 'labels', 'descriptions', 'createdDateTime', 'lastModifiedDateTime', 'isDeprecated'],
      ...['isAvailableForTagging', 'topicRequested'],
    ])
  })

  it('show what Graph shows of the same rows', async () => {
    const graph = (await get(`/v1.0/termStore/sets/${set}/terms/${top}?$select=*,isDeprecated,properties`)).body
    const shown = (await get(`sets/${set}/terms/${top}?$select=*,properties`)).body
    for (const name of ['id', 'labels', 'descriptions', 'createdDateTime', 'isDeprecated', 'properties'])
      expect([name, shown[name]]).toEqual([name, graph[name]])
    expect(shown.labels.map(({ languageTag, isDefault }: Record<string, unknown>) => [languageTag, isDefault])).toEqual(
      [
        ['de-DE', true],
        ['en-US', true],
        ['en-US', false],
      ],
    )
  })

  it('of all kinds of places count natural children', async () => {
    const away = await taxonomy.set(group, 'Counted')
    await taxonomy.pin({ set, term: top }, away)
    await taxonomy.reuse({ set, term: below }, await taxonomy.set(group, 'Elsewhere'))
    expect((await get(`sets/${away}`)).body.childrenCount).toBe(1)
    expect((await get(`sets/${away}/terms/${top}`)).body.childrenCount).toBe(1)
    expect((await get(`sets/${away}/terms/${below}`)).body.childrenCount).toBe(0)
    expect((await get(`sets/${away}/children`)).body.value).toEqual([])
    expect(idsOf(await get(`sets/${away}/getLegacyChildren`))).toEqual([top])
  })
})

describe('addresses', () => {
  it.each([
    ['/_API/V2.0/TERMSTORE/', () => `termSets('${set}')/GetLegacyChildren()`],
    [`${root}/`, () => `termGroups('${group}')/termSets('${set}')/children()`],
    [`/sites/x${root}/`, () => `groups/${group}/sets/${set}/terms`],
    [`/teams/y/z${root}/`, () => `sets//${set}//children/`],
  ])('lead to the same below %s', async (base, path) => {
    expect(idsOf(await get(base + path()))).toContain(top)
  })

  it('lead to a term by its id, to its parent and to its set', async () => {
    expect((await get(`terms/${below}`)).body.id).toBe(below)
    expect(idsOf(await get(`terms/${top}/getLegacyChildren`))).toEqual([below])
    expect((await get(`sets/${set}/terms/${below}/parent`)).body.id).toBe(top)
    expect((await get(`terms/${below}/set`)).body.id).toBe(set)
    const none = await get(`sets/${set}/terms/${top}/parent`)
    expect([none.status, none.text]).toEqual([204, ''])
  })

  it('lead to the store, the group of a set, sets as such, and relations', async () => {
    const { administrators } = (await get('?$select=*,administrators')).body
    expect(Array.isArray(administrators)).toBe(true)
    expect((await get(`sets/${set}/parentGroup`)).body.id).toBe(group)
    expect(idsOf(await get('sets?$top=5000'))).toContain(set)
    const away = await taxonomy.set(group, 'Related')
    const relation = await taxonomy.pin({ set, term: top }, away)
    expect(idsOf(await get(`sets/${set}/terms/${top}/relations`))).toContain(relation)
    expect((await get(`sets/${away}/relations/${relation}`)).body).toMatchObject({ relationship: 'pin' })
    const changed = await server.send('PATCH', root, { languageTags: ['en-US', 'de-DE', 'fr-FR'] })
    expect([changed.status, changed.body.languageTags]).toEqual([200, ['de-DE', 'en-US', 'fr-FR']])
    await server.send('PATCH', root, { languageTags: ['en-US', 'de-DE'] })
  })

  it('of what is not there are 404', async () => {
    const nothing = '00000000-0000-4000-8000-0000000000ff'
    for (const path of [
      `groups/${nothing}`,
      `sets/${nothing}`,
      `sets/${set}/terms/${nothing}`,
      `terms/${nothing}/set`,
    ]) {
      const { status, body } = await get(path)
      expect([path, status, body.error.code]).toEqual([path, 404, 'itemNotFound'])
    }
  })

  it('that are others say what is served', async () => {
    for (const path of ['/_api/web', '/_api', '/_api/v2.1/sites/root', '/sites/a/_api/search/query']) {
      const { status, body } = await get(path)
      expect([path, status, members(body.error)]).toEqual([path, 404, ['code', 'message']])
      expect(body.error.message).toMatch(/\/_api\/v2\.1\/termStore/)
    }
    expect((await get('sets/x/nothing')).body.error.message).toMatch(/getLegacyChildren/)
    expect((await get('terms')).status).toBe(405)
  })
})

describe('$select and $expand', () => {
  const shown = async (query: string) => members((await get(`sets/${set}/terms/${below}?${query}`)).body)

  it('take names in any case, and pass over unknown ones', async () => {
    const usual = await shown('')
    expect(await shown('$select=*,oneDrive.rights')).toEqual(usual)
    expect(await shown('$select=oneDrive.rights')).toEqual(usual)
    expect(await shown('$select=*,CustomSortOrder,PROPERTIES,localProperties')).toEqual([...usual, 'properties'])
    expect(await shown('$select=ID,labels')).toEqual(['id', 'labels'])
    expect(await shown('%24select=id')).toEqual(['id'])
    expect(await shown('select=id')).toEqual(['id'])
  })

  it('show links, and members that are named as links', async () => {
    expect(await shown('$select=id&$expand=parent,set')).toEqual(['id', 'parent', 'set'])
    expect(await shown('$select=id&$expand=labels')).toEqual(['id', 'labels'])
    expect(await shown('$select=id&$expand=parent($select=id)')).toEqual(['id', 'parent'])
    expect(members((await get(`sets/${set}?$select=id&$expand=parentGroup`)).body)).toEqual(['id', 'parentGroup'])
    const refused = await get(`sets/${set}/terms/${below}?$expand=children`)
    expect([refused.status, refused.body.error.target]).toEqual([400, '$expand'])
    expect((await get(`sets/${set}?$expand=nothing`)).status).toBe(400)
  })
})

describe('lists', () => {
  it('are filtered by the names and values that clients know', async () => {
    const types = async (filter: string) =>
      [
        ...new Set(
          (await get(`groups?$filter=${encodeURIComponent(filter)}`)).body.value.map(
            (one: { type: string }) => one.type,
          ),
        ),
      ].toSorted()
    expect(await types("(type eq 'RegularGroup' or type eq 'SystemGroup')")).toEqual(['RegularGroup', 'SystemGroup'])
    expect(await types("TYPE ne 'systemgroup'")).toEqual(['RegularGroup'])
    expect(idsOf(await get("groups?$filter=name eq 'Shapes'"))).toEqual([group])
    expect(idsOf(await get(`sets?filter=groupId eq '${group}' and id eq '${set}'`))).toEqual([set])
    expect(idsOf(await get(`sets/${set}/children?$filter=isDeprecated eq true`))).toEqual([])
    const refused = await get(`sets/${set}/children?$filter=nothing eq 1`)
    expect([refused.status, refused.body.error.code]).toEqual([400, 'invalidRequest'])
  })

  it('are ordered, counted, and passed over', async () => {
    const wide = await taxonomy.set(group, 'Wide')
    const made: string[] = []
    for (const name of ['a', 'b', 'c']) {
      made.push(await taxonomy.term(wide, name))
      // Each at an instant of its own.
      await new Promise((done) => setTimeout(done, 3))
    }
    expect(idsOf(await get(`sets/${wide}/getLegacyChildren?$orderby=createdDateTime desc`))).toEqual(made.toReversed())
    const page = await get(`sets/${wide}/getLegacyChildren?$count=true&$top=2`)
    expect(page.body['@odata.count']).toBe(3)
    expect(idsOf(page)).toEqual(made.slice(0, 2))
    const next: string = page.body['@odata.nextLink']
    expect(next).toMatch(
      new RegExp(
        `^${server.http}${root}/sets/${wide}/getLegacyChildren\\?\\$count=true&\\$top=2&\\$skiptoken=[\\w.~-]+$`,
      ),
    )
    expect(idsOf(await get(next.slice(server.http.length)))).toEqual(made.slice(2))
    expect(idsOf(await get(`sets/${wide}/children?$skip=1&$top=1`))).toEqual([made[1]])
    expect((await get(`sets/${wide}/children?$skiptoken=wrong`)).status).toBe(400)
  })

  it('have as many rows as asked for, up to 5,000', async () => {
    const { body } = await get(`sets/${set}/getLegacyChildren?$top=1000`)
    expect(body['@odata.nextLink']).toBeUndefined()
    expect((await get(`sets/${set}/getLegacyChildren?$top=x`)).status).toBe(400)
    const long = await taxonomy.set(group, 'Longer than a page')
    for (let at = 0; at < 201; at++) await taxonomy.term(long)
    const usual = await get(`sets/${long}/getLegacyChildren`)
    expect([usual.body.value.length, typeof usual.body['@odata.nextLink']]).toEqual([200, 'string'])
    expect((await get(`sets/${long}/getLegacyChildren?$top=100000`)).body.value).toHaveLength(201)
    expect((await get(`sets/${set}/getLegacyChildren?$top=1&$top=2`)).body.error.target).toBe('$top')
    expect((await get(`sets/${set}/getLegacyChildren?$search=a`)).body.error.target).toBe('$search')
    expect((await get(`sets/${set}/getLegacyChildren?mine=1`)).status).toBe(200)
  })

  it('are in the custom order where it is natural', async () => {
    const ordered = await taxonomy.set(group, 'Ordered')
    const [a, b] = [await taxonomy.term(ordered, 'a'), await taxonomy.term(ordered, 'b')]
    await server.send('PATCH', `${root}/sets/${ordered}`, { customSortOrder: [b] })
    expect(idsOf(await get(`sets/${ordered}/getLegacyChildren`))).toEqual([b, a])
    expect((await get(`sets/${ordered}?$select=customSortOrder`)).body.customSortOrder).toEqual([b])
  })
})

describe('searchTerm', () => {
  it('finds in the order of how well it matches, with pages', async () => {
    const found = await taxonomy.set(group, 'Found')
    const add = (name: string, more = {}) => taxonomy.term(found, name, more)
    const [, exact, first] = [await add('My Term'), await add('Term'), await add('Terminal')]
    const synonym = await add('Other', {
      labels: [...labels('Other'), { name: 'Term', languageTag: 'en-US', isDefault: false }],
    })
    const begun = await add('Else', {
      labels: [...labels('Else'), { name: 'Termini', languageTag: 'en-US', isDefault: false }],
    })
    const search = `searchTerm(label='term',setId='${found}')`
    // Nothing is found by a later word: SharePoint's option is StartsWith.
    expect(idsOf(await get(search))).toEqual([exact, synonym, first, begun])
    expect(idsOf(await get(`searchTerm(label='my t',setId='${found}')`))).toHaveLength(1)
    expect(idsOf(await get(search.replace(')', ",stringMatchOption='ExactMatch')")))).toEqual([exact, synonym])
    const seen: string[] = []
    let path = `${root}/${search}?$top=1`
    for (let pages = 0; pages < 9; pages++) {
      const page = await get(path)
      seen.push(...idsOf(page))
      const next: string | undefined = page.body['@odata.nextLink']
      if (next === undefined) break
      expect(next).toMatch(/\$skiptoken=[\w.~-]+$/)
      path = next.slice(server.http.length)
    }
    expect(seen).toEqual([exact, synonym, first, begun])
    expect((await get(`${search}?$top=0`)).body.value).toEqual([])
    expect((await get(`${search}?$filter=isDeprecated eq false`)).status).toBe(200)
    for (const query of [
      "$filter=id eq 'x'",
      '$orderby=id',
      '$skip=1',
      '$count=true',
      '$top=-1',
      '$skiptoken=ä',
      '$expand=x',
    ])
      expect([query, (await get(`${search}?${query}`)).status]).toEqual([query, 400])
  })

  it('has 50 terms to a page where nobody says how many, whether they may be used or not', async () => {
    const many = await taxonomy.set(group, 'Many')
    const made: string[] = []
    for (let at = 10; at < 61; at++) made.push(await taxonomy.term(many, `Many ${at}`))
    await server.send('PATCH', `${root}/sets/${many}/terms/${made[50]}`, { isAvailableForTagging: false })
    const search = `searchTerm(label='many',setId='${many}')`
    const page = await get(search)
    // Those that may be used come first.
    expect(idsOf(page)).toEqual(made.slice(0, 50))
    const next = new URL(page.body['@odata.nextLink'])
    expect((await get(next.pathname + next.search)).body.value).toMatchObject([
      { id: made[50], isAvailableForTagging: [{ setId: many, isAvailable: false }] },
    ])
    expect(idsOf(await get(`${search}?$top=100000`))).toEqual(made)
  })

  it('finds mirrors in the set that shows them, and nothing deprecated', async () => {
    const away = await taxonomy.set(group, 'Mirrors searched')
    await taxonomy.pin({ set, term: top }, away)
    const found = await get(`searchTerm(label='Below',setId='${away}')?$expand=set,parent`)
    expect(found.body.value).toMatchObject([{ id: below, set: { id: set }, parent: { id: top } }])
    const old = await taxonomy.term(away, 'Ancient')
    await server.send('PATCH', `${root}/sets/${away}/terms/${old}`, { isDeprecated: true })
    expect(idsOf(await get(`searchTerm(label='Ancient',setId='${away}')`))).toEqual([])
    for (const parameters of [`setId='${top}'`, `setId='${set}',parentTermId='${old}'`])
      expect((await get(`searchTerm(label='a',${parameters})`)).status).toBe(404)
    expect((await get(`searchTerm(label='a',setId='x')`)).status).toBe(400)
  })
})

describe('forms', () => {
  it.each([
    ['application/json', true],
    ['application/json;odata=nometadata', false],
    ['application/json; odata.metadata=none', false],
    ['application/json;odata.metadata=minimal', true],
    ['application/json;odata=minimalmetadata', true],
    ['application/json;odata=verbose', true],
    ['*/*', true],
    ['text/html, application/xhtml+xml, */*;q=0.8', true],
  ])('for Accept: %s', async (accept, isAnnotated) => {
    const { status, body, headers } = await get(`sets/${set}/children`, { accept })
    expect(status).toBe(200)
    expect('@odata.context' in body).toBe(isAnnotated)
    expect(body.value[0].id).toBe(top)
    expect(headers.get('odata-version')).toBe('4.0')
    expect(headers.get('content-type')).toMatch(/^application\/json;odata\.metadata=(none|minimal);charset=utf-8$/)
  })

  it('keep the address of the next page without annotations', async () => {
    const accept = 'application/json;odata=nometadata'
    expect((await get(`sets/${set}/terms?$top=1`, { accept })).body['@odata.nextLink']).toContain('$skiptoken=')
  })

  it('other than JSON are refused', async () => {
    expect((await get(root, { accept: 'application/atom+xml' })).status).toBe(406)
  })

  it('take the headers of SharePoint’s clients', async () => {
    const headers = {
      'content-type': 'application/json;odata=verbose;charset=utf-8',
      'odata-version': '3.0',
      'x-clientservice-clienttag': 'PnPCoreJS:2.5.0:',
      'x-requestdigest': '0x0',
      sdkversion: 'x/1',
      'if-match': '*',
    }
    expect((await get(root, headers)).status).toBe(200)
  })

  it('of contextinfo are two', async () => {
    const post = (accept: string, path = '/sites/hr/sub/_api/contextinfo') =>
      server.send('POST', path, undefined, { headers: { accept } })
    const plain = (await post('application/json')).body
    expect(plain).toMatchObject({
      FormDigestTimeoutSeconds: 1800,
      SiteFullUrl: `${server.http}/sites/hr`,
      WebFullUrl: `${server.http}/sites/hr/sub`,
      SupportedSchemaVersions: [],
    })
    const verbose = (await post('application/json;odata=verbose')).body
    expect(verbose.d.GetContextWebInformation).toMatchObject({ SupportedSchemaVersions: { results: [] } })
    expect((await post('*/*', '/_api/contextinfo')).body.WebFullUrl).toBe(server.http)
    expect((await get('/_api/contextinfo')).status).toBe(405)
  })
})
