/** The built server as a process of its own, which can be stopped or killed, and plain requests to it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** One at a time among the test files of a run, which are children of one process. */
const buildLock = join(tmpdir(), `relata-test-build-${process.ppid}`)

const isMine = (): boolean => {
  try {
    mkdirSync(buildLock)
    return true
  } catch {
    return false
  }
}

/** Builds when stale, so that a test works alone; `npm test` has done it before. */
export const build = async (): Promise<void> => {
  const end = performance.now() + 50_000
  while (!isMine()) {
    if (performance.now() > end) throw new Error(`somebody builds for too long; or remove ${buildLock}`)
    await sleep(100)
  }
  try {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build.js')], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  } finally {
    rmdirSync(buildLock)
  }
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly err: string
}

export interface BuiltServer {
  /** HTTPS, but for a server that is told to go without. */
  readonly origin: string
  /** Plain HTTP address of the same port. */
  readonly http: string
  readonly pid: number
  /** What it has written to standard error so far. */
  log(): string
  readonly ended: Promise<Ended>
  /** Sends the signal to this process and waits for its end. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ended>
}

const running = new Set<ChildProcess>()

/** Rejects with what the process said when it ends before it is ready. `program` is what `npm start` runs. */
export const startBuilt = async (
  location: string,
  program: string = join(root, 'dist/bin/relata.js'),
  flags: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<BuiltServer> => {
  const args = [program, '--port', '0', '--location', location, '--silent', ...flags]
  // Settings of whoever runs the tests do not count.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RELATA_|PORT$|HOST$)/.test(name)))
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, ...environment } })
  running.add(child)
  let out = ''
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal, err })
    })
  })
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const found = /^relata is ready on (https?:\/\/localhost:\d+)\n/m.exec(out)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('error', reject)
    ended.then(({ code }) => reject(new Error(`the server ended with ${code}: ${err}`)), reject)
  })
  return {
    origin,
    http: `http://127.0.0.1:${new URL(origin).port}`,
    pid: child.pid ?? 0,
    log: () => err,
    ended,
    end: (signal) => {
      child.kill(signal)
      return ended
    },
  }
}

/** Ends what a failed test has left running. */
export const endAll = async (): Promise<void> => {
  await Promise.all(
    [...running].map(
      (child) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) return resolve()
          child.on('exit', () => resolve())
          child.kill('SIGKILL')
        }),
    ),
  )
}

export interface Reply<T> {
  readonly status: number
  readonly text: string
  readonly body: T
}

export const TS = '/v1.0/termStore'

/** Rejects when the connection breaks before the whole answer is there. */
export type Send = <T = { readonly id: string }>(method: string, path: string, body?: unknown) => Promise<Reply<T>>

/** Plain HTTP requests with the token; paths start with the version. */
export const sender =
  (http: string, token: string): Send =>
  async <T>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${http}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') === true
    return { status: answer.status, text, body: (isJson && text !== '' ? JSON.parse(text) : undefined) as T }
  }

/** The body of an answer that must have the status. */
export const need = <T>(status: number, { text, body, ...reply }: Reply<T>): T => {
  if (reply.status !== status) throw new Error(`${reply.status} instead of ${status}: ${text}`)
  return body
}

interface Page<T> {
  readonly value: readonly T[]
  readonly '@odata.nextLink'?: string
}

/** All pages of a collection. */
export const listAll = async <T>(send: Send, http: string, path: string): Promise<T[]> => {
  const all: T[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Page<T> = need(200, await send<Page<T>>('GET', next))
    all.push(...page.value)
    next = page['@odata.nextLink']?.slice(http.length)
  }
  return all
}
