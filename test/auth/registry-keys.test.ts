/** A registry has no issuer of its own: no key of it is made, kept or believed, in a folder or in PostgreSQL. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { type Config, defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { freshPostgres, isOnPostgres } from '../_support/database.ts'
import { tokenFor } from '../_support/server.ts'

let location: string
let config: Config
beforeAll(async () => {
  location = await mkdtemp(join(tmpdir(), 'relata-keys-'))
  const database = isOnPostgres ? { databaseUrl: await freshPostgres() } : {}
  config = { ...defaultConfig, location, port: 0, silent: true, httpOnly: true, ...database }
})
afterAll(() => rm(location, { recursive: true }))

/** Names of the secrets that are kept, and everything that a copy of them would tell. */
const kept = async (): Promise<{ names: string[]; text: string }> => {
  if (config.databaseUrl === undefined) {
    const names = (await readdir(location)).sort()
    const texts = names.filter((name) => /\.(json|key)$/.test(name))
    return { names, text: (await Promise.all(texts.map((name) => readFile(join(location, name), 'utf8')))).join() }
  }
  const client = new pg.Client({ connectionString: config.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string; value: string }>('select * from relata_shared order by name')
    return { names: rows.map(({ name }) => name), text: JSON.stringify(rows) }
  } finally {
    await client.end()
  }
}

/** Starts a server and asks it for the groups with the token that `tokenOf` gives, or none. */
const visit = async (registry: boolean, tokenOf: (http: string) => Promise<string>) => {
  const server = await startServer({ ...config, registry })
  try {
    const http = server.origin.replace('localhost', '127.0.0.1')
    const token = await tokenOf(http)
    const answer = await fetch(`${http}/beta/termStore/groups`, { headers: { authorization: `Bearer ${token}` } })
    const { error } = (await answer.json()) as { error?: { message: string } }
    return { status: answer.status, message: error?.message, token, keys: server.keys }
  } finally {
    await server.close()
  }
}

it('a registry makes no signing key, and believes none that a stand-in left behind', async () => {
  const bare = await visit(true, async () => 'a.b.c')
  expect([bare.status, bare.keys]).toEqual([401, undefined])
  const before = await kept()
  expect(before.names).toContain('page.key')
  expect(before.names).not.toContain('keys.json')
  expect(before.text).not.toContain('"kty"')

  const usual = await visit(false, (http) => tokenFor(http, wellKnown.contoso, wellKnown.daemon))
  expect(usual.status).toBe(200)
  expect((await kept()).names).toContain('keys.json')

  const after = await visit(true, async () => usual.token)
  expect([after.status, after.message]).toEqual([401, 'Access token validation failure. Invalid issuer.'])
})
