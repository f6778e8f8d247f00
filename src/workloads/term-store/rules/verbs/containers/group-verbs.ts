/** `relata.copy`, `relata.move` and `relata.setRoles` of a group: exchange.md §9.2, §9.6. */
import type { PatchOf, RowOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { site } from '../../../../sites/types.ts'
import { group, set } from '../../../types.ts'
import { birthOf, stampOf } from '../../author.ts'
import { checkName } from '../../labels/group-names.ts'
import type { LocalName } from '../../labels/labels.ts'
import { invalid, missing } from '../../refusals.ts'
import { principalIn } from '../../roles/principals.ts'
import { checkRole } from '../../roles/roles.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { copyOf, copySetAs, givenName } from '../copy/copy-set.ts'
import type { TermsOfCopy } from '../verbs.ts'

type GroupRow = RowOf<typeof group>

async function needGroup(tx: ReadTx, groupId: string): Promise<GroupRow> {
  const row = await tx.get(group, groupId)
  if (row === undefined) throw missing('Group', groupId)
  return row
}

function checkOwn({ scope }: GroupRow): void {
  if (scope === 'system')
    throw invalid('The system group takes part in no copy and no move, and its roles cannot be set.')
}

async function nameOfCopy(tx: ReadTx, { storeId, displayName }: GroupRow, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    const name = givenName(given)
    await checkName(tx, storeId, name, undefined, 'name')
    return name
  }
  for (let number = 1; ; number += 1) {
    const name = copyOf(displayName ?? '', number)
    if (!(await tx.has(group, { storeId, displayName: name }))) return name
  }
}

/** Copies a group with its sets, which keep their names, and with its roles. Returns the id of the copy. */
export async function copyGroup(
  settings: TermStoreSettings,
  context: WriteContext,
  groupId: string,
  { name, terms }: { readonly name?: string | undefined; readonly terms: TermsOfCopy },
): Promise<string> {
  const { tx, ids } = context
  const row = await needGroup(tx, groupId)
  // Only administrators make groups, so that its roles may be copied.
  await checkRole(settings, context, 'administrator', { storeId: row.storeId })
  checkOwn(row)
  const { description, scope, parentSiteId, siteCollectionId, managers, contributors, storeId } = row
  const copy = await tx.insert(group, {
    id: ids.mint(),
    displayName: await nameOfCopy(tx, row, name),
    description,
    scope,
    parentSiteId,
    siteCollectionId,
    managers,
    contributors,
    storeId,
    ...birthOf(context),
  })
  for (const one of await tx.find(set, { parentGroupId: groupId })) {
    const names = one.localizedNames as readonly LocalName[]
    await copySetAs(settings, context, one, { groupId: copy.id, names, terms })
  }
  return copy.id
}

/** Shows a group and its sets in the site collection of a site only; null: everywhere. */
export async function moveGroup(
  settings: TermStoreSettings,
  context: WriteContext,
  groupId: string,
  siteId: string | null,
): Promise<void> {
  const { tx } = context
  const row = await needGroup(tx, groupId)
  await checkRole(settings, context, 'administrator', { storeId: row.storeId })
  checkOwn(row)
  const at = siteId === null ? undefined : await tx.get(site, siteId)
  if (siteId !== null && at === undefined) throw invalid(`There is no site with the id ${siteId}.`, 'siteId')
  const siteCollectionId = at?.siteCollectionId ?? null
  const parentSiteId = at?.id ?? null
  if (row.siteCollectionId === siteCollectionId && row.parentSiteId === parentSiteId) return
  const scope = at === undefined ? 'global' : 'siteCollection'
  await tx.update(group, groupId, { scope, parentSiteId, siteCollectionId, ...stampOf(context) })
  for (const { id } of await tx.find(set, { parentGroupId: groupId })) await tx.update(set, id, { siteCollectionId })
}

/** Whom to appoint. An absent list stays as it is. */
export interface GroupRoles {
  readonly managers?: readonly string[] | undefined
  readonly contributors?: readonly string[] | undefined
}

/** Managers of a group may appoint its contributors and managers. */
export async function setRoles(
  settings: TermStoreSettings,
  context: WriteContext,
  groupId: string,
  roles: GroupRoles,
): Promise<void> {
  const { tx } = context
  const row = await needGroup(tx, groupId)
  await checkRole(settings, context, 'manager', { storeId: row.storeId, groupId })
  checkOwn(row)
  const patch: { -readonly [K in keyof PatchOf<typeof group>]: PatchOf<typeof group>[K] } = {}
  for (const list of ['managers', 'contributors'] as const) {
    const given = roles[list]
    if (given === undefined) continue
    const ids: string[] = []
    for (const [at, text] of given.entries()) ids.push(await principalIn(tx, text, `${list}/${at}`, ...row[list]))
    const wanted = [...new Set(ids)]
    if (JSON.stringify(wanted) !== JSON.stringify(row[list])) patch[list] = wanted
  }
  if (Object.keys(patch).length > 0) await tx.update(group, groupId, { ...patch, ...stampOf(context) })
}
