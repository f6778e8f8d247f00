/**
 * What storms share: both engines, servers that are started and killed, clients with a ledger, and the numbers of a run.
 * `npm run storm` makes them long and prints the seed; `RELATA_STORM_SEED` has a run again.
 */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { freshPostgres, seededPostgres } from '../../_support/database.ts'
import { tokenFor } from '../../_support/server.ts'
import { taxonomyOver } from '../../_support/taxonomy.ts'
import { type BuiltServer, root, startBuilt } from '../built-server.ts'
import { type Ask, audit, chanceFrom, type Entry, LedgerClient, listRows, type Met, nothingMet } from '../ledger.ts'

export const isLong = process.env['RELATA_STORM'] === 'long'
export const seed = Number(process.env['RELATA_STORM_SEED'] ?? 1)
/** How often, in a short storm and in a long one. */
export const times = (short: number, long: number): number => (isLong ? long : short)
export const chance = chanceFrom(seed)
export const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))

export const engines = ['sqlite', 'postgres'] as const
export type Engine = (typeof engines)[number]

export const program = join(root, 'dist/bin/relata.js')

/** Where the rows of a storm are. */
export interface Place {
  readonly engine: Engine
  readonly location: string
  /** Address of the database on PostgreSQL. */
  readonly url: string | undefined
  /** The flags that name the database. */
  readonly flags: readonly string[]
  remove(): Promise<void>
}

/** With nothing in it. */
export const emptyPlace = async (engine: Engine): Promise<Place> =>
  placeAt(engine, engine === 'postgres' ? await freshPostgres() : undefined)

/** What a first start makes is there already on PostgreSQL, where it takes seconds. */
export const makePlace = async (engine: Engine): Promise<Place> => {
  const copied = engine === 'postgres' ? await seededPostgres() : undefined
  const place = await placeAt(engine, copied?.url)
  return {
    ...place,
    remove: async () => {
      await copied?.drop()
      await place.remove()
    },
  }
}

const placeAt = async (engine: Engine, url: string | undefined): Promise<Place> => {
  const location = await mkdtemp(join(tmpdir(), 'relata-storm-'))
  return {
    engine,
    location,
    url,
    flags: url === undefined ? [] : ['--database-url', url],
    remove: () => rm(location, { recursive: true, force: true }),
  }
}

/** Settings of whoever runs the tests do not count. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RELATA_|PORT$|HOST$)/.test(name)))

/** Runs a command of Relata to its end. */
export const command = (...args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env: environment() })

/** When a command is killed: after so many milliseconds, or at the so-manieth change in a folder, whichever is first. */
export interface Strike {
  readonly after: number
  readonly change?: { readonly folder: string; readonly number: number }
}

/** The same, killed. */
export const commandKilled = async ({ after, change }: Strike, ...args: readonly string[]): Promise<void> => {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore', env: environment() })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  let seen = 0
  const watcher =
    change &&
    watch(change.folder, () => {
      seen += 1
      if (seen >= change.number) child.kill('SIGKILL')
    })
  const timer = setTimeout(() => child.kill('SIGKILL'), after)
  await ended
  clearTimeout(timer)
  watcher?.close()
}

const killPoint = fileURLToPath(new URL('kill-point.mjs', import.meta.url))

/**
 * Runs a command that is killed at its `at`th step: on a file below the folders, in a database, or towards a server. With 0 it
 * is not killed, and the number of steps is the answer; a server is told to stop when it is ready.
 */
export const commandKilledAt = async (
  at: number,
  folders: readonly string[],
  ...args: readonly string[]
): Promise<number> => {
  const child = spawn(process.execPath, ['--import', killPoint, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...environment(), RELATA_KILL_AT: String(at), RELATA_KILL_IN: folders.join(':') },
  })
  let [said, steps] = ['', '']
  const [, out, err, counter] = child.stdio
  out?.on('data', (text: Buffer) => {
    said += text
    if (said.includes('relata is ready on')) child.kill('SIGTERM')
  })
  err?.on('data', (text: Buffer) => {
    said += text
  })
  counter?.on('data', (text: Buffer) => {
    steps += text
  })
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('close', (...end) => resolve(end))
  })
  if (at === 0) expect(status, said).toBe(0)
  // The number differs a little from run to run, where it is one of statements.
  else if (signal !== 'SIGKILL') expect(status, `step ${at}: ${said}`).toBe(0)
  return Number(steps)
}

/** The invariants hold: every word of `relata check` otherwise. `place`: flags that name the database. */
export const checkWhole = (...place: readonly string[]): void => {
  const { status, stdout, stderr } = command('check', ...place)
  expect(status, `${stdout}${stderr}`).toBe(0)
}

export interface Opened {
  readonly server: BuiltServer
  readonly ask: Ask
}

/** A server on the place, and requests to it as the daemon of Contoso. */
export const open = async ({ location, flags }: Place, ...more: readonly string[]): Promise<Opened> => {
  const server = await startBuilt(location, undefined, [...flags, ...more])
  return { server, ask: await askAt(server) }
}

export const askAt = async (server: BuiltServer): Promise<Ask> => {
  const token = await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(`${server.http}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
}

export const taxonomyAt = (ask: Ask) =>
  taxonomyOver(async (method, path, body) => {
    const { status, text } = await ask(method, path, body)
    return { status, text, body: text === '' ? undefined : JSON.parse(text) }
  })

export interface Load {
  readonly clients: readonly LedgerClient[]
  readonly met: Met
  readonly entries: readonly Entry[]
  /** Resolves when so many writes are acknowledged. */
  reach(count: number): Promise<void>
  end(): Promise<void>
}

let names = 0

/** Clients that write until they are told to end. `relationships`: also those, with steps that fall due. */
export const startLoad = (ask: Ask, set: string, count: number, relationships: boolean): Load => {
  let isOver = false
  const met = nothingMet()
  names += 1
  const clients = Array.from(
    { length: count },
    (_, at) =>
      new LedgerClient({
        name: `storm${names}c${at}`,
        ask,
        met,
        seed: seed * 10_000 + names * 100 + at,
        set,
        relationships,
        pause: (failed) => pause(failed ? 50 : 0),
        isOver: () => isOver,
      }),
  )
  const running = clients.map((client) => client.run())
  return {
    clients,
    met,
    get entries() {
      return clients.flatMap(({ entries }) => entries)
    },
    reach: async (wanted) => {
      for (let waited = 0; met.acknowledged < wanted; waited += 10) {
        if (waited > 60_000) throw new Error(`${met.acknowledged} of ${wanted} writes; ${[...met.said.keys()].join()}`)
        await pause(10)
      }
    },
    end: async () => {
      isOver = true
      await Promise.all(running)
    },
  }
}

/** Holds all entries against what a server shows; says how many writes without an answer were carried out. */
export const auditAt = async (ask: Ask, set: string, entries: readonly Entry[], relationships: boolean) => {
  const result = audit(entries, await listRows(ask, set, 'storm', relationships))
  expect({ lost: result.lost, wrong: result.wrong }).toEqual({ lost: [], wrong: [] })
  return result
}

/** Nobody met anything but the right answer, 503 with Retry-After, or a broken connection. */
export const expectPlain = (met: Met): void => {
  expect(met.faults).toEqual([])
  expect(met.withoutRetryAfter).toBe(0)
}
