/** A database file that is deleted or replaced while a store has it open: nothing is acknowledged that would be lost. */
import { copyFile, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { busy, type StoreError } from '#base/errors.ts'
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

it('a temporary file that was deleted has no backup, and the answer says so', async () => {
  const location = join(folder, 'temporary')
  const store = await openStore({ models: Object.values(models), location, lasting: false })
  await rm(location, { recursive: true })
  const refused = await store.addTenant(first).catch((error: unknown) => error)
  expect(refused).toMatchObject({ kind: 'unavailable', reason: 'dropped' })
  const { message } = busy(refused as StoreError)
  expect(message).toContain('temporary folder with the data of this server (--in-memory) has been deleted')
  expect(message).toContain('Restart the server, which begins anew')
  expect(message).not.toContain('restore')
  await expect(
    store.probe('read', { limitSeconds: 1, ended: undefined, onEnd: () => () => undefined }),
  ).rejects.toMatchObject({ reason: 'dropped' })
  await store.close()
})
