/** Faults from the start of a server, and what is left of them at its end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { defaultConfig, prepareConfig, readConfig } from '#app/config.ts'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer } from '../_support/server.ts'
import { faultsOf } from './kit.ts'

const folder = mkdtempSync(join(tmpdir(), 'relata-faults-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const configOf = (flags: Record<string, string | boolean>) => {
  const read = readConfig(flags, {})
  return 'faults' in read ? { faults: read.faults } : { config: read.config }
}

describe('--faults', () => {
  it('gives rules that are there from the start, and again after a reset; a copy has none', async () => {
    const text = '{ // of the incident\n "rules": [{ "id": "outage", "what": { "status": 503 }, "times": 1 }] }'
    const { config } = configOf({ faults: file('outage.jsonc', text) })
    const server = await startTestServer({ databaseUrl: undefined, faults: config?.faults ?? [] })
    try {
      const status = async (headers = {}) =>
        (await server.send('GET', '/v1.0/termStore/groups', undefined, { headers })).status
      const { id } = (await (await fetch(`${server.http}/_relata/worlds`, jsonPost({}))).json()) as { id: string }
      expect([await status(), await status(), await status({ 'relata-world': id })]).toEqual([503, 200, 200])
      await faultsOf(server).clear()
      await faultsOf(server).add({ what: { status: 500 } })
      expect((await fetch(`${server.http}/_relata/reset`, jsonPost({}))).status).toBe(204)
      expect([await status(), await status()]).toEqual([503, 200])
      expect((await faultsOf(server).list()).map((rule) => rule.id)).toEqual(['outage'])
    } finally {
      await server.close()
    }
  })

  it('takes YAML as well', async () => {
    const flags = { faults: file('outage.yaml', 'rules:\n  - what: { status: 503 }\n    from: PT5M\n') }
    await prepareConfig(flags, {})
    expect(configOf(flags).config?.faults).toEqual([{ what: { status: 503 }, from: 'PT5M' }])
    const broken = { faults: file('broken.yml', 'rules: [') }
    await prepareConfig(broken, {})
    expect(configOf(broken).faults?.join()).toContain('is not YAML')
  })

  it('is refused with what is wrong with the file', () => {
    const rules = [{ what: { status: 503, wait: 1 } }]
    expect(configOf({ faults: file('wrong.json', { rules }) }).faults?.join()).toContain('rules/0/what/wait')
    expect(configOf({ faults: join(folder, 'none.json') }).faults?.join()).toContain('cannot be read')
    expect(configOf({ faults: file('text.json', 'rules:') }).faults?.join()).toContain('is not JSON')
    const good = file('good.json', { rules: [{ what: { status: 503 } }] })
    expect(configOf({ faults: good, registry: true }).faults).toContain('--faults cannot be used with --registry')
    expect(configOf({ faults: good, workers: '2' }).faults?.join()).toContain('--faults cannot be used with --workers')
  })
})

describe('at the end of the server', () => {
  it('what a rule holds goes on with the next start', async () => {
    const location = join(folder, 'kept')
    const open = () => startTestServer({ location, inMemory: false, databaseUrl: undefined })
    const first = await open()
    const made = relationshipsOver(first.send, (id, body) => first.customer('approve', id, body))
    await faultsOf(first).add({ what: { gdap: { stuck: { machine: 'relationship', status: 'activating' } } } })
    const id = await made.relationship('active')
    const path = `${relationships}/${id}`
    expect((await first.send('GET', path)).body.status).toBe('activating')
    await first.close()
    const second = await open()
    try {
      expect((await second.send('GET', path)).body.status).toBe('active')
      expect(await faultsOf(second).list()).toEqual([])
    } finally {
      await second.close()
    }
  })
})

describe('the log', () => {
  it('names the rule in the line of the request, of a batch with its items, and tells of no attack', async () => {
    let log = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      log += text
      return true
    })
    const server = await startTestServer({ silent: false, output: 'json', httpOnly: true })
    try {
      await faultsOf(server).add({ id: 'busy', where: { path: '/v1.0/users' }, what: { status: 429 } })
      await server.send('GET', '/v1.0/users')
      const requests = [
        { id: '1', method: 'GET', url: '/organization' },
        { id: '2', method: 'GET', url: '/users' },
      ]
      await server.send('POST', '/v1.0/$batch', { requests })
      await server.send('GET', '/v1.0/organization')
    } finally {
      await server.close()
      vi.restoreAllMocks()
    }
    const lines = log.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
    const seen = lines.filter(({ path }) => path?.startsWith('/v1.0/') === true)
    expect(seen.map(({ level, path, status, fault }) => [level, path, status, fault])).toEqual([
      ['info', '/v1.0/users', 429, 'busy'],
      ['info', '/v1.0/$batch', 200, 'requests/1 busy'],
      ['info', '/v1.0/organization', 200, undefined],
    ])
  })
})

describe('several processes', () => {
  it('have no rules, as each would have its own', async () => {
    const server = await startTestServer({ workers: 2, databaseUrl: undefined })
    try {
      const { status, body } = await faultsOf(server).post({ what: { status: 503 } })
      expect([status, body.error.message]).toEqual([409, expect.stringContaining('other processes')])
    } finally {
      await server.close()
    }
  })
})

describe('a registry', () => {
  it('has no faults', async () => {
    const server = await startTestServer({ registry: true, seed: 'none', httpOnly: true, gdap: defaultConfig.gdap })
    try {
      expect((await fetch(`${server.http}/_relata/faults`)).status).toBe(404)
      expect(server.parts.faults).toBeUndefined()
    } finally {
      await server.close()
    }
  })
})
