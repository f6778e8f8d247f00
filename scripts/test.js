/**
 * `npm test -- ARGS FOR VITEST`: makes the tree ready, runs every suite, and prints the totals alone on the last line.
 * The totals come from test/tooling/totals-reporter.ts, which counts what could not be loaded as failed.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './install.js'
import { ensurePages } from './pages.js'
import { missingIn, readNotes, writeNotes } from './parity/shown.js'
import { prepare, stopping } from './prepare.js'
import { prepareWitnesses } from './witnesses.js'

/** `related FILE…`: the tests that import a file; else all, or those that are named. */
const isRelated = process.argv[2] === 'related'
const given = process.argv.slice(isRelated ? 3 : 2)
const command = isRelated ? ['related', '--run'] : ['run']

/** What `--project` names, patterns left out. */
const wanted = [...given.join(' ').matchAll(/(?:^| )--project[= ](\S+)/g)].map(([, name]) => name)

/** The quick tests run on the source, and so do the servers of witnesses. */
const isOnSource = wanted.length > 0 && wanted.every((name) => ['unit', 'witnesses'].includes(name))

/** Where they alone are asked for, all witnesses run, those too whose compilation takes long. */
if (wanted.length > 0 && wanted.every((name) => name === 'witnesses')) process.env.RELATA_WITNESSES ??= 'all'

/** Named files and other projects need nothing of theirs. */
const runsWitnesses =
  (wanted.length === 0 || wanted.includes('witnesses')) &&
  (!given.some((word) => /^(?:src|test)\b/.test(word)) || given.some((word) => word.startsWith('test/witnesses')))

/** Tests of the pages in a browser need them built; named files elsewhere do not. */
const runsPages =
  !isOnSource &&
  !isRelated &&
  (!given.some((word) => /^(?:src|test|web)\b/.test(word)) || given.some((word) => word.startsWith('test/pages')))

/** Vitest has a page of its own code to say about one that is not there. */
const checkProjects = () => {
  const config = readFileSync(join(root, 'vitest.config.ts'), 'utf8')
  const known = [...config.matchAll(/\bproject\('([\w-]+)'/g)].map(([, name]) => name)
  const strange = wanted.find((name) => /^\w[\w-]*$/.test(name) && !known.includes(name))
  if (strange === undefined) return true
  console.error(`there is no project '${strange}'; the projects are ${known.join(', ')}`)
  return false
}

const runVitest = (totalsFile, shown) =>
  new Promise((resolve) => {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
    const child = spawn(process.execPath, [vitest, ...command, ...given], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, RELATA_TOTALS_FILE: totalsFile, RELATA_SHOWN: shown },
    })
    // Ctrl+C reaches the whole group; vitest stops by itself, and its totals are still printed here.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })

const totalsIn = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    console.error('vitest ended before it reported a result')
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

/**
 * Whether the tests that docs/parity.md names for an operation sent it. Only a whole run can say; `RELATA_PARITY=write`
 * notes what this run sent instead.
 */
const checkParity = (shown, code) => {
  if (given.length > 0 || isRelated) return 0
  const notes = readNotes(shown)
  if (process.env['RELATA_PARITY'] === 'write') {
    if (code === 0) writeNotes(notes)
    return 0
  }
  const missing = missingIn(notes)
  for (const line of missing) console.error(line)
  return missing.length
}

const run = async () => {
  if ((await prepare('test', !isOnSource)) !== undefined) return { code: 1, passed: 0, failed: 1, skipped: 0 }
  // Beside each other: each waits for what it installs.
  const witnesses = runsWitnesses ? prepareWitnesses(given) : undefined
  const isStopped = runsPages && (await stopping(ensurePages)) !== undefined
  await witnesses
  if (isStopped) return { code: 1, passed: 0, failed: 1, skipped: 0 }
  const folder = mkdtempSync(join(tmpdir(), 'relata-test-'))
  try {
    const file = join(folder, 'totals.json')
    const shown = join(folder, 'shown')
    mkdirSync(shown)
    const code = await runVitest(file, shown)
    const totals = totalsIn(file)
    return { code, ...totals, failed: totals.failed + checkParity(shown, code) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (checkProjects()) {
  const { code, passed, failed, skipped } = await run()
  process.exitCode = code === 0 && failed > 0 ? 1 : code
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
} else {
  process.exitCode = 2
}
