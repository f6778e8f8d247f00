/**
 * What clients were told, row by row: what was acknowledged is there, what was refused is not, what got no answer may be
 * either, but whole. Each client keeps terms and relationships of its own and asks for one thing after another.
 */
import { labels } from '../_support/taxonomy.ts'

/** Where requests go: one of several servers, by the turn. Rejects when the connection breaks. */
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>

/** What a row is to the outside; undefined: it is not there. */
export type Content = { readonly text: string; readonly etag?: string } | undefined

export interface Entry {
  readonly kind: 'term' | 'relationship'
  /** Unique: the label of the term, or the first word of the name of the relationship. */
  readonly key: string
  id: string | undefined
  now: Content
  /** Asked for since, without an answer that says whether it was done. */
  open: Content[]
}

/** A relationship that was told to move on: `request` is known when that was acknowledged. */
export interface Due {
  readonly relationship: string
  readonly request: string
}

export interface Met {
  /** Answers that are neither what was asked for nor 503: each is a fault. */
  readonly faults: string[]
  acknowledged: number
  unavailable: number
  withoutRetryAfter: number
  broken: number
  /** What 503s said, and how often. */
  readonly said: Map<string, number>
}

export const nothingMet = (): Met => ({
  faults: [],
  acknowledged: 0,
  unavailable: 0,
  withoutRetryAfter: 0,
  broken: 0,
  said: new Map(),
})

/** The same numbers for the same seed. */
export const chanceFrom = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Verdict = 'done' | 'refused' | 'unknown'

export interface ClientPlan {
  readonly name: string
  readonly ask: Ask
  readonly met: Met
  readonly seed: number
  /** Set that its terms are in. */
  readonly set: string
  /** False for a client of terms only. */
  readonly relationships: boolean
  /** Between two requests, and after one that failed. */
  pause(failed: boolean): Promise<void>
  isOver(): boolean
  /** Told of each acknowledged write, and when it was asked. */
  onAnswer?(asked: number): void
}

const TS = '/v1.0/termStore'
export const relationshipsPath = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'

const described = (text: string) => [{ languageTag: 'en-US', description: text }]

export class LedgerClient {
  readonly entries: Entry[] = []
  readonly dues: Due[] = []
  /** Relationships whose request got no answer. */
  readonly maybeDue: string[] = []
  private readonly plan: ClientPlan
  private readonly chance: (below: number) => number
  private texts = 0

  constructor(plan: ClientPlan) {
    this.plan = plan
    this.chance = chanceFrom(plan.seed)
  }

  /** Until it is over. */
  async run(): Promise<void> {
    const { isOver, relationships } = this.plan
    while (!isOver()) {
      const step = this.chance(relationships ? 10 : 6)
      if (step < 3) await this.createTerm()
      else if (step < 5) await this.change('term')
      else if (step < 6) await this.remove()
      else if (step < 7) await this.createRelationship()
      else if (step < 9) await this.change('relationship')
      else await this.lock()
    }
  }

  private fresh(): string {
    this.texts += 1
    return `${this.plan.name} text ${this.texts}`
  }

  /** One request, whatever becomes of it. `wanted`: the status of success. */
  private async send(
    wanted: number,
    ...asking: Parameters<Ask>
  ): Promise<{ readonly verdict: Verdict; readonly body?: Record<string, unknown>; readonly etag?: string }> {
    const { met, ask, pause, onAnswer } = this.plan
    const asked = performance.now()
    let answer: Awaited<ReturnType<Ask>>
    try {
      answer = await ask(...asking)
    } catch {
      met.broken += 1
      await pause(true)
      return { verdict: 'unknown' }
    }
    const { status, text, headers } = answer
    if (status === wanted) {
      met.acknowledged += 1
      onAnswer?.(asked)
      await pause(false)
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
      return { verdict: 'done', body, etag: String(body['@odata.etag'] ?? headers.get('etag') ?? '') }
    }
    if (status === 503) {
      met.unavailable += 1
      if (headers.get('retry-after') === null) met.withoutRetryAfter += 1
      const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text.slice(0, 200)
      met.said.set(message, (met.said.get(message) ?? 0) + 1)
      await pause(true)
      return { verdict: 'unknown' }
    }
    met.faults.push(`${status} for ${asking[0]} ${asking[1]}: ${text.slice(0, 300)}`)
    await pause(true)
    return { verdict: 'refused' }
  }

