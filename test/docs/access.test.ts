/** The examples of docs/access.md, run as a reader would run them, and that it leaves out no setting. */
import { expect, it } from 'vitest'
import { authFlags } from '#app/settings/auth-flags.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { startTestServer } from '../_support/server.ts'
import { blocksIn, hasCurl, objectsIn, pageAt, paste } from './paste.ts'

const page = pageAt('docs/access.md')

it('changes roles, and says who may', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const server = await startTestServer()
  try {
    const run = async (block: string) => objectsIn(await paste(block, server.origin))
    const [roles = '', access = ''] = blocksIn(page, 'sh')
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
  const examples = blocksIn(page, 'json')
  expect(examples).toHaveLength(5)
  for (const text of examples) expect(parseOutsideIssuers(text)).toHaveLength(1)
})

it('describes every setting of rights', () => {
  const flags = Object.values(authFlags).map(({ flags }) => flags.split(' ')[0] ?? '')
  expect(flags.filter((flag) => !page.includes(flag))).toEqual([])
})
