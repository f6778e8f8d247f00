/** The package: packed from a clone, installed into an empty folder without a network, and used there. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { packedManifest, packedReadme, repositoryVariable } from '../../scripts/packed.js'
import { cloneInto } from '../_support/clone.ts'
import { build } from '../crash/built-server.ts'
import { root, runTool } from './run-tool.ts'

const readyMillis = 10_000
const hasNpm = spawnSync('npm --version', { shell: true }).status === 0
const folder = mkdtempSync(join(tmpdir(), 'relata-package-'))
const [clone, user] = ['clone', 'user'].map((name) => join(folder, name)) as [string, string]
const installed = join(user, 'node_modules', 'relata')

/** Settings of whoever runs the tests, and of the npm that does, do not count. Nothing is looked for on a network. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RELATA_|PORT$|HOST$|npm_)/.test(name))),
  npm_config_offline: 'true',
}

const run = async (cwd: string, program: string, ...args: string[]): Promise<string> => {
  const shell = process.platform === 'win32'
  const { stdout } = await promisify(execFile)(program, args, { cwd, env: environment, encoding: 'utf8', shell })
  return stdout
}

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

let packed: Packed
beforeAll(async () => {
  if (!hasNpm) return
  // For the stamps of what is installed.
  await build()
  for (const name of [clone, user]) mkdirSync(name)
  cloneInto(root, clone)
  for (const place of ['', 'web'])
    symlinkSync(join(root, place, 'node_modules'), join(clone, place, 'node_modules'), 'junction')
  const [found] = JSON.parse(await run(clone, 'npm', 'pack', '--json')) as Packed[]
  if (found === undefined) throw new Error('npm packed nothing')
  packed = found
  writeFileSync(join(user, 'package.json'), '{ "private": true }')
  await run(user, 'npm', 'install', '--no-audit', '--no-fund', join(clone, packed.filename))
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const manifestIn = (place: string) => JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))

describe('the package', () => {
  beforeEach(({ skip }) => {
    if (!hasNpm) skip('npm is not on the path')
  })

  it('is built when it is packed, and leaves the clone as it was', () => {
    expect(existsSync(join(clone, 'dist', 'bin', 'relata.js'))).toBe(true)
    for (const name of ['package.json', 'README.md'])
      expect(readFileSync(join(clone, name), 'utf8')).toBe(readFileSync(join(root, name), 'utf8'))
    expect(readdirSync(clone).filter((name) => name.startsWith('.packing'))).toEqual([])
  })

  it('holds the bundle, its types and its licences, the schema of seeds, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    const chunks = paths.filter((path) => /^dist\/bin\/[\w.-]+\.js$/.test(path))
    expect(chunks).toEqual(expect.arrayContaining(['dist/bin/relata.js', 'dist/bin/program.js', 'dist/bin/library.js']))
    const testing = [
      'control-call.d.ts',
      'relata.d.ts',
      'start-relata.d.ts',
      'jest.d.ts',
      'node-test.d.ts',
      'testcontainers.d.ts',
      'vitest.d.mts',
    ]
    const others = [
      'LICENSE',
      'README.md',
      'package.json',
      'generated/config-1.schema.json',
      'generated/faults-1.schema.json',
      'generated/seed-1.schema.json',
    ].concat(
      ['THIRD-PARTY.txt', 'library.d.ts', 'package.json', 'testing-vitest.mjs'].map((name) => `dist/bin/${name}`),
      testing.map((name) => `dist/bin/testing/${name}`),
    )
    const pages = paths.filter((path) => path.startsWith('web/dist/'))
    for (const name of ['index.html', 'index.html.br', 'redirect.html', 'THIRD-PARTY.txt'])
      expect(pages).toContain(`web/dist/${name}`)
    expect(paths.filter((path) => !chunks.includes(path) && !pages.includes(path)).sort()).toEqual(others.sort())
    for (const path of chunks) expect(readFileSync(join(installed, path), 'utf8')).not.toContain('sourceMappingURL')
  })

  it('needs nothing that is installed', () => {
    expect(readdirSync(join(user, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['relata'])
    const manifest = manifestIn(installed)
    const own = manifestIn(root)
    for (const name of ['name', 'version', 'license', 'engines', 'bin', 'exports', 'keywords', 'peerDependencies'])
      expect(manifest[name], name).toEqual(own[name])
    for (const name of Object.keys(manifest.peerDependencies))
      expect(manifest.peerDependenciesMeta[name], name).toEqual({ optional: true })
    const unwanted = /^d\w*ependencies|scripts|workspaces|imports|repository|homepage|bugs/
    expect(Object.keys(manifest).filter((name) => unwanted.test(name))).toEqual([])
  })

  it('names the licence of each package in the bundle', () => {
    const notices = readFileSync(join(installed, 'dist/bin/THIRD-PARTY.txt'), 'utf8')
    for (const name of ['kysely', 'pg', 'jose', 'pino', 'commander', '@peculiar/x509', '@opentelemetry/api'])
      expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\S+ \\(\\S+\\)\\n`, 'm'))
    for (const text of notices.split(`${'-'.repeat(80)}\n`).slice(1)) expect(text).toMatch(/licen[cs]e|permission/i)
    expect(notices).not.toMatch(/undefined|Licence: (?!MIT|ISC|BSD|Apache|0BSD)/)
  })

  it('has a README for those without a clone, whose links lead somewhere from npm', () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8')
    expect(readme).toMatch(/^# Relata\n\n> This is the package\. `npx relata` starts the server;/)
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)]
    for (const [, address] of links) expect(address).toMatch(/^(https:|#)/)
    expect(readme).toContain('\nIt needs Node 22.13 or newer, and nothing else.')
    // What only a clone has.
    expect(readme).not.toMatch(/<!--|first start|npm (test|pack)|npm start(?! -- FLAGS`, type)/)
  })

  it('is run by npx', async () => {
    expect(await run(user, 'npx', 'relata', 'version')).toBe(`${manifestIn(root).version}\n`)
  })

  it('answers within ten seconds, and keeps its data in the folder it is started in', async () => {
    const began = performance.now()
    const child = spawn('npx', ['relata', '--port', '0', '--silent'], { cwd: user, env: environment, detached: true })
    try {
      const origin = await originOf(child)
      expect((await fetch(`${origin.replace('https://localhost', 'http://127.0.0.1')}/ready`)).status).toBe(200)
      expect(performance.now() - began).toBeLessThan(readyMillis)
      expect(existsSync(join(user, '.relata', 'relata.db'))).toBe(true)
    } finally {
      await stop(child)
    }
  })

  const use = `const server = await startServer({ port: 0, inMemory: true, seed: 'none', location: 'library' })
const answer = await fetch(server.origin.replace('https://localhost', 'http://127.0.0.1') + '/ready')
console.log(answer.status, server.certificate?.includes('BEGIN CERTIFICATE'))
await server.close()
await startServer({ prot: 1 }).catch(({ message }) => console.log(message))
`
  it.each([
    ['imported', 'mjs', `import { startServer } from 'relata'\n${use}`],
    ['required', 'cjs', `const { startServer } = require('relata')\nvoid (async () => {\n${use}})()\n`],
  ])('is a server in the process that it is %s by', async (_, ending, text) => {
    writeFileSync(join(user, `use.${ending}`), text)
    const said = await run(user, process.execPath, `use.${ending}`)
    expect(said).toBe("200 true\n'prot' is not a setting of a server; relata config schema describes all of them\n")
  })

  const useTests = `const relata = await startRelata()
const answer = await relata.fetch('/v1.0/termStore/groups', { headers: { authorization: 'Bearer ' + (await relata.token()) } })
console.log(answer.status, relata.url)
console.log(await relata.clock.advance('x').catch((error) => error instanceof RelataError && error.status))
try { relata.client() } catch ({ message }) { console.log(message) }
const served = await startRelata({ port: 0, location: 'testing' })
const { status } = await fetch(served.graphUrl + '/termStore/groups', { headers: { authorization: 'Bearer ' + (await served.token()) } })
console.log(status)
await served.close()
`
  it.each([
    ['imported', 'mjs', `import { RelataError, startRelata } from 'relata/testing'\n${useTests}`],
    [
      'required',
      'cjs',
      `const { RelataError, startRelata } = require('relata/testing')\nvoid (async () => {\n${useTests}})()\n`,
    ],
  ])('gives worlds for tests in the process that it is %s by, whose clients trust them', async (_, ending, text) => {
    writeFileSync(join(user, `testing.${ending}`), text)
    const said = await run(user, process.execPath, `testing.${ending}`)
    const missing =
      'client() needs the package @microsoft/microsoft-graph-client, which is not installed: npm install --save-dev @microsoft/microsoft-graph-client'
    expect(said).toBe(`200 https://localhost\n400\n${missing}\n200\n`)
  })

  it('names the package that a container needs, where it is absent', async () => {
    const text = `require('relata/testing/testcontainers').startRelataContainer().catch(({ message }) => console.log(message))`
    writeFileSync(join(user, 'container.cjs'), text)
    expect(await run(user, process.execPath, 'container.cjs')).toBe(
      'startRelataContainer() needs the package testcontainers, which is not installed: npm install --save-dev testcontainers\n',
    )
  })

  it('gives tests of node:test a world each', async () => {
    const text = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useRelata } from 'relata/testing/node-test'
import { withRelata } from 'relata/testing'
const relata = useRelata({ clock: '2026-05-01T00:00:00Z' })
const seen = new Set()
for (const name of ['one', 'two'])
  test(name, async () => {
    seen.add(relata().id)
    assert.equal((await relata().clock.show()).now, '2026-05-01T00:00:00.000Z')
  })
test('three', withRelata(async (own, context) => assert.ok(!seen.has(own.id) && seen.size === 2 && context.name === 'three')))
`
    writeFileSync(join(user, 'worlds.test.mjs'), text)
    expect(await run(user, process.execPath, '--test', 'worlds.test.mjs')).toMatch(/pass 3\n.*fail 0/s)
  })

  it.each(['mts', 'cts'])('has types for tests in a .%s file', async (ending) => {
    const text = `import { startRelata, withRelata, type Relata } from 'relata/testing'
import { useRelata } from 'relata/testing/node-test'
import { useRelata as useInJest } from 'relata/testing/jest'
export async function start(): Promise<Relata> {
  const relata = await startRelata({ seed: 'none', clock: new Date(0), ids: 1, port: 0 })
  const token: string = await relata.credential().getToken().then(({ token }) => token)
  const answer: Response = await relata.fetch('/v1.0/users', { headers: { authorization: token } })
  await relata.clock.advance('P1D')
  void [answer, useRelata, useInJest, withRelata(async ({ id }, context: { name: string }) => void [id, context])]
  return relata.fork()
}
// @ts-expect-error a clock is an instant
void startRelata({ clock: 1 })
`
    const file = join(user, `testing-types.${ending}`)
    writeFileSync(file, text)
    const { output } = await runTool(
      'tsc',
      ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', '', '--ignoreConfig', file],
      user,
    )
    expect(output).toBe('')
  })

  it('has types for Vitest, where it is installed', async () => {
    const text = `import { test, testWith } from 'relata/testing/vitest'
test('a', async ({ relata, expect }) => expect(await relata.fetch(new URL('/v1.0', relata.url))).toBeDefined())
testWith({ clock: '2026-05-01T00:00:00Z' }).for([1, 2])('b %i', (number: number, { relata: { id } }) => void [number, id])
// @ts-expect-error there is no such fixture
test('c', ({ relato }) => relato)
`
    symlinkSync(join(root, 'node_modules', 'vitest'), join(user, 'node_modules', 'vitest'), 'junction')
    const file = join(user, 'vitest-types.mts')
    writeFileSync(file, text)
    // Vitest's own types are not for every set of options.
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--ignoreConfig',
    ]
    const { output } = await runTool('tsc', [...flags, '--types', '', file], user)
    rmSync(join(user, 'node_modules', 'vitest'))
    expect(output).toBe('')
  })

  it.each(['mts', 'cts'])('has types for a .%s file', async (ending) => {
    const text = `import { type Server, startServer } from 'relata'
export async function start(): Promise<Server> {
  const server = await startServer({ port: 0, seed: 'none', maxTerms: 10 })
  const { origin, certificate }: { origin: string; certificate: string | undefined } = server
  void [origin, certificate]
  return server
}
// @ts-expect-error a port is a number
void startServer({ port: 'any' })
`
    const file = join(user, `use.${ending}`)
    writeFileSync(file, text)
    const flags = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      '',
      '--ignoreConfig',
    ]
    const { code, output } = await runTool('tsc', [...flags, file], user)
    expect(output).toBe('')
    expect(code).toBe(0)
  })
})

const originOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const found = /^relata is ready on (\S+)$/m.exec(said)?.[1]
        if (found !== undefined) resolve(found)
      })
    }
    child.on('error', reject)
    child.on('close', () => reject(new Error(`it ended before it was ready: ${said}`)))
  })

const stop = (child: ChildProcess): Promise<unknown> => {
  const ended = new Promise((resolve) => child.on('close', resolve))
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
  return ended
}

describe('what a release says', () => {
  const readme = 'See [the docs](docs/a.md#b), [here](#here) and [there](https://example.com/x).\n'

  it('names no repository unless it is told which', () => {
    expect(packedReadme(readme, undefined)).toBe('See the docs, [here](#here) and [there](https://example.com/x).\n')
    expect(packedManifest({ name: 'x', devDependencies: {} }, undefined)).toEqual({ name: 'x' })
  })

  it(`names the one in ${repositoryVariable}, and leads there`, () => {
    const repository = 'git+https://git.example/o/n.git'
    expect(packedReadme(readme, repository)).toBe(
      'See [the docs](https://git.example/o/n/blob/HEAD/docs/a.md#b), [here](#here) and [there](https://example.com/x).\n',
    )
    expect(packedManifest({ name: 'x' }, repository)).toEqual({
      name: 'x',
      repository: { type: 'git', url: repository },
    })
  })
})