  private settle(entry: Entry, verdict: Verdict, next: Content, etag?: string): void {
    if (verdict === 'done') {
      entry.now = next === undefined ? undefined : { ...next, ...(etag ? { etag } : {}) }
      entry.open = []
    } else if (verdict === 'unknown') entry.open.push(next)
  }

  private async createTerm(): Promise<void> {
    const { name, set } = this.plan
    const entry: Entry = {
      kind: 'term',
      key: `${name}.${this.entries.length}`,
      id: undefined,
      now: undefined,
      open: [],
    }
    this.entries.push(entry)
    const text = this.fresh()
    const body = { labels: labels(entry.key), descriptions: described(text) }
    const { verdict, body: made } = await this.send(201, 'POST', `${TS}/sets/${set}/children`, body)
    if (verdict === 'done') entry.id = String(made?.['id'])
    this.settle(entry, verdict, { text })
  }

  /** One that is there, with nothing open. */
  private pick(kind: Entry['kind'], has: (entry: Entry) => boolean = () => true): Entry | undefined {
    const known = this.entries.filter(
      (entry) => entry.kind === kind && entry.id !== undefined && entry.now && entry.open.length === 0 && has(entry),
    )
    return known[this.chance(Math.max(known.length, 1))]
  }

  private async change(kind: Entry['kind']): Promise<void> {
    const entry = this.pick(kind, ({ key }) => !this.isLocked(key))
    if (entry === undefined) return this.plan.pause(false)
    const text = this.fresh()
    const next = { text: kind === 'term' ? text : `${entry.key} ${text}` }
    const sent =
      kind === 'term'
        ? await this.send(200, 'PATCH', `${TS}/sets/${this.plan.set}/terms/${entry.id}`, {
            descriptions: described(text),
          })
        : await this.send(
            200,
            'PATCH',
            `${relationshipsPath}/${entry.id}`,
            { displayName: next.text },
            { 'if-match': entry.now?.etag ?? '*' },
          )
    this.settle(entry, sent.verdict, next, kind === 'relationship' ? sent.etag : undefined)
  }

  private async remove(): Promise<void> {
    const entry = this.pick('term')
    if (entry === undefined) return this.plan.pause(false)
    const { verdict } = await this.send(204, 'DELETE', `${TS}/sets/${this.plan.set}/terms/${entry.id}`)
    this.settle(entry, verdict, undefined)
  }

  private async createRelationship(): Promise<void> {
    const key = `${this.plan.name}.${this.entries.length}`
    const entry: Entry = { kind: 'relationship', key, id: undefined, now: undefined, open: [] }
    this.entries.push(entry)
    const text = `${key} ${this.fresh()}`
    const accessDetails = { unifiedRoles: [{ roleDefinitionId: helpdesk }] }
    const sent = await this.send(201, 'POST', relationshipsPath, { displayName: text, duration: 'P90D', accessDetails })
    if (sent.verdict === 'done') entry.id = String(sent.body?.['id'])
    this.settle(entry, sent.verdict, { text }, sent.etag)
  }

  private readonly locked = new Set<string>()
  private isLocked(key: string): boolean {
    return this.locked.has(key)
  }

  /** Two steps fall due from then on, which change the relationship, and so its tag. */
  private async lock(): Promise<void> {
    const entry = this.pick('relationship', ({ key }) => !this.isLocked(key))
    if (entry === undefined) return this.plan.pause(false)
    this.locked.add(entry.key)
    const id = entry.id as string
    const sent = await this.send(201, 'POST', `${relationshipsPath}/${id}/requests`, { action: 'lockForApproval' })
    if (sent.verdict === 'done') this.dues.push({ relationship: id, request: String(sent.body?.['id']) })
    else if (sent.verdict === 'unknown') this.maybeDue.push(id)
    if (entry.now) entry.now = { text: entry.now.text }
  }
}

