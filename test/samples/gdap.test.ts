/** The documented samples of delegated admin relationships: test/samples/gdap.ts. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { helpdesk, reader, rolesOf } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { createOver, type Draft } from '../_support/taxonomy.ts'
import { compareWith, type Ready } from './compare.ts'
import { gdapSamples } from './gdap.ts'
import { draftSamples } from './gdap-drafts.ts'
import { type Rows, rowsOn } from './rows.ts'
import { type Sample, titleOf } from './sample.ts'

const root = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const singular = '/v1.0/tenantRelationship/delegatedAdminRelationships'
const waiting = 'Waits to be locked'

let server: TestServer
let rows: Rows

interface Tagged {
  readonly id: string
  readonly '@odata.etag': string
  readonly status: string
}

const read = async (path: string): Promise<Tagged> => (await rows.quiet('GET', path)).body as Tagged
const listed = async (path: string): Promise<readonly Tagged[]> =>
  ((await rows.quiet('GET', path)).body as { readonly value: readonly Tagged[] }).value

const tag = async (path: string) => ({ headers: { 'If-Match': (await read(path))['@odata.etag'] } })

const group = (): Promise<string> =>
  createOver(rows.quiet, '/v1.0/groups', {
    displayName: 'Support of customers',
    mailEnabled: false,
    mailNickname: `support-${crypto.randomUUID()}`,
    securityEnabled: true,
  })

const assignmentBody = async () => ({
  accessContainer: { accessContainerId: await group(), accessContainerType: 'securityGroup' },
  accessDetails: rolesOf(helpdesk),
})

const assigned = async () => {
  const relationship = await rows.relationships.relationship('active')
  const assignment = await createOver(rows.quiet, `${root}/${relationship}/accessAssignments`, await assignmentBody())
  return { relationship, assignment, path: `${root}/${relationship}/accessAssignments/${assignment}` }
}

const terminated = async () => {
  const relationship = await rows.relationships.relationship('active')
  await createOver(rows.quiet, `${root}/${relationship}/requests`, { action: 'terminate' })
  return relationship
}

const draft = (more: Draft = {}) => ({
  displayName: `Cooperation ${crypto.randomUUID().slice(0, 8)}`,
  duration: 'P365D',
  customer: { tenantId: wellKnown.fabrikam, displayName: 'Fabrikam' },
  accessDetails: rolesOf(helpdesk, reader),
  ...more,
})

/** The samples list relationships that are over or in force: what the seed leaves open is answered or removed. */
const settled = async () => {
  for (const { id, status } of await listed(root)) {
    if (status === 'created') await rows.quiet('DELETE', `${root}/${id}`)
    if (status === 'approvalPending') await server.customer('approve', id, { tenantId: wellKnown.northwind })
  }
  await terminated()
}

/** The participants name their types there. */
const draftOfMarch = async () => {
  const { displayName, duration, accessDetails } = draft()
  return {
    displayName,
    duration,
    customer: {
      '@odata.type': 'microsoft.graph.delegatedAdminRelationshipCustomerParticipant',
      tenantId: wellKnown.fabrikam,
    },
    accessDetails: { '@odata.type': 'microsoft.graph.delegatedAdminAccessDetails', ...accessDetails },
  }
}

const reseller = () =>
  fetch(`${server.http}/_relata/gdap`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(draft({ resellerTenantId: wellKnown.contoso, indirectProviderTenantId: wellKnown.northwind })),
  })

const preparations: Readonly<Record<string, () => Promise<Ready>>> = {
  relationships: async () => {
    await settled()
    return {}
  },
  'relationships and one of a reseller': async () => {
    await settled()
    await reseller()
    return {}
  },
  'body of a relationship': async () => ({ body: draft({ autoExtendDuration: 'P180D' }) }),
  'body without extension': async () => ({ body: draft() }),
  'active relationship': async () => ({ at: { relationship: await rows.relationships.relationship('active') } }),
  'changes of a relationship': async () => {
    const relationship = await rows.relationships.relationship('created')
    const body = draft({ duration: 'P31D', customer: { tenantId: wellKnown.northwind } })
    return { at: { relationship }, body, ...(await tag(`${root}/${relationship}`)) }
  },
  'tag of a relationship': async () => {
    const relationship = await rows.relationships.relationship('created')
    return { at: { relationship }, ...(await tag(`${root}/${relationship}`)) }
  },
  assignment: async () => ({ at: await assigned() }),
  'body of an assignment': async () => ({
    at: { relationship: await rows.relationships.relationship('active') },
    body: await assignmentBody(),
  }),
  'other roles': async () => {
    const at = await assigned()
    return { at, body: { accessDetails: rolesOf(reader) }, ...(await tag(at.path)) }
  },
  'tag of an assignment': async () => {
    const at = await assigned()
    return { at, ...(await tag(at.path)) }
  },
  operation: async () => {
    const at = await assigned()
    await rows.quiet('PATCH', at.path, { accessDetails: rolesOf(reader) })
    const [operation] = await listed(`${root}/${at.relationship}/operations`)
    return { at: { ...at, operation: operation?.id ?? '' } }
  },
  'terminated relationship': async () => ({ at: { relationship: await terminated() } }),
  action: async () => ({
    at: { relationship: await rows.relationships.relationship('created') },
    body: { action: 'lockForApproval' },
  }),
  // Of this one alone, no request ever leaves its first status.
  'request that waits': async () => {
    const relationship = await rows.relationships.relationship('created', { displayName: waiting })
    const action = { action: 'lockForApproval' }
    return { at: { relationship, request: await createOver(rows.quiet, `${root}/${relationship}/requests`, action) } }
  },
  'created relationship': async () => ({ at: { relationship: await rows.relationships.relationship('created') } }),
  'body of a draft': async () => ({ body: await draftOfMarch() }),
  // What the service sets is sent back as it is.
  'changes of a draft': async () => {
    const relationship = await rows.relationships.relationship('created')
    const { partner, status, activatedDateTime, endDateTime } = (await read(`${singular}/${relationship}`)) as never
    const set = { partner, status, activatedDateTime, endDateTime }
    const type = { '@odata.type': '#microsoft.graph.delegatedAdminRelationship' }
    return { at: { relationship }, body: { ...type, ...(await draftOfMarch()), ...set } }
  },
  customer: async () => ({ at: { customer: wellKnown.fabrikam } }),
  domain: async () => ({ at: { domain: 'fabrikam.example' } }),
}

const stuck = [{ machine: 'request', status: 'created', displayName: waiting }] as const
const groups: readonly (readonly [string, readonly Sample[]])[] = [
  ['v1.0', gdapSamples('v1.0')],
  ['beta', gdapSamples('beta')],
  ['the drafts', draftSamples],
]

describe.each(groups)('samples of %s', (_, samples) => {
  beforeAll(async () => {
    server = await startTestServer({ gdap: { ...defaultConfig.gdap, stuck } })
    rows = await rowsOn(server)
  })
  afterAll(() => server.close())

  const cases = samples.map((sample) => ({ title: titleOf(sample, sample.address), sample }))

  it.each(cases)('$title', async ({ sample }) => {
    const prepare = preparations[sample.needs]
    if (prepare === undefined) throw new Error(`nothing makes '${sample.needs}'`)
    await compareWith(server, sample, sample.address, await prepare())
  })
})
