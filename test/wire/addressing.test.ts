/** Every root (T1–T6), key syntax and spelling of term-store.md §2.1, and the generated surface of term-store.md §2.5. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { teamOf } from '#app/seed/seed-directory.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const contoso = tenants[0]
if (contoso === undefined) throw new Error('the seed has a first tenant')
const [rootSite, teamSite] = contoso.sites as readonly [(typeof contoso.sites)[0], (typeof contoso.sites)[0]]
const siteId = (site: typeof rootSite) => `${contoso.defaultDomain},${site.siteCollectionId},${site.webId}`
const library = contoso.termStore.groups[0]?.id ?? ''
const teamGroup = contoso.termStore.groups[1]?.id ?? ''
const [genres, subjects, lists] = (contoso.termStore.groups[0]?.sets ?? []).map((set) => set.id) as [
  string,
  string,
  string,
]
const termId = (number: number) =>
  `${wellKnown.contoso.slice(0, 8)}-7e21-4000-8000-${number.toString(16).padStart(12, '0')}`
const fiction = termId(1)
const poetry = termId(4)
const nature = termId(10)
const animals = termId(11)
const summer = termId(20)

const get = (path: string) => server.send('GET', path)
const store = contoso.termStore.id

describe.each(['v1.0', 'beta'])('roots in %s', (version) => {
  it.each([
    ['T1 site id', `/sites/${siteId(rootSite)}/termStore`],
    ['T1 site id, percent-encoded', `/sites/${encodeURIComponent(siteId(rootSite))}/termStore`],
    ['T1 bare site collection', `/sites/${rootSite.siteCollectionId}/termStore`],
    ['T1 host', `/sites/${contoso.defaultDomain}/termStore`],
    ['T2', '/termStore'],
    ['T3 by id', `/sites/root/termStores/${store}`],
    ['T3 alias root', '/sites/root/termStores/root'],
    ['T4', `/groups/${teamOf(contoso.id).id}/sites/${siteId(teamSite)}/termStore`],
    ['T4 collection', `/groups/${teamOf(contoso.id).id}/sites/${siteId(teamSite)}/termStores/${store}`],
    ['T5', `/termStores/${store}`],
    ['T6 root', '/sites/root/termStore'],
    ['T6 path', `/sites/${contoso.defaultDomain}:/sites/team:/termStore`],
    ['parentheses', `/sites('root')/termStores('${store}')`],
    ['named key', `/sites(id='root')/termStores(id='${store}')`],
    ['lower case', '/sites/root/termstore'],
    ['odd case', '/SITES/root/TERMSTORE'],
    ['trailing slash', '/sites/root/termStore/'],
    ['a base address that ends in a slash', '//sites/root/termStore'],
    ['doubled slashes between segments', '/sites///root//termStore//'],
  ])('answers the store at %s', async (_, path) => {
    const { status, body } = await get(`/${version}${path}`)
    expect([status, body?.id]).toEqual([200, store])
  })

  it('lists the one store and refuses a second', async () => {
    const { body } = await get(`/${version}/sites/root/termStores`)
    expect(body.value.map((entry: { id: string }) => entry.id)).toEqual([store])
    const made = await server.send('POST', `/${version}/sites/root/termStores`, {})
    expect([made.status, made.body.error.code]).toEqual([405, 'notAllowed'])
    expect(made.headers.get('allow')).toBe('GET')
  })

  it('shows a site-collection group through its site only', async () => {
    const ids = async (root: string) =>
      (await get(`/${version}${root}/groups`)).body.value.map((group: { id: string }) => group.id)
    expect(await ids(`/sites/${siteId(teamSite)}/termStore`)).toContain(teamGroup)
    expect(await ids('/sites/root/termStore')).not.toContain(teamGroup)
    const through = await get(`/${version}/termStore/groups/${teamGroup}`)
    expect([through.status, through.body.error.code]).toEqual([404, 'itemNotFound'])
    const own = await get(`/${version}/sites/${siteId(teamSite)}/termStore/groups/${teamGroup}?$select=*,parentSiteId`)
    expect(own.body).toMatchObject({ scope: 'siteCollection', parentSiteId: siteId(teamSite) })
    const set = contoso.termStore.groups[1]?.sets?.[0]?.id
    expect((await get(`/${version}/termStore/sets/${set}`)).status).toBe(404)
    expect((await get(`/${version}/termStore/terms/${termId(30)}`)).status).toBe(404)
  })

  it.each([
    ['/sites/root', 'Contoso'],
    [`/sites/${contoso.defaultDomain}:/sites/team`, 'Team'],
    [`/sites/${siteId(teamSite)}`, 'Team'],
  ])('answers the site at %s', async (path, displayName) => {
    const { status, body } = await get(`/${version}${path}`)
    expect([status, body.displayName]).toEqual([200, displayName])
  })

  it('knows no other site', async () => {
    for (const path of [
      '/sites/nowhere.example',
      `/sites/${contoso.defaultDomain}:/sites/none`,
      `/sites/${termId(1)}/termStore`,
    ]) {
      const { status, body } = await get(`/${version}${path}`)
      expect([path, status, body?.error?.code]).toEqual([path, 404, 'itemNotFound'])
    }
  })
})

describe('doubled slashes', () => {
  it('are one, before the version, in batches and where tokens are', async () => {
    expect((await get('//v1.0//sites/root//termStore')).body.id).toBe(store)
    const requests = [
      '//sites//root/termStore',
      '/v1.0//sites/root/termStore',
      `${server.http}//v1.0//sites/root/termStore//`,
    ]
    const batch = await server.send('POST', '/v1.0//$batch/', {
      requests: requests.map((url, at) => ({ id: String(at), method: 'GET', url })),
    })
    expect(batch.body.responses.map(({ body }: { body: { id: string } }) => body.id)).toEqual([store, store, store])
    const token = await fetch(`${server.http}//${wellKnown.contoso}//v2.0/.well-known/openid-configuration`)
    expect(token.status).toBe(200)
    const page = (await get('/v1.0//termStore//groups?$top=1')).body
    expect(page['@odata.nextLink']).toMatch(/\/v1\.0\/termStore\/groups\?/)
  })
})

describe('the generated surface', () => {
  const TS = '/v1.0/termStore'
  const entities = [
    [`${TS}/groups/${library}`, library],
    [`${TS}/groups/${library}/sets/${genres}`, genres],
    [`${TS}/groups/${library}/sets/${genres}/parentGroup`, library],
    [`${TS}/sets/${genres}/parentGroup`, library],
    [`${TS}/sets/${genres}/parentGroup/sets/${subjects}`, subjects],
    [`${TS}/sets/${genres}/parentGroup/sets/${subjects}/terms/${animals}`, animals],
    [`${TS}/sets/${genres}/children/${fiction}`, fiction],
    [`${TS}/sets/${genres}/children/${fiction}/children/${poetry}`, poetry],
    [`${TS}/sets/${genres}/terms/${fiction}/children/${poetry}/set`, genres],
    [`${TS}/sets/${genres}/terms/${poetry}/set`, genres],
    [`${TS}/sets/${genres}/terms/${nature}`, nature],
    [`${TS}/sets/${genres}/terms/${animals}`, animals],
    [`${TS}/sets/${genres}/terms/${nature}/children/${animals}`, animals],
    [`${TS}/sets/${lists}/terms/${poetry}`, poetry],
    [`${TS}/terms/${poetry}`, poetry],
    [`${TS}/terms/${poetry}/set`, genres],
    [`${TS}/sets('${genres}')/terms('${poetry}')`, poetry],
    [`${TS}/Sets/${genres.toUpperCase()}/TERMS/${poetry}`, poetry],
  ] as const

  it.each(entities)('answers %s', async (path, id) => {
    const { status, body } = await get(path)
    expect([status, body?.id]).toEqual([200, id])
  })

  it.each([
    [`${TS}/groups`, 2],
    [`${TS}/groups/${library}/sets`, 3],
    [`${TS}/sets/${genres}/parentGroup/sets`, 3],
    [`${TS}/sets`, 6],
    [`${TS}/sets/${genres}/children`, 2],
    [`${TS}/sets/${genres}/terms`, 10],
    [`${TS}/sets/${lists}/terms`, 4],
    [`${TS}/sets/${genres}/relations`, 0],
    [`${TS}/sets/${genres}/terms/${fiction}/children`, 3],
    [`${TS}/sets/${genres}/terms/${nature}/relations`, 1],
    [`${TS}/sets/${genres}/terms/${nature}/children`, 2],
    [`${TS}/sets/${genres}/children/${fiction}/relations`, 0],
    [`${TS}/sets/${genres}/children/${fiction}/children/${poetry}/relations`, 1],
  ])('lists and counts %s', async (path, count) => {
    const { body } = await get(`${path}?$count=true`)
    expect([body.value.length, body['@odata.count']]).toEqual([count, count])
    const counted = await get(`${path}/$count`)
    expect([counted.text, counted.headers.get('content-type')]).toEqual([String(count), 'text/plain'])
  })

  it('walks relations to their ends, and answers 204 for an end that is not there', async () => {
    const [relation] = (await get(`${TS}/sets/${lists}/terms/${poetry}/relations`)).body.value
    const at = `${TS}/sets/${lists}/terms/${poetry}/relations/${relation.id}`
    expect((await get(at)).body).toMatchObject({ id: relation.id, relationship: 'reuse' })
    expect((await get(at.replace('!', '%21'))).body.id).toBe(relation.id)
    expect((await get(`${at}/fromTerm`)).body.id).toBe(summer)
    expect((await get(`${at}/toTerm`)).body.id).toBe(poetry)
    expect((await get(`${at}/set`)).body.id).toBe(lists)
    expect((await get(`${TS}/sets/${lists}/terms/${summer}/relations/${relation.id}`)).status).toBe(200)
    expect((await get(`${TS}/sets/${lists}/relations/${relation.id}`)).status).toBe(404)
    expect((await get(`${TS}/sets/${genres}/terms/${fiction}/relations/${relation.id}`)).status).toBe(404)
    const made = await server.send('POST', `${TS}/sets/${subjects}/relations`, {
      relationship: 'reuse',
      toTerm: { id: termId(7) },
    })
    expect(made.status).toBe(201)
    const end = await get(`${TS}/sets/${subjects}/relations/${made.body.id}/fromTerm`)
    expect([end.status, end.text]).toEqual([204, ''])
    expect((await server.send('DELETE', `${TS}/sets/${subjects}/relations/${made.body.id}`)).status).toBe(204)
  })

  it.each([
    ['DELETE', TS],
    ['DELETE', `${TS}/sets/${genres}/parentGroup`],
    ['PUT', `${TS}/sets/${genres}`],
    ['POST', `${TS}/sets/${genres}`],
    ['PATCH', `${TS}/sets/${genres}/terms/${poetry}/set`],
    ['DELETE', `${TS}/groups`],
  ])('answers %s %s with 405', async (method, path) => {
    const { status, body, headers } = await server.send(method, path, {})
    expect([status, body.error.code]).toEqual([405, 'notAllowed'])
    expect(headers.has('allow')).toBe(true)
  })

  it.each([
    [`${TS}/sets/${subjects}/children/${poetry}`, 404, 'itemNotFound'],
    [`${TS}/groups/${library}/sets/${animals}`, 404, 'itemNotFound'],
    [`${TS}/sets/${subjects}/terms/${poetry}`, 404, 'itemNotFound'],
    [`${TS}/sets/${genres}/children/${fiction}/children/${animals}`, 404, 'itemNotFound'],
    [`${TS}/sets/not-a-guid`, 400, 'invalidRequest'],
    [`${TS}/sets/${genres}/nothing`, 400, 'BadRequest'],
    [`${TS}/sets/${genres}/terms/${poetry}/parent`, 400, 'BadRequest'],
    [`${TS}/sets/${genres}/terms/${poetry}/labels/name`, 400, 'BadRequest'],
    [`${TS}/sets/%ZZ`, 400, 'BadRequest'],
    [`${TS}('x')`, 400, 'BadRequest'],
    ['/v1.0/planner', 501, 'notImplemented'],
    ['/v1.0/sites/root/lists', 501, 'notImplemented'],
    ['/v1.0/$batch', 405, 'methodNotAllowed'],
  ])('refuses %s', async (path, status, code) => {
    const answer = await get(path)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
    expect(answer.body.error.innerError).toMatchObject({
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      'request-id': answer.headers.get('request-id'),
    })
  })
})

describe('writes through an address that leads elsewhere', () => {
  const body = { labels: [{ name: 'Astray', languageTag: 'en-US', isDefault: true }] }
  it.each([
    ['a set of another group', 'POST', `/termStore/groups/${teamGroup}/sets/${genres}/children`, body],
    ['a set of another group', 'PATCH', `/termStore/groups/${teamGroup}/sets/${genres}`, { description: 'astray' }],
    ['a set of another group', 'DELETE', `/termStore/groups/${teamGroup}/sets/${genres}`, undefined],
    ['a group another site sees', 'PATCH', `/sites/root/termStore/groups/${teamGroup}`, { description: 'astray' }],
    ['a group no site sees', 'POST', `/termStore/groups/${teamGroup}/sets`, { localizedNames: [] }],
  ])('find nothing in %s: %s', async (_, method, path, sent) => {
    const before = await get(`/v1.0/termStore/sets/${genres}`)
    const { status, body: answer } = await server.send(method, `/v1.0${path}`, sent)
    expect([status, answer?.error?.code]).toEqual([404, 'itemNotFound'])
    expect((await get(`/v1.0/termStore/sets/${genres}`)).body).toEqual(before.body)
  })
})

describe('the ends of a relation', () => {
  const team = `/v1.0/sites/${siteId(teamSite)}/termStore`
  let relation: string
  let set: string
  let below: string
  beforeAll(async () => {
    const there = taxonomyOver(server.send, team)
    set = await there.set(await there.group('Of the team', { scope: 'siteCollection' }), 'Of the team')
    below = await there.term(set, 'Of the team')
    relation = await there.pin({ set: subjects, term: nature }, { set, term: below })
  })
  const at = () => `/sets/${subjects}/terms/${nature}/relations/${relation}`

  it.each(['v1.0', 'beta'])('in a site collection are not seen from the root of the tenant (%s)', async (version) => {
    const root = `/${version}/termStore`
    expect((await get(root + at())).status).toBe(200)
    for (const path of ['/set', '/set/children', '/set/description', '/set/$ref', '/fromTerm', `/set/terms/${below}`]) {
      const { status, body } = await get(`${root}${at()}${path}`)
      expect([path, status, body?.error?.code]).toEqual([path, 404, 'itemNotFound'])
    }
    expect((await get(`${root}${at()}/set`)).body.error.message).toBe("Set at 'set' not found")
    expect((await get(`${root}${at()}/set/children`)).body.error.message).toBe("Set at 'set' not found")
    expect((await get(`${root}${at()}/fromTerm`)).body.error.message).toBe("Term at 'fromTerm' not found")
    expect((await get(`${root}${at()}/toTerm`)).body.id).toBe(nature)
    const listed = (await get(`${root}/sets/${subjects}/terms/${nature}/relations?$expand=set,fromTerm,toTerm`)).body
      .value
    const own = listed.find(({ id }: { id: string }) => id === relation)
    expect(Object.keys(own).toSorted()).toEqual(['id', 'relationship', 'toTerm'])
    for (const end of ['set', 'fromTerm', 'toTerm']) expect((await get(`${team}${at()}/${end}`)).status).toBe(200)
  })

  it.each(['v1.0', 'beta'])('in a site collection are not told by filters and orders (%s)', async (version) => {
    const relations = `/sets/${subjects}/terms/${nature}/relations`
    const found = async (root: string, path: string, query: string) => {
      const { status, body, text } = await get(`${root.replace('v1.0', version)}${path}?${encodeURI(query)}`)
      expect(status, `${query} ${text}`).toBe(200)
      return body.value.some(({ id }: { id: string }) => id === relation || id === nature)
    }
    const telling = [
      `set/id eq '${set}'`,
      `set/id in ('${set}')`,
      'set/id ne null',
      'set ne null',
      "set/localizedNames/any(n:n/name eq 'Of the team')",
      `fromTerm/id eq '${below}'`,
      'fromTerm ne null',
      "fromTerm/labels/any(l:l/name eq 'Of the team')",
      `fromTerm/set/id eq '${set}'`,
    ]
    for (const filter of telling) {
      const inside = `relations/any(r:r/id eq '${relation}' and ${filter.replace(/^(set|fromTerm)/, 'r/$1')})`
      expect(await found(team, relations, `$filter=id eq '${relation}' and ${filter}`), filter).toBe(true)
      expect(await found(team, `/sets/${subjects}/terms`, `$filter=${inside}`), inside).toBe(true)
      expect(await found('/v1.0/termStore', relations, `$filter=id eq '${relation}' and ${filter}`), filter).toBe(false)
      expect(await found('/v1.0/termStore', `/sets/${subjects}/terms`, `$filter=${inside}`), inside).toBe(false)
    }
    for (const filter of [`toTerm/id eq '${nature}'`, "toTerm/labels/any(l:l/name ne '')"])
      expect(await found('/v1.0/termStore', relations, `$filter=id eq '${relation}' and ${filter}`)).toBe(true)
    const ordered = await get(`/${version}/termStore${relations}?$orderby=set/id,fromTerm/id`)
    expect(ordered.status, ordered.text).toBe(200)
  })

  it('in a site collection cannot be changed from the root of the tenant', async () => {
    for (const [method, body] of [
      ['PATCH', { relationship: 'reuse' }],
      ['DELETE', undefined],
    ] as const) {
      const { status, body: answer } = await server.send(method, `/v1.0/termStore${at()}`, body)
      expect([method, status, answer.error.message]).toEqual([method, 404, "Set at 'set' not found"])
    }
    expect((await server.send('PATCH', `${team}${at()}`, { relationship: 'pin' })).status).toBe(200)
  })

  it('are read, and nothing below them is written', async () => {
    const writes = [
      ['POST', '/set/children', { labels: [{ name: 'x', languageTag: 'en-US', isDefault: true }] }],
      ['PATCH', '/set', { description: 'x' }],
      ['PATCH', '/set/description', { value: 'x' }],
      ['PATCH', `/set/terms/${below}`, { labels: [] }],
      ['DELETE', `/set/terms/${below}`, undefined],
      ['POST', '/toTerm/children', {}],
      ['POST', '/fromTerm/relations', {}],
      ['PATCH', '/toTerm/set/parentGroup', { description: 'x' }],
    ] as const
    for (const root of ['/v1.0/termStore', team, '/beta/termStore']) {
      for (const [method, path, body] of writes) {
        const answer = await server.send(method, `${root}${at()}${path}`, body)
        expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, 'GET'])
        const options = await server.send('OPTIONS', `${root}${at()}${path}`)
        expect([path, options.headers.get('allow')]).toEqual([path, 'GET, HEAD, OPTIONS'])
      }
    }
  })
})
