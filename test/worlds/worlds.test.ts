import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
})

afterAll(() => server.close())

const groups = '/v1.0/termStore/groups'

const addGroup = (displayName: string, headers: Readonly<Record<string, string>> = {}) =>
  server.send('POST', groups, { displayName }, { headers })

const named = async (displayName: string, headers: Readonly<Record<string, string>> = {}) => {
  const { body } = await server.send('GET', groups, undefined, { headers })
  return body.value.filter((group: { displayName: string }) => group.displayName === displayName).length
}

const makeWorld = async (wish: unknown = {}) => {
  const answer = await fetch(`${server.http}/_relata/worlds`, jsonPost(wish))
  expect(answer.status).toBe(201)
  return (await answer.json()) as { id: string; url: string; port?: number }
}

describe('worlds', () => {
  it('are copies that know nothing of each other', async () => {
    expect((await addGroup('Before')).status).toBe(201)
    const { id } = await makeWorld()
    const inWorld = { 'relata-world': id }
    expect(await named('Before', inWorld)).toBe(1)
    expect((await addGroup('Only there', inWorld)).status).toBe(201)
    expect((await addGroup('Only here')).status).toBe(201)
    expect(await named('Only there', inWorld)).toBe(1)
    expect(await named('Only there')).toBe(0)
    expect(await named('Only here', inWorld)).toBe(0)
  })

  it('have clocks of their own', async () => {
    const { id } = await makeWorld({ clock: '2031-01-01T00:00:00Z' })
    const clock = async (headers: Record<string, string>) =>
      (await (await fetch(`${server.http}/_relata/clock`, { headers })).json()) as { now: string; frozen: boolean }
    expect(await clock({ 'relata-world': id })).toEqual({ now: '2031-01-01T00:00:00.000Z', frozen: true })
    expect((await clock({})).frozen).toBe(false)
  })

  it('answer at a port of their own, whatever the request says', async () => {
    const { id, port, url } = await makeWorld({ port: 0 })
    await addGroup('At a port', { 'relata-world': id })
    expect(url).toContain(`:${port}`)
    const own = `http://127.0.0.1:${port}`
    const answer = await fetch(`${own}${groups}`, { headers: { authorization: `Bearer ${await server.token()}` } })
    const { value } = (await answer.json()) as { value: { displayName: string }[] }
    expect(value.map(({ displayName }) => displayName)).toContain('At a port')
    expect(await named('At a port')).toBe(0)
  })

  it('are made once, however many ask for one id at once', async () => {
    const { worlds } = server
    const image = await worlds?.first.image()
    if (worlds === undefined || image === undefined) throw new Error('a stand-in has worlds')
    const asked = Array.from({ length: 6 }, () => worlds.add({ id: 'wanted', image, port: 0 }))
    const made = (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled')
    expect(made).toHaveLength(1)
  })

  it('are refused a port that is in use, and are not there then', async () => {
    const { port } = await makeWorld({ port: 0 })
    const answer = await fetch(`${server.http}/_relata/worlds`, jsonPost({ id: 'no-port', port }))
    const { error } = (await answer.json()) as { error: { target: string } }
    expect([answer.status, error.target]).toEqual([409, 'port'])
    expect((await fetch(`${server.http}/_relata/worlds/no-port`)).status).toBe(404)
  })

  it.each(['nobody.w.localhost', 'a.default.w.localhost', 'un_named.w.localhost', 'nobody.w.localhost.'])(
    'are not taken for the default one at the host %s',
    async (host) => {
      const { port } = new URL(server.http)
      const status = await new Promise((resolve, reject) => {
        const asked = request({ port, host: '127.0.0.1', path: '/_relata/info', headers: { host: `${host}:${port}` } })
        asked.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject)
        asked.end()
      })
      expect(status).toBe(404)
    },
  )

  it('end when they are deleted', async () => {
    const { id } = await makeWorld()
    const ended = await fetch(`${server.http}/_relata/worlds/${id}`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
    })
    expect(ended.status).toBe(204)
    const answer = await fetch(`${server.http}${groups}`, { headers: { 'relata-world': id } })
    expect(answer.status).toBe(404)
  })

  it('go back to how they began', async () => {
    const { id } = await makeWorld()
    const inWorld = { 'relata-world': id }
    await addGroup('Passing', inWorld)
    const { headers, ...post } = jsonPost('{}')
    const reset = await fetch(`${server.http}/_relata/reset`, { ...post, headers: { ...headers, ...inWorld } })
    expect(reset.status).toBe(204)
    expect(await named('Passing', inWorld)).toBe(0)
    expect((await addGroup('Passing', inWorld)).status).toBe(201)
  })
})
