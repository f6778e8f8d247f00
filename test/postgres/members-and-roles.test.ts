/** Migration 0002 on a PostgreSQL database with rows, whole and partitioned. */
import pg from 'pg'
import { it } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { migrations } from '#store/migrations/all.ts'
import { migrate } from '#store/postgres/migrate.ts'
import { freshPostgres } from '../_support/database.ts'
import { expectMoved, oldRows } from '../store/members-and-roles.ts'

it.each([0, 3])('moves users, groups and roles into one table, in %d partitions', async (partitions) => {
  const client = new pg.Client({ connectionString: await freshPostgres() })
  await client.connect()
  try {
    await migrate(client, systemClock, migrations.slice(0, 1), partitions)
    for (const statement of oldRows) await client.query(statement)
    await migrate(client, systemClock, migrations, partitions)
    await expectMoved(async (text) => (await client.query({ text, rowMode: 'array' })).rows)
  } finally {
    await client.end()
  }
})
