/**
 * Three nodes on a primary that a standby follows. Under load two nodes are killed, then the primary, and the standby
 * takes its place: nothing that was acknowledged is lost, nothing due happens twice, and nobody sees a 500.
 * @module-tag slow
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, tokenFor } from '../_support/server.ts'
import { labels, taxonomyOver } from '../_support/taxonomy.ts'
import { type BuiltServer, build, endAll, listAll, type Send, sender, startBuilt, TS } from '../crash/built-server.ts'
import { type Pair, sql, startPair } from './pair.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-nodes-'))

let pair: Pair
beforeAll(async () => {
  await build()
  pair = await startPair()
}, 120_000)
afterAll(async () => {
  await endAll()
  await pair.close()
  await rm(location, { recursive: true, force: true })
})

interface Node {
  readonly server: BuiltServer
  readonly send: Send
}

/** Each in a folder of its own: all they share is the database. `token`: of another node, good at this one. */
const startNode = async (name: string, token?: string): Promise<Node & { readonly token: string }> => {
  const flags = ['--database-url', pair.url, '--gdap-activation-latency', '4', '--database-connections', '5']
  const server = await startBuilt(join(location, name), undefined, flags)
  const held = token ?? (await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon))
  return { server, token: held, send: sender(server.http, held) }
}

/** What clients met beside what they asked for. */
interface Met {
  readonly acknowledged: string[]
  readonly faults: string[]
  unavailable: number
  withoutRetryAfter: number
  broken: number
}

const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

/** Asks of any node, one after another, until it is answered with what is wanted. */
const insist = async (nodes: () => readonly Node[], token: string, met: Met, at: number, set: string) => {
  for (let turn = at; ; turn += 1) {
    const all = nodes()
    const node = all[turn % all.length] as Node
    const label = `t${at}.${turn}`
    let answer: Response
    try {
      answer = await fetch(`${node.server.http}${TS}/sets/${set}/children`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ labels: labels(label) }),
      })
      await answer.text()
    } catch {
      // The node was killed; a load balancer takes the next one.
      met.broken += 1
      await pause(50)
      continue
    }
    if (answer.status === 201) {
      met.acknowledged.push(label)
      return
    }
    if (answer.status !== 503) {
      met.faults.push(`${answer.status} for ${label}`)
      return
    }
    met.unavailable += 1
    if (answer.headers.get('retry-after') === null) met.withoutRetryAfter += 1
    await pause(200)
  }
}

/** Reads and signs in, once, at each node there is: what comes back is good or says that it will be. */
const look = async (nodes: readonly Node[], token: string, met: Met, set: string): Promise<void> => {
  for (const { server } of nodes) {
    const asked = [
      () => fetch(`${server.http}${TS}/sets/${set}`, { headers: { authorization: `Bearer ${token}` } }),
      () =>
        fetch(`${server.http}/${wellKnown.contoso}/oauth2/v2.0/token`, {
          method: 'POST',
          body: new URLSearchParams({
            client_id: wellKnown.daemon,
            client_secret: wellKnown.secret,
            grant_type: 'client_credentials',
            scope: 'https://graph.microsoft.com/.default',
          }),
        }),
    ]
    for (const ask of asked) {
      const answer = await ask().catch(() => undefined)
      await answer?.text().catch(() => undefined)
      if (answer === undefined || answer.status === 200) continue
      if (answer.status !== 503) met.faults.push(`${answer.status} for ${answer.url}`)
      else if (answer.headers.get('retry-after') === null) met.withoutRetryAfter += 1
    }
  }
}

/** A relationship that becomes active by itself some seconds from now. */
const invite = ({ server, send }: Node, displayName: string): Promise<string> =>
  relationshipsOver(send, async (id, body) => {
    const url = `${server.http}/_relata/gdap/${id}/approve`
    const answer = await fetch(url, jsonPost(body))
    return { status: answer.status, text: await answer.text() }
  }).relationship('active', { displayName, duration: 'P90D', autoExtendDuration: 'PT0S' })

const labelsIn = async (node: Node, set: string): Promise<Set<string>> => {
  const terms = await listAll<{ labels: { name: string }[] }>(
    node.send,
    node.server.http,
    `${TS}/sets/${set}/terms?$top=2000`,
  )
  return new Set(terms.map(({ labels }) => labels[0]?.name ?? ''))
}

it('goes on when nodes and the primary die', { timeout: 150_000 }, async () => {
  const a = await startNode('a')
  const [b, c] = await Promise.all([startNode('b', a.token), startNode('c', a.token)])
  let alive: readonly Node[] = [a, b, c]
  const met: Met = { acknowledged: [], faults: [], unavailable: 0, withoutRetryAfter: 0, broken: 0 }
  const taxonomy = taxonomyOver(a.send)
  const set = await taxonomy.set(await taxonomy.group())

  let isOver = false
  let made = 0
  const client = async (): Promise<void> => {
    while (!isOver) {
      made += 1
      await insist(() => alive, a.token, met, made, set)
    }
  }
  const reader = async (): Promise<void> => {
    while (!isOver) {
      await look(alive, a.token, met, set)
      await pause(50)
    }
  }
  const load = [...Array.from({ length: 9 }, client), reader()]
  const more = (count: number) => {
    const wanted = met.acknowledged.length + count
    return vi.waitFor(() => expect(met.acknowledged.length).toBeGreaterThan(wanted), { timeout: 40_000, interval: 50 })
  }
  await more(100)

  const due = await Promise.all(Array.from({ length: 12 }, (_, at) => invite(alive[at % 3] as Node, `Due ${at}`)))
  await b.server.end('SIGKILL')
  alive = [a, c]
  await more(100)
  await c.server.end('SIGKILL')
  alive = [a]
  const again = await startNode('d', a.token)
  alive = [a, again]
  await more(100)

  await pair.primary.kill()
  // Longer than a node tries by itself before it says so.
  await pause(3_000)
  await pair.promote()
  const began = performance.now()
  await more(100)
  const recovered = performance.now() - began
  isOver = true
  await Promise.all(load)

  expect(met.faults).toEqual([])
  expect(met.broken).toBeGreaterThan(0)
  expect(met.unavailable).toBeGreaterThan(0)
  expect(met.withoutRetryAfter).toBe(0)
  // By themselves, and soon: nobody starts them again.
  expect(recovered).toBeLessThan(15_000)

  for (const node of alive) {
    const found = await labelsIn(node, set)
    expect(met.acknowledged.filter((label) => !found.has(label))).toEqual([])
  }
  const activeOnes = () =>
    sql<{ id: string }>(pair.standby.url, `select id from delegated_admin_relationship where status = 'active'`)
  await vi.waitFor(
    async () => {
      const active = new Set((await activeOnes()).map(({ id }) => id))
      expect(due.filter((id) => !active.has(id))).toEqual([])
    },
    { timeout: 30_000, interval: 300 },
  )
  const twice = await sql(
    pair.standby.url,
    // Partner and customer each have a log.
    `select tenant_no, subject_id, activity_display_name, count(*)::int from directory_audit
     where subject_id in (${due.map((id) => `'${id}'`).join()}) group by 1, 2, 3 having count(*) > 1`,
  )
  expect(twice).toEqual([])
  const records = await sql<{ count: number }>(
    pair.standby.url,
    `select count(*)::int from directory_audit where subject_id in (${due.map((id) => `'${id}'`).join()})`,
  )
  expect(records[0]?.count).toBeGreaterThanOrEqual(due.length)
  for (const node of [a, again]) expect((await node.server.end('SIGTERM')).code).toBe(0)
})
