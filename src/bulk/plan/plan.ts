/** The plan: what is wanted beside what was found, as steps (events.md §7.4). Pure. */
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import type { RoleFinder } from '../catalogue.ts'
import { managedParts, managedStem } from '../names.ts'
import { type BulkState, type FoundRelationship, groupFinder } from '../state.ts'
import { type CustomerLine, digestOfWanted, lengthOf, type Template, type WantedGdap } from '../wanted.ts'
import { assignmentVerdict } from './assignment-rules.ts'
import { type Generation, type PairFacts, type PairVerdict, type StepDraft, waitingWords } from './facts.ts'
import { type MeantGroups, meantGroups } from './group-rules.ts'
import {
  type BulkPlan,
  doings,
  type PlanLine,
  type PlanProblem,
  type PlanStep,
  type ProblemCode,
  planFormat,
} from './plan-file.ts'
import { endingsBelow, relationshipVerdict } from './relationship-rules.ts'

export interface PlanningWish {
  /** Address of the service. */
  readonly server: string
  readonly finder: RoleFinder
  readonly asksAgain: boolean
}

interface Planning extends PlanningWish {
  readonly state: BulkState
  readonly wanted: WantedGdap
  readonly byStem: ReadonlyMap<string, readonly Generation[]>
  readonly meant: ReadonlyMap<string, MeantGroups>
}

/** Managed relationships by name without generation, the highest generation first. */
function byStemOf({ relationships }: BulkState, prefix: string): Map<string, Generation[]> {
  const found = new Map<string, Generation[]>()
  for (const relationship of relationships) {
    const parts = managedParts(relationship.displayName, prefix)
    if (parts === undefined) continue
    const own = found.get(parts.stem) ?? []
    own.push({ number: parts.generation, relationship })
    found.set(parts.stem, own)
  }
  for (const own of found.values()) own.sort((a, b) => b.number - a.number)
  return found
}

type Fault = readonly [code: ProblemCode, text: string]

function stemFault({ customerId }: CustomerLine, generations: readonly Generation[]): Fault | undefined {
  const foreign = generations.find(
    ({ relationship }) => relationship.customerId !== null && relationship.customerId !== customerId,
  )
  if (foreign !== undefined)
    return ['duplicateManaged', `${foreign.relationship.displayName} is a relationship with another customer`]
  const twice = generations.find(({ number }, at) => generations[at + 1]?.number === number)
  if (twice === undefined) return undefined
  return ['duplicateManaged', `two relationships are called ${twice.relationship.displayName}`]
}

function roleFaults({ unknownRoles, unfitRoles, roles }: Template, autoExtend: string): Fault[] {
  const blocked = roles.includes(globalAdministrator) && lengthOf(autoExtend) > 0
  return [
    ...unknownRoles.map((role): Fault => ['roleUnknown', `'${role}' is no role of the catalogue`]),
    ...unfitRoles.map((role): Fault => ['roleNotForGdap', `partners cannot hold ${role}`]),
    ...(blocked
      ? [
          [
            'globalAdminBlocksAutoExtend',
            'with Global Administrator a relationship cannot be extended by itself: set autoExtend to PT0S',
          ] as Fault,
        ]
      : []),
  ]
}

interface PairPlan {
  readonly line: PlanLine
  readonly steps: readonly StepDraft[]
  readonly faults: readonly Fault[]
}

