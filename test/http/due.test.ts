/**
 * Ten thousand relationships (two thousand where `CI` is not set), all of time's work on them at one jump of the clock: each thing once, in order.
 * @module-tag slow
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { openParts, type Parts } from '#app/parts.ts'
import { tenants } from '#app/seed/default-seed.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Actor } from '#edm/ports.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { approve } from '#workloads/gdap/rules/relationship/customer-decision.ts'
import { relationship } from '#workloads/gdap/types.ts'
import { rounds } from '../_support/run-size.ts'

const count = rounds(10_000, 2_000)
const jumpDays = 400
const keptDays = 365
const stepDays = 180
const actor: Actor = { kind: 'app', tenantId: wellKnown.contoso, permissions: new Set() }
const customers = tenants.filter(({ id }) => id !== wellKnown.contoso)
const faults: unknown[] = []
const made = new Set<string>()

/** Every fourth extends itself. */
const extendsItself = (number: number): boolean => number % 4 === 0
const daysOf = (number: number): number => 1 + (number % 300)
const nameOf = (number: number): string => `Many ${number}`

let parts: Parts
beforeAll(async () => {
  // What happened in the years of the jump is looked at.
  const records = { auditRetention: 36_500 }
  parts = await openParts({ ...defaultConfig, ...records, database: undefined, report: (error) => faults.push(error) })
})
afterAll(() => parts.close())

/** As they are once locked, put there; the rest is done by the rules. */
const activateAll = async (now: string): Promise<void> => {
  await parts.inTenant(wellKnown.contoso, actor, async (context) => {
    for (let number = 0; number < count; number += 1) {
      const id = `${context.ids.mint()}-${wellKnown.contoso}`
      made.add(id)
      await context.tx.insert(relationship, {
        id,
        displayName: nameOf(number),
        duration: `P${daysOf(number)}D`,
        autoExtendDuration: extendsItself(number) ? 'P180D' : 'PT0S',
        status: 'approvalPending',
        accessDetails: { unifiedRoles: [{ roleDefinitionId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }] },
        createdDateTime: now,
        lastModifiedDateTime: now,
        lockedDateTime: now,
      })
      const {
        id: tenantId,
        displayName,
        defaultDomain,
      } = customers[number % customers.length] as (typeof customers)[number]
      await approve(context, { relationshipId: id, customer: { tenantId, displayName, defaultDomain } })
    }
  })
  await parts.settle()
}

it('all happens at one jump', { timeout: 300_000 }, async () => {
  parts.clock.freeze(true)
  const start = parts.clock.now()
  const dayOf = (days: number) => new Date(start.getTime() + days * 86_400_000).toISOString()
  await activateAll(start.toISOString())
  parts.clock.advance(`P${jumpDays}D`)
  await parts.settle()
  expect(faults).toEqual([])

  const { rows, audits } = await parts.store.read(wellKnown.contoso, async (tx) => ({
    rows: (await tx.find(relationship, {})).filter(({ id }) => made.has(id)),
    audits: await tx.find(directoryAudit, {}),
  }))
  const byName = new Map(rows.map((row) => [row.displayName, row]))
  const wrong: unknown[] = []
  let removed = 0
  let extensions = 0
  for (let number = 0; number < count; number += 1) {
    const row = byName.get(nameOf(number))
    const days = daysOf(number)
    if (extendsItself(number)) {
      const times = Math.floor((jumpDays - days) / stepDays) + 1
      extensions += times
      if (row?.status !== 'active' || row.endDateTime !== dayOf(days + times * stepDays)) wrong.push([number, row])
    } else if (days + keptDays <= jumpDays) {
      removed += 1
      if (row !== undefined) wrong.push([number, row])
    } else if (row?.status !== 'expired' || row.endDateTime !== dayOf(days)) wrong.push([number, row])
  }
  expect(wrong.slice(0, 3)).toEqual([])

  // Ids are minted in the order of what happened.
  const since = audits
    .filter(({ activityDateTime, subjectId }) => activityDateTime > start.toISOString() && made.has(subjectId ?? ''))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  const instants = since.map(({ activityDateTime }) => activityDateTime)
  expect(instants.every((instant, at) => at === 0 || (instants[at - 1] ?? '') <= instant)).toBe(true)
  const times = (last: string) => since.filter(({ operationType }) => operationType?.endsWith(last)).length
  expect({ expired: times('_expired'), removed: times('_cleaned_up'), extended: times('_auto_extended') }).toEqual({
    expired: (count * 3) / 4,
    removed,
    extended: extensions,
  })
})
