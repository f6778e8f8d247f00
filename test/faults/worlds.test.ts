/** Faults are part of a world: a reset clears them, a copy has none. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { faultsOf } from './kit.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
})
afterAll(() => server.close())

const groups = '/v1.0/termStore/groups'
const world = async (): Promise<Record<string, string>> => {
  const { id } = (await (await fetch(`${server.http}/_relata/worlds`, jsonPost({}))).json()) as { id: string }
  return { 'relata-world': id }
}
const status = async (headers: Record<string, string> = {}) =>
  (await server.send('GET', groups, undefined, { headers })).status
const reset = async (headers: Record<string, string> = {}) => {
  const post = jsonPost({})
  const answer = await fetch(`${server.http}/_relata/reset`, {
    ...post,
    headers: { ...(post.headers as object), ...headers },
  })
  expect(answer.status).toBe(204)
}

it('a world has its own rules, and a copy of it none', async () => {
  await faultsOf(server).add({ what: { status: 503 } })
  const inWorld = await world()
  expect([await status(), await status(inWorld)]).toEqual([503, 200])
  await faultsOf(server, inWorld).add({ what: { status: 504 } })
  await faultsOf(server).clear()
  expect([await status(), await status(inWorld)]).toEqual([200, 504])
})

it('what a rule holds goes on in a copy, and stays held where the rule is', async () => {
  const { relationship } = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
  await faultsOf(server).add({ what: { gdap: { stuck: { machine: 'relationship', status: 'activating' } } } })
  const path = `${relationships}/${await relationship('active')}`
  const inWorld = await world()
  const statusOf = async (headers = {}) => (await server.send('GET', path, undefined, { headers })).body.status
  expect([await statusOf(inWorld), await statusOf()]).toEqual(['active', 'activating'])
  await faultsOf(server).clear()
  expect(await statusOf()).toBe('active')
})

it('a reset removes them, and lets requests go on that were delayed', async () => {
  const inWorld = await world()
  const faults = faultsOf(server, inWorld)
  await faults.add({ where: { method: 'POST' }, what: { latencyMs: 600_000 } })
  const waiting = server.send('POST', groups, { displayName: 'Late' }, { headers: inWorld })
  await expect.poll(async () => (await faults.list())[0]?.hits).toBe(1)
  await reset(inWorld)
  await waiting
  expect(await faults.list()).toEqual([])
  expect(await status(inWorld)).toBe(200)
})

it('a reset removes those of the usual world as well', async () => {
  await faultsOf(server).add({ what: { status: 503 } })
  expect(await status()).toBe(503)
  await reset()
  expect(await status()).toBe(200)
  expect(await faultsOf(server).list()).toEqual([])
})
