/** The known-address cache (docs/adr/0006) never shows: every read equals one that knows no address. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

describe.each([
  { place: 'file', inMemory: false },
  { place: 'memory', inMemory: true },
])('answers known before, $place', ({ inMemory }) => {
  let server: TestServer
  let made: Taxonomy
  let group: string
  let set: string
  beforeAll(async () => {
    server = await startTestServer({ inMemory })
    made = taxonomyOver(server.send)
    group = await made.group()
    set = await made.set(group)
  })
  afterAll(() => server.close())

  /** Three times: the address of an entity is known from the second on. */
  const readAgain = async (path: string) => {
    const first = await server.send('GET', path)
    const second = await server.send('GET', path)
    const third = await server.send('GET', path)
    if (first.status === 200) expect([second.text, third.text]).toEqual([first.text, first.text])
    expect([second.status, third.status]).toEqual([first.status, first.status])
    expect(third.headers.get('content-type')).toBe(first.headers.get('content-type'))
    return third
  }

  it('shows a change of the entity itself at once', async () => {
    const id = await made.term(set, 'Changed')
    const path = `/v1.0/termStore/sets/${set}/terms/${id}`
    await readAgain(path)
    expect((await server.send('PATCH', path, { labels: labels('Changed twice') })).status).toBe(200)
    expect((await readAgain(path)).body.labels[0].name).toBe('Changed twice')
  })

  it('shows what is new in a listing, and its count', async () => {
    const path = `/v1.0/termStore/sets/${set}/children?$count=true`
    const before = await readAgain(path)
    await made.term(set, 'Newcomer')
    const after = await readAgain(path)
    expect(after.body['@odata.count']).toBe(before.body['@odata.count'] + 1)
    expect(after.body.value).toHaveLength(before.body.value.length + 1)
  })

  it('answers 404 for what has gone, though its sibling was read the short way', async () => {
    const [one, two] = [await made.term(set, 'Goes'), await made.term(set, 'Stays')]
    const path = (id: string) => `/v1.0/termStore/sets/${set}/terms/${id}`
    await readAgain(path(one))
    await readAgain(path(two))
    expect((await server.send('DELETE', path(one))).status).toBe(204)
    expect((await readAgain(path(one))).status).toBe(404)
    expect((await readAgain(path(two))).status).toBe(200)
  })

  it('answers 404 below a parent that has gone', async () => {
    const below = `/v1.0/termStore/groups/${group}/sets/${await made.set(group)}`
    await readAgain(below)
    expect((await server.send('DELETE', below)).status).toBe(204)
    expect((await readAgain(below)).status).toBe(404)
    expect((await readAgain(`${below}/children`)).status).toBe(404)
  })

  it('knows the way for one address only: another group does not have the set', async () => {
    const other = await made.group()
    await readAgain(`/v1.0/termStore/groups/${other}`)
    await readAgain(`/v1.0/termStore/groups/${group}/sets/${set}`)
    expect((await readAgain(`/v1.0/termStore/groups/${other}/sets/${set}`)).status).toBe(404)
  })

  it('keeps tenants, permissions and versions apart', async () => {
    const id = await made.term(set, 'Ours')
    const path = `/termStore/sets/${set}/terms/${id}`
    await readAgain(`/v1.0${path}`)
    const stranger = await server.send('GET', `/v1.0${path}`, undefined, { tenant: wellKnown.fabrikam })
    expect(stranger.status).toBe(404)
    const list = `/v1.0/termStore/sets/${set}/children`
    await readAgain(list)
    expect((await server.send('GET', list, undefined, { tenant: wellKnown.fabrikam })).status).toBe(404)
    expect((await fetch(`${server.http}${list}`)).status).toBe(401)
    const beta = await readAgain(`/beta${path}`)
    expect(beta.body['@odata.context']).toContain('/beta/$metadata#')
    expect((await readAgain(`/v1.0${path}`)).body['@odata.context']).toContain('/v1.0/$metadata#')
  })

  it('names the host that was asked for', async () => {
    const list = `/v1.0/termStore/sets/${set}/children`
    await readAgain(list)
    const token = await server.token()
    const port = new URL(server.http).port
    const answer = await fetch(`http://localhost:${port}${list}`, { headers: { authorization: `Bearer ${token}` } })
    expect(((await answer.json()) as Record<string, string>)['@odata.context']).toContain(`http://localhost:${port}/`)
  })

  it('reads a key however it is written', async () => {
    const id = await made.term(set, 'Spelled')
    await readAgain(`/v1.0/termStore/sets/${set}/terms/${id}`)
    for (const key of [id.toUpperCase(), `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`])
      expect((await readAgain(`/v1.0/termStore/sets/${set}/terms/${key}`)).body.id).toBe(id)
    expect((await readAgain(`/v1.0/termStore/sets/${set}/terms('${id}')`)).body.id).toBe(id)
    expect((await readAgain(`/v1.0/termStore/sets/${set}/terms/nobody`)).status).toBe(400)
  })

  it('honours preferences and options after a plain read', async () => {
    const id = await made.term(set, 'Preferred')
    const path = `/v1.0/termStore/sets/${set}/terms/${id}`
    await readAgain(path)
    expect(Object.keys((await readAgain(`${path}?$select=id`)).body)).toEqual(['@odata.context', 'id'])
    const list = `/v1.0/termStore/sets/${set}/children`
    await readAgain(list)
    const natural = await server.send('GET', list, undefined, { headers: { prefer: 'relata.listing=natural' } })
    expect(natural.headers.get('preference-applied')).toBe('relata.listing=natural')
    expect((await readAgain(list)).headers.get('preference-applied')).toBeNull()
  })

  it('answers HEAD as GET, without a body', async () => {
    const list = `/v1.0/termStore/sets/${set}/children`
    const { text } = await readAgain(list)
    const answer = await fetch(`${server.http}${list}`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${await server.token()}`, 'accept-encoding': 'identity' },
    })
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  })
})

it('sees what another process has written to the same file', async () => {
  const one = await startTestServer({ inMemory: false })
  // Its keys are made with the first token, and the other reads them.
  const authorization = `Bearer ${await one.token()}`
  const two = await startServer({
    ...defaultConfig,
    port: 0,
    httpOnly: true,
    silent: true,
    location: one.location,
    inMemory: false,
  })
  try {
    const list = '/v1.0/termStore/groups?$count=true'
    const before = (await one.send('GET', list)).body['@odata.count']
    for (const _ of [2, 3]) await one.send('GET', list)
    const answer = await fetch(`${two.origin}/v1.0/termStore/groups`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ displayName: 'From elsewhere' }),
    })
    expect(answer.status).toBe(201)
    const { id } = (await answer.json()) as { id: string }
    expect((await one.send('GET', list)).body['@odata.count']).toBe(before + 1)
    const path = `/v1.0/termStore/groups/${id}`
    expect((await one.send('GET', path)).status).toBe(200)
    expect((await fetch(`${two.origin}${path}`, { method: 'DELETE', headers: { authorization } })).status).toBe(204)
    expect((await one.send('GET', path)).status).toBe(404)
  } finally {
    await two.close()
    await one.close()
  }
})
