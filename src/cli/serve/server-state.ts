/**
 * What a running server leaves in its location, so that commands find it: `servers/PID.json`, one file for each server,
 * as several may share a folder. A file of a process that has ended is as good as none.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isObject } from '#base/json.ts'
import { identityOf } from './process-identity.ts'

export interface ServerState {
  readonly pid: number
  /** `identityOf` that process; null: the system does not say. */
  readonly identity: string | null
  readonly url: string
  readonly registry: boolean
  readonly version: string
  /** Where its output goes, when it was started with --detach. */
  readonly log?: string
}

const form = /^(\d+)\.json$/

export function stateFolder(location: string): string {
  return join(location, 'servers')
}

/** A folder that cannot be written to does not stop a server: commands then need its address. Returns what removes the file. */
export function writeState(location: string, state: Omit<ServerState, 'pid' | 'identity'>): () => void {
  const { pid } = process
  const folder = stateFolder(location)
  const file = join(folder, `${pid}.json`)
  try {
    // A registry keeps its rows elsewhere as a rule, and makes no folder for this alone.
    if (state.registry && statSync(location, { throwIfNoEntry: false }) === undefined) return () => undefined
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const whole: ServerState = { pid, identity: identityOf(pid) ?? null, ...state }
    writeFileSync(file, `${JSON.stringify(whole)}\n`, { mode: 0o600 })
  } catch {
    return () => undefined
  }
  return () => {
    try {
      rmSync(file, { force: true })
    } catch {
      // It is known to be of a process that has ended.
    }
  }
}

function readState(file: string): ServerState | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isObject(value)) return undefined
    const { pid, identity, url, registry, version, log } = value as Record<string, unknown>
    const isWhole = Number.isInteger(pid) && typeof url === 'string' && typeof version === 'string'
    if (!isWhole || !URL.canParse(url)) return undefined
    return {
      pid: pid as number,
      identity: typeof identity === 'string' ? identity : null,
      url,
      registry: registry === true,
      version,
      ...(typeof log === 'string' ? { log } : {}),
    }
  } catch {
    return undefined
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether it is the process that wrote its file; undefined: it cannot be told. */
export function isSame({ pid, identity }: ServerState): boolean | undefined {
  if (!isThere(pid)) return false
  return identity === null ? undefined : identityOf(pid) === identity
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function filesIn(location: string): string[] {
  return namesIn(stateFolder(location)).filter((name) => form.test(name))
}

/** Of the servers that run, or may run. */
export function listStates(location: string): readonly ServerState[] {
  const states = filesIn(location).flatMap((name) => readState(join(stateFolder(location), name)) ?? [])
  return states.filter((state) => isSame(state) !== false).sort((one, other) => one.pid - other.pid)
}

export function findState(location: string, pid: number): ServerState | undefined {
  return readState(join(stateFolder(location), `${pid}.json`))
}

/** Adds to the state of a server that has just begun where its output goes. */
export function noteLog(location: string, state: ServerState): void {
  writeFileSync(join(stateFolder(location), `${state.pid}.json`), `${JSON.stringify(state)}\n`, { mode: 0o600 })
}

/** The one with a log that was started last, also if it has ended without removing its file. */
export function lastLogged(location: string): ServerState | undefined {
  const began = (name: string): number => statSync(join(stateFolder(location), name)).mtimeMs
  return filesIn(location)
    .sort((one, other) => began(other) - began(one))
    .flatMap((name) => readState(join(stateFolder(location), name)) ?? [])
    .find(({ log }) => log !== undefined)
}

const logForm = /^(\d+)-[0-9a-f]+\.log$/

/** `pid`: of the command that starts a server, which sees to it until the server has its state. */
export function logName(pid: number): string {
  return `${pid}-${randomBytes(4).toString('hex')}.log`
}

/** Removes what servers left that have ended, with their logs. */
export function tidyStates(location: string): void {
  const folder = stateFolder(location)
  const kept = new Set<string>()
  for (const name of filesIn(location)) {
    const state = readState(join(folder, name))
    if (state === undefined || isSame(state) === false) rmSync(join(folder, name), { force: true })
    else if (state.log !== undefined) kept.add(basename(state.log))
  }
  for (const name of namesIn(folder)) {
    const [, starter] = logForm.exec(name) ?? []
    if (starter === undefined || kept.has(name) || (Number(starter) !== process.pid && isThere(Number(starter))))
      continue
    rmSync(join(folder, name), { force: true })
  }
}
