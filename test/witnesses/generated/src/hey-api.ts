/** What @hey-api/openapi-ts generates: one function for each operation, as a user would write it. */
import { client } from '#client/client'
import {
  groupsCreate,
  sitesTermStoreGroupsCreate,
  sitesTermStoreGroupsGet,
  sitesTermStoreGroupsList,
  sitesTermStoreGroupsSetsCreate,
  sitesTermStoreGroupsSetsList,
  sitesTermStoreSetsChildrenCreate,
  sitesTermStoreSetsChildrenList,
  sitesTermStoreSetsCreate,
  sitesTermStoreSetsTermsChildrenCreate,
  sitesTermStoreSetsTermsGet,
  sitesTermStoreSetsTermsList,
  sitesTermStoreSetsTermsRelationsCreate,
  sitesTermStoreSetsTermsRelationsList,
  sitesTermStoreSetsTermsUpdate,
  tenantRelationshipsDelegatedAdminCustomersList,
  tenantRelationshipsDelegatedAdminCustomersServiceManagementDetailsList,
  tenantRelationshipsDelegatedAdminRelationshipsAccessAssignmentsCreate,
  tenantRelationshipsDelegatedAdminRelationshipsAccessAssignmentsGet,
  tenantRelationshipsDelegatedAdminRelationshipsAccessAssignmentsList,
  tenantRelationshipsDelegatedAdminRelationshipsCreate,
  tenantRelationshipsDelegatedAdminRelationshipsDelete,
  tenantRelationshipsDelegatedAdminRelationshipsGet,
  tenantRelationshipsDelegatedAdminRelationshipsRequestsCreate,
  tenantRelationshipsDelegatedAdminRelationshipsUpdate,
} from '#client/sdk'
import type {
  MicrosoftGraphDelegatedAdminRelationship,
  MicrosoftGraphDelegatedAdminRelationshipRequestAction,
  MicrosoftGraphODataErrorsODataError,
  MicrosoftGraphTermStoreRelationCreateBelowTerm,
  MicrosoftGraphTermStoreTerm,
  MicrosoftGraphTermStoreTermCollectionResponse,
} from '#client/types'
import {
  approve,
  baseUrl,
  customerId,
  genres,
  helpdeskAdministrator,
  labels,
  names,
  nowhere,
  run,
  signIn,
  site,
  there,
} from './steps.ts'

let token = ''
client.setConfig({ baseUrl, auth: () => token })

interface Answer<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response?: Response
}

const errorOf = ({ error }: Answer<unknown>) => (error as MicrosoftGraphODataErrorsODataError | undefined)?.error

/** The data of an answer; throws the error that the document describes. A body that is not wanted is no data. */
async function done<T>(answer: Promise<Answer<T>>) {
  const given = await answer
  const error = errorOf(given)
  if (error !== undefined) throw new Error(`${error.code}: ${error.message}`)
  // biome-ignore lint/suspicious/noConfusingVoidType: how the generator types an answer without a body
  return there(given.data) as Exclude<T, void | undefined>
}

const inSite = { 'site-id': site }
const labelsOf = (term: MicrosoftGraphTermStoreTerm) => term.labels?.map(({ name }) => name)
const made = { group: '', shapes: '', bodies: '', circle: '', sphere: '' }

await run('sign-in', async () => {
  token = await signIn()
  const { value } = await done(sitesTermStoreGroupsList({ path: inSite }))
  return { parts: token.split('.').length, groups: value.map(({ displayName }) => displayName) }
})

await run('term-store.group', async () => {
  const created = await done(sitesTermStoreGroupsCreate({ path: inSite, body: { displayName: 'hey-api' } }))
  made.group = there(created.id)
  const read = await done(sitesTermStoreGroupsGet({ path: { ...inSite, 'group-id': made.group } }))
  return { displayName: read.displayName, scope: read.scope, createdDateTime: read.createdDateTime }
})

