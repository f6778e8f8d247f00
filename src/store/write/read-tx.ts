/** Read transactions, for both synchronous and asynchronous databases. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import type { Ask, QueryRunner } from '../query/run.ts'
import type { RowAccess } from '../rows/rows.ts'

/** Creates the statements of a store's transactions. */
export interface StatementFactory {
  /** By the qualified name of a type. */
  readonly rows: (qualified: string) => RowAccess
  readonly query: QueryRunner
}

/** Before each read, `before` is called and awaited until it returns undefined. */
export function readTxOn(
  ask: Ask,
  tenantNo: number,
  { rows, query }: StatementFactory,
  before: () => Promise<void> | undefined,
): ReadTx {
  const ready = async (): Promise<void> => {
    for (let wait = before(); wait !== undefined; wait = before()) await wait
  }
  return {
    get: async <E extends EntityType>(type: E, id: string) => {
      if (before() !== undefined) await ready()
      return ask(rows(type.name).get(tenantNo, id)) as RowOf<E> | undefined
    },
    find: async (type, where, limit) => {
      if (before() !== undefined) await ready()
      if (Array.isArray(where) && where.length === 0) return []
      return ask(rows(type.name).find(tenantNo, where, limit)) as AnyRow[] as never
    },
    has: async (type, where) => {
      if (before() !== undefined) await ready()
      return ask(rows(type.name).has(tenantNo, where))
    },
    findByElement: async (type, prop, anyOf, limit) => {
      if (before() !== undefined) await ready()
      return anyOf.length === 0 ? [] : ask(rows(type.name).findByElement(tenantNo, prop, anyOf, limit))
    },
    countEach: async (type, where, key, values) => {
      if (before() !== undefined) await ready()
      return ask(rows(type.name).countEach(tenantNo, where, key, values))
    },
    findByWord: async (type, prop, search) => {
      if (before() !== undefined) await ready()
      return ask(rows(type.name).findByWord(tenantNo, prop, search))
    },
    query: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return query(ask, tenantNo, prepared, bind) as never
    },
  }
}
