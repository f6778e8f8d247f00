/**
 * Applying GDAP in bulk is killed: the command after each line `sent` of its journal (events.md §12, case 18), and the server in the
 * middle of a job. Both go on, and end as an unbroken run does.
 * @module-tag slow
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../_support/server.ts'
import { approveAll, endState, gdapOn, serverWithCustomers, settle, workedExample } from '../bulk/kit.ts'
import { build, endAll, root, startBuilt } from './built-server.ts'

const program = join(root, 'dist/bin/relata.js')

beforeAll(build)
afterAll(endAll)

interface Batch {
  readonly requests: readonly { readonly method: string }[]
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of message.setEncoding('utf8')) text += piece
  return text
}

/**
 * In front of the server. The first batch that changes something ends the client: of its calls the server gets the first one, or
 * none at all.
 */
async function deadlyProxy(server: TestServer) {
  let onBatch: ((isReached: boolean) => boolean) | undefined
  let isReached = false
  const forward = (message: IncomingMessage, body: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { ...message.headers, 'content-length': String(Buffer.byteLength(body)) }
      request(new URL(message.url ?? '/', server.http), { method: message.method ?? 'GET', headers }, resolve)
        .on('error', reject)
        .end(body)
    })
  const proxy = createServer(async (message, answer) => {
    const body = await textOf(message)
    const batch = message.url?.endsWith('/$batch') ? (JSON.parse(body) as Batch) : undefined
    const isChange = batch?.requests.some(({ method }) => method !== 'GET') === true
    if (isChange && onBatch !== undefined) {
      if (isReached) await textOf(await forward(message, JSON.stringify({ requests: batch?.requests.slice(0, 1) })))
      onBatch(isReached)
      return
    }
    const got = await forward(message, body)
    answer.writeHead(got.statusCode ?? 500, got.headers)
    got.pipe(answer)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    arm: (kill: (isReached: boolean) => boolean, reached: boolean) => {
      onBatch = kill
      isReached = reached
    },
    close: () => {
      proxy.closeAllConnections()
      return new Promise((resolve) => proxy.close(resolve))
    },
  }
}

/** Runs `apply` until it is killed, or has nothing to do; true: it was killed. */
async function killedApply(
  proxy: Awaited<ReturnType<typeof deadlyProxy>>,
  dir: string,
  token: string,
  isReached: boolean,
): Promise<boolean> {
  const args = [program, 'gdap', 'apply', '--dir', dir, '--yes', '--parallel', '1', '--to', proxy.origin]
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, RELATA_TOKEN: token } })
  proxy.arm(() => child.kill('SIGKILL'), isReached)
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...ended) => resolve(ended)),
  )
  if (signal !== 'SIGKILL') expect(code).toBe(0)
  return signal === 'SIGKILL'
}

it('the command goes on after it was killed at each line of its journal, and without the journal', async () => {
  const [broken, whole] = [await serverWithCustomers(3), await serverWithCustomers(3)]
  const dirs = [await workedExample(broken), await workedExample(whole)]
  const [dir = '', other = ''] = dirs
  const journal = join(dir, '.relata/journal.jsonl')
  const proxy = await deadlyProxy(broken)
  try {
    const token = await broken.token()
    let kills = 0
    for (const stage of [1, 2, 3]) {
      // Of every other line the server gets nothing; the next run sends it again.
      while (await killedApply(proxy, dir, token, kills % 3 !== 0)) {
        kills += 1
        const last = JSON.parse((await readFile(journal, 'utf8')).trimEnd().split('\n').at(-1) ?? '')
        expect(last).toMatchObject({ phase: 'sent' })
        if (kills === 4) await rm(journal)
      }
      await gdapOn(whole, 'apply', '--dir', other, '--yes')
      if (stage === 1) await Promise.all([approveAll(broken), approveAll(whole)])
      else await Promise.all([settle(broken), settle(whole)])
    }
    // 4 steps, 4 and 1, each at least once.
    expect(kills).toBeGreaterThan(9)
    expect(await gdapOn(broken, 'plan', '--dir', dir, '--detailed-exit-code')).toMatchObject({ status: 0 })
    const state = await endState(broken)
    expect(state).toEqual(await endState(whole))
    const names = state.map(({ displayName }: { displayName: string }) => displayName)
    expect(new Set(names).size).toBe(names.length)
  } finally {
    await proxy.close()
    await Promise.all([broken.close(), whole.close(), ...dirs.map((one) => rm(one, { recursive: true }))])
  }
}, 60_000)

it('a job on the server goes on by itself after the server was killed', async () => {
  const location = await mkdtemp(join(tmpdir(), 'relata-bulk-'))
  try {
    let server = await startBuilt(location, program, ['--seed', 'msp'])
    const ask = async <T>(path: string, body?: unknown): Promise<T> => {
      const headers = { 'content-type': 'application/json' }
      const how = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
      const answer = await fetch(`${server.http}/_relata/${path}`, how)
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
      return (await answer.json()) as T
    }
    interface Job {
      readonly id: string
      readonly state: string
      readonly done: number
      readonly total: number
    }
    const { value } = await ask<{ value: { id: string; isPartner?: boolean }[] }>('tenants')
    const names = Array.from({ length: 20 }, (_, at) => `task-${at}`)
    const wanted = {
      templates: names.map((name) => ({ name, roles: ['Directory Readers'] })),
      customers: value
        .filter(({ id }) => !id.startsWith('c0117050'))
        .flatMap(({ id }) => names.map((template) => ({ customerTenantId: id, template }))),
    }
    const plan = await ask<{ readonly summary: { readonly create: number }; readonly problems: readonly unknown[] }>(
      'gdap/plan',
      wanted,
    )
    expect(plan.problems).toEqual([])
    let job = await ask<Job>('gdap/apply', plan)
    while (job.done < 60 && job.state === 'running') job = await ask<Job>(`gdap/jobs/${job.id}`)
    await server.end('SIGKILL')
    expect(job).toMatchObject({ state: 'running', total: plan.summary.create * 2 })
    server = await startBuilt(location, program, ['--seed', 'msp'])
    do job = await ask<Job>(`gdap/jobs/${job.id}`)
    while (job.state === 'running')
    expect(job).toMatchObject({ state: 'done', done: job.total })
    const again = await ask<{ readonly steps: readonly unknown[] }>('gdap/plan', wanted)
    expect(again.steps).toEqual([])
    await server.end('SIGTERM')
  } finally {
    await rm(location, { recursive: true, force: true })
  }
}, 60_000)
