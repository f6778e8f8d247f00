/** @microsoft/msgraph-sdk (Kiota) with -sites and -tenantrelationships. */
import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity'
import { Duration } from '@microsoft/kiota-abstractions'
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure'
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk'
import { createODataErrorFromDiscriminatorValue } from '@microsoft/msgraph-sdk/models/oDataErrors/index.js'
import {
  createTermCollectionResponseFromDiscriminatorValue,
  RelationTypeObject,
} from '@microsoft/msgraph-sdk/models/termStore/index.js'
import { PageIterator } from '@microsoft/msgraph-sdk-core'
import '@microsoft/msgraph-sdk-sites'
import { createTenantRelationshipsServiceClient } from '@microsoft/msgraph-sdk-tenantrelationships'
import { approve, genres, helpdeskAdministrator, nowhere, run, scopes } from './steps.mjs'

const {
  RELATA_URL: url,
  RELATA_TENANT: tenantId,
  RELATA_CUSTOMER: customerId,
  RELATA_CLIENT_ID: clientId,
  RELATA_SECRET: secret,
} = process.env

const options = { authorityHost: url, disableInstanceDiscovery: true }
const adapterWith = (credential) => {
  const provider = new AzureIdentityAuthenticationProvider(credential, scopes, undefined, new Set(['localhost']))
  const adapter = new GraphRequestAdapter(provider)
  adapter.baseUrl = `${url}/v1.0`
  return adapter
}

const credential = new ClientSecretCredential(tenantId, clientId, secret, options)
const adapter = adapterWith(credential)
const store = createGraphServiceClient(adapter).sites.bySiteId('root').termStore
const partner = createTenantRelationshipsServiceClient(adapter).tenantRelationships
/** A group of the seed. */
const adminAgents = 'c0117050-6207-4000-8000-000000000001'
const made = {}

const names = (name) => [{ languageTag: 'en-US', name }]
const labels = (name) => [{ languageTag: 'en-US', name, isDefault: true }]
const labelsOf = (term) => term.labels.map(({ name }) => name)

await run('sign-in', async () => {
  const { token } = await credential.getToken(scopes[0])
  const { value } = await store.groups.get()
  return { parts: token.split('.').length, groups: value.map(({ displayName }) => displayName) }
})

await run('sign-in.certificate', async () => {
  const certificate = { certificatePath: process.env.RELATA_CERTIFICATE }
  const id = process.env.RELATA_CERTIFICATE_CLIENT_ID
  const other = adapterWith(new ClientCertificateCredential(tenantId, id, certificate, options))
  const { value } = await createGraphServiceClient(other).sites.bySiteId('root').termStore.groups.get()
  return { groups: value.map(({ displayName }) => displayName) }
})

await run('term-store.group', async () => {
  made.group = await store.groups.post({ displayName: 'Kiota' })
  const { displayName, scope, createdDateTime } = await store.groups.byGroupId(made.group.id).get()
  return { displayName, scope, createdDateTime }
})

await run('term-store.set', async () => {
  const parentGroup = { id: made.group.id }
  made.shapes = await store.sets.post({ parentGroup, localizedNames: names('Shapes') })
  made.bodies = await store.groups.byGroupId(made.group.id).sets.post({ localizedNames: names('Bodies') })
  const { value } = await store.groups.byGroupId(made.group.id).sets.get()
  return { sets: value.map(({ localizedNames }) => localizedNames[0].name) }
})

const shapes = () => store.sets.bySetId(made.shapes.id)
const bodies = () => store.sets.bySetId(made.bodies.id)

await run('term-store.term', async () => {
  made.circle = await shapes().children.post({ labels: labels('Circle') })
  made.sphere = await bodies().children.post({ labels: labels('Sphere') })
  const disc = await shapes()
    .terms.byTermId(made.circle.id)
    .children.post({ labels: labels('Disc') })
  const read = await shapes().terms.byTermId(disc.id).get()
  const german = { languageTag: 'de-DE', name: 'Kreis', isDefault: true }
  const changed = await shapes()
    .terms.byTermId(made.circle.id)
    .patch({ labels: [...labels('Circle'), german] })
  return { read: labelsOf(read), changed: labelsOf(changed) }
})

await run('term-store.pin', async () => {
  const { id, relationship } = await shapes()
    .terms.byTermId(made.circle.id)
    .relations.post({
      relationship: RelationTypeObject.Pin,
      fromTerm: { id: made.sphere.id },
      set: { id: made.bodies.id },
    })
  return { id, relationship }
})

