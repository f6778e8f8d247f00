/** Record of changes, undo and the recycle bin over the wire: exchange.md §10. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { groupActions } from '#workloads/term-store/operations/group.ts'
import { changeVerbs, storeHistoryActions } from '#workloads/term-store/operations/history.ts'
import { setActions } from '#workloads/term-store/operations/set.ts'
import { termActions } from '#workloads/term-store/operations/term.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
let group: string
const root = '/v1.0/termStore'

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
  group = await made.group('History')
})
afterAll(() => server.close())

const get = (path: string): Promise<Answer> => server.send('GET', `${root}${path}`)
const undo = (changeId: unknown): Promise<Answer> =>
  server.send('POST', `${root}/relata.undo`, { changeId: String(changeId) })
const restore = (deletedItemId: string, more = {}): Promise<Answer> =>
  server.send('POST', `${root}/relata.restore`, { deletedItemId, ...more })
const rename = (set: string, term: string, name: string): Promise<Answer> =>
  server.send('PATCH', `${root}/sets/${set}/terms/${term}`, { labels: labels(name) })
const remove = (path: string): Promise<Answer> => server.send('DELETE', `${root}${path}`)
const changeOf = (answer: Answer): string => answer.headers.get('relata-change') ?? ''
const newestItem = async (): Promise<string> => (await get('/relata.deletedItems()?$top=1')).body.value[0].id

/** What `relata check` finds. */
async function findings(): Promise<string[]> {
  const found: string[] = []
  const note = ({ at, what }: { at: string; what: string }) => found.push(`${at}: ${what}`)
  await checkStore(server.parts.store, {}, note, wellKnown.contoso)
  return found
}

describe('relata.history', () => {
  it('tells who changed a term, when, and what it was before, newest first', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'First')
    await rename(set, term, 'Second')
    const { status, body } = await get(`/sets/${set}/terms/${term}/relata.history()`)
    expect(status).toBe(200)
    expect(body.value.map(({ verb }: { verb: string }) => verb)).toEqual(['update', 'create'])
    const [newest, oldest] = body.value
    expect(newest.by).toMatchObject({ kind: 'app' })
    expect(JSON.parse(newest.rows[0].before)).toEqual({ labels: labels('First') })
    expect(JSON.parse(newest.rows[0].after)).toEqual({ labels: labels('Second') })
    expect(oldest.rows[0]).toMatchObject({ kind: 'term', id: term, action: 'create', setId: set, before: null })
    expect(Number(newest.id)).toBeGreaterThan(Number(oldest.id))
  })

  it('goes on page by page, and takes a period and a verb', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'a')
    for (const name of ['b', 'c', 'd']) await rename(set, term, name)
    const first = await get(`/sets/${set}/terms/${term}/relata.history()?$top=3`)
    expect(first.body.value).toHaveLength(3)
    const next = new URL(first.body['@odata.nextLink'])
    const second = await server.send('GET', next.pathname + next.search)
    expect(second.body.value.map(({ verb }: { verb: string }) => verb)).toEqual(['create'])
    expect(second.body['@odata.nextLink']).toBeUndefined()
    const some = await get(`/sets/${set}/terms/${term}/relata.history()?verb=update`)
    expect(some.body.value).toHaveLength(3)
    const none = await get(`/sets/${set}/terms/${term}/relata.history()?to=2001-01-01T00:00:00Z`)
    expect(none.body.value).toEqual([])
  })

  it('refuses a verb that no change has, and names those there are', async () => {
    for (const path of ['/relata.history()?verb=nope', `/groups/${group}/relata.history(verb='nope')`]) {
      const { status, body } = await get(path)
      expect([status, body.error.code, body.error.target]).toEqual([400, 'invalidRequest', 'verb'])
      expect(body.error.message).toMatch(/create, update, delete,.*setAvailableForTagging/)
    }
    const ours = [termActions, setActions, groupActions, storeHistoryActions].flatMap((actions) => Object.keys(actions))
    expect(changeVerbs).toEqual(expect.arrayContaining(ours))
    for (const verb of changeVerbs) expect((await get(`/relata.history()?verb=${verb}&$top=1`)).status).toBe(200)
  })

  it('is that of one person or application, by id or name', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'By whom')
    const path = `/sets/${set}/terms/${term}/relata.history()`
    const { by } = (await get(path)).body.value[0]
    for (const wanted of [by.id, by.name.toUpperCase()])
      expect((await get(`${path}?by=${encodeURIComponent(wanted)}`)).body.value).toHaveLength(1)
    expect((await get(`${path}?by=nobody@contoso.example`)).body.value).toEqual([])
  })

  it('of a set tells its own changes, and with branch those of all in it', async () => {
    const set = await made.set(group)
    const parent = await made.term(set, 'p')
    const child = await made.term({ set, term: parent }, 'c')
    await rename(set, child, 'c2')
    const own = await get(`/sets/${set}/relata.history()`)
    expect(own.body.value).toHaveLength(1)
    const all = await get(`/sets/${set}/relata.history()?branch=true`)
    expect(all.body.value).toHaveLength(4)
    const branch = await get(`/sets/${set}/terms/${parent}/relata.history()?branch=true`)
    expect(branch.body.value).toHaveLength(3)
    const ofGroup = await get(`/groups/${group}/relata.history()?branch=true&$top=2`)
    expect(ofGroup.body.value).toHaveLength(2)
    const ofStore = await get('/relata.history()?$top=2')
    expect(ofStore.body.value[0].rows[0]).toMatchObject({ kind: 'term', id: child })
  })
})

