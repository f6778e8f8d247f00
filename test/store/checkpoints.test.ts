/** The log of a SQLite file goes into the file when writers pause: rows are read quicker from there. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { databaseFile } from '#store/sqlite/store.ts'
import { openStore } from '#store/store.ts'
import { here } from './fixture.ts'
import { libraryMigrations, libraryModels, shelf } from './library.ts'

const location = mkdtempSync(join(tmpdir(), 'relata-log-'))
afterAll(() => rmSync(location, { recursive: true, force: true }))

it('is copied when nobody writes any more, and what is written meanwhile is kept', { timeout: 20_000 }, async () => {
  const store = await openStore({ models: libraryModels, migrations: libraryMigrations, location, announced: [] })
  const sizeOf = (): number => statSync(databaseFile(location)).size
  const write = (count: number, from: number) =>
    Promise.all(
      Array.from({ length: count }, (_, at) =>
        store.write(here, (tx) =>
          tx.insert(shelf, { id: `shelf ${from + at}`, displayName: `${from + at} ${'x'.repeat(500)}` }),
        ),
      ),
    )
  try {
    await store.addTenant(here)
    const before = sizeOf()
    await write(150, 0)
    await write(150, 150)
    expect(sizeOf()).toBe(before)
    await vi.waitFor(() => expect(sizeOf()).toBeGreaterThan(before + 150_000), { timeout: 10_000, interval: 50 })
    await write(300, 300)
    expect(await store.read(here, (tx) => tx.find(shelf, {}))).toHaveLength(600)
  } finally {
    await store.close()
  }
})
