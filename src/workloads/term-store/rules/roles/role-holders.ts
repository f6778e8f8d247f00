/**
 * Reads and changes who holds which role of the term store. Graph has no call for it (term-store.md §7 W18), so the
 * control API has one.
 */
import { AppError, lacking } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { RowOf } from '#edm/infer.ts'
import { type ReadTx, refuse, type WriteContext } from '#edm/ports.ts'
import { delegatedTermStore } from '../../../directory/delegated-roles.ts'
import { user } from '../../../directory/people.ts'
import { roleHolding } from '../../../directory/roles.ts'
import { isEnabled } from '../../../directory/rules/account.ts'
import { group, store } from '../../types.ts'
import { invalid, missing } from '../refusals.ts'
import { anyApplication, roleOf } from './roles.ts'

/** The lists to replace; absent lists stay as they are. */
export interface Appointment {
  /** For managers and contributors. */
  readonly groupId?: string
  readonly administrators?: readonly string[]
  readonly managers?: readonly string[]
  readonly contributors?: readonly string[]
}

export interface Holders {
  readonly administrators: readonly string[]
  readonly groups: readonly {
    readonly id: string
    readonly displayName: string
    readonly managers: readonly string[]
    readonly contributors: readonly string[]
  }[]
}

async function needStore(tx: ReadTx): Promise<RowOf<typeof store>> {
  const [only] = await tx.find(store, {}, 1)
  if (only === undefined) throw new AppError('notFound', 'The tenant has no term store.')
  return only
}

export async function holdersIn(tx: ReadTx): Promise<Holders> {
  const storeRow = await needStore(tx)
  const groups = await tx.find(group, { storeId: storeRow.id })
  return {
    administrators: storeRow.administrators ?? [],
    groups: groups.map(({ id, displayName, managers, contributors }) => ({
      id,
      displayName: displayName ?? id,
      managers: managers ?? [],
      contributors: contributors ?? [],
    })),
  }
}

/** The principal of applications, with or without SharePoint's claim prefix. */
function isAnyApplication(text: string): boolean {
  return text.split('|').at(-1)?.toLowerCase() === anyApplication
}

/** The id as tokens have it; a sign-in name is replaced by the id of its user. */
async function holderIn(tx: ReadTx, text: string, list: keyof Appointment): Promise<string> {
  if (isAnyApplication(text)) {
    if (list === 'administrators') return anyApplication
    throw invalid(`'${anyApplication}' is known as an administrator only.`, list)
  }
  const id = guidOf(text)
  if (id !== undefined) return id
  const [found] = text.includes('@') ? await tx.find(user, { userPrincipalName: text }, 1) : []
  if (found === undefined) throw invalid(`'${text}' is no user, no id, and not '${anyApplication}'.`, list)
  return found.id
}

async function listIn(tx: ReadTx, wanted: Appointment, list: 'administrators' | 'managers' | 'contributors') {
  const given = wanted[list]
  if (given === undefined) return {}
  const ids: string[] = []
  for (const text of given) ids.push(await holderIn(tx, text, list))
  return { [list]: [...new Set(ids)] }
}

/** Administrators of SharePoint can appoint administrators of the term store without being one. */
async function isAboveStore({ tx, actor }: WriteContext): Promise<boolean> {
  const { userId, kind, homeTenantId } = actor
  if (kind !== 'user' || userId === undefined || homeTenantId !== undefined) return false
  const held = await tx.find(roleHolding, { userId })
  const isAbove = held.some(({ roleTemplateId }) => delegatedTermStore.write.includes(roleTemplateId))
  return isAbove && (await isEnabled(tx, userId))
}

/** Administrators can appoint everybody, managers of a group its contributors (Group.AddContributor). */
async function checkMayAppoint(context: WriteContext, storeRow: RowOf<typeof store>, wanted: Appointment) {
  const { groupId, administrators, managers } = wanted
  const held = await roleOf(context, storeRow, groupId)
  if (held === 'administrator' || (await isAboveStore(context))) return
  const isGroupOnly = administrators === undefined && managers === undefined
  if (isGroupOnly && held === 'manager') return
  refuse(
    context,
    lacking(
      'The current user has insufficient permissions to perform this operation.',
      { layer: 'role', wanted: ['term store administrator', ...(isGroupOnly ? ['group manager'] : [])], held: [] },
      { code: 'accessDenied', spec: 'term-store.md §2.2' },
    ),
  )
}

/** `asks`: whether the caller needs the right to do it. Throws `invalid`, `notFound` for the group, and `forbidden`. */
export async function appoint(context: WriteContext, wanted: Appointment, asks: boolean): Promise<Holders> {
  const { tx } = context
  const storeRow = await needStore(tx)
  const { groupId } = wanted
  const groupRow = groupId === undefined ? undefined : await tx.get(group, groupId)
  if (groupId !== undefined && groupRow === undefined) throw missing('Group', groupId)
  if (groupRow === undefined && (wanted.managers ?? wanted.contributors) !== undefined)
    throw invalid("'groupId' is needed for managers and contributors.", 'groupId')
  if (asks) await checkMayAppoint(context, storeRow, wanted)
  const above = await listIn(tx, wanted, 'administrators')
  if (Object.keys(above).length > 0) await tx.update(store, storeRow.id, above)
  const below = { ...(await listIn(tx, wanted, 'managers')), ...(await listIn(tx, wanted, 'contributors')) }
  if (groupRow !== undefined && Object.keys(below).length > 0) await tx.update(group, groupRow.id, below)
  return holdersIn(tx)
}
