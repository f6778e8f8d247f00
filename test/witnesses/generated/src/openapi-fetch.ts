/** openapi-fetch over types from openapi-typescript, as a user of both would write it. */
// recipe: imports
import createClient from 'openapi-fetch'
import type { paths } from '../client/paths.d.ts'
// end recipe
import type { components } from '../client/paths.d.ts'
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

type Schemas = components['schemas']
type Relationship = Schemas['microsoft.graph.delegatedAdminRelationship']

// recipe: client
let token = ''
const client = createClient<paths>({ baseUrl })
client.use({
  onRequest: ({ request }) => {
    request.headers.set('authorization', `Bearer ${token}`)
    return request
  },
})
// end recipe

/** The data of an answer; throws the error that the document describes. */
async function done<T>(answer: Promise<{ data?: T; error?: Schemas['microsoft.graph.ODataErrors.ODataError'] }>) {
  const { data, error } = await answer
  if (error !== undefined) throw new Error(`${error.error.code}: ${error.error.message}`)
  return there(data)
}

const inSite = { 'site-id': site }
const labelsOf = (term: Schemas['microsoft.graph.termStore.term']) => term.labels?.map(({ name }) => name)
const made = { group: '', shapes: '', bodies: '', circle: '', sphere: '' }

await run('sign-in', async () => {
  // recipe: call
  token = await signIn()
  const { data, error } = await client.GET('/sites/{site-id}/termStore/groups', {
    params: { path: { 'site-id': 'root' } },
  })
  if (error !== undefined) throw new Error(`${error.error.code}: ${error.error.message}`)
  const groups = data.value.map(({ displayName }) => displayName)
  // end recipe
  return { parts: token.split('.').length, groups }
})

await run('term-store.group', async () => {
  const params = { path: inSite }
  const body = { displayName: 'openapi-fetch' }
  made.group = there((await done(client.POST('/sites/{site-id}/termStore/groups', { params, body }))).id)
  const path = { ...inSite, 'group-id': made.group }
  const read = await done(client.GET('/sites/{site-id}/termStore/groups/{group-id}', { params: { path } }))
  return { displayName: read.displayName, scope: read.scope, createdDateTime: read.createdDateTime }
})

await run('term-store.set', async () => {
  const ofGroup = { ...inSite, 'group-id': made.group }
  const shapes = await done(
    client.POST('/sites/{site-id}/termStore/sets', {
      params: { path: inSite },
      body: { parentGroup: { id: made.group }, localizedNames: names('Shapes') },
    }),
  )
  const bodies = await done(
    client.POST('/sites/{site-id}/termStore/groups/{group-id}/sets', {
      params: { path: ofGroup },
      body: { localizedNames: names('Bodies') },
    }),
  )
  Object.assign(made, { shapes: shapes.id, bodies: bodies.id })
  const { value } = await done(
    client.GET('/sites/{site-id}/termStore/groups/{group-id}/sets', { params: { path: ofGroup } }),
  )
  return { sets: value.map(({ localizedNames }) => localizedNames?.[0]?.name) }
})

await run('term-store.term', async () => {
  const below = async (set: string, name: string) => {
    const params = { path: { ...inSite, 'set-id': set } }
    const body = { labels: labels(name) }
    return there((await done(client.POST('/sites/{site-id}/termStore/sets/{set-id}/children', { params, body }))).id)
  }
  made.circle = await below(made.shapes, 'Circle')
  made.sphere = await below(made.bodies, 'Sphere')
  const path = { ...inSite, 'set-id': made.shapes, 'term-id': made.circle }
  const disc = await done(
    client.POST('/sites/{site-id}/termStore/sets/{set-id}/terms/{term-id}/children', {
      params: { path },
      body: { labels: labels('Disc') },
    }),
  )
  const read = await done(
    client.GET('/sites/{site-id}/termStore/sets/{set-id}/terms/{term-id}', {
      params: { path: { ...path, 'term-id': there(disc.id) } },
    }),
  )
  const changed = await done(
    client.PATCH('/sites/{site-id}/termStore/sets/{set-id}/terms/{term-id}', {
      params: { path },
      body: { labels: [...labels('Circle'), { languageTag: 'de-DE', name: 'Kreis', isDefault: true }] },
    }),
  )
  return { read: labelsOf(read), changed: labelsOf(changed) }
})

const relate = async (
  set: string,
  term: string,
  body: Schemas['microsoft.graph.termStore.relation.createBelowTerm'],
) => {
  const params = { path: { ...inSite, 'set-id': set, 'term-id': term } }
  const { id, relationship } = await done(
    client.POST('/sites/{site-id}/termStore/sets/{set-id}/terms/{term-id}/relations', { params, body }),
  )
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
    client.GET('/sites/{site-id}/termStore/sets/{set-id}/terms/{term-id}/relations', {
      params: {
        path: { ...inSite, 'set-id': made.shapes, 'term-id': made.circle },
        query: { $expand: 'fromTerm,set,toTerm' },
      },
    }),
  )
  const children = await done(
    client.GET('/sites/{site-id}/termStore/sets/{set-id}/children', {
      params: { path: { ...inSite, 'set-id': genres } },
    }),
  )
  return {
    // The server lists them by ids that are made of others.
    relations: value
      .map(({ relationship, fromTerm, set, toTerm }) => [set?.id, relationship, fromTerm?.id, toTerm?.id])
      .sort(),
    children: children.value.flatMap(labelsOf),
  }
})

