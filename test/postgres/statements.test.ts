/** How many statements an answer costs: what is expanded costs one for each link and level, not one for each row. */
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
let set = ''
const root = '/v1.0/termStore'

const created = async (path: string, body: unknown): Promise<string> => {
  const answer = await server.send('POST', path, body)
  expect(answer.status).toBe(201)
  return answer.body.id
}
const label = (name: string) => ({ labels: [{ languageTag: 'en-US', name, isDefault: true }] })

const branch = async (count: number): Promise<string> => {
  const top = await created(`${root}/sets/${set}/children`, label(`Top ${count}`))
  for (let n = 0; n < count; n++) {
    const middle = await created(`${root}/sets/${set}/terms/${top}/children`, label(`Middle ${n}`))
    for (let m = 0; m < 2; m++) await created(`${root}/sets/${set}/terms/${middle}/children`, label(`Leaf ${m}`))
  }
  return top
}

/** Statements the work asks of rows: the real ones, only counted. What a process tells itself is not among them. */
const statementsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const spy = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    const texts = spy.mock.calls.map(([statement]) => (statement as { readonly text?: string } | undefined)?.text ?? '')
    return texts.filter((text) => text.includes('tenant_no')).length
  } finally {
    spy.mockRestore()
  }
}

beforeAll(async () => {
  server = await startTestServer()
  const group = await created(`${root}/groups`, { displayName: 'Counted' })
  set = await created(`${root}/sets`, {
    parentGroup: { id: group },
    localizedNames: [{ languageTag: 'en-US', name: 'S' }],
  })
})
afterAll(() => server.close())

it('does not grow with the rows that are expanded', async () => {
  const [few, many] = [await branch(3), await branch(20)]
  const read = async (top: string, rows: number) => {
    const path = `${root}/sets/${set}/terms/${top}/children?$expand=children($expand=children,set),set`
    // The first time, what is on the way is looked up as well.
    await server.send('GET', path)
    return statementsOf(async () => {
      const { body } = await server.send('GET', path)
      expect(body.value).toHaveLength(rows)
      expect(body.value.every((term: { children: unknown[] }) => term.children.length === 2)).toBe(true)
    })
  }
  const [costOfFew, costOfMany] = [await read(few, 3), await read(many, 20)]
  // A group of sixty-four at most shares a statement; none of these levels has more.
  expect(costOfMany).toBe(costOfFew)
  expect(costOfFew).toBeGreaterThan(2)
  expect(costOfMany).toBeLessThan(15)
})

it('is shared by equal reads that come together', async () => {
  const top = await branch(1)
  const path = `${root}/sets/${set}/terms/${top}`
  await server.send('GET', path)
  const one = await statementsOf(() => server.send('GET', path))
  const thirty = await statementsOf(() => Promise.all(Array.from({ length: 30 }, () => server.send('GET', path))))
  expect(one).toBeGreaterThan(0)
  expect(thirty).toBeLessThan(one * 30)
})

it('answers each for itself where the value of one is at fault', async () => {
  const top = await branch(2)
  const send = (factor: string) => {
    const filter = `length(id) mul ${factor} mul ${factor} gt 1`
    return server.send('GET', `${root}/sets/${set}/terms/${top}/children?$filter=${encodeURIComponent(filter)}`)
  }
  await send('2')
  const [large, small] = await Promise.all([send('9007199254740991'), send('3')])
  expect([large?.status, small?.status]).toEqual([400, 200])
  expect(small?.body.value).toHaveLength(2)
})
