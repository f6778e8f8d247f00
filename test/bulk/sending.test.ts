/** What GDAP in bulk asks of a service, and how much at once: batches, what refers to what, waiting (events.md §7.5). */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mostBusyInRow, paceOf } from '#bulk/apply/pace.ts'
import { relata } from '../_support/command.ts'
import { loopbackServer } from '../_support/loopback-server.ts'
import { helpdesk, relationships } from '../_support/relationships.ts'
import { jsonPost, type TestServer } from '../_support/server.ts'
import {
  activeRelationship,
  assign,
  customerId,
  customersCsv,
  folderWith,
  group,
  serverWithCustomers,
  settingsYaml,
  settle,
} from './kit.ts'

interface BatchItem {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly dependsOn?: readonly string[]
}
interface Seen {
  readonly method: string
  readonly url: string
  /** Of a batch. */
  readonly items: readonly BatchItem[]
}

const count = 15
let server: TestServer
/** In front of the server: keeps what is asked, and passes it on. */
let proxy: Awaited<ReturnType<typeof loopbackServer>>
const seen: Seen[] = []
const folders: string[] = []
beforeAll(async () => {
  server = await serverWithCustomers(count)
  proxy = await loopbackServer(async ({ method, path: url, headers, body }, answer) => {
    const items = url.endsWith('/$batch') ? JSON.parse(body.toString('utf8')).requests : []
    seen.push({ method, url, items })
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...own } = headers
    const got = await fetch(`${server.http}${url}`, {
      method,
      headers: own as Record<string, string>,
      ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
    })
    const text = await got.text()
    const again = got.headers.get('retry-after')
    answer
      .writeHead(got.status, {
        'content-type': 'application/json',
        ...(again === null ? {} : { 'retry-after': again }),
      })
      .end(text)
  })
})
afterEach(() => {
  seen.length = 0
})
afterAll(async () => {
  await proxy.close()
  await server.close()
  await Promise.all(folders.map((dir) => rm(dir, { recursive: true })))
})

async function folder(prefix: string, numbers: readonly number[], template = 'roles: [Security Reader]') {
  const dir = await folderWith({
    'settings.yaml': settingsYaml.replace('prefix: rel', `prefix: ${prefix}`),
    'templates/desk.yaml': `name: desk\n${template}\n`,
    'customers.csv': customersCsv(numbers.map((number) => `${customerId(number)},,desk,,,`)),
  })
  folders.push(dir)
  return dir
}
const all = Array.from({ length: count }, (_, at) => at + 1)
const run = async (...args: readonly string[]) => {
  const token = { RELATA_TOKEN: await server.token() }
  const where = args.includes('--graph-url') ? [] : ['--to', proxy.url]
  return relata(['gdap', ...args, ...where], token)
}
const asGraph = () => ['--to', 'graph', '--graph-url', `${proxy.url}/v1.0`]
/** Batches that change something. */
const changes = () => seen.map(({ items }) => items).filter((items) => items.some(({ method }) => method !== 'GET'))
const below = '/tenantRelationships/delegatedAdminRelationships'

describe('a plan as a file', () => {
  it('is for the service that it was made of: nothing is asked of another one', async () => {
    const dir = await folder('else', [1])
    const file = join(dir, 'plan.json')
    expect(await run('plan', '--dir', dir, '-o', file)).toMatchObject({ status: 0 })
    const text = await readFile(file, 'utf8')
    const writtenFor = (service: string) => writeFile(file, text.replace(proxy.url, service))
    const applied = (...to: readonly string[]) => run('apply', file, '--dir', dir, '--yes', ...to)
    const refused = (service: string, here: string) => ({
      status: 1,
      stdout: `stale: the plan is of the service ${service}, and this one is ${here}; nothing was sent\n`,
      stderr: '',
    })
    seen.length = 0
    for (const service of ['https://graph.microsoft.com/v1.0', server.http, 'nowhere']) {
      await writtenFor(service)
      expect(await applied()).toEqual(refused(service, proxy.url))
    }
    await writtenFor(server.http)
    expect(await applied(...asGraph())).toEqual(refused(server.http, `${proxy.url}/v1.0`))
    expect(seen).toEqual([])
    // The same one in other words.
    await writtenFor(`https://127.0.0.1:${new URL(proxy.url).port}/v1.0/`)
    expect(await applied()).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 2 of 2 steps applied') })
  })
})

