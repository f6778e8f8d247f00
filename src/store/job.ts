/** The write transaction of one job, of several that may share one of the database. */
import { invariant } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, CoreOf, DraftOf, KeysOf, PatchOf, RowOf } from '#edm/infer.ts'
import type { Bind, PageRow, PageText, Prepared, ReadTx, Tx } from '#edm/ports.ts'
import type { BindValue, Closure, ClosureState } from '#edm/query.ts'
import { forgetLists, forgetRow, keyOf, type Memory, rememberSum } from './memory.ts'
import { countOf, pageOf } from './prepared.ts'
import type { Steps } from './steps.ts'
import type { Sums } from './sums.ts'
import type { Access, Take } from './transactions.ts'

type Amounts = Readonly<Record<string, number>>

/** What is the same for all jobs of a tenant. */
export interface JobFacts {
  readonly tenantNo: number
  readonly access: Access
  /** Names of the types whose rows a type shows or has. */
  readonly family: (name: string) => readonly string[]
  /** Rows of the type are made, changed or removed; amounts that are added do not count. */
  readonly touched: (type: EntityType) => void
}

/** The transaction it is in, and how it asks there. */
export interface JobLine {
  /** Of all jobs of the database's transaction, perhaps of those before it. */
  readonly memory: Memory
  /** What is added in the transaction, and how a job says that it left something; undefined: it is written at once. */
  readonly late: { readonly sums: Sums; readonly touch: () => void } | undefined
  /** Waits for what is answered. */
  readonly take: Take
  /** Need not wait for what writes answer: nothing follows from it. */
  readonly takeAhead: Take
  /** Whether answers are waited for. */
  readonly isFar: boolean
  readonly confirm: () => Promise<void>
  readonly protect: () => void
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

  private async ask<T>(steps: Steps<T>): Promise<T> {
    invariant(!this.isOver, 'a transaction is used after its end')
    return this.line.take(steps)
  }

  private async askOnce<T>(steps: Steps<T>): Promise<T> {
    invariant(!this.isOver, 'a transaction is used after its end')
    const taken = this.line.take(steps)
    const answer = taken instanceof Promise ? await taken : taken
    this.line.memory.held += Array.isArray(answer) ? answer.length + 1 : 1
    return answer
  }

