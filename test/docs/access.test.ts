/** The examples of docs/access.md, run as a reader would run them, and that it leaves out no setting. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { authFlags } from '#app/auth-flags.ts'
import { parseOutsideIssuers } from '#auth/outside-settings.ts'
import { startTestServer } from '../_support/server.ts'

const page = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8')
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')

const hasCurl = (): boolean => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

it('changes roles, and says who may', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const server = await startTestServer()
  try {
    const run = async (block: string | undefined) => {
      const script = (block ?? '')
        .replaceAll('https://localhost:4365', server.origin)
        .replaceAll('.relata/ca.pem', join(process.env['RELATA_TEST_CERTIFICATES'] ?? '', 'ca.pem'))
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script])
      return stdout.split(/(?<=\})(?=\{)/).map((text) => JSON.parse(text))
    }
    const [roles, access] = blocks('sh')
    const [before, after] = await run(roles)
    expect(before.administrators).toContain('app@sharepoint')
    const library = after.groups.find(({ displayName }: { displayName: string }) => displayName === 'Library')
    expect(library).toMatchObject({ managers: [expect.any(String)], contributors: [expect.any(String)] })
    const [answer] = await run(access)
    expect(answer).toMatchObject({
      allowed: true,
      by: [{ relationship: { displayName: 'Fabrikam operations' }, roles: [{ displayName: 'Global Reader' }] }],
    })
  } finally {
    await server.close()
  }
})

it('shows issuers that are understood', () => {
  for (const text of blocks('json')) expect(parseOutsideIssuers(text)).toHaveLength(2)
})

it('describes every setting of rights', () => {
  const flags = Object.values(authFlags).map(({ flags }) => flags.split(' ')[0] ?? '')
  expect(flags.filter((flag) => !page.includes(flag))).toEqual([])
})
