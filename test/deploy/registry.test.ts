/**
 * The manifests of Kubernetes and the compose file of a registry: started with exactly their settings, with a certificate,
 * an issuer and a tenant in the places that docs/operations.md names, each answers a request to Graph.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { noTenants } from '#app/adapters/known-tenants.ts'
import { loadCertificates } from '#app/trust/certificates.ts'
import { freshPostgres } from '../_support/database.ts'
import { audience, type OutsideProvider, startOutsideProvider } from '../auth/outside-provider.ts'
import { build } from '../crash/built-server.ts'
import { blocksIn, pageAt } from '../docs/paste.ts'
import { ask, type Deployed, endStarted, execDeployed, readEnv, readYaml, startDeployed } from './started.ts'

const host = 'graph.relata.example'
let folder = ''
let provider: OutsideProvider
let certificate: { readonly cert: string; readonly key: string; readonly ca: string }

beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-deploy-'))
  provider = await startOutsideProvider()
  const now = new Date()
  const { cert, key, ca = '' } = await loadCertificates({ location: join(folder, 'ca'), inMemory: false, host, now })
  certificate = { cert, key, ca }
})
afterAll(async () => {
  endStarted()
  await provider?.close()
  await rm(folder, { recursive: true, force: true })
})

/** In the form of deploy/kubernetes/issuers.json, which says what is to be replaced. */
const issuersLike = (example: readonly Record<string, unknown>[]): string =>
  JSON.stringify(example.map((entry) => ({ ...entry, issuer: provider.issuer, audience })))

/** The commands of docs/operations.md that add a tenant, without the way into the container. */
const tenantCommands = (): string[][] => {
  const section = pageAt('docs/operations.md').split('### Adding tenants')[1] ?? ''
  const [block = ''] = blocksIn(section, 'sh')
  return [...block.matchAll(/ relata (tenant add .*)$/gm)].map(([, command = '']) => command.split(' '))
}

interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } }
}

/** The container of the deployment, with the contents of config maps and secrets. */
const kubernetes = (databaseUrl: string): Deployed => {
  const pod = readYaml('kubernetes/deployment.yaml').spec.template.spec
  const [container] = pod.containers
  const secrets: Record<string, Record<string, string>> = {
    'relata-database': { url: databaseUrl, 'ca.crt': certificate.ca },
    'relata-tls': { 'tls.crt': certificate.cert, 'tls.key': certificate.key },
  }
  const { configMapGenerator } = readYaml('kubernetes/kustomization.yaml')
  expect(configMapGenerator).toEqual([
    { name: 'relata-settings', envs: ['settings.env'] },
    { name: 'relata-issuers', files: ['issuers.json'] },
  ])
  const maps: Record<string, Record<string, string>> = {
    'relata-issuers': { 'issuers.json': issuersLike(readYaml('kubernetes/issuers.json')) },
  }
  const files: Record<string, string> = {}
  const folders: string[] = []
  for (const { name, mountPath } of container.volumeMounts) {
    const volume = pod.volumes.find((one: { name: string }) => one.name === name)
    if (volume.emptyDir !== undefined) folders.push(mountPath)
    if (volume.secret?.items !== undefined) {
      for (const { key, path } of volume.secret.items)
        files[`${mountPath}/${path}`] = secrets[volume.secret.secretName]?.[key] ?? ''
      continue
    }
    const content = secrets[volume.secret?.secretName] ?? maps[volume.configMap?.name] ?? {}
    for (const [file, text] of Object.entries(content)) files[`${mountPath}/${file}`] = text
  }
  expect(container.envFrom).toEqual([{ configMapRef: { name: 'relata-settings' } }])
  const own = (container.env as Variable[]).map(({ name, value, valueFrom }) => [
    name,
    value ?? secrets[valueFrom?.secretKeyRef.name ?? '']?.[valueFrom?.secretKeyRef.key ?? ''] ?? '',
  ])
  return {
    args: container.args,
    // The addresses of the proxy in front: here this machine.
    env: {
      ...readEnv('kubernetes/settings.env'),
      RELATA_TRUSTED_PROXY: '127.0.0.1',
      ...Object.fromEntries(own),
    },
    files,
    folders,
  }
}

const compose = (databaseUrl: string): Deployed => {
  const { services, secrets } = readYaml('compose.registry.yaml')
  const { relata } = services
  const contents: Record<string, string> = {
    issuers: issuersLike(readYaml('registry/issuers.example.json')),
    certificate: certificate.cert,
    certificate_key: certificate.key,
    database_url: databaseUrl,
  }
  for (const name of relata.secrets) expect(Object.keys(secrets)).toContain(name)
  return {
    args: relata.command,
    env: relata.environment,
    files: Object.fromEntries(relata.secrets.map((name: string) => [`/run/secrets/${name}`, contents[name] ?? ''])),
    folders: relata.tmpfs.map((entry: string) => entry.split(':')[0]),
  }
}