/** What becomes of the assignments of the highest generation, and of lower ones that are no longer needed. */
function withAssignments(
  facts: PairFacts,
  verdict: PairVerdict,
  { groups }: MeantGroups,
  isLeftAlone: boolean,
): PairVerdict {
  const [highest] = facts.generations
  if (verdict.looksAtAssignments !== true || highest === undefined) return verdict
  const { steps, waiting, failed } = isLeftAlone
    ? { steps: [], waiting: 0, failed: 0 }
    : assignmentVerdict(highest.relationship, groups)
  if (steps.length > 0) {
    const words = steps.map((step) => step.do)
    const counts = [...new Set(words)].map((word) => `${words.filter((one) => one === word).length} ${word}`)
    const text = verdict.steps.length > 0 ? `${verdict.text}; ${counts.join(', ')}` : counts.join(', ')
    const found = verdict.steps.length > 0 ? verdict.found : (words[0] ?? '')
    return { ...verdict, found, text, steps: [...verdict.steps, ...steps] }
  }
  if (failed > 0 && verdict.steps.length === 0)
    return { ...verdict, found: 'report', text: `${failed} assignments have failed`, isWarning: true }
  if (waiting > 0)
    return verdict.steps.length > 0
      ? verdict
      : { ...verdict, found: 'wait-assignment', text: `waits for ${waiting} assignments, nothing to do` }
  const below = failed > 0 || verdict.found === 'renew' ? [] : endingsBelow(facts, isLeftAlone)
  if (below.length === 0) return verdict
  const names = below.map(({ key }) => key).join(', ')
  const text = `terminate ${names}: ${highest.relationship.displayName} is in its place`
  return verdict.steps.length > 0
    ? { ...verdict, steps: [...verdict.steps, ...below] }
    : { ...verdict, found: 'terminate', text, steps: below }
}

function pairPlan(planning: Planning, line: CustomerLine, isTwice: boolean): PairPlan {
  const { wanted, state, byStem, meant, finder, asksAgain } = planning
  const { settings } = wanted
  const { customerId, customerName, isAbsent } = line
  const template = wanted.templates.get(line.template) as Template
  const groups = meant.get(template.name) as MeantGroups
  const stem = managedStem(settings.prefix, template.name, customerId)
  const generations = byStem.get(stem) ?? []
  const autoExtend = line.autoExtend ?? settings.autoExtend
  const facts: PairFacts = {
    ...{ stem, customerId, isAbsent, settings, generations, now: state.now, asksAgain, finder, autoExtend },
    ...{ roles: template.roles, duration: line.duration ?? settings.duration, assignments: groups.groups.length },
  }
  const first = relationshipVerdict(facts)
  const verdict = isAbsent ? first : withAssignments(facts, first, groups, template.assign === null)
  const makes = verdict.steps.some((step) => step.do === 'create')
  const unknown = customerId === state.partnerId || (makes && state.unknownCustomers.has(customerId))
  const same = stemFault(line, generations)
  const faults: Fault[] = [
    ...(same === undefined ? [] : [same]),
    ...(isTwice ? [['duplicateManaged', `the list has ${template.name} of this customer twice`] as Fault] : []),
    ...(unknown ? [['customerUnknown', 'it is no customer'] as Fault] : []),
    ...(isAbsent ? [] : roleFaults(template, autoExtend)),
    ...(isAbsent ? [] : groups.faults.map(({ code, text }): Fault => [code, text])),
  ]
  const { found, key, text, isWarning } = verdict
  return {
    line: {
      ...{ key, customer: customerId, customerName, template: template.name, found, text },
      ...(isWarning === true ? { isWarning } : {}),
    },
    steps: verdict.steps,
    faults,
  }
}

const inForce = new Set(['created', 'approvalPending', 'approved', 'activating', 'active'])

/** Relationships with customers of the list that no line of it names. */
function unmanagedOf({ state, wanted }: Planning): FoundRelationship[] {
  const { settings, customers } = wanted
  if (settings.unmanaged === 'keep') return []
  const known = new Set(customers.map(({ customerId }) => customerId))
  const stems = new Set(customers.map(({ template, customerId }) => managedStem(settings.prefix, template, customerId)))
  return state.relationships.filter(({ customerId, status, displayName }) => {
    const stem = managedParts(displayName, settings.prefix)?.stem
    return customerId !== null && known.has(customerId) && inForce.has(status) && !(stem && stems.has(stem))
  })
}

function unmanagedPlan(found: FoundRelationship, isEnded: boolean): PairPlan {
  const { displayName: key, customerId, customerName, id, etag, status } = found
  const ends = isEnded && status === 'active'
  return {
    line: {
      ...{ key, customer: customerId ?? '', customerName, template: '' },
      found: ends ? 'terminate' : 'report',
      text: ends ? 'terminate: no line of the list names it' : `no line of the list names it (${status})`,
    },
    steps: ends ? [{ key, id, etag, do: 'terminate' }] : [],
    faults: [],
  }
}

