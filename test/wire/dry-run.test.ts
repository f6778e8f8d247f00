/** Dry runs: what a write would do, without doing it (exchange.md §9.2, docs/adr/0039). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOnPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let taxonomy: Taxonomy
const store = '/beta/termStore'
const dry = { headers: { Prefer: 'relata.dry-run' } }

beforeAll(async () => {
  server = await startTestServer({ inMemory: isOnPostgres })
  taxonomy = taxonomyOver(server.send)
})
afterAll(() => server.close())

const childrenOf = async (set: string) => (await server.send('GET', `${store}/sets/${set}/children`)).body.value

describe('a dry run', () => {
  it('of a create says what would be made, and makes nothing', async () => {
    const set = await taxonomy.set(await taxonomy.group())
    const answer = await server.send('POST', `${store}/sets/${set}/children`, { labels: labels('New') }, dry)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.headers.get('preference-applied')).toBe('relata.dry-run')
    expect(answer.headers.get('relata-change')).toBeNull()
    expect(answer.body).toMatchObject({
      refusals: [],
      effects: [{ kind: 'term', action: 'create', count: 1 }],
      needs: [],
    })
    expect(await childrenOf(set)).toEqual([])
  })

  it('says what the write itself would be refused for', async () => {
    const set = await taxonomy.set(await taxonomy.group())
    await taxonomy.term(set, 'Twice')
    const path = `${store}/sets/${set}/children`
    const refused = await server.send('POST', path, { labels: labels('Twice') })
    const answer = await server.send('POST', path, { labels: labels('Twice') }, dry)
    const { code, message, target } = refused.body.error
    expect(refused.status).toBe(409)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ refusals: [{ code, message, target }], effects: [], needs: [] })
  })

  it('of a deletion counts what goes and what becomes an orphan, and leaves all of it', async () => {
    const group = await taxonomy.group()
    const [set, other] = [await taxonomy.set(group), await taxonomy.set(group)]
    const term = await taxonomy.term(set, 'Shared')
    await taxonomy.term({ set, term })
    await taxonomy.reuse({ set, term }, other)
    const { body } = await server.send('DELETE', `${store}/sets/${set}`, undefined, dry)
    const of = (kind: string) => body.effects.filter((effect: { kind: string }) => effect.kind === kind)
    expect(of('set')).toMatchObject([{ action: 'delete', count: 1 }])
    expect(of('term').reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(2)
    expect(await childrenOf(set)).toHaveLength(1)
  })

  it('changes no revision, date or count of changes', async () => {
    const set = await taxonomy.set(await taxonomy.group())
    const term = await taxonomy.term(set)
    const path = `${store}/sets/${set}/terms/${term}`
    const before = (await server.send('GET', path)).text
    const numberOf = async () =>
      Number(
        (await server.send('PATCH', path, { labels: labels(`Named ${Math.random()}`) })).headers.get('relata-change'),
      )
    const first = await numberOf()
    await server.send('DELETE', path, undefined, dry)
    await server.send('PATCH', path, { labels: labels('Other') }, dry)
    expect(await numberOf()).toBe(first + 1)
    expect(before).not.toContain('Other')
  })

  it('of a relationship of GDAP works as well', async () => {
    const answer = await server.send(
      'POST',
      '/v1.0/tenantRelationships/delegatedAdminRelationships',
      {
        displayName: 'Rehearsed',
        duration: 'P30D',
        accessDetails: { unifiedRoles: [{ roleDefinitionId: '29232cdf-9323-42fd-ade2-1d097af3e4de' }] },
      },
      dry,
    )
    expect(answer.body.refusals).toEqual([])
    expect(answer.body.effects).toContainEqual(
      expect.objectContaining({ kind: 'delegatedAdminRelationship', action: 'create', count: 1 }),
    )
    // That it would be in the log is no effect of it.
    expect(answer.body.effects.map(({ kind }: { kind: string }) => kind)).not.toContain('directoryAudit')
    const { body } = await server.send('GET', '/v1.0/tenantRelationships/delegatedAdminRelationships')
    expect(body.value.map(({ displayName }: { displayName: string }) => displayName)).not.toContain('Rehearsed')
  })

  it('is not one of a request that only reads, nor of an address that is not there', async () => {
    expect((await server.send('GET', store, undefined, dry)).body.languageTags).toBeDefined()
    const unknown = '00000000-0000-4000-8000-00000000dead'
    expect((await server.send('GET', `${store}/sets/${unknown}`, undefined, dry)).status).toBe(404)
    expect(
      (await server.send('POST', `${store}/relata.search`, { text: '', scopes: [{ set: unknown }] }, dry)).headers.get(
        'preference-applied',
      ),
    ).toBeNull()
    expect((await server.send('POST', `${store}/sets/x/nothing`, {}, dry)).status).toBe(400)
    const answer = await server.send('DELETE', `${store}/sets/${unknown}`, undefined, dry)
    expect(answer.body.refusals).toMatchObject([{ code: 'itemNotFound' }])
  })
})

describe('a dry run of a batch', () => {
  const post = (set: string, id: string, name: string, more: object = {}) => ({
    id,
    method: 'POST',
    url: `/termStore/sets/${set}/children`,
    headers: { 'Content-Type': 'application/json' },
    body: { labels: labels(name) },
    ...more,
  })
  const prefer = { 'Content-Type': 'application/json', Prefer: 'relata.dry-run' }

  it('is one of each request in it', async () => {
    const set = await taxonomy.set(await taxonomy.group())
    const requests = [post(set, '1', 'One'), post(set, '2', 'Two')]
    const { body, headers } = await server.send('POST', '/beta/$batch', { requests }, dry)
    for (const { status, body: item } of body.responses) {
      expect(status).toBe(200)
      expect(item.effects).toMatchObject([{ kind: 'term', action: 'create' }])
    }
    expect(headers.get('relata-change-batch')).toBeNull()
    expect(await childrenOf(set)).toEqual([])
  })

  it('undoes a group as a whole, whose requests see each other', async () => {
    const set = await taxonomy.set(await taxonomy.group())
    const group = { atomicityGroup: 'g', headers: prefer }
    const requests = [post(set, '1', 'Same', group), post(set, '2', 'Same', group)]
    const { body } = await server.send('POST', '/beta/$batch', { requests })
    expect(body.responses.map(({ body: item }: { body: { refusals: unknown[] } }) => item.refusals.length)).toEqual([
      0, 1,
    ])
    expect(await childrenOf(set)).toEqual([])
  })

  it('is refused for a part of a group, and nothing is written', async () => {
    const set = await taxonomy.set(await taxonomy.group())
    const requests = [
      post(set, '1', 'One', { atomicityGroup: 'g' }),
      post(set, '2', 'Two', { atomicityGroup: 'g', headers: prefer }),
    ]
    const { body } = await server.send('POST', '/beta/$batch', { requests })
    for (const { status } of body.responses) expect(status).toBe(400)
    expect(await childrenOf(set)).toEqual([])
  })

  it('names its changes by its own id where it is none', async () => {
    const set = await taxonomy.set(await taxonomy.group())
    const { body, headers } = await server.send('POST', '/beta/$batch', { requests: [post(set, '1', 'Kept')] })
    expect(headers.get('relata-change-batch')).toBe(headers.get('request-id'))
    expect(body.responses[0].headers['relata-change']).toMatch(/^\d+$/)
  })
})

describe('with --strict', () => {
  it('a dry run is refused, so that nobody changes what was only to be looked at', async () => {
    const strict = await startTestServer({ inMemory: true, strict: true })
    try {
      const answer = await strict.send('POST', `${store}/groups`, { displayName: 'Not made' }, dry)
      expect(answer.status).toBe(400)
      expect((await strict.send('GET', `${store}/groups`)).text).not.toContain('Not made')
    } finally {
      await strict.close()
    }
  })
})
