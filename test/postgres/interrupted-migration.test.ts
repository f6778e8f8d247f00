/**
 * A migration on PostgreSQL that is killed while it fills a table.
 * @module-tag slow
 */
import pg from 'pg'
import { describe, it } from 'vitest'
import { schemaStateAt } from '#store/postgres/schema-state.ts'
import { freshPostgres } from '../_support/database.ts'
import { expectOtherRefused, expectResumed, type MigratedDatabase } from '../store/interrupted-migration.ts'

const makeOne = async (): Promise<MigratedDatabase> => {
  const url = await freshPostgres()
  return {
    place: { url },
    name: url,
    rows: async (text) => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        return (await client.query({ text, rowMode: 'array' })).rows
      } finally {
        await client.end()
      }
    },
    state: (migrations) => schemaStateAt(url, migrations),
  }
}

describe('a migration that is killed', { timeout: 60_000 }, () => {
  it('goes on from where it was, and ends with what one would have made that was not', () => expectResumed(makeOne))

  it('is not finished by a version that has another in its place', () => expectOtherRefused(makeOne))
})
