/**
 * The built program reads files of terms in a process of its own, which ends with it.
 * @module-tag slow
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { build, startBuilt } from '../crash/built-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'relata-exchange-'))
beforeAll(build, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const childrenOf = (pid: number): { id: string; command: string }[] =>
  readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id))
    .flatMap((id) => {
      try {
        const parent = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]
        return parent === `${pid}` ? [{ id, command: readFileSync(`/proc/${id}/cmdline`, 'utf8') }] : []
      } catch {
        return []
      }
    })

it('plans and exports in a process beside the server, which ends when the server is killed', {
  timeout: 180_000,
}, async ({ skip }) => {
  if (!existsSync('/proc/self/stat')) skip('needs /proc')
  const server = await startBuilt(folder)
  const address = `${server.http}/_relata/term-store`
  const lines = Array.from({ length: 5_000 }, (_, at) => `Built|Large|Top ${at % 50}|Leaf ${at}`)
  const headers = { 'content-type': 'application/octet-stream' }
  const how = { method: 'POST', headers, body: lines.join('\n') }
  const plan = await (await fetch(`${address}/plan?format=pnp-text`, how)).text()
  const { summary } = JSON.parse(plan.trimEnd().split('\n').at(-1) as string)
  expect(summary).toMatchObject({ create: 5_052, refused: 0 })
  const beside = childrenOf(server.pid).filter(({ command }) => command.includes('exchange-process.js'))
  expect(beside).toHaveLength(1)
  for (const format of ['turtle', 'pnp-xml', 'json-ld', 'folder']) {
    const answer = await fetch(`${address}/export?format=${format}`)
    expect({ format, status: answer.status }).toEqual({ format, status: 200 })
    await answer.arrayBuffer()
  }
  await server.end('SIGKILL')
  await vi.waitFor(() => expect(existsSync(`/proc/${beside[0]?.id}`)).toBe(false), { timeout: 20_000 })
})
