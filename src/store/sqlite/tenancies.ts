/** The numbers that stand for tenants inside rows and indexes. */
import { StoreError } from '#base/errors.ts'
import type { Tenant } from '#edm/ports.ts'
import { textOf } from '../rows/statement.ts'
import type { SqliteSession } from './session.ts'

export interface SqliteTenancies {
  /** Throws `precondition` (`tenant`) for one that was never added. */
  need(tenantId: string): number
  list(): readonly Tenant[]
  /** Throws `conflict` (`unique`) when it is there. */
  add(tenantId: string): void
}

export function tenanciesOf(reader: SqliteSession, writer: SqliteSession): SqliteTenancies {
  const all = textOf('select "id" from "tenancy" order by "no"')
  const one = textOf('select "no" from "tenancy" where "id" = ?')
  const add = textOf(
    'insert into "tenancy" ("no", "id") values ((select coalesce(max("no"), 0) + 1 from "tenancy"), ?)',
  )
  const numbers = new Map<string, number>()
  return {
    // Asked of the database when not known: another process may have added it.
    need: (tenantId) => {
      const known = numbers.get(tenantId)
      if (known !== undefined) return known
      const no = reader.get(one, [tenantId])?.[0]
      if (typeof no !== 'number') throw new StoreError('precondition', 'tenant')
      numbers.set(tenantId, no)
      return no
    },
    list: () => reader.all(all, []).map(([id]) => ({ id: id as string })),
    add: (tenantId) => {
      writer.run(add, [tenantId])
    },
  }
}
