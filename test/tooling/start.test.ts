/** `npm start` on a small tree: it builds what is stale and becomes the program. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from './run-tool.ts'

const needed = ['@types', '@typescript', 'typescript', 'undici-types', 'rolldown', '@rolldown', '@oxc-project']

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
  for (const name of ['.package-lock.json', ...needed]) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  for (const floor of ['cli', 'app']) mkdirSync(join(folder, 'src', floor), { recursive: true })
  writeProgram(program('hello'))
  writeFileSync(join(folder, 'src/app/library.ts'), 'export const answer = 42\n')
  mkdirSync(join(folder, 'src/store/sqlite/readers'), { recursive: true })
  writeFileSync(join(folder, 'src/store/sqlite/readers/reader-process.ts'), 'export {}\n')
  mkdirSync(join(folder, 'src/app/adapters/taxonomy/work'), { recursive: true })
  writeFileSync(join(folder, 'src/app/adapters/taxonomy/work/exchange-process.ts'), 'export {}\n')
  mkdirSync(join(folder, 'src/testing'))
  for (const entry of ['relata', 'control-call', 'start-relata', 'jest', 'node-test', 'testcontainers', 'vitest'])
    writeFileSync(join(folder, `src/testing/${entry}.ts`), 'export {}\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Started {
  readonly child: ChildProcess
  readonly out: () => string
  readonly ended: Promise<{ code: number | null; out: string; err: string }>
}

const start = (flags: readonly string[], env: Readonly<Record<string, string>> = {}): Started => {
  const child = spawn(process.execPath, ['scripts/with-node.js', 'scripts/start.js', ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
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

it('asks for the flags of the server where --help stands without a command', async () => {
  expect(await start(['--help']).ended).toMatchObject({ out: expect.stringMatching(/^hello \d+ start --help\n$/) })
  expect(await start(['--port', '1', '-h']).ended).toMatchObject({
    out: expect.stringMatching(/ start --port 1 -h\n$/),
  })
  expect(await start(['trust', '--help']).ended).toMatchObject({ out: expect.stringMatching(/\d trust --help\n$/) })
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

describe('an installation', () => {
  const mark = () => join(folder, 'node_modules/.relata-installing')

  /** Stands in for npm: it leaves all that npm leaves before install scripts run, then waits, or ends when it is let. */
  const slowInstaller = () => {
    const file = join(folder, 'npm.js')
    writeFileSync(
      file,
      `import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
mkdirSync('node_modules', { recursive: true })
for (const name of ${JSON.stringify(['.package-lock.json', ...needed])}) {
  if (!existsSync('node_modules/' + name)) symlinkSync(${JSON.stringify(join(root, 'node_modules'))} + '/' + name, 'node_modules/' + name)
}
writeFileSync('asked', process.argv.slice(2).join(' '))
writeFileSync('noted', String(process.pid))
const timer = setInterval(() => {
  if (!existsSync(process.argv[1])) process.exit()
  if (!existsSync('go')) return
  clearInterval(timer)
  writeFileSync('node_modules/add-on', 'built')
}, 20)
`,
    )
    return { npm_execpath: file }
  }

  beforeEach(() => rmSync(join(folder, 'node_modules'), { recursive: true }))

  const untilNoted = () => expect.poll(() => existsSync(join(folder, 'noted')), { timeout: 15_000 }).toBe(true)

  it('that was ended in the middle is thrown away and made again', async () => {
    const npm = slowInstaller()
    const first = start([], npm)
    await untilNoted()
    const installer = Number(readFileSync(mark(), 'utf8'))
    expect(installer).toBe(Number(readFileSync(join(folder, 'noted'), 'utf8')))
    first.child.kill('SIGTERM')
    expect(await first.ended).toMatchObject({ code: 130, out: '' })
    expect(() => process.kill(installer, 0)).toThrow('ESRCH')

    writeFileSync(join(folder, 'go'), '')
    writeFileSync(join(folder, 'node_modules/half'), '')
    const { code, err } = await start([], npm).ended
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/^installing .*\nbuilding\n$/) })
    expect(existsSync(join(folder, 'node_modules/half'))).toBe(false)
    expect(existsSync(join(folder, 'node_modules/add-on'))).toBe(true)
    expect(existsSync(mark())).toBe(false)
    expect(await start([], npm).ended).toMatchObject({ code: 0, err: '' })
  })

  it('is of what a start needs, and runs no scripts of packages', async () => {
    const npm = slowInstaller()
    writeFileSync(join(folder, 'go'), '')
    expect(await start([], npm).ended).toMatchObject({ code: 0 })
    const asked = readFileSync(join(folder, 'asked'), 'utf8')
    expect(asked).toMatch(/^install --no-save --workspaces=false --ignore-scripts /)
  })

  it('by hand is known', async () => {
    mkdirSync(join(folder, 'node_modules'))
    for (const name of ['.package-lock.json', ...needed])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
    expect(await start([], { npm_execpath: 'no-npm.js' }).ended).toMatchObject({ code: 0, err: 'building\n' })
  })

  it('is made again where a package is missing or of another version', async () => {
    const npm = slowInstaller()
    const lockFile = join(folder, 'package-lock.json')
    const lock = JSON.parse(readFileSync(lockFile, 'utf8'))
    lock.packages['node_modules/typescript'].version = '0.0.1'
    mkdirSync(join(folder, 'node_modules'))
    for (const name of ['.package-lock.json', ...needed])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
    writeFileSync(lockFile, JSON.stringify(lock))
    writeFileSync(join(folder, 'go'), '')
    expect(await start([], npm).ended).toMatchObject({ code: 0, err: expect.stringMatching(/^installing /) })
  })

  it('that goes on without who began it is not disturbed', async () => {
    const npm = slowInstaller()
    const first = start([], npm)
    await untilNoted()
    first.child.kill('SIGKILL')
    // Its streams stay open as long as the installer has them.
    await once(first.child, 'exit')
    const installer = readFileSync(mark(), 'utf8')
    expect(await start([], npm).ended).toMatchObject({
      code: 1,
      err: `Process ${installer} is installing here. Try again when it has ended, or remove node_modules.\n`,
    })
    process.kill(Number(installer), 'SIGKILL')
  })
})
