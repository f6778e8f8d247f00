/**
 * The whole server is killed while the rows of its world are replaced or kept: it has those of before or those of after, and
 * each snapshot is whole.
 * @module-tag slow
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { fileFaults } from '#store/sqlite/maintenance/file-maintenance.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { rounds } from '../_support/run-size.ts'
import { jsonPost, tokenFor } from '../_support/server.ts'
import { type BuiltServer, build, endAll, need, type Send, sender, startBuilt, TS } from './built-server.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-crash-worlds-'))
beforeAll(build)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

interface Running {
  readonly server: BuiltServer
  readonly send: Send
}

const start = async (): Promise<Running> => {
  const server = await startBuilt(location)
  return { server, send: sender(server.http, await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)) }
}

const control = ({ server }: Running, path: string, body: unknown = {}): Promise<Response> =>
  fetch(`${server.http}/_relata/${path}`, jsonPost(body))

interface Group {
  readonly id: string
  readonly displayName: string
}

/** The groups by which the states differ; the seed has none of them. */
const stateOf = async ({ send }: Running): Promise<string> => {
  const { value } = need(200, await send<{ value: readonly Group[] }>('GET', `${TS}/groups`))
  const own = value.filter(({ displayName }) => displayName.startsWith('State'))
  return JSON.stringify(own.map(({ id, displayName }) => `${id} ${displayName}`).sort())
}

const seeded = '[]'
/** Each way twice, and at more moments where `CI` is set. */
const kills = rounds(14, 6)
const longestMillis = 126

it('is found as it was before, or as it was to be', { timeout: 240_000 }, async () => {
  let running = await start()
  const states: Record<string, string> = { reset: seeded }
  for (const name of ['a', 'b']) {
    need(201, await running.send('POST', `${TS}/groups`, { displayName: `State ${name}` }))
    for (let at = 0; at < 20; at += 1)
      need(201, await running.send('POST', `${TS}/groups`, { displayName: `State ${name}, more ${at}` }))
    expect((await control(running, 'snapshots', { name })).status).toBe(201)
    states[name] = await stateOf(running)
    expect((await control(running, 'reset')).status).toBe(204)
  }
  let known = seeded
  let kept = 'a'
  expect((await control(running, 'snapshots', { name: 'c' })).status).toBe(201)
  const seen = new Set<string>()
  for (let round = 0; round < kills; round += 1) {
    const target = ['a', 'b', 'reset'][round % 3] as string
    const saves = round % 2 === 0
    let answered: number | undefined
    let saved: number | undefined
    const work = control(running, target === 'reset' ? 'reset' : `snapshots/${target}/load`)
      .then(async ({ status }) => {
        answered = status
        if (!saves) return
        saved = (await control(running, 'snapshots', { name: 'c', replace: true })).status
      })
      .catch(() => undefined)
    // From before it begins to after its end.
    await Promise.race([work, sleep((round * longestMillis) / kills)])
    await running.server.end('SIGKILL')
    await work
    expect(await fileFaults(databaseFile(location))).toEqual([])
    running = await start()
    const found = await stateOf(running)
    if (answered === 204) expect(found).toBe(states[target])
    else expect([known, states[target]]).toContain(found)
    seen.add(answered === 204 ? 'answered' : found === known ? 'before' : 'after')
    known = found
    // What is kept under the name is one of the states, whole.
    expect((await control(running, 'snapshots/c/load')).status).toBe(204)
    const keptNow = await stateOf(running)
    expect(Object.values(states)).toContain(keptNow)
    if (saved === 201) expect(keptNow).toBe(states[target])
    kept = keptNow
    known = keptNow
  }
  expect(kept).toBeDefined()
  expect(seen).toContain('answered')
  expect(seen.size).toBeGreaterThan(1)
  for (const name of ['a', 'b']) {
    expect((await control(running, `snapshots/${name}/load`)).status).toBe(204)
    expect(await stateOf(running)).toBe(states[name])
  }
})
