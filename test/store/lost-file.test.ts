/** A database file that is deleted or replaced while a store has it open: nothing is acknowledged that would be lost. */
import { copyFile, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { openStore } from '#store/store.ts'
import { models } from '#workloads/models.ts'

const [first, second, third] = ['a', 'b', 'c'].map((last) => `00000000-0000-4000-8000-00000000000${last}`) as [
  string,
  string,
  string,
]
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-lost-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.each(['deleted', 'replaced'] as const)(
  'writes to a file that was %s are refused, and reads go on',
  async (state) => {
    const location = join(folder, state)
    const file = join(location, 'relata.db')
    const store = await openStore({ models: Object.values(models), location })
    await store.addTenant(first)
    expect(store.processes.fileState?.()).toBe('kept')
    await copyFile(file, join(folder, `${state}.db`))
    await rename(file, join(folder, `${state}-aside.db`))
    if (state === 'replaced') await copyFile(join(folder, `${state}.db`), file)
    expect(store.processes.fileState?.()).toBe(state)
    await expect(store.addTenant(second)).rejects.toMatchObject({ kind: 'unavailable', reason: state })
    expect(await store.tenants()).toEqual([{ id: first }])
    // Whatever opens it meanwhile does not make an empty file in its place.
    if (state === 'deleted') expect(() => openConnection(file, 100)).toThrow('there is no database')
    if (state === 'deleted') expect(await readdir(location)).not.toContain('relata.db')
    // Put back under its name, it is the same file again.
    await rename(join(folder, `${state}-aside.db`), file)
    expect(store.processes.fileState?.()).toBe('kept')
    await store.addTenant(third)
    await store.close()
    const again = await openStore({ models: Object.values(models), location })
    expect(await again.tenants()).toEqual([{ id: first }, { id: third }])
    await again.close()
  },
)
