/**
 * A plan as text, `relata-terms-plan/1` (exchange.md §2.6): a first line, a record for each change, a last line. It holds all
 * that applying it needs. Pure.
 */
import { createHash } from 'node:crypto'
import { AppError } from '#base/errors.ts'
import { isObject } from '#base/json.ts'
import type { At, ImportFault } from '../faults.ts'

export const planFormat = 'relata-terms-plan/1'

export const actions = [
  'create',
  'update',
  'move',
  'order',
  'share',
  'unshare',
  'reshare',
  'deprecate',
  'undeprecate',
  'merge',
  'delete',
  'same',
  'refused',
] as const
export type Action = (typeof actions)[number]
export type RecordKind = 'group' | 'set' | 'term'

/** A member's value; null: it has none. */
export type Value = string | boolean | null | readonly string[]

export interface Change {
  /** Such as `labels.en-US.default`, `labels.en-US.synonyms`, `descriptions.en-US`, `properties.KEY`, `isOpen`. */
  readonly member: string
  readonly from: Value
  readonly to: Value
}

/** A place: the root of the set where `parent` is null. */
export interface PlaceRef {
  readonly set: string
  readonly parent: string | null
}

export interface PlanRecord {
  readonly at: At
  readonly action: Action
  readonly kind: RecordKind
  readonly id: string
  /** Of a set: the group it is in. */
  readonly group?: string
  /** Of a term: the set and the parent of the place that the record is about. */
  readonly set?: string
  readonly parent?: string | null
  /** `move`: where it was. `parent` and `set`, or `group`, say where it goes. */
  readonly from?: PlaceRef | { readonly group: string }
  /** `share`, `reshare`. */
  readonly relationship?: 'pin' | 'reuse'
  /** `order`: ids of the children, in the order chosen by hand; empty: alphabetical. */
  readonly order?: readonly string[]
  /** `deprecate`: what replaces it. */
  readonly replacedBy?: string | null
  /** `merge`: the term that stays. */
  readonly into?: string
  readonly changes: readonly Change[]
  readonly notes: readonly string[]
  readonly faults: readonly { readonly code: string; readonly text: string }[]
}

export interface PlanHead {
  readonly format: typeof planFormat
  readonly source: readonly { readonly file: string; readonly sha256: string }[]
  /** The format of the file. */
  readonly as: string
  readonly options: Readonly<Record<string, unknown>>
  /** Sets that the plan changes; digest null: the set is not there yet. */
  readonly sets: Readonly<Record<string, { readonly digest: string | null }>>
}

export interface PlanSummary {
  readonly create: number
  readonly update: number
  readonly move: number
  readonly order: number
  readonly share: number
  readonly unshare: number
  readonly reshare: number
  readonly deprecate: number
  readonly undeprecate: number
  readonly merge: number
  readonly delete: number
  readonly same: number
  readonly refused: number
  readonly lost: number
}

export interface Plan {
  readonly head: PlanHead
  readonly records: readonly PlanRecord[]
  /** Of the file as a whole, and warnings and losses. */
  readonly remarks: readonly ImportFault[]
  readonly summary: PlanSummary
  readonly languages: { readonly add: readonly string[] }
  /** SHA-256 (hex) of the first line and the records. */
  readonly digest: string
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

function linesOf({ head, records, languages }: Pick<Plan, 'head' | 'records' | 'languages'>): string[] {
  return [JSON.stringify(head), ...records.map((one) => JSON.stringify(one)), JSON.stringify(languages)]
}

/** Of a plan without its digest. */
export function planDigest(plan: Pick<Plan, 'head' | 'records' | 'languages'>): string {
  const hash = createHash('sha256')
  for (const line of linesOf(plan)) hash.update(line).update('\n')
  return hash.digest('hex')
}

/** The lines of the plan, each with its end. */
export function* planLines({ head, records, remarks, summary, languages, digest }: Plan): Generator<string> {
  yield `${JSON.stringify(head)}\n`
  for (const record of records) yield `${JSON.stringify(record)}\n`
  for (const remark of remarks) yield `${JSON.stringify({ remark })}\n`
  yield `${JSON.stringify({ summary, languages, digest })}\n`
}

export function planText(plan: Plan): string {
  return [...planLines(plan)].join('')
}

function refusal(line: number, text: string): AppError {
  return new AppError('invalid', `The plan cannot be read: line ${line}: ${text}`, {
    code: 'invalidRequest',
    target: 'plan',
  })
}

function jsonAt(text: string, line: number): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refusal(line, 'is not JSON.')
  }
  if (!isObject(value)) throw refusal(line, 'is not a JSON object.')
  return value as Record<string, unknown>
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isPlace(value: unknown): boolean {
  return isObject(value) && ('group' in value ? typeof value['group'] === 'string' : typeof value['set'] === 'string')
}

