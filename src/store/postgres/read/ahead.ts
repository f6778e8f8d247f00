/**
 * Reads ahead for writes that wait for each other: each is run for its reads alone, up to the first change, beside the
 * others. Reads of the same form go out together, and their rows are in the transaction's cache when a write has its turn.
 * Nothing is decided by it: a write then runs as if nothing had been read, and asks again where a write before it has
 * changed what it would find.
 */
import { StoreError } from '#base/errors.ts'
import type { Tx } from '#edm/ports.ts'
import type { Statement } from '../../rows/statement.ts'
import { inWriteTx, type WriteConnection, type WriteFacts } from '../../write/write-tx.ts'
import type { Asked, Queryable } from '../connect/connection.ts'
import type { PostgresTransaction } from '../transaction.ts'
import { batchingOn } from './batching.ts'
import { turnsOf } from './turns.ts'

type Batching = ReturnType<typeof batchingOn>

/** One connection answers statements in the order in which they were sent. */
const costlyAtOnce = 1

const batchings = new WeakMap<PostgresTransaction, Batching>()

function batchingFor(transaction: PostgresTransaction): Batching {
  const known = batchings.get(transaction)
  if (known !== undefined) return known
  const client = transaction.client as Queryable
  const server = { query: (statement: Asked) => client.query(statement) }
  const made = batchingOn({ ...server, within: () => server }, turnsOf(costlyAtOnce))
  batchings.set(transaction, made)
  return made
}

function ignore(): void {
  // Nothing to do.
}

/** Thrown at the first change, by all: it needs no stack. Whoever catches errors of the database leaves it alone. */
const stopped = new StoreError('unavailable', 'ahead')

class AheadConnection implements WriteConnection {
  readonly cache: PostgresTransaction['cache']
  readonly readsAhead = true
  private readonly tenantNo: number
  private readonly batching: Batching
  private readonly asked: Promise<unknown>[] = []

  constructor(transaction: PostgresTransaction, tenantNo: number) {
    this.cache = transaction.cache
    this.tenantNo = tenantNo
    this.batching = batchingFor(transaction)
  }

  ask<T>(statement: Statement<T>): Promise<T> {
    const answer = this.batching(this.tenantNo, statement)
    this.asked.push(answer)
    // `settle` tells of it.
    answer.catch(ignore)
    return answer
  }

  beforeChange(): void {
    throw stopped
  }

  send(): void {
    throw stopped
  }

  savepoint(): void {
    throw stopped
  }

  wrote(): void {
    // Nothing is written.
  }

  wroteIn(): void {
    // Nothing is written.
  }

  async flush(): Promise<void> {
    // Nothing is sent.
  }

  end(): void {
    // Nothing is left.
  }

  abandon(): void {
    // Nothing is left.
  }

  /** Resolves when everything is answered. Throws the first failure: PostgreSQL refuses what follows it. */
  async settle(): Promise<void> {
    // Parallel parts of the work may go on for a moment.
    for (let at = 0; at < this.asked.length; at += 1) await this.asked[at]
  }
}

/** Resolves when the work has read what it can. Throws what the database refused. */
export async function readAhead(
  facts: WriteFacts,
  transaction: PostgresTransaction,
  work: (tx: Tx) => Promise<unknown>,
): Promise<void> {
  // What was written before has to be seen.
  transaction.pipeline.mark()
  const connection = new AheadConnection(transaction, facts.tenantNo)
  await inWriteTx(facts, connection, work).catch(ignore)
  await connection.settle()
}
