/** Batches as the clients themselves build and read them: the legacy client, kiota, PnPjs, and CIPP's plain form. */
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure'
import {
  BatchRequestContent,
  type BatchRequestStep,
  BatchResponseContent,
  Client,
} from '@microsoft/microsoft-graph-client'
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk'
import { BatchRequestContent as KiotaBatch } from '@microsoft/msgraph-sdk-core'
import '@microsoft/msgraph-sdk-sites'
import '@microsoft/msgraph-sdk-tenantrelationships'
import { DefaultHeaders, DefaultInit, graphfi } from '@pnp/graph'
import '@pnp/graph/batching.js'
import '@pnp/graph/sites/index.js'
import type { ITermStore } from '@pnp/graph/taxonomy/index.js'
import '@pnp/graph/taxonomy/index.js'
import { BearerToken, BrowserFetchWithRetry, DefaultParse } from '@pnp/queryable'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { helpdesk, reader, rolesOf } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, taxonomyOver } from '../_support/taxonomy.ts'
import { credentialFor, securityGroup } from './_flow.ts'

const store = '/sites/root/termStore'
const missing = '00000000-1111-4222-8333-444444444444'
let server: TestServer
let token: string
let group: string
let set: string
beforeAll(async () => {
  server = await startTestServer()
  token = await server.token()
  const made = taxonomyOver(server.send, `/v1.0${store}`)
  group = await made.group('Batches')
  set = await made.set(group)
})
afterAll(() => server.close())

