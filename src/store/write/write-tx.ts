/** The write transaction of one job, of several that may share one of the database. */
import { type Answer, after } from '#base/answer.ts'
import { invariant } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, DraftOf, KeysOf, PatchOf, RowOf } from '#edm/infer.ts'
import type { Bind, PageRow, PageText, Prepared, ReadTx, Tx } from '#edm/ports.ts'
import type { BindValue, Closure, ClosureState } from '#edm/query.ts'
import { countOf, pageOf } from '../query/prepared.ts'
import type { Steps } from '../rows/statement.ts'
import type { Access } from './read-tx.ts'
import { forgetLists, forgetRow, keyOf, type Memory, rememberSum } from './row-cache.ts'

/** What is the same for all jobs of a tenant. */
export interface JobFacts {
  readonly tenantNo: number
  readonly access: Access
  /** Names of the types whose rows a type shows or has. */
  readonly family: (name: string) => readonly string[]
}

/** The transaction it is in, and how it asks there. */
export interface JobLine {
  /** Of all jobs of the database's transaction, perhaps of those before it. */
  readonly memory: Memory
  /** Whether answers are waited for. */
  readonly isFar: boolean
  /** Waits for what is answered. */
  take<T>(steps: Steps<T>): Answer<T>
  /** Need not wait for what writes answer: nothing follows from it. */
  takeAhead<T>(steps: Steps<T>): Answer<T>
  /** The job leaves something behind. */
  touch(): void
  /** Rows of the type are made, changed or removed; amounts that are added do not count. */
  wrote(type: EntityType): void
  confirm(): Promise<void>
  protect(): void
}

/** A class, as each write makes one: its methods are made once. */
export class Job implements Tx {
  private readonly facts: JobFacts
  private readonly line: JobLine
  private isOver = false
  private hasWritten = false

  constructor(facts: JobFacts, line: JobLine) {
    this.facts = facts
    this.line = line
  }

  /** Nothing can be asked of it from now on. */
  end(): void {
    this.isOver = true
  }

  private ask<T>(steps: Steps<T>): Answer<T> {
    invariant(!this.isOver, 'a transaction is used after its end')
    return this.line.take(steps)
  }

  private send<T>(steps: Steps<T>): Answer<T> {
    invariant(!this.isOver, 'a transaction is used after its end')
    this.hasWritten = true
    return this.line.takeAhead(steps)
  }

  private rowsOf(type: EntityType) {
    return this.facts.access.rows(type.name)
  }

  private wrote(type: EntityType, id: string): void {
    const { facts, line } = this
    for (const name of facts.family(type.name)) forgetRow(line.memory, name, id)
  }

  private once<T>(known: Map<string, unknown>, key: string, steps: () => Steps<unknown>): Answer<T> {
    const found = known.get(key) as Answer<T>
    if (!this.isOver && (found !== undefined || known.has(key))) return found
    const answer = this.ask(steps())
    this.line.memory.held += Array.isArray(answer) ? answer.length + 1 : 1
    known.set(key, answer)
    return answer as Answer<T>
  }

  get<E extends EntityType>(type: E, id: string): Answer<RowOf<E> | undefined> {
    const { facts, line } = this
    return this.once(line.memory.of(type.name).rows, id, () => this.rowsOf(type).get(facts.tenantNo, id))
  }

  find<E extends EntityType>(type: E, where: KeysOf<E> | readonly KeysOf<E>[], limit?: number): Answer<RowOf<E>[]> {
    const { facts, line } = this
    const steps = () => this.rowsOf(type).find(facts.tenantNo, where, limit)
    if (!line.isFar && Array.isArray(where)) return this.ask(steps()) as Answer<RowOf<E>[]>
    return this.once(line.memory.of(type.name).lists, keyOf(`${limit}`, where), steps)
  }

  has<E extends EntityType>(type: E, where: KeysOf<E>): Answer<boolean> {
    const { facts, line } = this
    const known = line.memory.of(type.name)
    const key = keyOf('?', where)
    if (!this.isOver && known.present.has(key)) return true
    const { changes } = known
    const asked = this.once<boolean>(known.lists, key, () => this.rowsOf(type).has(facts.tenantNo, where))
    return after(asked, (is) => {
      if (is && changes === known.changes) known.present.add(key)
      return is
    })
  }

  findByElement<E extends EntityType>(
    type: E,
    prop: string,
    anyOf: readonly Readonly<Record<string, BindValue>>[],
    limit?: number,
  ): Answer<string[]> {
    const { facts, line } = this
    const steps = () => this.rowsOf(type).findByElement(facts.tenantNo, prop, anyOf, limit)
    // Hardly ever asked again where it was not asked ahead.
    return line.isFar
      ? this.once(line.memory.of(type.name).lists, keyOf(`${prop} ${limit}`, anyOf), steps)
      : this.ask(steps())
  }

  async walk(closure: Closure, bind: Bind): Promise<ClosureState[]> {
    return this.ask(this.facts.access.walk(this.facts.tenantNo, closure, bind))
  }

  async page(prepared: Prepared, bind: Bind): Promise<PageRow[]> {
    return this.ask(pageOf(this.facts.tenantNo, prepared, bind))
  }

  async text(prepared: Prepared, bind: Bind): Promise<PageText> {
    return this.ask(this.facts.access.textPage(this.facts.tenantNo, prepared, bind))
  }

  async count(prepared: Prepared, bind: Bind): Promise<number> {
    return this.ask(countOf(this.facts.tenantNo, prepared, bind))
  }

  insert<E extends EntityType>(type: E, draft: DraftOf<E>): Answer<RowOf<E>> {
    const { facts, line } = this
    for (const name of facts.family(type.name)) forgetLists(line.memory, name, (draft as { readonly id?: string }).id)
    line.wrote(type)
    return this.send(this.rowsOf(type).insert(facts.tenantNo, draft)) as Answer<never>
  }

  update<E extends EntityType>(type: E, id: string, patch: PatchOf<E>): Answer<void> {
    this.wrote(type, id)
    this.line.wrote(type)
    return this.send(this.rowsOf(type).update(this.facts.tenantNo, id, patch))
  }

  add<E extends EntityType>(type: E, id: string, amounts: Partial<Record<keyof RowOf<E>, number>>): Answer<void> {
    const { facts, line } = this
    const before = line.memory.peek(type.name)?.rows.get(id) as Answer<AnyRow | undefined>
    this.wrote(type, id)
    if (before !== undefined && type.tag === undefined && facts.family(type.name).length === 1)
      rememberSum(line.memory.of(type.name), id, before, amounts, async () => this.get(type, id))
    return this.send(this.rowsOf(type).add(facts.tenantNo, id, amounts))
  }

  remove<E extends EntityType>(type: E, id: string): Answer<void> {
    this.wrote(type, id)
    this.line.wrote(type)
    return this.send(this.rowsOf(type).remove(this.facts.tenantNo, id))
  }

  ahead(ask: (tx: ReadTx) => readonly unknown[]): Promise<unknown> | undefined {
    return this.line.isFar ? Promise.allSettled(ask(this)) : undefined
  }

  confirm(): Promise<void> {
    return this.line.confirm()
  }

  protect(): void {
    if (!this.hasWritten) this.line.protect()
  }
}
