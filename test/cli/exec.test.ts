/** `relata exec` with the built program: what the command finds in its environment, and how both end. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { build, root } from '../crash/built-server.ts'

const program = join(root, 'dist/bin/relata.js')
let folder: string
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-exec-test-'))
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Without what the machine of the test says of certificates and proxies. */
const bare = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^RELATA_|CERT|CA_BUNDLE|PROXY/i.test(name)),
)

const exec = (args: readonly string[], environment: Record<string, string> = {}) =>
  spawnSync(process.execPath, [program, 'exec', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...bare, TMPDIR: folder, ...environment },
  })

const inNode = (code: string): string[] => ['--', process.execPath, '--input-type=module', '-e', code]

/** Signs in with what is in the environment, and reads the term store: no option says whom to trust. */
const client = `
const { RELATA_GRAPH_URL, RELATA_LOGIN_URL, RELATA_TENANT, RELATA_CLIENT_ID, RELATA_SECRET } = process.env
const form = { grant_type: 'client_credentials', client_id: RELATA_CLIENT_ID, client_secret: RELATA_SECRET, scope: 'https://graph.microsoft.com/.default' }
const signedIn = await fetch(RELATA_LOGIN_URL + '/' + RELATA_TENANT + '/oauth2/v2.0/token', { method: 'POST', body: new URLSearchParams(form) })
const { access_token } = await signedIn.json()
const groups = await fetch(RELATA_GRAPH_URL + '/sites/root/termStore/groups', { headers: { Authorization: 'Bearer ' + access_token } })
console.log(JSON.stringify({ status: groups.status, count: (await groups.json()).value.length }))
process.exitCode = 7`

const variables = 'console.log(JSON.stringify(process.env))'

const environmentOf = (args: readonly string[], environment: Record<string, string> = {}) => {
  const { stdout, stderr } = exec([...args, ...inNode(variables)], environment)
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Record<string, string | undefined>
}

describe('relata exec', () => {
  it('runs a command that signs in and trusts the server without a setting, and ends with its code', () => {
    const { stdout, stderr, status } = exec(inNode(client))
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ status: 200, count: expect.any(Number) })
    expect(status).toBe(7)
    expect(existsSync(join(folder, '.relata/relata.db'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.startsWith('relata-'))).toEqual([])
  })

  it('has a port of its own and no data, whatever the variables and the file say; flags are heard', async () => {
    await writeFile(
      join(folder, 'relata.config.json'),
      '{"port": 4, "workers": 2, "databaseUrl": "postgres://u:p@h/d"}',
    )
    const said = { RELATA_PORT: '4', RELATA_DATABASE_URL: 'postgres://u:p@h/d', RELATA_MAX_SETS: 'x' }
    expect(exec(['--', 'true'], said)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^relata: RELATA_MAX_SETS: [^\n]*\n$/),
    })
    const { RELATA_MAX_SETS: _, ...right } = said
    const found = environmentOf(['--http-only', '--seed', 'none'], right)
    expect(found['RELATA_URL']).toMatch(/^http:\/\/localhost:\d{4,}$/)
    expect(found).not.toHaveProperty('RELATA_SECRET')
    expect(found).not.toHaveProperty('NODE_EXTRA_CA_CERTS')
    await rm(join(folder, 'relata.config.json'))
    expect(exec(['--location', join(folder, 'kept'), '--', 'true']).status).toBe(0)
    expect(existsSync(join(folder, 'kept/relata.db'))).toBe(true)
  })

  it('adds the authority to those that are trusted already, and itself to what no proxy is asked for', async () => {
    const ours = join(folder, 'ours.pem')
    await writeFile(ours, 'ours')
    const code = `
import { readFileSync } from 'node:fs'
const { env } = process
const files = ['RELATA_CA', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE']
console.log(JSON.stringify({ ...Object.fromEntries(files.map((name) => [name, readFileSync(env[name], 'utf8')])), NO_PROXY: env.NO_PROXY }))`
    const before = {
      SSL_CERT_FILE: ours,
      CURL_CA_BUNDLE: ours,
      HTTPS_PROXY: 'http://127.0.0.1:1',
      NO_PROXY: 'intra.example',
    }
    const { stdout } = exec(inNode(code), before)
    const found = JSON.parse(stdout) as Record<string, string>
    const ca = found['RELATA_CA'] ?? ''
    expect(ca).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect(found).toMatchObject({ NODE_EXTRA_CA_CERTS: ca, NO_PROXY: 'intra.example,localhost,127.0.0.1,::1' })
    for (const name of ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'])
      expect(found[name], name).toBe(`ours\n${ca}`)
    expect(exec(['--', 'true'], { SSL_CERT_FILE: '/nowhere' })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('SSL_CERT_FILE names /nowhere, which cannot be read'),
    })
  })

  it('has the variables of Azure’s libraries where they are asked for', () => {
    const { AZURE_AUTHORITY_HOST, RELATA_URL, ...found } = environmentOf(['--azure', '--http-only'])
    expect(AZURE_AUTHORITY_HOST).toBe(RELATA_URL)
    expect(found).toMatchObject({ AZURE_TENANT_ID: wellKnown.contoso, AZURE_CLIENT_ID: wellKnown.daemon })
    expect(environmentOf(['--http-only'])).not.toHaveProperty('AZURE_TENANT_ID')
  })

  it.each([
    ['a command that is not found', ['no-such-command'], 127],
    ['a file that cannot be run', [root], 126],
    ['a command that a signal ends', ['sh', '-c', 'kill -KILL $$'], 128 + constants.signals.SIGKILL],
    ['a command that fails', ['sh', '-c', 'exit 3'], 3],
    ['a command with flags like ours', ['sh', '-c', 'test "$1" = --port', 'sh', '--port'], 0],
  ])('%s: the code is that of a shell', (_, command, code) => {
    expect(exec(['--http-only', '--seed', 'none', '--', ...command]).status).toBe(code)
  })

  it('without a command is wrong usage', () => {
    expect(exec([])).toMatchObject({ status: 2, stderr: expect.stringContaining('command') })
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on, and ends when the command has ended',
    async (signal) => {
      const code = `process.on('${signal}', () => { console.log('heard'); process.exit(9) }); setInterval(() => 0, 1000); console.log('here')`
      const child = spawn(process.execPath, [program, 'exec', '--http-only', '--seed', 'none', ...inNode(code)], {
        cwd: folder,
        env: bare,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let out = ''
      child.stdout.on('data', (part) => {
        if (out === '') child.kill(signal)
        out += part
      })
      const ended = await new Promise((resolve) => child.on('exit', (code, by) => resolve([code, by])))
      expect(ended).toEqual([9, null])
      expect(out).toBe('here\nheard\n')
    },
  )
})
