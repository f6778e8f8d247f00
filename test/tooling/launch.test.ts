/** The file that is run takes what was compiled beforehand, and does without where that is not what it was. */
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { build } from '../crash/built-server.ts'
import { root } from './run-tool.ts'

let folder = ''
const at = (name: string): string => join(folder, 'dist/bin', name)
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

beforeAll(build, 60_000)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relata-launch-'))
  cpSync(join(root, 'dist/bin'), join(folder, 'dist/bin'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Prints the version, then whether the compiled code of the first chunk was taken: true, false, or none was offered. */
const script = `
  const program = process.argv[1]
  process.argv = [process.execPath, program, 'version']
  const { compiled } = require(program)
  const { cachedDataRejected } = compiled.get(require('node:path').join(program, '../program.js'))
  process.on('exit', () => console.log(cachedDataRejected === undefined ? 'none' : !cachedDataRejected))`

const run = (node: readonly string[] = []): string => {
  const { stdout, stderr } = spawnSync(process.execPath, [...node, '-e', script, at('relata.js')], { encoding: 'utf8' })
  return stdout + stderr
}

const codeFile = (): string => at(readdirSync(at('')).find((name) => name.startsWith('program.js.v')) ?? '')

it('takes it', () => {
  expect(run()).toBe(`${version}\ntrue\n`)
})

it('does without where there is none', () => {
  rmSync(codeFile())
  expect(run()).toBe(`${version}\nnone\n`)
})

it('does without where it was cut short or a byte of it is wrong', () => {
  const code = readFileSync(codeFile())
  const middle = code.length >> 1
  code.fill(0xff, middle, middle + 8)
  writeFileSync(codeFile(), code)
  expect(run()).toBe(`${version}\nnone\n`)
  for (const length of [middle, 10, 0]) {
    truncateSync(codeFile(), length)
    expect(run()).toBe(`${version}\nnone\n`)
  }
})

it('does without where the chunk is another', () => {
  appendFileSync(at('program.js'), '//')
  expect(run()).toBe(`${version}\nnone\n`)
})

it('says what to install where Node is older', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })`
  const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, at('relata.js'), 'version']
  mkdirSync(join(folder, 'scripts'))
  writeFileSync(join(folder, 'scripts/with-node.js'), '')
  expect(spawnSync(process.execPath, args, { encoding: 'utf8' }).stderr).toContain(
    'Relata needs 22.13 or newer. Write `npm start -s -- COMMAND` in place of `relata COMMAND`, or install Node 22.13',
  )
  rmSync(join(folder, 'scripts'), { recursive: true })
  expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({
    status: 1,
    stderr:
      'relata: Node 20.18.3 is too old: Relata needs 22.13 or newer. Install Node 22.13 or newer: https://nodejs.org\n',
  })
})

it('runs where V8 has other flags, whether it takes it or not', () => {
  expect([`${version}\ntrue\n`, `${version}\nfalse\n`]).toContain(run(['--max-old-space-size=300']))
})
