/**
 * 9,000 relationships whose time is over at one step of the clock, on disk: how long until all of them have expired, in
 * the order of their ends. Prints one row; exits with 1 when it took longer than the goal.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openParts } from '../dist/app/compose.js'
import { defaultConfig } from '../dist/app/config.js'
import { tenants, wellKnown } from '../dist/app/seed-data.js'

const count = Number(process.env.BENCH_DUE ?? 9000)
const goalSeconds = 3
const batch = 250
const root = '/tenantRelationships/delegatedAdminRelationships'
const roles = { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] }
const actor = {
  kind: 'app',
  tenantId: wellKnown.contoso,
  permissions: new Set(['DelegatedAdminRelationship.ReadWrite.All', 'AuditLog.Read.All']),
}
const customers = tenants.filter(({ id }) => id !== wellKnown.contoso)

const location = await mkdtemp(join(tmpdir(), 'relata-due-'))
const parts = await openParts({ ...defaultConfig, database: location, report: console.error })
const ask = async (method, path, query, body) => {
  const answer = await parts.handle({
    method,
    version: 'v1.0',
    path,
    query,
    headers: {},
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    origin: 'https://localhost',
    requestId: 'bench',
    clientRequestId: 'bench',
    actor,
  })
  if (answer.status > 299) throw new Error(`${path}: ${answer.status} ${answer.body}`)
  return JSON.parse(answer.body)
}

const activate = async (number) => {
  const draft = { displayName: `Due ${number}`, duration: 'P1D', accessDetails: roles }
  const { id } = await ask('POST', root, '', draft)
  await ask('POST', `${root}/${id}/requests`, '', { action: 'lockForApproval' })
  const { id: tenantId, displayName, domain } = customers[number % customers.length]
  await parts.relationships.act('approve', {
    relationshipId: id,
    customer: { tenantId, displayName, defaultDomain: domain },
    by: { id: 'bench', displayName: 'Bench', userPrincipalName: `admin@${domain}` },
  })
}

try {
  parts.clock.freeze(true)
  for (let from = 0; from < count; from += batch) {
    await Promise.all(Array.from({ length: Math.min(batch, count - from) }, (_, at) => activate(from + at)))
    parts.clock.advance('PT1S')
  }
  parts.clock.advance('PT12H')
  await parts.settle()
  const began = performance.now()
  parts.clock.advance('P1D')
  await parts.settle()
  const seconds = (performance.now() - began) / 1000

  const records = []
  const filter = encodeURIComponent("activityDisplayName eq 'granular admin relationship expired'")
  for (let query = `$filter=${filter}&$top=999`; query !== ''; ) {
    const page = await ask('GET', '/auditLogs/directoryAudits', query)
    records.push(...page.value)
    query = page['@odata.nextLink']?.split('?')[1] ?? ''
  }
  // Ids are minted in the order of what happened.
  const instants = records.sort((one, other) => (one.id < other.id ? -1 : 1)).map((record) => record.activityDateTime)
  const ordered = instants.every((instant, at) => at === 0 || (instants[at - 1] ?? '') <= instant)
  const whole = records.length === count && new Set(instants).size === Math.ceil(count / batch)
  const good = whole && ordered && seconds <= goalSeconds
  console.log(
    `${count} relationships expire at one step of the clock: ${seconds.toFixed(2)} s, ${records.length} records, ` +
      `${ordered ? 'in order' : 'OUT OF ORDER'}  <= ${goalSeconds} s${good ? '' : '  BELOW'}`,
  )
  process.exitCode = good ? 0 : 1
} finally {
  await parts.close()
  await rm(location, { recursive: true, force: true })
}
