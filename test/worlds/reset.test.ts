import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { relationships } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { removeFolders, temporaryLocation } from './folders.ts'

let server: TestServer

const groups = '/v1.0/termStore/groups'

const start = async (location: string | undefined): Promise<void> => {
  server = await startTestServer(location === undefined ? { inMemory: true } : { inMemory: false, location })
}

const reset = async (): Promise<number> => (await fetch(`${server.http}/_relata/reset`, jsonPost('{}'))).status

const groupIds = async (): Promise<readonly string[]> => {
  const { body } = await server.send('GET', groups)
  return body.value.map(({ id }: { id: string }) => id).sort()
}

/** Where an earlier start has filled the database, a reset makes rows of the seed anew, some under other ids. */
const groupNames = async (): Promise<readonly string[]> => {
  const { body } = await server.send('GET', groups)
  return body.value.map(({ displayName }: { displayName: string }) => displayName).sort()
}

const addGroup = (displayName: string) => server.send('POST', groups, { displayName })

afterEach(() => server.close())

afterAll(removeFolders)

describe.each([
  ['that keeps nothing', async () => undefined],
  ['with a folder', temporaryLocation],
])('the world of a server %s', (_, place) => {
  it('goes back to its seed and its clock, again and again', async () => {
    await start(await place())
    const before = await groupNames()
    for (const round of ['first', 'second', 'third']) {
      expect((await addGroup(`Passing in the ${round} round`)).status).toBe(201)
      await server.clock({ freeze: true, set: '2035-01-01T00:00:00Z' })
      expect(await reset()).toBe(204)
      const { now, frozen } = await server.clock()
      expect(frozen).toBe(false)
      expect(new Date(now).getFullYear()).toBeLessThan(2035)
      expect(await groupNames()).toEqual(before)
    }
    expect((await addGroup('After it')).status).toBe(201)
    expect(await groupNames()).toHaveLength(before.length + 1)
  })

  it('has again what a later time has ended', async () => {
    await start(await place())
    const stages = async () => {
      const { body } = await server.send('GET', relationships)
      return body.value
        .map(({ displayName, status }: { displayName: string; status: string }) => `${displayName}: ${status}`)
        .sort()
    }
    const before = await stages()
    await server.clock({ advance: 'P3Y' })
    expect(await stages()).not.toEqual(before)
    expect(await reset()).toBe(204)
    expect(await stages()).toEqual(before)
  })
})

describe('a reset', () => {
  it('lasts: the next start finds what it left', async () => {
    const location = await temporaryLocation()
    await start(location)
    const before = await groupIds()
    await addGroup('Passing')
    expect(await reset()).toBe(204)
    expect((await addGroup('Afterwards')).status).toBe(201)
    const left = await groupIds()
    await server.close()
    await start(location)
    expect(await groupIds()).toEqual(left)
    expect(left).toHaveLength(before.length + 1)
  })

  it('makes the seed anew where an earlier start has filled the folder', async () => {
    const location = await temporaryLocation()
    await start(location)
    const before = await groupIds()
    await addGroup('Of the first start')
    await server.close()
    await start(location)
    expect(await reset()).toBe(204)
    expect(await groupIds()).toHaveLength(before.length)
  })

  it('keeps every write that was asked for after it, and none that was answered before it', async () => {
    await start(await temporaryLocation())
    const seeded = await groupIds()
    const answered: { id: string; began: number; ended: number }[] = []
    let isOver = false
    const statuses = new Set<number>()
    const writer = async (number: number): Promise<void> => {
      for (let at = 0; !isOver || at < 3; at += 1) {
        const began = performance.now()
        const { status, body } = await addGroup(`Writer ${number}, group ${at}`)
        statuses.add(status)
        if (status === 201) answered.push({ id: body.id, began, ended: performance.now() })
      }
    }
    const writers = Array.from({ length: 8 }, (_, number) => writer(number))
    const resets: { began: number; ended: number }[] = []
    for (let round = 0; round < 5; round += 1) {
      const had = answered.length
      while (answered.length < had + 20) await nextTurn()
      const began = performance.now()
      expect(await reset()).toBe(204)
      resets.push({ began, ended: performance.now() })
    }
    const hadAtLast = answered.length
    while (answered.length < hadAtLast + 20) await nextTurn()
    isOver = true
    await Promise.all(writers)
    const { began, ended } = resets.at(-1) ?? { began: 0, ended: 0 }
    const left = new Set(await groupIds())
    for (const id of seeded) expect(left).toContain(id)
    for (const write of answered) {
      if (write.ended < began) expect(left).not.toContain(write.id)
      if (write.began > ended) expect(left).toContain(write.id)
    }
    expect([...statuses].filter((status) => status !== 201 && status !== 503)).toEqual([])
  })

  it('is refused where somebody else serves the same rows, and so is loading; saving is not', async () => {
    const location = await temporaryLocation()
    await start(location)
    const other = await startTestServer({ inMemory: false, location })
    try {
      const post = async (path: string, body: unknown = {}) => {
        const answer = await fetch(`${server.http}/_relata/${path}`, jsonPost(body))
        return { status: answer.status, text: await answer.text() }
      }
      expect((await post('snapshots', { name: 'kept' })).status).toBe(201)
      const file = await (await fetch(`${server.http}/_relata/export`)).arrayBuffer()
      for (const answer of [await post('reset'), await post('snapshots/kept/load'), await post('worlds')]) {
        expect(answer.status).toBe(409)
        expect(answer.text).toContain('Other processes serve the same database')
      }
      const imported = await fetch(`${server.http}/_relata/import`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      })
      expect(imported.status).toBe(409)
    } finally {
      await other.close()
    }
  })
})
