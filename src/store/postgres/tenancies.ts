/** The numbers that stand for tenants inside rows and keys. */
import { StoreError } from '#base/errors.ts'
import type { Tenant } from '#edm/ports.ts'
import type { RawRow } from '../driver.ts'
import { textOf } from '../session.ts'
import { type Asked, ask } from './connection.ts'

export interface Tenancies {
  /** Throws `precondition` (`tenant`) for one that was never added. */
  need(tenantId: string): number | Promise<number>
  list(): Promise<readonly Tenant[]>
  /** Throws `conflict` (`unique`) when it is there. */
  add(tenantId: string): Promise<void>
}

const one = textOf('select "no" from "tenancy" where "id" = ?')
const all = textOf('select "id" from "tenancy" order by "no"')
// Two processes that add at once must not take one number.
const add = textOf(
  `with locked as materialized (select pg_advisory_xact_lock(hashtext('relata tenancy'), hashtext(current_schema())))
  insert into "tenancy" ("no", "id") select (select coalesce(max("no"), 0) + 1 from "tenancy"), ? from locked`,
)

/** `writer` is asked for numbers, too: one that reads may be behind. */
export const tenanciesOf = (reader: Asked, writer: Asked): Tenancies => {
  const numbers = new Map<string, number>()
  const find = async (tenantId: string): Promise<number> => {
    const row = (await ask(writer, { ask: 'get', text: one, values: [tenantId] })) as RawRow | undefined
    const no = row?.[0]
    if (typeof no !== 'number') throw new StoreError('precondition', 'tenant')
    numbers.set(tenantId, no)
    return no
  }
  return {
    need: (tenantId) => numbers.get(tenantId) ?? find(tenantId),
    list: async () =>
      ((await ask(reader, { ask: 'all', text: all, values: [] })) as RawRow[]).map(([id]) => ({ id: id as string })),
    add: async (tenantId) => {
      await ask(writer, { ask: 'run', text: add, values: [tenantId] })
    },
  }
}
