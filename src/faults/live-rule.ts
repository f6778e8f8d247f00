/** One rule while it is served: what it is for, how often it was applied, and its random numbers. */
import { durationOf, lengthOf } from '#base/duration.ts'
import { batchSegment, type PathGlob, type PathSegments, pathGlob } from './path-glob.ts'
import type { FaultWish, ShownFault } from './rule.ts'

/** The last instant that clocks show, and that texts of instants sort right to. */
const latestMillis = Date.parse('9999-12-31T23:59:59.999Z')

/** A request as rules see it. */
export interface FaultedRequest {
  /** `graph`: the whole request. `item`: of a batch. `member`: of a group in a batch, inside its transaction. */
  readonly place: 'graph' | 'item' | 'member' | 'signIn'
  readonly method: string
  /** With the version. */
  readonly path: PathSegments
  readonly tenantId: string | undefined
  readonly client: string | undefined
  readonly requestId: string
}

/** What a rule is compared with beside the request. */
export interface RuleTime {
  /** Milliseconds on the clock of the world. */
  readonly now: number
  /** When something was last deleted out of the collection; undefined: never. */
  deletedAt(path: PathSegments): number | undefined
}

/** Milliseconds; the text was checked. */
export function millisOf(duration: string): number {
  const parsed = durationOf(duration)
  return parsed === undefined ? 0 : lengthOf(parsed)
}

/** Numbers from 0 to below 1, always the same from one seed (mulberry32, in the public domain). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

function isStatus(wanted: number | string | undefined, status: number): boolean {
  if (wanted === undefined) return status >= 200 && status < 300
  return typeof wanted === 'number' ? wanted === status : wanted.startsWith(`${Math.floor(status / 100)}`)
}

export class LiveRule {
  readonly id: string
  readonly rule: FaultWish
  /** Milliseconds on the clock of the world. */
  readonly start: number
  isOn: boolean
  readonly #methods: ReadonlySet<string> | undefined
  readonly #glob: PathGlob | undefined
  readonly #isTenant: (id: string | undefined) => boolean
  readonly #client: string | undefined
  readonly #from: number
  readonly #until: number
  readonly #deletedWithin: number | undefined
  readonly #random: () => number
  #matches = 0
  #hits = 0
  #lastHit: ShownFault['lastHit'] = null

  constructor(
    id: string,
    rule: FaultWish,
    facts: { readonly start: number; readonly isTenant: (id: string | undefined) => boolean },
  ) {
    const { where = {}, on = true, from, until, seed = 0 } = rule
    const { method, path, client, deletedWithin } = where
    this.id = id
    this.rule = rule
    this.start = facts.start
    this.isOn = on
    this.#methods = method === undefined ? undefined : new Set(typeof method === 'string' ? [method] : method)
    this.#glob = path === undefined ? undefined : pathGlob(path)
    this.#isTenant = facts.isTenant
    this.#client = client?.toLowerCase()
    this.#from = facts.start + (from === undefined ? 0 : millisOf(from))
    this.#until = until === undefined ? Number.POSITIVE_INFINITY : facts.start + millisOf(until)
    this.#deletedWithin = deletedWithin === undefined ? undefined : millisOf(deletedWithin)
    this.#random = randomFrom(seed)
  }

  /** Whether the rule is for the request; it is not counted yet. */
  isFor(request: FaultedRequest, time: RuleTime): boolean {
    return this.#isTime(time.now) && this.#isPlace(request) && this.#isWhere(request) && this.#isDeleted(request, time)
  }

  /** Whether the rule, which is for the request, is for its answer as well. */
  isForAnswer(status: number): boolean {
    return isStatus(this.rule.where?.status, status)
  }

  /** Whether the rule is on at that time. */
  isInTime(now: number): boolean {
    return this.isOn && this.#isTime(now)
  }

  /** Milliseconds at which it ends; undefined: it does not by itself, at any time that a clock shows. */
  get end(): number | undefined {
    return this.#until <= latestMillis ? this.#until : undefined
  }

  /** Counts a request that the rule is for. Whether the rule is applied to it. */
  strike(now: number, requestId: string | null): boolean {
    const { skip = 0, times, rate } = this.rule
    this.#matches += 1
    if (this.#matches <= skip || (times !== undefined && this.#hits >= times)) return false
    if (rate !== undefined && this.#random() >= rate) return false
    this.#hits += 1
    this.#lastHit = { dateTime: new Date(now).toISOString(), requestId }
    return true
  }

  shown(): ShownFault {
    return {
      // First of all, for people.
      id: this.id,
      ...this.rule,
      on: this.isOn,
      startDateTime: new Date(this.start).toISOString(),
      matches: this.#matches,
      hits: this.#hits,
      lastHit: this.#lastHit,
    }
  }

  #isTime(now: number): boolean {
    return now >= this.#from && now < this.#until
  }

  #isPlace({ place }: FaultedRequest): boolean {
    const { what, after } = this.rule
    // A rule without a path is for Graph's addresses.
    if (place === 'signIn') return this.#glob !== undefined && what.emptyList !== true && what.listLag === undefined
    // An item has no connection of its own, and a group would wait with its transaction open, or be undone after its commit.
    if (what.drop === true) return place === 'graph'
    return place !== 'member' || (after === undefined && what.latencyMs === undefined)
  }

  #isWhere({ method, path, tenantId, client }: FaultedRequest): boolean {
    if (this.#methods?.has(method) === false) return false
    if (!this.#isTenant(tenantId)) return false
    if (this.#client !== undefined && this.#client !== client?.toLowerCase()) return false
    // The items of a batch are requests by themselves: the whole of it is meant only where a path names it.
    return this.#glob === undefined ? !path.includes(batchSegment) : this.#glob(path)
  }

  #isDeleted({ path }: FaultedRequest, { now, deletedAt }: RuleTime): boolean {
    if (this.#deletedWithin === undefined) return true
    const at = deletedAt(path)
    return at !== undefined && now - at < this.#deletedWithin
  }
}

/** Whether the rule decides what is answered, and does not only delay or change it. */
export function answersIn({ rule }: LiveRule): boolean {
  const { status, opaque, drop } = rule.what
  return status !== undefined || opaque === true || drop === true
}

/** As answers and the log name those that were applied. */
export function namesOf(rules: readonly LiveRule[]): string {
  return rules.map(({ id }) => id).join(', ')
}
