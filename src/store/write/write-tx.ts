/** The transaction of one write. Several of them may share a database transaction. */
import type { Answer } from '#base/answer.ts'
import { invariant } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, DraftOf, KeysOf, PatchOf, RowOf } from '#edm/infer.ts'
import type { Bind, Prepared, QueryKind, ResultOf, Tx, TxPipeline } from '#edm/ports.ts'
import type { BindValue, Closure } from '#edm/query.ts'
import type { WordHit, WordSearch } from '#edm/row-query.ts'
import type { Ask } from '../query/run.ts'
import type { Statement } from '../rows/statement.ts'
import { keyOf, keyOfAll } from './found-lists.ts'
import type { StatementFactory } from './read-tx.ts'
import type { RowCache } from './row-cache.ts'

/** What all writes of a tenant have in common. */
export interface WriteFacts {
  readonly tenantNo: number
  readonly statements: StatementFactory
  /** Names of the types in the same table as a type. */
  readonly family: (name: string) => readonly string[]
  /** The number of another tenant. Throws `precondition` (`tenant`) if there is none. */
  readonly numberOf: (tenantId: string) => Answer<number>
}

/** The connection of one write to its database, inside the transaction that it shares. */
export interface WriteConnection {
  /** Rows read in this transaction, perhaps also in earlier ones. */
  readonly cache: RowCache
  /** Whether writes read ahead. Otherwise lists that are seldom read twice are not kept: that would only cost. */
  readonly readsAhead: boolean
  ask<T>(statement: Statement<T>): Answer<T>
  /** Called before a write changes anything. Throws where it is only to read. */
  beforeChange(): void
  /** Runs statements one after another. Need not wait for their answers. */
  send(statements: readonly Statement<void>[]): Answer<void>
  /** Called when rows of the type are inserted, updated or removed; not when amounts are added. */
  wrote(type: EntityType): void
  /** Called when a row of the type is added to another tenant. */
  wroteIn(tenantNo: number, type: EntityType): void
  /** Waits until everything sent is answered. Throws what the database refused. */
  flush(): Promise<void>
  /** Lets the database undo this write alone if it fails. */
  savepoint(): void
  /** Called when the write has succeeded. Throws what the database refused, if that is known already. */
  end(): Answer<void>
  /** Called when the write has failed. Throws an earlier failure of the database, if there is one: it is the cause. */
  abandon(): Answer<void>
}

/** A class, because each write creates one: methods of a class are created once. */
class WriteTx implements Tx, TxPipeline {
  private readonly facts: WriteFacts
  private readonly connection: WriteConnection
  private isOver = false
  hasWritten = false

  constructor(facts: WriteFacts, connection: WriteConnection) {
    this.facts = facts
    this.connection = connection
  }

  /** From now on every call throws. */
  end(): void {
    this.isOver = true
  }

  private openToChange(): WriteConnection {
    const connection = this.open()
    connection.beforeChange()
    return connection
  }

  private open(): WriteConnection {
    invariant(!this.isOver, 'a transaction is used after its end')
    return this.connection
  }

  private send(statements: readonly Statement<void>[]): Answer<void> {
    this.hasWritten = true
    return this.open().send(statements)
  }

  private rowsOf(type: EntityType) {
    return this.facts.statements.rows(type.name)
  }

  /** `keys`: those that are changed; undefined: all of them. */
  private wrote(type: EntityType, id: string, keys?: object): void {
    const connection = this.open()
    for (const name of this.facts.family(type.name)) connection.cache.rowChanged(name, id, keys)
    connection.wrote(type)
  }

  async get<E extends EntityType>(type: E, id: string): Promise<RowOf<E> | undefined> {
    const connection = this.open()
    const ask = () => connection.ask(this.rowsOf(type).get(this.facts.tenantNo, id)) as Answer<RowOf<E> | undefined>
    return connection.cache.row(type.name, id, ask)
  }

  async find<E extends EntityType>(
    type: E,
    where: KeysOf<E> | readonly KeysOf<E>[],
    limit?: number,
  ): Promise<RowOf<E>[]> {
    const connection = this.open()
    const isMany = Array.isArray(where)
    const alternatives = (isMany ? where : [where]) as readonly KeysOf<E>[]
    if (alternatives.length === 0) return []
    const rows = this.rowsOf(type)
    const ask = () => connection.ask(rows.find(this.facts.tenantNo, where, limit)) as Answer<RowOf<E>[]>
    if (isMany && !connection.readsAhead) return ask()
    const by = { alternatives, comparable: rows.comparable, gives: 'rows' } as const
    return connection.cache.list(type.name, keyOfAll(`${limit}`, alternatives), by, ask)
  }

