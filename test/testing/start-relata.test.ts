/** `relata/testing`: worlds for tests, in the process and on ports. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClientSecretCredential } from '@azure/identity'
import { afterAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Relata, TokenOptions } from '#testing/relata.ts'
import { closeServers, startRelata, withRelata } from '#testing/start-relata.ts'

const location = mkdtempSync(join(tmpdir(), 'relata-testing-'))

afterAll(async () => {
  await closeServers()
  rmSync(location, { recursive: true, force: true })
})

const groups = '/v1.0/termStore/groups'

const addGroup = async (relata: Relata, displayName: string): Promise<number> => {
  const { status } = await relata.fetch(groups, {
    method: 'POST',
    headers: { authorization: `Bearer ${await relata.token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ displayName }),
  })
  return status
}

const named = async (relata: Relata, displayName: string): Promise<number> => {
  const answer = await relata.fetch(groups, { headers: { authorization: `Bearer ${await relata.token()}` } })
  expect(answer.status).toBe(200)
  const { value } = (await answer.json()) as { value: { displayName: string }[] }
  return value.filter((group) => group.displayName === displayName).length
}

const tenantsOf = async (relata: Relata): Promise<string[]> => {
  const { value } = (await (await relata.fetch('/_relata/tenants')).json()) as { value: { displayName: string }[] }
  return value.map(({ displayName }) => displayName).sort()
}

describe('startRelata', () => {
  it(
    'gives each test a world of its own, without a port',
    withRelata(async (first) => {
      const second = await startRelata()
      expect(first.url).toBe('https://localhost')
      expect(await addGroup(first, 'Mine')).toBe(201)
      expect(await addGroup(first, 'Mine')).toBe(409)
      expect(await named(second, 'Mine')).toBe(0)
      await second.close()
    }),
  )

  it(
    'gives tokens for the tenants of its own world, also where another has one of that name',
    withRelata(async (first) => {
      const second = await startRelata()
      const idOf = async (relata: Relata): Promise<unknown> => {
        await relata.seed({ tenants: [{ displayName: 'Same', defaultDomain: 'same.example' }] })
        const [, claims = ''] = (await relata.token({ tenant: 'same.example' })).split('.')
        const { value } = (await (await relata.fetch('/_relata/tenants')).json()) as {
          value: { id: string; displayName: string }[]
        }
        const id = value.find(({ displayName }) => displayName === 'Same')?.id
        expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ tid: id })
        return id
      }
      const before = await idOf(first)
      expect(await idOf(second)).not.toBe(before)
      await first.reset()
      expect(await idOf(first)).not.toBe(before)
      await second.close()
    }),
  )

  it(
    'answers as a server does, under the names of Microsoft’s hosts as well',
    withRelata(async (relata) => {
      const headers = { authorization: `Bearer ${await relata.token()}` }
      const answer = await relata.fetch('https://graph.microsoft.com/v1.0/termStore', { headers })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/)
      const page = await relata.fetch('https://graph.microsoft.com/v1.0/users?$top=1', { headers })
      const body = (await page.json()) as { '@odata.nextLink': string }
      expect(body['@odata.nextLink']).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/users\?/)
      expect((await relata.fetch(body['@odata.nextLink'], { headers })).status).toBe(200)
      expect((await relata.fetch('https://elsewhere.example/v1.0/users', { headers })).status).toBe(421)
      expect((await relata.fetch('/v1.0/users')).status).toBe(401)
    }),
  )

  it(
    'runs Microsoft’s client inside the process',
    withRelata(async (relata) => {
      const client = relata.client()
      const group = await client.api('/termStore/groups').post({ displayName: 'By the client' })
      expect(await client.api(`/termStore/groups/${group.id}`).get()).toMatchObject({ displayName: 'By the client' })
      await client.api(`/termStore/groups/${group.id}`).delete()
      await expect(client.api(`/termStore/groups/${group.id}`).get()).rejects.toMatchObject({ statusCode: 404 })
    }),
  )

  it(
    'resets and forks',
    withRelata(async (relata) => {
      await addGroup(relata, 'Before')
      const copy = await relata.fork({ clock: '2031-01-01T00:00:00Z' })
      expect(await named(copy, 'Before')).toBe(1)
      expect(await copy.clock.show()).toEqual({ now: '2031-01-01T00:00:00.000Z', frozen: true })
      await relata.reset()
      expect(await named(relata, 'Before')).toBe(0)
      expect(await named(copy, 'Before')).toBe(1)
    }),
  )

  it('ends its forks with it, those of forks and those that are being made as well', async () => {
    const relata = await startRelata()
    const watcher = await startRelata()
    const worlds = async (): Promise<string[]> => {
      const { value } = (await (await watcher.fetch('/_relata/worlds')).json()) as { value: { id: string }[] }
      return value.map(({ id }) => id)
    }
    const [fork, early] = [await relata.fork(), await relata.fork()]
    const inner = await fork.fork()
    await early.close()
    expect(await worlds()).toEqual(expect.arrayContaining([relata.id, fork.id, inner.id]))
    const late = relata.fork()
    await relata.close()
    const left = await worlds()
    for (const { id } of [relata, fork, inner, await late]) expect(left).not.toContain(id)
    expect(left).toContain(watcher.id)
    await expect(relata.fork()).rejects.toMatchObject({ status: 404 })
    await fork.close()
    await watcher.close()
  })

  it(
    'keeps what it holds under a name, and goes back to it with its clock',
    withRelata(
      async (relata) => {
        await addGroup(relata, 'Kept')
        const name = await relata.snapshot()
        await relata.clock.advance('P1D')
        await addGroup(relata, 'After')
        await relata.restore(name)
        expect([await named(relata, 'Kept'), await named(relata, 'After')]).toEqual([1, 0])
        expect((await relata.clock.show()).now).toBe('2026-05-01T00:00:00.000Z')
        const other = await startRelata({ from: name })
        expect(await named(other, 'Kept')).toBe(1)
        await other.close()
        await expect(relata.restore('none')).rejects.toMatchObject({ status: 404 })
      },
      { clock: '2026-05-01T00:00:00Z' },
    ),
  )

  it('makes the same ids from the same number', async () => {
    const made = async (ids: number): Promise<string> => {
      const relata = await startRelata({ ids, clock: '2026-05-01T00:00:00Z' })
      await addGroup(relata, 'First')
      const group = await relata.client().api('/termStore/groups').post({ displayName: 'Second' })
      await relata.close()
      return JSON.stringify(group)
    }
    const first = await made(7)
    expect(await made(7)).toBe(first)
    expect(await made(8)).not.toBe(first)
  })

  it('begins with what its seeds say, as names, files and objects', async () => {
    const litware = {
      displayName: 'Litware',
      defaultDomain: 'litware.example',
      administrators: ['ada@litware.example'],
    }
    const relata = await startRelata({ seed: ['contoso', { tenants: [litware] }] })
    const person = { tenant: 'litware.example', user: 'ada@litware.example', scopes: ['User.Read'] }
    const me = await relata.fetch('/_relata/me', { headers: { authorization: `Bearer ${await relata.token(person)}` } })
    expect(await me.json()).toMatchObject({ tenant: { displayName: 'Litware' } })
    expect(await addGroup(relata, 'In Contoso')).toBe(201)
    await relata.close()
    const file = join(location, 'seed.yaml')
    writeFileSync(file, `tenants: [${JSON.stringify(litware)}]`)
    const other = await startRelata({ seed: file })
    expect(await tenantsOf(other)).toEqual(['Litware'])
    await other.close()
    const third = await startRelata({ seed: 'none' })
    await third.seed(file)
    await third.seed([
      { tenants: [{ ...litware, displayName: 'Tailspin', defaultDomain: 'tailspin.example', administrators: [] }] },
    ])
    expect(await tenantsOf(third)).toEqual(['Litware', 'Tailspin'])
    await expect(third.seed('no-such-pack')).rejects.toMatchObject({ status: 400 })
    await third.close()
    await expect(startRelata({ seed: { tenant: [] } })).rejects.toThrow(/tenants/)
  })

  it(
    'is behind, slow or refuses where a rule says so, and goes on without it',
    withRelata(async (relata) => {
      const rule = await relata.faults.add({
        where: { method: 'POST' },
        what: { status: 429, retryAfter: 1 },
        times: 1,
      })
      expect(await addGroup(relata, 'Throttled')).toBe(429)
      expect(await addGroup(relata, 'Throttled')).toBe(201)
      expect(await relata.faults.list()).toMatchObject([{ id: rule.id, hits: 1 }])
      const [refused] = await relata.requests({ fault: '*' })
      expect(refused).toMatchObject({ status: 429 })
      await relata.faults.remove(rule.id)
      await relata.faults.add({ where: { path: '/v1.0/**' }, what: { drop: true } })
      await expect(relata.fetch('/v1.0/termStore/groups')).rejects.toThrow(TypeError)
      await relata.faults.clear()
      expect(await relata.faults.list()).toEqual([])
      expect((await relata.fetch('/v1.0/termStore/groups')).status).toBe(401)
    }),
  )

  it(
    'tells what changes while it happens',
    withRelata(async (relata) => {
      const seen: string[] = []
      for await (const { type } of relata.events()) {
        seen.push(type)
        if (type === 'relata.hello') await relata.clock.freeze()
        else if (type === 'relata.clock-changed') await addGroup(relata, 'Told')
        else break
      }
      expect(seen.slice(0, 2)).toEqual(['relata.hello', 'relata.clock-changed'])
      expect(seen[2]).toMatch(/group/i)
    }),
  )

  it(
    'moves its clock, and plays the customer of a relationship',
    withRelata(
      async (relata) => {
        expect((await relata.clock.advance('P30D')).now).toBe('2026-05-31T00:00:00.000Z')
        expect(await relata.clock.set('2027-01-01T00:00:00Z')).toEqual({
          now: '2027-01-01T00:00:00.000Z',
          frozen: true,
        })
        expect((await relata.clock.run()).frozen).toBe(false)
        await expect(relata.clock.advance('nonsense')).rejects.toMatchObject({ status: 400, name: 'RelataError' })
        const root = '/tenantRelationships/delegatedAdminRelationships'
        const client = relata.client()
        const made = await client.api(root).post({
          displayName: 'By a test',
          duration: 'P90D',
          accessDetails: { unifiedRoles: [{ roleDefinitionId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b' }] },
        })
        await client.api(`${root}/${made.id}/requests`).post({ action: 'lockForApproval' })
        expect(await relata.gdap.approve(made.id, { tenant: 'fabrikam.example' })).toMatchObject({ status: 'active' })
      },
      { clock: '2026-05-01T00:00:00Z' },
    ),
  )

  it('listens on a port of its own, which clients of the process trust', async () => {
    const relata = await startRelata({ port: 0, location })
    expect(relata.url).toMatch(/^https:\/\/localhost:\d+$/)
    expect(relata.ca).toContain('BEGIN CERTIFICATE')
    const headers = { authorization: `Bearer ${await relata.token()}` }
    const answer = await fetch(`${relata.graphUrl}/termStore/groups`, { headers })
    expect(answer.status).toBe(200)
    const credential = new ClientSecretCredential('contoso.example', wellKnown.daemon, wellKnown.secret, {
      authorityHost: relata.loginUrl,
      disableInstanceDiscovery: true,
    })
    expect((await credential.getToken('https://graph.microsoft.com/.default')).token).toMatch(/^ey/)
    expect(await addGroup(relata, 'In the process')).toBe(201)
    const other = await startRelata({ port: 0, location })
    expect(await named(other, 'In the process')).toBe(0)
    expect(other.url).not.toBe(relata.url)
    await relata.close()
    await other.close()
  })

  it(
    'gives tokens of people and applications, of any tenant',
    withRelata(async (relata) => {
      const me = async (options: TokenOptions) =>
        (await (
          await relata.fetch('/_relata/me', { headers: { authorization: `Bearer ${await relata.token(options)}` } })
        ).json()) as {
          tenant: { defaultDomain: string }
        }
      expect(await me({ tenant: 'fabrikam.example' })).toMatchObject({ tenant: { defaultDomain: 'fabrikam.example' } })
      const credential = relata.credential({ user: 'tara@contoso.example' })
      const { token, expiresOnTimestamp } = await credential.getToken('https://graph.microsoft.com/.default')
      expect(token).toBe(await relata.token({ user: 'tara@contoso.example' }))
      expect(expiresOnTimestamp).toBeGreaterThan(0)
      await expect(relata.token({ user: 'nobody@contoso.example' })).rejects.toMatchObject({ status: 400 })
    }),
  )

  it(
    'lists the requests that its world has answered',
    withRelata(async (relata) => {
      await addGroup(relata, 'Seen')
      await addGroup(relata, 'Seen')
      const [refused] = await relata.requests({ status: '4xx', top: 1 })
      expect(refused).toMatchObject({ method: 'POST', path: '/v1.0/termStore/groups', status: 409 })
    }),
  )

  it('says what is wrong with options that no types have checked', async () => {
    const refusal = (options: object) => startRelata(options).then(() => 'none', String)
    expect(await refusal({ sed: 'msp' })).toBe(
      "TypeError: 'sed' is not an option; there are seed, from, clock, ids, port, url, location, trust, settings",
    )
    expect(await refusal({ seed: 'mps' })).toMatch(/^Error: the seed 'mps' is no pack \(these are empty, contoso, /)
    expect(await refusal({ seed: 5 })).toBe('Error: the seed is not valid:\n  5 is not an object.')
    expect(await refusal({ url: 'localhost:4365' })).toMatch(/^TypeError: 'localhost:4365' .* is not the address/)
    const relata = await startRelata()
    const approve = relata.gdap.approve as (id: string) => Promise<unknown>
    await expect(approve('x')).rejects.toThrow('name the customer that answers')
    await expect(relata.gdap.approve('../x?', { tenant: 'fabrikam.example' })).rejects.toMatchObject({ status: 400 })
    await relata.close()
  })

  it('names a setting that is none', async () => {
    await expect(startRelata({ settings: { prot: 1 } })).rejects.toThrow("'prot' is not a setting of a server")
    await expect(startRelata({ settings: { workers: 2 } })).rejects.toThrow(
      "'workers' cannot be set for a server of tests",
    )
  })
})
