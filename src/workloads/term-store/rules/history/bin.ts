/** The recycle bin: `relata.deletedItems` and `relata.purge` (exchange.md §10.2). */
import { AppError } from '#base/errors.ts'
import { localName, type PageOfValues } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { ChangeRecord, Located, ReadContext, ReadTx, WriteContext } from '#edm/ports.ts'
import type { ChangedMembers, ChangeHead } from '#edm/records/reading.ts'
import { changeId } from '#edm/records/recording.ts'
import { group, relation, set, store, term } from '../../types.ts'
import { defaultLabel, type Label, type LocalName, nameOf } from '../labels/labels.ts'
import { invalid } from '../refusals.ts'
import { checkRole } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { recordIn } from './change-value.ts'
import { typeNamed } from './rewound-rows.ts'
import { RecordSight, sightKeys } from './seen.ts'

const spec = 'exchange.md §10.4'
const usualPage = 100

export interface BinItem {
  readonly change: ChangeHead
  /** Qualified name. */
  readonly type: string
  readonly subject: string
  readonly rows: readonly ChangedMembers[]
}

async function itemOf(tx: ReadTx, record: ChangeRecord, change: ChangeHead): Promise<BinItem> {
  const [type = '', subject = ''] = (change.binned ?? '').split(' ')
  return { change, type, subject, rows: await record.rows(tx, change.id) }
}

/** The same for a list: with the row that was deleted alone, as a set may have had thousands of terms. */
async function listedItem(tx: ReadTx, record: ChangeRecord, change: ChangeHead): Promise<BinItem> {
  const [type = '', subject = ''] = (change.binned ?? '').split(' ')
  const [entry] = await record.entries(tx, { subject }, changeId(change.id + 1), 1)
  const isOwn = entry?.sequence === change.id && entry.row !== undefined
  return isOwn ? { change, type, subject, rows: [entry.row as ChangedMembers] } : itemOf(tx, record, change)
}

/** Whether what was deleted was seen where it was. Of a term that others share, its home counts, and not where it is kept. */
async function isItemSeen(sight: RecordSight, { subject, rows }: BinItem): Promise<boolean> {
  const row = rows.find(({ id }) => id === subject) ?? rows[0]
  return row === undefined || sight.sees({ ...row, within: (row.before['setId'] as string | undefined) ?? row.within })
}

/** Throws where there is no such item, or it is not seen on the path. */
export async function binItem(
  context: Pick<WriteContext, 'tx' | 'record'>,
  at: Located,
  asked: string,
): Promise<BinItem> {
  const { tx } = context
  const record = recordIn(context)
  if (!/^[1-9]\d{0,14}$/.test(asked)) throw invalid(`'${asked}' is not the id of a deleted item.`, 'deletedItemId')
  const change = await record.change(tx, Number(asked))
  if (change !== undefined && change.binned !== null && !record.isExpired(change)) {
    const item = await itemOf(tx, record, change)
    if (await isItemSeen(new RecordSight(tx, record, at), item)) return item
  }
  throw new AppError('notFound', `Deleted item ${asked} not found. It may have been restored, purged, or too old.`, {
    code: 'itemNotFound',
    target: 'deletedItemId',
    spec,
  })
}

/** Rows as they were when the item was deleted: those that went with it, else those of today, or as they went later. */
function rowsThen(tx: ReadTx, record: ChangeRecord, { rows }: BinItem) {
  const before = new Map(rows.map((row) => [`${row.type} ${row.id}`, row]))
  return async (type: string, id: string): Promise<AnyRow | undefined> => {
    const gone = before.get(`${type} ${id}`)
    if (gone?.action === 'delete') return { ...gone.before, id }
    const declared = typeNamed(type)
    const now = declared === undefined ? undefined : ((await tx.get(declared, id)) as AnyRow | undefined)
    if (now !== undefined) return { ...now, ...gone?.before }
    const [last] = await record.entries(tx, { subject: id }, undefined, 1)
    return last?.row?.action === 'delete' ? { ...last.row.before, id } : undefined
  }
}

