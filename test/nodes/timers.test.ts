/**
 * Five hundred things fall due at once, two nodes fire them, and the one that is at it is killed: each happens once.
 * @module-tag slow
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts } from '#app/parts.ts'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Actor } from '#edm/ports.ts'
import { approve } from '#workloads/gdap/rules/relationship/customer-decision.ts'
import { relationship } from '#workloads/gdap/types.ts'
import { freshPostgres } from '../_support/database.ts'
import { type BuiltServer, build, endAll, startBuilt } from '../crash/built-server.ts'
import { sql } from './pair.ts'

const count = 500
/** The first of two steps is due after half of it: longer than it takes to write them all. */
const latencySeconds = 44
const location = await mkdtemp(join(tmpdir(), 'relata-timers-'))
beforeAll(build, 60_000)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

/** As rows hold instants. */
const now = `to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const actor: Actor = { kind: 'app', tenantId: wellKnown.contoso, permissions: new Set() }

/** Relationships that are approved, with their next step due in a while; who wrote them is gone before. */
const approveMany = async (databaseUrl: string): Promise<void> => {
  const latencies = { ...defaultConfig.gdap.latencySeconds, activation: latencySeconds }
  const gdap = { ...defaultConfig.gdap, latencySeconds: latencies }
  const parts = await openParts({ ...defaultConfig, gdap, database: undefined, databaseUrl })
  const [, customer] = tenants
  if (customer === undefined) throw new Error('the seed has customers')
  const { id: tenantId, displayName, defaultDomain } = customer
  await parts.inTenant(wellKnown.contoso, actor, async (context) => {
    for (let number = 0; number < count; number += 1) {
      const id = `${context.ids.mint()}-${wellKnown.contoso}`
      await context.tx.insert(relationship, {
        id,
        displayName: `Many ${number}`,
        duration: 'P90D',
        autoExtendDuration: 'PT0S',
        status: 'approvalPending',
        accessDetails: { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] },
        createdDateTime: context.now,
        lastModifiedDateTime: context.now,
        lockedDateTime: context.now,
      })
      await approve(context, { relationshipId: id, customer: { tenantId, displayName, defaultDomain } })
    }
  })
  await parts.close()
}

it('fires each once when the node that fires is killed', { timeout: 90_000 }, async () => {
  const url = await freshPostgres()
  const named = (name: string) => `${url}&application_name=${name}`
  const nodes = new Map<string, BuiltServer>()
  for (const name of ['node_a', 'node_b'])
    nodes.set(
      name,
      await startBuilt(join(location, name), undefined, [
        ...['--database-url', named(name), '--database-connections', '3'],
        ...['--gdap-activation-latency', String(latencySeconds)],
      ]),
    )
  await approveMany(url)
  const statuses = async () => {
    const rows = await sql<{ status: string; count: number }>(
      url,
      `select status, count(*)::int from delegated_admin_relationship where display_name like 'Many %' group by 1`,
    )
    return Object.fromEntries(rows.map(({ status, count: number }) => [status, number]))
  }
  expect(await statuses()).toEqual({ approved: count })

  // Whoever holds the lock of the tenant when they have come due is at it.
  const atIt = () =>
    sql<{ name: string }>(
      url,
      `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and a.application_name like 'node_%'
         and a.query !~ 'pg_notify|pg_try_advisory_lock|listen' and a.state <> 'idle'
         and (select min(due_date_time) from relata_agenda_entry) <= ${now}`,
    )
  const firing = await vi.waitFor(
    async () => {
      const [found] = await atIt()
      if (found === undefined) throw new Error('nobody is at it')
      return found.name
    },
    { timeout: 45_000, interval: 5 },
  )
  expect((await nodes.get(firing)?.end('SIGKILL'))?.signal).toBe('SIGKILL')
  // It died in the middle of it.
  expect((await statuses())['activating'] ?? 0).toBeLessThan(count)

  await vi.waitFor(async () => expect(await statuses()).toEqual({ activating: count }), {
    timeout: 30_000,
    interval: 200,
  })
  const records = await sql<{ records: number; subjects: number }>(
    url,
    `select count(*)::int as records, count(distinct a.subject_id)::int as subjects from directory_audit a
     join delegated_admin_relationship r on r.tenant_no = a.tenant_no and r.id = a.subject_id
     where r.display_name like 'Many %' and a.operation_type like '%activating'`,
  )
  expect(records).toEqual([{ records: count, subjects: count }])
})
