/**
 * `npm test -- ARGS FOR VITEST`: makes the tree ready, runs every suite, and prints the totals alone on the last line.
 * The totals come from test/tooling/totals-reporter.ts, which counts what could not be loaded as failed.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './install.js'
import { prepare } from './prepare.js'

/** The quick tests run on the source. */
const isUnit = /^--project[= ]unit\b(?!.*--project)/.test(process.argv.slice(2).join(' '))

const runVitest = (totalsFile) =>
  new Promise((resolve) => {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
    const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, RELATA_TOTALS_FILE: totalsFile },
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

const run = async () => {
  if ((await prepare('test', !isUnit)) !== undefined) return { code: 1, passed: 0, failed: 1, skipped: 0 }
  const folder = mkdtempSync(join(tmpdir(), 'relata-test-'))
  try {
    const file = join(folder, 'totals.json')
    const code = await runVitest(file)
    return { code, ...totalsIn(file) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const { code, passed, failed, skipped } = await run()
process.exitCode = code === 0 && failed > 0 ? 1 : code
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