function countsOf(steps: readonly PlanStep[], lines: readonly PlanLine[], problems: number) {
  const count = (isOne: (line: PlanLine) => boolean): number => lines.filter(isOne).length
  return {
    ...Object.fromEntries(doings.map((word) => [word, steps.filter((step) => step.do === word).length])),
    unchanged: count(({ found }) => found === 'none'),
    waiting: count(({ found }) => waitingWords.has(found)),
    waitingForApproval: count(({ found }) => found === 'wait-approval'),
    reported: count(({ found }) => found === 'report'),
    warnings: count(({ isWarning }) => isWarning === true),
    problems,
  }
}

function groupSteps(pairs: readonly { template: string; steps: readonly StepDraft[] }[], planning: Planning) {
  const used = new Set(
    pairs.flatMap(({ steps }) => steps.flatMap(({ group }) => (group?.id === undefined ? (group?.name ?? []) : []))),
  )
  // Also those that are needed once the customer has approved: they cannot be made in vain then.
  const later = new Set(
    pairs.filter(({ steps }) => steps.some((step) => step.do === 'create')).map((one) => one.template),
  )
  const all = [...planning.meant].flatMap(([name, { made }]) =>
    made.filter((group) => used.has(group.name) || later.has(name)),
  )
  return [...new Map(all.map((group) => [group.name.toLowerCase(), group])).values()]
}

/** All lines of one customer in a row, in the order of their first line. */
function pairsOf(planning: Planning): (PairPlan & { customer: string; customerName: string; template: string })[] {
  const { wanted } = planning
  const seen = new Set<string>()
  const pairs = wanted.customers.map((line) => {
    const key = `${line.customerId} ${line.template}`
    const isTwice = seen.has(key)
    seen.add(key)
    const { customerId: customer, customerName, template } = line
    return { ...pairPlan(planning, line, isTwice), customer, customerName, template }
  })
  const isEnded = wanted.settings.unmanaged === 'terminate'
  const unmanaged = unmanagedOf(planning).map((found) => {
    const customer = found.customerId ?? ''
    return { ...unmanagedPlan(found, isEnded), customer, customerName: found.customerName, template: '' }
  })
  const groups = new Map<string, typeof pairs>()
  for (const pair of [...pairs, ...unmanaged]) {
    const own = groups.get(pair.customer)
    if (own === undefined) groups.set(pair.customer, [pair])
    else own.push(pair)
  }
  return [...groups.values()].flat()
}

export function planOf(state: BulkState, wanted: WantedGdap, wish: PlanningWish): BulkPlan {
  const directory = { finder: groupFinder(state.groups), news: wanted.groups }
  const planning: Planning = {
    ...{ ...wish, state, wanted, byStem: byStemOf(state, wanted.settings.prefix) },
    meant: new Map([...wanted.templates].map(([name, template]) => [name, meantGroups(template, directory)])),
  }
  const pairs = pairsOf(planning)
  const problems: PlanProblem[] = pairs.flatMap(({ faults, customer, customerName, template }) =>
    faults.map(([code, text]) => ({ code, customer, customerName, template, text })),
  )
  // Problems stop that customer, and no other one.
  const stopped = new Set(problems.map(({ customer }) => customer))
  const going = pairs.filter(({ customer }) => !stopped.has(customer))
  const drafts = [
    ...groupSteps(going, planning).map(({ name, assignableToRole }) => ({
      ...{ key: `group:${name}`, do: 'make-group' as const, customer: null, template: null },
      body: { displayName: name, isAssignableToRole: assignableToRole },
    })),
    ...going.flatMap(({ steps, customer, template }) =>
      steps.map((step) => ({ ...step, customer, template: template === '' ? null : template })),
    ),
  ]
  const steps = drafts.map((step, at): PlanStep => ({ n: at + 1, ...step }))
  const lines = going.map(({ line }) => line)
  return {
    format: planFormat,
    made: state.now,
    server: wish.server,
    partner: state.partnerId,
    inputs: digestOfWanted(wanted),
    catalogue: wish.finder.asOf,
    summary: countsOf(steps, lines, problems.length),
    steps,
    problems,
    lines,
  }
}
