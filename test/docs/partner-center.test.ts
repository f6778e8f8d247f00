/** The receiver and the commands of docs/partner-center.md, against a fresh server; and that its tables are those of the program. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { partnerCenterBody } from '#notify/kinds/partner-center.ts'
import { partnerCenterNames } from '#workloads/events/names.ts'
import { freePort } from '../_support/free-port.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { authorityFile, blocksIn, hasCurl, objectsIn, pageAt, paste } from './paste.ts'

const page = pageAt('docs/partner-center.md')
const [receiver = ''] = blocksIn(page, 'js')
const commands = blocksIn(page, 'sh').join('\n')
/** What a reader has typed before. */
const tokenOnly = commands.slice(0, commands.indexOf('call https'))
let server: TestServer
let folder = ''
beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'relata-partner-page-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

it('has a receiver that verifies an event, and commands that register it', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const port = await freePort()
  const file = join(folder, 'receiver.mjs')
  // It tells when it listens, for the test only.
  const text = receiver
    .replaceAll('https://localhost:4365', server.origin)
    .replace("'127.0.0.1')", "'127.0.0.1', () => console.log('ready'))")
  await writeFile(file, text)
  const env = { ...process.env, PORT: `${port}`, NODE_EXTRA_CA_CERTS: authorityFile }
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('ready')
    const said = await paste(commands.replaceAll('http://127.0.0.1:9000', `http://127.0.0.1:${port}`), server.origin)
    const [registered, validated, locked, approved, records] = objectsIn(said)
    expect(registered).toMatchObject({ webhookUrl: `http://127.0.0.1:${port}/hook` })
    expect(validated).toMatchObject({ correlationId: expect.any(String) })
    expect(records.items).toHaveLength(1)
    expect([locked.action, approved.status]).toEqual(['lockForApproval', 'active'])
    // They are about different things, so either may be told first.
    const [created = '', told = ''] = [(await lines.next()).value, (await lines.next()).value].sort().reverse()
    expect(created).toBe('true test-created null')
    const [, uri = ''] = /^true granular-admin-relationship-approved (\S+)$/.exec(told) ?? []
    expect(uri).toContain(`${server.origin}/auditactivity/v1/auditrecords/`)
    const record = JSON.parse(await paste(`${tokenOnly}\ncall ${uri}`, server.origin))
    expect(JSON.parse(record.resourceNewValue)).toMatchObject({ id: approved.id })
  } finally {
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }
})

it('shows the body of an event as it is sent', () => {
  const [body = ''] = blocksIn(page, 'json')
  const { EventName, ResourceName, ResourceUri, AuditUri, ResourceChangeUtcDate } = JSON.parse(body)
  const { origin: api, pathname } = new URL(ResourceUri)
  const event = {
    eventName: EventName,
    resourceName: ResourceName,
    resourcePath: pathname,
    auditId: AuditUri.split('/').at(-1),
    changedDateTime: ResourceChangeUtcDate,
  }
  expect(partnerCenterBody(event, { api, resources: api })).toBe(body.trim())
})

it('names each event of GDAP that Partner Center has', () => {
  const [, table = ''] = /\| event \| when \|\n([\s\S]*?)\n\n/.exec(page) ?? []
  const named = table.split('\n').flatMap((row) => {
    const [first = '', ...others] = [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
    return [first, ...others.map((name) => first.replace(/-[a-z]+$/, name))]
  })
  const known = partnerCenterNames.filter((name) => /^(?:granular|test)/.test(name))
  expect(named.filter((name) => /^(?:granular|test)/.test(name)).sort()).toEqual(known)
})
