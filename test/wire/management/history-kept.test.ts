/** How long the record of changes reaches, whom it names, who may use it, and what happens at once: exchange.md §10. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { recordedRow } from '#edm/records/recording.ts'
import { type Answer, jsonPost, startTestServer, type TestServer } from '../../_support/server.ts'
import { labels, taxonomyOver } from '../../_support/taxonomy.ts'
import { contoso, outcome, people, startAccessServer } from '../access-kit.ts'

const root = '/v1.0/termStore'

function callsOf(server: TestServer) {
  const post = (path: string, body: unknown, headers = {}): Promise<Answer> =>
    server.send('POST', `${root}${path}`, body, { headers })
  return {
    get: (path: string): Promise<Answer> => server.send('GET', `${root}${path}`),
    post,
    undo: (changeId: string | null, headers = {}) => post('/relata.undo', { changeId }, headers),
    rename: async (set: string, term: string, name: string): Promise<string> => {
      const answer = await server.send('PATCH', `${root}/sets/${set}/terms/${term}`, { labels: labels(name) })
      return answer.headers.get('relata-change') ?? answer.text
    },
    remove: (path: string): Promise<Answer> => server.send('DELETE', `${root}${path}`),
  }
}

async function findings(server: TestServer): Promise<string[]> {
  const found: string[] = []
  const tell = ({ rule, at, what }: { rule: string; at: string; what: string }) => found.push(`${rule} ${at}: ${what}`)
  await checkStore(server.parts.store, {}, tell, wellKnown.contoso)
  return found
}

describe('what is kept', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ metrics: true, historyDays: 60, recycleBinDays: 30, historyPeople: false })
  })
  afterAll(() => server.close())

  it('lets deletions leave the bin, and changes the record, by the clock', async () => {
    const { get, post, undo, rename, remove } = callsOf(server)
    const made = taxonomyOver(server.send)
    const set = await made.set(await made.group('Kept 1'))
    const term = await made.term(set, 'one')
    const gone = await made.term(set, 'gone')
    const renamed = await rename(set, term, 'two')
    const { now: then } = await server.clock()
    const delta = new URL((await get('/relata.delta()?$top=1000')).body['@odata.deltaLink'])
    await server.clock({ advance: 'PT1S' })
    await remove(`/sets/${set}/terms/${gone}`)
    const [item] = (await get('/relata.deletedItems()')).body.value
    await server.clock({ advance: 'P29D' })
    expect((await get('/relata.deletedItems()')).body.value).toHaveLength(1)
    await server.clock({ advance: 'P2D' })
    expect((await get('/relata.deletedItems()')).body.value).toEqual([])
    expect((await post('/relata.restore', { deletedItemId: item.id })).status).toBe(404)
    expect((await get(`/sets/${set}/relata.history()?branch=true&verb=delete`)).body.value).toHaveLength(1)
    expect((await get(`/sets/${set}/terms?asOf=${then}`)).body.value).toHaveLength(2)
    await server.clock({ advance: 'P30D' })
    const newest = await rename(set, term, 'three')
    expect((await undo(renamed)).status).toBe(404)
    expect((await get(`/sets/${set}/terms?asOf=${then}`)).status).toBe(400)
    // The OpenAPI document of beta has the term store at this path, and has to describe it.
    for (const path of [delta.pathname, delta.pathname.replace('/v1.0/', '/beta/')])
      expect((await server.send('GET', path + delta.search)).status).toBe(410)
    const kept = await server.parts.store.read(wellKnown.contoso, (tx) => tx.find(recordedRow, {}))
    expect(kept.map(({ id }) => Number(id.slice(0, 10)))).toEqual([Number(newest)])
    expect(await findings(server)).toEqual([])
    const metrics = await (await fetch(`${server.http}/metrics`)).text()
    expect(metrics).toMatch(/relata_changes_recorded_total\{verb="update"\} 2\n/)
    expect(metrics).toMatch(/relata_changes_recorded_total\{verb="delete"\} 1\n/)
    expect(metrics).toMatch(/relata_retention_removed_total\{kind="change"\} [1-9]/)
    expect(metrics).toMatch(/relata_retention_removed_total\{kind="deletedItem"\} [1-9]/)
  })

  it('keeps its order when the clock is set back', async () => {
    const { get, undo, rename } = callsOf(server)
    const made = taxonomyOver(server.send)
    const set = await made.set(await made.group('Kept 2'))
    const term = await made.term(set, 'one')
    const { now } = await server.clock()
    await server.clock({ set: new Date(Date.parse(now) - 3_600_000).toISOString() })
    const second = await rename(set, term, 'two')
    const third = await rename(set, term, 'three')
    const history = (await get(`/sets/${set}/terms/${term}/relata.history()`)).body.value
    expect(history.map(({ id }: { id: number }) => String(id)).slice(0, 2)).toEqual([third, second])
    expect((await undo(second)).status).toBe(409)
    expect((await undo(third)).status).toBe(200)
    expect((await get(`/sets/${set}/terms/${term}`)).body.labels[0].name).toBe('two')
    expect(await findings(server)).toEqual([])
  })
})

describe('undo', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('of one change, asked for several times at once, is done once', async () => {
    const { get, undo, rename } = callsOf(server)
    const made = taxonomyOver(server.send)
    const set = await made.set(await made.group('Kept 3'))
    const term = await made.term(set, 'one')
    const change = await rename(set, term, 'two')
    const answers = await Promise.all(Array.from({ length: 6 }, () => undo(change)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409, 409])
    expect((await get(`/sets/${set}/terms/${term}`)).body.labels[0].name).toBe('one')
    expect(await findings(server)).toEqual([])
  })

  it('gives many writes at once numbers without gaps', async () => {
    const { get } = callsOf(server)
    const made = taxonomyOver(server.send)
    const set = await made.set(await made.group('Kept 4'))
    const before = Number((await get('/relata.history()?$top=1')).body.value[0].id)
    await Promise.all(Array.from({ length: 40 }, () => made.term(set)))
    const ids = (await get(`/sets/${set}/relata.history()?branch=true&$top=100`)).body.value.map(
      ({ id }: { id: string }) => Number(id),
    )
    expect(ids.slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, at) => before + 40 - at))
    expect(await findings(server)).toEqual([])
  })

  it('and restore can be run dry', async () => {
    const { get, post, undo, rename, remove } = callsOf(server)
    const dry = { prefer: 'relata.dry-run' }
    const made = taxonomyOver(server.send)
    const set = await made.set(await made.group('Kept 5'))
    const term = await made.term(set, 'one')
    const other = await made.term(set, 'other')
    const first = await rename(set, term, 'two')
    const told = await undo(first, dry)
    expect([told.status, told.headers.get('relata-change')]).toEqual([200, null])
    expect(told.body).toMatchObject({ refusals: [], effects: [{ kind: 'term', action: 'change', count: 1 }] })
    const later = await rename(set, term, 'three')
    const refused = { code: 'conflict', target: 'changeId', later: [{ id: later, verb: 'update' }] }
    expect((await undo(first, dry)).body.refusals).toMatchObject([refused])
    await remove(`/sets/${set}/terms/${other}`)
    const [item] = (await get('/relata.deletedItems()?$top=1')).body.value
    const back = await post('/relata.restore', { deletedItemId: item.id }, dry)
    expect(back.body.effects).toMatchObject([{ kind: 'term', action: 'create', count: 1, sample: [{ id: other }] }])
    expect((await get(`/sets/${set}/terms`)).body.value).toHaveLength(1)
    expect((await post('/relata.restore', { deletedItemId: item.id })).status).toBe(200)
  })

  it('is not there with --strict, nor are history, bin and the past', async () => {
    const strict = await startTestServer({ strict: true })
    try {
      const beta = '/beta/termStore'
      for (const path of ['/relata.history()', '/relata.deletedItems()', '/relata.delta()'])
        expect((await strict.send('GET', `${beta}${path}`)).status, path).toBe(400)
      for (const path of ['/relata.undo', '/relata.restore', '/relata.purge'])
        expect((await strict.send('POST', `${beta}${path}`, {})).status, path).toBe(400)
      const made = taxonomyOver(strict.send, beta)
      const set = await made.set(await made.group('Kept 6'))
      expect((await strict.send('GET', `${beta}/sets/${set}?asOf=1999-01-01T00:00:00Z`)).status).toBe(200)
    } finally {
      await strict.close()
    }
  })
})

describe('roles', () => {
  it('a manager does not undo in which site an administrator shows the group', async () => {
    const server = await startAccessServer()
    try {
      const group = await taxonomyOver(server.send).group('Managed')
      const body = { tenant: contoso, groupId: group, managers: [people.hugo] }
      await fetch(`${server.http}/_relata/term-store/roles`, jsonPost(body))
      const [site] = (await server.send('GET', '/v1.0/sites?search=*')).body.value
      const answer = await server.send('POST', `${root}/groups/${group}/relata.move`, { siteId: site.id })
      const hugo = { tenant: contoso, user: people.hugo, scopes: ['TermStore.ReadWrite.All'] }
      const there = `/v1.0/sites/${site.id}/termStore`
      const changeId = answer.headers.get('relata-change')
      const undone = await server.as(hugo, 'POST', `${there}/relata.undo`, { changeId })
      expect(outcome(undone)).toBe('403 accessDenied access.role; docs/spec/term-store.md 2.2')
      const renamed = await server.send('PATCH', `${there}/groups/${group}`, { displayName: 'Managed well' })
      const change = { changeId: renamed.headers.get('relata-change') }
      expect(outcome(await server.as(hugo, 'POST', `${there}/relata.undo`, change))).toBe('200')
    } finally {
      await server.close()
    }
  })

  it('undo, restore and purge need what the same by hand needs; reading needs none', async () => {
    const server = await startAccessServer()
    try {
      const { get, post, rename, remove } = callsOf(server)
      const made = taxonomyOver(server.send)
      const [mine, other] = [await made.group('Mine'), await made.group('Other')]
      const [set, foreign] = [await made.set(mine), await made.set(other)]
      const [term, away] = [await made.term(set, 'one'), await made.term(foreign, 'one')]
      const body = { tenant: contoso, groupId: mine, contributors: [people.hugo] }
      await fetch(`${server.http}/_relata/term-store/roles`, jsonPost(body))
      const [here, there] = [await rename(set, term, 'two'), await rename(foreign, away, 'two')]
      const as = async (method: string, path: string, sent?: unknown) => {
        const scopes = ['TermStore.ReadWrite.All']
        return outcome(await server.as({ tenant: contoso, user: people.hugo, scopes }, method, `${root}${path}`, sent))
      }
      const refused = '403 accessDenied access.role; docs/spec/term-store.md 2.2'
      expect(await as('POST', '/relata.undo', { changeId: there })).toBe(refused)
      expect(await as('POST', '/relata.undo', { changeId: here })).toBe('200')
      expect(await as('GET', '/relata.history()')).toBe('200')
      await remove(`/sets/${set}/terms/${term}`)
      const [first] = (await get('/relata.deletedItems()?$top=1')).body.value
      await remove(`/sets/${foreign}/terms/${away}`)
      const [second] = (await get('/relata.deletedItems()?$top=1')).body.value
      expect(await as('POST', '/relata.restore', { deletedItemId: second.id })).toBe(refused)
      expect(await as('POST', '/relata.purge', { deletedItemId: first.id })).toBe(refused)
      expect(await as('POST', '/relata.restore', { deletedItemId: first.id })).toBe('200')
      // What leaves another group needs the right there too, as a move does, even if its set is gone since.
      expect(await as('POST', '/relata.restore', { deletedItemId: second.id, set })).toBe(refused)
      await remove(`/sets/${foreign}`)
      expect(await as('POST', '/relata.restore', { deletedItemId: second.id, set })).toBe(refused)
      await remove(`/groups/${other}`)
      expect(await as('POST', '/relata.restore', { deletedItemId: second.id, set })).toBe(refused)
      expect((await post('/relata.restore', { deletedItemId: second.id, set })).status).toBe(200)
    } finally {
      await server.close()
    }
  })
})