/** Name and path of what was deleted. */
async function titleOf(
  tx: ReadTx,
  record: ChangeRecord,
  item: BinItem,
): Promise<{ name: string | null; path: string | null }> {
  const [only] = await tx.find(store, {}, 1)
  const tag = only?.defaultLanguageTag ?? ''
  const rowOf = rowsThen(tx, record, item)
  const labelOf = (row: AnyRow | undefined) => {
    const labels = (row?.['labels'] ?? []) as readonly Label[]
    return defaultLabel(labels, tag) ?? labels[0]?.name ?? '?'
  }
  const relationRow = item.rows.find((row) => row.type === relation.name && row.id === item.subject)?.before
  const occurrence =
    relationRow ??
    item.rows.find((row) => row.type === relation.name && row.before['toTermId'] === item.subject && !hasTerm(item))
      ?.before
  const names: string[] = []
  let setId: unknown
  let groupId: unknown
  if (item.type === term.name || item.type === relation.name) {
    const termId = (occurrence?.['toTermId'] as string | undefined) ?? item.subject
    const row = await rowOf(term.name, termId)
    names.push(labelOf(row))
    setId = occurrence?.['setId'] ?? row?.['setId']
    let parentId = occurrence === undefined ? row?.['parentId'] : occurrence['fromTermId']
    for (let depth = 0; typeof parentId === 'string' && depth < 10; depth++) {
      const parent = await rowOf(term.name, parentId)
      names.unshift(labelOf(parent))
      parentId = parent?.['parentId']
    }
  }
  if (item.type === set.name) setId = item.subject
  if (typeof setId === 'string') {
    const row = await rowOf(set.name, setId)
    names.unshift(nameOf((row?.['localizedNames'] ?? []) as readonly LocalName[], tag) ?? '?')
    groupId = row?.['parentGroupId']
  }
  if (item.type === group.name) groupId = item.subject
  if (typeof groupId === 'string') names.unshift(String((await rowOf(group.name, groupId))?.['displayName'] ?? '?'))
  return { name: names.at(-1) ?? null, path: names.length === 0 ? null : names.join('/') }
}

function hasTerm({ rows, subject }: BinItem): boolean {
  return rows.some((row) => row.type === term.name && row.id === subject)
}

async function itemValue(tx: ReadTx, record: ChangeRecord, item: BinItem) {
  const { change, type, subject } = item
  return {
    id: String(change.id),
    deletedDateTime: change.changedDateTime,
    by: { app: null, ...change.by },
    kind: localName(type),
    subjectId: subject,
    ...(await titleOf(tx, record, item)),
    count: change.count,
    expires: record.binnedUntil(change.changedDateTime) ?? null,
  }
}

export async function deletedItems(
  context: ReadContext,
  at: Located,
  args: Readonly<Record<string, string>>,
): Promise<PageOfValues> {
  const { tx } = context
  const record = recordIn(context)
  const most = Math.min(Number(args['$top'] ?? usualPage), 1000)
  const sight = new RecordSight(tx, record, at)
  const values: unknown[] = []
  let before = numberIn(args['$skiptoken'])
  for (;;) {
    const some = await record.bin(tx, before, most)
    for (const change of some) {
      before = change.id
      if (record.isExpired(change)) continue
      const item = await listedItem(tx, record, change)
      if (!(await isItemSeen(sight, item))) continue
      if (values.length === most) return { values, next: String(change.id + 1) }
      values.push(await itemValue(tx, record, item))
    }
    if (some.length < most) return { values }
  }
}

/** The number in a `$skiptoken`. Throws for one that is not ours. */
export function numberIn(token: string | undefined): number | undefined {
  if (token === undefined) return undefined
  if (/^[1-9]\d{0,14}$/.test(token)) return Number(token)
  throw invalid('The $skiptoken is not one of this listing.', '$skiptoken')
}

export async function purge(
  settings: TermStoreSettings,
  context: WriteContext,
  at: Located,
  asked: string,
): Promise<void> {
  const { tx } = context
  await checkRole(settings, context, 'administrator', { storeId: at.id })
  const { change } = await binItem(context, at, asked)
  await recordIn(context).unbin(tx, change.id, sightKeys)
}
