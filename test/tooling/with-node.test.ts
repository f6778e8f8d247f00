/**
 * Commands on a Node that is too old: they say so, fetch the pinned one and run again with it. The older Node is this one
 * under another number, and what is fetched is a link to this one, unless npm itself is asked, of a registry of our own.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isNewEnough, leastNode, pinnedNode } from '../../scripts/node-version.js'
import { root } from './run-tool.ts'

const platform = `${process.platform}-${process.arch}`
const draftForm = /^draft-/

let folder: string
beforeEach(({ skip }) => {
  if (!(platform in pinnedNode.packages)) skip(`npm has no package of Node ${pinnedNode.version} for ${platform}`)
  folder = mkdtempSync(join(tmpdir(), 'relata-node-'))
  mkdirSync(join(folder, 'scripts'))
  for (const name of ['with-node', 'fetch-node', 'node-version', 'npm'])
    cpSync(join(root, 'scripts', `${name}.js`), join(folder, 'scripts', `${name}.js`))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(folder, 'task.js'),
    `process.on('SIGTERM', () => { console.log('told to stop'); process.exit(7) })
if (process.argv.includes('--stay')) setInterval(() => undefined, 1000)
if (process.argv.includes('--die')) process.kill(process.pid, 'SIGKILL')
console.log('ran', process.versions.node, ...process.argv.slice(2))
console.log('finds', (await import('node:child_process')).execFileSync('node', ['-p', 'process.execPath'], { encoding: 'utf8' }))
if (process.argv.includes('--fail')) process.exit(3)
`,
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Stands in for npm: puts a Node where npm puts it, and says what the lock asked for. */
const standIn = (): string => {
  const file = join(folder, 'npm.js')
  writeFileSync(
    file,
    `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const [place] = Object.keys(packages).filter(Boolean)
mkdirSync(place + '/bin', { recursive: true })
const shell = '#!/bin/sh\\nif [ "$1" = --version ]; then echo v${pinnedNode.version}; else exec ${process.execPath} "$@"; fi\\n'
writeFileSync(place + '/bin/node', shell, { mode: 0o755 })
writeFileSync('${folder}/asked.json', JSON.stringify({ args: process.argv.slice(2), lock: packages[place], place }))
`,
  )
  return file
}

const older = (version: string, more = ''): string[] => {
  const text = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })
