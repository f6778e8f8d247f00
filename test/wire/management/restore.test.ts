/** Each case of a restore singly, and what its report or its refusal names: exchange.md §10.4. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import type { RowOf } from '#edm/infer.ts'
import { mergedTerm } from '#workloads/term-store/own-types.ts'
import { term } from '#workloads/term-store/types.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { refusal, type VerbKit, verbKitFor } from './kit.ts'

let server: TestServer
let kit: VerbKit

beforeAll(async () => {
  server = await startTestServer()
  kit = verbKitFor(server)
})
afterAll(async () => {
  const found: string[] = []
  const tell = ({ rule, at, what }: { rule: string; at: string; what: string }) => found.push(`${rule} ${at}: ${what}`)
  await checkStore(server.parts.store, {}, tell, wellKnown.contoso)
  await server.close()
  expect(found).toEqual([])
})

/** Deletes what is at the path; the id of the item in the bin. */
const deleted = async (path: string): Promise<string> => {
  const { status, headers, text } = await kit.remove(path)
  expect(status, text).toBe(204)
  return headers.get('relata-change') ?? ''
}
const restore = (deletedItemId: string, more = {}): Promise<Answer> =>
  kit.call('', 'restore', { deletedItemId, ...more })
const report = async (answering: Promise<Answer>) => {
  const { status, body, text } = await answering
  expect(status, text).toBe(200)
  return body
}
const replacedBy = async (set: string, term: string): Promise<unknown> =>
  (await kit.get(`/sets/${set}/terms/${term}`, 'include-annotations="relata.*"')).body['@relata.state'].replacedBy

