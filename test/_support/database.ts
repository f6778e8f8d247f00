/** Databases for one test: a schema or a database of its own on the PostgreSQL of this run. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { urlOfRun } from './postgres.ts'

/** Which database the suites of this project are run on. */
export const isOnPostgres = process.env['RELATA_TEST_STORE'] === 'postgres'

/** Over how many tables the rows of each are spread there. */
export const partitionsOfRun = Number(process.env['RELATA_TEST_PARTITIONS'] ?? 0)

const asked = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: await urlOfRun() })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const freshName = (): string => `t_${randomBytes(6).toString('hex')}`

const databaseNamed = async (name: string): Promise<string> => {
  const url = new URL(await urlOfRun())
  url.pathname = `/${name}`
  return url.href
}

/** The address of a new, empty schema. */
export const freshPostgres = async (): Promise<string> => {
  const name = freshName()
  await asked((client) => client.query(`create schema ${name}`))
  return `${await urlOfRun()}?options=${encodeURIComponent(`-c search_path=${name}`)}`
}

export type UsualSeed = 'default' | 'none'

/** Keys and secrets are each server's own. */
const makeSeeded = async (client: pg.Client, seeded: string, seed: UsualSeed): Promise<void> => {
  const draft = `${seeded}_draft`
  await client.query(`drop database if exists ${draft}`)
  await client.query(`create database ${draft}`)
  const databaseUrl = await databaseNamed(draft)
  const settings = { seed, database: undefined, databaseUrl, databasePartitions: partitionsOfRun }
  await (await openParts({ ...defaultConfig, ...settings })).close()
  const inside = new pg.Client({ connectionString: databaseUrl })
  await inside.connect()
  await inside.query('delete from relata_shared')
  await inside.end()
  await client.query(`alter database ${draft} rename to ${seeded}`)
}

export interface CopiedDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** A database of its own with this seed and all tables, which is made once for the run and copied from then on. */
export const seededPostgres = async (seed: UsualSeed = 'default'): Promise<CopiedDatabase> => {
  const seeded = `relata_seeded_${seed}_${partitionsOfRun}`
  const name = freshName()
  await asked(async (client) => {
    await client.query('select pg_advisory_lock(4365)')
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [seeded])
    if (rowCount === 0) await makeSeeded(client, seeded, seed)
    await client.query('select pg_advisory_unlock(4365)')
    await client.query(`create database ${name} template ${seeded} strategy file_copy`)
  })
  return {
    url: await databaseNamed(name),
    drop: async () => {
      await asked((client) => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/** What `openStore` is told for the suites that run on both databases. */
export const databaseOfRun = async (): Promise<{ location: undefined; url?: string }> =>
  isOnPostgres ? { location: undefined, url: await freshPostgres() } : { location: undefined }

/** All rows but those that say which migrations have run. */
const empty = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = current_schema() and tablename <> 'relata_migration'`,
    )
    // One statement, at the end of which no row refers to another.
    const parts = rows.map(({ name }, at) => `d${at} as (delete from "${name}")`)
    await client.query(`with ${parts.join(', ')} select 1`)
  } finally {
    await client.end()
  }
}

/**
 * Databases of the run for worlds that are opened one after another, each when the one before is closed: on PostgreSQL
 * the tables are made once, which takes longer than most worlds live, and are emptied for the next.
 */
export const databasesInTurn = (): typeof databaseOfRun => {
  let made: string | undefined
  return async () => {
    if (!isOnPostgres) return { location: undefined }
    if (made === undefined) made = await freshPostgres()
    else await empty(made)
    return { location: undefined, url: made }
  }
}