describe('the legacy client', () => {
  const client = () =>
    Client.initWithMiddleware({
      authProvider: { getAccessToken: async () => token },
      baseUrl: `${server.origin}/`,
      customHosts: new Set(['localhost']),
    })
  const step = (id: string, method: string, path: string, body?: unknown, dependsOn?: string[]): BatchRequestStep => ({
    id,
    request: new Request(`${server.origin}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
  })
  const run = async (steps: BatchRequestStep[]) => {
    const content = await new BatchRequestContent(steps).getContent()
    const answer = await client().api('/$batch').post(content)
    return new BatchResponseContent(answer)
  }

  it('reads and writes in one batch, with the version in the addresses and without', async () => {
    const answers = await run([
      step('1', 'GET', `/v1.0${store}`),
      step('2', 'GET', `${store}/groups/${group}`),
      step('3', 'POST', `/v1.0${store}/sets/${set}/children`, { labels: labels('Legacy') }),
      step('4', 'GET', `/v1.0${store}/sets/${missing}`),
    ])
    const texts = await Promise.all(['1', '2', '3', '4'].map((id) => answers.getResponseById(id).json()))
    expect(['1', '2', '3', '4'].map((id) => answers.getResponseById(id).status)).toEqual([200, 200, 201, 404])
    expect(texts[0]).toMatchObject({ defaultLanguageTag: 'en-US' })
    expect(texts[1]).toMatchObject({ displayName: 'Batches' })
    expect(texts[2]).toMatchObject({ labels: labels('Legacy') })
    expect(texts[3]).toMatchObject({ error: { code: 'itemNotFound' } })
    expect(answers.getResponseById('3').headers.get('location')).toContain(
      `/children/${(texts[2] as { id: string }).id}`,
    )
  })

  it('runs steps that depend on each other in their order, and stops behind a failure', async () => {
    const path = `/v1.0${store}/sets/${set}`
    const answers = await run([
      step('1', 'PATCH', path, { description: 'one' }),
      step('2', 'PATCH', path, { description: 'two' }, ['1']),
      step('3', 'GET', path, undefined, ['2']),
      step('4', 'DELETE', `/v1.0${store}/groups/${missing}`, undefined, ['3']),
      step('5', 'GET', path, undefined, ['4']),
    ])
    expect(await answers.getResponseById('3').json()).toMatchObject({ description: 'two' })
    expect([4, 5].map((id) => answers.getResponseById(String(id)).status)).toEqual([404, 424])
  })
})

describe('kiota', () => {
  it('sends bodies as base64 without a header, and reads every status', async () => {
    const provider = new AzureIdentityAuthenticationProvider(
      credentialFor(server),
      ['https://graph.microsoft.com/.default'],
      undefined,
      new Set(['localhost']),
    )
    const adapter = new GraphRequestAdapter(provider)
    adapter.baseUrl = `${server.origin}/v1.0`
    const graph = createGraphServiceClient(adapter)
    const { sets, groups } = graph.sites.bySiteId('root').termStore
    const batch = new KiotaBatch(adapter, {})
    const relationships = graph.tenantRelationships.delegatedAdminRelationships
    const ids = [
      groups.byGroupId(group).toGetRequestInformation(),
      sets.bySetId(set).children.toPostRequestInformation({ labels: labels('Kiota') }),
      sets.bySetId(set).terms.toGetRequestInformation({ queryParameters: { select: ['id', 'labels'], top: 2 } }),
      relationships.toPostRequestInformation({ displayName: 'Kiota batch' }),
      sets.bySetId(missing).toGetRequestInformation(),
    ].map((information, at) => batch.addBatchRequest(information, String(at)).id)
    const answers = await batch.postAsync()
    const statuses = await answers?.getResponsesStatusCodes()
    // The relationship lacks what one needs; that the fault is found shows that the body was read.
    expect(ids.map((id) => statuses?.get(id))).toEqual([200, 201, 200, 400, 404])
  })
})

describe('PnPjs', () => {
  interface Taxonomy {
    readonly termStore: ITermStore
    readonly sites: { getById(id: string): { readonly termStore: ITermStore } }
    batched(): [Taxonomy, () => Promise<void>]
  }
  const graph = () =>
    graphfi().using(
      DefaultHeaders(),
      DefaultInit(`${server.origin}/v1.0`),
      BrowserFetchWithRetry(),
      DefaultParse(),
      BearerToken(token),
    ) as unknown as Taxonomy

  it('gets each answer of a batch where it was asked for, whatever version the address was for', async () => {
    const [batched, execute] = graph().batched()
    const v1 = batched.sites.getById('root').termStore
    const found: unknown[] = []
    const keep = (at: number) => (value: unknown) => {
      found[at] = value
    }
    const all = [
      v1.groups.getById(group)().then(keep(0)),
      v1.sets
        .getById(set)
        .children.add({ labels: labels('PnP') })
        .then(keep(1)),
      v1.sets.getById(set).update({ description: 'PnP' }).then(keep(2)),
      batched.termStore.groups.getById(group)().then(keep(3)),
      v1.sets
        .getById(missing)()
        .catch((error: Error) => keep(4)(error.message)),
    ]
    await execute()
    await Promise.all(all)
    expect(found[0]).toMatchObject({ displayName: 'Batches' })
    expect(found[1]).toMatchObject({ labels: labels('PnP') })
    expect(found[3]).toMatchObject({ displayName: 'Batches' })
    expect(found[4]).toContain('itemNotFound')
    expect((await server.send('GET', `/v1.0${store}/sets/${set}`)).body.description).toBe('PnP')
  })
})

describe("CIPP's form", () => {
  it('maps roles to groups and changes an assignment, with addresses that begin with no slash', async () => {
    const root = '/v1.0/tenantRelationships/delegatedAdminRelationships'
    const made = await server.send('POST', root, {
      displayName: 'CIPP batch',
      duration: 'P365D',
      accessDetails: rolesOf(helpdesk, reader),
    })
    const { id } = made.body
    await server.send('POST', `${root}/${id}/requests`, { action: 'lockForApproval' })
    expect((await server.customer('approve', id, { tenantId: wellKnown.fabrikam })).status).toBe(200)
    const base = `tenantRelationships/delegatedAdminRelationships/${id}/accessAssignments`
    const groups = [await securityGroup(server, 'CIPP One'), await securityGroup(server, 'CIPP Two')]
    const assign = (accessContainerId: string, ...roles: string[]) => ({
      accessContainer: { accessContainerId, accessContainerType: 'securityGroup' },
      accessDetails: rolesOf(...roles),
    })
    const headers = { 'Content-Type': 'application/json' }
    const first = await server.send('POST', '/beta/$batch', {
      requests: [
        ...groups.map((container, at) => ({
          id: `${at}`,
          method: 'POST',
          url: base,
          headers,
          body: assign(container, helpdesk),
        })),
        { id: 'bad', method: 'POST', url: base, headers, body: assign(missing, helpdesk) },
      ],
    })
    const [one, two, bad] = first.body.responses
    expect([one.status, two.status, bad.status]).toEqual([201, 201, 400])
    expect(bad.body.error.message).toEqual(expect.any(String))
    await server.clock({ advance: 'PT1H' })
    const read = await server.send('POST', '/v1.0/$batch', {
      requests: [one, two].map(({ id, body }) => ({ id, method: 'GET', url: `${base}/${body.id}` })),
    })
    const [oneNow, twoNow] = read.body.responses
    expect(oneNow.headers['ETag']).toBe(oneNow.body['@odata.etag'])
    const second = await server.send('POST', '/v1.0/$batch', {
      requests: [
        {
          id: 'patch',
          method: 'PATCH',
          url: `${base}/${oneNow.body.id}`,
          headers: { ...headers, 'If-Match': oneNow.body['@odata.etag'] },
          body: { accessDetails: rolesOf(helpdesk, reader) },
        },
        { id: 'delete', method: 'DELETE', url: `${base}/${twoNow.body.id}`, headers: { 'If-Match': 'W/"stale"' } },
        {
          id: 'unchanged',
          method: 'GET',
          url: `${base}/${twoNow.body.id}`,
          headers: { 'If-None-Match': twoNow.headers.ETag },
        },
      ],
    })
    const [patched, deleted, unchanged] = second.body.responses
    expect(patched).toMatchObject({ status: 202, body: {} })
    expect(patched.headers['Location']).toMatch(/\/operations\/[^/]+$/)
    expect(Number(patched.headers['Retry-After'])).toBeGreaterThan(0)
    expect(deleted).toMatchObject({ status: 412, body: { error: { message: expect.any(String) } } })
    expect(unchanged).toMatchObject({ status: 304, headers: { ETag: twoNow.headers.ETag } })
    expect(unchanged).not.toHaveProperty('body')
  })
})
