/** Migration 0002 on a SQLite database with rows. */
import { it } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { migrations } from '#store/migrations/all.ts'
import { migrate } from '#store/sqlite/migrate.ts'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { expectMoved, oldRows } from './members-and-roles.ts'

it('moves users, groups and roles into one table, and mends roles, tags and durations', async () => {
  const connection = openConnection(':memory:', 0)
  migrate(connection, systemClock, migrations.slice(0, 1))
  for (const statement of oldRows) connection.exec(statement)
  migrate(connection, systemClock)
  await expectMoved(async (text) => connection.prepare(text).all([]))
  connection.close()
})
