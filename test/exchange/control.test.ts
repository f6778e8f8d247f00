import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

const header = [
  '"Term Set Name","Term Set Description","LCID","Available for Tagging","Term Description"',
  ...[1, 2, 3, 4, 5, 6, 7].map((level) => `"Level ${level} Term"`),
].join(',')

function file(...rows: readonly string[]): string {
  return [header, ...rows].join('\r\n')
}

async function post(path: string, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/octet-stream' }
  return fetch(`${server.http}/_relata/term-store/${path}`, { method: 'POST', headers, body })
}

async function planOf(text: string, query = 'file=geo.csv&format=sharepoint-csv&group=Places') {
  const answer = await post(`plan?${query}`, text)
  const body = await answer.text()
  expect(answer.status, body).toBe(200)
  const lines = body.split('\n').filter((line) => line !== '')
  return { text: body, lines: lines.map((line) => JSON.parse(line)), digest: JSON.parse(lines.at(-1) as string).digest }
}

async function finished(job: { id: string; state: string }) {
  let now = job
  while (now.state === 'running')
    now = (await (await fetch(`${server.http}/_relata/term-store/jobs/${job.id}`)).json()) as typeof job
  return now
}

describe('the addresses of taxonomies as files', () => {
  it('plan a CSV, apply the plan and give the set back', async () => {
    await server.send('POST', '/v1.0/termStore/groups', { displayName: 'Places' })
    const plan = await planOf(file('Geo,,1033,,', ',,,TRUE,,Europe', ',,,FALSE,Old,Europe,Berlin'))
    expect(plan.lines.map((line) => line.action).filter(Boolean)).toEqual(['create', 'create', 'create'])
    const answer = await post('apply', JSON.stringify({ plan: plan.digest }))
    expect(answer.status).toBe(202)
    const job = await finished((await answer.json()) as { id: string; state: string })
    expect(job).toMatchObject({ state: 'done', done: 3, total: 3 })
    expect(answer.headers.get('location')).toContain(`/_relata/term-store/jobs/${job.id}`)
    const exported = await fetch(`${server.http}/_relata/term-store/export?format=sharepoint-csv&set=Geo`)
    const text = await exported.text()
    expect(text).toContain('"","","","False","Old","Europe","Berlin"')
    expect(Number(exported.headers.get('relata-losses'))).toBeGreaterThan(0)
    const again = await planOf(text)
    expect(again.lines.filter((line) => line.action)).toEqual([])
    const second = await post('apply', plan.text)
    expect(await second.json()).toMatchObject({ id: job.id, state: 'done' })
  })
})
