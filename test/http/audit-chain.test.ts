/** The chain over the log: what is in it, its export, its checkpoints, and what verifying finds (events.md §9.3 to §9.5). */
import { generateKeyPairSync } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { canonicalJson, firstLink, leafOf } from '#workloads/audit/links.ts'
import { checkSignature, statementIn, verifyExport } from '#workloads/audit/verify.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const { contoso, fabrikam, northwind } = wellKnown
let server: TestServer
let taxonomy: ReturnType<typeof taxonomyOver>
beforeAll(async () => {
  server = await startTestServer()
  taxonomy = taxonomyOver(server.send)
})
afterAll(() => server.close())

type Key = Record<string, unknown>

interface Line {
  readonly n: number
  readonly link: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read records of any shape
  readonly record?: any
  readonly leaf?: string
}

const exported = async (query = ''): Promise<string[]> => {
  const answer = await fetch(`${server.http}/_relata/audit${query}`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8'])
  return (await answer.text()).trimEnd().split('\n')
}
const linksOf = (lines: readonly string[]): Line[] => lines.slice(1, -1).map((line) => JSON.parse(line))
const faultOf = (lines: readonly string[]): Promise<string> =>
  verifyExport(lines).then(
    () => 'none',
    (error: Error) => error.message,
  )

/** Links that Northwind has of its seed. */
let seeded = 0

describe('the chain over the log', () => {
  it('has each record once, as the API gives it, and says where it begins and ends', async () => {
    const set = await taxonomy.set(await taxonomy.group('Chained'))
    await taxonomy.term(set, 'Alpha')
    await server.send('POST', '/v1.0/groups', {
      displayName: 'Chained',
      mailEnabled: false,
      mailNickname: 'chained',
      securityEnabled: true,
    })
    const { relationship } = relationshipsOver(server.send, (id, body) => server.customer('approve', id, body))
    await relationship('active')
    // What falls due would come between the two answers that are compared.
    await server.clock()
    for (const tenant of [contoso, fabrikam]) {
      const lines = await exported(`?tenant=${tenant}`)
      const [head, last] = [JSON.parse(lines[0] ?? ''), JSON.parse(lines.at(-1) ?? '')]
      expect(head).toEqual({ format: 'relata-audit/1', tenant, start: { n: 0, link: firstLink(tenant) } })
      const links = linksOf(lines)
      expect(last.end).toEqual({ n: links.length, link: links.at(-1)?.link })
      const { body } = await server.send('GET', '/v1.0/auditLogs/directoryAudits?$top=999', undefined, { tenant })
      const byId = new Map(links.map(({ record }) => [record.id, record]))
      expect(byId.size).toBe(links.length)
      expect(body.value.length).toBe(links.length)
      for (const record of body.value) {
        const { resourceAfter: _, ...shown } = byId.get(record.id) ?? {}
        expect(shown).toEqual(record)
      }
      expect(await verifyExport(lines)).toMatchObject({ tenant, start: 0, end: links.length, without: [] })
    }
  })

  it('gives ranges by time, each of which fits by itself', async () => {
    const lines = await exported()
    const links = linksOf(lines)
    // Not so far ahead that records are too old.
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
    await server.clock({ freeze: true, set: `${day}T00:00:00Z` })
    const set = await taxonomy.set(await taxonomy.group('Later'))
    await server.clock({ advance: 'PT1H' })
    await taxonomy.term(set, 'Later still')
    const later = linksOf(await exported(`?from=${day}`))
    expect(later.map(({ record }) => record.activityDisplayName)).toEqual([
      'Add term group',
      'Add term set',
      'Add term',
    ])
    const until = await exported(`?from=${day}&to=${day}T01:00:00Z`)
    expect(linksOf(until)).toEqual(later.slice(0, 2))
    expect(await verifyExport(until)).toMatchObject({ start: links.length, end: links.length + 2 })
    const none = await exported('?from=2099-01-01')
    expect(linksOf(none)).toEqual([])
    expect(await verifyExport(none)).toMatchObject({ start: links.length + 3, end: links.length + 3 })
    await server.clock({ set: new Date().toISOString(), freeze: false })
  })

  it('shows what was done to a file of a thousand records', async () => {
    const rows = Array.from({ length: 1_000 }, (_, at) => ({
      id: `01900000-0000-7000-8000-${String(at).padStart(12, '0')}`,
      category: 'GroupManagement',
      activityDisplayName: `Add member ${at}`,
      activityDateTime: '2026-01-06T10:00:00.000Z',
      initiatedBy: { app: null, user: null },
      targetResources: [],
      additionalDetails: [],
    }))
    seeded = linksOf(await exported(`?tenant=${northwind}`)).length
    await server.parts.store.write(northwind, async (tx) => {
      for (const row of rows) await tx.insert(directoryAudit, row)
    })
    const lines = await exported(`?tenant=${northwind}`)
    const last = 'Add member '.concat(String(699 - seeded))
    expect(linksOf(lines)[699]?.record.activityDisplayName).toBe(last)
    expect(await faultOf(lines)).toBe('none')
    expect(await faultOf(lines.toSpliced(500, 1))).toMatch(/^500 is missing/)
    expect(await faultOf(lines.with(700, lines[700]?.replace(last, 'Add member 6') ?? ''))).toMatch(/^700 was changed/)
    expect(await faultOf(lines.slice(0, -1))).toMatch(/^cut off/)
    // Without what it said a record may go; what it is said to have said may not.
    const { n, link, record } = JSON.parse(lines[700] ?? '')
    const without = JSON.stringify({ n, link, leaf: leafOf(canonicalJson(record)) })
    expect(await verifyExport(lines.with(700, without))).toMatchObject({ without: [700] })
    expect(await faultOf(lines.with(700, JSON.stringify({ n, link, leaf: firstLink('x') })))).toMatch(
      /^700 was changed/,
    )
    expect(await faultOf(lines.with(2, lines[1] ?? ''))).toMatch(/^2 is missing/)
    expect(await faultOf([])).toBe('the file is empty')
    expect(await faultOf(lines.slice(1))).toMatch(/^the first line/)
  })

  it('is what a checkpoint says that was kept elsewhere', async () => {
    const lines = await exported(`?tenant=${northwind}`)
    const jws: string = JSON.parse(lines.at(-1) ?? '').checkpoint
    const { keys } = (await (await fetch(`${server.http}/_relata/webhooks/jwks.json`)).json()) as { keys: Key[] }
    // Among those of other signatures.
    const own = keys.find(({ crv }) => crv === 'Ed25519')
    expect(() => checkSignature(jws, keys)).not.toThrow()
    const others = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    expect(() => checkSignature(jws, [{ ...others, kid: own?.['kid'] }])).toThrow('signature of the checkpoint')
    expect(() => checkSignature(jws, [])).toThrow('the keys have none')
    // A library agrees.
    const key = await importJWK(own as Key, 'EdDSA')
    expect(JSON.parse(new TextDecoder().decode((await compactVerify(jws, key)).payload))).toMatchObject({
      tenant: northwind,
      to: '2026-01-06T10:00:00.000Z',
    })
    const kept = statementIn(jws)
    expect(await verifyExport(lines, kept)).toMatchObject({ end: kept.n, without: [] })
    const rewritten = { ...kept, n: 300 }
    await expect(verifyExport(lines, rewritten)).rejects.toThrow('300 does not fit: the checkpoint has another link')
    await expect(verifyExport(lines, { ...kept, n: kept.n + 1 })).rejects.toThrow('it says nothing about it')
  })

  it('tells that a record was changed or taken away where it is kept', async () => {
    const changed = '01900000-0000-7000-8000-000000000003'
    const gone = '01900000-0000-7000-8000-000000000004'
    await server.parts.store.write(northwind, async (tx) => {
      await tx.update(directoryAudit, changed, { resultReason: 'another' })
      await tx.remove(directoryAudit, gone)
    })
    expect(await faultOf(await exported(`?tenant=${northwind}`))).toMatch(new RegExp(`^${seeded + 4} was changed`))
    await server.parts.store.write(northwind, (tx) => tx.update(directoryAudit, changed, { resultReason: null }))
    expect(await verifyExport(await exported(`?tenant=${northwind}`))).toMatchObject({ without: [seeded + 5] })
  })

  it('keeps the hash of what is purged, and not what it said', async () => {
    const group = await taxonomy.group('Purged')
    const set = await taxonomy.set(group, 'Secret')
    const before = await exported()
    expect(before.some((line) => line.includes('Secret'))).toBe(true)
    await server.send('DELETE', `/v1.0/sites/root/termStore/sets/${set}`)
    const store = '/v1.0/sites/root/termStore'
    const [item] = (await server.send('GET', `${store}/relata.deletedItems()`)).body.value
    expect((await server.send('POST', `${store}/relata.purge`, { deletedItemId: item.id })).status).toBe(204)
    const after = await exported()
    expect(after.some((line) => line.includes('Secret'))).toBe(false)
    const { without } = await verifyExport(after)
    expect(without.length).toBeGreaterThan(0)
  })

  it('refuses tenants and instants that there are not', async () => {
    const refused = async (query: string) => {
      const answer = await fetch(`${server.http}/_relata/audit${query}`)
      return [answer.status, ((await answer.json()) as { error: { target: string } }).error.target]
    }
    expect(await refused('?tenant=nobody.example')).toEqual([400, 'tenant'])
    expect(await refused('?from=yesterday')).toEqual([400, 'from'])
    expect(await refused('?to=2026-02-30')).toEqual([400, 'to'])
    expect(await refused('?until=2026-02-03')).toEqual([400, 'until'])
  })

  it('is told of by its status', async () => {
    await server.clock()
    const links = linksOf(await exported())
    const answer = await fetch(`${server.http}/_relata/audit/status`)
    expect(await answer.json()).toMatchObject({
      tenant: contoso,
      newest: { n: links.length, link: links.at(-1)?.link },
      start: { n: 0 },
      checkpoint: null,
      sinks: [],
    })
  })
})