describe('relata.undo', () => {
  it('takes a rename back, and undo of that is redo', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'one')
    const change = changeOf(await rename(set, term, 'two'))
    const done = await undo(change)
    expect(done.status, done.text).toBe(200)
    expect(done.body).toMatchObject({ verb: 'undo', undoes: change, id: changeOf(done) })
    expect((await get(`/sets/${set}/terms/${term}`)).body.labels[0].name).toBe('one')
    const redone = await undo(changeOf(done))
    expect(redone.body.undoes).toBe(changeOf(done))
    expect((await get(`/sets/${set}/terms/${term}`)).body.labels[0].name).toBe('two')
  })

  it('is refused with the later changes that stand against it', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'one')
    const first = changeOf(await rename(set, term, 'two'))
    const second = changeOf(await rename(set, term, 'three'))
    const refused = await undo(first)
    expect(refused.status).toBe(409)
    expect(refused.body.error.later).toMatchObject([{ id: second, verb: 'update', by: { kind: 'app' } }])
    expect((await undo(second)).status).toBe(200)
    // The later change has been taken back, and so have its values.
    expect((await undo(first)).status).toBe(200)
    expect((await get(`/sets/${set}/terms/${term}`)).body.labels[0].name).toBe('one')
  })

  it('of a creation deletes into the bin, unless something was made below', async () => {
    const set = await made.set(group)
    const answer = await server.send('POST', `${root}/sets/${set}/children`, { labels: labels('made') })
    const child = await server.send('POST', `${root}/sets/${set}/terms/${answer.body.id}/children`, {
      labels: labels('below'),
    })
    const refused = await undo(changeOf(answer))
    expect(refused.status).toBe(409)
    expect(refused.body.error.later).toMatchObject([{ id: changeOf(child), verb: 'create' }])
    expect((await undo(changeOf(child))).status).toBe(200)
    expect((await undo(changeOf(answer))).status).toBe(200)
    expect((await get(`/sets/${set}/terms/${answer.body.id}`)).status).toBe(404)
    const [item] = (await get('/relata.deletedItems()?$top=1')).body.value
    expect(item).toMatchObject({ kind: 'term', subjectId: answer.body.id, name: 'made' })
    expect((await restore(item.id)).status).toBe(200)
    expect((await get(`/sets/${set}/terms/${answer.body.id}`)).status).toBe(200)
  })

  it('of a deletion brings all back, with ids, dates and relations', async () => {
    const set = await made.set(group)
    const other = await made.set(group)
    const top = await made.term(set, 'top')
    const child = await made.term({ set, term: top }, 'child')
    const shared = await made.term(other, 'shared')
    await made.pin({ set: other, term: shared }, { set, term: child })
    const all = async () => [
      (await get(`/sets/${set}/terms?$select=id,labels,createdDateTime`)).body,
      (await get(`/sets/${set}/terms/${child}/relations`)).body,
    ]
    const before = await all()
    const change = changeOf(await remove(`/sets/${set}/terms/${top}`))
    expect(await all()).not.toEqual(before)
    const done = await undo(change)
    expect(done.status, done.text).toBe(200)
    expect(await all()).toEqual(before)
    expect((await get('/relata.deletedItems()')).body.value.some(({ id }: { id: string }) => id === change)).toBe(false)
  })

  it('takes a whole batch back by its id', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'kept')
    const batch = await server.send('POST', '/v1.0/$batch', {
      requests: [
        {
          id: '1',
          method: 'PATCH',
          url: `/termStore/sets/${set}/terms/${term}`,
          body: { labels: labels('x') },
          headers: { 'Content-Type': 'application/json' },
        },
        {
          id: '2',
          dependsOn: ['1'],
          method: 'PATCH',
          url: `/termStore/sets/${set}/terms/${term}`,
          body: { labels: labels('y') },
          headers: { 'Content-Type': 'application/json' },
        },
        {
          id: '3',
          dependsOn: ['2'],
          method: 'POST',
          url: `/termStore/sets/${set}/terms/${term}/children`,
          body: { labels: labels('z') },
          headers: { 'Content-Type': 'application/json' },
        },
      ],
    })
    expect(batch.body.responses.map(({ status }: { status: number }) => status)).toEqual([200, 200, 201])
    const done = await undo(batch.headers.get('relata-change-batch'))
    expect(done.status, done.text).toBe(200)
    expect((await get(`/sets/${set}/terms/${term}`)).body.labels[0].name).toBe('kept')
    expect((await get(`/sets/${set}/terms`)).body.value).toHaveLength(1)
  })

  it('refuses what it cannot name, and what is not there', async () => {
    expect((await undo('none')).status).toBe(400)
    expect((await undo('999999999')).status).toBe(404)
    expect((await server.send('POST', `${root}/relata.undo`, {})).status).toBe(400)
  })
})

