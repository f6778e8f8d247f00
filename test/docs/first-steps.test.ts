/** A clone in which nothing was done but what the pages say: commands of docs/gdap.md and the README, word for word. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cloneInto } from '../_support/clone.ts'
import { build, root } from '../crash/built-server.ts'
import { blocksIn, hasCurl, pageAt } from './paste.ts'

const [startLine = '', lifeCycleLine = ''] = (blocksIn(pageAt('docs/gdap.md'), 'sh')[0] ?? '').split('\n')
const hasNpm = () => spawnSync('npm --version', { shell: true }).status === 0

let folder = ''
let server: ChildProcess | undefined
let origin = ''

/** Settings of whoever runs the tests do not count. The port is the only thing that differs from what a reader types. */
const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RELATA_|PORT$|HOST$)/.test(name))),
  RELATA_PORT: '0',
})

const started = (line: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', line], { cwd: folder, env: environment(), detached: true })
    server = child
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const found = /^relata is ready on (https:\/\/localhost:\d+)$/m.exec(said)?.[1]
        if (found !== undefined) resolve(found)
      })
    }
    child.on('error', reject)
    child.on('close', () => reject(new Error(`'${line}' ended before it was ready: ${said}`)))
  })

beforeAll(async () => {
  if (!hasCurl() || !hasNpm() || process.platform === 'win32') return
  await build()
  folder = mkdtempSync(join(tmpdir(), 'relata-clone-'))
  cloneInto(root, folder)
  // Installing and building have tests of their own.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  for (const built of ['dist', join('web', 'dist')]) cpSync(join(root, built), join(folder, built), { recursive: true })
  origin = await started(startLine)
}, 90_000)
afterAll(async () => {
  if (server?.pid !== undefined && server.exitCode === null) {
    const ended = new Promise((resolve) => server?.on('close', resolve))
    process.kill(-server.pid, 'SIGTERM')
    await ended
  }
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
})
beforeEach(({ skip }) => {
  if (folder === '') skip('curl, npm or a shell of the Bourne family is not installed')
})

const typed = async (script: string, more: NodeJS.ProcessEnv = {}): Promise<string> => {
  const env = { ...environment(), ...more }
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env })
  return stdout
}

it('the GDAP page starts a server that keeps no rows', () => {
  expect(startLine).toMatch(/^npm start -- --in-memory /)
})

it('the README’s first requests work beside it', async () => {
  const script = (blocksIn(pageAt('README.md'), 'sh')[1] ?? '').replaceAll('https://localhost:4365', origin)
  expect(script).toContain('--cacert .relata/ca.pem')
  expect(await typed(script)).toContain('"relationship":"pin"')
})

it('so does npx relata, as the README says, also after another build', async () => {
  expect(pageAt('README.md')).toContain('`npx relata COMMAND` in the folder of the clone')
  // npm makes a file that it links executable, and links it once.
  accessSync(join(folder, 'dist/bin/relata.js'), constants.X_OK)
  const npm = { npm_config_cache: join(folder, '.npm-cache'), npm_config_offline: 'true' }
  expect(await typed('npx relata status', npm)).toContain(origin)
})

it('so does the script that the GDAP page names', async () => {
  expect(lifeCycleLine).toMatch(/^docs\/gdap-life-cycle\.sh /)
  expect(await typed(lifeCycleLine, { RELATA_ORIGIN: origin })).toMatch(/## it has expired\n.*"status":"expired"/)
})
