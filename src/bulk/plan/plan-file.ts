/** A plan as a file: `relata-gdap-plan/1` (events.md §7.5). */
import { createHash } from 'node:crypto'
import { isObject } from '#base/json.ts'

export const planFormat = 'relata-gdap-plan/1'

/** What a step does; each is one request. */
export const doings = [
  'make-group',
  'create',
  'patch',
  'lock',
  'delete',
  'terminate',
  'auto-extend',
  'drop-global-admin',
  'assign',
  'repair-group',
  'reassign',
  'unassign',
] as const
export type Doing = (typeof doings)[number]

export interface StepGroup {
  /** Absent: the group is made by an earlier step. */
  readonly id?: string
  readonly name?: string
}

export interface PlanStep {
  readonly n: number
  /** Managed name of the relationship; of an unmanaged one its display name; of a group `group:` and its name. */
  readonly key: string
  readonly do: Doing
  /** Null: it is about no customer. */
  readonly customer: string | null
  readonly template: string | null
  /** Of an assignment that is changed or removed, else of the relationship; absent: an earlier step makes it. */
  readonly id?: string
  /** Of the relationship of an assignment. */
  readonly relationship?: string
  readonly etag?: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly group?: StepGroup
  /** Ids of roles. */
  readonly before?: readonly string[]
  readonly after?: readonly string[]
}

/** What was found of one customer and template, for people. */
export interface PlanLine {
  readonly key: string
  readonly customer: string
  readonly customerName: string
  readonly template: string
  /** Word of the table of events.md §7.4: create, replace, wait-approval, report, none, … */
  readonly found: string
  readonly text: string
  readonly isWarning?: true
}

export const problemCodes = [
  'roleUnknown',
  'roleNotForGdap',
  'groupMissing',
  'groupAmbiguous',
  'groupReserved',
  'customerUnknown',
  'duplicateManaged',
  'globalAdminBlocksAutoExtend',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** Why nothing is done for a customer. */
export interface PlanProblem {
  readonly code: ProblemCode
  readonly customer: string
  readonly customerName: string
  readonly template: string
  readonly text: string
}

export interface BulkPlan {
  readonly format: typeof planFormat
  readonly made: string
  readonly server: string
  readonly partner: string
  readonly inputs: string
  readonly catalogue: string
  /** Steps by what they do, and lines: unchanged, waiting, reported, problems. */
  readonly summary: Readonly<Record<string, number>>
  readonly steps: readonly PlanStep[]
  readonly problems: readonly PlanProblem[]
  readonly lines: readonly PlanLine[]
}

/** One JSON object; each step, problem and line on a line of its own, so that plans can be compared and read in pieces. */
export function bulkPlanText(plan: BulkPlan): string {
  const members = Object.entries(plan).map(([name, value]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((one) => JSON.stringify(one)).join(',\n')}\n]`
      : JSON.stringify(value)
    return `${JSON.stringify(name)}:${text}`
  })
  return `{${members.join(',\n')}}\n`
}

export function digestOfText(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Whether the plan names groups that it does not know the ids of. */
export function needsGroups({ steps }: Pick<BulkPlan, 'steps'>): boolean {
  return steps.some((step) => step.do === 'make-group' || (step.group !== undefined && step.group.id === undefined))
}

/** A text that is no plan; the message says why. */
export class NoBulkPlan extends Error {
  override readonly name = 'NoBulkPlan'
}

const textMembers = ['made', 'server', 'partner', 'inputs', 'catalogue'] as const

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value)
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value)
}

function isTexts(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isText))
}

function isStep(value: unknown): boolean {
  if (!isObject(value)) return false
  const { n, key, customer, template, id, relationship, etag, body, group, before, after } = value
  const isKnown = (doings as readonly unknown[]).includes(value['do'])
  const isGroup =
    group === undefined || (isObject(group) && isOptionalText(group['id']) && isOptionalText(group['name']))
  return (
    isKnown &&
    Number.isInteger(n) &&
    isText(key) &&
    isTextOrNull(customer) &&
    isTextOrNull(template) &&
    [id, relationship, etag].every(isOptionalText) &&
    (body === undefined || isObject(body)) &&
    isGroup &&
    isTexts(before) &&
    isTexts(after)
  )
}

/** Throws `NoBulkPlan`. */
export function parseBulkPlan(text: string): BulkPlan {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new NoBulkPlan('The plan is not JSON.', { cause })
  }
  if (!isObject(value) || value['format'] !== planFormat)
    throw new NoBulkPlan(`It is no plan: a plan has the format ${planFormat}.`)
  const { steps, problems, lines, summary } = value
  const lacking = textMembers.find((name) => !isText(value[name]))
  if (lacking !== undefined) throw new NoBulkPlan(`The plan has no '${lacking}'.`)
  if (!Array.isArray(steps) || !Array.isArray(problems) || !Array.isArray(lines) || !isObject(summary))
    throw new NoBulkPlan("The plan has no 'steps', 'problems', 'lines' or 'summary'.")
  const wrong = steps.findIndex((step) => !isStep(step))
  if (wrong >= 0) throw new NoBulkPlan(`Step ${wrong + 1} of the plan is not of the form of one.`)
  return value as unknown as BulkPlan
}