describe('the recycle bin', () => {
  it('lists what was deleted, with its path, and restores it', async () => {
    const set = await made.set(group, 'Bin set')
    const top = await made.term(set, 'Europe')
    const child = await made.term({ set, term: top }, 'Berlin')
    await remove(`/sets/${set}/terms/${child}`)
    const [item] = (await get('/relata.deletedItems()?$top=1')).body.value
    expect(item).toMatchObject({ kind: 'term', name: 'Berlin', path: 'History/Bin set/Europe/Berlin', count: 1 })
    expect(item.expires).not.toBeNull()
    const report = await restore(item.id)
    expect(report.status, report.text).toBe(200)
    expect(report.body).toMatchObject({ kind: 'term', id: child, restored: 1, notRestored: [], notes: [] })
    expect((await get(`/sets/${set}/terms/${top}/children`)).body.value[0].id).toBe(child)
    expect((await restore(item.id)).status).toBe(404)
  })

  it('puts a term at the root where its parent is gone, or below another', async () => {
    const set = await made.set(group)
    const top = await made.term(set, 'top')
    const child = await made.term({ set, term: top }, 'child')
    await remove(`/sets/${set}/terms/${child}`)
    const item = await newestItem()
    await remove(`/sets/${set}/terms/${top}`)
    const report = await restore(item)
    expect(report.body.notes).toHaveLength(1)
    expect((await get(`/sets/${set}/children`)).body.value.map(({ id }: { id: string }) => id)).toEqual([child])
    await remove(`/sets/${set}/terms/${child}`)
    const other = await made.set(group)
    const there = await made.term(other, 'there')
    expect((await restore(await newestItem(), { set: other, parent: there })).status).toBe(200)
    expect((await get(`/sets/${other}/terms/${there}/children`)).body.value[0].id).toBe(child)
  })

  it('refuses a name that is taken, or renames', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'same')
    await remove(`/sets/${set}/terms/${term}`)
    const item = await newestItem()
    await made.term(set, 'Same')
    expect((await restore(item)).status).toBe(409)
    expect((await restore(item, { onClash: 'rename' })).status).toBe(200)
    expect((await get(`/sets/${set}/terms/${term}`)).body.labels[0].name).toBe('same (restored)')
  })

  it('refuses where the set is gone, until that is back', async () => {
    const set = await made.set(group, 'Gone')
    const term = await made.term(set, 'kept')
    await remove(`/sets/${set}/terms/${term}`)
    const item = await newestItem()
    await remove(`/sets/${set}`)
    const ofSet = await newestItem()
    expect((await restore(item)).status).toBe(409)
    expect((await restore(ofSet)).status).toBe(200)
    expect((await restore(item)).status).toBe(200)
    expect((await get(`/sets/${set}/terms`)).body.value).toHaveLength(1)
  })

  it('moves an orphan home again', async () => {
    const set = await made.set(group)
    const other = await made.set(group)
    const term = await made.term(set, 'used')
    await made.reuse({ set, term }, other)
    await remove(`/sets/${set}/terms/${term}`)
    expect((await get(`/sets/${set}/terms`)).body.value).toEqual([])
    const report = await restore(await newestItem())
    expect(report.status, report.text).toBe(200)
    expect((await get(`/sets/${set}/terms`)).body.value).toHaveLength(1)
    expect((await get(`/sets/${other}/terms`)).body.value).toHaveLength(1)
  })

  it('leaves out relations that cannot be any more, and says why', async () => {
    const set = await made.set(group)
    const other = await made.set(group)
    const top = await made.term(set, 'top')
    const shared = await made.term(other, 'shared')
    await made.reuse({ set: other, term: shared }, { set, term: top })
    await remove(`/sets/${set}/terms/${top}`)
    const item = await newestItem()
    await made.reuse({ set: other, term: shared }, set)
    const report = await restore(item)
    expect(report.status, report.text).toBe(200)
    expect(report.body.notRestored).toMatchObject([{ kind: 'relation', reason: 'The term is in the set already.' }])
  })

  it('is emptied of an item for good', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'secret name')
    await remove(`/sets/${set}/terms/${term}`)
    const item = await newestItem()
    expect((await server.send('POST', `${root}/relata.purge`, { deletedItemId: item })).status).toBe(204)
    expect((await restore(item)).status).toBe(404)
    expect((await get(`/sets/${set}/relata.history()?branch=true&verb=delete`)).text).not.toContain('secret name')
  })
})

