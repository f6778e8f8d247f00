/** A snapshot that is taken while many write is one state between two commits, and comes back row by row as it was. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { migrations } from '#store/migrations/all.ts'
import { openImage } from '#store/sqlite/images/image.ts'
import { tablesInOrder } from '#store/transfer.ts'
import { unpackWorld } from '#worlds/world-file.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { removeFolders, temporaryLocation } from './folders.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ inMemory: false, location: await temporaryLocation() })
})

afterAll(async () => {
  await server.close()
  await removeFolders()
})

const control = async (path: string, body: unknown = {}): Promise<number> =>
  (await fetch(`${server.http}/_relata/${path}`, jsonPost(body))).status

/** All rows of all tables, as they are stored. */
const rowsOf = async (query: string): Promise<Readonly<Record<string, readonly string[]>>> => {
  const answer = await fetch(`${server.http}/_relata/export${query}`)
  expect(answer.status).toBe(200)
  const { image } = await unpackWorld(new Uint8Array(await answer.arrayBuffer()), 2 ** 30)
  const opened = openImage(image.rows, { clock: systemClock, migrations })
  try {
    return Object.fromEntries(
      tablesInOrder().map(({ name }) => {
        const rows = opened.prepare(`select * from "${name}"`).all([])
        return [name, rows.map((row) => JSON.stringify(row)).sort()]
      }),
    )
  } finally {
    opened.close()
  }
}

interface Written {
  readonly id: string
  readonly began: number
  readonly ended: number
}

it('is whole, and comes back row by row', { tags: ['slow'] }, async () => {
  const made = taxonomyOver(server.send)
  const set = await made.set(await made.group())
  const children = `/v1.0/termStore/sets/${set}/children`
  const written: Written[] = []
  let isOver = false
  const writer = async (number: number): Promise<void> => {
    for (let at = 0; !isOver; at += 1) {
      const began = performance.now()
      const labels = [{ name: `Writer ${number}, term ${at}`, languageTag: 'en-US', isDefault: true }]
      const { status, body, text } = await server.send('POST', children, { labels })
      if (status !== 201) throw new Error(`${status}: ${text}`)
      written.push({ id: body.id, began, ended: performance.now() })
    }
  }
  const writers = Array.from({ length: 12 }, (_, number) => writer(number))
  const taken: { name: string; began: number; ended: number }[] = []
  for (const name of ['first', 'second', 'third']) {
    const had = written.length
    while (written.length < had + 60) await nextTurn()
    const began = performance.now()
    expect(await control('snapshots', { name })).toBe(201)
    taken.push({ name, began, ended: performance.now() })
  }
  isOver = true
  await Promise.all(writers)

  for (const { name, began, ended } of taken) {
    const kept = await rowsOf(`?snapshot=${name}`)
    expect(await control(`snapshots/${name}/load`)).toBe(204)
    expect(await rowsOf('')).toEqual(kept)
    const terms = new Set(kept['term_store_term']?.map((row) => /[0-9a-f-]{36}/.exec(row)?.[0]))
    for (const write of written) {
      if (write.ended < began) expect(terms).toContain(write.id)
      if (write.began > ended) expect(terms).not.toContain(write.id)
    }
    // Each term has its label: a write is there as a whole or not at all.
    expect(kept['term_store_term__labels']?.length).toBeGreaterThanOrEqual(terms.size)
    const { status } = await server.send('GET', `${children}?$top=1`)
    expect(status).toBe(200)
  }
  expect((await rowsOf('?snapshot=first'))['term_store_term']?.length).toBeLessThan(
    (await rowsOf('?snapshot=third'))['term_store_term']?.length ?? 0,
  )
})
