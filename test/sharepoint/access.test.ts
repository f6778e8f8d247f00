/** Who may use the endpoint for pickers, from where, and what is beside it: as for Graph (exchange.md §13.6). */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const root = '/_api/v2.1/termStore'
let server: TestServer
let set: string

beforeAll(async () => {
  server = await startTestServer({ metrics: true })
  const taxonomy = taxonomyOver(server.send)
  set = await taxonomy.set(await taxonomy.group('Seen'), 'Seen')
  await taxonomy.term(set, 'Seen')
})
afterAll(() => server.close())

const tokenWith = async (scopes: string[], who: object = { app: wellKnown.daemon }): Promise<string> => {
  const answer = await fetch(`${server.http}/_relata/tokens`, jsonPost({ tenant: 'contoso.example', scopes, ...who }))
  return ((await answer.json()) as { accessToken: string }).accessToken
}

const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

describe('a token', () => {
  it('is asked for, with the reason and the scheme', async () => {
    for (const path of [root, `${root}/sets/${set}/getLegacyChildren`, `${root}/searchTerm(label='s')`]) {
      const answer = await fetch(server.http + path)
      expect([path, answer.status]).toEqual([path, 401])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      const body = (await answer.json()) as { error: Record<string, unknown> }
      expect(Object.keys(body.error).toSorted()).toEqual(['code', 'message'])
    }
    expect((await fetch(`${server.http}/_api/contextinfo`, { method: 'POST' })).status).toBe(401)
    expect((await fetch(server.http + root, { headers: { cookie: 'FedAuth=x; rtFa=y' } })).status).toBe(401)
  })

  it('needs the permission that Graph asks for', async () => {
    const [reader, writer, other] = [
      await tokenWith(['TermStore.Read.All']),
      await tokenWith(['TermStore.ReadWrite.All']),
      await tokenWith(['Sites.Read.All', 'AllSites.Read', 'User.Read']),
    ]
    const rename = (token: string) =>
      server.send('PATCH', `${root}/sets/${set}`, { description: 'x' }, as(token)).then(({ status }) => status)
    expect((await server.send('GET', `${root}/sets/${set}`, undefined, as(reader))).status).toBe(200)
    expect(
      (await server.send('GET', `${root}/searchTerm(label='s',setId='${set}')`, undefined, as(reader))).body.value,
    ).toHaveLength(1)
    expect(await rename(reader)).toBe(403)
    expect(await rename(writer)).toBe(200)
    for (const path of ['', '/groups', `/sets/${set}`, `/searchTerm(label='s')`]) {
      const { status, body } = await server.send('GET', root + path, undefined, as(other))
      expect([path, status, body.error.code]).toEqual([path, 403, 'accessDenied'])
    }
  })

  it('of a person without a role of the taxonomy changes nothing', async () => {
    const nobody = await tokenWith(['TermStore.ReadWrite.All'], { user: 'tara@contoso.example' })
    const before = (await server.send('GET', `/v1.0/termStore/sets/${set}`)).body
    const answers = [
      await server.send('PATCH', `${root}/sets/${set}`, { isOpen: true }, as(nobody)),
      await server.send('POST', `${root}/groups`, { name: 'No' }, as(nobody)),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect((await server.send('GET', `/v1.0/termStore/sets/${set}`)).body).toEqual(before)
  })
})

describe('site groups', () => {
  let hidden: { group: string; set: string; term: string }
  beforeAll(async () => {
    const { value } = (await server.send('GET', '/v1.0/sites?search=*')).body
    const id = value.find(({ webUrl }: { webUrl: string }) => webUrl.endsWith('/sites/team')).id
    const there = taxonomyOver(server.send, `/v1.0/sites/${id}/termStore`)
    const group = await there.group('Of the team', { scope: 'siteCollection' })
    const own = await there.set(group, 'Of the team')
    hidden = { group, set: own, term: await there.term(own, 'Team term') }
    await there.pin(
      { set, term: (await server.send('GET', `/v1.0/termStore/sets/${set}/children`)).body.value[0].id },
      own,
    )
  })

  it('are seen below their site only', async () => {
    const get = async (path: string) => (await server.send('GET', path)).status
    for (const base of ['/sites/team', '/SITES/Team', '/sites/team/sub'])
      expect(await get(`${base}${root}/sets/${hidden.set}/terms/${hidden.term}`)).toBe(200)
    for (const base of ['', '/sites/other', '/teams/team'])
      expect(await get(`${base}${root}/sets/${hidden.set}`), base).toBe(404)
    const types = async (base: string) =>
      (await server.send('GET', `${base}${root}/groups`)).body.value.map(({ type }: { type: string }) => type)
    expect(await types('/sites/team')).toContain('SiteCollectionGroup')
    expect(await types('')).not.toContain('SiteCollectionGroup')
  })

  it('are told of by no search, no availability and no relation from elsewhere', async () => {
    const search = `${root}/searchTerm(label='Team term')`
    expect((await server.send('GET', search)).body.value).toEqual([])
    expect((await server.send('GET', `${root}/searchTerm(label='Team',setId='${hidden.set}')`)).status).toBe(404)
    expect((await server.send('GET', `/sites/team${search}`)).body.value).toHaveLength(1)
    const shared = (await server.send('GET', `${root}/sets/${set}/children`)).body.value[0]
    expect(shared.isAvailableForTagging).toEqual([{ setId: set, isAvailable: true }])
    const inside = (await server.send('GET', `/sites/team${root}/sets/${set}/children`)).body.value[0]
    expect(inside.isAvailableForTagging.map(({ setId }: { setId: string }) => setId)).toContain(hidden.set)
    const { body, text } = await server.send('GET', `${root}/sets/${set}/terms/${shared.id}/relations?$expand=set`)
    expect(body.value).toHaveLength(1)
    expect(text).not.toContain(hidden.set)
  })
})

describe('pages of other origins', () => {
  it('may call as they may call Graph', async () => {
    const preflight = await fetch(server.http + root, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers':
          'authorization,x-requestdigest,x-clientservice-clienttag,odata-version,x-http-method,content-type',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-requestdigest')
    const call = await server.send('GET', root, undefined, { headers: { origin: 'http://localhost:3000' } })
    expect(call.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    const foreign = await server.send('GET', root, undefined, { headers: { origin: 'https://elsewhere.example' } })
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('beside Graph', () => {
  it('requests are logged, counted and named as the endpoint’s', async () => {
    await server.send('GET', `${root}/sets/${set}`)
    const log = (await (await fetch(`${server.http}/_relata/requests?path=/_api/**`)).json()) as {
      value?: { path: string; status: number }[]
      requests?: { path: string; status: number }[]
    }
    const [entry] = log.value ?? log.requests ?? []
    expect(entry?.path).toMatch(/^(?:\/sites\/\w+)?\/_api\//i)
    const metrics = await (await fetch(`${server.http}/metrics`)).text()
    expect(metrics).toMatch(
      /relata_http_requests_total\{method="GET",version="_api",operation="\/_api\/v2\.1\/termStore\/sets\/\{id\}",status="200"\}/,
    )
    expect(metrics).not.toContain(set)
  })

  it('long answers are compressed, and HEAD has no body', async () => {
    const token = await server.token()
    const taxonomy = taxonomyOver(server.send)
    for (let at = 0; at < 12; at++) await taxonomy.term(set, `Long ${at}`)
    const headers = { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' }
    const list = await fetch(`${server.http}${root}/sets/${set}/children`, { headers })
    expect(list.headers.get('content-encoding')).toBe('gzip')
    const head = await fetch(`${server.http}${root}/sets/${set}`, { method: 'HEAD', headers })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(head.headers.get('odata-version')).toBe('4.0')
  })
})

describe('scopes of sites', () => {
  it('read the term store where the server is told so, and never write it', async () => {
    const open = await startTestServer({ siteScopes: true })
    try {
      const { value } = (await open.send('GET', `${root}/groups`)).body
      const token = async (scopes: string[]) => {
        const wish = jsonPost({ tenant: 'contoso.example', app: wellKnown.daemon, scopes })
        return ((await (await fetch(`${open.http}/_relata/tokens`, wish)).json()) as { accessToken: string })
          .accessToken
      }
      for (const scope of ['AllSites.Read', 'Sites.ReadWrite.All']) {
        const reader = as(await token([scope]))
        const groups = await open.send('GET', `${root}/groups`, undefined, reader)
        expect([groups.status, groups.body?.value]).toEqual([200, value])
        expect((await open.send('PATCH', `${root}/groups/${value[0].id}`, { name: 'x' }, reader)).status).toBe(403)
        expect((await open.send('GET', '/v1.0/termStore/groups', undefined, reader)).status).toBe(403)
      }
      expect((await open.send('GET', root, undefined, as(await token(['User.Read'])))).status).toBe(403)
    } finally {
      await open.close()
    }
  })

  it('may be asked for with the address of the site as the resource', async () => {
    const answer = await fetch(`${server.http}/contoso.example/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: wellKnown.daemon,
        client_secret: wellKnown.secret,
        grant_type: 'client_credentials',
        scope: `${server.http}/.default`,
      }),
    })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    expect((await server.send('GET', root, undefined, as(token))).status).toBe(200)
  })
})

describe('faults on purpose', () => {
  it('are those of the addresses of Graph that are asked, in the shape of the endpoint', async () => {
    const rule = { id: 'slow', where: { path: '/v1.0/termStore/sets/*' }, what: { status: 503 }, times: 1 }
    const made = await fetch(`${server.http}/_relata/faults`, jsonPost(rule))
    expect([made.status, made.status === 201 ? '' : await made.text()]).toEqual([201, ''])
    const refused = await server.send('GET', `${root}/sets/${set}`)
    expect([refused.status, Object.keys(refused.body.error)]).toEqual([503, ['code', 'message']])
    expect(refused.headers.get('relata-fault')).toBe('slow')
    expect((await server.send('GET', `${root}/sets/${set}`)).status).toBe(200)
    await fetch(`${server.http}/_relata/faults`, { method: 'DELETE' })
  })
})

describe('limits', () => {
  it('count one request as one, whatever it asks of Graph', async () => {
    const slow = await startTestServer({ rateLimit: 1, auth: 'off' })
    try {
      const statuses: number[] = []
      for (let at = 0; at < 12; at++) statuses.push((await fetch(`${slow.http}${root}/groups`)).status)
      expect(statuses.slice(0, 9)).toEqual(Array(9).fill(200))
      expect(statuses.at(-1)).toBe(429)
      const refused = await fetch(`${slow.http}${root}/groups`)
      expect(refused.headers.get('retry-after')).toBeTruthy()
      expect(Object.keys(((await refused.json()) as { error: object }).error)).toEqual(['code', 'message'])
    } finally {
      await slow.close()
    }
  })
})

describe('other modes', () => {
  it('strict: nothing of SharePoint is there', async () => {
    const strict = await startTestServer({ strict: true })
    try {
      for (const path of [root, '/_api/contextinfo', `/sites/team${root}`]) {
        const { status, text } = await strict.send('GET', path)
        expect([path, status]).toEqual([path, 404])
        expect(text).not.toContain('_api/v2.1')
      }
    } finally {
      await strict.close()
    }
  })

  it('without tokens anybody reads and writes, and a foreign page does not', async () => {
    const open = await startTestServer({ auth: 'off' })
    try {
      const made = await fetch(`${open.http}${root}/groups`, jsonPost({ name: 'Anybody' }))
      expect(made.status).toBe(201)
      expect((await fetch(`${open.http}${root}/groups`)).status).toBe(200)
      expect((await fetch(`${open.http}/_api/contextinfo`, { method: 'POST' })).status).toBe(200)
      const foreign = jsonPost({ name: 'Foreign' })
      const page = { ...foreign, headers: { ...foreign.headers, origin: 'https://elsewhere.example' } }
      expect((await fetch(`${open.http}${root}/groups`, page)).status).toBe(403)
    } finally {
      await open.close()
    }
  })

  it('worlds have each their own', async () => {
    const made = await fetch(`${server.http}/_relata/worlds`, jsonPost({ id: 'picked' }))
    expect(made.status).toBe(201)
    const there = { headers: { 'relata-world': 'picked' } }
    expect((await server.send('POST', `${root}/groups`, { name: 'Only there' }, there)).status).toBe(201)
    const names = async (options = {}) =>
      (await server.send('GET', `${root}/groups`, undefined, options)).body.value.map(
        (one: { name: string }) => one.name,
      )
    expect(await names(there)).toContain('Only there')
    expect(await names()).not.toContain('Only there')
    await fetch(`${server.http}/_relata/worlds/picked`, { method: 'DELETE' })
  })

  it('a registry has it', async () => {
    const registry = await startTestServer({ registry: true })
    try {
      expect((await registry.send('GET', root)).status).toBe(200)
      expect((await registry.send('POST', `${root}/groups`, { name: 'In a registry' })).status).toBe(201)
    } finally {
      await registry.close()
    }
  })
})
