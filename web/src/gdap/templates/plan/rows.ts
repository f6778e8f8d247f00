/** A plan as the server makes it (events.md §7.5), and its lines and problems as rows. Pure. */
import { csvOf } from '../../../kit/values/csv.ts'

export interface PlanStep {
  readonly n: number
  /** Name of the relationship, or `group:` and the name of a group. */
  readonly key: string
  readonly do: string
  /** Null: it is about no customer. */
  readonly customer: string | null
  readonly template: string | null
  readonly body?: Readonly<Record<string, unknown>>
  readonly group?: { readonly id?: string; readonly name?: string }
  /** Ids of roles. */
  readonly before?: readonly string[]
  readonly after?: readonly string[]
}

interface PlanLine {
  readonly key: string
  readonly customer: string
  readonly customerName: string
  readonly template: string
  readonly found: string
  readonly text: string
  readonly isWarning?: true
}

interface PlanProblem {
  readonly code: string
  readonly customer: string
  readonly customerName: string
  readonly template: string
  readonly text: string
}

export interface BulkPlan {
  readonly summary: Readonly<Record<string, number>>
  readonly steps: readonly PlanStep[]
  readonly problems: readonly PlanProblem[]
  readonly lines: readonly PlanLine[]
}

/** What needs somebody comes first. */
export const rowKinds = ['problem', 'end', 'change', 'create', 'report', 'waits', 'same'] as const
export type RowKind = (typeof rowKinds)[number]

export interface PlanRow {
  readonly id: string
  readonly kind: RowKind
  /** Word of the plan, or the code of the problem. */
  readonly found: string
  readonly customer: string
  readonly name: string
  readonly template: string
  /** Empty: there is none. */
  readonly relationship: string
  /** Of the server, in English. */
  readonly text: string
  readonly isWarning: boolean
}

const kinds: Readonly<Record<string, RowKind>> = {
  create: 'create',
  delete: 'end',
  terminate: 'end',
  none: 'same',
  report: 'report',
  'wait-approval': 'waits',
  'wait-activation': 'waits',
  'wait-assignment': 'waits',
  'wait-end': 'waits',
}

function nameOf({ customer, customerName }: Pick<PlanLine, 'customer' | 'customerName'>): string {
  return customerName === '' ? customer : customerName
}

/** In the order of the kinds, and within one as in the plan. */
export function rowsOf({ lines, problems }: BulkPlan): readonly PlanRow[] {
  const rows = [
    ...problems.map((problem, at): PlanRow => {
      const { code, customer, template, text } = problem
      const name = nameOf(problem)
      return {
        ...{ id: `problem ${at}`, kind: 'problem', found: code, customer, name, template, text },
        ...{ relationship: '', isWarning: false },
      }
    }),
    ...lines.map((line, at): PlanRow => {
      const { key, customer, template, found, text, isWarning = false } = line
      const kind = kinds[found] ?? 'change'
      return { id: String(at), kind, found, customer, name: nameOf(line), template, relationship: key, text, isWarning }
    }),
  ]
  const place = new Map(rowKinds.map((kind, at) => [kind, at]))
  return rows.sort((a, b) => (place.get(a.kind) ?? 0) - (place.get(b.kind) ?? 0))
}

export function countsOf(rows: readonly PlanRow[]): ReadonlyMap<RowKind, number> {
  const counts = new Map<RowKind, number>()
  for (const { kind } of rows) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

export function findRows(rows: readonly PlanRow[], kind: RowKind | undefined, text: string): readonly PlanRow[] {
  const wanted = text.trim().toLowerCase()
  if (kind === undefined && wanted === '') return rows
  return rows.filter(
    (row) =>
      (kind === undefined || row.kind === kind) &&
      `${row.name} ${row.customer} ${row.template} ${row.relationship} ${row.text} ${row.found}`
        .toLowerCase()
        .includes(wanted),
  )
}

export function stepsFor({ steps }: Pick<BulkPlan, 'steps'>, { customer, template }: PlanRow): readonly PlanStep[] {
  return steps.filter((step) => step.customer === customer && (step.template ?? '') === template)
}

/** Names of the groups that are made before all else. */
export function groupsMade({ steps }: Pick<BulkPlan, 'steps'>): readonly string[] {
  return steps.flatMap((step) => (step.do === 'make-group' ? [String(step.body?.['displayName'])] : []))
}

const heads = [
  'CustomerTenantId',
  'CustomerName',
  'Template',
  'DisplayName',
  'Found',
  'Steps',
  'Problem',
  'Text',
] as const

/** With the column names of the reports of `relata gdap`. */
export function planCsv(plan: BulkPlan): string {
  const byPair = new Map<string, string[]>()
  for (const step of plan.steps) {
    const pair = `${step.customer} ${step.template ?? ''}`
    const own = byPair.get(pair)
    if (own === undefined) byPair.set(pair, [step.do])
    else own.push(step.do)
  }
  const cells = rowsOf(plan).map(({ kind, found, customer, name, template, relationship, text }) => {
    const isProblem = kind === 'problem'
    const steps = isProblem ? '' : (byPair.get(`${customer} ${template}`) ?? []).join('; ')
    return [customer, name, template, relationship, isProblem ? '' : found, steps, isProblem ? found : '', text]
  })
  return csvOf(heads, cells)
}
