/** The numbers that stand for tenants inside rows and keys. */
import { StoreError } from '#base/errors.ts'
import type { Tenant } from '#edm/ports.ts'
import { all, get, run, textOf } from '../rows/statement.ts'
import { ask, type Pool } from './connection.ts'

export interface PostgresTenancies {
  /** Throws `precondition` (`tenant`) for one that was never added. */
  need(tenantId: string): number | Promise<number>
  /** Of one that was needed before. */
  idOf(tenantNo: number): string
  list(): Promise<readonly Tenant[]>
  /** Throws `conflict` (`unique`) when it is there. */
  add(tenantId: string): Promise<void>
}

const one = textOf('select "no" from "tenancy" where "id" = ?')
const every = textOf('select "id" from "tenancy" order by "no"')
// Two processes that add at once must not take one number.
const add = textOf(
  `with locked as materialized (select pg_advisory_xact_lock(hashtext('relata tenancy'), hashtext(current_schema())))
  insert into "tenancy" ("no", "id") select (select coalesce(max("no"), 0) + 1 from "tenancy"), ? from locked`,
)

/** On the server that takes writes: another may be behind. */
export function tenanciesOf(writer: Pick<Pool, 'query' | 'once'>): PostgresTenancies {
  const numbers = new Map<string, number>()
  const ids = new Map<number, string>()
  const find = async (tenantId: string): Promise<number> => {
    const no = (await ask(writer, get(one, [tenantId])))?.[0]
    if (typeof no !== 'number') throw new StoreError('precondition', 'tenant')
    numbers.set(tenantId, no)
    ids.set(no, tenantId)
    return no
  }
  return {
    need: (tenantId) => numbers.get(tenantId) ?? find(tenantId),
    idOf: (tenantNo) => ids.get(tenantNo) ?? '',
    list: async () => (await ask(writer, all(every, []))).map(([id]) => ({ id: id as string })),
    add: async (tenantId) => {
      await ask(writer.once, run(add, [tenantId]))
    },
  }
}
