/** What an operator's commands say of a database on PostgreSQL. */
import pg from 'pg'
import { beforeAll, expect, it, vi } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { run } from '#cli/program.ts'
import { freshPostgres } from '../_support/database.ts'

const command = async (args: readonly string[], url: string): Promise<{ code: number; said: string }> => {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const complaint = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const code = await run(args, { RELATA_DATABASE_URL: url })
    return { code, said: [...out.mock.calls, ...complaint.mock.calls].map(([text]) => String(text)).join('') }
  } finally {
    out.mockRestore()
    complaint.mockRestore()
  }
}

const inSql = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text)
  await client.end()
}

let url = ''
beforeAll(async () => {
  url = await freshPostgres()
  await (await openParts({ ...defaultConfig, database: undefined, databaseUrl: url })).close()
})

it('migrate says that there is nothing to do, and refuses a database that is not ours', async () => {
  const there = await command(['migrate', '--dry-run'], url)
  expect(there).toMatchObject({ code: 0, said: expect.stringContaining('is up to date') })
  expect(there.said).not.toContain('relata:relata@')
  expect(await command(['migrate'], await freshPostgres())).toMatchObject({
    code: 1,
    said: expect.stringContaining('not a database of Relata'),
  })
  const nowhere = await command(['migrate'], 'postgres://relata:geheim@127.0.0.1:1/relata')
  expect(nowhere.code).toBe(1)
  expect(nowhere.said).not.toContain('geheim')
})

it('check finds what was damaged', async () => {
  expect(await command(['check'], url)).toMatchObject({ code: 0, said: expect.stringContaining('nothing is wrong') })
  await inSql(url, 'update "term_store_set" set "term_count" = "term_count" + 7')
  expect((await command(['check'], url)).code).toBe(1)
})
