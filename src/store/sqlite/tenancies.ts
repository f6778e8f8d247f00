/** Tenant ids and the numbers that represent them in rows and indexes. */
import { StoreError } from '#base/errors.ts'
import type { Tenant } from '#edm/ports.ts'
import { textOf } from '../rows/statement.ts'
import type { SqliteSession } from './session.ts'

export interface SqliteTenancies {
  /** The number of a tenant. Throws `precondition` (`tenant`) if it was never added. */
  need(tenantId: string): number
  list(): readonly Tenant[]
  /** Throws `conflict` (`unique`) if the tenant exists. */
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
    // An unknown tenant is looked up in the database, because another process may have added it.
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
