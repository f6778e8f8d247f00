/**
 * Nodes that share nothing but a database: they start at once on an empty one, and answer alike.
 * @module-tag slow
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { freshPostgres } from '../_support/database.ts'
import { jsonPost, tokenFor } from '../_support/server.ts'
import { type BuiltServer, build, endAll, need, sender, startBuilt, TS } from '../crash/built-server.ts'
import { sql } from './pair.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-nodes-'))
beforeAll(build, 60_000)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

const nodeOn = (url: string, name: string): Promise<BuiltServer> =>
  startBuilt(join(location, name), undefined, ['--database-url', url, '--database-connections', '2'])

const moveClock = async (http: string) => {
  const answer = await fetch(`${http}/_relata/clock`, jsonPost({ advance: 'P1D' }))
  return { status: answer.status, text: await answer.text() }
}

interface Page {
  readonly value: readonly { readonly id: string }[]
  readonly '@odata.nextLink': string
}

it('ten start at once on an empty database: one makes it, all serve, with the same keys', {
  timeout: 120_000,
}, async () => {
  const url = await freshPostgres()
  const nodes = await Promise.all(Array.from({ length: 10 }, (_, at) => nodeOn(url, `ten-${at}`)))
  const ledger = await sql<{ count: number }>(url, 'select count(*)::int from relata_migration')
  const tenants = await sql<{ count: number }>(url, 'select count(*)::int from tenancy')
  expect(ledger[0]?.count).toBeGreaterThan(0)
  expect(tenants[0]?.count).toBe(3)

  const [first, second] = nodes as [BuiltServer, BuiltServer]
  const token = await tokenFor(first.http, wellKnown.contoso, wellKnown.daemon)
  const keySets = new Set<string>()
  const groups = new Set<string>()
  for (const { http } of nodes) {
    keySets.add(await (await fetch(`${http}/${wellKnown.contoso}/discovery/v2.0/keys`)).text())
    groups.add(JSON.stringify(need(200, await sender(http, token)<Page>('GET', `${TS}/groups?$select=id`)).value))
  }
  expect(keySets.size).toBe(1)
  expect(groups.size).toBe(1)

  // A page begun at one is gone on with at another.
  const page = need(200, await sender(first.http, token)<Page>('GET', `${TS}/groups?$top=1`))
  const next = page['@odata.nextLink'].replace(/^https?:\/\/[^/]+/, '')
  expect(need(200, await sender(second.http, token)<Page>('GET', next)).value).toHaveLength(1)

  // What one writes, another reads.
  const made = need(201, await sender(first.http, token)('POST', `${TS}/groups`, { displayName: 'Alike' }))
  expect(need(200, await sender(second.http, token)('GET', `${TS}/groups/${made.id}`)).id).toBe(made.id)

  const { features } = (await (await fetch(`${second.http}/_relata/info`)).json()) as { features: readonly string[] }
  expect(features).not.toContain('clock-move')
  const refused = await moveClock(second.http)
  expect(refused.status).toBe(409)
  expect(refused.text).toContain('other processes serve the same database')
  for (const node of nodes) expect((await node.end('SIGTERM')).code).toBe(0)
})

it('two start at once on one fresh folder, with the same keys and one seed', { timeout: 60_000 }, async () => {
  const folder = join(location, 'folder')
  const both = await Promise.all([startBuilt(folder), startBuilt(folder)])
  const keys = await Promise.all(
    both.map(async ({ http }) => (await fetch(`${http}/${wellKnown.contoso}/discovery/v2.0/keys`)).text()),
  )
  expect(keys[0]).toBe(keys[1])
  const [one, other] = both
  const token = await tokenFor(one?.http ?? '', wellKnown.contoso, wellKnown.daemon)
  const page = need(200, await sender(one?.http ?? '', token)<Page>('GET', `${TS}/groups?$top=1`))
  const next = page['@odata.nextLink'].replace(/^https?:\/\/[^/]+/, '')
  expect(need(200, await sender(other?.http ?? '', token)<Page>('GET', next)).value).toHaveLength(1)
  for (const server of both) expect((await server.end('SIGTERM')).code).toBe(0)
})

it('a node that has moved its clock has the database to itself', { timeout: 60_000 }, async () => {
  const url = await freshPostgres()
  const node = await nodeOn(url, 'alone')
  expect((await moveClock(node.http)).status).toBe(200)
  await expect(nodeOn(url, 'late')).rejects.toThrow('has moved its clock')
  await node.end('SIGTERM')
  const next = await nodeOn(url, 'next')
  expect((await next.end('SIGTERM')).code).toBe(0)
})