function isAt(value: unknown): boolean {
  return isObject(value) && typeof value['path'] === 'string' && typeof value['line'] === 'number'
}

function recordAt(value: Record<string, unknown>, line: number): PlanRecord {
  const { at, action, kind, id, from, changes, notes, faults, round } = value
  const isWhole =
    isAt(at) &&
    actions.includes(action as Action) &&
    (kind === 'term' || kind === 'set' || kind === 'group') &&
    typeof id === 'string' &&
    (from === undefined || isPlace(from)) &&
    (round === undefined || Number.isSafeInteger(round)) &&
    Array.isArray(changes) &&
    changes.every((one) => isObject(one) && typeof one['member'] === 'string') &&
    isTexts(notes) &&
    Array.isArray(faults) &&
    faults.every(isObject)
  if (!isWhole) throw refusal(line, 'is no record of a plan.')
  return value as unknown as PlanRecord
}

function headAt(value: Record<string, unknown>): PlanHead {
  const { format, source, sets, options } = value
  if (format !== planFormat) throw refusal(1, `it does not begin with {"format":"${planFormat}"…}.`)
  const isWhole =
    Array.isArray(source) &&
    source.every(isObject) &&
    isObject(options) &&
    isObject(sets) &&
    Object.values(sets).every((one) => isObject(one) && (one['digest'] === null || typeof one['digest'] === 'string'))
  if (!isWhole) throw refusal(1, '"source", "options" or "sets" is not that of a plan.')
  return value as unknown as PlanHead
}

function languagesAt({ languages }: Record<string, unknown>, line: number): Plan['languages'] {
  if (languages === undefined) return { add: [] }
  if (isObject(languages) && isTexts(languages['add'])) return languages as unknown as Plan['languages']
  throw refusal(line, '"languages" is not that of a plan.')
}

function summaryAt({ summary }: Record<string, unknown>, records: readonly PlanRecord[], line: number): PlanSummary {
  const refused = isObject(summary) ? summary['refused'] : undefined
  const least = records.filter(({ action }) => action === 'refused').length
  // Faults of the whole file count as refused, too.
  if (Number.isSafeInteger(refused) && Number(refused) >= least) return summary as unknown as PlanSummary
  throw refusal(line, '"summary" is not that of the records.')
}

/** The lines of a text in pieces, each of which ends with a line; the last piece is whatever is left. */
function* linesIn(pieces: Iterable<string>): Generator<string> {
  for (const piece of pieces)
    for (let at = 0; at < piece.length; ) {
      const next = piece.indexOf('\n', at)
      const end = next < 0 ? piece.length : next
      yield piece.slice(at, end)
      at = end + 1
    }
}

/** Lines between two steps of `planReading`. */
const linesAtOnce = 100

/**
 * Reads a plan, given in pieces that end with a line, step by step: whoever has others to serve pauses after each. Throws
 * `invalid` where the text is no whole plan, or was changed after it was made.
 */
export function* planReading(pieces: Iterable<string>): Generator<undefined, Plan> {
  const hash = createHash('sha256')
  const note = (value: unknown): void => void hash.update(JSON.stringify(value)).update('\n')
  const remarks: ImportFault[] = []
  const records: PlanRecord[] = []
  let head: PlanHead | undefined
  let last: Record<string, unknown> | undefined
  let count = 0
  /** Each line but the first and the last one. */
  const take = (value: Record<string, unknown>, line: number): void => {
    if ('remark' in value) {
      if (isObject(value['remark'])) remarks.push(value['remark'] as unknown as ImportFault)
      return
    }
    records.push(recordAt(value, line))
    note(value)
  }
  for (const text of linesIn(pieces)) {
    if (text.trim() === '') continue
    count += 1
    const value = jsonAt(text, count)
    if (head === undefined) {
      head = headAt(value)
      note(head)
    } else {
      if (last !== undefined) take(last, count - 1)
      last = value
    }
    if (count % linesAtOnce === 0) yield
  }
  if (head === undefined) head = headAt({})
  if (last === undefined || typeof last['digest'] !== 'string' || !isObject(last['summary']))
    throw refusal(count, 'the last line, with the summary and the digest, is missing: the plan is not whole.')
  const languages = languagesAt(last, count)
  const summary = summaryAt(last, records, count)
  note(languages)
  if (hash.digest('hex') !== last['digest'])
    throw refusal(count, 'the digest is not that of the plan: it was changed after it was made. Make a new plan.')
  return { head, records, remarks, summary, languages, digest: last['digest'] }
}

/** The plan as a whole, at once. */
export function parsePlan(text: string): Plan {
  const reading = planReading([text])
  for (;;) {
    const { done, value } = reading.next()
    if (done === true) return value
  }
}
