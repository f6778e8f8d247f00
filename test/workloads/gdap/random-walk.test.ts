/**
 * Random actions of partner, reseller and customer, and jumps of the clock, run through the rules on a real store and
 * through the slow model beside it: the same is allowed, and rows, customers and events stay equal.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#base/errors.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { noLatency } from '#workloads/gdap/rules/settings.ts'
import { assignment, customer, operation, relationship, request, resellerRelationship } from '#workloads/gdap/types.ts'
import { isOnPostgres } from '../../_support/database.ts'
import { containerOf, detailsOf, groups, openWorld, roles, start, tenants, type World } from './harness.ts'
import { day, type Edit, type Latency, Reference, Refused, type Rel } from './reference.ts'

const step = fc.record({ what: fc.nat({ max: 99 }), a: fc.nat(), b: fc.nat(), c: fc.nat(), d: fc.nat() })
type Step = { what: number; a: number; b: number; c: number; d: number }

const names = ['North', 'north', 'South', 'East', 'West', 'Up', 'Down', 'In', 'Out']
const lengths = [1, 5, 8, 40, 90, 365, 730]
const jumps = [0.01, 0.02, 0.05, 0.1, 0.3, 0.6, 1, 1, 2, 2, 7, 20, 40, 95, 200, 400]
const roleIds = Object.values(roles)
/** Eight sets, one in four with Global Administrator, one in eight empty. */
const roleSets: readonly (readonly string[])[] = [
  [roles.helpdesk],
  [roles.helpdesk, roles.reader],
  [roles.reader, roles.user],
  roleIds,
  [roles.globalAdministrator, roles.reader],
  [roles.helpdesk, roles.reader, roles.user],
  [],
  [roles.reader],
]

const pick = <T>(list: readonly T[], at: number): T => list[at % Math.max(1, list.length)] as T
const maybe = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]

interface Doing {
  readonly name: string
  /** Id of what was made, of the operation first. */
  readonly real: (world: World) => Promise<string | undefined>
  /** Throws `Refused`; `made` is what the real thing made. */
  readonly model: (state: Reference, made: string) => void
}

const creating = (by: Step): Doing => {
  const facts = {
    name: pick(names, by.a),
    customer: by.b % 3 === 0 ? null : pick(tenants, by.b).id,
    days: pick(lengths, by.c),
    extends: by.d % 3 === 0,
    roles: [...pick(roleSets, by.d)],
  }
  return {
    name: `create ${JSON.stringify(facts)}`,
    real: async (world) =>
      (
        await world.create(relationship, {
          displayName: facts.name,
          duration: `P${facts.days}D`,
          autoExtendDuration: facts.extends ? 'P180D' : 'PT0S',
          customer: facts.customer === null ? null : { tenantId: facts.customer },
          accessDetails: detailsOf(facts.roles),
        })
      ).id,
    model: (state, made) => {
      state.check(facts)
      state.add(made, facts)
    },
  }
}

/** What no call makes: a relationship an indirect provider has raised for this partner. */
const raising = (by: Step, number: number): Doing => {
  const facts = {
    name: `Raised ${number}`,
    customer: null,
    days: pick(lengths, by.c),
    extends: false,
    roles: [roles.reader],
  }
  return {
    name: `raise ${facts.name}`,
    real: (world) =>
      world.write(async ({ tx, ids, now }) => {
        const id = `${ids.mint()}-${ids.mint()}`
        await tx.insert(resellerRelationship, {
          id,
          displayName: facts.name,
          duration: `P${facts.days}D`,
          autoExtendDuration: 'PT0S',
          accessDetails: detailsOf(facts.roles),
          status: 'created',
          createdDateTime: now,
          lastModifiedDateTime: now,
          indirectProviderTenantId: id.slice(0, 36),
          isPartnerConsentPending: true,
        })
        return id
      }),
    model: (state, made) => state.add(made, facts, true),
  }
}

const editOf = (by: Step): Edit => ({
  ...(by.b % 3 === 0 ? { name: pick(names, by.c) } : {}),
  ...(by.c % 4 === 0 ? { days: pick(lengths, by.d) } : {}),
  ...(by.d % 2 === 0 ? { extends: by.b % 2 === 0 } : {}),
  ...(by.b % 4 === 1 ? { roles: [...pick(roleSets, by.c)] } : {}),
  ...(by.c % 5 === 1 ? { customer: by.d % 3 === 0 ? null : pick(tenants, by.d).id } : {}),
})

