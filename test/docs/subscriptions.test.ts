/** docs/subscriptions.md: its receiver and its subscription, run as a reader would run them. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { servedForms } from '#workloads/subscriptions/rules/watched.ts'
import { freePort } from '../_support/free-port.ts'
import { startTestServer } from '../_support/server.ts'
import { blocksIn, hasCurl, pageAt, paste } from './paste.ts'

const page = pageAt('docs/subscriptions.md')

it('tells the receiver of the page of the group and of the relationship that its reader makes', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const folder = await mkdtemp(join(tmpdir(), 'relata-receiver-'))
  const server = await startTestServer()
  const port = await freePort()
  await writeFile(join(folder, 'receiver.mjs'), blocksIn(page, 'js')[0] ?? '')
  const receiver = spawn(process.execPath, [join(folder, 'receiver.mjs'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('listening')
    const script = blocksIn(page, 'sh').join('\n').replaceAll('localhost:4370', `localhost:${port}`)
    const printed = await paste(script, server.origin)
    const id = /"id":"([^"]+)"[^{}]*"displayName":"Watched"|"displayName":"Watched"[^{}]*"id":"([^"]+)"/.exec(printed)
    expect((await lines.next()).value).toBe(`created Groups/${id?.[1] ?? id?.[2]}`)
    const relationship = /[0-9a-f-]{36}-[0-9a-f-]{36}/.exec(printed)?.[0]
    const path = (/prints `created (\S+)…`, with the id of the relationship/.exec(page) ?? [])[1]
    expect((await lines.next()).value).toBe(`created ${path}${relationship}`)
  } finally {
    receiver.kill()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
})

it('names everything that can be watched', () => {
  const named = page.replaceAll('…/', '')
  for (const form of servedForms(false).split(', ')) {
    const tail = form
      .replace(/^(?:sites\/\{id\}\/)?termStore\//, '')
      .replace(/^tenantRelationships\/delegatedAdminRelationships\//, '')
    expect(named, form).toContain(tail)
  }
})
