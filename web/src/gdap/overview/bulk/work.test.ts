/** Many writes in batches: what was put off is sent again when the server says, and nothing twice that makes something. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { graph } from '../../../data/plan.ts'
import { beginSession, type ServerInfo } from '../../../data/session.ts'
import type { RelationshipRow } from '../../api.ts'
import { type BulkItem, type BulkResult, sendAll } from './work.ts'

interface Part {
  readonly id: string
  readonly method: string
}

let batches: Part[][]
/** By row: what it is answered, in order; then 200. */
let answers: Record<string, number[]>

beforeEach(() => {
  batches = []
  answers = {}
  vi.useFakeTimers()
  vi.stubGlobal('location', new URL('https://localhost/gdap'))
  vi.stubGlobal('sessionStorage', { getItem: () => null })
  vi.stubGlobal('document', { getElementById: () => null })
  vi.stubGlobal('fetch', (path: string, { body }: RequestInit = {}) => {
    if (path.endsWith('/_relata/tokens')) return Promise.resolve(Response.json({ accessToken: 'a', expiresIn: 3600 }))
    const { requests } = JSON.parse(String(body)) as { requests: Part[] }
    batches.push(requests)
    const responses = requests.map(({ id }) => {
      const status = answers[id.split('|')[0] ?? '']?.shift() ?? 200
      return { id, status, headers: { 'Retry-After': '3' }, body: { error: { code: 'busy', message: 'Later.' } } }
    })
    return Promise.resolve(Response.json({ responses }))
  })
  const acting = {
    tenant: { id: 't', name: 'Contoso', domain: 'contoso.example' },
    caller: { kind: 'user', id: 'admin@contoso.example', name: 'Administrator' },
  } as const
  beginSession({ mode: 'stand-in', features: [] as readonly string[], version: '0' } as ServerInfo, acting)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const item = (id: string, method: 'PATCH' | 'POST' = 'PATCH'): BulkItem => ({
  row: { id } as RelationshipRow,
  plans: [graph(method, `/tenantRelationships/delegatedAdminRelationships/${id}`, { body: {} })],
})

async function results(items: readonly BulkItem[]): Promise<Record<string, BulkResult>> {
  const all: Record<string, BulkResult> = {}
  const sending = sendAll(items, {
    acting: undefined,
    report: (some) => Object.assign(all, Object.fromEntries(some)),
    isStopped: () => false,
    onUnreachable: () => undefined,
  } as Parameters<typeof sendAll>[1])
  await vi.advanceTimersByTimeAsync(60_000)
  await sending
  return all
}

describe('an action on many rows', () => {
  it('is sent in batches of twenty', async () => {
    const all = await results(Array.from({ length: 45 }, (_, at) => item(`r${at}`)))
    expect(batches.map(({ length }) => length)).toEqual([20, 20, 5])
    expect(Object.values(all)).toHaveLength(45)
    expect(Object.values(all).every(({ state }) => state === 'done')).toBe(true)
  })

  it.each([429, 503])('sends what was put off with %i again, and that alone', async (status) => {
    answers = { b: [status, status] }
    const all = await results([item('a'), item('b'), item('c')])
    expect(batches.map((one) => one.map(({ id }) => id.split('|')[0]))).toEqual([['a', 'b', 'c'], ['b'], ['b']])
    expect(all).toEqual({ a: { state: 'done' }, b: { state: 'done' }, c: { state: 'done' } })
  })

  it('gives up after three times, and says why', async () => {
    answers = { a: [503, 503, 503] }
    expect(await results([item('a')])).toEqual({ a: { state: 'failed', message: 'Later.' } })
    expect(batches).toHaveLength(3)
  })

  it('never sends a POST twice', async () => {
    answers = { a: [503], b: [429] }
    const all = await results([item('a', 'POST'), item('b', 'POST')])
    expect(batches).toHaveLength(1)
    expect(all).toMatchObject({ a: { state: 'failed' }, b: { state: 'failed' } })
  })
})
