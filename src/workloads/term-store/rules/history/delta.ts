/**
 * `relata.delta`: everything in the term store, then what has changed since (exchange.md §10.2). A token says how far the
 * caller has come: in the listing, or in the record of changes.
 */
import { AppError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { ChangeRecord, Located, ReadContext, ReadTx } from '#edm/ports.ts'
import type { PageOfRows, TrackedRow } from '#edm/records/reading.ts'
import { changeId, sequenceOf } from '#edm/records/recording.ts'
import { mergedTerm } from '../../own-types.ts'
import { group, relation, set, term } from '../../types.ts'
import { invalid } from '../refusals.ts'
import { recordIn } from './change-value.ts'
import { typeNamed } from './rewound-rows.ts'
import { RecordSight } from './seen.ts'

const usualPage = 200
const mostRows = 1000

/** In the order in which they are listed; links lead to rows of earlier types. */
const listed: readonly EntityType[] = [group, set, term, relation]

/** Where a row is: what its own body does not say. */
function placeIn(type: string, row: AnyRow): Record<string, unknown> {
  if (type === set.name) return { groupId: row['parentGroupId'] }
  if (type === term.name) return { setId: row['setId'], parentId: row['parentId'] ?? null }
  if (type === relation.name)
    return { setId: row['setId'], fromTermId: row['fromTermId'] ?? null, toTermId: row['toTermId'] }
  return {}
}

async function tracked(tx: ReadTx, type: string, id: string): Promise<TrackedRow> {
  const declared = typeNamed(type)
  const row = declared === undefined ? undefined : ((await tx.get(declared, id)) as AnyRow | undefined)
  if (row !== undefined) return { type, id, more: placeIn(type, row) }
  const merged = type === term.name ? await tx.get(mergedTerm, id) : undefined
  return { type, id, isRemoved: true, ...(merged === undefined ? {} : { more: { mergedInto: merged.into } }) }
}

/** The number of the newest write when the listing began, the type it has come to, and the last id of it. */
const listingForm = /^l\.(\d{1,15})\.([0-3])\.(.*)$/s
/** The last entry of the record that was told. */
const recordForm = /^c\.(\d{10}(?:\.\d{7}|~)?)$/

function atNumber(sequence: number): string {
  return `c.${changeId(sequence)}~`
}

async function listingPage(
  context: ReadContext,
  record: ChangeRecord,
  at: Located,
  [start, from, last]: readonly [number, number, string],
  most: number,
): Promise<PageOfRows> {
  const { tx } = context
  const rows: TrackedRow[] = []
  const sight = new RecordSight(tx, record, at)
  let after = last
  for (let phase = from; phase < listed.length; phase++) {
    const { name } = listed[phase] as EntityType
    for (;;) {
      const ids = await record.idsOf(tx, name, after, most - rows.length)
      for (const id of ids) {
        after = id
        const row = await tracked(tx, name, id)
        if (await isShown(sight, row)) rows.push(row)
      }
      if (rows.length >= most) return { rows, skiptoken: `l.${start}.${phase}.${after}` }
      if (ids.length === 0) break
    }
    after = ''
  }
  return { rows, deltatoken: atNumber(start) }
}

function isShown(sight: RecordSight, { type, id, more = {} }: TrackedRow): Promise<boolean> {
  const within = (more['setId'] as string | undefined) ?? id
  return sight.sees({ type, id, within, action: 'update', before: {}, after: {} })
}

async function changesPage(
  { tx }: ReadContext,
  record: ChangeRecord,
  at: Located,
  place: string,
  most: number,
): Promise<PageOfRows> {
  const { newest, forgotten } = await record.reach(tx)
  const since = sequenceOf(place)
  if (since < forgotten || since > newest)
    throw new AppError('gone', 'The delta token is too old: what it would follow from is forgotten. List anew.', {
      target: '$deltatoken',
      inner: 'resyncRequired',
      spec: 'exchange.md §10.2',
    })
  const entries = await record.following(tx, place, most)
  const sight = new RecordSight(tx, record, at)
  const rows = new Map<string, TrackedRow>()
  for (const { row } of entries) {
    if (row === undefined || !listed.some(({ name }) => name === row.type)) continue
    if (!rows.has(row.id) && (await sight.sees(row))) rows.set(row.id, await tracked(tx, row.type, row.id))
  }
  const last = entries.at(-1)?.place
  const found = [...rows.values()]
  if (last === undefined || entries.length < most) return { rows: found, deltatoken: atNumber(newest) }
  return { rows: found, skiptoken: `c.${last}` }
}

export async function delta(
  context: ReadContext,
  at: Located,
  args: Readonly<Record<string, string>>,
): Promise<PageOfRows> {
  const record = recordIn(context)
  const most = Math.min(Number(args['$top'] ?? usualPage), mostRows)
  const [option, token] = Object.entries(args).find(([name]) => name.endsWith('token')) ?? []
  // As in Graph: nothing but the link by which changes from now on are asked for (protocol.md §1.15).
  if (option === '$deltatoken' && token === 'latest')
    return { rows: [], deltatoken: atNumber((await record.reach(context.tx)).newest) }
  if (token === undefined) {
    const { newest } = await record.reach(context.tx)
    return listingPage(context, record, at, [newest, 0, ''], most)
  }
  const inListing = listingForm.exec(token)
  if (inListing !== null)
    return listingPage(context, record, at, [Number(inListing[1]), Number(inListing[2]), inListing[3] ?? ''], most)
  const inRecord = recordForm.exec(token)
  if (inRecord === null) throw invalid(`The token of '${option}' is not one of this function.`, option)
  return changesPage(context, record, at, inRecord[1] ?? '', most)
}