describe('an order after undo and restore', () => {
  const orderOf = (path: string, ids: readonly string[]) => server.send('POST', `${root}${path}/relata.order`, { ids })
  it('does not name a term whose creation was undone', async () => {
    const set = await made.set(group)
    const first = await made.term(set, 'first')
    const { headers, body } = await server.send('POST', `${root}/sets/${set}/children`, { labels: labels('second') })
    await orderOf(`/sets/${set}`, [body.id, first])
    expect((await undo(headers.get('relata-change'))).status).toBe(200)
    expect(await findings()).toEqual([])
  })

  it('does not name a term that has left since', async () => {
    const set = await made.set(group)
    const top = await made.term(set, 'top')
    const [one, two] = [await made.term({ set, term: top }, 'one'), await made.term({ set, term: top }, 'two')]
    await orderOf(`/sets/${set}/terms/${top}`, [two, one])
    const emptied = (await orderOf(`/sets/${set}/terms/${top}`, [])).headers.get('relata-change')
    await remove(`/sets/${set}/terms/${two}`)
    expect((await undo(emptied)).status).toBe(200)
    expect(await findings()).toEqual([])
    expect((await restore(await newestItem())).status).toBe(200)
    expect(await findings()).toEqual([])
  })

  it('does not name a term whose move there was undone, and names one that is shared again', async () => {
    const [set, other] = [await made.set(group), await made.set(group)]
    const top = await made.term(set, 'top')
    const [own, shared] = [await made.term({ set, term: top }, 'own'), await made.term(other, 'shared')]
    await made.reuse({ set: other, term: shared }, { set, term: top })
    const guest = await made.term(other, 'guest')
    const move = await server.send('POST', `${root}/sets/${other}/terms/${guest}/relata.move`, { set, parent: top })
    await orderOf(`/sets/${set}/terms/${top}`, [guest, shared, own])
    expect((await undo(move.headers.get('relata-change'))).status).toBe(200)
    expect(await findings()).toEqual([])
    await remove(`/sets/${set}/terms/${top}`)
    expect((await restore(await newestItem())).status).toBe(200)
    expect(await findings()).toEqual([])
    const natural = { headers: { prefer: 'relata.listing=natural' } }
    const path = `${root}/sets/${set}/terms/${top}/children`
    const back = (await server.send('GET', path, undefined, natural)).body.value
    expect(back.map(({ id }: { id: string }) => id)).toEqual([shared, own])
  })
})

