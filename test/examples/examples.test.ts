/** What is in `examples/`, run as a reader would run it. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startTestServer } from '../_support/server.ts'
import { build, root } from '../crash/built-server.ts'
import { authorityFile, hasCurl, runScript } from '../docs/paste.ts'

/** Rejects where the program exits with anything but 0. */
async function runNode(
  args: readonly string[],
  more: Readonly<Record<string, string>>,
  cwd: string = root,
): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '', ...more }
  return (await promisify(execFile)(process.execPath, [...args], { cwd, env })).stdout
}

it('pins a term with the JavaScript client', async () => {
  const server = await startTestServer()
  try {
    for (const _ of ['first', 'again']) {
      const said = await runNode([join(root, 'examples/javascript/pin-a-term.mjs')], {
        RELATA_ORIGIN: server.origin,
        NODE_EXTRA_CA_CERTS: authorityFile,
      })
      expect(said).toBe('pin: Basil\n')
    }
  } finally {
    await server.close()
  }
})

it('gives a technician access until the relationship ends', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const server = await startTestServer()
  try {
    for (const _ of ['first', 'again']) {
      const said = await runScript([join(root, 'examples/gdap/access-ends.sh')], {
        RELATA_ORIGIN: server.origin,
        RELATA_CA: authorityFile,
      })
      expect(said.trimEnd().split('\n')).toEqual([
        expect.stringMatching(
          /^today: Tara Technician is in M365 GDAP User Administrator, .* gives User Administrator\.$/,
        ),
        'in 31 days: expired',
        expect.stringMatching(/^in 31 days: .*; one of .* is needed\.$|^in 31 days: No active relationship /),
      ])
    }
  } finally {
    await server.close()
  }
})

/** A folder with an example and what `npm install` puts there. */
async function installed(example: string, type: string, ...packages: readonly string[]): Promise<string> {
  await build()
  const folder = await mkdtemp(join(tmpdir(), 'relata-example-'))
  await cp(join(root, 'examples', example), folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }))
  for (const name of packages) {
    const place = join(folder, 'node_modules', name)
    await mkdir(dirname(place), { recursive: true })
    await symlink(name === 'relata' ? root : join(root, 'node_modules', name), place, 'junction')
  }
  return folder
}

it.each(['module', 'commonjs'])('gives each test a world, in a project of type %s', async (type) => {
  const folder = await installed('node-test', type, 'relata')
  try {
    const said = await runNode(['--test', '--test-reporter=tap'], {}, folder)
    expect(said).toMatch(/^# pass 2\n# fail 0$/m)
    expect(existsSync(join(folder, '.relata'))).toBe(false)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** The example in a folder of its own, run by the built program. */
async function executed(
  example: string,
  command: readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await installed(example, 'module')
  try {
    return await runNode([join(root, 'dist/bin/relata.js'), 'exec', '--', ...command], more, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

it('gives each Go test a world', { timeout: 120_000 }, async ({ skip }) => {
  if (spawnSync('go', ['version']).status !== 0) skip('go is not installed')
  const said = await executed('go-test', ['go', 'test', '-count=1', '-v', './...'], {
    GOPROXY: 'off',
    GOFLAGS: '-mod=mod',
  })
  expect(said.match(/^--- PASS/gm)).toHaveLength(3)
})

it('gives each test of JUnit a world', { timeout: 120_000 }, async ({ skip }) => {
  const pom = await readFile(join(root, 'examples/junit/pom.xml'), 'utf8')
  const version = /<artifactId>junit-jupiter<\/artifactId>\s*<version>([^<]+)/.exec(pom)?.[1] ?? ''
  const kept = join(homedir(), '.m2/repository/org/junit/jupiter/junit-jupiter', version)
  if (spawnSync('mvn', ['--version']).status !== 0) skip('mvn is not installed')
  if (!existsSync(kept))
    skip(`JUnit ${version} is not in Maven's repository of this machine, and nothing is fetched here`)
  const said = await executed('junit', ['mvn', '--offline', '--batch-mode', 'test'], {})
  expect(said).toContain('Tests run: 3, Failures: 0, Errors: 0, Skipped: 0')
})

it('runs a hundred tests at the same time on one server, all of which change the same terms', async () => {
  const folder = await installed('vitest-parallel', 'module', 'relata', 'vitest', '@microsoft/microsoft-graph-client')
  try {
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
    const said = await runNode([vitest, 'run'], { VITEST: '', NO_COLOR: '1' }, folder)
    expect(said).toMatch(/^ +Tests +100 passed \(100\)$/m)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
