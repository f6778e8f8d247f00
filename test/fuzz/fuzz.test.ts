/**
 * Two fuzzers against the real server of both workloads: requests made from the grammar and the model, and requests
 * whose bytes are disturbed. Never a 5xx of our own, never a hang, never an answer that the model does not allow.
 * RELATA_FUZZ_SECONDS (20 where CI is set, else 6) is for each of them; RELATA_FUZZ_SEED repeats a run.
 * @module-tag slow
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { models } from '#workloads/models.ts'
import { relationshipDraft, relationships } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { createOver } from '../_support/taxonomy.ts'
import { ask, bounded, checkSound, isOurFault, seconds, testMillis, write } from './client.ts'
import { requestOf } from './grammar.ts'

let server: TestServer
let port: number
let authorization: string
let ids: string[]

const idsAt = async (path: string): Promise<string[]> => {
  const { status, body } = await server.send('GET', path)
  expect(status).toBe(200)
  return body.value.map(({ id }: { id: string }) => id)
}

beforeAll(async () => {
  server = await startTestServer()
  port = Number(new URL(server.http).port)
  authorization = `Bearer ${await server.token()}`
  const store = '/v1.0/sites/root/termStore'
  const groups = await idsAt(`${store}/groups`)
  const sets = (await Promise.all(groups.map((id) => idsAt(`${store}/groups/${id}/sets`)))).flat()
  const terms = (await Promise.all(sets.slice(0, 4).map((id) => idsAt(`${store}/sets/${id}/terms`)))).flat()
  const relationship = await createOver(server.send, relationships, relationshipDraft({ displayName: 'Fuzzed' }))
  const rest = await Promise.all(['/v1.0/users', '/v1.0/groups'].map(idsAt))
  ids = ['root', relationship, ...groups, ...sets, ...terms.slice(0, 20), ...rest.flat().slice(0, 10)]
})
afterAll(() => server.close())

it(`answers ${seconds} seconds of requests made from the grammar`, { timeout: testMillis }, async () => {
  const seen = new Map<number, number>()
  const any = fc.oneof(...Object.values(models).map((model) => requestOf(model, ids, authorization)))
  await fc.assert(
    fc.asyncProperty(any, async (request) => {
      const answer = await ask(port, request)
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
      checkSound(request, answer)
    }),
    bounded,
  )
  // A fuzzer all of whose requests fail finds nothing.
  expect(seen.get(200), JSON.stringify([...seen])).toBeGreaterThan(10)
  expect(seen.get(400)).toBeGreaterThan(10)
})

const sample = (method: string, target: string, body = '', more = ''): string =>
  `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`

const samples = (): string[] => [
  sample(
    'GET',
    "/v1.0/sites/root/termStore/groups?$filter=displayName%20eq%20'a'%20or%20contains(displayName,'b')&$top=2",
  ),
  sample(
    'GET',
    '/beta/termStore/groups?$expand=sets($select=id;$expand=children($levels=2))&$orderby=displayName desc',
  ),
  sample('POST', '/v1.0/sites/root/termStore/groups', '{"displayName":"Gr\u00fcn","description":null}'),
  sample(
    'PATCH',
    `/v1.0/tenantRelationships/delegatedAdminRelationships/${ids[1]}`,
    '{"displayName":"x"}',
    'If-Match: *\r\n',
  ),
  sample('POST', '/v1.0/$batch', '{"requests":[{"id":"1","method":"GET","url":"/sites/root/termStore"}]}'),
  sample('POST', '/contoso.example/oauth2/v2.0/token', 'grant_type=client_credentials&client_id=x'),
]

interface Disturbance {
  readonly at: number
  readonly remove: number
  readonly insert: Uint8Array
}

const telling = [
  '\r\n',
  '\0',
  '%',
  '%ff',
  "'",
  '"',
  '(',
  '[',
  '{',
  '\r\n\r\n',
  'Transfer-Encoding: chunked\r\n',
  '\u00e9',
  ':',
  ' ',
]

const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  at: fc.nat(1_000_000),
  remove: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(200) }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.constantFrom(...telling).map((text) => Buffer.from(text)),
    fc.tuple(fc.constantFrom(...telling), fc.integer({ min: 2, max: 3000 })).map(([t, n]) => Buffer.from(t.repeat(n))),
  ),
})

const disturbed = (text: string, all: readonly Disturbance[]): Buffer => {
  let bytes = Buffer.from(text)
  for (const { at, remove, insert } of all) {
    const start = at % (bytes.length + 1)
    bytes = Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)])
  }
  return bytes
}

/** Each answer on the connection, as far as it is framed by its length. */
const checkWire = (text: string): void => {
  // Nothing at all: the connection was closed, as for bytes that are no HTTP.
  if (text === '' || text.startsWith('\x15')) return
  const found = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/.exec(text)
  if (found === null) throw new Error(`no HTTP answer: ${JSON.stringify(text.slice(0, 200))}`)
  if (isOurFault(Number(found[1]))) throw new Error(text.slice(0, 2000))
  const border = text.indexOf('\r\n\r\n')
  const length = /^content-length: (\d+)\r?$/im.exec(text.slice(0, border))?.[1]
  if (length === undefined || !/^content-type: application\/json/im.test(text.slice(0, border))) return
  const body = text.slice(border + 4, border + 4 + Number(length))
  if (body !== '') JSON.parse(body)
}

it(`answers ${seconds} seconds of disturbed bytes`, { timeout: testMillis }, async () => {
  const any = fc.tuple(fc.constantFrom(...samples()), fc.array(disturbance, { minLength: 1, maxLength: 4 }))
  await fc.assert(
    fc.asyncProperty(any, async ([text, all]) => checkWire(await write(port, disturbed(text, all)))),
    bounded,
  )
  // The server is as well as before.
  expect((await server.send('GET', '/v1.0/sites/root/termStore')).status).toBe(200)
})
