/** Transactions over a database, however it is asked: what they read and write, and what they remember meanwhile. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { ReadTx, Tx } from '#edm/ports.ts'
import { countOf, pageOf, type textPageOf, type walker } from './prepared.ts'
import type { rowsOf } from './rows.ts'
import type { Steps } from './steps.ts'

/** How steps are taken: at once, or one answer after another. */
export type Take = <T>(steps: Steps<T>) => T | Promise<T>

/**
 * A transaction in which a statement failed is lost, whatever its job does with the error: PostgreSQL answers nothing in
 * it any more, so SQLite's must not be used either. `check` throws what failed.
 */
export const losable = (take: Take): { take: Take; check: () => void } => {
  let failure: { readonly error: unknown } | undefined
  const fail = (error: unknown): never => {
    failure ??= { error }
    throw error
  }
  return {
    take: <T>(steps: Steps<T>) => {
      try {
        const taken = take(steps)
        return taken instanceof Promise ? taken.catch(fail) : taken
      } catch (error) {
        return fail(error)
      }
    },
    check: () => {
      if (failure !== undefined) throw failure.error
    },
  }
}

/** What every transaction of a store is made with. */
export interface Access {
  readonly rows: ReturnType<typeof rowsOf>
  readonly walk: ReturnType<typeof walker>
  readonly textPage: typeof textPageOf
}

/** Methods of a transaction that read; `before` is awaited first where it gives a promise. */
export const readTxOn = (
  take: Take,
  tenantNo: number,
  { rows, walk, textPage }: Access,
  before: () => Promise<void> | undefined,
): ReadTx => {
  const ready = async (): Promise<void> => {
    for (let wait = before(); wait !== undefined; wait = before()) await wait
  }
  return {
    get: async <E extends EntityType>(type: E, id: string) => {
      if (before() !== undefined) await ready()
      return take(rows(type.name).get(tenantNo, id)) as RowOf<E> | undefined
    },
    find: async (type, where, limit) => {
      if (before() !== undefined) await ready()
      return take(rows(type.name).find(tenantNo, where, limit)) as AnyRow[] as never
    },
    findByElement: async (type, prop, where) => {
      if (before() !== undefined) await ready()
      return take(rows(type.name).findByElement(tenantNo, prop, where))
    },
    walk: async (closure, bind) => {
      if (before() !== undefined) await ready()
      return take(walk(tenantNo, closure, bind))
    },
    page: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return take(pageOf(tenantNo, prepared, bind))
    },
    text: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return take(textPage(tenantNo, prepared, bind))
    },
    count: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return take(countOf(tenantNo, prepared, bind))
    },
  }
}

/** Methods that write. `take` need not wait for what a statement answers, as nothing follows from it. */
export const writesOn = (take: Take, tenantNo: number, { rows }: Access): Omit<Tx, keyof ReadTx | 'confirm'> => ({
  insert: async (type, draft) => take(rows(type.name).insert(tenantNo, draft)) as never,
  update: async (type, id, patch) => take(rows(type.name).update(tenantNo, id, patch)),
  add: async (type, id, amounts) => take(rows(type.name).add(tenantNo, id, amounts)),
  remove: async (type, id) => take(rows(type.name).remove(tenantNo, id)),
})

/** What was read of one type. */
interface Known {
  readonly rows: Map<string, Promise<unknown>>
  readonly lists: Map<string, Promise<unknown>>
}

/** Rows and lists of rows, by type. */
export type Memory = Map<string, Known>

const knownOf = (memory: Memory, name: string): Known => {
  const known = memory.get(name)
  if (known !== undefined) return known
  const made: Known = { rows: new Map(), lists: new Map() }
  memory.set(name, made)
  return made
}

const once = <T>(known: Map<string, Promise<unknown>>, key: string, ask: () => Promise<T>): Promise<T> => {
  const found = known.get(key) as Promise<T> | undefined
  if (found !== undefined) return found
  const asked = ask()
  known.set(key, asked)
  return asked
}