export interface Found {
  readonly id: string
  readonly text: string
  readonly etag?: string
}

export interface Audit {
  readonly lost: string[]
  /** Rows there are twice, or though they were refused, or with something nobody asked for. */
  readonly wrong: string[]
  /** Writes without an answer that were carried out, and those that were not. */
  readonly done: number
  readonly undone: number
  readonly checked: number
}

const isSame = (wanted: Content, found: Found | undefined): boolean =>
  wanted === undefined
    ? found === undefined
    : found !== undefined &&
      found.text === wanted.text &&
      (wanted.etag === undefined || found.etag === undefined || wanted.etag === found.etag)

const shown = (content: Content | Found): string => (content === undefined ? 'nothing' : JSON.stringify(content))

/** Holds the entries against rows by key, as `list` finds them, and takes what was found for known from then on. */
export const audit = (entries: readonly Entry[], rows: ReadonlyMap<string, readonly Found[]>): Audit => {
  const result = { lost: [] as string[], wrong: [] as string[], done: 0, undone: 0, checked: 0 }
  for (const entry of entries) {
    const found = rows.get(entry.key) ?? []
    result.checked += 1
    if (found.length > 1) result.wrong.push(`${entry.key} is there ${found.length} times`)
    const [row] = found
    const isNow = isSame(entry.now, row)
    const at = entry.open.findIndex((content) => isSame(content, row))
    if (!isNow && at < 0) {
      const told = entry.open.map(shown).join(' or ')
      const fault = `${entry.key}: ${shown(row)} is there, acknowledged was ${shown(entry.now)}${told && `, asked for ${told}`}`
      if (row === undefined || entry.now !== undefined) result.lost.push(fault)
      else result.wrong.push(fault)
    }
    if (entry.open.length > 0) result[isNow ? 'undone' : 'done'] += 1
    entry.now = row === undefined ? undefined : { text: row.text }
    entry.id = row?.id
    entry.open = []
  }
  const keys = new Set(entries.map(({ key }) => key))
  for (const key of rows.keys()) if (!keys.has(key)) result.wrong.push(`${key} is there, and nobody asked for it`)
  return result
}

interface Page<T> {
  readonly value: readonly T[]
  readonly '@odata.nextLink'?: string
}

const all = async <T>(ask: Ask, path: string): Promise<T[]> => {
  const rows: T[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, text } = await ask('GET', next)
    if (status !== 200) throw new Error(`GET ${next}: ${status} ${text}`)
    const page = JSON.parse(text) as Page<T>
    rows.push(...page.value)
    const link: string | undefined = page['@odata.nextLink']
    next = link === undefined ? undefined : `${new URL(link).pathname}${new URL(link).search}`
  }
  return rows
}

const add = (rows: Map<string, Found[]>, key: string, found: Found): void => {
  rows.set(key, [...(rows.get(key) ?? []), found])
}

/** All rows of clients whose names begin with `prefix`, by key. */
export const listRows = async (
  ask: Ask,
  set: string,
  prefix: string,
  withRelationships: boolean,
): Promise<Map<string, Found[]>> => {
  const rows = new Map<string, Found[]>()
  interface Term {
    readonly id: string
    readonly labels: readonly { readonly name: string }[]
    readonly descriptions: readonly { readonly description: string }[]
  }
  for (const term of await all<Term>(ask, `${TS}/sets/${set}/terms?$top=500`))
    add(rows, term.labels[0]?.name ?? '', { id: term.id, text: term.descriptions[0]?.description ?? '' })
  if (!withRelationships) return rows
  interface Relationship {
    readonly id: string
    readonly displayName: string
    readonly '@odata.etag': string
  }
  for (const { id, displayName, '@odata.etag': etag } of await all<Relationship>(ask, `${relationshipsPath}?$top=300`))
    if (displayName.startsWith(prefix)) add(rows, displayName.split(' ', 1)[0] ?? '', { id, text: displayName, etag })
  return rows
}
