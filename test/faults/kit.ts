/** What the tests of faults share: a server with its rules, on the wire. */
import { expect } from 'vitest'
import type { ShownFault } from '#faults/rule.ts'
import { jsonPost, type TestServer } from '../_support/server.ts'

type Headers = Readonly<Record<string, string>>

const asked = async (server: TestServer, path: string, init: RequestInit, more: Headers) => {
  const headers = { ...(init.headers as Headers | undefined), ...more }
  const answer = await fetch(`${server.http}/_relata/faults${path}`, { ...init, headers })
  const text = await answer.text()
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  return { status: answer.status, headers: answer.headers, body: (text === '' ? undefined : JSON.parse(text)) as any }
}

const json = { 'content-type': 'application/json' }

/** The control addresses of faults; `headers` with each request, for another world. */
export const faultsOf = (server: TestServer, headers: Headers = {}) => ({
  post: (body: unknown) => asked(server, '', jsonPost(body), headers),
  /** Adds one rule. */
  add: async (rule: unknown): Promise<string> => {
    const { status, body } = await asked(server, '', jsonPost(rule), headers)
    expect([status, body]).toEqual([201, body])
    return (body as ShownFault).id
  },
  list: async (): Promise<readonly ShownFault[]> => (await asked(server, '', {}, headers)).body.value,
  show: async (id: string) => asked(server, `/${id}`, {}, headers),
  patch: (id: string, body: unknown) => asked(server, `/${id}`, { ...jsonPost(body), method: 'PATCH' }, headers),
  remove: (id: string) => asked(server, `/${id}`, { method: 'DELETE', headers: json }, headers),
  clear: async () => expect((await asked(server, '', { method: 'DELETE', headers: json }, headers)).status).toBe(204),
})