describe('writing', () => {
  it('sends 20 calls in a batch, where each lock names what the call before it makes', async () => {
    const dir = await folder('twenty', all)
    expect(await run('apply', '--dir', dir, '--yes', '--parallel', '50')).toMatchObject({ status: 0 })
    expect(changes().map(({ length }) => length)).toEqual([20, 10])
    for (const items of changes())
      for (const [at, { id, method, url, dependsOn }] of items.entries())
        expect([id, method, url, dependsOn]).toEqual(
          at % 2 === 0 ? [`${at + 1}`, 'POST', below, undefined] : [`${at + 1}`, 'POST', `$${at}/requests`, [`${at}`]],
        )
  })

  it('works on eight customers at once, where nothing else is said', async () => {
    const dir = await folder('eight', all)
    expect(await run('apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    expect(changes().map(({ length }) => length)).toEqual([16, 14])
  })

  it('locks in the batch after that of the creation where the service is Graph', async () => {
    const dir = await folder('graph', all.slice(0, 3))
    expect(await run('apply', '--dir', dir, '--yes', ...asGraph())).toMatchObject({ status: 0 })
    const [creates = [], locks = [], ...more] = changes()
    expect(more).toEqual([])
    expect(creates.map(({ url }) => url)).toEqual([below, below, below])
    expect(locks).toHaveLength(3)
    for (const { url } of locks) expect(url).toMatch(/^\/tenantRelationships\/.+\/[0-9a-f-]{73}\/requests$/)
  })

  it('names the entity tag of what it changes, and orders the calls of one customer', async () => {
    const dir = await folder('etag', [1], 'roles: [Security Reader]\nassign: []')
    const planned = JSON.parse((await run('plan', '--dir', dir, '--json')).stdout)
    const key: string = planned.steps[0].key
    const made = await server.send('POST', relationships, {
      ...{ displayName: key, duration: 'P30D', customer: { tenantId: customerId(1) } },
      accessDetails: { unifiedRoles: [{ roleDefinitionId: helpdesk }] },
    })
    seen.length = 0
    expect(await run('apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    const [items = []] = changes()
    expect(items).toMatchObject([
      { method: 'PATCH', url: `${below}/${made.body.id}`, headers: { 'If-Match': made.body['@odata.etag'] } },
      { method: 'POST', url: `${below}/${made.body.id}/requests`, dependsOn: ['1'] },
    ])
    await server.customer('approve', made.body.id, { tenantId: customerId(1) })
    await settle(server)
    const { body: right } = await server.send('GET', `${relationships}/${made.body.id}`)
    expect(right.accessDetails.unifiedRoles).toHaveLength(1)
    const [role] = right.accessDetails.unifiedRoles
    const id = await assign(server, right.id, await group(server, 'Not named'), role.roleDefinitionId)
    await settle(server)
    const given = await server.send('GET', `${relationships}/${right.id}/accessAssignments/${id}`)
    seen.length = 0
    expect(await run('apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    expect(changes()).toMatchObject([
      [
        {
          method: 'DELETE',
          url: `${below}/${right.id}/accessAssignments/${id}`,
          headers: { 'If-Match': given.body['@odata.etag'] },
        },
      ],
    ])
  })

  it('goes on with half as many customers where the service was busy', async () => {
    const dir = await folder('half', all.slice(0, 8))
    const fault = { where: { method: 'POST', path: '/v1.0/$batch' }, what: { status: 429, retryAfter: 0 }, times: 1 }
    const ruled = await fetch(`${server.http}/_relata/faults`, jsonPost(fault))
    expect(ruled.status).toBe(201)
    expect(await run('apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    expect(changes().map(({ length }) => length)).toEqual([16, 8, 8])
    await fetch(`${server.http}/_relata/faults`, { method: 'DELETE' })
  })
})

describe('reading', () => {
  const reads = () => seen.filter(({ method }) => method === 'GET').map(({ url }) => decodeURIComponent(url))

  it('asks our server for 300 relationships with their assignments, and Graph for assignments by 20', async () => {
    const number = 21
    const made: Promise<string>[] = []
    for (let at = 0; at < number; at += 1) made.push(activeRelationship(server, customerId(2), `By hand ${at}`))
    await Promise.all(made)
    await settle(server)
    const dir = await folder('read', [2])
    seen.length = 0
    await run('plan', '--dir', dir)
    expect(reads()).toContain(`/v1.0${below}?$top=300&$expand=accessAssignments`)
    expect(seen.flatMap(({ items }) => items.filter(({ url }) => url.includes('accessAssignments')))).toEqual([])
    seen.length = 0
    await run('plan', '--dir', dir, ...asGraph())
    expect(reads()).toContain(`/v1.0${below}?$top=300`)
    const batches = seen
      .map(({ items }) => items.filter(({ url }) => url.includes('/accessAssignments?')))
      .filter(({ length }) => length > 0)
    expect(batches.flat().length).toBeGreaterThanOrEqual(number)
    expect(batches[0]).toHaveLength(20)
    expect(batches.length).toBe(Math.ceil(batches.flat().length / 20))
  })
})

describe('the pace', () => {
  it('is halved by a busy answer, and one more after 20 answers, never more than wanted', () => {
    const pace = paceOf(8)
    pace.busy(0)
    pace.busy(0)
    expect(pace.width).toBe(2)
    pace.succeeded(19)
    expect(pace.width).toBe(2)
    pace.succeeded(1)
    expect(pace.width).toBe(3)
    pace.succeeded(2_000)
    expect(pace.width).toBe(8)
    for (let at = 0; at < 5; at += 1) pace.busy(0)
    expect(pace.width).toBe(1)
  })

  it('waits as long as the service says, else a second, doubled up to a minute', () => {
    const pace = paceOf(8)
    const waits = Array.from({ length: 8 }, () => pace.busy(undefined))
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    expect(pace.busy(90)).toBe(90_000)
    pace.succeeded(1)
    expect(pace.busy(undefined)).toBe(1_000)
  })

  it('ends after ten busy answers in a row', () => {
    const pace = paceOf(8)
    for (let at = 1; at < mostBusyInRow; at += 1) pace.busy(0)
    pace.succeeded(1)
    for (let at = 1; at < 10; at += 1) pace.busy(0)
    expect(pace.isExhausted).toBe(false)
    pace.busy(0)
    expect(pace.isExhausted).toBe(true)
  })
})