  private async send<T>(steps: Steps<T>): Promise<T> {
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

  private once<T>(known: Map<string, Promise<unknown>>, key: string, steps: () => Steps<unknown>): Promise<T> {
    const found = this.isOver ? undefined : (known.get(key) as Promise<T> | undefined)
    if (found !== undefined) return found
    const asked = this.askOnce(steps()) as Promise<T>
    known.set(key, asked)
    return asked
  }

  /** What was added to rows must be there before they are read; of no type: of any. */
  private settle(type?: EntityType, id?: string): void {
    const { late, take } = this.line
    if (late === undefined || late.sums.isEmpty) return
    const { sums } = late
    if (type === undefined || sums.has(type.name, id === undefined ? undefined : this.placeOf(id))) take(sums.written())
  }

  private placeOf(id: string): string {
    return `${this.facts.tenantNo} ${id}`
  }

  get<E extends EntityType>(type: E, id: string): Promise<RowOf<E> | undefined> {
    const { facts, line } = this
    return this.once(line.memory.of(type.name).rows, id, () => {
      this.settle(type, id)
      return this.rowsOf(type).get(facts.tenantNo, id)
    })
  }

  getCore<E extends EntityType>(type: E, id: string): Promise<CoreOf<E> | undefined> {
    const { facts, line } = this
    const { rows, cores } = line.memory.of(type.name)
    if (type.core === undefined || rows.has(id)) return this.get(type, id) as Promise<CoreOf<E> | undefined>
    return this.once(cores, id, () => {
      this.settle(type, id)
      return this.rowsOf(type).getCore(facts.tenantNo, id)
    })
  }

  find<E extends EntityType>(type: E, where: KeysOf<E> | readonly KeysOf<E>[], limit?: number): Promise<RowOf<E>[]> {
    const { facts, line } = this
    const steps = () => {
      this.settle(type)
      return this.rowsOf(type).find(facts.tenantNo, where, limit)
    }
    if (!line.isFar && Array.isArray(where)) return this.ask(steps()) as Promise<RowOf<E>[]>
    return this.once(line.memory.of(type.name).lists, keyOf(`${limit}`, where), steps)
  }

  has<E extends EntityType>(type: E, where: KeysOf<E>): Promise<boolean> {
    const { facts, line } = this
    const known = line.memory.of(type.name)
    const key = keyOf('?', where)
    const present = this.isOver ? undefined : known.present.get(key)
    if (present !== undefined) return present
    const { changes } = known
    const asked = this.once<boolean>(known.lists, key, () => {
      this.settle(type)
      return this.rowsOf(type).has(facts.tenantNo, where)
    })
    return asked.then((is) => {
      if (is && changes === known.changes) known.present.set(key, asked)
      return is
    })
  }

  findByElement<E extends EntityType>(
    type: E,
    prop: string,
    anyOf: readonly Readonly<Record<string, BindValue>>[],
    limit?: number,
  ): Promise<string[]> {
    const { facts, line } = this
    const steps = () => this.rowsOf(type).findByElement(facts.tenantNo, prop, anyOf, limit)
    // Hardly ever asked again where it was not asked ahead.
    return line.isFar
      ? this.once(line.memory.of(type.name).lists, keyOf(`${prop} ${limit}`, anyOf), steps)
      : this.ask(steps())
  }

  walk(closure: Closure, bind: Bind): Promise<ClosureState[]> {
    this.settle()
    return this.ask(this.facts.access.walk(this.facts.tenantNo, closure, bind))
  }

  page(prepared: Prepared, bind: Bind): Promise<PageRow[]> {
    this.settle()
    return this.ask(pageOf(this.facts.tenantNo, prepared, bind))
  }

  text(prepared: Prepared, bind: Bind): Promise<PageText> {
    this.settle()
    return this.ask(this.facts.access.textPage(this.facts.tenantNo, prepared, bind))
  }

  count(prepared: Prepared, bind: Bind): Promise<number> {
    this.settle()
    return this.ask(countOf(this.facts.tenantNo, prepared, bind))
  }

  insert<E extends EntityType>(type: E, draft: DraftOf<E>): Promise<RowOf<E>> {
    const { facts, line } = this
    for (const name of facts.family(type.name)) forgetLists(line.memory, name, (draft as { readonly id?: string }).id)
    facts.touched(type)
    return this.send(this.rowsOf(type).insert(facts.tenantNo, draft)) as Promise<never>
  }

  update<E extends EntityType>(type: E, id: string, patch: PatchOf<E>): Promise<void> {
    this.settle(type, id)
    this.wrote(type, id)
    this.facts.touched(type)
    return this.send(this.rowsOf(type).update(this.facts.tenantNo, id, patch))
  }

  add<E extends EntityType>(type: E, id: string, amounts: Partial<Record<keyof RowOf<E>, number>>): Promise<void> {
    const { facts, line } = this
    const before = line.memory.peek(type.name)?.rows.get(id) as Promise<AnyRow | undefined> | undefined
    this.wrote(type, id)
    const write = (sum: Amounts) => this.rowsOf(type).add(facts.tenantNo, id, sum)
    if (before === undefined || type.tag !== undefined || facts.family(type.name).length !== 1)
      return this.send(write(amounts as Amounts))
    rememberSum(line.memory.of(type.name), id, before, amounts, () => this.get(type, id))
    return this.addLater(type, id, before, amounts as Amounts, write)
  }

  private async addLater(
    type: EntityType,
    id: string,
    before: Promise<AnyRow | undefined>,
    amounts: Amounts,
    write: (sum: Amounts) => Steps<void>,
  ): Promise<void> {
    const { late } = this.line
    // Whether there is such a row is known now, and told now.
    if (late === undefined || (await before) === undefined) return this.send(write(amounts))
    invariant(!this.isOver, 'a transaction is used after its end')
    this.hasWritten = true
    late.touch()
    late.sums.add(type.name, this.placeOf(id), amounts, write)
  }

  remove<E extends EntityType>(type: E, id: string): Promise<void> {
    this.settle(type, id)
    this.wrote(type, id)
    this.facts.touched(type)
    return this.send(this.rowsOf(type).remove(this.facts.tenantNo, id))
  }

  ahead(ask: (tx: ReadTx) => readonly Promise<unknown>[]): Promise<unknown> | undefined {
    return this.line.isFar ? Promise.allSettled(ask(this)) : undefined
  }

  confirm(): Promise<void> {
    return this.line.confirm()
  }

  protect(): void {
    if (!this.hasWritten) this.line.protect()
  }
}
