/** What is in `examples/`, run as a reader would run it. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

it.each(['module', 'commonjs'])('tests against a server it starts, in a project of type %s', async (type) => {
  await build()
  const folder = await mkdtemp(join(tmpdir(), 'relata-example-'))
  try {
    await cp(join(root, 'examples/node-test'), folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type }))
    // What `npm install` puts there.
    await mkdir(join(folder, 'node_modules'))
    await symlink(root, join(folder, 'node_modules/relata'), 'junction')
    const said = await runNode(['--test', '--test-reporter=tap'], { RELATA_LOCATION: join(folder, '.relata') }, folder)
    expect(said).toMatch(/^# pass 1\n# fail 0$/m)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
