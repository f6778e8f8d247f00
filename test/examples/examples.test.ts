/** What is in `examples/`, run as a reader would run it. */
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startTestServer } from '../_support/server.ts'
import { build, root } from '../crash/built-server.ts'
import { authorityFile, hasCurl, runScript } from '../docs/paste.ts'

/** Rejects where the program exits with anything but 0. */
async function runNode(args: readonly string[], more: Readonly<Record<string, string>>): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '', ...more }
  return (await promisify(execFile)(process.execPath, [...args], { cwd: root, env })).stdout
}

it('pins a term with the JavaScript client', async () => {
  const server = await startTestServer()
  try {
    const said = await runNode([join(root, 'examples/javascript/pin-a-term.js')], {
      RELATA_ORIGIN: server.origin,
      NODE_EXTRA_CA_CERTS: authorityFile,
    })
    expect(said).toBe('pin: Basil\n')
  } finally {
    await server.close()
  }
})

it('gives a technician access until the relationship ends', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const server = await startTestServer()
  try {
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
  } finally {
    await server.close()
  }
})

it('tests against a server that the test starts', async ({ skip }) => {
  if (process.platform === 'win32') skip('the command is put on the path by a shell script')
  await build()
  const folder = await mkdtemp(join(tmpdir(), 'relata-example-'))
  try {
    // What `npm install relata` puts into node_modules/.bin.
    const command = join(folder, 'relata')
    await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/bin/relata.js')}' "$@"\n`)
    await chmod(command, 0o755)
    const said = await runNode(['--test', '--test-reporter=tap', join(root, 'examples/node-test/taxonomy.test.js')], {
      PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
      RELATA_LOCATION: join(folder, '.relata'),
    })
    expect(said).toMatch(/^# pass 1\n# fail 0$/m)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
