/**
 * 9,000 relationships whose time is over at one step of the clock, on disk: how long until all of them have expired, in
 * the order of their ends. Prints one row, with `--json` as an object; exits with 1 when it took longer than the goal.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultConfig } from '../dist/app/config.js'
import { openParts } from '../dist/app/parts.js'
import { tenants } from '../dist/app/seed/default-seed.js'
import { wellKnown } from '../dist/app/seed/seed-data.js'
import { approve } from '../dist/workloads/gdap/rules/relationship/customer-decision.js'
import { relationship } from '../dist/workloads/gdap/types.js'

const count = Number(process.env.BENCH_DUE ?? 9000)
const goalSeconds = 3
const batch = 250
const roles = { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] }
const actor = {
  kind: 'app',
  tenantId: wellKnown.contoso,
  permissions: new Set(['AuditLog.Read.All']),
}
const customers = tenants.filter(({ id }) => id !== wellKnown.contoso)

const location = await mkdtemp(join(tmpdir(), 'relata-due-'))
const parts = await openParts({ ...defaultConfig, database: location, report: console.error })
const auditPage = async (query) => {
  const answer = await parts.handle({
    method: 'GET',
    version: 'v1.0',
    path: '/auditLogs/directoryAudits',
    query,
    headers: {},
    body: undefined,
    origin: 'https://localhost',
    requestId: 'bench',
    clientRequestId: 'bench',
    actor,
  })
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`)
  return JSON.parse(answer.body)
}

/** Drafts as they are once locked, in one transaction; what follows is done by the rules. */
const activate = async (from, size) => {
  const now = parts.clock.now().toISOString()
  await parts.inTenant(wellKnown.contoso, actor, async (context) => {
    for (let number = from; number < from + size; number += 1) {
      const { id: tenantId, displayName, domain: defaultDomain } = customers[number % customers.length]
      const id = `${context.ids.mint()}-${wellKnown.contoso}`
      await context.tx.insert(relationship, {
        id,
        displayName: `Due ${number}`,
        duration: 'P1D',
        autoExtendDuration: 'PT0S',
        status: 'approvalPending',
        accessDetails: roles,
        createdDateTime: now,
        lastModifiedDateTime: now,
        lockedDateTime: now,
      })
      await approve(context, { relationshipId: id, customer: { tenantId, displayName, defaultDomain } })
    }
  })
  await parts.settle()
}

try {
  parts.clock.freeze(true)
  for (let from = 0; from < count; from += batch) {
    await activate(from, Math.min(batch, count - from))
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
    const page = await auditPage(query)
    records.push(...page.value)
    query = page['@odata.nextLink']?.split('?')[1] ?? ''
  }
  // Ids are minted in the order of what happened.
  const instants = records.sort((one, other) => (one.id < other.id ? -1 : 1)).map((record) => record.activityDateTime)
  const ordered = instants.every((instant, at) => at === 0 || (instants[at - 1] ?? '') <= instant)
  const whole = records.length === count && new Set(instants).size === Math.ceil(count / batch)
  const good = whole && ordered && seconds <= goalSeconds
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ count, seconds, goalSeconds, isWhole: whole, isOrdered: ordered }))
  } else {
    console.log(
      `${count} relationships expire at one step of the clock: ${seconds.toFixed(2)} s, ${records.length} records, ` +
        `${ordered ? 'in order' : 'OUT OF ORDER'}  <= ${goalSeconds} s${good ? '' : '  BELOW'}`,
    )
  }
  process.exitCode = good ? 0 : 1
} finally {
  await parts.close()
  await rm(location, { recursive: true, force: true })
}
