/**
 * The server is killed while it writes, takes back and restores: every answered change is in the record, and no change is
 * there without its record (exchange.md §10.1).
 * @module-tag slow
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { openStore } from '#store/store.ts'
import { models } from '#workloads/models.ts'
import { tokenFor } from '../_support/server.ts'
import { labels, taxonomyOver } from '../_support/taxonomy.ts'
import { build, endAll, need, sender, startBuilt, TS } from './built-server.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-history-'))
beforeAll(build)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

async function open() {
  const server = await startBuilt(location)
  return { server, send: sender(server.http, await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)) }
}

interface Changes {
  readonly value: readonly { readonly id: string; readonly verb: string }[]
}

type Sending = Awaited<ReturnType<typeof open>>['send']

/** One client: terms are made, renamed, taken back, deleted and restored, until the server is gone. */
async function client(send: Sending, set: string, name: string, done: string[]): Promise<void> {
  const changed = async (path: string) =>
    need(200, await send<Changes>('GET', `${TS}/sets/${set}/terms/${path}/relata.history()?$top=1`)).value[0]?.id
  try {
    for (let at = 0; ; at++) {
      const { id } = need(201, await send('POST', `${TS}/sets/${set}/children`, { labels: labels(`${name} ${at}`) }))
      done.push(id)
      need(200, await send('PATCH', `${TS}/sets/${set}/terms/${id}`, { labels: labels(`${name} ${at} new`) }))
      const change = await changed(id)
      need(200, await send('POST', `${TS}/relata.undo`, { changeId: change }))
    }
  } catch {
    // The server is gone.
  }
}

it('keeps changes and their record together, whenever it is killed', { timeout: 120_000 }, async () => {
  let set = ''
  const done: string[] = []
  for (const millis of [700, 1100, 400]) {
    const { server, send } = await open()
    if (set === '') {
      const made = taxonomyOver(send)
      set = await made.set(await made.group('Killed'))
    }
    const clients = Array.from({ length: 12 }, (_, at) => client(send, set, `${millis} ${at}`, done))
    await sleep(millis)
    await server.end('SIGKILL')
    await Promise.all(clients)
    const store = await openStore({ models: Object.values(models), location })
    const found: string[] = []
    await checkStore(store, {}, ({ rule, at, what }) => found.push(`${rule} ${at}: ${what}`), wellKnown.contoso)
    await store.close()
    expect(found).toEqual([])
  }
  const { server, send } = await open()
  expect(done.length).toBeGreaterThan(10)
  for (const id of done) {
    const { value } = need(200, await send<Changes>('GET', `${TS}/sets/${set}/terms/${id}/relata.history()`))
    expect(value.at(-1)?.verb).toBe('create')
  }
  await server.end('SIGTERM')
})