describe('undo of a deletion', () => {
  it('that was undone before is refused where the term was changed in between, and deleted again', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'first')
    const path = `/sets/${set}/terms/${term}`
    const deleted = (await remove(path)).headers.get('relata-change')
    await undo(deleted)
    await server.send('PATCH', `${root}${path}`, { labels: labels('second') })
    const again = (await remove(path)).headers.get('relata-change')
    const answer = await undo(deleted)
    expect(answer.status, answer.text).toBe(409)
    expect(answer.body.error.later).toMatchObject([{ id: again, verb: 'delete' }])
    expect((await undo(again)).status).toBe(200)
    expect((await get(path)).body.labels[0].name).toBe('second')
  })

  it('that was undone before is refused where the term was merged since', async () => {
    const set = await made.set(group)
    const [term, into] = [await made.term(set, 'term'), await made.term(set, 'into')]
    const deleted = (await remove(`/sets/${set}/terms/${term}`)).headers.get('relata-change')
    expect((await undo(deleted)).status).toBe(200)
    const merge = await server.send('POST', `${root}/sets/${set}/terms/${term}/relata.merge`, { into })
    const answer = await undo(deleted)
    expect(answer.status, answer.text).toBe(409)
    expect(answer.body.error.later).toMatchObject([{ id: merge.headers.get('relata-change'), verb: 'merge' }])
    expect(await findings()).toEqual([])
  })
})

describe('undo of what has many rows', () => {
  it('is refused with the change that stands against all of them', async () => {
    const set = await made.set(group)
    const top = await made.term(set, 'top')
    for (let at = 0; at < 30; at++) await made.term({ set, term: top }, `below ${at}`)
    const deleted = (await remove(`/sets/${set}/terms/${top}`)).headers.get('relata-change')
    const restored = await restore(await newestItem())
    const answer = await undo(deleted ?? '')
    expect([answer.status, answer.body.error.later.map(({ id }: { id: number }) => id)]).toEqual([
      409,
      [restored.body.changeId],
    ])
  })
})

