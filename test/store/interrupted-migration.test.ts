/**
 * A migration on SQLite that is killed while it fills a table.
 * @module-tag slow
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { schemaState } from '#store/sqlite/maintenance/file-maintenance.ts'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { expectOtherRefused, expectResumed, type MigratedDatabase } from './interrupted-migration.ts'

const folder = mkdtempSync(join(tmpdir(), 'relata-interrupted-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let made = 0
const makeOne = async (): Promise<MigratedDatabase> => {
  made += 1
  const location = join(folder, `${made}`)
  const name = databaseFile(location)
  return {
    place: { location },
    name,
    rows: async (text) => {
      const connection = openConnection(name, 0)
      try {
        return connection.prepare(text).all([])
      } finally {
        connection.close()
      }
    },
    state: (migrations) => schemaState(name, migrations),
  }
}

describe('a migration that is killed', { timeout: 60_000 }, () => {
  it('goes on from where it was, and ends with what one would have made that was not', () => expectResumed(makeOne))

  it('is not finished by a version that has another in its place', () => expectOtherRefused(makeOne))
})