await run('term-store.reuse', async () => {
  const { id, relationship } = await bodies()
    .terms.byTermId(made.sphere.id)
    .relations.post({ relationship: RelationTypeObject.Reuse, set: { id: genres } })
  return { id, relationship }
})

await run('term-store.relations', async () => {
  const relations = await shapes()
    .terms.byTermId(made.circle.id)
    .relations.get({ queryParameters: { expand: ['fromTerm', 'set', 'toTerm'] } })
  return relations.value
    .map(({ relationship, fromTerm, set, toTerm }) => [set.id, relationship, fromTerm.id, toTerm.id])
    .sort()
})

await run('paging', async () => {
  const first = await store.sets.bySetId(genres).terms.get({ queryParameters: { top: 4 } })
  const ids = []
  const iterator = new PageIterator(
    adapter,
    first,
    ({ id }) => ids.push(id) > 0,
    createTermCollectionResponseFromDiscriminatorValue,
    { XXX: createODataErrorFromDiscriminatorValue },
  )
  await iterator.iterate()
  return { first: first.value.length, all: ids.length, different: new Set(ids).size }
})

await run('error', async () => {
  try {
    await store.groups.byGroupId(nowhere).get()
  } catch (error) {
    const { responseStatusCode, errorEscaped } = error
    const { code, message, innerError } = errorEscaped
    return { responseStatusCode, code, message, requestId: innerError.requestId.length }
  }
})

const relationship = (id) => partner.delegatedAdminRelationships.byDelegatedAdminRelationshipId(id)
const matching = (row) => ({ headers: { 'If-Match': [row.additionalData['@odata.etag']] } })
const accessDetails = { unifiedRoles: [{ roleDefinitionId: helpdeskAdministrator }] }

await run('if-match', async () => {
  const draft = await partner.delegatedAdminRelationships.post({
    displayName: 'Draft',
    duration: new Duration({ days: 90 }),
    accessDetails,
  })
  const renamed = await relationship(draft.id).patch({ displayName: 'Renamed' }, matching(draft))
  const refused = await relationship(draft.id)
    .patch({ displayName: 'Stale' }, matching(draft))
    .catch(({ responseStatusCode, errorEscaped }) => ({ responseStatusCode, code: errorEscaped.code }))
  await relationship(draft.id).delete(matching(renamed))
  return { renamed: renamed.displayName, refused }
})

await run('gdap.create', async () => {
  made.relationship = await partner.delegatedAdminRelationships.post({
    displayName: 'Kiota',
    duration: new Duration({ days: 180 }),
    accessDetails,
  })
  const { status, duration, endDateTime } = made.relationship
  return { status, duration: duration.toString(), endDateTime }
})

await run('gdap.lock', async () => {
  const { action } = await relationship(made.relationship.id).requests.post({ action: 'lockForApproval' })
  return { action, status: (await relationship(made.relationship.id).get()).status }
})

await run('gdap.approve', async () => {
  await approve(url, made.relationship.id, customerId)
  const { status, customer, endDateTime } = await relationship(made.relationship.id).get()
  return { status, customer: [customer.tenantId, customer.displayName], endDateTime }
})

await run('gdap.assignment', async () => {
  const assignments = relationship(made.relationship.id).accessAssignments
  const created = await assignments.post({
    accessContainer: { accessContainerId: adminAgents, accessContainerType: 'securityGroup' },
    accessDetails,
  })
  const read = await assignments.byDelegatedAdminAccessAssignmentId(created.id).get()
  const roles = read.accessDetails.unifiedRoles.map(({ roleDefinitionId }) => roleDefinitionId)
  return { created: created.status, read: read.status, roles, listed: (await assignments.get()).value.length }
})

await run('gdap.terminate', async () => {
  const { action } = await relationship(made.relationship.id).requests.post({ action: 'terminate' })
  return { action, status: (await relationship(made.relationship.id).get()).status }
})

await run('gdap.customers', async () => {
  const customers = await partner.delegatedAdminCustomers.get()
  const services = await partner.delegatedAdminCustomers
    .byDelegatedAdminCustomerId(customerId)
    .serviceManagementDetails.get()
  return {
    customers: customers.value.map(({ tenantId: id, displayName }) => [id, displayName]),
    services: services.value.map(({ serviceName }) => serviceName),
  }
})