await run('term-store.set', async () => {
  const path = { ...inSite, 'group-id': made.group }
  const parentGroup = { id: made.group }
  const shapes = await done(
    sitesTermStoreSetsCreate({ path: inSite, body: { parentGroup, localizedNames: names('Shapes') } }),
  )
  const bodies = await done(sitesTermStoreGroupsSetsCreate({ path, body: { localizedNames: names('Bodies') } }))
  Object.assign(made, { shapes: shapes.id, bodies: bodies.id })
  const { value } = await done(sitesTermStoreGroupsSetsList({ path }))
  return { sets: value.map(({ localizedNames }) => localizedNames?.[0]?.name) }
})

await run('term-store.term', async () => {
  const below = async (set: string, name: string) => {
    const path = { ...inSite, 'set-id': set }
    return there((await done(sitesTermStoreSetsChildrenCreate({ path, body: { labels: labels(name) } }))).id)
  }
  made.circle = await below(made.shapes, 'Circle')
  made.sphere = await below(made.bodies, 'Sphere')
  const path = { ...inSite, 'set-id': made.shapes, 'term-id': made.circle }
  const disc = await done(sitesTermStoreSetsTermsChildrenCreate({ path, body: { labels: labels('Disc') } }))
  const read = await done(sitesTermStoreSetsTermsGet({ path: { ...path, 'term-id': there(disc.id) } }))
  const changed = await done(
    sitesTermStoreSetsTermsUpdate({
      path,
      body: { labels: [...labels('Circle'), { languageTag: 'de-DE', name: 'Kreis', isDefault: true }] },
    }),
  )
  return { read: labelsOf(read), changed: labelsOf(changed) }
})

const relate = async (set: string, term: string, body: MicrosoftGraphTermStoreRelationCreateBelowTerm) => {
  const path = { ...inSite, 'set-id': set, 'term-id': term }
  const { id, relationship } = await done(sitesTermStoreSetsTermsRelationsCreate({ path, body }))
  return { id, relationship }
}

await run('term-store.pin', () =>
  relate(made.shapes, made.circle, {
    relationship: 'pin',
    fromTerm: { id: made.sphere },
    set: { id: made.bodies },
  }),
)

await run('term-store.reuse', () => relate(made.bodies, made.sphere, { relationship: 'reuse', set: { id: genres } }))

await run('term-store.relations', async () => {
  const { value } = await done(
    sitesTermStoreSetsTermsRelationsList({
      path: { ...inSite, 'set-id': made.shapes, 'term-id': made.circle },
      query: { $expand: 'fromTerm,set,toTerm' },
    }),
  )
  const children = await done(sitesTermStoreSetsChildrenList({ path: { ...inSite, 'set-id': genres } }))
  return {
    // The server lists them by ids that are made of others.
    relations: value
      .map(({ relationship, fromTerm, set, toTerm }) => [set?.id, relationship, fromTerm?.id, toTerm?.id])
      .sort(),
    children: children.value.flatMap(labelsOf),
  }
})

await run('paging', async () => {
  const path = { ...inSite, 'set-id': genres }
  let page: MicrosoftGraphTermStoreTermCollectionResponse = await done(
    sitesTermStoreSetsTermsList({ path, query: { $top: 4 } }),
  )
  const first = page.value.length
  const ids = page.value.map(({ id }) => id)
  for (let next = page['@odata.nextLink']; next !== undefined; next = page['@odata.nextLink']) {
    const { origin, pathname, search } = new URL(next)
    page = await done(
      client.get<{ 200: MicrosoftGraphTermStoreTermCollectionResponse }>({
        baseUrl: origin,
        url: `${pathname}${search}`,
        security: [{ scheme: 'bearer', type: 'http' }],
      }),
    )
    ids.push(...page.value.map(({ id }) => id))
  }
  return { first, all: ids.length, different: new Set(ids).size }
})

await run('error', async () => {
  const answer = await sitesTermStoreGroupsGet({ path: { ...inSite, 'group-id': nowhere } })
  const { code, message, innerError } = there(errorOf(answer))
  return { status: answer.response?.status, code, message, requestId: innerError?.['request-id']?.length }
})

