/** The rules of GDAP on a real store with a real agenda, one tenant, and a clock that stands still. No HTTP, no OData. */
import { checkStore } from '#app/upkeep/check.ts'
import { fixedClock } from '#base/clock.ts'
import { Faults } from '#base/errors.ts'
import { timedIds } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Actor, Behaviour, Located, ReadTx, WriteContext } from '#edm/ports.ts'
import { makeEngine } from '#engine/handle.ts'
import { openStore } from '#store/store.ts'
import { behaviours } from '#workloads/behaviours.ts'
import { agendaEntry } from '#workloads/common.ts'
import { group } from '#workloads/directory/people.ts'
import type { Finding } from '#workloads/finding.ts'
import {
  approve,
  type CustomerFacts,
  reject,
  terminateByCustomer,
} from '#workloads/gdap/rules/relationship/customer-decision.ts'
import { defaultGdapSettings, type GdapSettings, type TenantFacts } from '#workloads/gdap/rules/settings.ts'
import { assignment, relationship, request } from '#workloads/gdap/types.ts'
import { models } from '#workloads/models.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import { databasesInTurn } from '../../_support/database.ts'
import type { Relationships } from '../../_support/relationships.ts'

export const partnerId = '9a1c0000-0000-4000-8000-00000000aaaa'
const tenant = (number: number): TenantFacts => ({
  id: `c0570000-0000-4000-8000-00000000000${number}`,
  displayName: `Customer ${number}`,
  defaultDomain: `customer${number}.example`,
})
export const tenants: readonly TenantFacts[] = [1, 2, 3].map(tenant)
export const groups: readonly string[] = [1, 2, 3].map((number) => `5e0c0000-0000-4000-8000-00000000000${number}`)
export const start = '2026-01-05T09:00:00.000Z'

export const roles = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  helpdesk: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  reader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  user: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
} as const

export const detailsOf = (ids: readonly string[]) => ({
  unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })),
})
export const containerOf = (accessContainerId: string) => ({ accessContainerId, accessContainerType: 'securityGroup' })

export type Draft = Readonly<Record<string, unknown>>

export interface Changed {
  readonly row: AnyRow
  /** Id of the operation the answer would point to. */
  readonly operationId: string | undefined
}

export interface World extends Relationships {
  readonly now: string
  /** Faults of ours that the agenda met. */
  readonly faults: unknown[]
  /** Moves the clock and lets everything happen that is due. */
  advanceTo(instant: string): Promise<void>
  advance(days: number): Promise<void>
  write<T>(work: (context: WriteContext) => Promise<T>): Promise<T>
  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T>
  /** `owner`: id of the relationship it is below. */
  create(type: EntityType, draft: Draft, owner?: string): Promise<AnyRow>
  update(type: EntityType, id: string, patch: Draft): Promise<Changed>
  remove(type: EntityType, id: string): Promise<void>
  get(type: EntityType, id: string): Promise<AnyRow | undefined>
  list(type: EntityType, where?: Draft): Promise<AnyRow[]>
  request(relationshipId: string, action: string): Promise<AnyRow>
  customer(action: 'approve' | 'reject' | 'terminate', relationshipId: string, by?: TenantFacts): Promise<AnyRow>
  assign(relationshipId: string, groupId: string, roleIds: readonly string[]): Promise<AnyRow>
  /** What `relata check` would say of it. */
  findings(): Promise<Finding[]>
  close(): Promise<void>
}

const nextDatabase = databasesInTurn()
const deeds = { approve, reject, terminate: terminateByCustomer }
const permissions: ReadonlySet<string> = new Set()