const patching = (by: Step, rel: Rel): Doing => {
  const without = rel.roles.filter((role) => role !== roles.globalAdministrator)
  // In `active` most patches would only be refused: two of three are of the two kinds that may be possible there.
  const active: readonly Edit[] = [{ roles: without }, { extends: by.c % 2 === 0 }, editOf(by)]
  const edit = rel.status === 'active' ? pick(active, by.d) : editOf(by)
  const body = {
    ...(edit.name === undefined ? {} : { displayName: edit.name }),
    ...(edit.days === undefined ? {} : { duration: `P${edit.days}D` }),
    ...(edit.extends === undefined ? {} : { autoExtendDuration: edit.extends ? 'P180D' : 'PT0S' }),
    ...(edit.roles === undefined ? {} : { accessDetails: detailsOf(edit.roles) }),
    ...(edit.customer === undefined ? {} : { customer: edit.customer === null ? null : { tenantId: edit.customer } }),
  }
  return {
    name: `patch ${rel.status} ${JSON.stringify(edit)}`,
    real: async (world) => (await world.update(relationship, rel.id, body)).operationId,
    model: (state, made) => state.patch(rel, edit, () => made),
  }
}

const asking = (by: Step, rel: Rel): Doing => {
  const likely = { created: 'lockForApproval', active: 'terminate', approvalPending: 'approve' }[rel.status]
  const any = pick(['lockForApproval', 'terminate', 'approve', 'reject'], by.c)
  const action = by.b % 3 === 0 || likely === undefined ? any : likely
  return {
    name: `request ${action} of ${rel.status}`,
    real: async (world) => (await world.request(rel.id, action)).id,
    model: (state, made) => {
      state.mayAsk(rel, action)
      state.ask(made, rel, action)
    },
  }
}

const answering = (by: Step, rel: Rel): Doing => {
  const action = by.d % 8 === 0 ? pick(['reject', 'terminate'] as const, by.b) : 'approve'
  const who = tenants.find(({ id }) => id === rel.customer && by.b % 4 !== 0) ?? pick(tenants, by.c)
  return {
    name: `customer ${action} of ${rel.status}`,
    real: async (world) => (await world.customer(action, rel.id, who)).id,
    model: (state) => state.answer(rel, action, who.id),
  }
}

const assigning = (by: Step, rel: Rel): Doing => {
  const [group, ids] = [
    pick(groups, by.b),
    [...pick(by.c % 4 > 0 ? [rel.roles, rel.roles.slice(0, 1)] : roleSets, by.c)],
  ]
  return {
    name: `assign in ${rel.status}`,
    real: async (world) => (await world.assign(rel.id, group, ids)).id,
    model: (state, made) => {
      state.mayAssign(rel, group, ids)
      state.assign(made, rel, group, ids)
    },
  }
}

const onGrant = (state: Reference, by: Step): Doing | undefined => {
  const active = state.grants.filter(({ status }) => status === 'active')
  const grant = maybe(active.length > 0 && by.a % 4 > 0 ? active : state.grants, by.b)
  const rel = grant === undefined ? undefined : state.rel(grant.rel)
  if (grant === undefined || rel === undefined) return undefined
  if (by.d % 4 === 0) {
    return {
      name: `unassign ${grant.status}`,
      real: async (world) => {
        await world.remove(assignment, grant.id)
        return undefined
      },
      model: () => state.unassign(rel, grant),
    }
  }
  const ids = [...pick(by.c % 4 > 0 ? [rel.roles, rel.roles.slice(0, 1), rel.roles.slice(-1)] : roleSets, by.c)]
  return {
    name: `reassign ${grant.status}`,
    real: async (world) =>
      (
        await world.update(assignment, grant.id, {
          accessContainer: containerOf(grant.group),
          accessDetails: detailsOf(ids),
        })
      ).operationId,
    model: (_, made) => state.change(rel, grant, ids, () => made),
  }
}

/** Three of four times one for which the deed may be possible: at random most would be refused. */
const relFor = (state: Reference, by: Step, statuses: readonly string[]): Rel | undefined => {
  const likely = state.rels.filter(({ status }) => statuses.includes(status))
  return maybe(likely.length > 0 && by.d % 4 > 0 ? likely : state.rels, by.a)
}

const deleting = (rel: Rel): Doing => ({
  name: `delete ${rel.status}`,
  real: async (world) => {
    await world.remove(relationship, rel.id)
    return undefined
  },
  model: (state) => state.remove(rel),
})

const kinds: readonly {
  readonly below: number
  readonly statuses: readonly string[]
  readonly act: (by: Step, rel: Rel) => Doing
}[] = [
  { below: 26, statuses: ['created', 'active'], act: patching },
  { below: 28, statuses: [], act: (_, rel) => deleting(rel) },
  { below: 42, statuses: ['created'], act: asking },
  { below: 54, statuses: ['approvalPending'], act: answering },
  { below: 72, statuses: ['active'], act: assigning },
]

