/**
 * @pnp/cli-microsoft365, each step one command or a few. Its own term commands speak SharePoint's CSOM, so the term store
 * is reached by its command for any request to Graph.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const {
  RELATA_TENANT: tenantId,
  RELATA_CUSTOMER: customerId,
  RELATA_CLIENT_ID: clientId,
  RELATA_SECRET: secret,
  RELATA_URL: url,
} = process.env

const cli = fileURLToPath(new URL('./node_modules/@pnp/cli-microsoft365/dist/index.js', import.meta.url))
const env = { ...process.env, CLIMICROSOFT365_NOUPDATE: '1', NODE_COMPILE_CACHE: `${process.env.HOME}/compiled` }

/** What a command prints, parsed where it is JSON. Throws what it prints as an error. */
const m365 = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--output', 'json'], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr || stdout)
  const text = stdout.trim()
  return /^[[{"]/.test(text) ? JSON.parse(text) : text
}

const run = async (step, work) => {
  try {
    process.stdout.write(`${JSON.stringify({ step, saw: await work() })}\n`)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ step, failed: error.stack })}\n`)
  }
}

const asBody = (body) => ['--body', JSON.stringify(body), '--content-type', 'application/json']
const get = (path, ...more) => m365('request', '--url', `@graph${path}`, ...more)
const post = (path, body) => m365('request', '--method', 'post', '--url', `@graph${path}`, ...asBody(body))
const patch = (path, body, ...more) =>
  m365('request', '--method', 'patch', '--url', `@graph${path}`, ...asBody(body), ...more)

const store = '/sites/root/termStore'
const relationships = '/tenantRelationships/delegatedAdminRelationships'
const helpdeskAdministrator = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
const genres = 'c0117050-5e70-4000-8000-000000000001'
const names = (name) => [{ languageTag: 'en-US', name }]
const labels = (name) => [{ languageTag: 'en-US', name, isDefault: true }]
const made = {}

m365('cli', 'config', 'set', '--key', 'disableTelemetry', '--value', 'true')

await run('sign-in', () => {
  m365('login', '--authType', 'secret', '--appId', clientId, '--tenant', tenantId, '--secret', secret)
  const { appId, appTenant, authType } = m365('status')
  return { appId, appTenant, authType }
})

await run('tenant', () => {
  const { tenantId: id, displayName, defaultDomainName } = m365('tenant', 'info', 'get', '--tenantId', customerId)
  return { id, displayName, defaultDomainName }
})

await run('directory', () => {
  const nickname = ['--mailNickname', 'm365-technicians']
  const group = m365('entra', 'group', 'add', '--displayName', 'm365 technicians', '--type', 'security', ...nickname)
  const users = m365('entra', 'user', 'list', '--properties', 'id,displayName')
  const [user] = users
  m365('entra', 'group', 'member', 'add', '--groupId', group.id, '--userIds', user.id, '--role', 'Member')
  made.technicians = group
  return {
    groups: m365('entra', 'group', 'list', '--type', 'security').map(({ displayName }) => displayName),
    users: users.map(({ displayName }) => displayName),
    members: get(`/groups/${group.id}/members?$select=displayName`).value,
  }
})

await run('term-store.group', () => {
  made.group = post(`${store}/groups`, { displayName: 'm365' })
  const { displayName, scope } = made.group
  return { displayName, scope }
})

await run('term-store.set', () => {
  const parentGroup = { id: made.group.id }
  made.shapes = post(`${store}/sets`, { parentGroup, localizedNames: names('Shapes') })
  made.bodies = post(`${store}/sets`, { parentGroup, localizedNames: names('Bodies') })
  return [made.shapes, made.bodies].map(({ localizedNames }) => localizedNames[0].name)
})

await run('term-store.term', () => {
  made.circle = post(`${store}/sets/${made.shapes.id}/children`, { labels: labels('Circle') })
  made.sphere = post(`${store}/sets/${made.bodies.id}/children`, { labels: labels('Sphere') })
  return [made.circle, made.sphere].map((term) => term.labels[0].name)
})

const relate = (set, term, body) => post(`${store}/sets/${set.id}/terms/${term.id}/relations`, body)

await run('term-store.pin', () => {
  const set = { id: made.bodies.id }
  const { id, relationship } = relate(made.shapes, made.circle, {
    relationship: 'pin',
    fromTerm: { id: made.sphere.id },
    set,
  })
  return { id, relationship }
})

await run('term-store.reuse', () => {
  const { id, relationship } = relate(made.bodies, made.sphere, { relationship: 'reuse', set: { id: genres } })
  return { id, relationship }
})

await run('term-store.relations', () =>
  get(`${store}/sets/${made.shapes.id}/terms/${made.circle.id}/relations?$expand=fromTerm,set`)
    .value.map(({ relationship, fromTerm, set }) => [set.id, relationship, fromTerm.id])
    .sort(),
)

await run('roles', () => m365('entra', 'roledefinition', 'list', '--properties', 'id').length)

await run('error', () => {
  try {
    get(`${store}/groups/00000000-0000-4000-8000-00000000dead`)
  } catch (error) {
    return error.message.trim()
  }
})

const accessDetails = { unifiedRoles: [{ roleDefinitionId: helpdeskAdministrator }] }

await run('if-match', () => {
  const draft = post(relationships, { displayName: 'Draft', duration: 'P90D', accessDetails })
  const matching = ['--If-Match', draft['@odata.etag']]
  const renamed = patch(`${relationships}/${draft.id}`, { displayName: 'Renamed' }, ...matching)
  try {
    patch(`${relationships}/${draft.id}`, { displayName: 'Stale' }, ...matching)
  } catch (error) {
    return { renamed: renamed.displayName, refused: error.message.trim() }
  }
})

await run('gdap.create', () => {
  made.relationship = post(relationships, { displayName: 'm365', duration: 'P180D', accessDetails })
  const { status, duration } = made.relationship
  return { status, duration }
})

const one = () => `${relationships}/${made.relationship.id}`

await run('gdap.lock', () => {
  const { action } = post(`${one()}/requests`, { action: 'lockForApproval' })
  return { action }
})

await run('gdap.approve', async () => {
  const answer = await fetch(`${url}/_relata/gdap/${made.relationship.id}/approve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId: customerId }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  const { status, customer } = get(one())
  return { status, customer }
})

await run('gdap.assignment', () => {
  const accessContainer = { accessContainerId: made.technicians.id, accessContainerType: 'securityGroup' }
  const created = post(`${one()}/accessAssignments`, { accessContainer, accessDetails })
  return { created: created.status, read: get(`${one()}/accessAssignments/${created.id}`).status }
})

await run('gdap.terminate', () => {
  const { action } = post(`${one()}/requests`, { action: 'terminate' })
  return { action, status: get(one()).status }
})

await run('gdap.customers', () =>
  get('/tenantRelationships/delegatedAdminCustomers').value.map(({ tenantId: id, displayName }) => [id, displayName]),
)

await run('sign-in.certificate', () => {
  const id = process.env.RELATA_CERTIFICATE_CLIENT_ID
  const file = process.env.RELATA_CERTIFICATE
  m365('login', '--authType', 'certificate', '--appId', id, '--tenant', tenantId, '--certificateFile', file)
  const { appId, authType } = m365('status')
  return { appId, authType, groups: get(`${store}/groups?$select=displayName`).value }
})
