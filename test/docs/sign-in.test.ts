/** The commands of docs/sign-in.md, pasted into a shell against a fresh server; and that the page knows every address. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startTestServer } from '../_support/server.ts'

const page = readFileSync(new URL('../../docs/sign-in.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text ?? '')

const hasCurl = (): boolean => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

it('registers an application that signs in, and replaces a key', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const server = await startTestServer()
  try {
    const ca = join(process.env['RELATA_TEST_CERTIFICATES'] ?? '', 'ca.pem')
    const script = blocks
      .join('\n')
      .replaceAll('https://localhost:4365', server.origin)
      .replaceAll('.relata/ca.pem', ca)
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script])
    const [made, token, rotated, ...rest] = stdout.split(/(?<=\})(?=\{")/).map((text) => JSON.parse(text))
    expect(made).toMatchObject({ displayName: 'My tool', delegatedScopes: ['User.Read', 'TermStore.ReadWrite.All'] })
    expect(token).toMatchObject({ token_type: 'Bearer', access_token: expect.any(String) })
    expect(rotated.keys).toMatchObject([{ state: 'signing' }, { state: 'retired' }])
    expect(rest).toEqual([])
  } finally {
    await server.close()
  }
})

it('names every address discovery does', async () => {
  const server = await startTestServer()
  try {
    for (const version of ['v2.0/', '']) {
      const answer = await fetch(`${server.http}/common/${version}.well-known/openid-configuration`)
      const members = Object.entries((await answer.json()) as Record<string, unknown>)
      const addresses = members.filter(([name]) => /_endpoint$|_uri$/.test(name)).map(([, value]) => String(value))
      expect(addresses).toHaveLength(5)
      for (const one of addresses) expect(page).toContain(`\`${one.replace(`${server.http}/common`, '/{tenant}')}\``)
    }
  } finally {
    await server.close()
  }
})
