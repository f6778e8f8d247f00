/**
 * `precompile.js FOLDER`: keeps what V8 compiles of the bundle for a start, beside each chunk (launch.js). A function is
 * compiled when it is first called, so the program is started: once to make its keys and database, then to be recorded.
 * Compiled code holds the path of its source, for stack traces: run this where the bundle is to stay.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const self = fileURLToPath(import.meta.url)
const longestMillis = 60_000

/** Starts the program in this process, and stops it when it is ready. */
const start = (program, location, isKept) => {
  process.argv = [process.execPath, program, 'start', '--location', location, '--port', '0']
  process.stdout.write = (text) => {
    if (String(text).includes('relata is ready')) process.emit('SIGTERM', 'SIGTERM')
    return true
  }
  const { compiled, codeFileOf, sealed } = createRequire(program)(program)
  process.on('exit', (code) => {
    if (code !== 0 || !isKept) return
    for (const [file, script] of compiled)
      writeFileSync(codeFileOf(file), sealed(readFileSync(file), script.createCachedData()))
  })
}

/** The settings of whoever builds are not for this. */
const environment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RELATA_|PORT$|HOST$|NODE_OPTIONS$)/.test(name)))

/** Not where the program cannot start here: then each start compiles. */
const precompile = (folder) => {
  const location = mkdtempSync(join(tmpdir(), 'relata-precompile-'))
  const options = { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', env: environment(), timeout: longestMillis }
  try {
    for (const wish of ['make', 'keep']) {
      const args = [self, resolve(folder, 'relata.js'), location, wish]
      const { status, stderr } = spawnSync(process.execPath, args, options)
      if (status === 0) continue
      // Why it refuses to start it says again to whoever starts it.
      if (stderr.startsWith('relata: ')) return
      return console.error(`not compiled beforehand, so starts are slower: ${stderr}`)
    }
  } finally {
    rmSync(location, { recursive: true, force: true })
  }
}

const [first, location, wish] = process.argv.slice(2)
if (wish === undefined) precompile(first)
else start(first, location, wish === 'keep')
