/** The live stream of the request log, as a client of server-sent events reads it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventsIn } from '#testing/events/event-stream.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
  await server.token()
})
afterAll(() => server.close())

const root = '/_relata/requests'

/** An open stream; `next` gives the next event. */
const follow = async (query = '', headers: Readonly<Record<string, string>> = {}) => {
  const answer = await fetch(`${server.http}${root}/stream${query}`, { headers })
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status} ${await answer.text()}`)
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const events = eventsIn(answer.body)
  return {
    // As Node's fetch ends the stream of an answer that is collected before anybody reads it.
    answer,
    next: async () => {
      const { value, done } = await events.next()
      if (done === true || value === undefined) throw new Error('the stream has ended')
      return value
    },
    isOver: async () => (await events.next()).done === true,
    close: () => events.return(),
  }
}

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  server.send('GET', path, undefined, { headers })

const post = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'POST') =>
  fetch(`${server.http}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body: '{}' } : {}),
  })

it('tells each request as the list has it, when it is answered', async () => {
  const live = await follow()
  await get('/v1.0/termStore/groups')
  const event = await live.next()
  const { value } = (await (await fetch(`${server.http}${root}?top=1`)).json()) as { value: readonly unknown[] }
  expect(event).toEqual({ id: expect.stringMatching(/^[\da-f]{8}-\d+$/), type: 'relata.request', data: value[0] })
  await live.close()
})

it('tells only what is wanted', async () => {
  const live = await follow('?path=/v1.0/**&status=4xx')
  await get('/v1.0/termStore/groups')
  await get('/v1.0/termStore/groups/none')
  expect((await live.next()).data).toMatchObject({ path: '/v1.0/termStore/groups/none', status: 400 })
  await live.close()
})

it('goes on after the last event that the client has seen', async () => {
  const live = await follow()
  await get('/v1.0/termStore/groups?$top=1')
  const { id = '' } = await live.next()
  await live.close()
  for (const top of [2, 3]) await get(`/v1.0/termStore/groups?$top=${top}`)
  const again = await follow('', { 'last-event-id': id })
  expect((await again.next()).data.query).toBe('$top=2')
  await get('/v1.0/termStore/groups?$top=4')
  expect((await again.next()).data.query).toBe('$top=3')
  expect((await again.next()).data.query).toBe('$top=4')
  await again.close()
})

it('begins with what is held where `since` says so', async () => {
  await get('/v1.0/termStore/groups?$top=9')
  const { value } = (await (await fetch(`${server.http}${root}?top=1`)).json()) as { value: { sequence: number }[] }
  const live = await follow(`?since=${(value[0]?.sequence ?? 0) - 1}`)
  expect((await live.next()).data.query).toBe('$top=9')
  await live.close()
})

it('says that the log was cleared', async () => {
  const live = await follow()
  await post(root, {}, 'DELETE')
  expect((await live.next()).type).toBe('relata.requests-cleared')
  await get('/v1.0/termStore/groups')
  expect((await live.next()).type).toBe('relata.request')
  await live.close()
})

it('says how many requests a client has missed that the log holds no longer', async () => {
  const live = await follow()
  await get('/v1.0/termStore/groups')
  const { id = '' } = await live.next()
  await live.close()
  await get('/v1.0/termStore/groups')
  await post(root, {}, 'DELETE')
  await get('/v1.0/termStore/groups?$top=1')
  const again = await follow('', { 'last-event-id': id })
  expect(await again.next()).toMatchObject({ type: 'relata.requests-missed', data: { count: 1 } })
  expect((await again.next()).data.query).toBe('$top=1')
  await again.close()
})

it('ends with a reset of its world, and begins anew for a client that comes back', async () => {
  const { id: world } = (await (await post('/_relata/worlds')).json()) as { id: string }
  const inWorld = { 'relata-world': world }
  const live = await follow('', inWorld)
  await get('/v1.0/termStore/groups', inWorld)
  const { id = '' } = await live.next()
  await post('/_relata/reset', inWorld)
  expect(await live.isOver()).toBe(true)
  await get('/v1.0/termStore/groups?$top=7', inWorld)
  const again = await follow('', { ...inWorld, 'last-event-id': id })
  expect((await again.next()).type).toBe('relata.requests-cleared')
  expect((await again.next()).data.query).toBe('$top=7')
  await again.close()
})
