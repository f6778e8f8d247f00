/** A write transaction that remembers which rows it changed, and what they were before. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { holderOf } from '#edm/model.ts'
import type { Tx } from '#edm/ports.ts'

export interface RecordedRow {
  /** The type whose table has the row. */
  readonly type: EntityType
  readonly id: string
  readonly action: 'create' | 'update' | 'delete'
  /** Of an update: the members that changed. Of a deletion: the whole row. Of a creation: empty. */
  readonly before: Readonly<Record<string, unknown>>
  /** Of an update: the members that changed. Of a creation: the whole row. Of a deletion: empty. */
  readonly after: Readonly<Record<string, unknown>>
  /** The row as it is now; of a deletion as it was. */
  readonly row: AnyRow
}

export interface Recorder {
  readonly tx: Tx
  /** What differs from the state at the beginning, in the order in which rows were first changed. */
  rows(): RecordedRow[]
}

interface Noted {
  readonly type: EntityType
  readonly id: string
  /** Undefined: it was not there. */
  readonly before: AnyRow | undefined
  after: AnyRow | undefined
}

function same(one: unknown, other: unknown): boolean {
  if (one === other) return true
  return typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other)
}

/** The members of both that differ. Derived ones alone are no change. */
function differences({ type }: Noted, before: AnyRow, after: AnyRow) {
  const changed = Object.keys(after).filter((key) => !same(before[key] ?? null, after[key] ?? null))
  const told = changed.filter((key) => type.derived?.includes(key) !== true)
  if (told.length === 0) return undefined
  const of = (row: AnyRow) => Object.fromEntries(told.map((key) => [key, row[key] ?? null]))
  return { before: of(before), after: of(after) }
}

function rowOf(noted: Noted): RecordedRow | undefined {
  const { type, id, before, after } = noted
  if (before === undefined)
    return after === undefined ? undefined : { type, id, action: 'create', before: {}, after, row: after }
  if (after === undefined) return { type, id, action: 'delete', before, after: {}, row: before }
  const changed = differences(noted, before, after)
  return changed === undefined ? undefined : { type, id, action: 'update', ...changed, row: after }
}

/**
 * `wants`: the types whose rows count. `beforeFirst` runs before the first write of one: what is read there need not wait
 * for writes that are on their way to the database.
 */
export function recorderOn(
  tx: Tx,
  wants: (type: EntityType) => boolean,
  beforeFirst: () => Promise<unknown> = async () => undefined,
): Recorder {
  let isFirst = true
  const noted = new Map<string, Noted>()
  const keyOf = (type: EntityType, id: string): string => `${type.name} ${id}`

  const begin = async (type: EntityType): Promise<boolean> => {
    const isWanted = wants(type)
    if (isWanted && isFirst) {
      isFirst = false
      await beforeFirst()
    }
    return isWanted
  }

  /** Remembers the row as it is, before the first change of it. */
  const keep = async (type: EntityType, id: string): Promise<Noted> => {
    const holder = holderOf(type)
    const key = keyOf(holder, id)
    const known = noted.get(key)
    if (known !== undefined) return known
    const row = (await tx.get(holder, id)) as AnyRow | undefined
    const before = row && { ...row }
    const made = { type: holder, id, before, after: before }
    noted.set(key, made)
    return made
  }

  return {
    tx: {
      get: (type, id) => tx.get(type, id),
      find: (type, where, limit) => tx.find(type, where, limit),
      has: (type, where) => tx.has(type, where),
      findByElement: (type, prop, anyOf, limit) => tx.findByElement(type, prop, anyOf, limit),
      countEach: (type, where, key, values) => tx.countEach(type, where, key, values),
      findByWord: (type, prop, search) => tx.findByWord(type, prop, search),
      query: (query, bind) => tx.query(query, bind),
      pipeline: tx.pipeline,
      async insert(type, draft, tenantId) {
        const isWanted = await begin(type)
        const row = await tx.insert(type, draft, tenantId)
        if (tenantId !== undefined || !isWanted) return row
        const holder = holderOf(type)
        const { id } = row as AnyRow
        const known = noted.get(keyOf(holder, id))
        if (known !== undefined) known.after = row as AnyRow
        else noted.set(keyOf(holder, id), { type: holder, id, before: undefined, after: row as AnyRow })
        return row
      },
      async update(type, id, patch) {
        if (!(await begin(type))) return tx.update(type, id, patch)
        const row = await keep(type, id)
        await tx.update(type, id, patch)
        if (row.after !== undefined) row.after = { ...row.after, ...(patch as object) }
      },
      // Amounts are derived: they count rows.
      async add(type, id, amounts) {
        await begin(type)
        await tx.add(type, id, amounts)
      },
      async remove(type, id) {
        if (!(await begin(type))) return tx.remove(type, id)
        const row = await keep(type, id)
        await tx.remove(type, id)
        row.after = undefined
      },
    },
    rows: () => [...noted.values()].flatMap((row) => rowOf(row) ?? []),
  }
}