export const openWorld = async (
  settings: Partial<GdapSettings> = {},
  actorFacts: Partial<Actor> = {},
): Promise<World> => {
  const clock = fixedClock(new Date(start))
  const ids = timedIds(clock)
  const known = (wanted: string) => tenants.find(({ id, defaultDomain }) => id === wanted || defaultDomain === wanted)
  const gdap: GdapSettings = {
    ...defaultGdapSettings,
    tenants: { find: (wanted) => Promise.resolve(known(wanted)) },
    ...settings,
  }
  const rules = behaviours(defaultSettings, gdap)
  const hooks = new Map(rules.map((entry) => [entry.type.name, entry]))
  const hooksOf = (type: EntityType): Partial<Behaviour> => hooks.get(type.name) ?? {}
  const store = await openStore({ models: Object.values(models), ...(await nextDatabase()), clock })
  await store.addTenant(partnerId)
  const faults: unknown[] = []
  const engine = makeEngine({
    models,
    store,
    behaviours: rules,
    clock,
    ids,
    secret: new Uint8Array(32),
    strict: false,
    silentCreates: new Set(),
    report: (error) => faults.push(error),
    agendaEntry,
  })
  const actor: Actor = { kind: 'app', tenantId: partnerId, appId: 'app', permissions, ...actorFacts }
  const write: World['write'] = (work) => engine.inTenant(partnerId, actor, work)
  await write(async ({ tx }) => {
    for (const [at, id] of groups.entries()) {
      await tx.insert(group, {
        id,
        displayName: `Group ${at}`,
        securityEnabled: true,
        mailEnabled: false,
        mailNickname: 'g',
      })
    }
  })

  const locatedAt = (type: EntityType, id: string): Located => ({
    type,
    id,
    row: { id },
    nav: '',
    key: id,
    from: undefined,
  })
  const needRow = async ({ tx }: WriteContext, type: EntityType, id: string): Promise<AnyRow> => {
    const row = (await tx.get(type, id)) as AnyRow | undefined
    if (row === undefined) throw new Error(`no row ${id}`)
    return row
  }
  const settled = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work
    await engine.settle()
    return value
  }

  const world: World = {
    get now() {
      return clock.now().toISOString()
    },
    faults,
    advanceTo: async (instant) => {
      clock.set(new Date(instant))
      await engine.settle()
    },
    advance: (days) => world.advanceTo(new Date(clock.now().getTime() + days * 86_400_000).toISOString()),
    write: (work) => settled(write(work)),
    read: (work) => store.read(partnerId, work),
    create: (type, draft, owner) =>
      settled(
        write(async (context) => {
          const from = owner === undefined ? undefined : locatedAt(relationship, owner)
          const found = new Faults('badRequest')
          const made = await hooksOf(type).beforeCreate?.(context, { from, nav: '', draft, faults: found })
          found.throwIfAny()
          if (made === undefined) throw new Error('no behaviour')
          const row = await context.tx.insert(type, made.row)
          await made.whenStored?.(row)
          return row as AnyRow
        }),
      ),
    update: (type, id, patch) =>
      settled(
        write(async (context) => {
          const before = await needRow(context, type, id)
          let operationId: string | undefined
          const found = new Faults('badRequest')
          const change = await hooksOf(type).beforeUpdate?.(context, {
            at: locatedAt(type, id),
            before,
            patch,
            faults: found,
            defer: (operation) => {
              operationId = operation.id
            },
          })
          found.throwIfAny()
          if (change === undefined) throw new Error('no behaviour')
          if (Object.keys(change).length > 0) await context.tx.update(type, id, change)
          return { row: { ...before, ...change } as AnyRow, operationId }
        }),
      ),
    remove: (type, id) =>
      settled(
        write(async (context) => {
          const row = await needRow(context, type, id)
          await hooksOf(type).remove?.(context, { at: locatedAt(type, id), row })
        }),
      ),
    get: (type, id) => world.read(async (tx) => (await tx.get(type, id)) as AnyRow | undefined),
    list: (type, where = {}) => world.read(async (tx) => (await tx.find(type, where)) as AnyRow[]),
    relationship: async (to, draft = {}) => {
      const { id } = await world.create(relationship, {
        displayName: 'Northwind run',
        duration: 'P365D',
        accessDetails: detailsOf([roles.helpdesk, roles.reader]),
        ...draft,
      })
      if (to === 'created') return id
      await world.request(id, 'lockForApproval')
      if (to === 'active') await world.customer('approve', id)
      return id
    },
    request: (relationshipId, action) => world.create(request, { action }, relationshipId),
    customer: (action, relationshipId, by = tenants[0] as TenantFacts) => {
      const facts: CustomerFacts = {
        relationshipId,
        customer: { tenantId: by.id, displayName: by.displayName, defaultDomain: by.defaultDomain },
        by: `admin@${by.defaultDomain}`,
      }
      return settled(write((context) => deeds[action](context, facts))) as Promise<unknown> as Promise<AnyRow>
    },
    assign: (relationshipId, groupId, roleIds) =>
      world.create(
        assignment,
        { accessContainer: containerOf(groupId), accessDetails: detailsOf(roleIds) },
        relationshipId,
      ),
    findings: async () => {
      const found: Finding[] = []
      await checkStore(store, gdap, (finding) => found.push(finding))
      return found
    },
    close: async () => {
      await engine.close()
      await store.close()
    },
  }
  return world
}
