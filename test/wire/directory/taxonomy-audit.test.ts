/** The log of the directory has the changes of the taxonomy as well, drawn from their record (events.md §9.1, docs/adr/0044). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkStore } from '#app/upkeep/check.ts'
import { recordedRow } from '#edm/records/recording.ts'
import { jsonPost } from '../../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'
import { type AccessServer, contoso, fabrikam, people, startAccessServer } from '../access-kit.ts'

const log = '/v1.0/auditLogs/directoryAudits'
const root = '/v1.0/termStore'
const agents = 'c0117050-6207-4000-8000-000000000001'

interface Entry {
  readonly id: string
  readonly activityDisplayName: string
  readonly activityDateTime: string
  readonly loggedByService: string
  readonly targetResources: readonly { id: string; displayName: string | null; type: string }[]
  readonly additionalDetails: readonly { key: string; value: string }[]
  readonly [more: string]: unknown
}

let server: AccessServer
let made: Taxonomy
let group: string
beforeAll(async () => {
  server = await startAccessServer()
  made = taxonomyOver(server.send)
  group = await made.group('Audited')
})
afterAll(() => server.close())

const post = (path: string, body: unknown = {}) => server.send('POST', root + path, body)
const list = async (query = ''): Promise<Entry[]> => (await server.send('GET', `${log}${query}`)).body.value
const newest = async (): Promise<Entry> => (await list('?$top=1'))[0] as Entry
const detail = ({ additionalDetails }: Entry, name: string) =>
  additionalDetails.find(({ key }) => key === name)?.value ?? null
const rename = (set: string, term: string, name: string) =>
  server.send('PATCH', `${root}/sets/${set}/terms/${term}`, { labels: labels(name) })

describe('an entry', () => {
  it('of a creation says what, when, who and by which request', async () => {
    const set = await made.set(group)
    const answer = await post(`/sets/${set}/children`, { labels: labels('One') })
    const entry = await newest()
    expect(entry).toMatchObject({
      category: 'TermStoreManagement',
      loggedByService: 'Term Store',
      activityDisplayName: 'Add term',
      operationType: 'Add',
      result: 'success',
      resultReason: '',
      correlationId: answer.headers.get('request-id'),
      initiatedBy: { user: null, app: { appId: '4e1a7a00-0000-4000-8000-00000000a99d', displayName: 'Relata daemon' } },
      targetResources: [{ id: answer.body.id, type: 'Term', displayName: 'One', modifiedProperties: [] }],
    })
    expect(entry.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(detail(entry, 'change')).toBe(answer.headers.get('relata-change'))
    expect(detail(entry, 'rows')).toBe('1')
    expect(detail(entry, 'batchId')).toBe(null)
    expect((await server.send('GET', `${log}/${entry.id}`)).body).toMatchObject({ ...entry })
    expect((await server.send('GET', `${log}/${entry.id.toUpperCase()}`)).body.id).toBe(entry.id)
  })

  it('of a change has the members before and after, as JSON', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'Before it')
    await rename(set, term, 'After \\ 日本')
    const { targetResources } = await newest()
    const text = (name: string) => JSON.stringify([{ name, isDefault: true, languageTag: 'en-US' }])
    const [target] = targetResources as unknown as { modifiedProperties: { displayName: string; oldValue: string }[] }[]
    expect(targetResources).toMatchObject([{ id: term, type: 'Term', displayName: 'After \\ 日本' }])
    expect(target?.modifiedProperties.map(({ displayName }) => displayName)).toEqual(['labels'])
    expect(target?.modifiedProperties).toEqual([
      { displayName: 'labels', oldValue: text('Before it'), newValue: text('After \\ 日本') },
    ])
  })

  it('has the names of its time, whatever they are now', async () => {
    const set = await made.set(group, 'Set of names')
    const term = await made.term(set, 'First')
    await rename(set, term, 'Second')
    await server.send('PATCH', `${root}/sets/${set}/terms/${term}`, { properties: [{ key: 'a', value: 'b' }] })
    await rename(set, term, 'Third')
    await server.send('PATCH', `${root}/sets/${set}/terms/${term}`, { properties: [{ key: 'a', value: 'c' }] })
    const namesOf = async (count: number) =>
      (await list(`?$top=${count}`)).map(({ targetResources: [target] }) => target?.displayName)
    expect(await namesOf(6)).toEqual(['Third', 'Third', 'Second', 'Second', 'First', 'Set of names'])
    await server.send('DELETE', `${root}/sets/${set}`)
    expect((await namesOf(7)).slice(1)).toEqual(['Third', 'Third', 'Second', 'Second', 'First', 'Set of names'])
  })

  it('of a person has the id, and the application that was used', async () => {
    const person = { tenant: contoso, user: people.administrator, scopes: ['TermStore.ReadWrite.All'] }
    const set = await made.set(group)
    const term = await made.term(set)
    const to = `${root}/sets/${set}/terms/${term}`
    expect((await server.as(person, 'PATCH', to, { labels: labels('By a person') })).status).toBe(200)
    const entry = await newest()
    expect(entry['initiatedBy']).toEqual({
      app: null,
      user: { id: people.administrator, displayName: null, ipAddress: null, userPrincipalName: null },
    })
    expect(detail(entry, 'appId')).toBe('4e1a7a00-0000-4000-8000-00000000a99d')
    const mine = await list(`?$filter=initiatedBy/user/id eq '${people.administrator}'&$top=1`)
    expect(mine[0]?.id).toBe(entry.id)
  })

  it('of a deletion is named by what was deleted, also when that is no longer in the recycle bin', async () => {
    const set = await made.set(group, 'Gone set')
    const other = await made.set(group)
    const term = await made.term(set, 'Gone')
    await made.pin({ set: other, term: await made.term(other) }, set)
    await server.send('DELETE', `${root}/sets/${set}`)
    const entry = await newest()
    expect(entry.activityDisplayName).toBe('Delete term set')
    expect(entry.targetResources).toContainEqual(
      expect.objectContaining({ id: set, type: 'TermSet', displayName: 'Gone set' }),
    )
    expect(entry.targetResources).toContainEqual(expect.objectContaining({ id: term, displayName: 'Gone' }))
    const item = (await server.send('GET', `${root}/relata.deletedItems()?$top=1`)).body.value[0].id
    expect((await post('/relata.purge', { deletedItemId: item })).status).toBeLessThan(300)
    const later = (await server.send('GET', `${log}/${entry.id}`)).body
    expect(later.activityDisplayName).toBe('Delete term set')
    // What was purged is out of the log as well.
    expect(JSON.stringify(later)).not.toContain('Gone')
  })

  it('shows the first 20 rows of a write, says how many there are, and is found by each of them', async () => {
    const set = await made.set(group)
    const top = await made.term(set)
    for (let at = 0; at < 24; at += 1) await made.term({ set, term: top })
    const copy = await post(`/sets/${set}/terms/${top}/relata.copy`, { set, name: 'Many', withChildren: true })
    expect(copy.status).toBe(201)
    const entry = await newest()
    expect(entry.activityDisplayName).toBe('Copy term')
    expect(entry.targetResources).toHaveLength(20)
    expect(detail(entry, 'rows')).toBe('25')
    const at = `${root}/sets/${set}/terms/${copy.body.id}/children?$select=id`
    const below: { id: string }[] = (await server.send('GET', at)).body.value
    const hidden = below.find(({ id }) => entry.targetResources.every((target) => target.id !== id))
    const found = await list(`?$filter=targetResources/any(t: t/id eq '${hidden?.id}')`)
    expect(found.map(({ id }) => id)).toEqual([entry.id])
  })
})

describe('both kinds in one order', () => {
  it('have each write where it belongs, newest first', async () => {
    const ops: [string, () => Promise<unknown>][] = []
    const set = await made.set(group)
    const other = await made.set(group)
    const ids: Record<string, string> = {}
    let last = ''
    const call = async (what: Promise<{ status: number; text: string; headers: Headers }>) => {
      const answer = await what
      if (answer.status >= 300) throw new Error(answer.text)
      last = answer.headers.get('relata-change') ?? last
    }
    const term = (name: string) => `/sets/${set}/terms/${ids[name]}`
    const bind = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${people.sana}` }
    const add = (name: string, parent?: string) => async () => {
      const above = parent === undefined ? '' : `/terms/${ids[parent]}`
      const answer = await post(`/sets/${set}${above}/children`, { labels: labels(name) })
      ids[name] = answer.body.id
    }
    ops.push(['Add term', add('A')])
    ops.push(['Add term', add('B')])
    ops.push(['Add term', add('C', 'B')])
    ops.push(['Add member to group', () => call(server.send('POST', `/v1.0/groups/${agents}/members/$ref`, bind))])
    ops.push(['Update term', () => rename(set, ids['A'] as string, 'A2')])
    ops.push(['Add term relation', () => made.pin({ set, term: ids['A'] as string }, other)])
    ops.push(['Move term', () => call(post(`${term('C')}/relata.move`, { set, parent: ids['A'] }))])
    ops.push([
      'granular admin relationship created',
      () =>
        call(
          server.send('POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', {
            displayName: 'Interleaved',
            duration: 'P1D',
            accessDetails: { unifiedRoles: [{ roleDefinitionId: '29232cdf-9323-42fd-ade2-1d097af3e4de' }] },
          }),
        ),
    ])
    ops.push(['Merge term', () => call(post(`${term('B')}/relata.merge`, { into: ids['A'] }))])
    ops.push(['Deprecate term', () => call(post(`${term('A')}/relata.deprecate`))])
    ops.push(['Undo change of taxonomy', () => call(post('/relata.undo', { changeId: last }))])
    ops.push(['Delete term', () => call(server.send('DELETE', `${root}${term('C')}`))])
    ops.push([
      'Remove member from group',
      () => call(server.send('DELETE', `/v1.0/groups/${agents}/members/${people.sana}/$ref`)),
    ])
    const before = (await server.send('GET', `${log}/$count`)).text
    await server.clock({ freeze: true })
    for (const [, run] of ops) {
      await server.clock({ advance: 'PT1S' })
      await run()
    }
    await server.clock({ freeze: false })
    const shown = (await list(`?$top=${ops.length}`)).map(({ activityDisplayName }) => activityDisplayName)
    expect(shown.toReversed()).toEqual(ops.map(([name]) => expect.stringMatching(new RegExp(name, 'i'))))
    expect(Number((await server.send('GET', `${log}/$count`)).text)).toBe(Number(before) + ops.length)
  })

  it('have one entry for each item of a batch, with the id of the batch', async () => {
    const set = await made.set(group)
    const requests = ['x', 'y'].map((name, at) => ({
      id: String(at),
      method: 'POST',
      url: `/termStore/sets/${set}/children`,
      headers: { 'Content-Type': 'application/json' },
      body: { labels: labels(name) },
    }))
    const answer = await server.send('POST', '/v1.0/$batch', { requests })
    const batch = answer.headers.get('relata-change-batch')
    const entries = await list('?$top=2')
    expect(entries.map((entry) => detail(entry, 'batchId'))).toEqual([batch, batch])
  })

  it('have an entry for each step of an import, with its id', async () => {
    const url = `${server.http}/_relata/term-store`
    const headers = { 'Content-Type': 'application/octet-stream' }
    const body = 'Term Set Name,Level 1 Term\nAudited import,Europe\nAudited import,Asia\n'
    const plan = await (await fetch(`${url}/plan?file=geo.csv&group=Audited`, { method: 'POST', headers, body })).text()
    const { digest } = JSON.parse(plan.trim().split('\n').at(-1) ?? '')
    const started = await fetch(`${url}/apply`, jsonPost({ plan: digest }))
    expect(started.status).toBeLessThan(300)
    const { id } = (await started.json()) as { id: string }
    await server.parts.exchange.settle()
    const entries = await list(`?$filter=activityDisplayName eq 'Import term set'`)
    expect(entries.length).toBeGreaterThan(0)
    for (const entry of entries) expect(detail(entry, 'importId')).toBe(id)
    const targets = entries.flatMap(({ targetResources }) => targetResources.map(({ type }) => type))
    expect(targets.filter((type) => type === 'Term')).toHaveLength(2)
  })
})

describe('a filter', () => {
  it.each<[string, (entry: Entry) => boolean]>([
    [`category eq 'TermStoreManagement'`, ({ category }) => category === 'TermStoreManagement'],
    [`category ne 'TermStoreManagement'`, ({ category }) => category !== 'TermStoreManagement'],
    [`loggedByService eq 'Term Store'`, ({ loggedByService }) => loggedByService === 'Term Store'],
    [`activityDisplayName eq 'Update term'`, ({ activityDisplayName }) => activityDisplayName === 'Update term'],
    [`startswith(activityDisplayName,'Add ')`, ({ activityDisplayName }) => activityDisplayName.startsWith('Add ')],
    [
      `operationType in ('Delete','Assign')`,
      ({ operationType }) => ['Delete', 'Assign'].includes(String(operationType)),
    ],
    [`result eq 'success'`, () => true],
    [`result eq 'failure'`, () => false],
    [`initiatedBy/user ne null`, ({ initiatedBy }) => (initiatedBy as { user: unknown }).user !== null],
    [
      `targetResources/any(t: t/type eq 'TermSet' or t/type eq 'Group')`,
      ({ targetResources }) => targetResources.some(({ type }) => type === 'TermSet' || type === 'Group'),
    ],
    [`additionalDetails/any(d: d/key eq 'verb' and d/value eq 'move')`, (entry) => detail(entry, 'verb') === 'move'],
    [
      `category eq 'TermStoreManagement' and not (operationType eq 'Add')`,
      (entry) => entry['category'] === 'TermStoreManagement' && entry['operationType'] !== 'Add',
    ],
  ])('%s finds what it says, of both kinds', async (filter, test) => {
    const all = await list()
    const wanted = all.filter(test).map(({ id }) => id)
    expect((await list(`?$filter=${encodeURIComponent(filter)}`)).map(({ id }) => id)).toEqual(wanted)
    const counted = await server.send('GET', `${log}/$count?$filter=${encodeURIComponent(filter)}`)
    expect(counted.text).toBe(String(wanted.length))
  })

  it('takes a period, a request and an id', async () => {
    const all = await list()
    const [from, to] = [all[9]?.activityDateTime ?? '', all[3]?.activityDateTime ?? '']
    // Zeros at the end of a second are not written, so texts do not compare.
    const isBetween = (at: string) => new Date(at) >= new Date(from) && new Date(at) <= new Date(to)
    const between = all.filter(({ activityDateTime }) => isBetween(activityDateTime)).map(({ id }) => id)
    const found = await list(`?$filter=activityDateTime ge ${from} and activityDateTime le ${to}`)
    expect(found.map(({ id }) => id)).toEqual(between)
    const mine = all.find(({ loggedByService }) => loggedByService === 'Term Store')
    const sameRequest = all.filter(({ correlationId }) => correlationId === mine?.['correlationId'])
    expect(await list(`?$filter=correlationId eq '${mine?.['correlationId']}'`)).toEqual(sameRequest)
    expect(await list(`?$filter=id eq '${mine?.id}'`)).toEqual([mine])
    expect((await list(`?$select=id,category&$filter=id in ('${mine?.id}','${all[0]?.id}')`)).length).toBeGreaterThan(0)
  })
})

describe('the log', () => {
  it('is that of its tenant: a key of another one is not found', async () => {
    const entry = await newest()
    const other = { tenant: fabrikam }
    expect((await server.send('GET', `${log}/${entry.id}`, undefined, other)).status).toBe(404)
    const theirs = (await server.send('GET', log, undefined, other)).body.value as Entry[]
    const ours = new Set((await list()).map(({ id }) => id))
    expect(theirs.filter(({ id }) => ours.has(id))).toEqual([])
    const taxonomy = taxonomyOver((method, path, body) => server.send(method, path, body, other))
    const theirGroup = await taxonomy.group('Theirs')
    const [mine] = (await server.send('GET', `${log}?$top=1`, undefined, other)).body.value as Entry[]
    expect(mine).toMatchObject({ activityDisplayName: 'Add term group', targetResources: [{ id: theirGroup }] })
    expect((await server.send('GET', `${log}/${mine?.id}`)).status).toBe(404)
    expect((await list()).some(({ id }) => id === mine?.id)).toBe(false)
  })

  it('refuses keys as before, and has no entry for a row that is not the first of its write', async () => {
    const { id } = await newest()
    const [head, number] = [id.slice(0, -10), Number(id.slice(-10))]
    const unknown = [`${head}${String(number + 1).padStart(10, '0')}`, `${head}9999999999`, `f${id.slice(1)}`]
    for (const key of unknown) expect((await server.send('GET', `${log}/${key}`)).status).toBe(404)
    expect((await server.send('GET', `${log}/${id}.0000001`)).status).toBe(404)
    expect((await server.send('DELETE', `${log}/${id}`)).status).toBe(405)
  })

  it('is hidden from people without one of the documented roles', async () => {
    const { id } = await newest()
    const sana = { tenant: contoso, user: people.sana, scopes: ['AuditLog.Read.All'] }
    for (const path of [log, `${log}/${id}`, `${log}/$count`])
      expect((await server.as(sana, 'GET', path)).status).toBe(403)
    expect((await server.as({ ...sana, user: people.administrator }, 'GET', `${log}/${id}`)).status).toBe(200)
  })

  it('leaves the database as `relata check` wants it', async () => {
    const found: string[] = []
    await checkStore(server.parts.store, {}, ({ at, what }) => found.push(`${at}: ${what}`), contoso)
    expect(found).toEqual([])
  })
})

describe('with --strict', () => {
  it('has no changes of the taxonomy, as in Graph', async () => {
    const strict = await startAccessServer({ strict: true })
    try {
      await taxonomyOver(strict.send, '/beta/termStore').group('Strict')
      const [recorded] = await strict.parts.store.read(contoso, (tx) => tx.find(recordedRow, { verb: 'create' }, 1))
      const change = `${contoso.slice(0, 8)}-0000-0000-0001-00${recorded?.id}`
      expect((await strict.send('GET', `${log}/${change}`)).status).toBe(404)
      const all: Entry[] = (await strict.send('GET', log)).body.value
      expect(all.filter(({ loggedByService }) => loggedByService === 'Term Store')).toEqual([])
      expect((await strict.send('GET', `${log}/$count`)).text).toBe(String(all.length))
    } finally {
      await strict.close()
    }
  })
})