describe('a restore', () => {
  it('is refused where the term has been merged since', async () => {
    const set = await kit.freshSet()
    const term = await kit.made.term(set, 'one')
    const item = await deleted(`/sets/${set}/terms/${term}`)
    const other = await kit.made.term(set, 'two')
    const { store } = server.parts
    // As an import may say it of ids that it brings.
    await store.write(wellKnown.contoso, (tx) =>
      tx.insert(mergedTerm, { id: term, into: other, mergedDateTime: '2026-11-01T00:00:00.000Z' }),
    )
    const answer = await restore(item)
    expect(refusal(answer)).toMatchObject({ status: 409, code: 'conflict', target: 'deletedItemId' })
    expect(answer.body.error.message).toContain(`The term ${term} has been merged into another since`)
    await store.write(wellKnown.contoso, (tx) => tx.remove(mergedTerm, term))
    expect((await report(restore(item))).restored).toBe(1)
  })

  it('is refused where an id is in use again', async () => {
    const set = await kit.freshSet()
    const row = await kit.made.term(set, 'one')
    const item = await deleted(`/sets/${set}/terms/${row}`)
    const copy = await kit.made.term(set, 'two')
    const { store } = server.parts
    // As an import may bring the term with its id.
    const swap = (from: string, to: string) =>
      store.write(wellKnown.contoso, async (tx) => {
        const { id: _, ...like } = (await tx.get(term, from)) as RowOf<typeof term>
        await tx.remove(term, from)
        await tx.insert(term, { ...like, id: to })
      })
    await swap(copy, row)
    const answer = await restore(item)
    expect(refusal(answer)).toMatchObject({ status: 409, code: 'conflict', target: 'deletedItemId' })
    expect(answer.body.error.message).toContain(`The id ${row} is in use again.`)
    await swap(row, copy)
  })

  it('is refused where it is too deep now, and may be put below another term', async () => {
    const set = await kit.freshSet()
    const [top = '', parent = ''] = await kit.chain(set, 2)
    const branch = await kit.made.term({ set, term: parent }, 'Branch')
    await kit.made.term({ set, term: branch }, 'Leaf')
    const item = await deleted(`/sets/${set}/terms/${branch}`)
    const deep = await kit.chain(set, 4, await kit.made.term(set, 'Deep'))
    expect((await kit.onTerm(set, top, 'move', { parent: deep.at(-1) })).status).toBe(200)
    const answer = await restore(item)
    expect(refusal(answer)).toMatchObject({ status: 400 })
    expect(answer.body.error.message).toMatch(/7 levels/)
    expect((await report(restore(item, { parent: deep[0] }))).restored).toBe(2)
    expect(await kit.children(set, deep[0])).toContain(branch)
  })

  it('is refused where it is too deep now in a set that mirrors the place', async () => {
    const [set, other] = [await kit.freshSet('Home'), await kit.freshSet('Elsewhere')]
    const parent = await kit.made.term(set, 'Parent')
    const branch = await kit.made.term({ set, term: parent }, 'Branch')
    const item = await deleted(`/sets/${set}/terms/${branch}`)
    const deep = await kit.chain(other, 6)
    await kit.made.pin({ set, term: parent }, { set: other, term: deep[5] })
    const answer = await restore(item)
    expect(refusal(answer)).toMatchObject({ status: 400 })
    expect(answer.body.error.message).toContain('Elsewhere')
    expect(await kit.children(set, parent)).toEqual([])
  })

  it('is refused where the default label is taken, with the name', async () => {
    const set = await kit.freshSet()
    const term = await kit.made.term(set, 'Taken')
    const item = await deleted(`/sets/${set}/terms/${term}`)
    await kit.made.term(set, 'taken')
    const answer = await restore(item)
    expect(refusal(answer)).toMatchObject({ status: 409, code: 'nameAlreadyExists' })
    expect(answer.body.error.message).toContain('Taken')
    const { notes } = await report(restore(item, { onClash: 'rename' }))
    expect(notes).toEqual([expect.stringContaining(term)])
  })

  it('puts a term whose parent is gone at the root, and names both', async () => {
    const set = await kit.freshSet()
    const parent = await kit.made.term(set, 'Parent')
    const term = await kit.made.term({ set, term: parent }, 'Child')
    const item = await deleted(`/sets/${set}/terms/${term}`)
    await deleted(`/sets/${set}/terms/${parent}`)
    const { notes, notRestored } = await report(restore(item))
    expect(notes).toEqual([`The parent ${parent} of ${term} is gone: it is at the root of its set.`])
    expect(notRestored).toEqual([])
  })

  it('is refused where the set is gone, with its id, and may be put into another', async () => {
    const [set, other] = [await kit.freshSet(), await kit.freshSet()]
    const term = await kit.made.term(set, 'One')
    const item = await deleted(`/sets/${set}/terms/${term}`)
    await deleted(`/sets/${set}`)
    const answer = await restore(item)
    expect(refusal(answer)).toMatchObject({ status: 409, target: 'deletedItemId' })
    expect(answer.body.error.message).toContain(set)
    await report(restore(item, { set: other }))
    expect(await kit.children(other)).toEqual([term])
  })

  it('of a set is refused where its group is gone, with its id', async () => {
    const group = await kit.made.group()
    const set = await kit.made.set(group)
    const item = await deleted(`/sets/${set}`)
    await deleted(`/groups/${group}`)
    const answer = await restore(item)
    expect(refusal(answer)).toMatchObject({ status: 409, target: 'deletedItemId' })
    expect(answer.body.error.message).toContain(group)
  })

  it('leaves out a pin whose term is gone, and says so', async () => {
    const [set, other] = [await kit.freshSet(), await kit.freshSet()]
    const source = await kit.made.term(other, 'Source')
    const top = await kit.made.term(set, 'Top')
    const pin = await kit.made.pin({ set: other, term: source }, { set, term: top })
    const item = await deleted(`/sets/${set}/terms/${top}`)
    await deleted(`/sets/${other}/terms/${source}`)
    const { notRestored, restored } = await report(restore(item))
    expect(restored).toBe(1)
    expect(notRestored).toEqual([{ kind: 'relation', id: pin, reason: 'The term is gone.' }])
    // The pin alone cannot come back at all.
    const alone = await kit.made.term(other, 'Alone')
    const lonely = await kit.made.pin({ set: other, term: alone }, set)
    const gone = await deleted(`/sets/${set}/terms/${alone}/relations/${lonely}`)
    await deleted(`/sets/${other}/terms/${alone}`)
    const answer = await restore(gone)
    expect(refusal(answer)).toMatchObject({ status: 409, target: 'deletedItemId' })
    expect(answer.body.error.message).toContain('The term is gone.')
  })

  it('leaves out a successor that is gone, and says so', async () => {
    const set = await kit.freshSet()
    const [old, successor] = [await kit.made.term(set, 'Old'), await kit.made.term(set, 'New')]
    expect((await kit.onTerm(set, old, 'deprecate', { replacedBy: successor })).status).toBe(200)
    const item = await deleted(`/sets/${set}/terms/${old}`)
    await deleted(`/sets/${set}/terms/${successor}`)
    const { notes } = await report(restore(item))
    expect(await replacedBy(set, old)).toBeNull()
    expect(notes).toEqual([
      `The term ${successor}, which replaces ${old}, is gone or deprecated: nothing replaces it now.`,
    ])
  })

  it('is the successor of others again, unless they have another one by now, which it says', async () => {
    const set = await kit.freshSet()
    const [one, two, successor] = [
      await kit.made.term(set, '1'),
      await kit.made.term(set, '2'),
      await kit.made.term(set, 'New'),
    ]
    const other = await kit.made.term(set, 'Other')
    for (const term of [one, two])
      expect((await kit.onTerm(set, term, 'deprecate', { replacedBy: successor })).status).toBe(200)
    const item = await deleted(`/sets/${set}/terms/${successor}`)
    expect([await replacedBy(set, one), await replacedBy(set, two)]).toEqual([null, null])
    expect((await kit.onTerm(set, two, 'deprecate', { replacedBy: other })).status).toBe(200)
    const { notes } = await report(restore(item))
    expect([await replacedBy(set, one), await replacedBy(set, two)]).toEqual([successor, other])
    expect(notes).toEqual([`What replaces the term ${two} was changed since, and stays as it is.`])
  })

  it('is at its place in the order again, unless that was changed since, which it says', async () => {
    const set = await kit.freshSet()
    const [a, b, c] = [await kit.made.term(set, 'a'), await kit.made.term(set, 'b'), await kit.made.term(set, 'c')]
    const order = async (ids: readonly string[]) =>
      expect((await kit.call(`/sets/${set}`, 'order', { ids })).status).toBe(200)
    await order([c, b, a])
    const first = await deleted(`/sets/${set}/terms/${b}`)
    expect(await kit.children(set)).toEqual([c, a])
    // Another change of the set is none of its order.
    expect((await kit.patch(`/sets/${set}`, { description: 'In order' })).status).toBe(200)
    expect((await report(restore(first))).notes).toEqual([])
    expect(await kit.children(set)).toEqual([c, b, a])
    const second = await deleted(`/sets/${set}/terms/${b}`)
    await order([a, c])
    expect((await report(restore(second))).notes).toEqual([
      `The order of the children of the set ${set} was changed since, and stays as it is.`,
    ])
    expect(await kit.children(set)).toEqual([a, c, b])
  })
})
