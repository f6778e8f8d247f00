/** The rules for faults of one world, in their order: added, changed, removed, and asked for each request. */
import type { Clock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { answersIn, type FaultedRequest, LiveRule, millisOf, type RuleTime } from './live-rule.ts'
import type { PathSegments } from './path-glob.ts'
import type { RuleNames, RuleReader } from './read-rules.ts'
import type { FaultWish, ShownFault } from './rule.ts'
import { mostRules } from './rule-schema.ts'

/** What is to happen to one request. */
export interface FaultPlan {
  /** Rules that are applied before the request is carried out. */
  readonly before: readonly LiveRule[]
  /** Rules that its answer decides about. */
  readonly later: readonly LiveRule[]
}

export interface FaultRulesFacts {
  readonly clock: Clock
  readonly reader: RuleReader
  readonly names: Pick<RuleNames, 'tenantId'>
}

/** Rows and collections that are remembered at most; the oldest are forgotten. */
const mostRemembered = 10_000

function isLater({ rule: { after, what } }: LiveRule): boolean {
  return after !== undefined || what.emptyList === true || what.listLag !== undefined
}

function keyOf(path: PathSegments): string {
  return path.join('/')
}

/** Instants by name, of the last so many. */
class Remembered {
  readonly #all = new Map<string, number>()

  note(name: string, at: number): void {
    this.#all.delete(name)
    this.#all.set(name, at)
    const [oldest] = this.#all.keys()
    if (this.#all.size > mostRemembered && oldest !== undefined) this.#all.delete(oldest)
  }

  at(name: string): number | undefined {
    return this.#all.get(name)
  }

  clear(): void {
    this.#all.clear()
  }
}

export class FaultRules {
  /** No rule is for requests: the only thing that is looked at for each of them. */
  isQuiet = true
  readonly #clock: Clock
  readonly #reader: RuleReader
  readonly #names: FaultRulesFacts['names']
  #rules: readonly LiveRule[] = []
  #requestRules: readonly LiveRule[] = []
  #gdapRules: readonly LiveRule[] = []
  #made = 0
  readonly #deleted = new Remembered()
  readonly #created = new Remembered()
  /** Ends of waits, each with its rule. */
  readonly #waits = new Map<() => void, LiveRule>()

  constructor({ clock, reader, names }: FaultRulesFacts) {
    this.#clock = clock
    this.#reader = reader
    this.#names = names
  }

  list(): readonly ShownFault[] {
    return this.#rules.map((rule) => rule.shown())
  }

  /** As they were given, and whether they are on. */
  wishes(): readonly FaultWish[] {
    return this.#rules.map(({ id, rule: { on: _, ...rule }, isOn }) => ({
      id,
      ...rule,
      ...(isOn ? {} : { on: false }),
    }))
  }

  /** Throws `notFound`. */
  show(id: string): ShownFault {
    return this.#need(id).shown()
  }

  /** A rule, or a scenario, which has `rules`. Throws `invalid`, and `conflict` for an id that is in use. */
  add(wish: Json): readonly ShownFault[] {
    return this.addRules('rules' in wish ? this.#reader.scenario(wish) : [this.#reader.rule(wish)])
  }

  /** Rules that were read. Throws `conflict` as `add`. */
  addRules(rules: readonly FaultWish[]): readonly ShownFault[] {
    if (this.#rules.length + rules.length > mostRules)
      throw new AppError('conflict', `There are ${mostRules} rules at most. DELETE those that are not needed.`)
    const taken = rules.find(({ id }) => id !== undefined && this.#find(id) !== undefined)
    if (taken !== undefined) throw new AppError('conflict', `There is a rule '${taken.id}' already.`, { target: 'id' })
    // Those of one scenario begin at the same instant.
    const start = this.#clock.now().getTime()
    const added: LiveRule[] = []
    for (const rule of rules) added.push(this.#live(rule.id ?? this.#newId([...rules, ...added]), rule, start))
    this.#put([...this.#rules, ...added])
    return added.map((rule) => rule.shown())
  }

  /**
   * Members that are given replace those of the rule, null removes one. The rule begins anew unless it is only switched on or
   * off, or nothing is given. Throws `invalid` and `notFound`.
   */
  change(id: string, patch: Json): ShownFault {
    const old = this.#need(id)
    if ('id' in patch && patch['id'] !== old.id)
      throw new AppError('invalid', `The id of a rule cannot be changed. It is '${old.id}'.`, { target: 'id' })
    const merged = { ...old.rule, on: old.isOn, ...patch, id: old.id }
    const given = Object.entries(merged).filter(([, value]) => value !== null)
    const rule = this.#reader.rule(Object.fromEntries(given))
    if (Object.keys(patch).every((name) => name === 'on')) {
      old.isOn = rule.on ?? true
      this.#put(this.#rules)
      return old.shown()
    }
    const changed = this.#live(old.id, rule, this.#clock.now().getTime())
    this.#put(this.#rules.map((one) => (one === old ? changed : one)))
    return changed.shown()
  }

  /** Throws `notFound`. */
  remove(id: string): void {
    const rule = this.#need(id)
    this.#put(this.#rules.filter((one) => one !== rule))
  }

  clear(): void {
    this.#put([])
    this.#deleted.clear()
    this.#created.clear()
  }

  /** Counts the request. Undefined: nothing happens to it. */
  plan(request: FaultedRequest): FaultPlan | undefined {
    const time = this.#time()
    const before: LiveRule[] = []
    const later: LiveRule[] = []
    for (const rule of this.#requestRules) {
      if (!rule.isFor(request, time)) continue
      if (isLater(rule)) later.push(rule)
      else if (rule.strike(time.now, request.requestId)) {
        before.push(rule)
        // Whoever comes first answers.
        if (answersIn(rule)) return { before, later: [] }
      }
    }
    return before.length === 0 && later.length === 0 ? undefined : { before, later }
  }

  /** Milliseconds on the clock of the world. */
  now(): number {
    return this.#clock.now().getTime()
  }

  /** Remembers what was created or deleted, where a rule asks for it. `path`: of a row that was deleted. */
  noteDeleted(path: PathSegments): void {
    if (this.#requestRules.some(({ rule }) => rule.where?.deletedWithin !== undefined))
      this.#deleted.note(keyOf(path.slice(0, -1)), this.now())
  }

  noteCreated(id: string): void {
    if (this.#requestRules.some(({ rule }) => rule.what.listLag !== undefined)) this.#created.note(id, this.now())
  }

  /** Whether the row was created less than that duration ago. */
  isFresh(id: string, duration: string): boolean {
    const at = this.#created.at(id)
    return at !== undefined && this.now() - at < millisOf(duration)
  }

  /** Rules about state machines that are on at that time. */
  gdapRules(now: number): readonly LiveRule[] {
    return this.#gdapRules.length === 0 ? this.#gdapRules : this.#gdapRules.filter((rule) => rule.isInTime(now))
  }

  /** Waits as long as the rule says. `onEnd` takes what is to be called when nobody waits for the answer any more. */
  async wait(rule: LiveRule, onEnd?: (work: () => void) => () => void): Promise<void> {
    let forget: (() => void) | undefined
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#waits.delete(end)
        resolve()
      }
      const timer = setTimeout(end, rule.rule.what.latencyMs ?? 0)
      this.#waits.set(end, rule)
      forget = onEnd?.(end)
    })
    forget?.()
  }

  /** Ends all waits: the server stops, or the world is replaced. */
  hurry(): void {
    for (const end of [...this.#waits.keys()]) end()
  }

  #time(): RuleTime {
    return { now: this.now(), deletedAt: (path) => this.#deleted.at(keyOf(path)) }
  }

  #find(id: string): LiveRule | undefined {
    return this.#rules.find((rule) => rule.id === id)
  }

  #need(id: string): LiveRule {
    const found = this.#find(id)
    if (found === undefined) throw new AppError('notFound', `There is no rule '${id}'.`, { target: 'id' })
    return found
  }

  #newId(others: readonly { readonly id?: string }[]): string {
    for (;;) {
      this.#made += 1
      const id = `fault-${this.#made}`
      if (this.#find(id) === undefined && !others.some((other) => other.id === id)) return id
    }
  }

  #live(id: string, rule: FaultWish, start: number): LiveRule {
    const tenant = rule.where?.tenant
    // Asked for each request: the tenant may be added later.
    const isTenant = (asked: string | undefined): boolean =>
      tenant === undefined || (asked !== undefined && this.#names.tenantId(tenant) === asked)
    return new LiveRule(id, rule, { start, isTenant })
  }

  #put(rules: readonly LiveRule[]): void {
    this.#rules = rules
    const on = rules.filter(({ isOn }) => isOn)
    this.#gdapRules = on.filter(({ rule }) => rule.what.gdap !== undefined)
    this.#requestRules = on.filter(({ rule }) => rule.what.gdap === undefined)
    this.isQuiet = this.#requestRules.length === 0
    for (const [end, rule] of [...this.#waits]) if (!on.includes(rule)) end()
  }
}
