/** The commands of docs/sign-in.md, pasted into a shell against a fresh server; and that the page knows every address. */
import { expect, it } from 'vitest'
import { startTestServer } from '../_support/server.ts'
import { blocksIn, hasCurl, objectsIn, pageAt, paste } from './paste.ts'

const page = pageAt('docs/sign-in.md')

it('registers an application that signs in, and replaces a key', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const server = await startTestServer()
  try {
    const said = await paste(blocksIn(page, 'sh').join('\n'), server.origin)
    const [made, token, rotated, ...rest] = objectsIn(said)
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
