/**
 * Clients that call the verbs of the taxonomy, each on terms of its own in sets that all share, and note what they were told:
 * what was acknowledged stays, and is in the record of changes once; what got no answer may be either, but whole.
 */
import { expect } from 'vitest'
import { labels } from '../../_support/taxonomy.ts'
import { type Ask, chanceFrom, type Met, nothingMet } from '../ledger.ts'
import { pause, seed } from './storm-kit.ts'

const TS = '/v1.0/termStore'

/** Where a term is, and what it is called; undefined: it is gone, or stands for another. */
type State =
  | { readonly set: string; readonly parent: string | null; readonly name: string; readonly isDeprecated: boolean }
  | undefined

interface Held {
  readonly id: string
  now: State
  /** What it may be as well, since a request got no answer: it is left alone from then on. */
  maybe?: { readonly state: State }
}

interface Told {
  readonly id: number
  readonly verb: string
}

type Row = Record<string, unknown>

interface Root {
  readonly set: string
  readonly id: string
}

class VerbClient {
  readonly terms: Held[] = []
  readonly told: Told[] = []
  readonly #ask: Ask
  readonly #met: Met
  readonly #name: string
  readonly #sets: readonly string[]
  readonly #chance: (below: number) => number
  #roots: readonly Root[] = []
  #names = 0

  constructor(name: string, ask: Ask, met: Met, sets: readonly string[], from: number) {
    this.#ask = ask
    this.#met = met
    this.#name = name
    this.#sets = sets
    this.#chance = chanceFrom(from)
  }

  /** A term at the top of each set, below which all others are. */
  async begin(): Promise<void> {
    const roots: Root[] = []
    for (const set of this.#sets) {
      const body = { labels: labels(`${this.#name} root`) }
      const { status, text } = await this.#ask('POST', `${TS}/sets/${set}/children`, body)
      expect(status, text).toBe(201)
      roots.push({ set, id: (JSON.parse(text) as { id: string }).id })
    }
    this.#roots = roots
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.#step()
  }

  #fresh(): string {
    this.#names += 1
    return `${this.#name} ${this.#names}`
  }

  #root(): Root {
    return this.#roots[this.#chance(this.#roots.length)] as Root
  }

  /** The body of a success; undefined: it was refused, or got no answer. `terms`: what each would be. */
  async #send(
    verb: string,
    method: string,
    path: string,
    body: unknown,
    ...terms: readonly (readonly [Held, State])[]
  ): Promise<Row | undefined> {
    const answer = await this.#ask(method, `${TS}${path}`, body).catch(() => undefined)
    if (answer !== undefined && answer.status < 300) {
      this.#met.acknowledged += 1
      this.told.push({ id: Number(answer.headers.get('relata-change')), verb })
      for (const [term, state] of terms) term.now = state
      return answer.text === '' ? {} : (JSON.parse(answer.text) as Row)
    }
    if (answer === undefined || answer.status === 503 || answer.status === 507) {
      for (const [term, state] of terms) term.maybe = { state }
      if (answer === undefined) this.#met.broken += 1
      else this.#refused(answer)
    } else this.#met.faults.push(`${answer.status} for ${method} ${path}: ${answer.text.slice(0, 300)}`)
    await pause(50)
    return undefined
  }

  #refused({ text, headers }: Awaited<ReturnType<Ask>>): void {
    this.#met.unavailable += 1
    if (headers.get('retry-after') === null) this.#met.withoutRetryAfter += 1
    const { message } = (JSON.parse(text) as { error: { message: string } }).error
    this.#met.said.set(message, (this.#met.said.get(message) ?? 0) + 1)
  }

  async #create(): Promise<void> {
    const { set, id: parent } = this.#root()
    const name = this.#fresh()
    const path = `/sets/${set}/terms/${parent}/children`
    const made = await this.#send('create', 'POST', path, { labels: labels(name) })
    if (made !== undefined) this.terms.push({ id: String(made['id']), now: { set, parent, name, isDeprecated: false } })
  }

  #some(but?: Held): (Held & { now: NonNullable<State> }) | undefined {
    const known = this.terms.filter((term) => term.now !== undefined && term.maybe === undefined && term !== but)
    return known[this.#chance(known.length)] as (Held & { now: NonNullable<State> }) | undefined
  }

  async #step(): Promise<void> {
    const term = this.#some()
    if (term === undefined || this.terms.length < 6) return this.#create()
    const { now } = term
    const at = `/sets/${now.set}/terms/${term.id}`
    const what = this.#chance(8)
    if (what === 0) return this.#create()
    if (what === 1) {
      const name = this.#fresh()
      await this.#send('update', 'PATCH', at, { labels: labels(name) }, [term, { ...now, name }])
    } else if (what === 2) await this.#move(term)
    else if (what === 3) {
      const verb = now.isDeprecated ? 'undeprecate' : 'deprecate'
      await this.#send(verb, 'POST', `${at}/relata.${verb}`, {}, [term, { ...now, isDeprecated: !now.isDeprecated }])
    } else if (what === 4) await this.#merge(term)
    else if (what === 5) await this.#deleteAndRestore(term)
    else await this.#changeAndUndo(term)
  }

  async #move(term: Held & { now: NonNullable<State> }): Promise<void> {
    const { now } = term
    const { set, id: parent } = this.#root()
    if (set === now.set && parent === now.parent) return
    const path = `/sets/${now.set}/terms/${term.id}/relata.move`
    await this.#send('move', 'POST', path, { set, parent }, [term, { ...now, set, parent }])
  }

  async #merge(term: Held & { now: NonNullable<State> }): Promise<void> {
    const into = this.#some(term)
    // In another set it would stay, as a reuse of the survivor.
    if (into === undefined || into.now.isDeprecated || into.now.set !== term.now.set) return
    const path = `/sets/${term.now.set}/terms/${term.id}/relata.merge`
    await this.#send('merge', 'POST', path, { into: into.id }, [term, undefined], [into, into.now])
  }

  async #deleteAndRestore(term: Held & { now: NonNullable<State> }): Promise<void> {
    const { now } = term
    const path = `/sets/${now.set}/terms/${term.id}`
    if ((await this.#send('delete', 'DELETE', path, undefined, [term, undefined])) === undefined) return
    const deletedItemId = String(this.told.at(-1)?.id)
    await this.#send('restore', 'POST', '/relata.restore', { deletedItemId }, [term, now])
  }

  async #changeAndUndo(term: Held & { now: NonNullable<State> }): Promise<void> {
    const { now } = term
    const before = this.told.length
    await (this.#chance(2) === 0 ? this.#move(term) : this.#merge(term))
    const change = this.told[before]
    if (change === undefined || term.maybe !== undefined) return
    await this.#send('undo', 'POST', '/relata.undo', { changeId: String(change.id) }, [term, now])
  }
}

