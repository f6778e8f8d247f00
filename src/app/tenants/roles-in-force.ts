/**
 * The catalogue of roles of one world: that of the tenant whose mark is the latest, else what Relata brings. It is in the rows of
 * the tenants (docs/adr/0050), so that copies, backups and worlds have it, and other processes see it change with a tenant.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import { AppError, StoreError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { Store } from '#edm/ports.ts'
import { recordCatalogue } from '#workloads/directory/catalogue/record.ts'
import type { RolesList } from '#workloads/directory/catalogue/roles-list.ts'
import {
  bundledMarked,
  isSameMark,
  type MarkedRoles,
  marked,
  markIn,
  type RolesMark,
  readCatalogue,
  writeCatalogue,
} from '#workloads/directory/catalogue/rows.ts'
import type { RolesChange, updatedRoles } from '#workloads/directory/catalogue/update.ts'
import { type BuiltInRole, bundledRoles } from '#workloads/directory/role-catalogue.ts'
import type { TenantList } from '../adapters/tenant-list.ts'

export interface RolesUpdate {
  readonly dryRun: boolean
  readonly force: boolean
  /** Of a list without a date; absent: the day of the clock. */
  readonly asOf?: string | undefined
}

export interface RolesOutcome extends RolesChange {
  /** Tenants whose roles were brought up to the catalogue; 0 in a dry run. */
  readonly tenants: number
}

export interface RolesInForce {
  current(): MarkedRoles
  /** By template id in lower case. */
  find(id: string): BuiltInRole | undefined
  /** Reads again what other processes have taken. */
  refresh(): Promise<void>
  /** Throws what refuses the list. `by`: who has it, for the logs of the tenants. */
  update(list: RolesList, wish: RolesUpdate, by: string): Promise<RolesOutcome>
  /** Brings the tenants up that have an earlier catalogue, as one has that a restore has put back. Returns how many. */
  settle(): Promise<number>
  /** Resolves when nothing is written any more. */
  close(): Promise<void>
}

interface Facts {
  readonly store: Store
  readonly tenants: TenantList
  /** Of the rows. */
  readonly clock: Clock
  /** Of the machine. */
  readonly realClock: Clock
  readonly ids: Ids
  readonly report: (error: unknown) => void
}

const millisOfDay = 86_400_000

function dayOf(millis: number): string {
  return instantOf(new Date(millis)).slice(0, 'yyyy-mm-dd'.length)
}

type Updating = { readonly updatedRoles: typeof updatedRoles }

/** Loaded when a catalogue is changed. */
function updating(): Promise<Updating> {
  return import('#workloads/directory/catalogue/update.ts')
}

/** The tenant whose mark is the latest; undefined: none has another catalogue than the one Relata brings. */
function latestOf(tenants: TenantList): { readonly tenantId: string; readonly mark: RolesMark } | undefined {
  let latest: { tenantId: string; mark: RolesMark; updated: string } | undefined
  for (const [tenantId, text] of tenants.roleMarks()) {
    const mark = markIn(text)
    const { updated = '' } = mark ?? {}
    if (mark !== undefined && updated > (latest?.updated ?? '')) latest = { tenantId, mark, updated }
  }
  return latest
}

/** Marks are told apart by their instants, so the next one is later than the last, wherever the clock stands. */
function instantAfter(clock: Clock, { updated = '' }: RolesMark): string {
  const now = clock.now()
  const last = updated === '' ? 0 : Date.parse(updated)
  return instantOf(new Date(Math.max(now.getTime(), last + 1)))
}

