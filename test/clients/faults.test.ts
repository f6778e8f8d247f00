/**
 * What Microsoft's and PnP's clients, unmodified, make of faults: they repeat 429, 503 and 504, writes included (protocol.md
 * §1.13), so a fault before the write leaves one row, and one after the commit meets a row that is there.
 */
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure'
import { Client } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk'
import '@microsoft/msgraph-sdk-sites'
import { DefaultHeaders, DefaultInit, graphfi } from '@pnp/graph'
import type { ITermStore } from '@pnp/graph/taxonomy/index.js'
import '@pnp/graph/taxonomy/index.js'
import { BearerToken, BrowserFetchWithRetry, DefaultParse } from '@pnp/queryable'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { faultsOf } from '../faults/kit.ts'
import { credentialFor } from './_flow.ts'

let server: TestServer
let faults: ReturnType<typeof faultsOf>
const scopes = ['https://graph.microsoft.com/.default']

beforeAll(async () => {
  server = await startTestServer()
  faults = faultsOf(server)
})
afterEach(() => faults.clear())
afterAll(() => server.close())

const legacy = async (displayName: string): Promise<unknown> =>
  Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credentialFor(server), { scopes }),
    baseUrl: `${server.origin}/`,
    customHosts: new Set(['localhost']),
  })
    .api('/termStore/groups')
    .version('v1.0')
    .post({ displayName })

const kiota = async (displayName: string): Promise<unknown> => {
  const provider = new AzureIdentityAuthenticationProvider(
    credentialFor(server),
    scopes,
    undefined,
    new Set(['localhost']),
  )
  const adapter = new GraphRequestAdapter(provider)
  adapter.baseUrl = `${server.origin}/v1.0`
  return createGraphServiceClient(adapter).sites.bySiteId('root').termStore.groups.post({ displayName })
}

const pnp = async (displayName: string): Promise<unknown> => {
  const graph = graphfi().using(
    DefaultHeaders(),
    DefaultInit(`${server.origin}/v1.0`),
    BrowserFetchWithRetry(),
    DefaultParse(),
    BearerToken(await server.token()),
  ) as unknown as { readonly termStore: ITermStore }
  return graph.termStore.groups.add({ displayName, name: 'ignored' } as never)
}

const count = async (displayName: string): Promise<number> => {
  const { body } = await server.send('GET', '/v1.0/termStore/groups')
  return body.value.filter((group: { displayName: string }) => group.displayName === displayName).length
}

const post = { method: 'POST', path: '/**/termStore/groups' }

describe.each([
  ['the legacy client', legacy],
  ['kiota', kiota],
  ['PnPjs', pnp],
] as const)('%s', (name, create) => {
  it.each([429, 503, 504])('repeats a write that was answered %i before it was made', async (status) => {
    const group = `${name} ${status}`
    await faults.add({ where: post, what: { status, retryAfter: 1 }, times: 1 })
    await create(group)
    expect(await count(group)).toBe(1)
    expect(await faults.list()).toMatchObject([{ matches: 2, hits: 1 }])
  })

  it('repeats one whose answer was lost after it was made, and meets it', async () => {
    const group = `${name} lost`
    await faults.add({ where: post, what: { status: 504, retryAfter: 1 }, after: 'commit', times: 1 })
    await expect(create(group)).rejects.toThrow()
    expect(await count(group)).toBe(1)
  })
})

it('MSAL signs in when the issuer answers again', async () => {
  const id = await faults.add({
    where: { path: '/*/oauth2/v2.0/token' },
    what: { status: 503, retryAfter: 1 },
    times: 1,
  })
  const token = await credentialFor(server).getToken(scopes)
  expect(token.token).toMatch(/^ey/)
  expect((await faults.show(id)).body).toMatchObject({ hits: 1 })
})
