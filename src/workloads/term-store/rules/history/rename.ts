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
import { cutTo, maxName } from '../labels/text.ts'
import type { RewoundRows } from './rewound-rows.ts'

/** `X (restored)`, `X (restored 2)` …, cut to the length of a name. */
function marked(name: string, number: number): string {
  const suffix = number === 1 ? ' (restored)' : ` (restored ${number})`
  return `${cutTo(name, maxName - suffix.length)}${suffix}`
}

/** The name, or the first marked one that passes the check. */
async function freeName(name: string, check: (name: string) => Promise<void>): Promise<string> {
  let free = name
  for (let number = 1; await isTaken(() => check(free)); number += 1) free = marked(name, number)
  return free
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
    const compared = { defaultTag, exceptId: row.id, targetOf: () => 'labels' }
    const check = (name: string) => checkSiblings(tx, { ...compared, labels: [{ ...label, name }] }, row)
    labels.push(label.isDefault ? { ...label, name: await freeName(label.name, check) } : label)
  }
  return labels
}

async function namesOf(tx: Tx, row: AnyRow): Promise<readonly LocalName[]> {
  const names: LocalName[] = []
  for (const name of row['localizedNames'] as readonly LocalName[]) {
    const groupId = row['parentGroupId'] as string
    const check = (free: string) =>
      checkNames(tx, groupId, { names: [{ ...name, name: free }], sent: undefined, exceptId: row.id })
    names.push({ ...name, name: await freeName(name.name, check) })
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
    const free = await freeName(displayName as string, (name) => checkName(tx, storeId, name, was.id))
    return { ...was, displayName: free }
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
