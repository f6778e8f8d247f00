/**
 * Holds the files that a sink has written against the chains of their tenants, line by line (events.md §9.5). Unlike an export they
 * have several tenants, no first and no last line, and after a kill some lines twice, or a part of one. Needs no server.
 */
import { isObject, type Json } from '#base/json.ts'
import { canonicalJson, firstLink, leafOf, linkAfter } from './links.ts'
import { type KnownCheckpoint, type Place, placeIn } from './verify.ts'

export interface SinkFile {
  readonly name: string
  readonly lines: AsyncIterable<string> | Iterable<string>
}

/** Where a line is: `audit.jsonl:12`. */
type Where = string

export interface SinkFault {
  /** Undefined: it is missing, and nobody knows where it was. */
  readonly where: Where | undefined
  readonly tenant: string
  /** The first number that does not fit. */
  readonly number: number
  readonly text: string
}

/** What the files have of one tenant. */
export interface SinkChain {
  readonly tenant: string
  readonly start: number
  readonly end: number
  readonly link: string
  /** Links whose records are not in the files: retention or a purge has removed what they said. */
  readonly without: readonly number[]
  /** Lines that came once more, in the same words. */
  readonly repeated: number
  /** The link before the first record is known, so that the record itself is held. */
  readonly isHeldFromStart: boolean
  /** The newest checkpoint that the chain was held against. */
  readonly heldAgainst: number | undefined
}

export interface SinkFindings {
  readonly chains: readonly SinkChain[]
  /** The first of each tenant. */
  readonly faults: readonly SinkFault[]
  /** Lines that are no records, as a process leaves one that is killed while it writes. */
  readonly parts: readonly Where[]
}

/** Lines may come again from so far back. */
const mostKept = 65_536

function hashIn({ leaf, record }: Json): string | undefined {
  if (record !== undefined) return leafOf(canonicalJson(record))
  return typeof leaf === 'string' && /^[0-9a-f]{64}$/.test(leaf) ? leaf : undefined
}

class TenantChain {
  readonly #tenant: string
  readonly #known: readonly KnownCheckpoint[]
  readonly #links = new Map<number, string>()
  readonly #without = new Set<number>()
  #at: (Place & { readonly where: Where }) | undefined
  #start = 0
  #isHeldFromStart = false
  #repeated = 0
  #fault: SinkFault | undefined
  /** The number of a fault that says it is missing: it may only be in another place. */
  #missing: number | undefined

  constructor(tenant: string, known: readonly KnownCheckpoint[]) {
    this.#tenant = tenant
    this.#known = known.filter((one) => one.tenant === tenant)
  }

