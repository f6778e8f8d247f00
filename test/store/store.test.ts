/** The contract of the store, for each database it runs on. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import type { Store } from '#edm/ports.ts'
import { chooseDriver, type DriverName } from '#store/driver.ts'
import { openStore } from '#store/store.ts'
import { freshPostgres } from '../_support/database.ts'
import { here, there } from './fixture.ts'
import { libraryMigrations, libraryModels } from './library.ts'
import { describeMarks } from './marks-contract.ts'
import { describeQueries } from './queries-contract.ts'
import { describeRows } from './rows-contract.ts'

const describeStore = (name: string, open: () => Promise<Store>): void => {
  const opened = async (): Promise<Store> => {
    const store = await open()
    await store.addTenant(here)
    await store.addTenant(there)
    return store
  }
  describe(name, () => {
    describeRows(opened)
    describeMarks(opened)
    describeQueries(opened)
  })
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const names: readonly DriverName[] = ['node:sqlite', 'better-sqlite3']
for (const driver of names) {
  if ((await chooseDriver(driver).catch(() => undefined)) === undefined) continue
  const options = { models: libraryModels, migrations: libraryMigrations, driver }
  describeStore(`${driver}, in memory`, () => openStore({ ...options, location: undefined }))
  describeStore(`${driver}, in a file`, () => {
    const location = mkdtempSync(join(tmpdir(), 'relata-store-'))
    folders.push(location)
    return openStore({ ...options, location })
  })
}

describeStore('PostgreSQL', async () =>
  openStore({ models: libraryModels, migrations: libraryMigrations, location: undefined, url: await freshPostgres() }),
)
