/** Record of changes, recycle bin, delta and the past where the clock jumps to and fro by days: exchange.md §10. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { labels } from '../../_support/taxonomy.ts'
import { type VerbKit, verbKitFor } from './kit.ts'

const day = 86_400_000

let server: TestServer
let kit: VerbKit
/** When the server began, as its clock has it. */
let start: number

beforeAll(async () => {
  server = await startTestServer({ historyDays: 60, recycleBinDays: 30 })
  kit = verbKitFor(server)
  start = Date.parse((await server.clock({ freeze: true })).now)
})
afterAll(() => server.close())

const instantOf = (days: number): string => new Date(start + days * day).toISOString()
const jump = (days: number) => server.clock({ set: instantOf(days) })
const rename = async (set: string, term: string, name: string): Promise<string> => {
  const answer = await kit.patch(`/sets/${set}/terms/${term}`, { labels: labels(name) })
  return answer.headers.get('relata-change') ?? answer.text
}
const namesOf = async (path: string): Promise<string[]> =>
  (await kit.get(path)).body.value.map((row: { labels: { name: string }[] }) => row.labels[0]?.name)

const findings = async (): Promise<string[]> => {
  const found: string[] = []
  const tell = ({ rule, at, what }: { rule: string; at: string; what: string }) => found.push(`${rule} ${at}: ${what}`)
  await checkStore(server.parts.store, {}, tell, wellKnown.contoso)
  return found
}

it('tells changes in the order in which they were made, by their own times', async () => {
  const set = await kit.freshSet()
  const term = await kit.made.term(set, 'zero')
  const changes: string[] = []
  for (const days of [5, -10, 8, -10, 0]) {
    await jump(days)
    changes.push(await rename(set, term, `at ${days} ${changes.length}`))
  }
  const { value } = (await kit.get(`/sets/${set}/terms/${term}/relata.history()`)).body
  const told = value.map((change: { id: number; changedDateTime: string }) => [
    String(change.id),
    Date.parse(change.changedDateTime),
  ])
  const wanted = [5, -10, 8, -10, 0].map((days, at) => [changes[at], Date.parse(instantOf(days))])
  expect(told.slice(0, 5)).toEqual(wanted.toReversed())
  const period = `?from=${instantOf(-11)}&to=${instantOf(-9)}`
  const early = (await kit.get(`/sets/${set}/terms/${term}/relata.history()${period}`)).body.value
  expect(early.map(({ id }: { id: number }) => String(id))).toEqual([changes[3], changes[1]])
  // What was changed later stands against an undo, whatever its time.
  expect((await kit.call('', 'undo', { changeId: changes[2] })).status).toBe(409)
  for (const changeId of changes.toReversed()) expect((await kit.call('', 'undo', { changeId })).status).toBe(200)
  expect(await namesOf(`/sets/${set}/terms`)).toEqual(['zero'])
})

it('shows the present for the present instant, also before the first change by the clock', async () => {
  await jump(1)
  const set = await kit.freshSet()
  const term = await kit.made.term(set, 'later')
  await jump(-20)
  await rename(set, term, 'now')
  expect(await namesOf(`/sets/${set}/terms?asOf=${instantOf(-20)}`)).toEqual(['now'])
  const before = await kit.get(`/sets/${set}/terms?asOf=${instantOf(-21)}`)
  expect([before.status, before.body.error.message]).toEqual([400, expect.stringContaining('Changes are kept since')])
  await jump(2)
  await rename(set, term, 'again')
  // The newest state that was there by then.
  expect(await namesOf(`/sets/${set}/terms?asOf=${instantOf(1.5)}`)).toEqual(['now'])
  expect(await namesOf(`/sets/${set}/terms?asOf=${instantOf(2)}`)).toEqual(['again'])
})

it('follows every change, and lists anew when some are forgotten', async () => {
  await jump(3)
  const set = await kit.freshSet()
  const terms = [await kit.made.term(set, 'a'), await kit.made.term(set, 'b'), await kit.made.term(set, 'c')]
  let link = new URL((await kit.get('/relata.delta()?$top=1000')).body['@odata.deltaLink'])
  const follow = async (): Promise<string[]> => {
    const { status, body, text } = await server.send('GET', link.pathname + link.search)
    expect(status, text).toBe(200)
    link = new URL(body['@odata.deltaLink'])
    return body.value.map(({ id }: { id: string }) => id)
  }
  for (const [at, days] of [20, -15, 4].entries()) {
    await jump(days)
    await rename(set, terms[at] as string, `new ${at}`)
    expect(await follow()).toEqual([terms[at]])
  }
  const old = link
  await jump(30)
  await rename(set, terms[0] as string, 'newer')
  await jump(95)
  await rename(set, terms[1] as string, 'newest')
  expect((await server.send('GET', old.pathname + old.search)).status).toBe(410)
  expect(await findings()).toEqual([])
})

it('keeps a deletion in the bin for its days, counted from when it happened', async () => {
  await jump(100)
  const set = await kit.freshSet()
  const [first, second] = [await kit.made.term(set, 'first'), await kit.made.term(set, 'second')]
  await jump(110)
  await kit.remove(`/sets/${set}/terms/${first}`)
  await jump(102)
  await kit.remove(`/sets/${set}/terms/${second}`)
  const bin = async (): Promise<{ id: string; subjectId: string; expires: string }[]> =>
    (await kit.get('/relata.deletedItems()')).body.value
  const [newest, older] = await bin()
  expect([newest?.subjectId, older?.subjectId]).toEqual([second, first])
  expect([newest?.expires, older?.expires].map((at) => Date.parse(at ?? ''))).toEqual(
    [132, 140].map((days) => Date.parse(instantOf(days))),
  )
  await jump(133)
  expect((await bin()).map(({ subjectId }) => subjectId)).toEqual([first])
  expect((await kit.call('', 'restore', { deletedItemId: newest?.id })).status).toBe(404)
  expect((await kit.call('', 'restore', { deletedItemId: older?.id })).status).toBe(200)
  await jump(105)
  expect(await namesOf(`/sets/${set}/terms`)).toEqual(['first'])
  expect(await findings()).toEqual([])
})

it('gives numbers without a gap wherever the clock is', async () => {
  const set = await kit.freshSet()
  const before = Number((await kit.get('/relata.history()?$top=1')).body.value[0].id)
  for (const days of [300, -300, 40]) {
    await jump(days)
    await kit.made.term(set)
  }
  const { value } = (await kit.get(`/sets/${set}/relata.history()?branch=true&$top=3`)).body
  expect(value.map(({ id }: { id: string }) => Number(id))).toEqual([before + 3, before + 2, before + 1])
})
