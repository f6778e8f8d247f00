/** Requests of the log as commands and as tests: what is written out is run, and answered as before. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { authorityFile, hasCurl } from '../docs/paste.ts'

const run = promisify(execFile)
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const noGroup = '99999999-0000-4000-8000-000000000009'
const groups = '/v1.0/termStore/groups'

let server: TestServer
let folder: string
let world: Readonly<Record<string, string>>
const texts = { curl: '', vitest: '', pytest: '' }
let statuses: readonly number[] = []

/** Over TLS, as most clients ask. */
const textOf = async (query: string): Promise<string> => {
  const ca = await readFile(authorityFile)
  return new Promise((resolve, reject) => {
    get(`${server.origin}/_relata/requests${query}`, { ca, headers: world }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    }).on('error', reject)
  })
}

const control = (method: string, path: string) =>
  fetch(`${server.http}${path}`, { method, headers: { 'content-type': 'application/json', ...world } })

/** Requests of all kinds that can be told apart by what a program writes for them. */
const makeRequests = async (): Promise<void> => {
  const send = (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
    server.send(method, path, body, { headers: { ...world, ...headers } })
  const raw = async (method: string, path: string, type: string | undefined, body: Uint8Array | string) =>
    fetch(`${server.http}${path}`, {
      method,
      headers: {
        ...world,
        authorization: `Bearer ${await server.token()}`,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      body: body as string,
    })
  await send('GET', groups)
  await send('GET', `${groups}?$filter=${encodeURIComponent("displayName eq 'it''s [a] {b} $HOME'")}&$top=1`)
  await send('POST', groups, { displayName: "it's $HOME `b` é😀", description: 'a "b" \\ \'c\'' })
  await raw('POST', groups, 'application/json', '{ "displayName": "spaced", "description": null }')
  await raw('POST', groups, 'application/json', new Uint8Array([0xff, 0x00, 0x27]))
  await raw('POST', groups, 'text/plain', "@it's")
  await raw('POST', groups, 'application/json', '{"__proto__":{"displayName":"[removed HOME]"}}')
  await raw('POST', groups, undefined, new TextEncoder().encode('{}'))
  await send('PATCH', `${groups}/${noGroup}`, { displayName: 'x' }, { Prefer: 'return=representation' })
  await send('DELETE', `${groups}/${noGroup}`)
  await fetch(`${server.http}${groups}`, { method: 'HEAD', headers: world })
  await fetch(`${server.http}${groups}`, { headers: world })
  await send('POST', '/v1.0/$batch', { requests: [{ id: '1', method: 'GET', url: '/termStore/groups' }] })
  const form = (secret: string) =>
    new URLSearchParams({
      client_id: wellKnown.daemon,
      client_secret: secret,
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
    })
  const token = `${server.http}/${wellKnown.contoso}/oauth2/v2.0/token`
  await fetch(token, { method: 'POST', headers: world, body: form(wellKnown.secret) })
  await fetch(`${token}?x='%20"`, { method: 'POST', headers: world, body: new URLSearchParams({ client_id: "o'x" }) })
}

beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
  const made = (await (await fetch(`${server.http}/_relata/worlds`, jsonPost({}))).json()) as { id: string }
  world = { 'relata-world': made.id }
  folder = await mkdtemp(join(tmpdir(), 'relata-texts-'))
  await symlink(modules, join(folder, 'node_modules'))
  await makeRequests()
  const { value } = JSON.parse(await textOf('')) as { value: { status: number }[] }
  statuses = value.map(({ status }) => status).reverse()
  for (const as of ['curl', 'vitest', 'pytest'] as const) texts[as] = await textOf(`?as=${as}`)
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const environment = async () => ({
  ...process.env,
  NO_COLOR: '1',
  TOKEN: await server.token(),
  CLIENT_SECRET: wellKnown.secret,
  NODE_EXTRA_CA_CERTS: authorityFile,
  REQUESTS_CA_BUNDLE: authorityFile,
  SSL_CERT_FILE: authorityFile,
})

/** The program itself, as it tells of a run. */
const vitest = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  const program = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  const own = Object.entries(await environment()).filter(([name]) => !/^VITEST|^NODE_OPTIONS$/.test(name))
  const args = [program, 'run', '--root', folder, '--reporter=json', '--outputFile=run.json', file]
  // It ends with 1 where a test fails; the file says which.
  await run(process.execPath, args, { cwd: folder, env: Object.fromEntries(own) }).catch(() => undefined)
  return JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))
}

const reset = async () => expect((await control('POST', '/_relata/reset')).status).toBe(204)

