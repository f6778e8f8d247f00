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

  it('refuse bodies that are no plan, options that are unknown, and formats that are not there, by name', async () => {
    const said = async (path: string, body?: string) => {
      const answer =
        body === undefined ? await fetch(`${server.http}/_relata/term-store/${path}`) : await post(path, body)
      return { status: answer.status, text: await answer.text() }
    }
    expect(await said('apply', 'no plan')).toMatchObject({
      status: 400,
      text: expect.stringContaining('line 1: is not JSON'),
    })
    expect(await said('apply', '{}\n{}')).toMatchObject({
      status: 400,
      text: expect.stringContaining('relata-terms-plan/1'),
    })
    expect(await said('apply', '')).toMatchObject({ status: 400 })
    expect(await said('apply', '{"plan":"00"}')).toMatchObject({
      status: 404,
      text: expect.stringContaining('known for a day'),
    })
    expect(await said('plan?formt=x', 'x')).toMatchObject({
      status: 400,
      text: expect.stringContaining("'formt' is not known"),
    })
    expect(await said('plan?fix=everything', 'x')).toMatchObject({
      status: 400,
      text: expect.stringContaining('chars'),
    })
    expect(await said('plan?maxMissing=-1', 'x')).toMatchObject({ status: 400 })
    expect(await said('plan?tenant=nowhere.example', 'x')).toMatchObject({ status: 404 })
    expect(await said('export?format=pdf')).toMatchObject({ status: 400, text: expect.stringContaining('wide-csv') })
    expect(await said('export?set=Nothing')).toMatchObject({
      status: 404,
      text: expect.stringContaining("no set 'Nothing'"),
    })
    for (const format of ['sharepoint-csv', 'pnp-text', 'pnp-xml', 'turtle', 'json'])
      expect(await said(`export?set=Geo&language=xx&format=${format}`)).toMatchObject({
        status: 400,
        text: expect.stringMatching(/'xx' is no language of the store. There are .*en-US/),
      })
    expect(await said('export?set=Geo&language=EN-us&format=sharepoint-csv')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"1033"'),
    })
    expect(await said('validate?rules=unknown')).toMatchObject({
      status: 400,
      text: expect.stringContaining('no rule'),
    })
    expect(await said('jobs/00000000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 })
  })

  it('look over what an id or a path names', async () => {
    await planOf(file('Looked,,1033,,', ',,,TRUE,,Up', ',,,TRUE,,Up,Down')).then(({ text }) =>
      post('apply', text).then(async (answer) => finished((await answer.json()) as { id: string; state: string })),
    )
    const paths = async (query: string) => {
      const answer = await fetch(`${server.http}/_relata/term-store/validate?rules=missing-description&${query}`)
      const lines = (await answer.text()).trim().split('\n')
      return answer.status === 200 ? lines.flatMap((line) => JSON.parse(line).path ?? []) : answer.status
    }
    expect(await paths('at=Looked')).toEqual(['Looked/Up', 'Looked/Up/Down'])
    expect(await paths('at=Places/Looked/Up/Down')).toEqual(['Looked/Up/Down'])
    expect(await paths('at=Looked/Sideways')).toBe(404)
    expect(await paths('at=Looked&set=Looked')).toBe(400)
  })

  it('tell what a file cannot be read for as a fault of the plan, not as an error', async () => {
    for (const [text, code] of [
      ['\ufffe\u0000not text', 'format-unknown'],
      ['{"format":"relata-taxonomy/9","groups":[]}', 'format-unknown'],
      ['<a><b></a>', 'format-unknown'],
      [`${header}\n"unclosed`, 'syntax'],
    ] as const) {
      const plan = await planOf(text, 'file=x')
      expect({ text, codes: plan.lines.flatMap((line) => line.remark?.code ?? []) }).toEqual({ text, codes: [code] })
      expect(plan.lines.at(-1).summary.refused).toBe(1)
    }
  })

  it('add no more languages than a store can have', async () => {
    const { lcids } = await import('#workloads/term-store/rules/languages/lcids.ts')
    const tags = [...lcids.keys()].filter((tag) => tag.includes('-')).slice(0, 230)
    const labels = tags.map((languageTag) => ({ name: languageTag, languageTag, isDefault: true }))
    const set = { localizedNames: [{ name: 'Babel', languageTag: 'en-US' }], children: [{ labels }] }
    const text = JSON.stringify({ format: 'relata-taxonomy/1', groups: [{ displayName: 'Babel', sets: [set] }] })
    const plan = await planOf(text, 'format=json&addLanguages=true')
    expect(plan.lines.flatMap((line) => line.remark?.code ?? [])).toContain('limit')
    expect(plan.text).toContain('it has at most 200.')
    const answer = await post('apply?allowRefused=true', plan.text)
    const job = await finished((await answer.json()) as { id: string; state: string })
    expect(job).toMatchObject({ state: 'failed', error: { target: 'plan', message: expect.stringContaining('200') } })
    const { body } = await server.send('GET', '/v1.0/termStore')
    expect(body.languageTags.length).toBeLessThan(200)
  })

  it('ask for the permissions of the token, where one comes along, and for its tenant', async () => {
    const { wellKnown } = await import('#app/seed/seed-data.ts')
    const reader = await server.token(wellKnown.contoso, wellKnown.reader)
    const as = async (method: string, path: string, token: string, body?: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' }
      const how = body === undefined ? { method, headers } : { method, headers, body }
      return (await fetch(`${server.http}/_relata/term-store/${path}`, how)).status
    }
    expect(await as('GET', 'export?set=Geo', reader)).toBe(200)
    const plan = await planOf(file('Geo,,1033,,', ',,,TRUE,,Africa'))
    expect(await as('POST', 'apply', reader, plan.text)).toBe(403)
    // Who is there and who is not is nobody's business.
    for (const other of ['northwind.example', 'nowhere.example'])
      expect(await as('GET', `export?tenant=${other}`, reader)).toBe(403)
    expect(await as('GET', 'export', 'nonsense')).toBe(401)
    const daemon = await server.token()
    expect(await as('POST', 'apply', daemon, plan.text)).toBe(202)
  })
})
