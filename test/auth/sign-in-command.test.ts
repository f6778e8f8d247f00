/** Commands sign in at Microsoft’s issuer by the variables of Azure’s tools: here at the one of Relata, which answers as it does. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { signInOf } from '#cli/remote/graph/sign-in.ts'
import { choose, claimsOf, type SignInServer, startSignIn, tara, visit } from './sign-in-kit.ts'

let server: SignInServer
beforeAll(async () => {
  server = await startSignIn()
})
afterAll(() => server.close())

const { contoso, publicClient, daemon, secret } = wellKnown
const variables = (more: Readonly<Record<string, string>>) => ({
  AZURE_TENANT_ID: contoso,
  AZURE_AUTHORITY_HOST: server.origin,
  ...more,
})

it('as a person, with a code on another device', async () => {
  let told = ''
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += text
    return true
  })
  const answer = async (): Promise<void> => {
    const [, code = ''] = /enter the code (\S{9})/.exec(told) ?? []
    await choose(server, await choose(server, await visit(server, '/devicelogin'), { user_code: code }), tara)
    server.clock.set(new Date(server.clock.now().getTime() + 5000))
  }
  try {
    const token = signInOf(variables({ AZURE_CLIENT_ID: publicClient }), 'https://graph.microsoft.com', answer)
    const first = await token()
    expect(claimsOf(first)).toMatchObject({ tid: contoso, appid: publicClient })
    // It is kept as long as it holds.
    expect(await token()).toBe(first)
    expect(told.match(/enter the code/g)).toHaveLength(1)
  } finally {
    spy.mockRestore()
  }
})

it('as an application, with its secret', async () => {
  const given = variables({ AZURE_CLIENT_ID: daemon, AZURE_CLIENT_SECRET: secret })
  expect(claimsOf(await signInOf(given, 'https://graph.microsoft.com')())).toMatchObject({
    appid: daemon,
    idtyp: 'app',
  })
  const wrong = signInOf({ ...given, AZURE_CLIENT_SECRET: 'x' }, 'https://graph.microsoft.com')
  await expect(wrong()).rejects.toThrow(/^the sign-in failed: AADSTS7000215/)
})
