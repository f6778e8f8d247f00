/** @microsoft/microsoft-graph-client with @azure/identity. */
import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity'
import { Client, PageIterator } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'
import { approve, genres, helpdeskAdministrator, nowhere, run, scopes } from './steps.mjs'

const {
  RELATA_URL: url,
  RELATA_TENANT: tenantId,
  RELATA_CUSTOMER: customerId,
  RELATA_CLIENT_ID: clientId,
  RELATA_SECRET: secret,
} = process.env

const options = { authorityHost: url, disableInstanceDiscovery: true }
const clientWith = (credential) =>
  Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes }),
    baseUrl: `${url}/`,
    customHosts: new Set(['localhost']),
  })

const credential = new ClientSecretCredential(tenantId, clientId, secret, options)
const client = clientWith(credential)
const store = (path) => client.api(`/sites/root/termStore${path}`)
const relationships = '/tenantRelationships/delegatedAdminRelationships'
const made = {}

const names = (name) => [{ languageTag: 'en-US', name }]
const labels = (name) => [{ languageTag: 'en-US', name, isDefault: true }]
const labelsOf = (term) => term.labels.map(({ name }) => name)

await run('sign-in', async () => {
  const { token } = await credential.getToken(scopes[0])
  const { value } = await store('/groups').get()
  return { parts: token.split('.').length, groups: value.map(({ displayName }) => displayName) }
})

await run('sign-in.certificate', async () => {
  const certificate = { certificatePath: process.env.RELATA_CERTIFICATE }
  const id = process.env.RELATA_CERTIFICATE_CLIENT_ID
  const other = clientWith(new ClientCertificateCredential(tenantId, id, certificate, options))
  const { value } = await other.api('/sites/root/termStore/groups').select('displayName').get()
  return { groups: value.map(({ displayName }) => displayName) }
})

await run('term-store.group', async () => {
  made.group = await store('/groups').post({ displayName: 'JavaScript' })
  const { displayName, scope, createdDateTime } = await store(`/groups/${made.group.id}`).get()
  return { displayName, scope, createdDateTime }
})

await run('term-store.set', async () => {
  const parentGroup = { id: made.group.id }
  made.shapes = await store('/sets').post({ parentGroup, localizedNames: names('Shapes') })
  made.bodies = await store(`/groups/${made.group.id}/sets`).post({ localizedNames: names('Bodies') })
  const { value } = await store(`/groups/${made.group.id}/sets`).get()
  return { sets: value.map(({ localizedNames }) => localizedNames[0].name) }
})

await run('term-store.term', async () => {
  made.circle = await store(`/sets/${made.shapes.id}/children`).post({ labels: labels('Circle') })
  made.sphere = await store(`/sets/${made.bodies.id}/children`).post({ labels: labels('Sphere') })
  const disc = await store(`/sets/${made.shapes.id}/terms/${made.circle.id}/children`).post({ labels: labels('Disc') })
  const read = await store(`/sets/${made.shapes.id}/terms/${disc.id}`).get()
  const changed = await store(`/sets/${made.shapes.id}/terms/${made.circle.id}`).patch({
    labels: [...labels('Circle'), { languageTag: 'de-DE', name: 'Kreis', isDefault: true }],
  })
  return { read: labelsOf(read), changed: labelsOf(changed) }
})

const relate = (set, term, body) => store(`/sets/${set.id}/terms/${term.id}/relations`).post(body)

await run('term-store.pin', async () => {
  const set = { id: made.bodies.id }
  const body = { relationship: 'pin', fromTerm: { id: made.sphere.id }, set }
  const { id, relationship } = await relate(made.shapes, made.circle, body)
  return { id, relationship }
})

await run('term-store.reuse', async () => {
  const { id, relationship } = await relate(made.bodies, made.sphere, { relationship: 'reuse', set: { id: genres } })
  return { id, relationship }
})

await run('term-store.relations', async () => {
  const path = `/sets/${made.shapes.id}/terms/${made.circle.id}/relations`
  const relations = await store(path).expand('fromTerm,set,toTerm').get()
  const children = await store(`/sets/${genres}/children`).get()
  return {
    relations: relations.value
      .map(({ relationship, fromTerm, set, toTerm }) => [set.id, relationship, fromTerm.id, toTerm.id])
      .sort(),
    children: children.value.flatMap(labelsOf),
  }
})

await run('paging', async () => {
  const first = await store(`/sets/${genres}/terms`).top(4).get()
  const ids = []
  const iterator = new PageIterator(client, first, ({ id }) => ids.push(id) > 0)
  await iterator.iterate()
  return { first: first.value.length, all: ids.length, different: new Set(ids).size }
})

await run('error', async () => {
  try {
    await store(`/groups/${nowhere}`).get()
  } catch (error) {
    const { statusCode, code, message, requestId } = error
    return { type: error.constructor.name, statusCode, code, message, requestId: requestId.length }
  }
})

const matching = (row) => client.api(`${relationships}/${row.id}`).header('If-Match', row['@odata.etag'])
const accessDetails = { unifiedRoles: [{ roleDefinitionId: helpdeskAdministrator }] }

await run('if-match', async () => {
  const draft = await client.api(relationships).post({ displayName: 'Draft', duration: 'P90D', accessDetails })
  const renamed = await matching(draft).patch({ displayName: 'Renamed' })
  const refused = await matching(draft)
    .patch({ displayName: 'Stale' })
    .catch(({ statusCode, code }) => ({ statusCode, code }))
  await matching(renamed).delete()
  return { renamed: renamed.displayName, refused }
})

await run('gdap.create', async () => {
  made.relationship = await client
    .api(relationships)
    .post({ displayName: 'JavaScript', duration: 'P180D', accessDetails })
  const { status, duration, endDateTime } = made.relationship
  return { status, duration, endDateTime }
})

const one = () => `${relationships}/${made.relationship.id}`

await run('gdap.lock', async () => {
  const { action } = await client.api(`${one()}/requests`).post({ action: 'lockForApproval' })
  return { action, status: (await client.api(one()).get()).status }
})

await run('gdap.approve', async () => {
  await approve(url, made.relationship.id, customerId)
  const { status, customer, endDateTime } = await client.api(one()).get()
  return { status, customer, endDateTime }
})

await run('gdap.assignment', async () => {
  const group = await client.api('/groups').post({
    displayName: 'JavaScript technicians',
    mailEnabled: false,
    mailNickname: 'javascript-technicians',
    securityEnabled: true,
  })
  const created = await client.api(`${one()}/accessAssignments`).post({
    accessContainer: { accessContainerId: group.id, accessContainerType: 'securityGroup' },
    accessDetails,
  })
  const read = await client.api(`${one()}/accessAssignments/${created.id}`).get()
  const listed = await client.api(`${one()}/accessAssignments`).get()
  return { created: created.status, read: read.status, roles: read.accessDetails, listed: listed.value.length }
})

await run('gdap.terminate', async () => {
  const { action } = await client.api(`${one()}/requests`).post({ action: 'terminate' })
  return { action, status: (await client.api(one()).get()).status }
})

await run('gdap.customers', async () => {
  const customers = await client.api('/tenantRelationships/delegatedAdminCustomers').get()
  const path = `/tenantRelationships/delegatedAdminCustomers/${customerId}/serviceManagementDetails`
  const services = await client.api(path).get()
  return {
    customers: customers.value.map(({ tenantId: id, displayName }) => [id, displayName]),
    services: services.value.map(({ serviceName }) => serviceName),
  }
})
