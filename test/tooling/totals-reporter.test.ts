/** The totals are true: a real run of vitest in which everything that can go wrong does. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from './run-tool.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relata-totals-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const reporter = JSON.stringify(join(root, 'test/tooling/totals-reporter.ts'))
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { TotalsReporter } from ${reporter}
export default {
  test: {
    include: ['*.check.ts'],
    reporters: [new TotalsReporter()],
    // One thread for all files of a run: starting a process for each takes longer than what it does.
    pool: 'threads',
    isolate: false,
    maxWorkers: 1,
  },
}\n`,
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const runVitest = (files: Readonly<Record<string, string>>, args: readonly string[] = []) => {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.check.ts`), `import { beforeAll, describe, it } from 'vitest'\n${text}\n`)
  }
  const totalsFile = join(folder, 'totals.json')
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, ...args],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', RELATA_TOTALS_FILE: totalsFile } },
  )
  return { status, stdout, totals: JSON.parse(readFileSync(totalsFile, 'utf8')) as unknown }
}

const passing = "it('passes', () => {})"
const failing = "it('fails', () => { throw new Error('as asked') })"

it('counts what passed, failed and was skipped with a reason', () => {
  const { status, stdout, totals } = runVitest({
    one: `${passing}\n${failing}`,
    two: `${passing}\nit('waits', ({ skip }) => skip('skipped, data not found'))`,
  })
  expect(totals).toEqual({ passed: 2, failed: 1, skipped: 1 })
  expect(stdout).toContain('skipped: two.check.ts > waits: skipped, data not found')
  expect(status).not.toBe(0)
})

it('is content when nothing failed', () => {
  expect(runVitest({ one: passing })).toMatchObject({ status: 0, totals: { passed: 1, failed: 0, skipped: 0 } })
})

it('counts a file that cannot be loaded as failed', () => {
  const { status, totals } = runVitest({ one: passing, two: "throw new Error('as asked')" })
  expect(totals).toEqual({ passed: 1, failed: 1, skipped: 0 })
  expect(status).not.toBe(0)
})

it('counts an error outside any test as failed', () => {
  const late = "it('passes, but', () => { void Promise.reject(new Error('as asked')) })"
  const { status, totals } = runVitest({ one: late })
  expect(totals).toEqual({ passed: 1, failed: 1, skipped: 0 })
  expect(status).not.toBe(0)
})

it('counts a hook that fails, and the tests it kept from running, as failed', () => {
  const { status, totals } = runVitest({
    one: `describe('all', () => { beforeAll(() => { throw new Error('as asked') })\n${passing}\n${passing} })`,
  })
  expect(totals).toEqual({ passed: 0, failed: 3, skipped: 0 })
  expect(status).not.toBe(0)
})

it('tells of a test that passed only when it was tried again', () => {
  const { stdout, totals } = runVitest({
    one: `let tries = 0\nit('is odd', { retry: 1 }, () => { tries += 1; if (tries === 1) throw new Error('at first') })`,
  })
  expect(totals).toEqual({ passed: 1, failed: 0, skipped: 0 })
  expect(stdout).toContain('PASSED ONLY AT THE SECOND TRY: one.check.ts > is odd: at first')
})

it('counts a skip without a reason as failed', () => {
  const { status, stdout, totals } = runVitest({
    one: `${passing}\nit.skip('forgotten', () => {})\nit.todo('some day')`,
  })
  expect(totals).toEqual({ passed: 1, failed: 2, skipped: 0 })
  expect(stdout).toContain('SKIPPED WITHOUT A REASON, counted as failed: one.check.ts > forgotten')
  expect(status).not.toBe(0)
})

it('lets the caller leave tests out by name', () => {
  const { status, totals } = runVitest({ one: `${passing}\n${failing}` }, ['-t', 'passes'])
  expect(totals).toEqual({ passed: 1, failed: 0, skipped: 1 })
  expect(status).toBe(0)
})

it('lets the caller leave tests out by tag', () => {
  const config = join(folder, 'vitest.config.ts')
  writeFileSync(config, readFileSync(config, 'utf8').replace('test: {', "test: { tags: [{ name: 'slow' }],"))
  const slow = "it('fails', { tags: ['slow'] }, () => { throw new Error('as asked') })"
  const { status, totals } = runVitest({ one: `${passing}\n${slow}` }, ['--tags-filter=!slow'])
  expect(totals).toEqual({ passed: 1, failed: 0, skipped: 1 })
  expect(status).toBe(0)
})

it('counts a name that no test has as a failure', () => {
  const { status, stdout, totals } = runVitest({ one: passing }, ['-t', 'no such test'])
  expect(totals).toMatchObject({ passed: 0, failed: 1 })
  expect(stdout).toContain('no test matches /no such test/')
  expect(status).not.toBe(0)
  expect(runVitest({ one: `describe('all', () => { ${passing} })` }, ['-t', 'all passes'])).toMatchObject({ status: 0 })
})
