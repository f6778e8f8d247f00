/** The query language on the wire, on rows of both workloads and of the directory: protocol.md §1.7, OData URL Conventions 4.01 §5.1. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { relationshipDraft as draft, relationships } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { customers, kitFor } from './gdap/kit.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const [genres, subjects] = (tenants[0]?.termStore.groups[0]?.sets ?? []).map((set) => set.id) as [string, string]
const TS = '/v1.0/termStore'
const q = encodeURIComponent
const get = (path: string) => server.send('GET', path)

interface Labelled {
  readonly labels: readonly { readonly name: string; readonly isDefault: boolean; readonly languageTag: string }[]
}
const english = (terms: readonly Labelled[]) =>
  terms.map(({ labels }) => labels.find((label) => label.languageTag === 'en-US' && label.isDefault)?.name).sort()

const filtered = async (collection: string, filter: string, more = '') => {
  const { status, body, text } = await get(`${collection}?$filter=${q(filter)}${more}`)
  expect([filter, status, status === 200 ? '' : text]).toEqual([filter, 200, ''])
  return body.value
}

describe('terms', () => {
  const terms = `${TS}/sets/${genres}/terms`

  it.each([
    ["set/parentGroup/displayName eq 'LIBRARY' and labels/any(l:l/name eq 'poetry')", ['Poetry']],
    [`not (set/id eq '${genres}')`, ['Animals', 'Nature', 'Plants']],
    ["children/any(c:c/labels/any(l:l/name eq 'Poetry'))", ['Fiction']],
    ['children/$count ge 3', ['Fiction']],
    ['children/any(c:c/children/any())', []],
    ["children/$count($filter=labels/any(l:startswith(l/name,'Po'))) eq 1", ['Fiction']],
    ["labels/$count($filter=languageTag eq 'de-DE' and name eq 'lyrik') eq 1", ['Poetry']],
    ["descriptions/$filter(languageTag eq 'en-US')/any() and labels/all(l:length(l/name) gt 2)", ['Poetry']],
  ])('are found by %s', async (filter, names) => {
    expect(english(await filtered(terms, filter))).toEqual(names)
  })

  it.each([
    ['flora OR poetry', ['Plants', 'Poetry']],
    ['poetry OR novel', ['Novel', 'Poetry']],
    ['"short story"', ['Short story']],
    ['story NOT short', []],
    ['(poetry OR story) AND NOT short', ['Poetry']],
  ])('are searched for %s', async (search, names) => {
    const { status, body } = await get(`${terms}?$search=${q(search)}`)
    expect(status).toBe(200)
    expect(english(body.value)).toEqual(names)
  })

  it('are sorted by paths and counts, page by page', async () => {
    const order = q('set/parentGroup/displayName desc,children/$count desc,id')
    const all = (await get(`${terms}?$orderby=${order}`)).body.value.map(({ id }: { id: string }) => id)
    const seen: string[] = []
    let path = `${terms}?$orderby=${order}&$top=2`
    for (let pages = 0; path !== '' && pages < 10; pages += 1) {
      const { status, body } = await get(path)
      expect(status).toBe(200)
      seen.push(...body.value.map(({ id }: { id: string }) => id))
      path = body['@odata.nextLink']?.slice(server.http.length) ?? ''
    }
    expect(seen).toEqual(all)
  })

  it('take the values of aliases from the query, and names encoded', async () => {
    const query = `%24filter=labels%2Fany(l%3Al%2Fname+eq+%40n)+AND+NOT+isof(${q("'microsoft.graph.termStore.set'")})`
    const { status, body } = await get(`${terms}?${query}&@n='poetry'`)
    expect([status, body.error?.message]).toEqual([
      400,
      "Syntax error at position 40 in '$filter': expected a type derived from 'microsoft.graph.termStore.term', found 'microsoft.graph.termStore.set'.",
    ])
    const good = await get(
      `${terms}?${query.replace('termStore.set', 'termStore.term').replace('NOT', '')}&@n='poetry'`,
    )
    expect(english(good.body.value)).toEqual(['Poetry'])
  })
})

describe('sets and groups', () => {
  it.each([
    ['sets', `parentGroup/scope eq 'global' and children/any(c:c/labels/any(l:l/name eq 'Fiction'))`, [genres]],
    ['sets', `terms/$count gt 5 and parentGroup/sets/any(s:s/id eq '${subjects}')`, [genres]],
    ['sets', `id in ['${subjects}']`, [subjects]],
  ])('%s are found by %s', async (collection, filter, ids) => {
    const found = await filtered(`${TS}/${collection}`, filter)
    expect(found.map(({ id }: { id: string }) => id)).toEqual(ids)
  })
})

describe('rows of a site', () => {
  it('are seen along links from below the site only', async () => {
    const contoso = tenants[0]
    const team = contoso?.sites[1]
    const group = contoso?.termStore.groups[1]?.id
    const stores = async (site: string, filter: string) =>
      (await filtered(`/v1.0/sites/${site}/termStores`, filter)).length
    const teamSite = `${contoso?.defaultDomain},${team?.siteCollectionId},${team?.webId}`
    for (const filter of [`groups/any(g:g/id eq '${group}')`, `groups/$count($filter=id eq '${group}') eq 1`]) {
      expect(await stores(teamSite, filter)).toBe(1)
      expect(await stores('root', filter)).toBe(0)
    }
  })
})

describe('a condition in the address', () => {
  const idsAt = async (path: string) => {
    const { status, body, text } = await get(path)
    expect(status, text).toBe(200)
    return body.value.map(({ id }: { id: string }) => id)
  }

  it('narrows a listing, is counted, paged and asked for in a batch', async () => {
    const named = `${TS}/sets/${genres}/terms/$filter(${q("labels/any(l:startswith(l/name,'Po'))")})`
    expect(english((await get(named)).body.value)).toEqual(['Poetry'])
    expect((await get(`${named}/$count`)).text).toBe('1')
    expect(await idsAt(`${TS}/sets/$filter(id%20eq%20@s)?@s='${subjects}'`)).toEqual([subjects])
    const many = `${TS}/sets/${genres}/terms/$filter(true)/$filter(not%20false)`
    const page = await get(`${many}?$top=2`)
    expect(page.body['@odata.context']).toMatch(/\/terms$/)
    const next = new URL(page.body['@odata.nextLink'])
    const rest = await idsAt(next.pathname + next.search)
    const both = [...page.body.value.map(({ id }: { id: string }) => id), ...rest]
    expect(both).toEqual((await idsAt(`${TS}/sets/${genres}/terms`)).slice(0, 4))
    // .NET sends addresses in a batch as they read.
    const url = `/termStore/sets/${genres}/terms/$filter(labels/any(l:l/name eq 'Poetry'))/$count`
    const batch = await server.send('POST', '/v1.0/$batch', { requests: [{ id: '1', method: 'GET', url }] })
    expect(batch.body.responses[0]).toMatchObject({ status: 200 })
  })

  it('lets nothing be seen that is not seen without it', async () => {
    for (const path of ['/v1.0/sites/root/termStore/groups', '/v1.0/users', relationships]) {
      expect(await idsAt(`${path}/$filter(true)`)).toEqual(await idsAt(path))
    }
    const { status, body } = await get(`${TS}/sets/$filter(localizedNames/any(n:n/nope eq 1))`)
    expect([status, body.error.target]).toEqual([400, '$filter'])
    expect((await server.send('POST', `${TS}/sets/$filter(true)`, {})).status).toBe(405)
  })
})

describe('links', () => {
  it('are counted in place of their rows, by conditions with aliases of their own', async () => {
    const path = `${TS}/sets/${genres}?$select=id&$expand=`
    const { body } = await get(`${path}terms/$count,children/$count`)
    const count = async (what: string) => Number((await get(`${TS}/sets/${genres}/${what}/$count`)).text)
    const { '@odata.context': _, ...members } = body
    const counted = { 'terms@odata.count': await count('terms'), 'children@odata.count': await count('children') }
    expect(members).toEqual({ id: genres, ...counted })
    const named = `$filter=labels/any(l:l/name eq @n);@n='poetry'`
    expect((await get(`${path}terms/$count(${q(named)})&@n='other'`)).body['terms@odata.count']).toBe(1)
    expect(english((await get(`${path}terms(${q(named)})`)).body.terms)).toEqual(['Poetry'])
  })
})

describe('changes', () => {
  it.each([`${TS}/sets`, '/v1.0/users', relationships])('of %s are not kept, as Graph keeps none', async (path) => {
    const asked = await server.send('GET', path, undefined, { headers: { prefer: 'odata.track-changes' } })
    expect([asked.status, asked.body['@odata.deltaLink']]).toEqual([200, undefined])
    const { status, body } = await get(`${path}?$deltatoken=latest`)
    expect([status, body.error.target]).toEqual([400, '$deltatoken'])
  })
})

describe('relationships', () => {
  it('are found by their customer as a whole', async () => {
    const kit = kitFor(server)
    const path = await kit.at('active')
    const { body } = await get(path)
    const { tenantId, displayName } = body.customer
    const whole = JSON.stringify({ displayName, tenantId })
    const ids = async (filter: string, more = '') =>
      (await filtered(relationships, filter, more)).map(({ id }: { id: string }) => id)
    expect(await ids(`customer eq ${whole}`)).toContain(body.id)
    expect(await ids(`customer eq @c`, `&@c=${q(whole)}`)).toContain(body.id)
    expect(await ids(`customer ne ${whole} and id eq '${body.id}'`)).toEqual([])
    expect(await ids(`customer in (null,{"tenantId":"${tenantId}"}) and id eq '${body.id}'`)).toEqual([])
    const refused = await get(`${relationships}?$filter=${q('accessDetails eq {}')}`)
    expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringContaining("'unifiedRoles'")])
  })

  it('are found by time, by duration and by what hangs on them', async () => {
    const kit = kitFor(server)
    await server.clock({ freeze: true })
    const path = await kit.at('active', { duration: 'P30D' })
    await server.send('POST', relationships, draft({ duration: 'P730D' }))
    const id = path.slice(path.lastIndexOf('/') + 1)
    const ids = async (filter: string) => (await filtered(relationships, filter)).map((row: { id: string }) => row.id)
    expect(await ids("duration lt duration'P60D'")).toEqual([id])
    expect(await ids("duration eq 'PT720H' and status eq 'active'")).toEqual([id])
    expect(await ids(`requests/any(r:r/action eq 'lockForApproval') and id eq '${id}'`)).toEqual([id])
    expect(await ids(`requests/any(r:r/action eq 'terminate') and id eq '${id}'`)).toEqual([])
    expect(await ids('requests/$count eq 1 and accessAssignments/$count eq 0')).toContain(id)
    expect(await ids("accessDetails/unifiedRoles/any(u:u/roleDefinitionId eq 'x')")).toEqual([])
    expect(await ids("endDateTime sub now() lt duration'P31D'")).toEqual([id])
    expect(await ids("endDateTime sub now() lt duration'P29D'")).toEqual([])
    await server.clock({ advance: 'P2D' })
    expect(await ids("endDateTime sub now() lt duration'P29D'")).toEqual([id])
    expect(await ids("activatedDateTime add duration'P1D' le now()")).toContain(id)
    const two = await filtered(relationships, 'true', '&$orderby=duration desc,createdDateTime&$top=1')
    expect(two[0].duration).toBe('P730D')
    expect((await get(`${customers}?$filter=${q('serviceManagementDetails/any()')}`)).status).toBe(200)
  })
})

describe('the directory', () => {
  it('is asked along memberships, both ways', async () => {
    const groups = '/v1.0/groups'
    const made = await server.send('POST', groups, {
      displayName: 'Night shift',
      mailEnabled: false,
      mailNickname: 'nightshift',
      securityEnabled: true,
    })
    const { body: users } = await get('/v1.0/users?$top=1')
    const [user] = users.value
    const linked = await server.send('POST', `${groups}/${made.body.id}/members/$ref`, {
      '@odata.id': `https://localhost/v1.0/users/${user.id}`,
    })
    expect(linked.status).toBe(204)
    const found = await filtered(groups, `members/any(m:m/id eq '${user.id}') and members/$count eq 1`)
    expect(found.map(({ id }: { id: string }) => id)).toEqual([made.body.id])
    const members = await filtered(
      '/v1.0/users',
      "memberOf/any(g:startswith(g/displayName,'night') and not g/mailEnabled)",
    )
    expect(members.map(({ id }: { id: string }) => id)).toEqual([user.id])
    expect(await filtered('/v1.0/users', `memberOf/all(g:g/displayName eq 'x') and id eq '${user.id}'`)).toEqual([])
    const expanded = async (what: string) => (await get(`${groups}/${made.body.id}?$expand=${what}`)).body
    expect((await expanded('members/$ref')).members).toEqual(
      (await get(`${groups}/${made.body.id}/members/$ref`)).body.value,
    )
    const cast = await expanded('members/microsoft.graph.user($select=id)')
    expect(cast.members).toEqual([{ id: user.id }])
    expect((await expanded('members/microsoft.graph.site')).error.message).toContain(
      "'microsoft.graph.site' at position 8 is no type derived from 'microsoft.graph.directoryObject'",
    )
  })

  it('is expanded as references, a page of them at a time', async () => {
    const path = `${TS}/sets/${genres}?$select=id&$expand=terms/$ref`
    const all = (await get(path)).body.terms
    expect(all.length).toBeGreaterThan(2)
    expect(all).toEqual((await get(`${TS}/sets/${genres}/terms/$ref`)).body.value)
    const { body } = await server.send('GET', path, undefined, { headers: { prefer: 'maxpagesize=2' } })
    expect(body.terms).toEqual(all.slice(0, 2))
    const next = new URL(body['terms@odata.nextLink'])
    const rest = await get(next.pathname + next.search)
    expect([rest.status, rest.body.value]).toEqual([200, all.slice(2)])
    expect(decodeURIComponent(next.pathname)).toMatch(/\/terms\/\$ref$/)
    const one = (await get(`${TS}/sets/${genres}?$expand=parentGroup/$ref`)).body
    expect(Object.keys(one.parentGroup)).toEqual(['@odata.id'])
    expect((await get(new URL(one.parentGroup['@odata.id']).pathname)).status).toBe(200)
  })
})

describe('an answer that follows from the hour', () => {
  it('is not kept', async () => {
    await server.clock({ freeze: true })
    const path = `${TS}/groups?$filter=${q('now() lt 2028-01-01')}`
    expect((await get(path)).body.value.length).toBeGreaterThan(0)
    await server.clock({ advance: 'P730D' })
    expect((await get(path)).body.value).toEqual([])
  })
})
