/** @microsoft/msgraph-sdk with -sites (v1.0) and @microsoft/msgraph-beta-sdk-termstore (beta), unmodified. */
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure'
import { createGraphBetaServiceClient, GraphBetaRequestAdapter } from '@microsoft/msgraph-beta-sdk'
import { RelationTypeObject as BetaRelationType } from '@microsoft/msgraph-beta-sdk/models/termStore/index.js'
import { createTermStoreServiceClient } from '@microsoft/msgraph-beta-sdk-termstore'
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk'
import { RelationTypeObject } from '@microsoft/msgraph-sdk/models/termStore/index.js'
import '@microsoft/msgraph-sdk-sites'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names } from '../_support/taxonomy.ts'
import { credentialFor } from './_flow.ts'

let server: TestServer
const scopes = ['https://graph.microsoft.com/.default']
const provider = () =>
  new AzureIdentityAuthenticationProvider(credentialFor(server), scopes, undefined, new Set(['localhost']))

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const v1 = () => {
  const adapter = new GraphRequestAdapter(provider())
  adapter.baseUrl = `${server.origin}/v1.0`
  return createGraphServiceClient(adapter).sites.bySiteId('root').termStore
}

const beta = () => {
  const adapter = new GraphBetaRequestAdapter(provider())
  adapter.baseUrl = `${server.origin}/beta`
  void createGraphBetaServiceClient(adapter)
  return createTermStoreServiceClient(adapter).termStore
}

/** Both builders have the same methods; the models are nominally different. */
type Root = ReturnType<typeof v1>
const clients: [string, () => Root, typeof RelationTypeObject.Pin][] = [
  ['msgraph-sdk v1.0', v1, RelationTypeObject.Pin],
  ['msgraph-beta-sdk beta', () => beta() as unknown as Root, BetaRelationType.Pin],
]

describe.each(clients)('%s', (title, open, pin) => {
  const need = <T>(value: T | null | undefined): T => {
    expect(value).toBeTruthy()
    return value as T
  }

  it('runs the whole life of a taxonomy', async () => {
    const store = open()
    expect(need(await store.get()).defaultLanguageTag).toBe('en-US')
    const patched = await store.patch({ languageTags: ['en-US', 'de-DE', 'fr-FR'] })
    expect(patched?.languageTags).toEqual(['de-DE', 'en-US', 'fr-FR'])
    const group = need(await store.groups.post({ displayName: `Kiota ${title}` }))
    const groupId = need(group.id)
    expect((await store.groups.get())?.value?.map(({ id }) => id)).toContain(groupId)
    expect((await store.groups.byGroupId(groupId).get())?.createdDateTime).toBeInstanceOf(Date)
    const setId = need((await store.sets.post({ parentGroup: { id: groupId }, localizedNames: names('Metals') }))?.id)
    const otherId = need((await store.sets.post({ parentGroup: { id: groupId }, localizedNames: names('Alloys') }))?.id)
    expect((await store.groups.byGroupId(groupId).sets.get())?.value).toHaveLength(2)
    expect((await store.sets.bySetId(setId).get())?.localizedNames?.[0]?.name).toBe('Metals')
    expect((await store.sets.bySetId(setId).patch({ description: 'Shiny' }))?.description).toBe('Shiny')
    const set = store.sets.bySetId(setId)
    const termId = need((await set.children.post({ labels: labels('Copper') }))?.id)
    const childId = need((await set.terms.byTermId(termId).children.post({ labels: labels('Wire') }))?.id)
    const parentId = need((await store.sets.bySetId(otherId).children.post({ labels: labels('Bronze') }))?.id)
    expect((await set.children.get())?.value).toHaveLength(1)
    expect((await set.terms.byTermId(termId).children.get())?.value?.[0]?.id).toBe(childId)
    expect((await set.terms.byTermId(termId).get())?.labels?.[0]?.name).toBe('Copper')
    expect((await set.terms.byTermId(termId).patch({ labels: labels('Cuprum') }))?.labels?.[0]?.name).toBe('Cuprum')
    const relation = need(
      await set.terms
        .byTermId(termId)
        .relations.post({ relationship: pin, fromTerm: { id: parentId }, set: { id: otherId } }),
    )
    expect(relation.relationship).toBe(pin)
    const listed = await set.terms.byTermId(termId).relations.get({
      queryParameters: { expand: ['fromTerm', 'set', 'toTerm'], count: true },
    })
    expect(listed?.value?.[0]?.toTerm?.id).toBe(termId)
    expect(await set.terms.byTermId(termId).relations.count.get()).toBe(1)
    expect((await set.relations.get())?.value).toEqual([])
    const one = set.terms.byTermId(termId).relations.byRelationId(need(relation.id))
    expect((await one.get())?.id).toBe(relation.id)
    expect((await one.fromTerm.get())?.id).toBe(parentId)
    await one.delete()
    await set.terms.byTermId(childId).delete()
    await store.sets.bySetId(otherId).delete()
    await set.delete()
    await store.groups.byGroupId(groupId).delete()
  })

  it('surfaces an error with its code and status', async () => {
    const missing = '00000000-1111-4222-8333-444444444444'
    await expect(open().sets.bySetId(missing).get()).rejects.toMatchObject({
      responseStatusCode: 404,
      errorEscaped: { code: 'itemNotFound', message: `Set with id ${missing} not found` },
    })
  })
})
