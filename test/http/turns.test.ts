/** Requests that arrive together are answered in a row, of one state of the rows: it never shows (docs/adr/0006). */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { isOnPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, taxonomyOver } from '../_support/taxonomy.ts'

/** What differs between two answers to one request. */
const ownLines = /^(?:request-id|client-request-id|date): .*\r\n|"(?:request-id|client-request-id|date)":"[^"]*",?/gim

describe.each([
  { place: 'file', inMemory: false },
  { place: 'memory', inMemory: true },
])('together, $place', ({ inMemory }) => {
  let server: TestServer
  let set: string
  let token: string
  const terms: string[] = []
  const termAt = (id: string) => `/v1.0/termStore/sets/${set}/terms/${id}`

  beforeAll(async () => {
    server = await startTestServer({ inMemory })
    token = await server.token()
    const made = taxonomyOver(server.send)
    set = await made.set(await made.group())
    for (const name of ['Ä rose', 'B', 'C']) terms.push(await made.term(set, name))
  })
  afterAll(() => server.close())

  const frame = (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    close = true,
  ): string => {
    const all = {
      host: 'localhost',
      authorization: `Bearer ${token}`,
      ...(close ? { connection: 'close' } : {}),
      ...headers,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
  }

  /** Everything the server says until it ends. `half`: the client has ended its side already. */
  const said = (text: string, half = false): Promise<string> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      const socket = connect(Number(new URL(server.http).port), '127.0.0.1')
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', reject)
      socket.on('end', () => resolve(Buffer.concat(chunks).toString().replace(ownLines, '')))
      if (half) socket.end(text)
      else socket.write(text)
    })

  const frames = (): string[] => {
    const [one = '', two = '', three = ''] = terms.map(termAt)
    const list = `/v1.0/termStore/sets/${set}/children`
    const plain: [string, string, Record<string, string>?][] = [
      ...[one, two, three, one.toUpperCase().replace('/V1.0/TERMSTORE/SETS/', '/v1.0/termStore/sets/')].map(
        (path): [string, string] => ['GET', path],
      ),
      ['HEAD', one],
      ['GET', list],
      ['GET', `${list}?$count=true&$top=2`],
      ['GET', `${list}?$filter=labels/any(l:startswith(l/name,'B'))`],
      ['GET', `${one}?$select=labels`],
      ['GET', `${one}?$select=nothing`],
      ['GET', termAt('00000000-0000-4000-8000-000000000000')],
      ['GET', termAt('nobody')],
      ['GET', one, { accept: 'application/json;odata.metadata=full' }],
      ['GET', one, { accept: 'text/html' }],
      ['GET', one, { prefer: 'include-unknown-enum-members' }],
      ['GET', one, { 'if-none-match': '*' }],
      ['GET', one, { 'odata-version': '3.0' }],
      ['GET', one, { origin: 'http://localhost:3000' }],
      ['GET', one, { host: 'other.example:80' }],
      ['GET', one, { host: 'no host' }],
      ['GET', one, { authorization: 'Bearer a.b.c' }],
      ['GET', one, { authorization: '' }],
      ['GET', one, { 'client-request-id': 'mine' }],
      ['GET', list, { 'accept-encoding': 'gzip' }],
      ['OPTIONS', one],
      ['GET', '/v1.0/termStore'],
      ['GET', '/beta/termStore/groups'],
      ['GET', '/nowhere'],
      ['GET', '/alive'],
    ]
    return plain.map(([method, path, headers]) => frame(method, path, headers))
  }

  it('is answered as one by one', async () => {
    const alone: string[] = []
    for (const text of frames()) alone.push(await said(text))
    for (let round = 0; round < 4; round += 1)
      expect(await Promise.all(frames().map((text) => said(text)))).toEqual(alone)
  })

  it('is answered in order on one connection', async () => {
    const piped = await said(terms.map((id, at) => frame('GET', termAt(id), {}, at === terms.length - 1)).join(''))
    const ids = [...piped.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual(terms)
  })

  // Node ends the other side as well, so who must be waited for, as PostgreSQL is, has nobody to tell.
  if (!(isOnPostgres && inMemory)) {
    it('is answered though the client has ended its side', async () => {
      const text = frame('GET', termAt(terms[0] ?? ''))
      const alone = await said(text)
      expect(await Promise.all(Array.from({ length: 8 }, () => said(text, true)))).toEqual(Array(8).fill(alone))
    })
  }

  it('shows what was written before, among writes that go on', async () => {
    const [id = '', other = ''] = terms
    let going = true
    const others = (async () => {
      for (let at = 0; going; at += 1) await server.send('PATCH', termAt(other), { labels: labels(`Busy ${at}`) })
    })()
    for (let at = 0; at < 25; at += 1) {
      expect((await server.send('PATCH', termAt(id), { labels: labels(`New ${at}`) })).status).toBe(200)
      const read = await Promise.all(Array.from({ length: 9 }, () => server.send('GET', termAt(id))))
      expect(new Set(read.map(({ body }) => body.labels[0].name))).toEqual(new Set([`New ${at}`]))
    }
    going = false
    await others
  })

  it('keeps who asks apart', async () => {
    const [id = ''] = terms
    const stranger = await server.token(wellKnown.fabrikam)
    const asked = Array.from({ length: 12 }, (_, at) =>
      said(frame('GET', termAt(id), at % 2 === 0 ? {} : { authorization: `Bearer ${stranger}` })),
    )
    const statuses = (await Promise.all(asked)).map((text) => text.slice(9, 12))
    expect(statuses).toEqual(Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? '200' : '404')))
  })
})
