/** The live feed with several nodes: a reader at one is told what the other writes, and the other writes what it watches. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type RunningServer, startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { seededPostgres } from '../_support/database.ts'
import { readFeed } from '../_support/feed.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { tokenFor } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const { contoso, daemon } = wellKnown

it('tells what any node writes, in the order of commits', { timeout: 60_000 }, async () => {
  const { url, drop } = await seededPostgres()
  const location = await mkdtemp(join(tmpdir(), 'relata-feeds-'))
  const start = () =>
    startServer({ ...defaultConfig, location, databaseUrl: url, port: 0, silent: true, httpOnly: true })
  const nodes: RunningServer[] = []
  try {
    nodes.push(await start(), await start())
    const [here = '', there = ''] = nodes.map(({ origin }) => origin.replace('localhost', '127.0.0.1'))
    const token = await tokenFor(there, contoso, daemon)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const send = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${there}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, text, body: JSON.parse(text || '{}'), headers: answer.headers }
    }
    const partner = relationshipsOver(send as never, () => Promise.reject(new Error('no approval')))
    const taxonomy = taxonomyOver(send as never)
    const count = async () => {
      const rows = (await nodes[1]?.parts.store.read(contoso, (tx) => tx.find(outboxEvent, {}))) ?? []
      return rows.filter(({ eventName }) => eventName.startsWith('relata.taxonomy.')).length
    }

    const before = await count()
    await taxonomy.group('Unwatched')
    expect(await count()).toBe(before)

    const feed = await readFeed(`${here}/_relata/events`)
    expect((await feed.next()).event).toBe('relata.hello')
    const groupId = await taxonomy.group('Watched elsewhere')
    expect((await feed.next()).data.subject).toBe(`termStore/groups/${groupId}`)
    const id = await partner.relationship('created')
    expect((await feed.next()).data.subject).toBe(`granularAdminRelationships/${id}`)

    // A node that comes later asks what is watched.
    nodes.push(await start())
    const third = nodes[2] as RunningServer
    await expect.poll(() => watchesAt(third)).toBe(true)

    await feed.close()
    await expect.poll(() => watchesAt(nodes[1] as RunningServer)).toBe(false)
    const after = await count()
    await taxonomy.group('Unwatched again')
    expect(await count()).toBe(after)
  } finally {
    await Promise.all(nodes.map((node) => node.close()))
    await drop()
    await rm(location, { recursive: true, force: true })
  }
})

function watchesAt({ parts }: RunningServer): boolean {
  return parts.events.isWatched(contoso)
}