it.each([
  ['the manifests', kubernetes, '203.0.113.7'],
  // Nobody is in front of it, so what a client says of its address is not believed.
  ['the compose file', compose, '127.0.0.1'],
])('%s answer a request to Graph', { timeout: 120_000 }, async (name, settingsOf, peer) => {
  const databaseUrl = await freshPostgres()
  const place = join(folder, name.replaceAll(' ', '-'))
  await mkdir(place)
  const deployed = settingsOf(databaseUrl)
  const server = await startDeployed(deployed, place)
  const { ca } = certificate
  const [command = [], same] = tenantCommands()
  expect(same).toEqual(command)
  const tenant = command[command.indexOf('--id') + 1] ?? ''
  const token = await provider.token({ tid: tenant, idtyp: 'app', roles: ['TermStore.ReadWrite.All'] })
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }
  const groups = '/v1.0/sites/root/termStore/groups'
  expect((await ask(server.port, host, groups, { ca, headers })).status).toBe(401)
  const added = await execDeployed(deployed, place, command)
  expect(added).toMatchObject({ code: 0, text: expect.stringContaining(tenant) })
  await vi.waitFor(async () => expect((await ask(server.port, host, groups, { ca, headers })).status).toBe(200), {
    timeout: 30_000,
    interval: 200,
  })
  // The administrator of the command has the role, and applications may write.
  const [signInName, oid = ''] = (command[command.indexOf('--administrator') + 1] ?? '').split('=')
  const scp = 'User.Read TermStore.ReadWrite.All RoleManagement.Read.Directory'
  const own = await provider.tokenOfPerson('administrator', { tid: tenant, oid, scp })
  const ownHeaders = { ...headers, authorization: `Bearer ${own}` }
  const me = await ask(server.port, host, '/v1.0/me', { ca, headers: ownHeaders })
  expect([me.status, JSON.parse(me.text)]).toEqual([
    200,
    expect.objectContaining({ id: oid, userPrincipalName: signInName }),
  ])
  for (const [who, from] of [
    ['person', ownHeaders],
    ['daemon', headers],
  ] as const) {
    const body = { displayName: `Of a ${who}` }
    const made = await ask(server.port, host, '/v1.0/termStore/groups', { ca, headers: from, body })
    expect([made.status, made.text]).toEqual([201, expect.stringContaining(who)])
  }
  const answer = await ask(server.port, host, groups, { ca, headers })
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.stringContaining('@odata.context')])
  expect(JSON.parse(answer.text)['@odata.context']).toMatch(`https://${host}/v1.0/$metadata`)
  // A name that is not among the settings is refused, and so is whoever has no token.
  expect((await ask(server.port, host, groups, { ca })).status).toBe(401)
  expect((await ask(server.port, host, groups, { ca, headers: { ...headers, host: 'evil.example' } })).status).toBe(421)
  for (const path of ['/alive', '/ready'])
    expect((await ask(server.port, host, path, { ca, headers: { host: '10.1.2.3:4365' } })).status, path).toBe(200)
  // Whatever asks for no token is not there for others.
  for (const path of ['/_relata/applications', '/_relata/tokens'])
    expect((await ask(server.port, host, path, { ca })).status, path).toBe(404)
  // What an operator's forwarded port reaches: the addresses that ask for a token, under the name of the certificate.
  expect((await ask(server.port, host, '/_relata/tenants', { ca })).status).toBe(401)
  const asked = { ca, headers: { authorization: `Bearer ${token}` } }
  expect(await ask(server.port, host, '/_relata/tenants', asked)).toMatchObject({
    status: 403,
    text: expect.stringContaining('operator'),
  })
  const health = await execDeployed({ ...deployed, env: { ...deployed.env } }, place, [
    'health',
    '--port',
    `${server.port}`,
  ])
  expect(health).toEqual({ code: 0, text: '' })
  expect(await server.stop()).toBe(0)
  // Of all that is logged only requests without a good token, or of no operator, are worth a warning.
  const lines = server.out().trimEnd().split('\n')
  const log = lines.map((line) => JSON.parse(line))
  expect(log.find(({ status }) => status === 200)).toMatchObject({ peer, tenantId: tenant, clientId: 'partner-app' })
  const warnings = log.filter(({ level }) => level !== 'info')
  // At its start it says that it has no tenant yet.
  const others = warnings.filter(({ event, msg }) => !/^auth[nz]_/.test(event) && msg !== noTenants)
  expect(others).toEqual([])
})