const isCounted = (row: AnyRow, amounts: object): boolean =>
  Object.keys(amounts).every((key) => typeof row[key] === 'number')

const sumOf = (row: AnyRow, amounts: Readonly<Record<string, unknown>>): AnyRow => {
  const sum: AnyRow = { ...row }
  for (const key in amounts) sum[key] = (row[key] as number) + Number(amounts[key] ?? 0)
  return sum
}

/** What a row will be when amounts are added to what is known of it. */
const remember = (
  { rows }: Known,
  id: string,
  before: Promise<AnyRow | undefined>,
  amounts: Readonly<Record<string, unknown>>,
  ask: () => Promise<unknown>,
): void => {
  const after = before.then((row) => {
    if (row !== undefined && isCounted(row, amounts)) return sumOf(row, amounts)
    rows.delete(id)
    return ask()
  })
  // Who asks for the row hears of a fault; where nobody does, the write itself tells.
  after.catch(() => undefined)
  rows.set(id, after)
}

export interface RememberingFacts {
  readonly reads: ReadTx
  readonly writes: Omit<Tx, keyof ReadTx | 'confirm'>
  readonly confirm: () => Promise<void>
  /** Of all jobs of a transaction; to be emptied when one of them is undone. */
  readonly memory: Memory
  readonly family: (name: string) => readonly string[]
  /** Then all is left to those who refuse it. */
  readonly isOver: () => boolean
  /** Rows of the type are made, changed or removed; amounts that are added do not count. */
  readonly touched: (type: EntityType) => void
}

/**
 * Rules ask for the same rows again and again, and so do the jobs that share a transaction. Nobody else writes meanwhile,
 * so an answer stays true until the transaction itself writes rows of that type. Rows are shared, as all are only read.
 */
export const remembering = ({ reads, writes, confirm, memory, family, isOver, touched }: RememberingFacts): Tx => {
  const wrote = (name: string, id: string | undefined): void => {
    for (const relative of family(name)) {
      const known = memory.get(relative)
      known?.lists.clear()
      if (id === undefined) known?.rows.clear()
      else known?.rows.delete(id)
    }
  }
  const list = <T>(type: EntityType, key: string, ask: () => Promise<T>): Promise<T> =>
    isOver() ? ask() : once(knownOf(memory, type.name).lists, key, ask)
  return {
    ...reads,
    confirm,
    get: (type, id) =>
      isOver() ? reads.get(type, id) : once(knownOf(memory, type.name).rows, id, () => reads.get(type, id)),
    find: (type, where, limit) => list(type, `${limit} ${JSON.stringify(where)}`, () => reads.find(type, where, limit)),
    findByElement: (type, prop, where) =>
      list(type, `${prop} ${JSON.stringify(where)}`, () => reads.findByElement(type, prop, where)),
    insert: (type, draft) => {
      wrote(type.name, (draft as { readonly id?: string }).id)
      touched(type)
      return writes.insert(type, draft)
    },
    update: (type, id, patch) => {
      wrote(type.name, id)
      touched(type)
      return writes.update(type, id, patch)
    },
    add: (type, id, amounts) => {
      const before = memory.get(type.name)?.rows.get(id) as Promise<AnyRow | undefined> | undefined
      wrote(type.name, id)
      // Many writes count in one row: its new amounts follow from what is known.
      if (before !== undefined && type.tag === undefined && family(type.name).length === 1)
        remember(knownOf(memory, type.name), id, before, amounts, () => reads.get(type, id))
      return writes.add(type, id, amounts)
    },
    remove: (type, id) => {
      wrote(type.name, id)
      touched(type)
      return writes.remove(type, id)
    },
  }
}

/** Keeps what is made of a value as long as the value lives. */
export const keptBy = <K extends object, V>(make: (key: K) => V): ((key: K) => V) => {
  const cache = new WeakMap<K, V>()
  return (key) => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const made = make(key)
    cache.set(key, made)
    return made
  }
}
