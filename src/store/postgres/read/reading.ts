/**
 * Reads from PostgreSQL. A tenant is read from the standby if there is one and it has replayed all writes to the tenant that
 * this process knows of, and from the primary otherwise.
 */

import { checkTime, type Deadline } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import type { ReadTx, Store } from '#edm/ports.ts'
import { knownRows } from '../../query/known-rows.ts'
import { readTxOn, type StatementFactory } from '../../write/read-tx.ts'
import type { Endable } from '../connect/connection.ts'
import type { PostgresTenancies } from '../tenancies.ts'
import { batchingOn } from './batching.ts'
import type { Standby } from './standby.ts'
import { turnsOf } from './turns.ts'

interface ReadingFacts {
  readonly primary: Endable
  readonly standby: Standby | undefined
  readonly tenancies: PostgresTenancies
  readonly statements: StatementFactory
  /** How many costly statements run at once. */
  readonly costlyAtOnce: number
  readonly isClosed: () => boolean
}

/** The read transactions on one server, created once for each tenant. */
function serverOn(server: Endable, { tenancies, statements, costlyAtOnce }: ReadingFacts) {
  const transactions = new Map<number, ReadTx>()
  const ask = batchingOn(server, turnsOf(costlyAtOnce))
  return {
    ask,
    read: async (tenantId: string, deadline: Deadline | undefined): Promise<ReadTx> => {
      const number = tenancies.need(tenantId)
      const tenantNo = typeof number === 'number' ? number : await number
      if (deadline !== undefined)
        return readTxOn(
          (statement) => ask(tenantNo, statement, deadline),
          tenantNo,
          statements,
          () => undefined,
        )
      const known = transactions.get(tenantNo)
      if (known !== undefined) return known
      const made = readTxOn(
        (statement) => ask(tenantNo, statement),
        tenantNo,
        statements,
        () => undefined,
      )
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
    read: async (tenantId, work, deadline) => {
      checkOpen()
      checkTime(deadline)
      return work(await serverFor(tenantId).read(tenantId, deadline))
    },
    peek: () => undefined,
    rowBelow: async (tenantId, above, last) => {
      const tenantNo = await tenancies.need(tenantId)
      const find = below(tenantNo, above, last)
      return async (id, deadline) => {
        checkOpen()
        return serverFor(tenantId).ask(tenantNo, find(id), deadline)
      }
    },
  }
}