describe('relata.delta', () => {
  const follow = (link: string): Promise<Answer> => {
    const { pathname, search } = new URL(link)
    return server.send('GET', pathname + search)
  }
  const all = async (answer: Answer): Promise<{ rows: { id: string }[]; link: string }> => {
    const rows: { id: string }[] = []
    for (let page = answer; ; page = await follow(page.body['@odata.nextLink'])) {
      rows.push(...page.body.value)
      if (page.body['@odata.nextLink'] === undefined) return { rows, link: page.body['@odata.deltaLink'] }
    }
  }

  it('lists everything page by page, then only what has changed', async () => {
    const set = await made.set(group)
    const term = await made.term(set, 'one')
    const gone = await made.term(set, 'gone')
    const first = await all(await get('/relata.delta()?$top=7'))
    const ids = first.rows.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining([group, set, term, gone]))
    expect((await follow(first.link)).body.value).toEqual([])
    await rename(set, term, 'two')
    await remove(`/sets/${set}/terms/${gone}`)
    const later = await all(await follow(first.link))
    expect(later.rows).toMatchObject([
      { '@odata.type': '#microsoft.graph.termStore.term', id: term, labels: labels('two'), '@relata.setId': set },
      { '@odata.type': '#microsoft.graph.termStore.term', id: gone, '@removed': { reason: 'deleted' } },
    ])
    expect((await follow(later.link)).body.value).toEqual([])
  })

  it('tells into which term one was merged', async () => {
    const set = await made.set(group)
    const [one, other] = [await made.term(set, 'one'), await made.term(set, 'other')]
    const { link } = await all(await get('/relata.delta()?$top=500'))
    await server.send('POST', `${root}/sets/${set}/terms/${one}/relata.merge`, { into: other })
    const later = await all(await follow(link))
    expect(later.rows).toContainEqual(
      expect.objectContaining({ id: one, '@removed': { reason: 'deleted' }, '@relata.mergedInto': other }),
    )
  })

  it('gives nothing but the link for what comes, where the latest is asked for', async () => {
    const set = await made.set(group)
    const { rows, link } = await all(await get('/relata.delta()?$deltatoken=latest'))
    expect(rows).toEqual([])
    const term = await made.term(set, 'after')
    expect((await follow(link)).body.value).toMatchObject([{ id: term }])
  })

  it('refuses tokens that are not its own, and those from after what it knows', async () => {
    expect((await get('/relata.delta()?$deltatoken=x')).status).toBe(400)
    const gone = await get('/relata.delta()?$deltatoken=c.9999999999~')
    expect([gone.status, gone.body.error.innerError.code ?? gone.body.error.code]).toEqual([410, 'resyncRequired'])
  })
})

