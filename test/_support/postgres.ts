/**
 * A real PostgreSQL for the tests, started before them and ended after them: binaries from npm, a folder of its own.
 * `RELATA_TEST_POSTGRES_URL` names another one to use instead; its role must be allowed to make schemas and databases.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressAt, freePort, serverIn } from './embedded-postgres.ts'

/** Where `test/_support/database.ts` finds it. */
export const urlVariable = 'RELATA_TEST_POSTGRES'

/** What is lost in a crash of the machine does not matter here, and waiting for the disk would take minutes. */
const flags = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', 'jit=off']

const start = async (folder: string): Promise<{ url: string; stop: () => Promise<void> }> => {
  const port = await freePort()
  const server = serverIn(join(folder, 'data'), port, flags)
  await server.initialise()
  await server.start()
  return { url: addressAt(port), stop: () => server.stop() }
}

export const setup = async (): Promise<() => Promise<void>> => {
  const given = process.env['RELATA_TEST_POSTGRES_URL']
  if (given !== undefined) {
    process.env[urlVariable] = given
    return async () => undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'relata-postgres-'))
  // The other user must get in.
  chmodSync(folder, 0o777)
  const { url, stop } = await start(folder)
  process.env[urlVariable] = url
  return async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
