/** The examples of docs/tenants.md and docs/seeds.md, run as a reader would run them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSeed } from '#app/seed/format/read-seed.ts'
import { seedSchema } from '#app/seed/format/seed-schema.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import type { JsonSchema } from '#base/schema-check.ts'
import { user } from '#workloads/directory/people.ts'
import { startTestServer } from '../_support/server.ts'
import { compiledSource } from '../_support/source-program.ts'
import { startOutsideProvider } from '../auth/outside-provider.ts'
import { blocksIn, hasCurl, pageAt, paste, runScript } from './paste.ts'

const tenants = pageAt('docs/tenants.md')
const seeds = pageAt('docs/seeds.md')
const [first = '', start = '', request = '', commands = '', joining = '', adding = '', many = ''] = blocksIn(
  tenants,
  'sh',
)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-docs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const relata = `relata() { '${process.execPath}' --conditions=source --disable-warning=ExperimentalWarning '${main}' "$@"; }`
/** In the folder of the reader. */
const run = (script: string): Promise<string> =>
  runScript(['-euo', 'pipefail', '-c', `cd '${folder}'\n${relata}\n${script}`], { HOME: folder, ...compiledSource })

describe('the first day of a registry', () => {
  it('adds a tenant, takes the first request, and its commands work beside the server', { timeout: 120_000 }, async ({
    skip,
  }) => {
    if (!hasCurl()) skip('curl is not installed')
    expect(await run(first)).toMatch(/^added Litware\n/)
    const provider = await startOutsideProvider()
    const [text = ''] = blocksIn(tenants, 'json')
    const issuers = parseOutsideIssuers(text.replace('https://issuer.example', provider.issuer))
    expect(start).toBe('relata --registry --issuers issuers.json\n')
    const registry = await startTestServer({
      registry: true,
      seed: 'none',
      inMemory: false,
      location: join(folder, '.relata'),
      issuers,
    })
    try {
      const token = await provider.token({ roles: ['Organization.Read.All'] })
      const asked = request.replace('$TOKEN', token)
      expect(JSON.parse(await paste(asked, registry.origin)).value).toMatchObject([{ displayName: 'Litware' }])
      await run(joining)
      const joined = registry.parts.store.read('7b6b0a52-3c59-4a0e-8e0b-1f2d3c4b5a69', (tx) =>
        tx.find(user, { userPrincipalName: 'tom@litware.example' }),
      )
      expect(await joined).toMatchObject([{ id: '8d1c0a5e-7c34-4d0b-9b1e-0a2b3c4d5e6f' }])
      const said = await run(commands)
      expect(said).toMatch(/litware\.example {2}Litware\n/)
      expect(said).toMatch(/name +Litware Inc\n/)
      expect(said).toMatch(/removed Litware Inc \(7b6b0a52/)
    } finally {
      await registry.close()
      await provider.close()
    }
  })
})

describe('the addresses', () => {
  it('add a tenant, and a partner’s customers', async ({ skip }) => {
    if (!hasCurl()) skip('curl is not installed')
    const server = await startTestServer()
    try {
      expect(JSON.parse(await paste(adding, server.origin))).toMatchObject({
        displayName: 'Litware',
        domains: ['litware-mail.example'],
        termStore: { languages: ['de-DE', 'en-US'], defaultLanguage: 'en-US' },
      })
      const { value } = JSON.parse(await paste(many, server.origin))
      expect([value.length, value[0].defaultDomain]).toEqual([25, 'alpine-bakery.example'])
      const customers = (await server.send('GET', '/v1.0/tenantRelationships/delegatedAdminCustomers')).body.value
      expect(customers).toHaveLength(26)
    } finally {
      await server.close()
    }
  })
})

describe('the seed file', () => {
  // A folder is filled by another way than memory: it gets a copy of a database that was filled elsewhere.
  it.each([
    ['in memory', true],
    ['on a file', false],
  ])('of the page fills a server %s', async (_, inMemory) => {
    const [text = ''] = blocksIn(seeds, 'json')
    const file = join(folder, 'seed.json')
    await writeFile(file, text)
    process.env['IMPORTER_SECRET'] = 'importer-secret'
    const server = await startTestServer({ seed: readSeed(file), inMemory, location: join(folder, 'seeded') })
    try {
      const { parts } = server
      expect(parts.tenants.all().map(({ displayName }) => displayName)).toEqual(['Fourth Coffee', 'Litware'])
      const [litware] = parts.tenants.all().filter(({ displayName }) => displayName === 'Litware')
      const answer = async (path: string) => {
        const { status, body } = await parts.handle({
          method: 'GET',
          version: 'v1.0',
          path,
          query: '',
          headers: {},
          body: undefined,
          origin: 'https://localhost',
          requestId: '',
          clientRequestId: '',
          actor: {
            kind: 'app',
            tenantId: litware?.id ?? '',
            permissions: new Set(['TermStore.Read.All', 'DelegatedAdminRelationship.Read.All', 'Directory.Read.All']),
          },
        })
        expect(status, body).toBe(200)
        return JSON.parse(body ?? '{}')
      }
      const relationships = '/tenantRelationships/delegatedAdminRelationships'
      const [one] = (await answer(relationships)).value
      expect(one).toMatchObject({ displayName: 'Fourth Coffee support', status: 'active' })
      expect((await answer(`${relationships}/${one.id}/accessAssignments`)).value).toMatchObject([{ status: 'active' }])
      const set = '/termStore/sets/c3f5c1a4-8a35-4b39-9c1d-2f8f4c7f3b20'
      expect((await answer(`${set}/relations`)).value).toMatchObject([{ relationship: 'pin' }])
      const home = '/termStore/sets/c3f5c1a4-8a35-4b39-9c1d-2f8f4c7f3b10'
      const [red] = (await answer(`${home}/children`)).value
      const names = red.labels.map(({ name }: { name: string }) => name)
      expect(names.toSorted()).toEqual(['Red', 'Rot', 'Scarlet'])
      const application = await parts.directory.findApplication(
        litware?.id ?? '',
        '5d1f5a4e-7d0c-4a53-9f5e-3f1b1f0c9a77',
      )
      expect(application?.secretHash).toMatch(/^scrypt\$/)
    } finally {
      delete process.env['IMPORTER_SECRET']
      await server.close()
    }
  })

  it('has no member that the page leaves out', () => {
    const namesIn = (schema: JsonSchema): string[] => [
      ...Object.keys(schema.properties ?? {}),
      ...Object.values(schema.properties ?? {}).flatMap(namesIn),
      ...(schema.items === undefined ? [] : namesIn(schema.items)),
      ...(schema.anyOf ?? []).flatMap(namesIn),
      ...Object.values(schema.$defs ?? {}).flatMap(namesIn),
    ]
    const own =
      /^(?:givenName|surname|jobTitle|mail|mailNickname|accountEnabled|userType|visibility|hostName|siteCollectionId|webId|countryLetterCode|preferredLanguage|initialDomain|domains|(?:web|spa|native)RedirectUris|idTokens|delegatedScopes|identifierUris|exposedScopes|tokenVersion|certificates|assignedTo)$/
    const missing = namesIn(seedSchema).filter((name) => !own.test(name) && !seeds.includes(name))
    expect([...new Set(missing)]).toEqual([])
  })
})