describe('asOf', () => {
  /** The present, by the clock of the rows, which moves on before anything else happens. */
  const moment = async (): Promise<string> => {
    const { now } = await server.clock()
    await server.clock({ advance: 'PT2S' })
    return now
  }
  const namesOf = (answer: Answer): string[] =>
    answer.body.value.map((row: { labels: { name: string }[] }) => row.labels[0]?.name)

  it('reads a set, its children and its terms as they were, in the same shape', async () => {
    const set = await made.set(group, 'Then')
    const top = await made.term(set, 'top')
    const child = await made.term({ set, term: top }, 'child')
    const gone = await made.term(set, 'gone')
    const then = await moment()
    await rename(set, top, 'renamed')
    await remove(`/sets/${set}/terms/${gone}`)
    await made.term(set, 'new')
    const moved = await server.send('POST', `${root}/sets/${set}/terms/${child}/relata.move`, { parent: null, set })
    expect(moved.status, moved.text).toBe(200)
    await server.send('PATCH', `${root}/sets/${set}`, { localizedNames: [{ name: 'Now', languageTag: 'en-US' }] })
    const at = `asOf=${then}`
    const one = await get(`/sets/${set}?${at}`)
    expect(one.status, one.text).toBe(200)
    expect(one.body.localizedNames[0].name).toBe('Then')
    expect(namesOf(await get(`/sets/${set}/children?${at}`))).toEqual(['gone', 'top'])
    expect(namesOf(await get(`/sets/${set}/terms?${at}`)).toSorted()).toEqual(['child', 'gone', 'top'])
    expect(namesOf(await get(`/sets/${set}/terms/${top}/children?${at}`))).toEqual(['child'])
    expect((await get(`/sets/${set}/terms/${top}?${at}&$select=labels`)).body.labels[0].name).toBe('top')
    expect(namesOf(await get(`/sets/${set}/children`))).toEqual(['child', 'new', 'renamed'])
    const page = await get(`/sets/${set}/terms?${at}&$top=2`)
    const next = new URL(page.body['@odata.nextLink'])
    expect((await server.send('GET', next.pathname + next.search)).body.value).toHaveLength(1)
  })

  it('shows a set that is gone, and none where there was none yet', async () => {
    const before = await moment()
    const set = await made.set(group)
    const term = await made.term(set, 'kept')
    const then = await moment()
    await remove(`/sets/${set}`)
    expect((await get(`/sets/${set}/terms?asOf=${then}`)).body.value[0].id).toBe(term)
    expect((await get(`/sets/${set}?asOf=${before}`)).status).toBe(404)
    expect((await get(`/sets/${set}`)).status).toBe(404)
    expect((await server.send('POST', `${root}/relata.purge`, { deletedItemId: await newestItem() })).status).toBe(204)
    // What was read of it is kept for a minute, unless something changes.
    await made.set(group)
    const purged = await get(`/sets/${set}?asOf=${then}`)
    expect([purged.status, purged.body.error.target]).toEqual([400, 'asOf'])
  })

  it('shows what was shared and mirrored', async () => {
    const home = await made.set(group)
    const set = await made.set(group)
    const pinned = await made.term(home, 'pinned')
    const below = await made.term({ set: home, term: pinned }, 'below')
    await made.pin({ set: home, term: pinned }, set)
    const then = await moment()
    await rename(home, below, 'changed')
    await made.term({ set: home, term: pinned }, 'later')
    expect(namesOf(await get(`/sets/${set}/terms?asOf=${then}`)).toSorted()).toEqual(['below', 'pinned'])
    expect(namesOf(await get(`/sets/${set}/terms`)).toSorted()).toEqual(['changed', 'later', 'pinned'])
    const flat = await get(`/sets/${set}/relata.getAllTerms()?asOf=${then}`)
    expect(
      flat.body.value.map(({ level }: { level: number }) => level),
      flat.text,
    ).toEqual([1, 2])
    const relations = await get(`/sets/${set}/relations?asOf=${then}`)
    expect(relations.body.value).toMatchObject([{ relationship: 'pin' }])
    expect((await get(`/sets/${set}/relata.history()?asOf=${then}`)).status).toBe(501)
  })

  it('is taken by the reads of which the OpenAPI document says so', async () => {
    const answer = await fetch(`${server.http}/_relata/openapi.json`)
    const { paths } = (await answer.json()) as { paths: Record<string, { get?: { parameters?: { $ref?: string }[] } }> }
    const [set] = (await get('/groups/c0117050-6200-4000-8000-000000000001/sets')).body.value
    const [term] = (await get(`/sets/${set.id}/children`)).body.value
    const [store] = (await server.send('GET', '/v1.0/termStores')).body.value
    const keys: Readonly<Record<string, string>> = {
      ...{ 'site-id': 'root', 'store-id': store.id, 'group-id': 'c0117050-6200-4000-8000-000000000001' },
      ...{ 'set-id': set.id, 'set-id2': set.id, 'term-id': term.id, 'term-id2': term.id, 'term-id3': term.id },
    }
    let taken = 0
    for (const [path, { get: described }] of Object.entries(paths)) {
      if (described === undefined || path.includes('relation-id')) continue
      const isTold = described.parameters?.some(({ $ref }) => $ref === '#/components/parameters/asOf') === true
      expect([path, isTold]).toEqual([path, path.includes('{set-id') && !path.endsWith('relata.history()')])
      if (!isTold) continue
      taken += 1
      const address = `/v1.0${path.replace(/\{([\w-]+)\}/g, (_, name) => keys[name] ?? '')}?asOf=1999-01-01T00:00:00Z`
      const { status, body } = await server.send('GET', address)
      expect([path, status, body.error?.target]).toEqual([path, 400, 'asOf'])
    }
    expect(taken).toBeGreaterThan(20)
  })

  it('is refused before the kept history, for the future, for no instant, and elsewhere', async () => {
    const set = await made.set(group)
    for (const text of ['1999-01-01T00:00:00Z', '2999-01-01T00:00:00Z', 'yesterday'])
      expect((await get(`/sets/${set}?asOf=${text}`)).status, text).toBe(400)
    expect((await get(`/groups?asOf=${await moment()}`)).status).toBe(400)
    expect((await server.send('GET', '/v1.0/users?asOf=x')).status).toBe(200)
  })
})
