/** Several servers on one folder: none moves the time of the others, and one that has moved it has the folder to itself. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BuiltServer, build, endAll, startBuilt } from '../crash/built-server.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-folder-'))
beforeAll(build, 120_000)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

const move = async ({ http }: BuiltServer) => {
  const answer = await fetch(`${http}/_relata/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: 'P1D' }),
  })
  return { status: answer.status, body: (await answer.json()) as { now?: string; error?: { message: string } } }
}
/** As the pages ask: whether the clock can be moved. Nobody is kept away by it. */
const canMove = async ({ http }: BuiltServer): Promise<boolean> => {
  const { features } = (await (await fetch(`${http}/_relata/info`)).json()) as { features: readonly string[] }
  return features.includes('clock-move')
}
const now = async ({ http }: BuiltServer): Promise<string> => {
  const answer = await fetch(`${http}/_relata/clock`)
  return ((await answer.json()) as { now: string }).now
}

it('moves the clock only where one server is alone, also after others were killed', async () => {
  const first = await startBuilt(location)
  expect(await canMove(first)).toBe(true)
  const [second, third] = await Promise.all([startBuilt(location), startBuilt(location)])
  const all = [first, second, third]
  const before = await now(first)
  expect(await Promise.all(all.map(canMove))).toEqual([false, false, false])
  // At once: two that ask at the same moment are not both alone.
  for (const { status, body } of await Promise.all(all.map(move))) {
    expect(status).toBe(409)
    expect(body.error?.message).toMatch(/^The clock cannot be moved: other processes serve the same database/)
  }
  for (const server of all) expect((await now(server)).slice(0, 10)).toBe(before.slice(0, 10))
  await second.end('SIGKILL')
  expect((await move(first)).status).toBe(409)
  await third.end('SIGTERM')
  expect(await canMove(first)).toBe(true)
  const moved = await move(first)
  expect(moved.status).toBe(200)
  expect(Date.parse(moved.body.now ?? '')).toBeGreaterThan(Date.parse(before) + 86_000_000)
  // Its time is not that of others any more.
  await expect(startBuilt(location)).rejects.toThrow(/has moved its clock has this database for itself/)
  expect((await move(first)).status).toBe(200)
  await first.end('SIGKILL')
  const next = await startBuilt(location)
  expect((await move(next)).status).toBe(200)
})
