/** Tenant ids and the numbers that represent them in rows and indexes. */
import { noTenant } from '#base/errors.ts'
import type { Tenant } from '#edm/ports.ts'
import { all, get, run, textOf } from '../rows/statement.ts'
import { tenancyTexts } from '../rows/tenant-removal.ts'
import { ask } from './connect/connection.ts'
import type { Pool } from './connect/pool.ts'

export interface PostgresTenancies {
  /** The number of a tenant. Throws `precondition` (`tenant`) if there is no such tenant. */
  need(tenantId: string): number | Promise<number>
  /** The id of a tenant that `need` was called for before. */
  idOf(tenantNo: number): string
  list(): Promise<readonly Tenant[]>
  /** Throws `conflict` (`unique`) if the tenant exists. */
  add(tenantId: string): Promise<void>
  /** The tenant was removed; undefined: any of them may have been. */
  forget(tenantId: string | undefined): void
}

const texts = tenancyTexts()
// The advisory lock keeps two processes from taking the same number.
const add = textOf(
  `with locked as materialized (select pg_advisory_xact_lock(hashtext('relata tenancy'), hashtext(current_schema())))
  insert into "tenancy" ("no", "id") select (select coalesce(max("no"), 0) + 1 from "tenancy"), ? from locked`,
)

/** `writer`: connections to the primary, since a standby may be behind. */
export function tenanciesOf(writer: Pick<Pool, 'query' | 'once'>): PostgresTenancies {
  const numbers = new Map<string, number>()
  const ids = new Map<number, string>()
  const find = async (tenantId: string): Promise<number> => {
    const no = (await ask(writer, get(texts.numberOf, [tenantId])))?.[0]
    if (typeof no !== 'number') throw noTenant(tenantId)
    numbers.set(tenantId, no)
    ids.set(no, tenantId)
    return no
  }
  return {
    need: (tenantId) => numbers.get(tenantId) ?? find(tenantId),
    idOf: (tenantNo) => ids.get(tenantNo) ?? '',
    list: async () => (await ask(writer, all(texts.ids, []))).map(([id]) => ({ id: id as string })),
    add: async (tenantId) => {
      await ask(writer.once, run(add, [tenantId]))
    },
    forget: (tenantId) => {
      if (tenantId === undefined) numbers.clear()
      else numbers.delete(tenantId)
    },
  }
}
