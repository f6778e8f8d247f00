/**
 * The disaster drill of docs/operations.md under load: a backup while clients write, a server that is killed and loses its
 * database, a restore. Each client keeps a ledger of what it was told.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { tokenFor } from '../_support/server.ts'
import { build, endAll, listAll, sender, startBuilt, TS } from '../crash/built-server.ts'
import { typedIn } from '../docs/paste.ts'

let folder: string
let location: string
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-drill-'))
  location = join(folder, '.relata')
})
afterAll(async () => {
  await endAll()
  await rm(folder, { recursive: true, force: true })
})

const clients = 8

it('loses nothing that was acknowledged before the backup', { timeout: 120_000 }, async ({ skip }) => {
  if (process.platform === 'win32') skip('the commands are for a shell of the Bourne family')
  const server = await startBuilt(location, undefined, ['--rate-limit', 'off'])
  const send = sender(server.http, await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon))
  /** Names in the order in which they were acknowledged. */
  const ledger: string[] = []
  const asked = new Set<string>()
  const writing = Array.from({ length: clients }, async (_, client) => {
    for (let number = 0; ; number += 1) {
      const displayName = `Client ${client} group ${number}`
      asked.add(displayName)
      // The connection ends with the server.
      const answer = await send('POST', `${TS}/groups`, { displayName }).catch(() => undefined)
      if (answer === undefined) return
      expect(answer.status).toBe(201)
      ledger.push(displayName)
    }
  })
  const enough = { timeout: 30_000, interval: 10 }
  await vi.waitFor(() => expect(ledger.length).toBeGreaterThan(50), enough)
  const acknowledged = ledger.length
  expect(await typedIn(folder, 'relata backup drill.db')).toMatch(/^wrote drill\.db/)
  const after = ledger.length
  await vi.waitFor(() => expect(ledger.length).toBeGreaterThan(after + 50), enough)
  await server.end('SIGKILL')
  await Promise.all(writing)

  for (const name of await readdir(location)) if (name.startsWith('relata.db')) await rm(join(location, name))
  await expect(startBuilt(location)).rejects.toThrow(/ended with 1: .*is missing.*\ntip: put a backup in its place/)
  expect(await typedIn(folder, 'relata restore drill.db && relata check')).toMatch(
    /^restored .*\nchecked 3 tenants: nothing/,
  )

  const again = await startBuilt(location)
  // Keys were not lost, so the token of before the loss is still good.
  const now = sender(again.http, await tokenFor(again.http, wellKnown.contoso, wellKnown.daemon))
  const found = new Set(
    (await listAll<{ displayName: string }>(now, again.http, `${TS}/groups`)).map(({ displayName }) => displayName),
  )
  expect(ledger.slice(0, acknowledged).filter((name) => !found.has(name))).toEqual([])
  const ours = [...found].filter((name) => name.startsWith('Client '))
  expect(ours.filter((name) => !asked.has(name))).toEqual([])
  // What was acknowledged after the backup is lost, which is why the interval between backups matters.
  expect(ours.length).toBeLessThan(ledger.length)
  expect((await again.end('SIGTERM')).code).toBe(0)
})