  async has<E extends EntityType>(type: E, where: KeysOf<E>): Promise<boolean> {
    const connection = this.open()
    const rows = this.rowsOf(type)
    const ask = () => connection.ask(rows.has(this.facts.tenantNo, where))
    const by = { alternatives: [where], comparable: rows.comparable, gives: 'ids' } as const
    return connection.cache.has(type.name, keyOf('?', where), by, ask)
  }

  async findByElement<E extends EntityType>(
    type: E,
    prop: string,
    anyOf: readonly Readonly<Record<string, BindValue>>[],
    limit?: number,
  ): Promise<string[]> {
    const connection = this.open()
    if (anyOf.length === 0) return []
    const rows = this.rowsOf(type)
    const ask = () => connection.ask(rows.findByElement(this.facts.tenantNo, prop, anyOf, limit))
    if (!connection.readsAhead) return ask()
    const by = { prop, alternatives: anyOf, comparable: rows.comparableIn(prop), gives: 'ids' } as const
    return connection.cache.list(type.name, keyOfAll(`${prop} ${limit}`, anyOf), by, ask)
  }

  async countEach<E extends EntityType>(
    type: E,
    where: KeysOf<E>,
    key: string,
    values: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    return this.open().ask(this.rowsOf(type).countEach(this.facts.tenantNo, where, key, values))
  }

  async findByWord<E extends EntityType>(type: E, prop: string, search: WordSearch): Promise<WordHit[]> {
    return this.open().ask(this.rowsOf(type).findByWord(this.facts.tenantNo, prop, search))
  }

  async query<Q extends Prepared<QueryKind> | Closure>(query: Q, bind: Bind): Promise<ResultOf<Q>> {
    const connection = this.open()
    const ask: Ask = (statement) => connection.ask(statement)
    return this.facts.statements.query(ask, this.facts.tenantNo, query, bind) as Answer<never>
  }

  private async insertIn<E extends EntityType>(tenantId: string, type: E, draft: DraftOf<E>): Promise<RowOf<E>> {
    const connection = this.openToChange()
    const tenantNo = await this.facts.numberOf(tenantId)
    const { row, statements } = this.rowsOf(type).insert(tenantNo, draft)
    connection.wroteIn(tenantNo, type)
    await this.send(statements)
    return row as RowOf<E>
  }

  async insert<E extends EntityType>(type: E, draft: DraftOf<E>, tenantId?: string): Promise<RowOf<E>> {
    if (tenantId !== undefined) return this.insertIn(tenantId, type, draft)
    const { facts } = this
    const connection = this.openToChange()
    const { row, statements } = this.rowsOf(type).insert(facts.tenantNo, draft)
    for (const name of facts.family(type.name)) connection.cache.rowAdded(name, row.id, row)
    connection.wrote(type)
    await this.send(statements)
    return row as RowOf<E>
  }

  async update<E extends EntityType>(type: E, id: string, patch: PatchOf<E>): Promise<void> {
    const rows = this.rowsOf(type)
    const before = rows.needsBefore(patch) ? await this.get(type, id) : undefined
    this.openToChange()
    const statements = rows.update(this.facts.tenantNo, id, patch, before as AnyRow | undefined)
    // Of a type with a tag, that changes as well.
    this.wrote(type, id, type.tag === undefined ? patch : undefined)
    return this.send(statements)
  }

  async add<E extends EntityType>(
    type: E,
    id: string,
    amounts: Partial<Record<keyof RowOf<E>, number>>,
  ): Promise<void> {
    const { facts } = this
    const connection = this.openToChange()
    const family = facts.family(type.name)
    if (type.tag === undefined && family.length === 1) connection.cache.amountsAdded(type.name, id, amounts)
    else for (const name of family) connection.cache.rowChanged(name, id)
    return this.send(this.rowsOf(type).add(facts.tenantNo, id, amounts))
  }

  async remove<E extends EntityType>(type: E, id: string): Promise<void> {
    const rows = this.rowsOf(type)
    const before = rows.needsBefore() ? await this.get(type, id) : undefined
    this.openToChange()
    this.wrote(type, id)
    return this.send(rows.remove(this.facts.tenantNo, id, before as AnyRow | undefined))
  }

  get pipeline(): TxPipeline {
    return this
  }

  flush(): Promise<void> {
    return this.connection.flush()
  }

  savepoint(): void {
    if (!this.hasWritten) this.connection.savepoint()
  }
}

/** Runs the work of one write. */
export async function inWriteTx<T>(
  facts: WriteFacts,
  connection: WriteConnection,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const tx = new WriteTx(facts, connection)
  try {
    const value = await work(tx)
    tx.end()
    await connection.end()
    return value
  } catch (error) {
    // Ended first: what still runs in parallel in the failed work must not fill the cache with rows that are undone.
    tx.end()
    if (tx.hasWritten) connection.cache.clear()
    // In a transaction that has failed, the error of the write is only a consequence.
    await connection.abandon()
    throw error
  }
}