  #fail(where: Where | undefined, number: number, text: string): void {
    this.#fault = { where, tenant: this.#tenant, number, text }
  }

  take(line: Json, where: Where): void {
    const place = placeIn(line)
    const hash = hashIn(line)
    if (this.#fault !== undefined) {
      this.#lookForMissing(place, where)
      return
    }
    const next = (this.#at?.n ?? 0) + 1
    const isWhole = line['record'] !== undefined
    if (place === undefined) this.#fail(where, next, 'the line has no number or no link')
    else if (hash === undefined) this.#fail(where, place.n, `${place.n} has neither a record nor its hash`)
    else if (this.#at === undefined) this.#begin(place, hash, where, isWhole)
    else if (place.n > next) {
      this.#missing = next
      const text = `${next} is missing: after ${this.#at.n} (${this.#at.where}) comes ${place.n}`
      this.#fail(where, next, text)
    } else if (place.n < next) this.#again(place, hash, where, this.#at)
    else this.#follow(place, hash, where, this.#at.link, isWhole)
  }

  #lookForMissing(place: Place | undefined, where: Where): void {
    if (place === undefined || place.n !== this.#missing || this.#fault === undefined) return
    this.#missing = undefined
    this.#fail(where, place.n, `${place.n} is in the wrong place, behind ${this.#fault.where}`)
  }

  #begin({ n, link }: Place, hash: string, where: Where, isWhole: boolean): void {
    const before = n === 1 ? firstLink(this.#tenant) : this.#known.find((one) => one.n === n - 1)?.link
    this.#start = n
    this.#isHeldFromStart = before !== undefined
    if (before !== undefined) {
      this.#links.set(n - 1, before)
      this.#follow({ n, link }, hash, where, before, isWhole)
      return
    }
    if (!isWhole) this.#without.add(n)
    this.#keep({ n, link }, where)
  }

  #follow({ n, link }: Place, hash: string, where: Where, before: string, isWhole: boolean): void {
    if (linkAfter(before, n, hash) !== link) {
      this.#fail(where, n, `${n} was changed: its link is not the one of its record`)
      return
    }
    if (!isWhole) this.#without.add(n)
    this.#keep({ n, link }, where)
  }

  #keep({ n, link }: Place, where: Where): void {
    const other = this.#known.find((one) => one.n === n && one.link !== link)
    if (other !== undefined) {
      const text = `${n} does not fit: the checkpoint has another link there, so the log was written anew`
      this.#fail(where, n, text)
      return
    }
    this.#at = { n, link, where }
    this.#links.set(n, link)
    if (this.#links.size > mostKept) this.#links.delete(this.#links.keys().next().value as number)
  }

  /** What comes again is what it was. */
  #again({ n, link }: Place, hash: string, where: Where, at: { readonly n: number; readonly where: Where }): void {
    const known = this.#links.get(n)
    const before = this.#links.get(n - 1)
    if (known === undefined || n < this.#start)
      this.#fail(where, n, `${n} is in the wrong place: it comes after ${at.n} (${at.where})`)
    else if (known !== link) this.#fail(where, n, `${n} comes again with another link: the log was written anew`)
    else if (before !== undefined && linkAfter(before, n, hash) !== link)
      this.#fail(where, n, `${n} was changed: its link is not the one of its record`)
    else this.#repeated += 1
  }

  /** What checkpoints say of the end is found here. */
  end(): { readonly fault: SinkFault | undefined; readonly chain: SinkChain | undefined } {
    const [at, tenant] = [this.#at, this.#tenant]
    const newest = this.#known.reduce<KnownCheckpoint | undefined>(
      (last, one) => (last === undefined || one.n > last.n ? one : last),
      undefined,
    )
    if (this.#fault === undefined && newest !== undefined) {
      if (at === undefined)
        this.#fail(undefined, 1, `cut off: the files have no line of the tenant, and the checkpoint is of ${newest.n}`)
      else if (newest.n > at.n)
        this.#fail(
          undefined,
          at.n + 1,
          `${at.n + 1} is missing: the files end with ${at.n} (${at.where}), and the checkpoint is of ${newest.n}`,
        )
      else if (newest.n < this.#start - 1)
        this.#fail(
          undefined,
          this.#start,
          `the checkpoint is of ${newest.n}, and the files begin with ${this.#start}: it says nothing about them`,
        )
    }
    if (this.#fault !== undefined || at === undefined) return { fault: this.#fault, chain: undefined }
    return {
      fault: undefined,
      chain: {
        ...{ tenant, start: this.#start, end: at.n, link: at.link, repeated: this.#repeated },
        ...{ without: [...this.#without], isHeldFromStart: this.#isHeldFromStart, heldAgainst: newest?.n },
      },
    }
  }
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && typeof value['tenant'] === 'string' ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

/** Whether a line is one of a sink; a first line of an export is none. */
export function isSinkLine(text: string): boolean {
  const line = parsed(text)
  return line !== undefined && line['format'] === undefined && line['n'] !== undefined
}

/** `files`: the oldest first. `known`: checkpoints that were kept elsewhere, of any tenants. */
export async function verifySink(
  files: AsyncIterable<SinkFile> | Iterable<SinkFile>,
  known: readonly KnownCheckpoint[],
): Promise<SinkFindings> {
  const chains = new Map(known.map(({ tenant }) => [tenant, new TenantChain(tenant, known)]))
  const parts: Where[] = []
  for await (const { name, lines } of files) {
    let number = 0
    for await (const text of lines) {
      number += 1
      if (text.trim() === '') continue
      const where = `${name}:${number}`
      const line = parsed(text)
      if (line === undefined) {
        parts.push(where)
        continue
      }
      const tenant = String(line['tenant'])
      const chain = chains.get(tenant) ?? new TenantChain(tenant, known)
      chains.set(tenant, chain)
      chain.take(line, where)
    }
  }
  const ends = [...chains.values()].map((chain) => chain.end())
  return {
    chains: ends.flatMap(({ chain }) => chain ?? []),
    faults: ends.flatMap(({ fault }) => fault ?? []),
    parts,
  }
}
