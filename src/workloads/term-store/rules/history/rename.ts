/** Names of what is restored that are taken get ` (restored)` (exchange.md §10.4). */

import { AppError } from '#base/errors.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { Tx } from '#edm/ports.ts'
import type { RewoundRow } from '#edm/records/rewind.ts'
import { group, set, store, term } from '../../types.ts'
import { checkName } from '../labels/group-names.ts'
import type { Label, LocalName } from '../labels/labels.ts'
import { checkNames } from '../labels/set-names.ts'
import { checkSiblings } from '../labels/siblings.ts'
import type { RewoundRows } from './write-rows.ts'

const suffix = ' (restored)'
const longest = 255

function marked(name: string): string {
  return `${name.slice(0, longest - suffix.length)}${suffix}`
}

async function isTaken(check: () => Promise<void>): Promise<boolean> {
  try {
    await check()
    return false
  } catch (error) {
    if (error instanceof AppError && error.kind === 'conflict') return true
    throw error
  }
}

/** The labels, of which those that a sibling has are marked. */
async function labelsOf(tx: Tx, row: RowOf<typeof term>, defaultTag: string): Promise<readonly Label[]> {
  const labels: Label[] = []
  for (const label of row.labels as readonly Label[]) {
    const compared = { labels: [label], defaultTag, exceptId: row.id, targetOf: () => 'labels' }
    const clashes = label.isDefault && (await isTaken(() => checkSiblings(tx, compared, row)))
    labels.push(clashes ? { ...label, name: marked(label.name) } : label)
  }
  return labels
}

async function namesOf(tx: Tx, row: AnyRow): Promise<readonly LocalName[]> {
  const names: LocalName[] = []
  for (const name of row['localizedNames'] as readonly LocalName[]) {
    const groupId = row['parentGroupId'] as string
    const clashes = await isTaken(() => checkNames(tx, groupId, { names: [name], sent: undefined, exceptId: row.id }))
    names.push(clashes ? { ...name, name: marked(name.name) } : name)
  }
  return names
}

async function renamedRow(
  tx: Tx,
  row: RewoundRow,
  fresh: ReadonlySet<string>,
  defaultTag: string,
): Promise<AnyRow | undefined> {
  const { type, was } = row
  if (was === undefined) return was
  if (type === group.name) {
    const { storeId, displayName } = was as RowOf<typeof group>
    const clashes = await isTaken(() => checkName(tx, storeId, displayName as string, was.id))
    return clashes ? { ...was, displayName: marked(displayName as string) } : was
  }
  if (type === set.name) return { ...was, localizedNames: await namesOf(tx, was) }
  const isTop = type === term.name && !fresh.has((was['parentId'] ?? was['setId']) as string)
  return isTop ? { ...was, labels: await labelsOf(tx, was as RowOf<typeof term>, defaultTag) } : was
}

/** The rows with names that are free. */
export async function renamed(tx: Tx, rows: RewoundRows, notes: string[]): Promise<RewoundRows> {
  const [only] = await tx.find(store, {}, 1)
  const defaultTag = only?.defaultLanguageTag ?? ''
  const fresh = new Set(rows.added.map(({ id }) => id))
  const added: RewoundRow[] = []
  for (const row of rows.added) {
    const was = await renamedRow(tx, row, fresh, defaultTag)
    if (JSON.stringify(was) !== JSON.stringify(row.was)) notes.push(`${row.id} has a new name, as its own was taken.`)
    added.push({ ...row, was })
  }
  const changed: RewoundRows['changed'][number][] = []
  for (const { row, patch } of rows.changed) {
    const isMoved = row.type === term.name && 'setId' in patch
    const was = isMoved ? await renamedRow(tx, row, fresh, defaultTag) : row.was
    const isRenamed = JSON.stringify(was?.['labels']) !== JSON.stringify(row.was?.['labels'])
    if (isRenamed) notes.push(`${row.id} has a new name, as its own was taken.`)
    changed.push({ row: { ...row, was }, patch: isRenamed ? { ...patch, labels: was?.['labels'] } : patch })
  }
  return { ...rows, added, changed }
}
