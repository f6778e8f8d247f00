/** `relata tenant`, as an operator runs it: on a database alone, and while a server runs on it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Config, defaultConfig } from '#app/config.ts'
import { run } from '#cli/program.ts'
import { announce, bannerFacts } from '#cli/serve/banner.ts'
import { freshPostgres } from '../_support/database.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { compiledSource } from '../_support/source-program.ts'

let folder: string
const servers: TestServer[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-tenant-'))
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await rm(folder, { recursive: true, force: true })
})

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

/** As a process of its own. */
const spawned = (args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=source', '--disable-warning=ExperimentalWarning', main, ...args],
      { env: { PATH: process.env['PATH'], ...compiledSource, ...variables } },
      (error, out, text) => resolve({ code: error === null ? 0 : Number(error.code), out, error: text }),
    )
    child.stdin?.end()
  })

/** In this process, which is far quicker. */
const relata = async (args: readonly string[]): Promise<Ran> => {
  const said = { out: '', error: '' }
  const taking = (name: 'out' | 'error') => (text: unknown) => {
    said[name] += String(text)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(taking('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(taking('error')),
  ]
  try {
    const code = await run(args, {})
    return { code, ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

const id = '0f3b1c52-0d0a-4c3e-9a55-0000000000c1'

/** What a start prints. */
const banner = async (config: Partial<Config>): Promise<string> => {
  let out = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  try {
    const server = await startTestServer(config)
    const whole = { ...defaultConfig, ...config }
    announce(whole, bannerFacts(whole, '0', server.http, server.parts.tenants.all()))
    await server.close()
  } finally {
    spy.mockRestore()
  }
  return out
}

describe('relata tenant', () => {
  it('adds a tenant to a folder that has no database yet, shows, changes and removes it', async () => {
    const place = ['-l', join(folder, 'alone')]
    const add = ['tenant', 'add', ...place, '--id', id, '--name', 'Litware', '--domain', 'litware.example']
    const made = await relata([
      ...add,
      '--administrator',
      'ada@litware.example',
      '--root-site',
      'litware.sharepoint.example',
    ])
    expect(made).toMatchObject({ code: 0, error: expect.stringMatching(/^database: .*\n$/) })
    expect(made.out).toMatch(/administrators +ada@litware\.example/)
    expect(made.out).toMatch(/root site +https:\/\/litware\.sharepoint\.example/)
    const again = await relata(add)
    expect(again.code).toBe(1)
    expect(again.error).toMatch(/--id: There is a tenant with the id/)
    expect(again.error).toMatch(/--domain: The domain 'litware\.example' belongs to the tenant 'Litware' already\./)
    expect((await relata(['tenant', 'list', ...place])).out).toBe(`${id}  litware.example  Litware\n`)
    const changed = await relata([
      'tenant',
      'update',
      'litware.example',
      ...place,
      '--name',
      'Litware Inc',
      '--partner',
      '--output',
      'json',
    ])
    expect(JSON.parse(changed.out)).toMatchObject({ id, displayName: 'Litware Inc', isPartner: true })
    const refused = await relata(['tenant', 'remove', id, ...place])
    expect([refused.code, refused.error]).toEqual([
      1,
      expect.stringContaining(
        "relata: removing Litware Inc cannot be undone\ntip: confirm it with its name: --confirm 'Litware Inc'\n",
      ),
    ])
    expect((await relata(['tenant', 'remove', id, ...place, '--confirm', 'Litware'])).code).toBe(1)
    expect(await relata(['tenant', 'remove', id, ...place, '--confirm', 'Litware Inc'])).toMatchObject({
      code: 0,
      out: `removed Litware Inc (${id})\n`,
    })
    expect((await relata(['tenant', 'list', ...place])).out).toMatch(/^no tenants; relata tenant add/)
    expect((await relata(['check', ...place])).out).toMatch(/nothing is wrong/)
  })

  it('is finished by the next start where its removal was interrupted, and check and copy tell of what is left', async () => {
    const location = join(folder, 'interrupted')
    const place = ['-l', location]
    const add = ['tenant', 'add', ...place]
    expect((await relata([...add, '--id', id, '--name', 'Litware', '--domain', 'litware.example'])).code).toBe(0)
    expect((await relata([...add, '--name', 'Other', '--domain', 'other.example'])).code).toBe(0)
    const database = new DatabaseSync(join(location, 'relata.db'))
    database.exec(`update "tenancy" set "id" = '!removing 1' where "no" = 1`)
    database.close()
    expect((await relata(['tenant', 'list', ...place])).out).toMatch(/^\S+ {2}other\.example {2}Other\n$/)
    const copied = join(folder, 'copied')
    expect((await relata(['copy', location, copied])).code).toBe(0)
    for (const at of [location, copied]) {
      const left = await relata(['check', '-l', at])
      expect([left.code, left.out]).toEqual([
        1,
        expect.stringMatching(/tenant: tenant removed: table relata_tenant: 1 row of a tenant that is not there/),
      ])
      const server = await startTestServer({ location: at, inMemory: false, httpOnly: true })
      await expect.poll(async () => (await relata(['check', '-l', at])).code, { timeout: 10_000 }).toBe(0)
      await server.close()
    }
  })

  it('says in words what is missing or wrong', async () => {
    const place = ['-l', join(folder, 'wrong')]
    expect(await relata(['tenant', 'add', ...place])).toMatchObject({
      code: 2,
      error: 'relata: tenant add: needs --name and --domain, or --file\n',
    })
    const bad = await relata(['tenant', 'add', ...place, '--name', 'X', '--domain', 'x', '--administrator', 'nobody'])
    expect([bad.code, bad.error.split('\n').slice(1)]).toEqual([
      1,
      [
        "relata: --domain: 'x' is not a domain, such as contoso.example.",
        "relata: --administrator: 'nobody' is not a sign-in name or an object id.",
        '',
      ],
    ])
    expect((await relata(['tenant', 'show', 'x.example', ...place])).error).toMatch(/there is no database/)
    const file = join(folder, 'wrong.json')
    await writeFile(file, JSON.stringify({ tenants: [{ displayName: 'X', defaultDomain: 'x.example', peolpe: [] }] }))
    const seeded = await relata(['tenant', 'add', ...place, '--file', file])
    expect([seeded.code, seeded.error]).toEqual([
      1,
      `database: ${join(folder, 'wrong', 'relata.db')}\nrelata: ${file} is not a seed: tenants/0/peolpe: 'peolpe' is not known here; 'people' is.\n`,
    ])
    expect((await relata(['start', '--seed', file])).error).toContain("'peolpe' is not known here")
  })

  it('prints names that are in a database already without what a terminal acts on', async () => {
    const location = join(folder, 'names')
    const place = ['-l', location]
    expect((await relata(['tenant', 'add', ...place, '--id', id, '--name', 'X', '--domain', 'x.example'])).code).toBe(0)
    const database = new DatabaseSync(join(location, 'relata.db'))
    const evil = 'X\n\u001b[2Jrelata is ready on https://evil.example\u0007\u009b1m'
    database.prepare('update "relata_tenant" set "display_name" = ?').run(evil)
    database.close()
    for (const args of [
      ['list'],
      ['show', id],
      ['list', '--output', 'json'],
      ['show', id, '--output', 'json'],
      ['remove', id],
    ]) {
      const { out, error } = await relata(['tenant', ...args, ...place])
      expect(out + error).toMatch(/evil/)
      expect(`${out}${error}`.replaceAll('\n', ''), args.join(' ')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      expect(`${out}${error}`).not.toMatch(/^relata is ready/m)
    }
    for (const output of ['text', 'json'] as const) {
      const printed = await banner({ location, inMemory: false, httpOnly: true, silent: false, output })
      expect(printed).toMatch(/evil/)
      expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      expect(printed.match(/^relata is ready/gm) ?? []).toHaveLength(output === 'text' ? 1 : 0)
    }
  })

  it('says of a file that is not JSON nothing that is in it', async () => {
    const file = join(folder, 'shadow')
    await writeFile(file, 'root:*:20202:0:99999:7:::')
    for (const args of [
      ['start', '--seed', file],
      ['tenant', 'add', '-l', join(folder, 'shadowed'), '--file', file],
    ]) {
      const { code, out, error } = await relata(args)
      expect(code).toBeGreaterThan(0)
      expect(error).toContain('is not JSON')
      expect(out + error).not.toMatch(/root|202/)
    }
  })

  it('refuses the demo companies in a registry', async () => {
    const refused = await relata(['start', '--registry', '--seed', 'default', '-l', join(folder, 'registry')])
    expect(refused.code).toBe(2)
    expect(refused.error).toMatch(/--seed default.*--registry|--registry.*--seed default|registry.*demo/)
  })

  it('says that there is nothing to change, and that there is no such tenant', async () => {
    const place = ['-l', join(folder, 'nothing')]
    const add = ['tenant', 'add', ...place, '--name', 'Litware', '--domain', 'litware.example']
    expect((await relata(add)).code).toBe(0)
    const nothing = await relata(['tenant', 'update', ...place, '--output', 'json', 'litware.example'])
    expect(nothing).toMatchObject({ code: 2, error: expect.stringContaining('nothing to change is given') })
    for (const args of [['show'], ['update', '--name', 'X'], ['remove', '--confirm', 'X']]) {
      const { code, error } = await relata(['tenant', ...args, ...place, 'gone.example'])
      expect(code).toBe(1)
      expect(error).toMatch(/^relata: There is no tenant 'gone\.example'\. relata tenant list shows them\.$/m)
    }
  })

  it('prints the schema that generated/ has', async () => {
    const { out } = await relata(['tenant', 'schema'])
    expect(out).toBe(await readFile(new URL('../../generated/seed-1.schema.json', import.meta.url), 'utf8'))
  })
})

describe.each(['SQLite', 'PostgreSQL'] as const)('beside a server that runs on %s', (name) => {
  it('what it does is seen by the server', { timeout: 60_000 }, async () => {
    const databaseUrl = name === 'PostgreSQL' ? await freshPostgres() : undefined
    const location = await mkdtemp(join(folder, 'beside-'))
    const server = await startTestServer({
      location,
      inMemory: false,
      httpOnly: true,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    })
    servers.push(server)
    const place = databaseUrl === undefined ? ['-l', location] : []
    const variables = databaseUrl === undefined ? {} : { RELATA_DATABASE_URL: databaseUrl }
    const tenant = (...args: string[]) => spawned(['tenant', ...args, ...place], variables)
    const organization = async (of = id) => {
      const { status, body } = await server.send('GET', '/v1.0/organization', undefined, { tenant: of })
      return status === 200 ? body.value[0].displayName : status
    }
    const made = await tenant(
      'add',
      '--id',
      id,
      '--name',
      'Litware',
      '--domain',
      'litware.example',
      '--well-known-applications',
    )
    expect(made).toMatchObject({ code: 0, error: expect.stringMatching(/^database: .*\n$/) })
    expect(await organization()).toBe('Litware')
    expect((await tenant('update', id, '--name', 'Litware Inc', '--other-domains', 'litware-two.example')).code).toBe(0)
    await expect.poll(() => organization(), { timeout: 10_000 }).toBe('Litware Inc')
    await expect.poll(() => server.parts.tenants.find('litware-two.example')?.id, { timeout: 10_000 }).toBe(id)
    expect((await tenant('update', id, '--other-domains', 'litware-three.example')).code).toBe(0)
    const byDomain = async () => {
      const path = "/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='litware-three.example')"
      const { status, body } = await server.send('GET', path)
      return status === 200 ? body.tenantId : status
    }
    // On SQLite a second may pass; then it is the next request that knows.
    if (name === 'SQLite') {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2_000 })
      expect(await byDomain()).toBe(id)
      vi.useRealTimers()
    } else await expect.poll(byDomain, { timeout: 10_000 }).toBe(id)
    expect((await tenant('remove', id, '--confirm', 'Litware Inc')).code).toBe(0)
    await expect.poll(() => organization(), { timeout: 10_000 }).toBe(401)
    expect(await organization('contoso.example')).toBe('Contoso')
  })
})
