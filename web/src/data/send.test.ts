/** What goes over the wire, against a server that puts off what it is asked. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { batchOf } from './batch.ts'
import { control, graph, type RequestPlan } from './plan.ts'
import { send } from './send.ts'
import { beginSession, type ServerInfo } from './session.ts'

interface Asked {
  readonly method: string
  readonly path: string
}

let asked: Asked[]
let answers: Response[]

const putOff = (status: number): Response =>
  new Response(JSON.stringify({ error: { code: 'busy', message: 'Later.' } }), {
    status,
    headers: { 'Retry-After': '2', 'Content-Type': 'application/json' },
  })
const done = (): Response => new Response('{}', { status: 200, headers: { 'Content-Type': 'application/json' } })

beforeEach(() => {
  asked = []
  answers = []
  vi.useFakeTimers()
  vi.stubGlobal('location', new URL('https://localhost/terms'))
  vi.stubGlobal('sessionStorage', { getItem: () => null })
  vi.stubGlobal('document', { getElementById: () => null })
  vi.stubGlobal('fetch', (path: string, { method = 'GET' }: RequestInit = {}) => {
    if (path.endsWith('/_relata/tokens')) return Promise.resolve(Response.json({ accessToken: 'a', expiresIn: 3600 }))
    asked.push({ method, path })
    const next = answers.shift()
    return next === undefined ? Promise.reject(new Error('asked too often')) : Promise.resolve(next)
  })
  beginSession({ mode: 'stand-in', features: [] as readonly string[], version: '0' } as ServerInfo, undefined)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Without a token, so that only what is looked at is sent. */
const plain = (plan: RequestPlan): RequestPlan => ({ ...plan, needsToken: false })

/** Its end, with the time that it waits for passed. */
async function ended(plan: RequestPlan): Promise<unknown> {
  const sending = send(plan).then(
    ({ status }) => status,
    (error: unknown) => error,
  )
  await vi.advanceTimersByTimeAsync(20_000)
  return sending
}

describe('a write', () => {
  it.each([409, 423, 503])('that was put off with %i is sent until it is taken', async (status) => {
    answers = [putOff(status), putOff(status), done()]
    expect(await ended(plain(graph('PATCH', '/termStore/groups/1', { body: { displayName: 'Herbs' } })))).toBe(200)
    expect(asked.map(({ method }) => method)).toEqual(['PATCH', 'PATCH', 'PATCH'])
  })

  it('is sent three times at most, and then says why', async () => {
    answers = [putOff(503), putOff(503), putOff(503), done()]
    expect(await ended(plain(graph('DELETE', '/termStore/groups/1')))).toMatchObject({ status: 503, retryAfter: 2 })
    expect(asked).toHaveLength(3)
  })

  it('that was refused for good, or for another reason, is sent once', async () => {
    for (const status of [400, 412, 429]) {
      answers = [putOff(status), done()]
      expect(await ended(plain(graph('PATCH', '/termStore/groups/1', { body: {} })))).toMatchObject({ status })
    }
    expect(asked).toHaveLength(3)
  })

  it('that makes something is never sent twice, unless it carried an id', async () => {
    const posts = [
      graph('POST', '/termStore/groups', { body: { displayName: 'Herbs' } }),
      graph('POST', '/tenantRelationships/delegatedAdminRelationships/1/requests', { body: { action: 'approve' } }),
      control('POST', '/reset'),
      batchOf([{ id: '0', plan: graph('PATCH', '/termStore/groups/1', { body: {} }) }]),
    ]
    for (const post of posts) {
      asked = []
      answers = [putOff(503), done()]
      expect(await ended(plain(post)), post.path).toMatchObject({ status: 503 })
      expect(asked, post.path).toHaveLength(1)
    }
    asked = []
    answers = [putOff(503), done()]
    const withId = graph('POST', '/termStore/sets/1/children', { body: { id: '9a9e5000-0000-4000-8000-000000000001' } })
    expect(await ended(plain(withId))).toBe(200)
    expect(asked).toHaveLength(2)
  })

  it('that got no answer is not sent again: it may have been done', async () => {
    expect(await ended(plain(graph('PATCH', '/termStore/groups/1', { body: {} })))).toMatchObject({ status: 0 })
    expect(asked).toHaveLength(1)
  })
})