export interface VerbLoad {
  readonly met: Met
  readonly clients: readonly VerbClient[]
  readonly sets: readonly string[]
  reach(acknowledged: number): Promise<void>
  end(): Promise<void>
}

let loads = 0

/** `asks`: where each client sends its requests. */
export const startVerbs = async (asks: readonly Ask[], sets: readonly string[]): Promise<VerbLoad> => {
  let isOver = false
  loads += 1
  const met = nothingMet()
  const clients = asks.map(
    (ask, at) => new VerbClient(`verbs${loads}c${at}`, ask, met, sets, seed * 10_000 + loads * 100 + at),
  )
  for (const client of clients) await client.begin()
  const running = clients.map((client) => client.run(() => isOver))
  return {
    met,
    clients,
    sets,
    reach: async (wanted) => {
      for (let waited = 0; met.acknowledged < wanted; waited += 10) {
        expect(waited, `${met.acknowledged} of ${wanted} writes; ${met.faults.join()}`).toBeLessThan(60_000)
        await pause(10)
      }
    },
    end: async () => {
      isOver = true
      await Promise.all(running)
    },
  }
}

const all = async (ask: Ask, path: string): Promise<Row[]> => {
  const found: Row[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, text } = await ask('GET', next)
    expect(status, text).toBe(200)
    const page = JSON.parse(text) as { value: Row[]; '@odata.nextLink'?: string }
    found.push(...page.value)
    const link: URL | undefined = page['@odata.nextLink'] === undefined ? undefined : new URL(page['@odata.nextLink'])
    next = link && link.pathname + link.search
  }
  return found
}

const textOf = (state: State): string => JSON.stringify(state ?? 'gone')

/** What clients were told is what a server shows, in the sets and in the record. */
export const auditVerbs = async (ask: Ask, { clients, sets }: VerbLoad): Promise<void> => {
  const shown = new Map<string, State>()
  for (const set of sets)
    for (const row of await all(ask, `${TS}/sets/${set}/relata.getAllTerms()?$top=5000&includeDeprecated=true`)) {
      expect(shown.has(String(row['id'])), `${row['id']} is in two sets`).toBe(false)
      shown.set(String(row['id']), {
        set,
        parent: row['parentId'] as string | null,
        name: String(row['label']),
        isDeprecated: row['isDeprecated'] === true,
      })
    }
  const wrong: string[] = []
  for (const { id, now, maybe } of clients.flatMap(({ terms }) => terms)) {
    const allowed = [now, ...(maybe === undefined ? [] : [maybe.state])].map(textOf)
    const found = textOf(shown.get(id))
    if (!allowed.includes(found)) wrong.push(`${id} is ${found}, not ${allowed.join(' or ')}`)
  }
  expect(wrong).toEqual([])
  const told = clients.flatMap((client) => client.told)
  const since = Math.min(...told.map(({ id }) => id))
  const record = (await all(ask, `${TS}/relata.history()?$top=1000`)).filter(({ id }) => Number(id) >= since)
  const numbers = record.map(({ id }) => Number(id))
  expect(numbers).toEqual(numbers.map((_, at) => since + numbers.length - 1 - at))
  const verbs = new Map(record.map(({ id, verb }) => [Number(id), verb]))
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length)
  expect(told.filter(({ id, verb }) => verbs.get(id) !== verb)).toEqual([])
}
