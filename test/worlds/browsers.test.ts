/** Worlds as pages in a browser reach them: by a host of their own, over TLS, and by the header from another origin. */
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
let ca: string
const groups = '/v1.0/termStore/groups'

beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
  ca = await readFile(join(process.env['RELATA_TEST_CERTIFICATES'] ?? '', 'ca.pem'), 'utf8')
})

afterAll(() => server.close())

/** As a browser does, which takes every name below `localhost` for this machine; the certificate is verified. */
const page = (host: string, headers: Readonly<Record<string, string>>): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(server.origin)
    const asked = { host: '127.0.0.1', port, servername: host, ca, path: groups }
    request({ ...asked, headers: { ...headers, Host: `${host}:${port}` } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })

const makeWorld = async (): Promise<string> => {
  const answer = await fetch(`${server.http}/_relata/worlds`, jsonPost({}))
  return ((await answer.json()) as { id: string }).id
}

describe('a world', () => {
  it('has a host of its own, which the certificate names', async () => {
    const id = await makeWorld()
    const inWorld = { headers: { 'relata-world': id } }
    expect((await server.send('POST', groups, { displayName: 'In a world' }, inWorld)).status).toBe(201)
    const headers = { Authorization: `Bearer ${await server.token()}` }
    const there = await page(`${id}.w.localhost`, headers)
    expect(there.status).toBe(200)
    expect(there.text).toContain('In a world')
    expect((await page('localhost', headers)).text).not.toContain('In a world')
    expect((await page('no-such-world.w.localhost', headers)).status).toBe(404)
  })

  it('may be named by a page of another origin of this machine', async () => {
    const origins = ['http://localhost:5173', `https://${await makeWorld()}.w.localhost:4365`]
    for (const origin of origins) {
      const preflight = { origin, 'access-control-request-method': 'GET' }
      const answer = await fetch(`${server.http}${groups}`, { method: 'OPTIONS', headers: preflight })
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('access-control-allow-headers')).toContain('relata-world')
    }
  })
})