${more}`
  return ['--import', `data:text/javascript,${encodeURIComponent(text)}`]
}

interface Machine {
  readonly version?: string
  readonly env?: NodeJS.ProcessEnv
  /** Changes what `process` says of it. */
  readonly script?: string
}

const start = (args: readonly string[], { version = '20.18.3', env, script }: Machine = {}) => {
  const child = spawn(process.execPath, [...older(version, script), 'scripts/with-node.js', 'task.js', ...args], {
    cwd: folder,
    env: { ...process.env, ...(env ?? { npm_execpath: standIn() }) },
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
  const ended = new Promise<{ code: number | null; signal: string | null; out: string; err: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
  return { child, out: () => out, ended }
}

describe('the version', () => {
  it('is compared by number', () => {
    for (const version of ['22.13.0', '22.20.1', '24.0.0', '26.12.1', '100.1.0'])
      expect(isNewEnough(version)).toBe(true)
    for (const version of ['22.12.9', '22.9.0', '21.99.0', '20.20.2', '9.0.0']) expect(isNewEnough(version)).toBe(false)
  })

  it('is the one package.json names', () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(engines).toEqual({ node: `>=${leastNode}` })
    expect(isNewEnough(pinnedNode.version)).toBe(true)
  })

  it('begins every command', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const [name, text] of Object.entries(scripts)) expect(text, name).toMatch(/^node scripts\/with-node\.js /)
  })
})

describe('on a Node that is new enough', () => {
  it('a script runs in the same process, with its arguments', async () => {
    const { ended } = start(['--port', '1', '--fail'], { version: leastNode })
    expect(await ended).toMatchObject({ code: 3, out: expect.stringMatching(/^ran \S+ --port 1 --fail\n/), err: '' })
    expect(existsSync(join(folder, '.node'))).toBe(false)
  })
})

describe('a command of npm', () => {
  beforeEach(({ skip }) => {
    if (process.platform === 'win32') skip('there is no shell between npm and the command')
  })

  const underShell = (version: string) => {
    const node = [process.execPath, ...older(version), 'scripts/with-node.js', 'task.js', '--stay']
    const line = node.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
    // With something to do after it, no shell becomes the command.
    return spawn('sh', ['-c', `${line}; true`], {
      cwd: folder,
      env: { ...process.env, npm_lifecycle_event: 'start', npm_execpath: standIn() },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  }

  it.each([leastNode, '20.18.3'])('ends when the shell that npm stops is gone, on Node %s', async (version) => {
    const shell = underShell(version)
    let out = ''
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    await expect.poll(() => out, { timeout: 15_000 }).toContain('finds')
    // Its output stays open until the command has ended.
    const closed = new Promise((resolve) => shell.on('close', resolve))
    shell.kill('SIGTERM')
    await closed
    expect(out).toMatch(/told to stop\n$/)
  })
})

describe('on an older Node', () => {
  beforeEach(({ skip }) => {
    if (process.platform === 'win32') skip('the stand-in for Node is a shell script')
  })

  it('one is fetched, once, and the script runs with it, as do programs that it starts', async () => {
    const first = await start(['--port', '1']).ended
    expect(first).toMatchObject({
      code: 0,
      err: `Node 20.18.3 is too old: Relata needs 22.13 or newer; fetching Node ${pinnedNode.version} into .node/\n`,
      out: expect.stringContaining(`ran ${process.versions.node} --port 1\n`),
    })
    expect(first.out).toContain(`finds ${process.execPath}\n`)
    rmSync(join(folder, 'asked.json'))
    expect(await start([]).ended).toMatchObject({
      code: 0,
      err: `Node 20.18.3 is too old: Relata needs 22.13 or newer; using Node ${pinnedNode.version} from .node/\n`,
    })
    expect(existsSync(join(folder, 'asked.json'))).toBe(false)
    expect(readdirSync(join(folder, '.node'))).toEqual([`${pinnedNode.version}-${platform}`])
  })

  it('npm is told version and integrity, and runs no install script', async () => {
    await start([]).ended
    const { args, lock, place } = JSON.parse(readFileSync(join(folder, 'asked.json'), 'utf8'))
    expect(args).toEqual(expect.arrayContaining(['ci', '--ignore-scripts']))
    const packages: Readonly<Record<string, string>> = pinnedNode.packages
    expect(lock).toEqual({ version: pinnedNode.version, integrity: packages[platform] })
    expect(place).toBe(`node_modules/node-${platform}`)
  })

  it('exit codes and signals go through', async () => {
    expect(await start(['--fail']).ended).toMatchObject({ code: 3 })
    expect(await start(['--die']).ended).toMatchObject({ code: null, signal: 'SIGKILL' })
    const { child, out, ended } = start(['--stay'])
    await expect.poll(out, { timeout: 15_000 }).toContain('finds')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 7, out: expect.stringContaining('told to stop') })
  })

  it('several that fetch at once get in nobody’s way, and what one left is cleared away', async () => {
    const { pid = 0 } = spawnSync(process.execPath, ['-e', ''])
    mkdirSync(join(folder, '.node', `draft-${pid}`), { recursive: true })
    const env = { npm_execpath: standIn() }
    const all = await Promise.all([1, 2, 3].map(() => start([], { env }).ended))
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(readdirSync(join(folder, '.node')).filter((name) => draftForm.test(name))).toEqual([])
  })

  it.each([
    ['there is no package for the machine', "Object.defineProperty(process, 'arch', { value: 'mips' })", /-mips$/],
    [
      'there is none for its C library',
      "Object.defineProperty(process, 'platform', { value: 'linux' }); process.report.getReport = () => ({ header: {} })",
      /^linux-\w+ without glibc$/,
    ],
  ])('one line says what to install where %s', async (_, script, name) => {
    const { code, err, out } = await start([], { script }).ended
    expect({ code, out }).toEqual({ code: 1, out: '' })
    const said =
      /^Node 20\.18\.3 is too old: Relata needs 22\.13 or newer; npm has no Node \S+ for (.+)\. Install Node 22\.13 or newer: https:\/\/nodejs\.org\n$/
    expect(said.exec(err)?.[1]).toMatch(name)
  })

  it('one line says what to install where npm fails', async () => {
    const file = join(folder, 'npm.js')
    writeFileSync(file, 'process.exit(1)\n')
    const { code, err } = await start([], { env: { npm_execpath: file } }).ended
    expect(code).toBe(1)
    expect(err.split('\n').slice(1)).toEqual([
      'Node could not be fetched: npm ci failed; its messages are above. Install Node 22.13 or newer: https://nodejs.org',
      '',
    ])
    expect(readdirSync(join(folder, '.node'))).toEqual([])
  })
})

describe('npm itself', () => {
  it('refuses a package that is not the one it was told of', { timeout: 60_000 }, async ({ skip }) => {
    const npm = spawnSync('npm', ['--version'], { shell: process.platform === 'win32' })
    if (npm.status !== 0) skip('npm is not on the path')
    const name = `node-${platform}`
    const other = join(folder, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'package.json'), JSON.stringify({ name, version: pinnedNode.version }))
    spawnSync('npm', ['pack', '--silent'], { cwd: other, shell: process.platform === 'win32' })
    const tarball = readFileSync(join(other, `${name}-${pinnedNode.version}.tgz`))
    const registry = createServer((request, response) => {
      const { port } = registry.address() as { port: number }
      if (request.url?.endsWith('.tgz')) return response.end(tarball)
      const dist = { tarball: `http://127.0.0.1:${port}/${name}.tgz` }
      const { version } = pinnedNode
      response.setHeader('content-type', 'application/json')
      return response.end(JSON.stringify({ name, versions: { [version]: { name, version, dist } } }))
    })
    const port = await new Promise<number>((resolve) => {
      registry.listen(0, '127.0.0.1', () => resolve((registry.address() as { port: number }).port))
    })
    try {
      const env = {
        npm_execpath: '',
        npm_config_registry: `http://127.0.0.1:${port}`,
        npm_config_cache: join(folder, 'cache'),
        npm_config_fetch_retries: '0',
      }
      const { code, err } = await start([], { env }).ended
      expect(code).toBe(1)
      expect(err).toContain('EINTEGRITY')
      expect(err).toContain('Node could not be fetched')
      expect(readdirSync(join(folder, '.node'))).toEqual([])
    } finally {
      registry.close()
    }
  })
})
