/** Reading from a database, however it is asked. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { type Ask, countOf, pageOf, type TextPage, type walker } from '../query/prepared.ts'
import type { RowAccess } from '../rows/rows.ts'

/** Makes the statements of a store's transactions. */
export interface StatementFactory {
  /** By the qualified name of a type. */
  readonly rows: (qualified: string) => RowAccess
  readonly walk: ReturnType<typeof walker>
  readonly textPage: TextPage
}

/** Methods of a transaction that read; `before` is awaited first where it gives a promise. */
export function readTxOn(
  ask: Ask,
  tenantNo: number,
  { rows, walk, textPage }: StatementFactory,
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
    walk: async (closure, bind) => {
      if (before() !== undefined) await ready()
      return ask(walk(tenantNo, closure, bind))
    },
    page: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return ask(pageOf(tenantNo, prepared, bind))
    },
    text: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return textPage(ask, tenantNo, prepared, bind)
    },
    count: async (prepared, bind) => {
      if (before() !== undefined) await ready()
      return ask(countOf(tenantNo, prepared, bind))
    },
  }
}
