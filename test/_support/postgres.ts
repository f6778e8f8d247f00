/**
 * A real PostgreSQL for the tests: binaries from npm, a folder of its own. It is started when a suite asks for it the
 * first time, once for the whole run, by the process that runs the suites, and is stopped after them.
 * `RELATA_TEST_POSTGRES_URL` names another one to use instead; its role must be allowed to make schemas and databases.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressAt, serverIn } from './embedded-postgres.ts'
import { freePort } from './free-port.ts'

/** Where a suite asks: an address on the loopback interface that answers the URL of the database as text. */
const askVariable = 'RELATA_TEST_POSTGRES_ASK'
const givenVariable = 'RELATA_TEST_POSTGRES_URL'

/** What is lost in a crash of the machine does not matter here, and waiting for the disk would take minutes. */
const flags = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', 'jit=off']

interface Started {
  readonly url: string
  stop(): Promise<void>
}

const inMemory = '/dev/shm'
/** A run takes less than one of them; the memory of a container is often far smaller. */
const roomyBytes = 4 * 1024 ** 3

/** In memory where there is room: each test's database is some hundred files, which are copied and removed. */
function place(): string {
  if (!existsSync(inMemory)) return tmpdir()
  const { bavail, bsize } = statfsSync(inMemory)
  return bavail * bsize < roomyBytes ? tmpdir() : inMemory
}

const prefix = 'relata-postgres-'

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Undefined where the file is not there, or not any more. */
function pidIn(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10)
  } catch {
    return undefined
  }
}

/** What runs that were killed have left in memory: their servers are gone. */
function removeLeft(): void {
  if (!existsSync(inMemory)) return
  for (const name of readdirSync(inMemory).filter((one) => one.startsWith(prefix))) {
    // Negative while another run makes a database cluster, by one short-lived process after another.
    const pid = pidIn(join(inMemory, name, 'data', 'postmaster.pid'))
    if (pid !== undefined && pid > 0 && !isAlive(pid)) rmSync(join(inMemory, name), { recursive: true, force: true })
  }
}

async function start(): Promise<Started> {
  removeLeft()
  const folder = mkdtempSync(join(place(), prefix))
  // The other user must get in.
  chmodSync(folder, 0o777)
  const port = await freePort()
  const server = serverIn(join(folder, 'data'), port, flags)
  await server.initialise()
  await server.start()
  return {
    url: addressAt(port),
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** For vitest's `globalSetup`; what it answers stops whatever was started. */
export async function setup(): Promise<() => Promise<void>> {
  let starting: Promise<Started> | undefined
  const answers = createServer((_, answer) => {
    starting ??= start()
    starting.then(
      ({ url }) => answer.end(url),
      (error: unknown) => answer.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => answers.listen(0, '127.0.0.1', resolve))
  process.env[askVariable] = `http://127.0.0.1:${(answers.address() as AddressInfo).port}/`
  return async () => {
    answers.closeAllConnections()
    answers.close()
    const started = await starting?.catch(() => undefined)
    await started?.stop()
  }
}

async function ask(): Promise<string> {
  const given = process.env[givenVariable]
  if (given !== undefined) return given
  const address = process.env[askVariable]
  if (address === undefined) throw new Error('this run has nobody to ask for a PostgreSQL')
  const answer = await fetch(address)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`PostgreSQL could not be started: ${text}`)
  return text
}

let asked: Promise<string> | undefined

/** The URL of this run's PostgreSQL, which is running when this resolves. */
export function urlOfRun(): Promise<string> {
  asked ??= ask()
  return asked
}
