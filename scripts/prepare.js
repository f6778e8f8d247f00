/**
 * Installs what is missing and builds what is stale. Runs before anything is installed, so it uses Node alone.
 * A stamp beside each result holds the hash of what it was made from.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, textOf } from './install.js'
import { checkEnd, Stop } from './npm.js'

const built = join(root, 'dist')
const buildStamp = join(built, '.relata-build')

function sourcesOf(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function wantedBuild() {
  // The bundle is compiled for the Node at hand.
  const hash = createHash('sha256').update(process.version)
  const scripts = ['bundle', 'launch', 'node-version', 'precompile', 'third-party'].map((name) => `scripts/${name}.js`)
  const tools = [...scripts, 'node_modules/typescript/package.json', 'node_modules/rolldown/package.json']
  const configs = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', ...tools]
  for (const path of [...configs.map((name) => join(root, name)), ...sourcesOf('src')]) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}

/** Types of the entries of `relata/testing`, which name each other and no other file. bundle.js has written Vitest's. */
function copyTestingTypes(from, to) {
  for (const name of ['relata', 'control-call', 'start-relata', 'jest', 'node-test', 'testcontainers'])
    copyFileSync(join(from, `${name}.d.ts`), join(to, `${name}.d.ts`))
}

/** Compiles beside `dist` and swaps, so that a build that fails leaves the last good one in place. */
function ensureBuilt() {
  const wanted = wantedBuild()
  if (textOf(buildStamp) === wanted) return
  console.error('building')
  const next = `${built}.next`
  rmSync(next, { recursive: true, force: true })
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', next]
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  checkEnd('the build', spawnSync(process.execPath, args, options))
  checkEnd('the bundle', spawnSync(process.execPath, [join('scripts', 'bundle.js'), join(next, 'bin')], options))
  // Beside the bundle, which is CommonJS, and nothing else of `dist` is in the package.
  copyFileSync(join(next, 'app', 'library.d.ts'), join(next, 'bin', 'library.d.ts'))
  copyTestingTypes(join(next, 'testing'), join(next, 'bin', 'testing'))
  rmSync(built, { recursive: true, force: true })
  renameSync(next, built)
  spawnSync(process.execPath, [join('scripts', 'precompile.js'), join(built, 'bin')], options)
  writeFileSync(buildStamp, wanted)
}

/** Runs the work; returns the exit code to stop with where it threw `Stop`, which is shown, or undefined when all is well. */
export async function stopping(work) {
  try {
    await work()
    return undefined
  } catch (failure) {
    if (!(failure instanceof Stop)) throw failure
    console.error(failure.message)
    return failure.exitCode
  }
}

/**
 * Makes the tree ready for a scope of install.js; returns the exit code to stop with, or undefined when all is well.
 * `needsBuild`: false for what runs on the source alone.
 */
export function prepare(scope, needsBuild = true) {
  return stopping(async () => {
    await ensureInstalled(scope)
    if (needsBuild) ensureBuilt()
  })
}
