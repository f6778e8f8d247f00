/** The credentials of `@azure/identity`, unmodified, each followed by a call of Microsoft's Graph client. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  OnBehalfOfCredential,
  type TokenCredential,
  UsernamePasswordCredential,
} from '@azure/identity'
import { Client } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { makeClientCertificate } from '../_support/client-certificate.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { choose, tara, visit } from '../auth/sign-in-kit.ts'

const { contoso, daemon, publicClient, middleTier, secret, password } = wellKnown
const anything = 'https://graph.microsoft.com/.default'

let server: TestServer
let folder: string
beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'relata-credentials-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const options = () => ({ authorityHost: server.origin, disableInstanceDiscovery: true })

const groupsSeenBy = async (credential: TokenCredential, scope = anything): Promise<string[]> => {
  const client = Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: [scope] }),
    baseUrl: `${server.origin}/`,
    customHosts: new Set(['localhost']),
  })
  const { value } = await client.api('/sites/root/termStore/groups').get()
  return value.map(({ displayName }: { displayName: string }) => displayName)
}

describe('@azure/identity', () => {
  it.each([contoso, 'contoso.example'])('ClientSecretCredential signs in to %s', async (tenant) => {
    expect(await groupsSeenBy(new ClientSecretCredential(tenant, daemon, secret, options()))).toContain('Library')
  })

  it.each([false, true])(
    'ClientCertificateCredential signs in, sending its chain: %s',
    async (sendCertificateChain) => {
      const id = '7e570000-0000-4000-8000-0000000ce271'
      const { certificate, key } = await makeClientCertificate(new Date(performance.timeOrigin - 60_000))
      const certificatePath = join(folder, 'client.pem')
      await writeFile(certificatePath, key + certificate)
      const registered = await fetch(`${server.http}/_relata/applications`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ tenantId: contoso, id, appRoles: ['TermStore.Read.All'], certificates: [certificate] }),
      })
      expect(registered.status).toBe(200)
      const more = { ...options(), sendCertificateChain }
      expect(await groupsSeenBy(new ClientCertificateCredential(contoso, id, { certificatePath }, more))).toContain(
        'Library',
      )
      const stranger = new ClientCertificateCredential(contoso, daemon, { certificatePath }, more)
      await expect(stranger.getToken(anything)).rejects.toThrow(/AADSTS700027/)
    },
  )

  it('DeviceCodeCredential waits for a person, then refreshes by itself', async () => {
    const credential = new DeviceCodeCredential({
      ...options(),
      tenantId: contoso,
      clientId: publicClient,
      userPromptCallback: async ({ userCode }) => {
        const here = { origin: server.http }
        await choose(here, await choose(here, await visit(here, '/devicelogin'), { user_code: userCode }), tara)
      },
    })
    expect(await groupsSeenBy(credential, 'https://graph.microsoft.com/TermStore.Read.All')).toContain('Library')
    expect(await groupsSeenBy(credential, 'https://graph.microsoft.com/TermStore.ReadWrite.All')).toContain('Library')
  })

  it('OnBehalfOfCredential calls Graph for who called it', async () => {
    const caller = new DeviceCodeCredential({
      ...options(),
      tenantId: contoso,
      clientId: publicClient,
      userPromptCallback: async ({ userCode }) => {
        const here = { origin: server.http }
        await choose(here, await choose(here, await visit(here, '/devicelogin'), { user_code: userCode }), tara)
      },
    })
    const { token } = await caller.getToken(`api://${middleTier}/access_as_user`)
    const credential = new OnBehalfOfCredential({
      ...options(),
      tenantId: contoso,
      clientId: middleTier,
      clientSecret: secret,
      userAssertionToken: token,
    })
    expect(await groupsSeenBy(credential)).toContain('Library')
  })

  it('UsernamePasswordCredential is refused, unless the server was told to allow it', async () => {
    const open = await startTestServer({ passwordGrant: true })
    const credential = ({ origin }: TestServer) =>
      new UsernamePasswordCredential(contoso, publicClient, 'tara@contoso.example', password, {
        authorityHost: origin,
        disableInstanceDiscovery: true,
      })
    try {
      await expect(credential(server).getToken(anything)).rejects.toThrow(/AADSTS70003/)
      expect((await credential(open).getToken(anything)).token).toEqual(expect.any(String))
    } finally {
      await open.close()
    }
  })

  it('reads our refusals', async () => {
    const wrong = new ClientSecretCredential(contoso, daemon, 'wrong', options())
    await expect(wrong.getToken(anything)).rejects.toThrow(/AADSTS7000215/)
    const nobody = new ClientSecretCredential('nowhere.example', daemon, secret, options())
    await expect(nobody.getToken(anything)).rejects.toThrow(/AADSTS90002|endpoints_resolution_error|tenant/i)
  })
})
