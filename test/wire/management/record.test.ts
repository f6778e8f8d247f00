/** What the record of changes holds of each write, and what an undo leads to: exchange.md §10.1 to §10.3, sentence by sentence. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonPost, startTestServer, type TestServer } from '../../_support/server.ts'
import { labels } from '../../_support/taxonomy.ts'
import { refusal, root, type VerbKit, verbKitFor } from './kit.ts'

let server: TestServer
let kit: VerbKit

beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
})
afterAll(() => server.close())

interface ShownRow {
  readonly kind: string
  readonly id: string
  readonly action: string
  readonly before: string | null
  readonly after: string | null
}
interface ShownChange {
  readonly id: string
  readonly verb: string
  readonly count: number
  readonly requestId: string
  readonly importId: string | null
  readonly undoes: string | null
  readonly by: { readonly kind: string; readonly id: string | null; readonly name: string | null }
  readonly rows: readonly ShownRow[]
}
const history = async (path: string): Promise<readonly ShownChange[]> => (await kit.get(path)).body.value
const undo = (changeId: unknown) => kit.call('', 'undo', { changeId: String(changeId) })

describe('a change', () => {
  it('is one for each write and verb, with the id of its request; ids rise', async () => {
    const set = await kit.freshSet()
    const made = await server.send('POST', `${root}/sets/${set}/children`, { labels: labels('One') })
    const term: string = made.body.id
    const answers = [
      made,
      await kit.patch(`/sets/${set}/terms/${term}`, { labels: labels('Two') }),
      await kit.onTerm(set, term, 'deprecate'),
      await kit.remove(`/sets/${set}/terms/${term}`),
    ]
    const ids = answers.map(({ headers }) => headers.get('relata-change'))
    expect(ids).toEqual(ids.toSorted((a, b) => Number(a) - Number(b)))
    const changes = await history(`/sets/${set}/relata.history()?branch=true&$top=4`)
    expect(changes.map(({ id, verb }) => [id, verb])).toEqual([
      [`${ids[3]}`, 'delete'],
      [`${ids[2]}`, 'deprecate'],
      [`${ids[1]}`, 'update'],
      [`${ids[0]}`, 'create'],
    ])
    expect(changes.map(({ requestId }) => requestId).toReversed()).toEqual(
      answers.map(({ headers }) => headers.get('request-id')),
    )
    const read = await kit.get(`/sets/${set}`)
    expect(read.headers.get('relata-change')).toBeNull()
  })

  it('has of a creation neither before nor after, of a deletion the whole row', async () => {
    const set = await kit.freshSet()
    const body = { labels: labels('Whole'), properties: [{ key: 'k', value: 'v' }] }
    const term = (await server.send('POST', `${root}/sets/${set}/children`, body)).body.id
    await kit.remove(`/sets/${set}/terms/${term}`)
    const [gone, made] = await history(`/sets/${set}/relata.history()?branch=true&$top=2`)
    expect(made?.rows).toMatchObject([{ id: term, action: 'create', before: null, after: null }])
    const [row] = gone?.rows ?? []
    expect(row).toMatchObject({ id: term, action: 'delete', after: null })
    expect(JSON.parse(row?.before ?? '')).toMatchObject({ ...body, setId: set, parentId: null, isDeprecated: false })
  })

  it('says who made it, by the name of the sign-in, and names nobody where people are not to be named', async () => {
    for (const historyPeople of [true, false]) {
      const own = await startTestServer({ historyPeople })
      try {
        const wish = {
          tenant: 'contoso.example',
          user: 'admin@contoso.example',
          scopes: ['TermStore.ReadWrite.All'],
        }
        const { accessToken } = (await (await fetch(`${own.http}/_relata/tokens`, jsonPost(wish))).json()) as {
          accessToken: string
        }
        const headers = { authorization: `Bearer ${accessToken}` }
        const answer = await own.send('POST', `${root}/groups`, { displayName: 'By somebody' }, { headers })
        expect(answer.status, answer.text).toBe(201)
        const user = '/v1.0/users/admin@contoso.example'
        const { id } = (await own.send('GET', user)).body
        const path = `${root}/groups/${answer.body.id}/relata.history()`
        const [change] = (await own.send('GET', path)).body.value
        const named = { kind: 'user', id, name: wish.user }
        expect(change.by).toMatchObject(historyPeople ? named : { kind: 'user', id: null, name: null })
      } finally {
        await own.close()
      }
    }
  })
})

describe('relata.history', () => {
  it('takes the instant that a period begins with, and the end of it', async () => {
    const set = await kit.freshSet()
    const term = await kit.made.term(set, 'one')
    await server.clock({ advance: 'PT1H' })
    const { now } = await server.clock()
    await kit.patch(`/sets/${set}/terms/${term}`, { labels: labels('two') })
    const path = `/sets/${set}/terms/${term}/relata.history()`
    expect((await history(`${path}?from=${now}`)).map(({ verb }) => verb)).toEqual(['update'])
    expect(
      (await history(`${path}?to=${new Date(Date.parse(now) - 1000).toISOString()}`)).map(({ verb }) => verb),
    ).toEqual(['create'])
    expect(refusal(await kit.get(`${path}?from=yesterday`))).toMatchObject({ status: 400, target: 'from' })
  })

  it('of a group tells its own changes, and with branch those of its sets and terms', async () => {
    const group = await kit.made.group()
    const set = await kit.made.set(group)
    const term = await kit.made.term(set)
    await kit.patch(`/groups/${group}`, { description: 'Changed' })
    const path = `/groups/${group}/relata.history()`
    expect((await history(path)).map(({ verb }) => verb)).toEqual(['update', 'create'])
    const rows = (await history(`${path}?branch=true`)).flatMap((change) => change.rows.map(({ id }) => id))
    expect(rows).toEqual([group, term, set, group])
  })
})

describe('the recycle bin', () => {
  it('tells of sets and groups too: what they were called, how many rows went along, and until when', async () => {
    const group = await kit.made.group('Binned group')
    const set = await kit.made.set(group, 'Binned set')
    await kit.chain(set, 2)
    const { now } = await server.clock()
    await kit.remove(`/sets/${set}`)
    await kit.remove(`/groups/${group}`)
    const [ofGroup, ofSet] = (await kit.get('/relata.deletedItems()?$top=2')).body.value
    expect(ofGroup).toMatchObject({ kind: 'group', subjectId: group, name: 'Binned group', count: 1 })
    expect(ofSet).toMatchObject({
      kind: 'set',
      subjectId: set,
      name: 'Binned set',
      count: 3,
      path: 'Binned group/Binned set',
    })
    expect(ofSet.by).toMatchObject({ kind: 'app' })
    const days = (Date.parse(ofSet.expires) - Date.parse(ofSet.deletedDateTime)) / 86_400_000
    expect([days, ofSet.deletedDateTime >= now]).toEqual([30, true])
    expect((await kit.call('', 'restore', { deletedItemId: ofSet.id })).status).toBe(409)
    expect((await kit.call('', 'restore', { deletedItemId: ofGroup.id })).status).toBe(200)
    expect((await kit.call('', 'restore', { deletedItemId: ofSet.id })).body).toMatchObject({
      kind: 'set',
      restored: 3,
    })
    expect((await kit.get(`/sets/${set}/terms`)).body.value).toHaveLength(2)
  })

  it('counts against no limit, and is not searched', async () => {
    const small = await startTestServer({ limits: { terms: 1000, sets: 100, termsPerSet: 2 } } as never)
    try {
      const own = verbKitFor(small)
      const set = await own.freshSet()
      const [, gone] = [await own.made.term(set, 'Kept'), await own.made.term(set, 'Binned word')]
      await own.remove(`/sets/${set}/terms/${gone}`)
      const more = await own.made.term(set, 'More')
      expect((await own.call('', 'search', { text: 'binned' })).body.items).toEqual([])
      const [item] = (await own.get('/relata.deletedItems()')).body.value
      expect(refusal(await own.call('', 'restore', { deletedItemId: item.id })).status).toBe(400)
      await own.remove(`/sets/${set}/terms/${more}`)
      expect((await own.call('', 'restore', { deletedItemId: item.id })).status).toBe(200)
    } finally {
      await small.close()
    }
  })
})

describe('undo', () => {
  it('goes by the rules of the end: names of siblings, levels, one place in a set', async () => {
    const set = await kit.freshSet()
    const term = await kit.made.term(set, 'Name')
    const renamed = await kit.patch(`/sets/${set}/terms/${term}`, { labels: labels('Other name') })
    await kit.made.term(set, 'Name')
    const taken = await undo(renamed.headers.get('relata-change'))
    expect(refusal(taken)).toMatchObject({ status: 409, code: 'nameAlreadyExists' })

    const deep = await kit.chain(set, 6)
    const moving = await kit.made.term({ set, term: deep.at(-1) }, 'Seventh')
    const moved = await kit.onTerm(set, moving, 'move', { set, parent: null })
    await kit.made.term({ set, term: moving }, 'Below')
    const tooDeep = await undo(moved.headers.get('relata-change'))
    expect(refusal(tooDeep)).toMatchObject({ status: 400, code: 'invalidRequest' })

    const [home, other] = [await kit.freshSet(), await kit.freshSet()]
    const shared = await kit.made.term(home)
    const parent = await kit.made.term(other)
    const relation = await kit.made.reuse({ set: home, term: shared }, other)
    const ended = await kit.remove(`/sets/${other}/relations/${relation}`)
    await kit.made.reuse({ set: home, term: shared }, { set: other, term: parent })
    expect((await undo(ended.headers.get('relata-change'))).status).toBe(409)
    expect((await kit.get(`/sets/${other}/terms/${shared}/relations`)).body.value).toHaveLength(1)
  })

  it('of each verb gives back what was there', async () => {
    const group = await kit.made.group()
    const [set, other] = [await kit.made.set(group, 'Undone'), await kit.made.set(await kit.made.group())]
    const [a, b] = [await kit.made.term(set, 'a'), await kit.made.term(set, 'b')]
    const below = await kit.made.term({ set, term: a }, 'Below')
    await kit.made.reuse({ set, term: b }, other)
    const owner = (await server.send('GET', '/v1.0/users')).body.value[0].id
    const elsewhere = await kit.made.group()
    const verbs: [string, string, object][] = [
      [`/sets/${set}/terms/${below}`, 'move', { set, parent: null, before: a }],
      [`/sets/${set}/terms/${a}`, 'copy', { withChildren: true }],
      [`/sets/${set}/terms/${a}`, 'deprecate', { replacedBy: b }],
      [`/sets/${set}/terms/${a}`, 'setAvailableForTagging', { value: false }],
      [`/sets/${set}/terms/${a}`, 'setLocalProperties', { properties: [{ key: 'k', value: 'v' }] }],
      [`/sets/${set}/terms/${b}`, 'reassignSource', { set: other }],
      [`/sets/${set}`, 'order', { ids: [b, a] }],
      [`/sets/${set}`, 'copy', {}],
      [`/sets/${set}`, 'move', { group: elsewhere }],
      [`/sets/${set}`, 'setSubmissionPolicy', { isOpen: true }],
      [`/sets/${set}`, 'setAvailableForTagging', { value: false }],
      [`/sets/${set}`, 'setContacts', { owner, contact: 'a@b.example', stakeholders: [owner] }],
      [`/groups/${group}`, 'setRoles', { managers: [owner] }],
      [`/groups/${group}`, 'copy', {}],
    ]
    const prefer = 'relata.listing=natural, include-annotations="relata.*"'
    const state = async () => {
      const [ofSet, terms, tree, inOther, sets, groups] = [
        await kit.get(`/sets/${set}?$select=customSortOrder,isOpen,isAvailableForTagging,owner,contact,stakeholders`),
        await kit.get(`/sets/${set}/terms?$select=id,labels,isDeprecated,properties`, prefer),
        await kit.get(`/sets/${set}/relata.getAllTerms()?includeDeprecated=true`),
        await kit.get(`/sets/${other}/relata.getAllTerms()?includeDeprecated=true`),
        await kit.get('/sets?$select=id,localizedNames&$expand=parentGroup($select=id)'),
        await kit.get('/groups?$select=id,displayName'),
      ]
      return [ofSet, terms, tree, inOther, sets, groups].map(({ body }) => body.value ?? body)
    }
    const before = await state()
    for (const [path, verb, body] of verbs) {
      const done = await kit.call(path, verb, body)
      expect([verb, done.status < 300], done.text).toEqual([verb, true])
      if (verb !== 'setRoles' && verb !== 'setLocalProperties') expect(await state(), verb).not.toEqual(before)
      const undone = await undo(done.headers.get('relata-change'))
      expect([verb, undone.status], undone.text).toEqual([verb, 200])
      expect(await state(), verb).toEqual(before)
    }
  })

  it('of an import takes all of a step back, or nothing', async () => {
    const group = await kit.made.group('Imports undone')
    const header = '"Term Set Name","Term Set Description","LCID","Available for Tagging","Term Description",'
    const levels = Array.from({ length: 7 }, (_, at) => `"Level ${at + 1} Term"`).join(',')
    const csv = `${header}${levels}\n"Imported",,,,,,,,,,,\n,,,,,"One",,,,,,\n,,,,,"Two",,,,,,\n,,,,,"Two","Three",,,,,\n`
    const control = `${server.http}/_relata/term-store`
    const planned = await fetch(`${control}/plan?format=sharepoint-csv&group=${encodeURIComponent('Imports undone')}`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: csv,
    })
    expect([planned.status, group !== '']).toEqual([200, true])
    const plan = await planned.text()
    const applied = await fetch(`${control}/apply`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: plan,
    })
    const answer = await applied.text()
    expect([200, 201, 202], answer).toContain(applied.status)
    const names = async () =>
      (await kit.get(`/groups/${group}/sets`)).body.value.map(
        ({ localizedNames }: { localizedNames: { name: string }[] }) => localizedNames[0]?.name,
      )
    await expect.poll(names, { timeout: 10_000 }).toEqual(['Imported'])
    const set = (await kit.get(`/groups/${group}/sets`)).body.value[0].id
    const terms = async () => (await kit.get(`/sets/${set}/terms`)).body.value.length
    await expect.poll(terms, { timeout: 10_000 }).toBe(3)
    // A cell that says nothing of it leaves new terms available.
    const listed: { isAvailable: boolean }[] = (await kit.get(`/sets/${set}/relata.getAllTerms()`)).body.value
    expect(listed.map(({ isAvailable }) => isAvailable)).toEqual([true, true, true])
    const changes = await history(`/groups/${group}/relata.history()?branch=true&verb=import`)
    const step = changes.find(({ count }) => count === 3)
    expect(step?.importId).toEqual(expect.any(String))
    expect(new Set(changes.map(({ importId }) => importId)).size).toBe(1)
    const [one] = step?.rows ?? []
    const renamed = await kit.patch(`/sets/${set}/terms/${one?.id}`, { labels: labels('Renamed since') })
    await kit.made.term({ set, term: one?.id as string }, 'Made since')
    expect((await undo(step?.id)).status).toBe(409)
    expect(await terms()).toBe(4)
    const added = (await history(`/sets/${set}/relata.history()?branch=true&$top=1`))[0]?.id
    expect((await undo(added)).status).toBe(200)
    expect((await undo(renamed.headers.get('relata-change'))).status).toBe(200)
    expect((await undo(step?.id)).status).toBe(200)
    expect(await terms()).toBe(0)
  })
})

describe('asOf', () => {
  it('is an option without a dollar sign', async () => {
    const set = await kit.freshSet()
    const { now } = await server.clock()
    expect((await kit.get(`/sets/${set}?asOf=${now}`)).status).toBe(200)
    expect(refusal(await kit.get(`/sets/${set}?$asOf=${now}`))).toMatchObject({ status: 400, target: '$asOf' })
  })
})
