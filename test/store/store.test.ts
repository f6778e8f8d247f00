/** The contract of the store on SQLite, with each library there is; test/postgres has it on PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { chooseDriver, type DriverName } from '#store/sqlite/driver.ts'
import { openStore } from '#store/store.ts'
import { describeStore } from './contract.ts'
import { libraryMigrations, libraryModels } from './library.ts'

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
