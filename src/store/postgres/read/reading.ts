/**
 * Reads from PostgreSQL. A tenant is read from the standby if there is one and it has replayed all writes to the tenant that
 * this process knows of, and from the primary otherwise.
 */
import { StoreError } from '#base/errors.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import { knownRows } from '../../query/known-rows.ts'
import { readTxOn, type StatementFactory } from '../../write/read-tx.ts'
import type { Queryable } from '../connection.ts'
import type { PostgresTenancies } from '../tenancies.ts'
import { batchingOn } from './batching.ts'
import type { Standby } from './standby.ts'

interface ReadingFacts {
  readonly primary: Queryable
  readonly standby: Standby | undefined
  readonly tenancies: PostgresTenancies
  readonly statements: StatementFactory
  readonly isClosed: () => boolean
}

/** The read transactions on one server, created once for each tenant. */
function serverOn(server: Queryable, { tenancies, statements }: ReadingFacts) {
  const transactions = new Map<number, ReadTx>()
  const ask = batchingOn(server)
  return {
    ask,
    read: async (tenantId: string): Promise<ReadTx> => {
      const number = tenancies.need(tenantId)
      const tenantNo = typeof number === 'number' ? number : await number
      const known = transactions.get(tenantNo)
      if (known !== undefined) return known
      const made = readTxOn(ask, tenantNo, statements, () => undefined)
      transactions.set(tenantNo, made)
      return made
    },
  }
}

export function readingOn(facts: ReadingFacts): Pick<Store, 'read' | 'peek' | 'rowBelow'> {
  const { primary, standby, tenancies, isClosed } = facts
  const onPrimary = serverOn(primary, facts)
  const onStandby = standby && serverOn(standby.reader, facts)
  const serverFor = (tenantId: string): typeof onPrimary =>
    onStandby !== undefined && standby?.isCurrent(tenantId) === true ? onStandby : onPrimary
  const below = knownRows()
  const checkOpen = (): void => {
    if (isClosed()) throw new StoreError('unavailable', 'closed')
  }
  return {
    read: async (tenantId, work) => {
      checkOpen()
      return work(await serverFor(tenantId).read(tenantId))
    },
    peek: () => undefined,
    rowBelow: async (tenantId, above, last) => {
      const find = below(await tenancies.need(tenantId), above, last)
      return async (id) => {
        checkOpen()
        return serverFor(tenantId).ask(find(id))
      }
    },
  }
}