const doing = (state: Reference, by: Step, number: number): Doing | undefined => {
  if (by.what < (state.rels.length > 6 ? 2 : 12)) return creating(by)
  if (by.what < (state.rels.length > 6 ? 3 : 14)) return raising(by, number)
  const kind = kinds.find(({ below }) => by.what < below)
  if (kind === undefined) return onGrant(state, by)
  const rel = relFor(state, by, kind.statuses)
  return rel === undefined ? undefined : kind.act(by, rel)
}

const kindOf = (error: unknown): string => {
  if (error instanceof AppError) return error.kind
  if (error instanceof Refused) return error.kind
  throw error
}

const iso = (millis: number | null) => (millis === null ? null : new Date(millis).toISOString())
const sorted = <T>(list: readonly T[], key: (entry: T) => string): T[] =>
  [...list].sort((one, other) => (key(one) < key(other) ? -1 : 1))
const byId = <T extends { id: string }>(list: readonly T[]) => sorted(list, ({ id }) => id)
const idsOf = (details: unknown) =>
  (details as ReturnType<typeof detailsOf>).unifiedRoles.map(({ roleDefinitionId }) => roleDefinitionId)
const daysIn = (text: string) => Number(/\d+/.exec(text)?.[0])

const actualState = (world: World) =>
  world.read(async (tx) => ({
    rels: (await tx.find(relationship, {})).map((row) => ({
      id: row.id,
      name: row.displayName,
      customer: row.customer?.tenantId ?? null,
      days: daysIn(row.duration),
      extends: row.autoExtendDuration === 'P180D',
      roles: idsOf(row.accessDetails),
      status: row.status,
      created: row.createdDateTime,
      modified: row.lastModifiedDateTime,
      activated: row.activatedDateTime,
      end: row.endDateTime,
    })),
    consents: (await tx.find(resellerRelationship, {})).map(({ id, isPartnerConsentPending }) => [
      id,
      isPartnerConsentPending,
    ]),
    grants: (await tx.find(assignment, {})).map((row) => ({
      id: row.id,
      rel: row.relationshipId,
      group: row.accessContainer.accessContainerId,
      roles: idsOf(row.accessDetails),
      status: row.status,
    })),
    jobs: (await tx.find(operation, {})).map(({ id, relationshipId, status }) => ({ id, rel: relationshipId, status })),
    wishes: (await tx.find(request, {})).map(({ id, relationshipId, action, status }) => ({
      id,
      rel: relationshipId,
      action,
      status,
    })),
    customers: (await tx.find(customer, {})).map(({ id }) => id),
    // Those of Partner Center, and the reminders: what it is silent on follows the audit records.
    events: (await tx.find(outboxEvent, {}))
      .filter(({ eventName }) => !ownEvents.test(eventName))
      .map(({ changedDateTime, eventName, resourcePath }) => {
        const subject = resourcePath.replace('/granularAdminRelationships/', '').replace('accessAssignments/', '')
        return `${changedDateTime} ${eventName} ${subject}`
      }),
  }))

const ownEvents =
  /^relata\.granular-admin-(relationship-(created|locked|changed|auto-extended|cleaned-up|deleted)|access-assignment-failed)$/

const expectSame = async (world: World, state: Reference) => {
  const actual = await actualState(world)
  expect(world.faults).toEqual([])
  expect(byId(actual.rels)).toEqual(
    byId(state.rels).map(({ consent: _, locked: __, ...rel }) => ({
      ...rel,
      created: iso(rel.created),
      modified: iso(rel.modified),
      activated: iso(rel.activated),
      end: iso(rel.end),
    })),
  )
  expect(sorted(actual.consents, ([id]) => String(id))).toEqual(
    byId(state.rels).flatMap(({ id, consent }) => (consent === undefined ? [] : [[id, consent]])),
  )
  expect(byId(actual.grants)).toEqual(byId(state.grants))
  expect(byId(actual.jobs)).toEqual(byId(state.jobs).map(({ id, rel, status }) => ({ id, rel, status })))
  expect(byId(actual.wishes)).toEqual(byId(state.wishes))
  expect([...actual.customers].sort()).toEqual(state.customers().sort())
  // Each exactly once, at its own instant.
  expect([...actual.events].sort()).toEqual([...state.events].sort())
  return actual
}

const ended: ReadonlySet<unknown> = new Set(['terminated', 'expired'])

