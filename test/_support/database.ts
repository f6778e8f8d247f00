/** Databases for one test: a schema of its own on the PostgreSQL of this run. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { urlVariable } from './postgres.ts'

/** Which database the suites of this project are run on. */
export const isOnPostgres = process.env['RELATA_TEST_STORE'] === 'postgres'

/** Over how many tables the rows of each are spread there. */
export const partitionsOfRun = Number(process.env['RELATA_TEST_PARTITIONS'] ?? 0)

/** The address of a new, empty schema. */
export const freshPostgres = async (): Promise<string> => {
  const url = process.env[urlVariable]
  if (url === undefined) throw new Error('no PostgreSQL was started for this run')
  const name = `t_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`create schema ${name}`)
  } finally {
    await client.end()
  }
  return `${url}?options=${encodeURIComponent(`-c search_path=${name}`)}`
}

/** What `openStore` is told for the suites that run on both databases. */
export const databaseOfRun = async (): Promise<{ location: undefined; url?: string }> =>
  isOnPostgres ? { location: undefined, url: await freshPostgres() } : { location: undefined }
