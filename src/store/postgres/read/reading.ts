/** Reading from PostgreSQL: from the primary, or from a replica that has what this process knows to be written. */
import { StoreError } from '#base/errors.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import { knownRows } from '../../query/known-rows.ts'
import { readTxOn, type StatementFactory } from '../../write/read-tx.ts'
import type { Queryable } from '../connection.ts'
import type { PostgresTenancies } from '../tenancies.ts'
import { batchingOn } from './batching.ts'
import type { Replica } from './replica.ts'

interface ReadingFacts {
  readonly primary: Queryable
  readonly replica: Replica | undefined
  readonly tenancies: PostgresTenancies
  readonly statements: StatementFactory
  readonly isClosed: () => boolean
}

/** The read transactions of one server, made once for each tenant. */
function serverOn(server: Queryable, { tenancies, statements }: ReadingFacts) {
  const transactions = new Map<string, ReadTx>()
  const ask = batchingOn(server)
  return {
    ask,
    read: async (tenantId: string): Promise<ReadTx> => {
      const known = transactions.get(tenantId)
      if (known !== undefined) return known
      const tenantNo = await tenancies.need(tenantId)
      const made = readTxOn(ask, tenantNo, statements, () => undefined)
      transactions.set(tenantId, made)
      return made
    },
  }
}

export function readingOn(facts: ReadingFacts): Pick<Store, 'read' | 'peek' | 'rowBelow'> {
  const { primary, replica, tenancies, isClosed } = facts
  const onPrimary = serverOn(primary, facts)
  const onReplica = replica && serverOn(replica.reader, facts)
  const near = (tenantId: string): typeof onPrimary =>
    onReplica !== undefined && replica?.has(tenantId) === true ? onReplica : onPrimary
  const below = knownRows()
  const checkOpen = (): void => {
    if (isClosed()) throw new StoreError('unavailable', 'closed')
  }
  return {
    read: async (tenantId, work) => {
      checkOpen()
      return work(await near(tenantId).read(tenantId))
    },
    peek: () => undefined,
    rowBelow: async (tenantId, above, last) => {
      const find = below(await tenancies.need(tenantId), above, last)
      return async (id) => {
        checkOpen()
        return near(tenantId).ask(find(id))
      }
    },
  }
}
