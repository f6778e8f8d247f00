/** Odd and hostile requests to the endpoint for pickers: each is answered, and none by an error of ours. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange } from '../_support/listener.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const root = '/_api/v2.1/termStore'
let server: TestServer
let set: string
let port: number
let token: string

beforeAll(async () => {
  server = await startTestServer()
  port = Number(new URL(server.http).port)
  token = await server.token()
  const taxonomy = taxonomyOver(server.send)
  set = await taxonomy.set(await taxonomy.group(), 'Hostile')
  await taxonomy.term(set, 'a..b')
  await taxonomy.term(set, 'a//b')
})
afterAll(() => server.close())

/** Sends the target as it stands: clients would tidy it. */
const raw = async (target: string, method = 'GET') => {
  const text = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`
  const [answer] = (await exchange(port, [text], { once: true })).answers
  return { status: answer?.status ?? 0, text: answer?.body ?? '' }
}

describe('targets', () => {
  it('keep double slashes and dots inside of what is searched for', async () => {
    for (const label of ['a//b', 'a..b']) {
      const { status, text } = await raw(
        `${root}/searchTerm(label='${label}',setId='${set}',stringMatchOption='ExactMatch')`,
      )
      expect([status, JSON.parse(text).value[0]?.labels[0].name]).toEqual([200, label])
    }
  })

  it('may have an absolute form, and doubled slashes between their segments', async () => {
    expect((await raw(`http://localhost${root}/sets/${set}`)).status).toBe(200)
    expect((await raw(`//_api//v2.1//termStore//sets//${set}//getLegacyChildren`)).status).toBe(200)
  })

  it('of any kind are answered without an error of ours', { tags: ['slow'] }, async () => {
    const long = 'x'.repeat(7000)
    const targets = [
      `${root}/searchTerm(label='${long}',setId='${set}')`,
      `${root}/searchTerm(label='${'%27'.repeat(2000)}')`,
      `${root}/searchTerm(label='${"','".repeat(2000)}')`,
      `${root}/searchTerm(label='${'%00'}')`,
      `${root}/searchTerm(label='%ED%A0%80')`,
      `${root}/searchTerm(label='%F0%9F%98%80')`,
      `${root}/searchTerm(label='\xff')`,
      `${root}/searchTerm((((((`,
      `${root}/searchTerm(label='a')?$skiptoken=${long}`,
      `${root}/searchTerm(label='a')?$skiptoken=AA`,
      `${root}/searchTerm(label='a')?$top=99999999999999999999`,
      `${root}/searchTerm(label='a',languageTag='${long}')`,
      `${root}/searchTerm(label='a',languageTag='../..')`,
      `${root}/searchTerm(label='a',setId='../groups')`,
      `${root}/searchTerm(label='a',setId='${set}/terms')`,
      `${root}/sets/..`,
      `${root}/sets/%2e%2e/groups`,
      `${root}/sets/${'%2F'.repeat(50)}`,
      `${root}/sets/%00`,
      `${root}/sets('${"''".repeat(100)}')`,
      `${root}/sets('`,
      `${root}/sets()`,
      `${root}/sets(())`,
      `${root}/${'sets/x/'.repeat(500)}`,
      `${root}/$metadata`,
      `${root}/$batch`,
      `${root}/sets/${set}/terms/$count`,
      `${root}/sets/$1/terms`,
      `${root}/sets/${set}/relata.order`,
      `${root}/constructor`,
      `${root}/__proto__`,
      `${root}/sets/${set}/toString`,
      `${root}/groups?$filter=${'('.repeat(500)}`,
      `${root}/groups?$filter=type eq '${"''".repeat(500)}`.replaceAll(' ', '%20'),
      `${root}/groups?$filter=name%20eq%20'a'%20&%26$top=1`,
      `${root}/groups?$select=${'a,'.repeat(1500)}`,
      `${root}/groups?$expand=${'('.repeat(1500)}`,
      `${root}/groups?%`,
      `${root}/groups?$top=%zz`,
      `${root}/groups?=&&==`,
      `${root}/groups?$skip=-1`,
      `${root}/groups?$top=1&$skiptoken=..%2F..`,
      `/sites/${'%2e%2e/'.repeat(50)}_api/v2.1/termStore`,
      `/sites/%zz/_api/v2.1/termStore`,
      `/sites/%00/_api/v2.1/termStore`,
      `/sites/%F0%9F%98%80/_api/v2.1/termStore`,
      `/sites/'%20or%201=1/_api/v2.1/termStore`,
      `/sites${'/a'.repeat(2000)}/_api/v2.1/termStore`,
      `/_api/${long}`,
      '/_api/v2.1',
      '/_api?x',
      '/_api//',
    ]
    for (const target of targets) {
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS']) {
        const { status, text } = await raw(target, method)
        const where = `${method} ${target.slice(0, 80)} → ${status} ${text.slice(0, 200)}`
        expect(status, where).toBeGreaterThanOrEqual(200)
        expect(status, where).toBeLessThan(500)
        if (status >= 400 && status !== 431)
          expect(JSON.parse(text).error, where).toMatchObject({ code: expect.any(String), message: expect.any(String) })
      }
    }
    // Nothing of that has changed anything.
    expect((await raw(`${root}/sets/${set}`)).status).toBe(200)
  })
})
