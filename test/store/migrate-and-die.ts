/**
 * Run as a program: migrates a database in small parts, and is killed after so many pages are asked for.
 * Arguments: a file with the migrations, pages (0: it is not killed), and the file of the database or its address.
 */
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { systemClock } from '../../src/base/clock.ts'
import { migrate as migratePostgres } from '../../src/store/postgres/migrate.ts'
import type { Migration } from '../../src/store/schema/schema-changes.ts'
import { migrate } from '../../src/store/sqlite/migrate.ts'
import { openConnection } from '../../src/store/sqlite/sqlite.ts'

const [file = '', pages = '0', place = ''] = process.argv.slice(2)
const migrations = JSON.parse(readFileSync(file, 'utf8')) as Migration[]
let left = Number(pages)
const sizes = {
  part: 120,
  get page() {
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    return 10
  },
}
if (place.startsWith('postgres')) {
  const client = new pg.Client({ connectionString: place })
  await client.connect()
  await migratePostgres(client, systemClock, migrations, 0, sizes)
  await client.end()
} else {
  const connection = openConnection(place, 0)
  migrate(connection, systemClock, migrations, sizes)
  connection.close()
}
