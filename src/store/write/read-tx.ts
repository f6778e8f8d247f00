/** Reading from a database, however it is asked. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { countOf, pageOf, type textPageOf, type walker } from '../query/prepared.ts'
import type { rowsOf } from '../rows/row-access.ts'
import type { Steps } from '../rows/statement.ts'

/** How steps are taken: at once, or one answer after another. */
export type Take = <T>(steps: Steps<T>) => T | Promise<T>

/** What every transaction of a store is made with. */
export interface Access {
  readonly rows: ReturnType<typeof rowsOf>
  readonly walk: ReturnType<typeof walker>
  readonly textPage: typeof textPageOf
}

/** Methods of a transaction that read; `before` is awaited first where it gives a promise. */
export function readTxOn(
  take: Take,
  tenantNo: number,
  { rows, walk, textPage }: Access,
  before: () => Promise<void> | undefined,
): ReadTx {
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
    has: async (type, where) => {
      if (before() !== undefined) await ready()
      return take(rows(type.name).has(tenantNo, where))
    },
    findByElement: async (type, prop, anyOf, limit) => {
      if (before() !== undefined) await ready()
      return take(rows(type.name).findByElement(tenantNo, prop, anyOf, limit))
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
