/** A partner tool's flow in Python, its signatures verified by openssl: case 2 of events.md §12. */
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const run = promisify(execFile)

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

function isHere(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

it('a partner’s tool in Python receives what one in TypeScript does, and openssl verifies each signature', async ({
  skip,
}) => {
  if (!isHere('python3', '--version')) skip('python3 is not installed')
  if (!isHere('openssl', 'version')) skip('openssl is not installed')
  const script = join(import.meta.dirname, 'partner_tool.py')
  const { contoso, daemon, secret, fabrikam } = wellKnown
  const { stdout } = await run('python3', [script, server.http, contoso, daemon, secret, fabrikam])
  expect(JSON.parse(stdout)).toEqual([
    'test-created',
    ...['approved', 'activated'].map((what) => `granular-admin-relationship-${what}`),
    ...['created', 'activated', 'created', 'activated'].map((what) => `granular-admin-access-assignment-${what}`),
    'granular-admin-relationship-terminated',
    ...['deleted', 'deleted'].map((what) => `granular-admin-access-assignment-${what}`),
  ])
})
