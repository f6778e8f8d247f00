/** `npm start` on a small tree: it builds what is stale and becomes the program. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from './run-tool.ts'

const bundler = ['rolldown', '@rolldown', '@oxc-project']

let folder: string

/** Says hello once it is ready to be told to stop. */
const program = (greeting: string) =>
  `if (process.argv.includes('--stay')) {
  const timer = setInterval(() => undefined, 1000)
  process.on('SIGINT', () => { console.log('bye'); clearInterval(timer) })
}
console.log('${greeting}', process.pid, ...process.argv.slice(2))\n`

const writeProgram = (text: string) => writeFileSync(join(folder, 'src/cli/main.ts'), text)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relata-start-'))
  for (const name of ['scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  // What compiler and bundler need, and npm's note that all is installed.
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['.package-lock.json', '@types', '@typescript', 'typescript', 'undici-types', ...bundler]) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  mkdirSync(join(folder, 'src/cli'), { recursive: true })
  writeProgram(program('hello'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Started {
  readonly child: ChildProcess
  readonly out: () => string
  readonly ended: Promise<{ code: number | null; out: string; err: string }>
}

const start = (flags: readonly string[], node: readonly string[] = []): Started => {
  const child = spawn(process.execPath, [...node, 'scripts/start.js', ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }))
  })
  return { child, out: () => out, ended }
}

it('builds once, passes flags on, and builds again only when the source has changed', async () => {
  const first = start(['--in-memory', '--port', '4444'])
  // The same process id: no child stands between the person and the server.
  expect(await first.ended).toEqual({
    code: 0,
    out: `hello ${first.child.pid} --in-memory --port 4444\n`,
    err: 'building\n',
  })
  expect(await start([]).ended).toMatchObject({ code: 0, err: '' })
  writeProgram(program('changed'))
  expect(await start([]).ended).toMatchObject({ code: 0, out: expect.stringMatching(/^changed /), err: 'building\n' })
})

it('lets the program end in its own way on Ctrl+C', async () => {
  const { child, out, ended } = start(['--stay'])
  await expect.poll(out, { timeout: 15_000 }).toContain('--stay')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 0, out: expect.stringMatching(/bye\n$/) })
})

it('shows what does not compile, starts nothing, and keeps the last good build', async () => {
  await start([]).ended
  writeProgram("export const wrong: number = 'text'\n")
  const { code, out, err } = await start([]).ended
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain('src/cli/main.ts(1,14): error TS2322')
  expect(err).toContain('the build failed; its messages are above')
  writeProgram(program('hello'))
  expect(await start([]).ended).toMatchObject({ code: 0, err: '' })
})

it('says which Node it needs', async () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })`
  const node = ['--import', `data:text/javascript,${encodeURIComponent(older)}`]
  expect(await start([], node).ended).toEqual({
    code: 1,
    out: '',
    err: 'Relata needs Node 20.19 or newer; this is 20.18.3. See https://nodejs.org.\n',
  })
})
