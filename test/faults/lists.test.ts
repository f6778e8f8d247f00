/** Rules for faults about what is not there yet, and what is not gone yet. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { faultsOf } from './kit.ts'

let server: TestServer
let faults: ReturnType<typeof faultsOf>

beforeAll(async () => {
  server = await startTestServer()
  faults = faultsOf(server)
  await server.clock({ freeze: true })
})
afterEach(() => faults.clear())
afterAll(() => server.close())

const groups = '/v1.0/termStore/groups'
const add = async (displayName: string): Promise<string> => {
  const { status, body } = await server.send('POST', groups, { displayName })
  expect(status).toBe(201)
  return body.id
}
const listed = async (query = '') => {
  const { body, headers } = await server.send('GET', `${groups}${query}`)
  const names = body.value.map((group: { displayName: string }) => group.displayName) as string[]
  return { names, count: body['@odata.count'] as number | undefined, next: body['@odata.nextLink'], headers }
}

describe('a list that is behind', () => {
  it('has a new row only after some time on the clock of the world, though the row is found by its id', async () => {
    await add('There before')
    const id = await faults.add({ where: { path: groups }, what: { listLag: 'PT5S' } })
    const { count: before } = await listed('?$count=true')
    const made = await add('Fresh')
    const early = await listed('?$count=true')
    expect(early.names).toContain('There before')
    expect(early.names).not.toContain('Fresh')
    expect([early.count, early.headers.get('relata-fault')]).toEqual([before, id])
    expect((await server.send('GET', `${groups}/${made}`)).body.displayName).toBe('Fresh')
    await server.clock({ advance: 'PT5S' })
    const late = await listed('?$count=true')
    expect(late.names).toContain('Fresh')
    expect([late.count, late.headers.get('relata-fault')]).toEqual([(before ?? 0) + 1, null])
  })

  it('leaves out rows that a batch or a pin has made as well', async () => {
    const { group, set, term, pin } = taxonomyOver(server.send)
    const parent = await set(await group('G'), 'Home')
    const target = await set(await group('H'), 'Other')
    const apple = await term(parent, 'Apple')
    await faults.add({ what: { listLag: 'PT1M' } })
    await pin({ set: parent, term: apple }, target)
    const path = `/v1.0/termStore/sets/${parent}/terms/${apple}/relations`
    expect((await server.send('GET', path)).body.value).toEqual([])
    const requests = [
      {
        id: '1',
        method: 'POST',
        url: '/termStore/groups',
        headers: { 'Content-Type': 'application/json' },
        body: { displayName: 'Batched' },
      },
    ]
    await server.send('POST', '/v1.0/$batch', { requests })
    expect((await listed()).names).not.toContain('Batched')
    await faults.clear()
    expect((await server.send('GET', path)).body.value).toHaveLength(1)
    expect((await listed()).names).toContain('Batched')
  })

  it('can be empty once', async () => {
    const id = await faults.add({ what: { emptyList: true }, times: 1 })
    const one = (await listed()).names.length
    const two = await listed('?$count=true&$top=1')
    expect([one, two.names.length, two.headers.get('relata-fault')]).toEqual([0, 1, null])
    await faults.patch(id, { times: 2 })
    const three = await listed('?$count=true&$top=1')
    expect([three.names, three.count, three.next, three.headers.get('relata-fault')]).toEqual([[], 0, undefined, id])
  })
})

describe('what was deleted', () => {
  it('is in the way of a new one of the same collection for a while', async () => {
    await faults.add({ where: { method: 'POST', deletedWithin: 'PT30S' }, what: { status: 409 } })
    await add('Never deleted')
    const id = await add('Again')
    expect((await server.send('DELETE', `${groups}/${id}`)).status).toBe(204)
    expect((await server.send('POST', groups, { displayName: 'Again' })).status).toBe(409)
    expect((await server.send('POST', '/v1.0/termStore/sets', { localizedNames: [] })).status).not.toBe(409)
    await server.clock({ advance: 'PT30S' })
    expect((await server.send('POST', groups, { displayName: 'Again' })).status).toBe(201)
  })
})

describe('a rule over time', () => {
  it('is on from its beginning until its end, on the clock of the world', async () => {
    await faults.add({ what: { status: 503 }, from: 'PT10S', until: 'P1D' })
    const status = async () => (await server.send('GET', groups)).status
    const seen = [await status()]
    for (const advance of ['PT9S', 'PT1S', 'PT23H', 'PT1H']) {
      await server.clock({ advance })
      seen.push(await status())
    }
    expect(seen).toEqual([200, 200, 503, 503, 200])
  })

  it('comes with others in a scenario, all of which begin at once, or none', async () => {
    const { status, body } = await faults.post({
      $schema: './faults-1.schema.json',
      rules: [
        { id: 'warm-up', what: { status: 429 }, until: 'PT1M' },
        { id: 'outage', what: { status: 503 }, from: 'PT1M', until: 'PT2M' },
      ],
    })
    expect(status).toBe(201)
    const [one, two] = body.value
    expect([one.id, two.id, one.startDateTime]).toEqual(['warm-up', 'outage', two.startDateTime])
    const seen = [(await server.send('GET', groups)).status]
    for (let at = 0; at < 2; at += 1) {
      await server.clock({ advance: 'PT1M' })
      seen.push((await server.send('GET', groups)).status)
    }
    expect(seen).toEqual([429, 503, 200])
    await faults.patch('outage', { on: false })
    const kept = await (await fetch(`${server.http}/_relata/faults?as=scenario`)).json()
    expect(kept).toEqual({
      rules: [
        { id: 'warm-up', what: { status: 429 }, until: 'PT1M' },
        { id: 'outage', what: { status: 503 }, from: 'PT1M', until: 'PT2M', on: false },
      ],
    })
    await faults.clear()
    expect((await faults.post(kept)).status).toBe(201)
    expect((await fetch(`${server.http}/_relata/faults?as=yaml`)).status).toBe(400)
    expect(
      (await faults.post({ rules: [{ what: { status: 500 } }, { id: 'outage', what: { status: 500 } }] })).status,
    ).toBe(409)
    expect(await faults.list()).toHaveLength(2)
  })
})
