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

/** Methods that write: each forgets what was remembered, and those that make or change rows say of which type. */
export const writesOn = (
  take: Take,
  tenantNo: number,
  { rows }: Access,
  forget: () => void,
  touched: (type: EntityType) => void,
): Omit<Tx, keyof ReadTx> => ({
  insert: async (type, draft) => {
    forget()
    touched(type)
    return take(rows(type.name).insert(tenantNo, draft)) as never
  },
  update: async (type, id, patch) => {
    forget()
    touched(type)
    return take(rows(type.name).update(tenantNo, id, patch))
  },
  add: async (type, id, amounts) => {
    forget()
    return take(rows(type.name).add(tenantNo, id, amounts))
  },
  remove: async (type, id) => {
    forget()
    touched(type)
    return take(rows(type.name).remove(tenantNo, id))
  },
})

/**
 * Rules ask for the same rows again and again; nobody else writes meanwhile, so until the transaction itself writes,
 * an answer stays true. Rows are shared, as all rows are only read.
 */
export const memoised = (tx: ReadTx): { tx: ReadTx; forget: () => void } => {
  const known = new Map<string, Promise<unknown>>()
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const found = known.get(key) as Promise<T> | undefined
    if (found !== undefined) return found
    const asked = ask()
    known.set(key, asked)
    return asked
  }
  return {
    tx: {
      ...tx,
      get: (type, id) => once(`${type.name} ${id}`, () => tx.get(type, id)),
      find: (type, where, limit) =>
        once(`${type.name} ${limit} ${JSON.stringify(where)}`, () => tx.find(type, where, limit)),
      findByElement: (type, prop, where) =>
        once(`${type.name} ${prop} ${JSON.stringify(where)}`, () => tx.findByElement(type, prop, where)),
    },
    forget: () => known.clear(),
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
