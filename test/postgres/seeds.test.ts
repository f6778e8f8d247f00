/** Seeds, and ids that follow from a number, on PostgreSQL: the same as on SQLite. */
import { expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts, type Parts } from '#app/parts.ts'
import type { SeedPart } from '#app/seed/packs/contents.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationship } from '#workloads/gdap/types.ts'
import { group, set } from '#workloads/term-store/types.ts'
import { freshPostgres } from '../_support/database.ts'
import { jsonPost, startTestServer } from '../_support/server.ts'

const counted = { ...defaultConfig, database: undefined, ids: 7, clock: new Date('2026-05-01T09:00:00Z') }

/** What the tenant has, in the order of the ids. */
const contentOf = (parts: Parts) =>
  parts.store.read(wellKnown.contoso, async (tx) => ({
    groups: await tx.find(group, {}),
    sets: await tx.find(set, {}),
    relationships: await tx.find(relationship, {}),
  }))

const seeded = async (seed: readonly SeedPart[], databaseUrl?: string) => {
  const parts = await openParts({ ...counted, seed, databaseUrl })
  try {
    return { content: await contentOf(parts), state: parts.ids.state }
  } finally {
    await parts.close()
  }
}

it('a seed with --ids and --clock has the rows that it has on SQLite', async () => {
  for (const pack of ['contoso', 'msp'] as const) {
    const there = await seeded([pack])
    expect(there.content.relationships.length).toBeGreaterThan(2)
    expect(await seeded([pack], await freshPostgres())).toEqual(there)
  }
})

it('a pack that is written as rows comes whole', async () => {
  const { content } = await seeded(['empty', 'taxonomy-30k'], await freshPostgres())
  expect(content.sets.map(({ termCount }) => termCount).sort()).toEqual([0, 0, 0, 15_000, 15_000])
}, 120_000)

it('--ids is refused where the database has rows', async () => {
  const databaseUrl = await freshPostgres()
  await (await openParts({ ...defaultConfig, database: undefined, databaseUrl, seed: ['empty'] })).close()
  await expect(openParts({ ...counted, databaseUrl })).rejects.toThrow('the database is not empty')
})

it('a world is in memory there as well, and takes no pack that is too large for it', async () => {
  const server = await startTestServer({ inMemory: false, databaseUrl: await freshPostgres(), seed: ['empty'] })
  try {
    const post = async (path: string, body: unknown, headers = {}) => {
      const sent = jsonPost(body)
      return fetch(`${server.http}/_relata/${path}`, { ...sent, headers: { ...sent.headers, ...headers } })
    }
    expect((await post('worlds', { id: 'fork' })).status).toBe(201)
    const answer = await post('seed', { seed: 'taxonomy-1m' }, { 'relata-world': 'fork' })
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('too large for a world')])
  } finally {
    await server.close()
  }
})

it('a seed adds to a tenant of a server that runs, after it was tried in a copy', async () => {
  const server = await startTestServer({ inMemory: false, databaseUrl: await freshPostgres(), seed: ['empty'] })
  try {
    const add = async (sets: readonly unknown[]) => {
      const termStore = { groups: [{ displayName: 'Added', sets }] }
      const body = { tenants: [{ id: wellKnown.contoso, termStore }] }
      return (await fetch(`${server.http}/_relata/seed`, jsonPost(body))).status
    }
    const twice = { labels: { 'en-US': 'Same' } }
    expect(await add([{ names: { 'en-US': 'S' }, terms: [twice, twice] }])).toBe(400)
    const names = async () =>
      (await server.send('GET', '/v1.0/termStore/groups')).body.value.map(
        (one: { displayName: string }) => one.displayName,
      )
    expect(await names()).toEqual(['System'])
    expect(await add([{ names: { 'en-US': 'S' }, terms: [twice] }])).toBe(200)
    expect(await names()).toEqual(['Added', 'System'])
  } finally {
    await server.close()
  }
})
