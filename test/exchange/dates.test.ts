/** `--with-dates`: a store that was empty has the dates of the file: exchange.md §6.3. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
const root = '/v1.0/termStore'

beforeAll(async () => {
  server = await startTestServer({ seed: 'empty' })
})

afterAll(() => server.close())

function G(number: number): string {
  return `0e000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

async function post(path: string, body: string) {
  const headers = { 'content-type': 'application/octet-stream' }
  const answer = await fetch(`${server.http}/_relata/term-store/${path}`, { method: 'POST', headers, body })
  return { status: answer.status, text: await answer.text() }
}

const dates = { createdDateTime: '2019-04-01T10:00:00.000Z', lastModifiedDateTime: '2020-05-02T11:00:00.000Z' }

function node(id: string, name: string, more: object = {}): object {
  return { id, labels: [{ name, languageTag: 'en-US', isDefault: true }], ...more }
}

function file(term: object): string {
  const home = { id: G(90), localizedNames: [{ name: 'Dated', languageTag: 'en-US' }], children: [term] }
  const reuse = { kind: 'reuse', id: G(1) }
  const user = { id: G(91), localizedNames: [{ name: 'User', languageTag: 'en-US' }], children: [reuse] }
  return JSON.stringify({ format: 'relata-taxonomy/1', groups: [{ displayName: 'Dates', sets: [home, user] }] })
}

const dated = file(node(G(1), 'Old', { ...dates, isDeprecated: true, children: [node(G(2), 'New')] }))

describe('the dates of a file', () => {
  it('are those of the terms where the store was empty, also of what is shared and deprecated', async () => {
    const wrong = await post('plan?format=json&withDates=true', file(node(G(1), 'Old', { createdDateTime: 'once' })))
    expect(wrong.text).toContain('is no instant')
    const plan = await post('plan?format=json&withDates=true', dated)
    const job = await post('apply', plan.text)
    expect(job.status, job.text).toBe(202)
    await server.parts.exchange.settle()
    const { body } = await server.send('GET', `${root}/sets/${G(90)}/terms/${G(1)}`)
    expect(body).toMatchObject({
      createdDateTime: '2019-04-01T10:00:00Z',
      lastModifiedDateTime: '2020-05-02T11:00:00Z',
    })
    expect((await server.send('GET', `${root}/sets/${G(91)}/terms/${G(1)}`)).status).toBe(200)
    const other = await server.send('GET', `${root}/sets/${G(90)}/terms/${G(2)}`)
    expect(other.body.createdDateTime > '2026').toBe(true)
    const again = await fetch(`${server.http}/_relata/term-store/export?format=json&dates=true`)
    expect(await again.text()).toContain('"createdDateTime": "2019-04-01T10:00:00.000Z"')
  })

  it('say nothing without the option, and are refused where the store has terms', async () => {
    const plan = await post('plan?format=json', dated)
    expect(plan.text.split('\n').filter((line) => line.includes('"action"'))).toEqual([])
    const refused = await post('plan?format=json&withDates=true', dated)
    expect(refused.text).toContain('--with-dates needs an empty store; this one has 2 terms.')
    expect(JSON.parse(refused.text.trimEnd().split('\n').at(-1) as string).summary.refused).toBe(1)
  })

  it('are in no plan that is written by hand, unless it keeps dates into an empty store', async () => {
    const { planDigest, parsePlan, planText } = await import('#exchange/plan/records.ts')
    const next = file(node(G(5), 'Next'))
    const plan = parsePlan((await post('plan?format=json&match=id', next)).text)
    const records = plan.records.map((record) =>
      record.action === 'create'
        ? { ...record, changes: [...record.changes, { member: 'created', from: null, to: '2001-01-01T00:00:00.000Z' }] }
        : record,
    )
    for (const options of [plan.head.options, { ...plan.head.options, withDates: true }]) {
      const forged = { ...plan, head: { ...plan.head, options }, records }
      const answer = await post('apply', planText({ ...forged, digest: planDigest(forged) }))
      await server.parts.exchange.settle()
      const told =
        answer.status === 202
          ? await (await fetch(`${server.http}/_relata/term-store/jobs/${JSON.parse(answer.text).id}`)).text()
          : answer.text
      expect(told).toContain(options === plan.head.options ? "'created' is not known" : 'needs an empty store')
    }
  })
})
