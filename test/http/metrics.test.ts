/** `/metrics`, read as Prometheus reads it, while a real server answers real requests. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ metrics: true })
})
afterAll(() => server.close())

/** Lines of the page as name with labels → value. */
const scrape = async (): Promise<ReadonlyMap<string, number>> => {
  const answer = await fetch(`${server.http}/metrics`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const border = line.lastIndexOf(' ')
      return [line.slice(0, border), Number(line.slice(border + 1))]
    }),
  )
}
const requests = (method: string, version: string, operation: string, status: number): string =>
  `relata_http_requests_total{method="${method}",version="${version}",operation="${operation}",status="${status}"}`

describe('/metrics', () => {
  it('counts requests by method, version, operation and status, and never shows an id', async () => {
    const made = await server.send('POST', '/v1.0/termStore/groups', { displayName: 'Counted' })
    expect(made.status).toBe(201)
    await server.send('GET', `/v1.0/termStore/groups/${made.body.id}`)
    await server.send('GET', `/beta/termStore/groups/${made.body.id}`)
    await server.send('GET', '/v1.0/termStore/groups/00000000-0000-4000-8000-000000000000')
    await fetch(`${server.http}/v1.0/made-up-by-a-stranger/secret-name`)
    const page = await scrape()
    expect(page.get(requests('POST', 'v1.0', '/v1.0/termStore/groups', 201))).toBe(1)
    expect(page.get(requests('GET', 'v1.0', '/v1.0/termStore/groups/{id}', 200))).toBe(1)
    expect(page.get(requests('GET', 'beta', '/beta/termStore/groups/{id}', 200))).toBe(1)
    expect(page.get(requests('GET', 'v1.0', '/v1.0/termStore/groups/{id}', 404))).toBe(1)
    expect(page.get(requests('GET', 'v1.0', '{unknown}', 401))).toBe(1)
    expect(page.get(requests('POST', 'none', '/{tenant}/oauth2/v2.0/token', 200))).toBe(1)
    expect([...page.keys()].join()).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|stranger|secret-name/)
  })

  it('has durations of the same requests', async () => {
    const name = 'relata_http_request_duration_seconds'
    const labels = 'method="POST",version="v1.0",operation="/v1.0/termStore/groups"'
    const page = await scrape()
    expect(page.get(`${name}_count{${labels}}`)).toBe(1)
    expect(page.get(`${name}_sum{${labels}}`)).toBeGreaterThan(0)
    expect(page.get(`${name}_bucket{le="+Inf",${labels}}`)).toBe(1)
  })

  it('counts transactions, and the writes that shared a commit', async () => {
    const written = (page: ReadonlyMap<string, number>, outcome = 'done') =>
      page.get(`relata_store_transactions_total{kind="write",outcome="${outcome}"}`) ?? 0
    const shared = (page: ReadonlyMap<string, number>) => page.get('relata_store_commit_writes_sum') ?? 0
    const before = await scrape()
    const names = ['A', 'B', 'C', 'D', 'E']
    await Promise.all(names.map((displayName) => server.send('POST', '/v1.0/termStore/groups', { displayName })))
    await server.send('POST', '/v1.0/termStore/groups', { displayName: 'A' })
    const after = await scrape()
    expect(written(after) - written(before)).toBe(names.length)
    expect(written(after, 'refused') - written(before, 'refused')).toBe(1)
    expect(shared(after) - shared(before)).toBe(names.length + 1)
    expect(after.get('relata_store_transaction_duration_seconds_count{kind="read"}')).toBeGreaterThan(0)
  })

  it('knows the sizes of batches', async () => {
    const item = (id: string) => ({ id, method: 'GET', url: '/termStore' })
    await server.send('POST', '/v1.0/$batch', { requests: [item('1'), item('2'), item('3')] })
    await server.send('POST', '/v1.0/$batch', 'no batch')
    const page = await scrape()
    expect(page.get('relata_batch_requests_sum')).toBe(3)
    expect(page.get('relata_batch_requests_count')).toBe(1)
    expect(page.get(requests('POST', 'v1.0', '/v1.0/$batch', 200))).toBe(1)
  })

  it('tells what the agenda fired, and how late', async () => {
    const made = await server.send('POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', {
      displayName: 'Measured',
      duration: 'P30D',
      customer: { tenantId: 'fab21ca0-0000-4000-8000-000000000002', displayName: 'Fabrikam' },
      accessDetails: { unifiedRoles: [{ roleDefinitionId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b' }] },
    })
    expect(made.status).toBe(201)
    const below = `/v1.0/tenantRelationships/delegatedAdminRelationships/${made.body.id}/requests`
    expect((await server.send('POST', below, { action: 'lockForApproval' })).status).toBe(201)
    const lapsed = 'relata_agenda_fired_total{kind="gdap.lapse",outcome="done"}'
    expect((await scrape()).has(lapsed)).toBe(false)
    await server.clock({ advance: 'P91D' })
    const page = await scrape()
    expect(page.get(lapsed)).toBeGreaterThanOrEqual(1)
    expect(page.get('relata_agenda_lag_seconds_count')).toBeGreaterThanOrEqual(1)
    // The clock jumped a day beyond it.
    expect(page.get('relata_agenda_lag_seconds_sum')).toBeGreaterThan(80_000)
  })

  it('has the figures of the process, and which release it is', async () => {
    const page = await scrape()
    expect(page.get('process_resident_memory_bytes')).toBeGreaterThan(1e6)
    expect(page.has('nodejs_eventloop_lag_seconds')).toBe(true)
    expect([...page.keys()].some((key) => /^relata_build_info\{version="\d+\.\d+\.\d+",node="\d+/.test(key))).toBe(true)
  })

  it('does not count itself, nor probes', async () => {
    await fetch(`${server.http}/ready`)
    expect([...(await scrape()).keys()].join()).not.toMatch(/operation="\/(metrics|ready)"/)
  })

  it('is not there unless asked for, registry or not', async () => {
    for (const registry of [true, false]) {
      const other = await startTestServer({ registry })
      expect((await fetch(`${other.http}/metrics`)).status).toBe(404)
      await other.close()
    }
  })
})
