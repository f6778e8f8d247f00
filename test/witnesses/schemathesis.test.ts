/**
 * Schemathesis over both OpenAPI documents: no answer that they do not describe, no failure of the server. What it sends
 * is made up, so nothing is recorded.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { missingTool, preparedNow, runsIn, witnessMode } from '../../scripts/witnesses.js'
import { runProgram } from './framework/program.ts'
import { schemathesis } from './table.js'

interface Found {
  readonly operations: number
  readonly requests: number
  readonly done: number
}

it('Schemathesis finds each answer described, and no failure', { timeout: 300_000 }, async ({ skip }) => {
  const tool = missingTool(schemathesis)
  if (!runsIn(schemathesis, witnessMode())) skip('runs where CI is set, and in npm run test:witnesses')
  if (tool !== undefined) skip(`${tool} is not installed`)
  expect(preparedNow(schemathesis), 'it was installed before the first suite').toBe(true)
  const location = await mkdtemp(join(tmpdir(), 'relata-schemathesis-'))
  const server = await startServer({ ...defaultConfig, port: 0, location, silent: true, inMemory: true })
  try {
    const environment = {
      HOME: location,
      NO_PROXY: 'localhost,127.0.0.1',
      RELATA_URL: server.origin,
      RELATA_CA: join(location, 'ca.pem'),
      RELATA_TENANT: wellKnown.contoso,
      RELATA_CUSTOMER: wellKnown.fabrikam,
      RELATA_CLIENT_ID: wellKnown.daemon,
      RELATA_SECRET: wellKnown.secret,
    }
    const { code, lines, said } = await runProgram(schemathesis, environment, () => undefined)
    expect(lines.map(({ failed }) => failed).join('\n'), said).toBe('\n')
    expect([code, lines.map(({ step }) => step)], said).toEqual([0, schemathesis.steps])
    for (const { saw } of lines) {
      const { operations, requests, done } = saw as Found
      expect(operations).toBeGreaterThan(300)
      // How many there are depends on how busy the machine is. Most of what is made up is refused; not all may be.
      expect(requests).toBeGreaterThan(operations)
      expect(done).toBeGreaterThan(requests / 10)
    }
  } finally {
    await server.close()
    await rm(location, { recursive: true, force: true })
  }
})
