/** @microsoft/microsoft-graph-client, unmodified: every documented operation in both versions. */
import type { ClientSecretCredential } from '@azure/identity'
import { Client, PageIterator } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names } from '../_support/taxonomy.ts'
import { credentialFor } from './_flow.ts'

let server: TestServer
let client: Client
beforeAll(async () => {
  server = await startTestServer()
  const credential: ClientSecretCredential = credentialFor(server)
  client = Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credential, {
      scopes: ['https://graph.microsoft.com/.default'],
    }),
    baseUrl: `${server.origin}/`,
    customHosts: new Set(['localhost']),
  })
})
afterAll(() => server.close())

describe.each([
  ['v1.0', '/sites/root/termStore'],
  ['beta', '/termStore'],
])('the legacy client in %s', (version, root) => {
  const api = (path: string) => client.api(`${root}${path}`).version(version)

  it('runs the whole life of a taxonomy', async () => {
    expect(await api('').get()).toMatchObject({ defaultLanguageTag: 'en-US' })
    expect(await api('').patch({ languageTags: ['en-US', 'de-DE', 'fr-FR'] })).toMatchObject({
      languageTags: ['de-DE', 'en-US', 'fr-FR'],
    })
    const group = await api('/groups').post({ displayName: `Legacy ${version}` })
    expect((await api('/groups').get()).value.map(({ id }: { id: string }) => id)).toContain(group.id)
    expect(await api(`/groups/${group.id}`).get()).toMatchObject({ displayName: `Legacy ${version}` })
    const set = await api('/sets').post({ parentGroup: { id: group.id }, localizedNames: names('Shapes') })
    const other = await api('/sets').post({ parentGroup: { id: group.id }, localizedNames: names('Bodies') })
    expect((await api(`/groups/${group.id}/sets`).get()).value).toHaveLength(2)
    expect(await api(`/sets/${set.id}`).get()).toMatchObject({ localizedNames: names('Shapes') })
    expect(await api(`/sets/${set.id}`).patch({ description: 'Flat' })).toMatchObject({ description: 'Flat' })
    const term = await api(`/sets/${set.id}/children`).post({ labels: labels('Circle') })
    const child = await api(`/sets/${set.id}/terms/${term.id}/children`).post({ labels: labels('Disc') })
    const parent = await api(`/sets/${other.id}/children`).post({ labels: labels('Sphere') })
    expect((await api(`/sets/${set.id}/children`).get()).value).toHaveLength(1)
    expect((await api(`/sets/${set.id}/terms/${term.id}/children`).get()).value[0].id).toBe(child.id)
    expect(await api(`/sets/${set.id}/terms/${term.id}`).get()).toMatchObject({ labels: labels('Circle') })
    expect(
      await api(`/sets/${set.id}/terms/${term.id}`).patch({
        labels: labels('Ring'),
        properties: [{ key: 'r', value: '1' }],
      }),
    ).toMatchObject({ labels: labels('Ring') })
    const relation = await api(`/sets/${set.id}/terms/${term.id}/relations`).post({
      '@odata.type': '#microsoft.graph.termStore.relation',
      relationship: 'pin',
      fromTerm: { id: parent.id },
      set: { id: other.id },
    })
    expect(relation).toMatchObject({ relationship: 'pin', toTerm: { id: term.id } })
    const listed = await api(`/sets/${set.id}/terms/${term.id}/relations`).expand('fromTerm,set,toTerm').get()
    expect(listed.value[0]).toMatchObject({ id: relation.id, fromTerm: { id: parent.id }, set: { id: other.id } })
    expect(await api(`/sets/${other.id}/relations`).get()).toMatchObject({ value: [] })
    await api(`/sets/${set.id}/terms/${term.id}/relations/${relation.id}`).delete()
    await api(`/sets/${set.id}/terms/${child.id}`).delete()
    await api(`/sets/${other.id}`).delete()
    await api(`/sets/${set.id}`).delete()
    await api(`/groups/${group.id}`).delete()
    await expect(api(`/groups/${group.id}`).get()).rejects.toMatchObject({ statusCode: 404, code: 'itemNotFound' })
  })

  it('pages with the iterator of the client', async () => {
    const seen: string[] = []
    const first = await api(`/sets/${`${wellKnown.contoso.slice(0, 8)}-5e70-4000-8000-000000000001`}/terms`)
      .top(2)
      .get()
    expect(first['@odata.nextLink']).toContain('$skiptoken=')
    const iterator = new PageIterator(client, first, (term: { id: string }) => {
      seen.push(term.id)
      return true
    })
    await iterator.iterate()
    expect(new Set(seen).size).toBe(10)
    expect(seen).toHaveLength(10)
  })

  it('reads the code and the request id of an error', async () => {
    await expect(api('/groups').post({})).rejects.toMatchObject({
      statusCode: 400,
      code: 'invalidRequest',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })
})
