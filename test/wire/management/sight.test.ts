/** What a path does not see of other sites it sees nowhere else: history, recycle bin, delta, undo, restore (exchange.md §10). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'

let server: TestServer
let here: string
let elsewhere: readonly string[]
/** Of the site `here`. */
let made: Taxonomy
let group: string
beforeAll(async () => {
  server = await startTestServer()
  const sites = (await server.send('GET', '/v1.0/sites?search=*')).body.value
  const [first, second] = sites.map(({ id }: { id: string }) => `/v1.0/sites/${id}/termStore`)
  here = first
  elsewhere = [second, '/v1.0/termStore']
  group = await taxonomyOver(server.send).group('Secret group')
  await server.send('POST', `/v1.0/termStore/groups/${group}/relata.move`, { siteId: sites[0].id })
  made = taxonomyOver(server.send, here)
})
afterAll(() => server.close())

const post = (path: string, body: unknown, headers = {}) => server.send('POST', path, body, { headers })
const textAt = async (path: string) => (await server.send('GET', path)).text
const lists = ['/relata.history()?$top=1000', '/relata.deletedItems()', '/relata.delta()?$top=1000']

/** What a caller at a store reads of things called secret, in their whole words. */
const secretsAt = async (root: string): Promise<string[]> => {
  const texts = await Promise.all(lists.map((list) => textAt(root + list)))
  return texts.flatMap((text) => text.match(/Secret[ \w]*/g) ?? [])
}

describe('what a site has deleted', () => {
  it.each([
    ['a set', async (set: string) => `/sets/${set}`],
    [
      'a term, and then its set',
      async (set: string, term: string) => {
        await server.send('DELETE', `${here}/sets/${set}/terms/${term}`)
        return `/sets/${set}`
      },
    ],
  ])('is not seen from elsewhere: %s', async (name, gone) => {
    const set = await made.set(group, `Secret set of ${name}`)
    const term = await made.term(set, 'Secret term')
    await made.term({ set, term }, 'Secret child')
    const { now: then } = await server.clock()
    await server.clock({ advance: 'PT1S' })
    expect((await server.send('GET', `${here}/sets/${set}/terms?asOf=${then}`)).text).toContain('Secret child')
    expect((await server.send('DELETE', here + (await gone(set, term)))).status).toBe(204)
    expect(await secretsAt(here)).toContain('Secret child')
    for (const root of elsewhere) expect(await secretsAt(root), root).toEqual([])
    for (const root of elsewhere)
      for (const below of ['', '/terms', '/children', '/relata.getAllTerms()'])
        expect((await server.send('GET', `${root}/sets/${set}${below}?asOf=${then}`)).status, below).toBe(404)
    const items = (await server.send('GET', `${here}/relata.deletedItems()`)).body.value
    expect(items.length).toBeGreaterThan(0)
    for (const { id } of items)
      for (const root of elsewhere)
        for (const verb of ['restore', 'purge'])
          expect((await post(`${root}/relata.${verb}`, { deletedItemId: id })).status, `${verb} at ${root}`).toBe(404)
  })

  it('is not seen from elsewhere when it has been purged', async () => {
    const set = await made.set(group, 'Secret set to purge')
    await made.term(set, 'Secret term')
    await server.send('DELETE', `${here}/sets/${set}`)
    const [item] = (await server.send('GET', `${here}/relata.deletedItems()?$top=1`)).body.value
    expect((await post(`${here}/relata.purge`, { deletedItemId: item.id })).status).toBe(204)
    const history = await textAt(`${here}/relata.history()?$top=5`)
    expect(history).toContain(set)
    for (const root of elsewhere) expect(await textAt(`${root}/relata.history()?$top=1000`)).not.toContain(set)
  })

  it('is not told by a term that other sets keep', async () => {
    const set = await made.set(group, 'Secret set of a shared term')
    const term = await made.term(set, 'Secret shared term')
    await made.reuse({ set, term }, await made.set(group, 'Secret other set'))
    await server.send('DELETE', `${here}/sets/${set}`)
    for (const root of elsewhere) expect(await textAt(`${root}/relata.deletedItems()`), root).not.toContain('Secret')
  })
})

describe('a term that only another site has', () => {
  it.each([
    ['merge', 'into'],
    ['deprecate', 'replacedBy'],
    ['undeprecate', 'replacedBy'],
  ])('is not found by %s', async (verb, name) => {
    const hidden = await made.term(await made.set(group, `Secret set for ${verb}`), 'Secret term')
    const open = taxonomyOver(server.send)
    const set = await open.set(await open.group(`For ${verb}`))
    const term = await open.term(set)
    const answer = await post(`/v1.0/termStore/sets/${set}/terms/${term}/relata.${verb}`, { [name]: hidden })
    expect([answer.status, answer.body.error?.target]).toEqual([404, name])
    expect(answer.text).not.toContain('Secret')
  })
})

describe('a change of languages', () => {
  it('can be undone at the store, though it has changed the sets of sites', async () => {
    const root = '/v1.0/termStore'
    await made.set(group, 'Secret set with a name')
    const before = (await server.send('GET', root)).body
    const change = (await server.send('PATCH', root, { defaultLanguageTag: 'de-DE' })).headers.get('relata-change')
    const answer = await post(`${root}/relata.undo`, { changeId: change })
    expect(answer.status, answer.text).toBe(200)
    expect((await server.send('GET', root)).body).toEqual(before)
  })
})