const accessDetails = { unifiedRoles: [{ roleDefinitionId: helpdeskAdministrator }] }
const keyOf = (row: MicrosoftGraphDelegatedAdminRelationship) => ({ 'delegatedAdminRelationship-id': there(row.id) })
const matching = (row: MicrosoftGraphDelegatedAdminRelationship) => ({ 'If-Match': there(row['@odata.etag']) })

await run('if-match', async () => {
  const body = { displayName: 'Draft', duration: 'P90D', accessDetails }
  const draft = await done(tenantRelationshipsDelegatedAdminRelationshipsCreate({ body }))
  const path = keyOf(draft)
  const rename = (displayName: string) =>
    tenantRelationshipsDelegatedAdminRelationshipsUpdate({ path, headers: matching(draft), body: { displayName } })
  const renamed = (await done(rename('Renamed'))) as MicrosoftGraphDelegatedAdminRelationship
  const refused = await rename('Stale')
  await tenantRelationshipsDelegatedAdminRelationshipsDelete({ path, headers: matching(renamed) })
  return {
    renamed: renamed.displayName,
    refused: { status: refused.response?.status, code: errorOf(refused)?.code },
  }
})

let relationship: MicrosoftGraphDelegatedAdminRelationship = {}
const current = () => done(tenantRelationshipsDelegatedAdminRelationshipsGet({ path: keyOf(relationship) }))
const ask = (action: MicrosoftGraphDelegatedAdminRelationshipRequestAction) =>
  done(tenantRelationshipsDelegatedAdminRelationshipsRequestsCreate({ path: keyOf(relationship), body: { action } }))

await run('gdap.create', async () => {
  const body = { displayName: 'hey-api', duration: 'P180D', accessDetails }
  relationship = await done(tenantRelationshipsDelegatedAdminRelationshipsCreate({ body }))
  const { status, duration, endDateTime } = relationship
  return { status, duration, endDateTime }
})

await run('gdap.lock', async () => {
  const { action } = await ask('lockForApproval')
  return { action, status: (await current()).status }
})

await run('gdap.approve', async () => {
  await approve(there(relationship.id))
  const { status, customer, endDateTime } = await current()
  return { status, customer, endDateTime }
})

await run('gdap.assignment', async () => {
  const group = await done(
    groupsCreate({
      body: {
        displayName: 'hey-api technicians',
        mailEnabled: false,
        mailNickname: 'hey-api-technicians',
        securityEnabled: true,
      },
    }),
  )
  const path = keyOf(relationship)
  const created = await done(
    tenantRelationshipsDelegatedAdminRelationshipsAccessAssignmentsCreate({
      path,
      body: {
        accessContainer: { accessContainerId: there(group.id), accessContainerType: 'securityGroup' },
        accessDetails,
      },
    }),
  )
  const read = await done(
    tenantRelationshipsDelegatedAdminRelationshipsAccessAssignmentsGet({
      path: { ...path, 'delegatedAdminAccessAssignment-id': there(created.id) },
    }),
  )
  const listed = await done(tenantRelationshipsDelegatedAdminRelationshipsAccessAssignmentsList({ path }))
  return { created: created.status, read: read.status, roles: read.accessDetails, listed: listed.value.length }
})

await run('gdap.terminate', async () => {
  const { action } = await ask('terminate')
  return { action, status: (await current()).status }
})

await run('gdap.customers', async () => {
  const customers = await done(tenantRelationshipsDelegatedAdminCustomersList())
  const services = await done(
    tenantRelationshipsDelegatedAdminCustomersServiceManagementDetailsList({
      path: { 'delegatedAdminCustomer-id': customerId },
    }),
  )
  return {
    customers: customers.value.map(({ tenantId, displayName }) => [tenantId, displayName]),
    services: services.value.map(({ serviceName }) => serviceName),
  }
})
