/** A server that is killed cancels nothing; its statements end all the same. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { seededPostgres } from '../_support/database.ts'
import { tokenFor } from '../_support/server.ts'
import { build, endAll, startBuilt, TS } from '../crash/built-server.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-killed-'))
beforeAll(build, 120_000)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

it('leaves no statement behind that goes on for long', async (test) => {
  const { url, drop } = await seededPostgres()
  const watcher = new pg.Client({ connectionString: url })
  await watcher.connect()
  try {
    const { rows } = await watcher.query<{ version: string }>('select version()')
    if (!/linux/.test(rows[0]?.version ?? '')) return test.skip('PostgreSQL looks for its clients on Linux only')
    const server = await startBuilt(location, undefined, ['--database-url', url])
    const token = await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)
    await watcher.query(`alter table term_store_group rename to slow_group;
      create view term_store_group as select slow_group.* from slow_group where pg_sleep(25) is not null`)
    const asked = fetch(`${server.http}${TS}/groups`, { headers: { authorization: `Bearer ${token}` } }).catch(
      () => undefined,
    )
    const running = async (): Promise<number> => {
      const text = `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
      return (await watcher.query(text)).rows.length
    }
    await vi.waitFor(async () => expect(await running()).toBe(1), { timeout: 10_000 })
    await server.end('SIGKILL')
    await asked
    await vi.waitFor(async () => expect(await running()).toBe(0), { timeout: 8_000, interval: 100 })
  } finally {
    await watcher.end()
    await drop()
  }
})