/** What must hold whatever the slow model says: one look compared with the look before. */
const watcher = () => {
  const seen = new Map<string, { status: unknown; modified: unknown; activated: unknown }>()
  return ({ rels, grants }: Awaited<ReturnType<typeof actualState>>): void => {
    for (const { id, status, created, modified, activated, end } of rels) {
      const before = seen.get(id)
      if (ended.has(before?.status)) expect(status).toBe(before?.status)
      expect(String(modified) >= String(before?.modified ?? created)).toBe(true)
      if (before?.activated != null) expect(activated).toBe(before.activated)
      if (activated !== null)
        expect(String(activated) >= String(created) && String(end) >= String(activated)).toBe(true)
      seen.set(id, { status, modified, activated })
    }
    const live = grants.filter(({ status }) => ['pending', 'active', 'deleting'].includes(String(status)))
    expect(new Set(live.map(({ rel, group }) => `${rel} ${group}`)).size).toBe(live.length)
  }
}

const run = async (steps: readonly Step[], seconds: Latency, tally: Map<string, number>): Promise<void> => {
  const world = await openWorld({ latencySeconds: { ...noLatency, ...seconds } })
  const millis = Object.fromEntries(Object.entries(seconds).map(([key, value]) => [key, value * 1000]))
  const state = new Reference(Date.parse(start), millis as unknown as Latency)
  const watch = watcher()
  const log: string[] = []
  try {
    for (const [at, by] of steps.entries()) {
      if (by.what > 87) {
        const until = state.now + Math.round(pick(jumps, by.a) * day)
        log.push(`jump to ${iso(until)}`)
        await world.advanceTo(iso(until) as string)
        state.advanceTo(until)
        watch(await expectSame(world, state))
        continue
      }
      const act = doing(state, by, at)
      if (act === undefined) continue
      let made = ''
      let actual = 'done'
      let wanted = 'done'
      try {
        made = (await act.real(world)) ?? ''
      } catch (error) {
        actual = kindOf(error)
      }
      try {
        act.model(state, made)
      } catch (error) {
        wanted = kindOf(error)
      }
      state.advanceTo(state.now)
      log.push(`${act.name}: ${actual}`)
      const kind = `${act.name.split(' ')[0]} ${actual === 'done' ? 'done' : 'refused'}`
      tally.set(kind, (tally.get(kind) ?? 0) + 1)
      expect(actual).toBe(wanted)
      watch(await expectSame(world, state))
    }
    expect(await world.findings()).toEqual([])
    for (const { status } of state.rels) tally.set(`end ${status}`, (tally.get(`end ${status}`) ?? 0) + 1)
    for (const event of state.events) {
      const name = event.split(' ')[1] as string
      tally.set(name, (tally.get(name) ?? 0) + 1)
    }
  } catch (error) {
    throw new Error(log.slice(-25).join('\n'), { cause: error })
  } finally {
    await world.close()
  }
}

const runs = Number(process.env['RELATA_WALKS'] ?? (isOnPostgres ? 16 : 30))
const seed = Number(process.env['RELATA_SEED'] ?? 20_261_122)
const none: Latency = {
  activation: 0,
  termination: 0,
  expiry: 0,
  assignment: 0,
  removal: 0,
  operation: 0,
  request: 0,
}
const some: Latency = {
  activation: 100_000,
  termination: 31_000,
  expiry: 50_000,
  assignment: 4_000,
  removal: 90_000,
  operation: 70_000,
  request: 2_000,
}

describe.each([
  ['without latency', none],
  ['with latencies', some],
])('a random walk %s', { tags: ['slow'] }, (_name, latency) => {
  it('agrees with the slow model at every step', async () => {
    const tally = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 160, size: 'max' }), (steps) =>
        run(steps, latency, tally),
      ),
      { numRuns: runs, seed, endOnFailure: process.env['RELATA_NOSHRINK'] !== undefined },
    )
    // Each kind of change was both made and refused, and each event was told, or the walk says little.
    for (const what of ['create', 'patch', 'delete', 'request', 'customer', 'assign', 'reassign', 'unassign']) {
      expect([what, tally.get(`${what} done`) ?? 0]).not.toEqual([what, 0])
      expect([what, tally.get(`${what} refused`) ?? 0]).not.toEqual([what, 0])
    }
    for (const what of ['approved', 'activated', 'terminated', 'expired']) {
      expect(tally.has(`granular-admin-relationship-${what}`)).toBe(true)
    }
    for (const what of ['created', 'activated', 'updated', 'deleted']) {
      expect(tally.has(`granular-admin-access-assignment-${what}`)).toBe(true)
    }
    for (const days of [30, 7, 1])
      expect(tally.has(`relata.granular-admin-relationship-ends-in-${days}-days`)).toBe(true)
  }, 600_000)
})
