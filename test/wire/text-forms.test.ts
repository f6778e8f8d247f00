/** Names and labels are stored with single blanks and a full-width ampersand: what looks for them says the same in either form. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants } from '#app/seed/default-seed.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const TS = '/termStore'
let server: TestServer
let group = ''
let set = ''
let term = ''

beforeAll(async () => {
  server = await startTestServer()
  const made = taxonomyOver(server.send)
  const library = tenants[0]?.termStore.groups[0]?.id ?? ''
  const own = await server.send('POST', `/v1.0${TS}/groups`, { displayName: 'Arts  & Crafts' })
  expect([own.status, own.body.displayName]).toEqual([201, 'Arts ＆ Crafts'])
  group = own.body.id
  set = await made.set(library, 'Nuts & Bolts')
  term = await made.term(set, 'R&D   work')
})
afterAll(() => server.close())

describe.each(['v1.0', 'beta'])('what is asked for in %s', (version) => {
  const found = async (path: string, id: string) => {
    const { status, body } = await server.send('GET', `/${version}${TS}${path}`)
    expect([path, status, body.error?.message]).toEqual([path, 200, undefined])
    return body.value.some((row: { id: string }) => row.id === id)
  }

  it.each([
    "labels/any(l:l/name eq 'R%26D work')",
    "labels/any(l:l/name eq ' r%26d    WORK ')",
    "labels/any(l:l/name eq 'R＆D work')",
    "labels/any(l:startswith(l/name,'R%26D  '))",
    "labels/any(l:contains(l/name,'%26d  w'))",
    "labels/any(l:l/name in ('x','R%26D work'))",
    "labels/any(l:l/name eq concat('R%26D ','work'))",
    "labels/any(l:substring(l/name,1,1) eq '%26')",
    "labels/any(l:concat(l/name,'%26') eq 'R%26D work%26')",
    "labels/any(l:toupper(l/name) eq toupper('r%26d work'))",
  ])('finds a term: $filter=%s', async (filter) => {
    expect(await found(`/sets/${set}/terms?$filter=${filter}`, term)).toBe(true)
  })

  it.each(['"R%26D"', 'R%26D', '"r%26d   work"', 'R＆D AND work', '%26d'])(
    'finds a term: $search=%s',
    async (search) => {
      expect(await found(`/sets/${set}/terms?$search=${search}`, term)).toBe(true)
      expect(await found(`/sets/${set}/terms?$search=NOT ${search}`, term)).toBe(false)
    },
  )

  it('finds sets and groups', async () => {
    expect(await found("/sets?$filter=localizedNames/any(n:n/name eq 'nuts  %26 bolts')", set)).toBe(true)
    expect(await found("/groups?$filter=displayName eq 'Arts %26  Crafts'", group)).toBe(true)
    expect(await found("/groups?$filter=startswith(displayName,'arts %26')", group)).toBe(true)
    expect(await found("/groups?$filter=displayName eq 'Arts and Crafts'", group)).toBe(false)
  })
})
