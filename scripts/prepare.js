/**
 * Installs what is missing and builds what is stale. Runs before anything is installed, so it uses Node alone.
 * A stamp beside each result holds the hash of what it was made from.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const leastNode = [20, 19]
const lockFile = join(root, 'package-lock.json')
const installed = join(root, 'node_modules')
const installStamp = join(installed, '.relata-install')
const begunStamp = join(installed, '.relata-installing')
const built = join(root, 'dist')
const buildStamp = join(built, '.relata-build')

/** A failure the person at the keyboard can act on: shown without a stack. */
class Stop extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
    throw new Stop(
      `Relata needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org.`,
    )
  }
}

const finish = (what, { status, signal, error }) => {
  if (error) throw new Stop(`${what} could not be started: ${error.message}`)
  if (signal) throw new Stop(`${what} was stopped by ${signal}`, 130)
  if (status !== 0) throw new Stop(`${what} failed; its messages are above`)
}

const startNpm = (args) => {
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }
  const running = process.env.npm_execpath
  // Under `npm start` this very npm is used, whatever else is on the path.
  if (running?.endsWith('.js')) return spawn(process.execPath, [running, ...args], options)
  return spawn('npm', args, { ...options, shell: process.platform === 'win32' })
}

const isRunning = (pid) => {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/**
 * npm notes what it installed before the add-ons are built, so one that was ended in the middle looks whole, to npm too.
 * Hence a mark of our own, with the process that installs; what is marked and no longer worked on is thrown away.
 */
const clearBegun = () => {
  const pid = textOf(begunStamp)
  if (pid === undefined) return
  if (isRunning(Number(pid))) {
    throw new Stop(`Process ${pid} is installing here. Try again when it has ended, or remove node_modules.`)
  }
  rmSync(installed, { recursive: true, force: true })
}

/** A signal that ends this process ends npm too. */
const runNpm = (args) =>
  new Promise((resolve) => {
    mkdirSync(installed, { recursive: true })
    writeFileSync(begunStamp, String(process.pid))
    const child = startNpm(args)
    if (child.pid !== undefined) writeFileSync(begunStamp, String(child.pid))
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const end = (result) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(result)
    }
    child.on('error', (error) => end({ error }))
    child.on('close', (status, signal) => end({ status, signal }))
  })

/** A native add-on is built for one Node ABI, so that is part of what an installation is made from. */
const abi = `abi ${process.versions.modules}`

/** npm notes what it installed in a lock file of its own, so that an installation made by hand is known too. */
const agreesWithLock = () => {
  const has = textOf(join(installed, '.package-lock.json'))
  const wants = textOf(lockFile)
  if (has === undefined || wants === undefined) return false
  const found = JSON.parse(has).packages
  return Object.entries(JSON.parse(wants).packages).every(
    ([path, entry]) =>
      path === '' || found[path]?.version === entry.version || (found[path] === undefined && entry.optional === true),
  )
}

/** Optional, as a newer Node has its own: where it could not be built for an older one, the next time it may be. */
const lacksSqlite = () => !isBuiltin('node:sqlite') && !existsSync(join(installed, 'better-sqlite3'))

const ensureInstalled = async () => {
  clearBegun()
  const lock = createHash('sha256').update(textOf(lockFile) ?? textOf(join(root, 'package.json')) ?? '')
  const wanted = `${lock.digest('hex')} ${abi}`
  const stamp = textOf(installStamp)
  if (stamp === wanted && !lacksSqlite()) return
  if (lacksSqlite() || !agreesWithLock() || stamp?.endsWith(abi) === false) {
    console.error('installing (the first time takes a minute or two)')
    // Not `npm ci`: it refuses a lock made where the binaries of other platforms could not be looked up.
    // Without saving, `install` follows the lock just as closely and leaves it alone.
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
    finish('npm install', await runNpm([...args, '--include=dev', '--include=optional']))
    rmSync(begunStamp)
    // What was built without something that is there now is built with it.
    rmSync(buildStamp, { force: true })
  }
  writeFileSync(installStamp, wanted)
}

const sourcesOf = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const wantedBuild = () => {
  // The bundle is compiled for the Node at hand.
  const hash = createHash('sha256').update(process.version)
  const scripts = ['bundle', 'launch', 'precompile'].map((name) => `scripts/${name}.js`)
  const tools = [...scripts, 'node_modules/typescript/package.json', 'node_modules/rolldown/package.json']
  const configs = ['tsconfig.json', 'tsconfig.build.json', ...tools]
  for (const path of [...configs.map((name) => join(root, name)), ...sourcesOf('src')]) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}

/** Compiles beside `dist` and swaps, so that a build that fails leaves the last good one in place. */
const ensureBuilt = () => {
  const wanted = wantedBuild()
  if (textOf(buildStamp) === wanted) return
  console.error('building')
  const next = `${built}.next`
  rmSync(next, { recursive: true, force: true })
  const compiler = join(installed, 'typescript', 'bin', 'tsc')
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', next]
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  finish('the build', spawnSync(process.execPath, args, options))
  finish('the bundle', spawnSync(process.execPath, [join('scripts', 'bundle.js'), join(next, 'bin')], options))
  rmSync(built, { recursive: true, force: true })
  renameSync(next, built)
  spawnSync(process.execPath, [join('scripts', 'precompile.js'), join(built, 'bin')], options)
  writeFileSync(buildStamp, wanted)
}

/** Makes the tree ready to run; returns the exit code to stop with, or undefined when all is well. */
export const prepare = async () => {
  try {
    checkNode()
    await ensureInstalled()
    ensureBuilt()
    return undefined
  } catch (failure) {
    if (!(failure instanceof Stop)) throw failure
    console.error(failure.message)
    return failure.exitCode
  }
}