await run('paging', async () => {
  const path = '/sites/{site-id}/termStore/sets/{set-id}/terms'
  const params = { path: { ...inSite, 'set-id': genres }, query: { $top: 4 } }
  let page = await done(client.GET(path, { params }))
  const first = page.value.length
  const ids = page.value.map(({ id }) => id)
  for (let next = page['@odata.nextLink']; next !== undefined; next = page['@odata.nextLink']) {
    // The whole address of the page that follows, with its own query.
    const { pathname, search } = new URL(next)
    page = await done(client.GET(path, { params: { path: params.path }, fetch: () => followed(pathname + search) }))
    ids.push(...page.value.map(({ id }) => id))
  }
  return { first, all: ids.length, different: new Set(ids).size }
})

function followed(address: string): Promise<Response> {
  return fetch(new URL(address, baseUrl), { headers: { authorization: `Bearer ${token}` } })
}

await run('error', async () => {
  const path = { ...inSite, 'group-id': nowhere }
  const { error, response } = await client.GET('/sites/{site-id}/termStore/groups/{group-id}', { params: { path } })
  const { code, message, innerError } = there(error).error
  return { status: response.status, code, message, requestId: innerError?.['request-id']?.length }
})

const relationships = '/tenantRelationships/delegatedAdminRelationships'
const one = `${relationships}/{delegatedAdminRelationship-id}` as const
const accessDetails = { unifiedRoles: [{ roleDefinitionId: helpdeskAdministrator }] }
const keyOf = (row: Relationship) => ({ 'delegatedAdminRelationship-id': there(row.id) })
const matching = (row: Relationship) => ({ 'If-Match': there(row['@odata.etag']) })

await run('if-match', async () => {
  const body = { displayName: 'Draft', duration: 'P90D', accessDetails }
  const draft = await done(client.POST(relationships, { body }))
  const path = keyOf(draft)
  const rename = (displayName: string) =>
    client.PATCH(one, { params: { path, header: matching(draft) }, body: { displayName } })
  const renamed = (await done(rename('Renamed'))) as Relationship
  const { error, response } = await rename('Stale')
  await client.DELETE(one, { params: { path, header: matching(renamed) } })
  return { renamed: renamed.displayName, refused: { status: response.status, code: error?.error.code } }
})

let relationship: Relationship = {}
const current = () => done(client.GET(one, { params: { path: keyOf(relationship) } }))
const ask = (action: Schemas['microsoft.graph.delegatedAdminRelationshipRequestAction']) =>
  done(client.POST(`${one}/requests`, { params: { path: keyOf(relationship) }, body: { action } }))

await run('gdap.create', async () => {
  const body = { displayName: 'openapi-fetch', duration: 'P180D', accessDetails }
  relationship = await done(client.POST(relationships, { body }))
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
    client.POST('/groups', {
      body: {
        displayName: 'openapi-fetch technicians',
        mailEnabled: false,
        mailNickname: 'openapi-fetch-technicians',
        securityEnabled: true,
      },
    }),
  )
  const path = keyOf(relationship)
  const created = await done(
    client.POST(`${one}/accessAssignments`, {
      params: { path },
      body: {
        accessContainer: { accessContainerId: there(group.id), accessContainerType: 'securityGroup' },
        accessDetails,
      },
    }),
  )
  const key = { ...path, 'delegatedAdminAccessAssignment-id': there(created.id) }
  const read = await done(
    client.GET(`${one}/accessAssignments/{delegatedAdminAccessAssignment-id}`, { params: { path: key } }),
  )
  const listed = await done(client.GET(`${one}/accessAssignments`, { params: { path } }))
  return { created: created.status, read: read.status, roles: read.accessDetails, listed: listed.value.length }
})

await run('gdap.terminate', async () => {
  const { action } = await ask('terminate')
  return { action, status: (await current()).status }
})

await run('gdap.customers', async () => {
  const customers = await done(client.GET('/tenantRelationships/delegatedAdminCustomers'))
  const services = await done(
    client.GET('/tenantRelationships/delegatedAdminCustomers/{delegatedAdminCustomer-id}/serviceManagementDetails', {
      params: { path: { 'delegatedAdminCustomer-id': customerId } },
    }),
  )
  return {
    customers: customers.value.map(({ tenantId, displayName }) => [tenantId, displayName]),
    services: services.value.map(({ serviceName }) => serviceName),
  }
})
