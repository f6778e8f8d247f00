/**
 * A plan of an import as it arrives: lines of JSON (exchange.md §2.6). The bytes stay bytes; of each record only what lists
 * and filters need is kept, and a record is parsed when it is shown. Pure.
 */

import { lacksGroup } from './need.ts'

export interface PlanChange {
  readonly member: string
  readonly from: unknown
  readonly to: unknown
}

interface PlaceRef {
  readonly set?: string
  readonly parent?: string | null
  readonly group?: string
}

export interface PlanRecord {
  readonly at: { readonly file: string; readonly line: number; readonly path: string }
  readonly action: string
  readonly kind: 'group' | 'set' | 'term'
  readonly id: string
  readonly set?: string
  readonly parent?: string | null
  readonly from?: PlaceRef
  readonly relationship?: 'pin' | 'reuse'
  readonly changes: readonly PlanChange[]
  readonly notes: readonly string[]
  readonly faults: readonly { readonly code: string; readonly text: string }[]
}

export interface PlanRemark {
  readonly code: string
  readonly severity?: string
  readonly at?: { readonly file?: string; readonly line?: number; readonly column?: number; readonly path?: string }
  readonly text: string
}

interface PlanHead {
  readonly as: string
  readonly options: Readonly<Record<string, unknown>>
}

type PlanSummary = Readonly<Record<string, number>>

/** What the tiles above the list are. Sharing and order are changes. */
export const planKinds = ['refused', 'create', 'update', 'move', 'deprecate', 'delete'] as const
export type PlanKind = (typeof planKinds)[number]

const kindOfAction: Readonly<Record<string, PlanKind | undefined>> = {
  refused: 'refused',
  create: 'create',
  update: 'update',
  order: 'update',
  share: 'update',
  reshare: 'update',
  undeprecate: 'update',
  move: 'move',
  deprecate: 'deprecate',
  merge: 'delete',
  delete: 'delete',
  unshare: 'delete',
}

export function kindOf(action: string): PlanKind {
  return kindOfAction[action] ?? 'update'
}

interface Line {
  readonly start: number
  readonly end: number
  readonly kind: PlanKind
  readonly line: number
  readonly path: string
}

export interface PlanList {
  readonly head: PlanHead | undefined
  readonly remarks: readonly PlanRemark[]
  readonly summary: PlanSummary
  readonly digest: string
  readonly addedLanguages: readonly string[]
  /** Sets have to go into a group, and neither the file nor anybody has named one. */
  readonly lacksGroup: boolean
  readonly counts: Readonly<Record<PlanKind, number>>
  /** Numbers of records: those that are refused first, else in the order of the file. */
  find(kind: PlanKind | undefined, text: string): readonly number[]
  record(number: number): PlanRecord
  /** Where the branch of that record is in this file; undefined: not there. */
  pathOf(id: string): string | undefined
  blob(): Blob
}

const lineEnd = 10

export interface PlanReader {
  take(bytes: Uint8Array): void
  /** How many records there are so far. */
  count(): number
  end(): PlanList
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Throws where the answer is no plan. */
export function readPlan(): PlanReader {
  const decoder = new TextDecoder()
  const parts: Uint8Array[] = []
  const lines: Line[] = []
  const remarks: PlanRemark[] = []
  const pathById = new Map<string, string>()
  let isGroupless = false
  let length = 0
  let rest = new Uint8Array(0)
  let restAt = 0
  let head: PlanHead | undefined
  let last: { summary?: PlanSummary; digest?: string; languages?: { add?: readonly string[] } } | undefined

  const takeLine = (bytes: Uint8Array, start: number): void => {
    const value = JSON.parse(decoder.decode(bytes)) as Record<string, unknown>
    if (head === undefined && 'format' in value) head = value as unknown as PlanHead
    else if ('remark' in value) remarks.push(value['remark'] as PlanRemark)
    else if ('summary' in value) last = value as unknown as typeof last
    else {
      const record = value as unknown as PlanRecord
      const { action, at, id } = record
      if (action === 'same') return
      // A group that was chosen and is not there is refused by the same code.
      if (head?.options['group'] === undefined && lacksGroup(record)) isGroupless = true
      if (id !== '') pathById.set(id, at.path)
      lines.push({ start, end: start + bytes.length, kind: kindOf(action), line: at.line, path: at.path })
    }
  }

  const take = (bytes: Uint8Array): void => {
    parts.push(bytes)
    length += bytes.length
    const all = rest.length === 0 ? bytes : joined([rest, bytes], rest.length + bytes.length)
    let from = 0
    for (let at = all.indexOf(lineEnd); at >= 0; at = all.indexOf(lineEnd, from)) {
      if (at > from) takeLine(all.subarray(from, at), restAt + from)
      from = at + 1
    }
    rest = all.slice(from)
    restAt += from
  }

  const end = (): PlanList => {
    if (rest.length > 0) takeLine(rest, restAt)
    if (last === undefined) throw new Error('The answer ends before the plan does.')
    const bytes = joined(parts, length)
    const isRefused = ({ kind }: Line): boolean => kind === 'refused'
    const ordered = [...lines.filter(isRefused), ...lines.filter((line) => !isRefused(line))]
    const counts = Object.fromEntries(
      planKinds.map((kind) => [kind, ordered.filter((line) => line.kind === kind).length]),
    ) as Record<PlanKind, number>
    return {
      head,
      remarks,
      summary: last.summary ?? {},
      digest: last.digest ?? '',
      addedLanguages: last.languages?.add ?? [],
      lacksGroup: isGroupless,
      counts,
      find: (kind, text) => {
        const wanted = text.trim().toLowerCase()
        return ordered.flatMap((line, number) =>
          (kind === undefined || line.kind === kind) &&
          (wanted === '' || line.path.toLowerCase().includes(wanted) || String(line.line) === wanted)
            ? [number]
            : [],
        )
      },
      record: (number) => {
        const { start, end: stop } = ordered[number] as Line
        return JSON.parse(new TextDecoder().decode(bytes.subarray(start, stop))) as PlanRecord
      },
      pathOf: (id) => pathById.get(id),
      blob: () => new Blob([bytes], { type: 'application/x-ndjson' }),
    }
  }
  return { take, count: () => lines.length, end }
}
