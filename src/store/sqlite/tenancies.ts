/** Tenant ids and the numbers that represent them in rows and indexes. */
import { noTenant } from '#base/errors.ts'
import type { Tenant } from '#edm/ports.ts'
import { textOf } from '../rows/statement.ts'
import { tenancyTexts } from '../rows/tenant-removal.ts'
import type { SqliteSession } from './session.ts'

export interface SqliteTenancies {
  /** The number of a tenant. Throws `precondition` (`tenant`) if there is no such tenant. */
  need(tenantId: string): number
  list(): readonly Tenant[]
  /** Throws `conflict` (`unique`) if the tenant exists. */
  add(tenantId: string): void
  /** Gives the row of a tenant another id, by which no tenant is found. */
  rename(tenantNo: number, id: string): void
  /** Another process may have removed tenants. */
  doubt(): void
}

/** `foreignWrites`: changes when another process has written; absent: there is no other. */
export function tenanciesOf(
  reader: SqliteSession,
  writer: SqliteSession,
  foreignWrites: () => number = () => 0,
): SqliteTenancies {
  const add = textOf(
    'insert into "tenancy" ("no", "id") values ((select coalesce(max("no"), 0) + 1 from "tenancy"), ?)',
  )
  const { ids, numberOf, rename } = tenancyTexts()
  const numbers = new Map<string, number>()
  let seen: number | undefined
  return {
    // An unknown tenant is looked up in the database, because another process may have added it.
    need: (tenantId) => {
      const now = foreignWrites()
      if (now !== seen) numbers.clear()
      seen = now
      const known = numbers.get(tenantId)
      if (known !== undefined) return known
      const no = reader.get(numberOf, [tenantId])?.[0]
      if (typeof no !== 'number') throw noTenant(tenantId)
      numbers.set(tenantId, no)
      return no
    },
    list: () => reader.all(ids, []).map(([id]) => ({ id: id as string })),
    add: (tenantId) => {
      writer.run(add, [tenantId])
    },
    rename: (tenantNo, id) => {
      writer.run(rename, [id, tenantNo])
      numbers.clear()
    },
    doubt: () => numbers.clear(),
  }
}
