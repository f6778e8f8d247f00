/** The contract of the store on SQLite; test/postgres has it on PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStore } from '#store/store.ts'
import { describeStore } from './contract.ts'
import { libraryMigrations, libraryModels } from './library.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const options = { models: libraryModels, migrations: libraryMigrations }

describeStore('SQLite in memory', () => openStore({ ...options, location: undefined }))
describeStore('SQLite in a file', () => {
  const location = mkdtempSync(join(tmpdir(), 'relata-store-'))
  folders.push(location)
  return openStore({ ...options, location })
})
