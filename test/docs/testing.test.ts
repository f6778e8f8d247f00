/** docs/testing.md, followed literally in an empty folder: what it says to type is typed, and what it shows is saved as the file it names. */
import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneInto } from '../_support/clone.ts'
import { build, root } from '../crash/built-server.ts'
import { pageAt } from './paste.ts'

const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0
const hasNpm = has('npm', '--version')
const hasPytest = has('python3', '-c', 'import pytest, setuptools')

const folder = mkdtempSync(join(tmpdir(), 'relata-testing-page-'))
const place = (...names: string[]): string => join(folder, ...names)
const page = pageAt('docs/testing.md')

/** Settings of whoever runs the tests do not count, and nothing is looked for on a network. */
const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(RELATA_|PORT$|HOST$|npm_|VITEST|NODE_EXTRA|NODE_OPTIONS)/.test(name),
    ),
  ),
  NO_COLOR: '1',
  npm_config_offline: 'true',
  ...more,
})

const typed = async (script: string, cwd: string, more: Readonly<Record<string, string>> = {}): Promise<string> => {
  const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd, env: environment(more) })
  // A runner prints which test failed before it exits.
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${error.stdout}\n${error.stderr}`)
  })
  return stdout
}

const sectionOf = (title: string): string => page.split(/^## /m).find((text) => text.startsWith(title)) ?? ''

/** Saves the files that a section shows; returns what it says to type, in order. */
const followed = (title: string, cwd: string): string[] => {
  const text = sectionOf(title)
  for (const [, name = '', content = ''] of text.matchAll(/^`([\w.]+)`:\n\n```\w+\n([\s\S]*?)```/gm))
    writeFileSync(join(cwd, name), content)
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, script = '']) => script)
}

beforeAll(async () => {
  if (!hasNpm) return
  await build()
  mkdirSync(place('clone'))
  cloneInto(root, place('clone'))
  symlinkSync(join(root, 'node_modules'), place('clone', 'node_modules'), 'junction')
  // Building has tests of its own.
  for (const built of ['dist', join('web', 'dist')])
    cpSync(join(root, built), place('clone', built), { recursive: true })
  await typed('npm pack --silent --pack-destination ..', place('clone'))
  await typed('mv relata-*.tgz relata.tgz', folder)
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Of what a reader's npm fetches, Relata is the tarball, and the rest is what the clone has. */
const npm = `npm() {
  if [ "$1" != install ]; then command npm "$@"; return; fi
  command npm install --save-dev --no-audit --no-fund "$TARBALL"
  for name in "\${@:3}"; do
    if [ "$name" = relata ]; then continue; fi
    mkdir -p "$(dirname "node_modules/$name")"
    ln -s "$MODULES/$name" "node_modules/$name"
    if [ -e "$MODULES/.bin/$name" ]; then ln -s "$MODULES/.bin/$name" "node_modules/.bin/$name"; fi
  done
}
pip() { test "$*" = "install pytest pytest-relata"; }
`
const fromTarball = { TARBALL: place('relata.tgz'), MODULES: join(root, 'node_modules') }

describe('the page on tests', () => {
  it('leads to Vitest tests that pass, from the tarball', { timeout: 180_000 }, async ({ skip }) => {
    if (!hasNpm) skip('npm is not on the path')
    mkdirSync(place('vitest'))
    const [install = '', run = ''] = followed('Vitest', place('vitest'))
    followed('Events and notifications', place('vitest'))
    await typed(`${npm}${install}`, place('vitest'), fromTarball)
    expect(await typed(run, place('vitest'))).toMatch(/^ +Tests +7 passed \(7\)$/m)
    // With one server for the run, as the page says further below.
    followed('How many servers', place('vitest'))
    expect(readFileSync(place('vitest', 'vitest.config.mjs'), 'utf8')).toContain('globalSetup')
    expect(await typed(run, place('vitest'))).toMatch(/^ +Tests +7 passed \(7\)$/m)
  })

  it('leads to pytest tests that pass, on the package from the tarball', { timeout: 180_000 }, async ({ skip }) => {
    if (!hasNpm) skip('npm is not on the path')
    if (!hasPytest) skip('python3 with pytest and setuptools is not installed')
    // What pip does, without what it would fetch: the metadata by which pytest finds a plugin.
    cpSync(join(root, 'python'), place('python'), { recursive: true })
    await typed('python3 -c "import setuptools; setuptools.setup()" -q egg_info --egg-base src', place('python'))
    mkdirSync(place('pytest'))
    writeFileSync(place('pytest', 'package.json'), '{ "private": true }')
    await typed(`${npm}npm install --save-dev relata`, place('pytest'), fromTarball)
    const [install = '', run = ''] = followed('pytest', place('pytest'))
    const said = await typed(`${npm}${install}${run}`, place('pytest'), { PYTHONPATH: place('python', 'src') })
    expect(said).toMatch(/^3 passed/m)
    const own = await typed('pytest -q ../python/tests', place('pytest'), { PYTHONPATH: place('python', 'src') })
    expect(own).toMatch(/^\d+ passed/m)
  })
})