describe('the requests of the log', () => {
  it('are of all kinds', () => {
    expect(new Set(statuses)).toEqual(new Set([200, 201, 400, 401, 404, 415]))
    for (const text of Object.values(texts)) expect(text).not.toContain('Left out')
  })

  it('are commands of curl that are answered as they were', async ({ skip }) => {
    if (!hasCurl()) skip('curl is not installed')
    await reset()
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', texts.curl], { env: await environment() })
    expect([...stdout.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))).toEqual(statuses)
  })

  it('are a test of Vitest that passes', async () => {
    await reset()
    await writeFile(join(folder, 'recorded.test.mjs'), texts.vitest)
    expect(await vitest('recorded.test.mjs')).toMatchObject({ numPassedTests: statuses.length, numFailedTests: 0 })
  })

  it('are a test of pytest that passes', async ({ skip }) => {
    const python = (code: string) => execFileSync('python3', ['-c', code], { stdio: 'ignore' })
    try {
      python('import pytest, requests')
    } catch {
      skip('python3 with pytest and requests is not installed')
    }
    await reset()
    const file = join(folder, 'test_recorded.py')
    await writeFile(file, texts.pytest)
    const { stdout } = await run('python3', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', file], {
      env: await environment(),
    })
    expect(stdout).toContain(`${statuses.length} passed`)
  })

  it('have a test that fails where the answer is another one', async () => {
    await reset()
    await writeFile(join(folder, 'other.test.mjs'), texts.vitest.replace('toBe(200)', 'toBe(204)'))
    expect(await vitest('other.test.mjs')).toMatchObject({ numPassedTests: statuses.length - 1, numFailedTests: 1 })
  })
})

it('what cannot be sent again as it was is refused, and left out of a list', async () => {
  await fetch(`${server.http}${groups}`, {
    method: 'POST',
    headers: { ...world, authorization: `Bearer ${await server.token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ displayName: 'x'.repeat(70_000) }),
  })
  const answer = await fetch(`${server.http}/_relata/requests?top=1`, { headers: world })
  const { value } = (await answer.json()) as { value: [{ id: string }] }
  const one = await fetch(`${server.http}/_relata/requests/${value[0].id}?as=curl`, { headers: world })
  expect(one.status).toBe(409)
  expect(await textOf('?as=pytest&top=1')).toContain(`# Left out: POST ${groups} (${value[0].id}), as of its body`)
})

it('what was answered before its body was read is left out', async () => {
  const answer = await fetch(`${server.http}${groups}`, {
    method: 'POST',
    headers: { ...world, authorization: 'Bearer ', 'content-type': 'application/json' },
    body: JSON.stringify({ displayName: 'Kitchen' }),
  })
  expect(answer.status).toBe(401)
  for (const as of ['curl', 'vitest', 'pytest'])
    expect(await textOf(`?as=${as}&top=1`)).toMatch(/Left out: POST .*, as its body was not read\./)
})

it('what has no answer, or no path, is no test', async () => {
  const logged = async () => JSON.parse(await textOf('?top=1')).value[0]
  await fetch(`${server.http}/_relata/faults`, {
    ...jsonPost({ where: { path: '/v1.0/sites' }, what: { drop: true } }),
    headers: { ...world, 'content-type': 'application/json' },
  })
  await expect(
    fetch(`${server.http}/v1.0/sites`, { headers: { ...world, authorization: `Bearer ${await server.token()}` } }),
  ).rejects.toThrow()
  const dropped = await logged()
  expect(dropped).toMatchObject({ status: 0, fault: 'fault-1' })
  expect(await textOf('?as=curl&top=1')).toContain('/v1.0/sites')
  for (const as of ['vitest', 'pytest'])
    expect(await textOf(`?as=${as}&top=1`)).toMatch(/Left out: .* as its connection ended before the answer/)
  const send = async (text: string) => {
    const socket = connect(Number(new URL(server.http).port), '127.0.0.1', () => socket.end(text))
    for await (const _ of socket);
  }
  const ofWorld = `relata-world: ${world['relata-world']}`
  await send(`OPTIONS * HTTP/1.1\r\nHost: localhost\r\n${ofWorld}\r\nConnection: close\r\n\r\n`)
  for (const as of ['curl', 'vitest', 'pytest'])
    expect(await textOf(`?as=${as}&top=1`)).toMatch(/Left out: OPTIONS \* .*is no path/)
})

it('a body is what was sent, whatever its members are called', () => {
  expect(texts.vitest).toContain(String.raw`"{\"__proto__\":{\"displayName\":\"" + '[removed HOME]' +`)
  for (const text of Object.values(texts)) expect(text).not.toMatch(/\$\{HOME|given\('HOME|environ\["HOME/)
})
