/** The README's own commands, pasted into a shell against a fresh server, and its table of well-known values. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tenants, wellKnown } from '#app/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text ?? '')

const hasCurl = (): boolean => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe('the README', () => {
  it('has requests that create a relation, as pasted', async ({ skip }) => {
    if (!hasCurl()) skip('curl is not installed')
    const ca = join(process.env['RELATA_TEST_CERTIFICATES'] ?? '', 'ca.pem')
    const script = (blocks[1] ?? '')
      .replaceAll('https://localhost:4365', server.origin)
      .replaceAll('.relata/ca.pem', ca)
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script])
    const answers = stdout.split(/(?=\{"@odata\.context")/).map((text) => JSON.parse(text))
    expect(answers).toHaveLength(2)
    expect(answers[0]).toMatchObject({ id: expect.stringMatching(/^r!/), relationship: 'pin' })
    expect(answers[1].value).toMatchObject([{ id: answers[0].id, toTerm: { labels: [{ name: 'Basil' }] } }])
  })

  it('lists the well-known values of the seed', () => {
    for (const value of Object.values(wellKnown)) expect(readme).toContain(`\`${value}\``)
    for (const { displayName, domain } of tenants) {
      expect(readme).toContain(displayName.split(' ')[0])
      expect(readme).toContain(`\`${domain}\``)
    }
  })

  it('says why each run-time dependency is there', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
    expect(names.filter((name) => !readme.includes(`**${name}**`))).toEqual([])
  })
})
