/** Settings of validation and search: rules that refuse a write, and umlauts (exchange.md §11, §12). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { term } from '#workloads/term-store/types.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../../_support/taxonomy.ts'

const root = '/v1.0/termStore'
const html = 'Bread &amp butter'
interface Job {
  readonly id: string
  readonly state: string
  readonly error: { readonly message: string }
}

const dry = { headers: { Prefer: 'relata.dry-run' } }

let server: TestServer
let made: Taxonomy
let set: string

beforeAll(async () => {
  server = await startTestServer({ enforce: ['label-html', 'deprecated-no-successor'], searchUmlauts: false })
  made = taxonomyOver(server.send)
  set = await made.set(await made.group('Enforced'), 'Foods')
})
afterAll(() => server.close())

const post = (path: string, body: unknown, options = {}) =>
  server.send('POST', `${root}/sets/${set}${path}`, body, options)

describe('a rule that is enforced', () => {
  it('refuses what makes its finding, by its name, and leaves nothing', async () => {
    const { status, body } = await post('/children', { labels: labels(html) })
    expect([status, body.error.code, body.error.target]).toEqual([400, 'invalidRequest', 'labels'])
    expect(body.error.message).toContain('This server enforces the rule label-html')
    const listed = await server.send('GET', `${root}/sets/${set}/children`)
    expect(listed.body.value).toEqual([])
    // Others are only told.
    expect((await post('/children', { labels: labels('Сider') })).status).toBe(201)
  })

  it('refuses changes and verbs, in dry runs as well', async () => {
    const bread = await made.term(set, 'Bread')
    const patched = await server.send('PATCH', `${root}/sets/${set}/terms/${bread}`, { labels: labels(html) })
    expect([patched.status, patched.body.error.target]).toEqual([400, 'labels'])
    const deprecated = await post(`/terms/${bread}/relata.deprecate`, {})
    expect([deprecated.status, deprecated.body.error.target]).toEqual([400, 'replacedBy'])
    const rehearsed = await post('/children', { labels: labels(html) }, dry)
    expect(rehearsed.body.refusals).toMatchObject([{ code: 'invalidRequest', target: 'labels' }])
    const batch = await server.send('POST', '/v1.0/$batch', {
      requests: [
        {
          id: '1',
          method: 'POST',
          url: `/termStore/sets/${set}/children`,
          headers: { 'Content-Type': 'application/json' },
          body: { labels: labels(html) },
        },
      ],
    })
    expect(batch.body.responses[0].status).toBe(400)
    const replaced = await made.term(set, 'Loaf')
    expect((await post(`/terms/${bread}/relata.deprecate`, { replacedBy: replaced })).status).toBeLessThan(300)
  })

  it('refuses an import that makes its finding', async () => {
    const csv = [
      'Term Set Name,Term Set Description,LCID,Available for Tagging,Term Description,Level 1 Term',
      'Imported,,1033,,,',
      ',,,TRUE,,Tea &amp milk',
      '',
    ].join('\n')
    const control = (path: string, body: string) =>
      fetch(`${server.http}/_relata/term-store/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream' },
        body,
      })
    const plan = await (await control('plan?file=a.csv&group=Enforced', csv)).text()
    let job = (await (await control('apply', plan)).json()) as Job
    while (job.state === 'running')
      job = (await (await fetch(`${server.http}/_relata/term-store/jobs/${job.id}`)).json()) as Job
    expect(job.state).toBe('failed')
    expect(job.error.message).toContain('This server enforces the rule label-html')
  })

  it('leaves alone what a term had before', async () => {
    const other = await startTestServer()
    try {
      const there = taxonomyOver(other.send)
      const home = await there.set(await there.group('Before'), 'Foods')
      expect((await other.send('POST', `${root}/sets/${home}/children`, { labels: labels(html) })).status).toBe(201)
    } finally {
      await other.close()
    }
    // A row from before the setting.
    const old = await made.term(set, 'Old')
    const { store, tenants } = server.parts
    const tenantId = tenants.all()[0]?.id ?? ''
    await store.write(tenantId, (tx) =>
      tx.update(term, old, { labels: [{ name: html, languageTag: 'en-US', isDefault: true }] }),
    )
    const path = `${root}/sets/${set}/terms/${old}`
    const described = { descriptions: [{ description: 'Old.', languageTag: 'en-US' }] }
    expect((await server.send('PATCH', path, described)).status).toBe(200)
    const worse = { labels: labels('Tea &amp milk') }
    expect((await server.send('PATCH', path, worse)).status).toBe(400)
    expect((await server.send('PATCH', path, { labels: labels('Bread and butter') })).status).toBe(200)
  })
})

describe('a search without spelt umlauts', () => {
  it('finds ä by a and by itself, and not by ae, in Graph and for pickers', async () => {
    await made.term(set, 'Käse')
    const namesOf = async (text: string): Promise<string[]> => {
      const { body } = await server.send('POST', `${root}/relata.search`, { text })
      return body.items.map(({ label }: { label: string }) => label)
    }
    expect(await namesOf('käs')).toEqual(['Käse'])
    expect(await namesOf('kas')).toEqual(['Käse'])
    expect(await namesOf('kaes')).toEqual([])
    const picked = async (text: string): Promise<number> =>
      (await server.send('GET', `/_api/v2.1/termStore/searchTerm(label='${text}')`)).body.value.length
    expect([await picked('kas'), await picked('kaes')]).toEqual([1, 0])
  })
})
