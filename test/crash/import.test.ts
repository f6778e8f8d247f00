/**
 * The server is killed in the middle of an import: the same plan goes on after the last step that was finished, and ends with
 * what it would have made at once (exchange.md §2.7).
 * @module-tag slow
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BuiltServer, build, endAll, root, startBuilt } from './built-server.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-import-'))
beforeAll(build)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

const setCount = 60
const termsPerSet = 60
const header = ['Term Set Name', 'Term Set Description', 'LCID', 'Available for Tagging', 'Term Description']
  .concat([1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`))
  .join(',')

/** Many sets, each of which is a step. */
function file(): string {
  const rows = [header]
  for (let set = 1; set <= setCount; set++) {
    rows.push(`Set ${set},,,,`)
    for (let term = 1; term <= termsPerSet; term++) rows.push(`,,,,,Term ${term}`)
  }
  return rows.join('\n')
}

interface Job {
  readonly id: string
  readonly state: string
  readonly done: number
  readonly total: number
  readonly step: number
}

async function ask<T>({ http }: BuiltServer, path: string, body?: string): Promise<T> {
  const headers = { 'content-type': 'application/octet-stream' }
  const how = body === undefined ? {} : { method: 'POST', headers, body }
  const answer = await fetch(`${http}/_relata/term-store/${path}`, how)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return (path.startsWith('plan') || path.startsWith('export') ? text : JSON.parse(text)) as T
}

it('goes on where it was when the server was killed, more than once', async () => {
  const flags = ['--seed', 'empty']
  let server = await startBuilt(location, join(root, 'dist/bin/relata.js'), flags)
  const text = await ask<string>(server, 'plan?format=sharepoint-csv&group=Many', file())
  const { digest, summary } = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')
  expect(summary).toMatchObject({ create: setCount * (termsPerSet + 1) + 1, refused: 0 })
  const seen: number[] = []
  for (const steps of [5, 20, 40]) {
    let job = await ask<Job>(server, 'apply', JSON.stringify({ plan: digest }))
    while (job.state === 'running' && job.step < steps) job = await ask<Job>(server, `jobs/${job.id}`)
    seen.push(job.step)
    await server.end('SIGKILL')
    server = await startBuilt(location, join(root, 'dist/bin/relata.js'), flags)
    const after = await ask<Job>(server, `jobs/${job.id}`)
    // Nothing that was told as done is undone.
    expect(after.step).toBeGreaterThanOrEqual(job.step)
  }
  expect(seen[0]).toBeLessThan(setCount)
  let job = await ask<Job>(server, 'apply', JSON.stringify({ plan: digest }))
  while (job.state === 'running') job = await ask<Job>(server, `jobs/${job.id}`)
  expect(job).toMatchObject({ state: 'done', done: job.total, total: setCount * (termsPerSet + 1) + 1 })
  const again = await ask<string>(server, 'plan?format=sharepoint-csv&group=Many', file())
  expect(JSON.parse(again.trimEnd().split('\n').at(-1) ?? '').summary).toMatchObject({ create: 0, update: 0 })
  await server.end('SIGTERM')
}, 120_000)