async function readLatest({ store, tenants, clock }: Facts, known: MarkedRoles): Promise<MarkedRoles> {
  const latest = latestOf(tenants)
  if (latest === undefined) return bundledMarked()
  const { tenantId, mark } = latest
  if (mark.updated === known.mark.updated && mark.digest === known.mark.digest) return known
  const catalogue = await store.read(tenantId, (tx) => readCatalogue(tx, mark))
  if (bundledRoles.asOf <= mark.asOf) return { catalogue, mark }
  // A later release of Relata knows more than the list that was read before it.
  const { updatedRoles } = await updating()
  const list: RolesList = { ...bundledRoles, kind: 'catalogue' }
  const { asOf: day } = bundledRoles
  const next = updatedRoles(catalogue, list, { force: true, today: day, latestDay: day })
  return marked(next.catalogue, instantAfter(clock, mark))
}

/** Whether the tenant is still there. */
async function writeTo(
  { store, tenants, clock, ids }: Facts,
  tenantId: string,
  roles: MarkedRoles,
  by: string,
): Promise<boolean> {
  try {
    await store.write(tenantId, async (tx) => {
      const before = await writeCatalogue(tx, tenantId, roles)
      const change = { tenantId, by, after: roles.mark, now: instantOf(clock.now()) }
      if (before !== undefined) await recordCatalogue(tx, ids, { ...change, before })
    })
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'tenant') return false
    throw error
  }
  await tenants.reload(tenantId)
  return true
}

/** The tenants must be loaded. */
export async function rolesInForceOn(facts: Facts): Promise<RolesInForce> {
  const { store, tenants, clock, realClock, report } = facts
  let now = await readLatest(facts, bundledMarked())
  let reading: Promise<void> | undefined
  let isAsked = false
  const read = async (): Promise<void> => {
    while (isAsked) {
      isAsked = false
      now = await readLatest(facts, now)
    }
  }
  const again = (): Promise<void> => {
    isAsked = true
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
  tenants.onRoleMark(() => {
    again().catch(report)
  })
  const behind = (): string[] =>
    [...tenants.roleMarks()].flatMap(([id, text]) => (isSameMark(markIn(text), now.mark) ? [] : [id]))
  let isClosed = false
  const bringUp = async (by: string): Promise<number> => {
    let written = 0
    for (const id of behind()) if (!isClosed && (await writeTo(facts, id, now, by))) written += 1
    return written
  }
  let settling: Promise<unknown> = Promise.resolve()
  const settle = (by = 'Relata'): Promise<number> => {
    const work = bringUp(by)
    settling = Promise.allSettled([settling, work])
    return work
  }
  const change = async (list: RolesList, { dryRun, force, asOf }: RolesUpdate, by: string): Promise<RolesOutcome> => {
    await tenants.reload()
    await again()
    const { updatedRoles } = await updating()
    const today = asOf ?? dayOf(clock.now().getTime())
    // The clock of a stand-in may be ahead of that of the machine, and a list made east of here has tomorrow's day.
    const latestDay = dayOf(Math.max(clock.now().getTime(), realClock.now().getTime()) + millisOfDay)
    const { catalogue, change: changed } = updatedRoles(now.catalogue, list, { force, today, latestDay })
    if (dryRun) return { ...changed, tenants: 0 }
    const [first] = tenants.roleMarks().keys()
    if (first === undefined)
      throw new AppError('conflict', 'The catalogue is kept with the tenants, and there is none yet: add one first.', {
        code: 'rolesNoTenants',
      })
    const next = marked(catalogue, instantAfter(clock, now.mark))
    if (isSameMark(next.mark, now.mark)) return { ...changed, tenants: 0 }
    // With the first tenant it is the one in force: who is stopped from here on finds it, and goes on.
    const isThere = await writeTo(facts, first, next, by)
    now = next
    return { ...changed, tenants: Number(isThere) + (await settle(by)) }
  }
  return {
    current: () => now,
    find: (id) => now.catalogue.find(id),
    refresh: async () => {
      await tenants.refresh()
      await again()
    },
    update: (list, wish, by) =>
      wish.dryRun ? change(list, wish, by) : store.processes.alone(() => change(list, wish, by)),
    settle: () => settle(),
    close: async () => {
      isClosed = true
      await settling
    },
  }
}
