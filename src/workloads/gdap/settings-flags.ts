/** Settings of GDAP: how long the service takes, and what gets stuck or goes wrong on purpose (gdap.md §3.7, §8). */

import { setting, truth, whole } from '#base/setting.ts'
import { steps as assignmentSteps } from './rules/assignment/assignment-states.ts'
import { steps as operationSteps } from './rules/operation/operation-states.ts'
import { steps as relationshipSteps } from './rules/relationship/lifecycle.ts'
import { steps as requestSteps } from './rules/request/request-states.ts'
import { type GdapSettings, type Interference, type Latencies, noLatency } from './rules/settings.ts'
import type { Transition } from './rules/state-machine.ts'

/** Without the members that app/compose.ts adds. */
export type GdapConfig = Omit<GdapSettings, 'roles' | 'tenants' | 'serviceTemplates' | 'strict' | 'faults'>

const seconds = whole(0, 1_000_000_000)

function latency(name: string, doc: string) {
  return setting(`--gdap-${name}-latency <seconds>`, doc, 0, seconds)
}

type Machine = Interference['machine']
const stepsOf: Readonly<Record<Machine, readonly Transition[]>> = {
  relationship: relationshipSteps,
  assignment: assignmentSteps,
  operation: operationSteps,
  request: requestSteps,
}

function namesWhere(isWanted: (step: Transition) => boolean): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(stepsOf).map(([machine, steps]) => {
    const statuses = steps.filter(isWanted).flatMap(({ from }) => from ?? [])
    return [machine, [...new Set(statuses)]] as const
  })
  return Object.fromEntries(entries.filter(([, statuses]) => statuses.length > 0))
}

/** What rules for faults may name: machine → statuses that the service leaves, and in which its work can fail. */
export const faultNames = {
  stuck: namesWhere(({ takes }) => takes !== undefined),
  failing: namesWhere(({ on }) => on === 'fail'),
  latencies: Object.keys(noLatency),
} as const

const machines = Object.keys(stepsOf) as Machine[]
const narrowings = ['relationshipId', 'displayName', 'groupId'] as const

function narrowingOf(text: string): Partial<Interference> {
  const [name = '', ...rest] = text.split('=')
  const known = narrowings.find((one) => one.toLowerCase() === name.trim().toLowerCase())
  const value = rest.join('=').trim()
  if (known === undefined || value === '')
    throw new Error(`has '${text.trim()}' where one of ${narrowings.join(', ')} with a value is expected`)
  return { [known]: known === 'displayName' ? value : value.toLowerCase() }
}

function interferenceOf(text: string): Interference {
  const [what = '', ...more] = text.split(',')
  const [name = '', status] = what.trim().split('.')
  const machine = machines.find((one) => one === name.toLowerCase())
  if (machine === undefined) throw new Error(`names '${name}', which is not one of ${machines.join(', ')}`)
  const statuses = stepsOf[machine].flatMap(({ to }) => to ?? [])
  const known = status === undefined ? undefined : statuses.find((one) => one.toLowerCase() === status.toLowerCase())
  if (status !== undefined && known === undefined)
    throw new Error(`names '${status}', which is not among the statuses of '${machine}'`)
  return {
    machine,
    ...(known === undefined ? {} : { status: known }),
    ...Object.assign({}, ...more.map(narrowingOf)),
  }
}

/** `assignment.pending, groupId=…; relationship.approved, displayName=Slow one` */
function interferences(text: string): readonly Interference[] {
  return text
    .split(';')
    .filter((one) => one.trim() !== '')
    .map(interferenceOf)
}

const form = 'a list such as "assignment.pending, groupId=…; relationship.approved, displayName=…"'
const none: readonly Interference[] = []

export const gdapFlags = {
  activation: latency('activation', 'seconds from the approval of a GDAP relationship until it is active'),
  termination: latency('termination', 'seconds a relationship takes to be terminated'),
  expiry: latency('expiry', 'seconds a relationship takes to expire after its end'),
  assignment: latency('assignment', 'seconds until an access assignment is active'),
  removal: latency('removal', 'seconds until a deleted access assignment is gone and its group can be assigned again'),
  operation: latency('operation', 'seconds a long-running operation takes'),
  request: latency('request', 'seconds until a request of a relationship has succeeded'),
  lock: latency('lock', 'seconds after its creation in which a relationship cannot be locked for approval: 405'),
  stuck: setting('--gdap-stuck <list>', `what stays in its status: ${form}`, none, interferences),
  failing: setting('--gdap-failing <list>', 'what fails: a list of the same form', none, interferences),
  trustAnyGroup: setting('--gdap-trust-any-group', 'accept any GUID as a security group', false, truth),
  trustAnyRole: setting('--gdap-trust-any-role', 'accept any GUID as a role of a relationship', false, truth),
  adminAgents: setting(
    '--gdap-admin-agents [yes or no]',
    'whether people need to be in the group AdminAgents to see and change relationships',
    true,
    truth,
  ),
} as const

type Values = { readonly [K in keyof typeof gdapFlags]: (typeof gdapFlags)[K]['initial'] }

/** Takes the values of these settings out of all of them. */
export function gdapConfigOf<V extends Values>(values: V): { gdap: GdapConfig; rest: Omit<V, keyof Values> } {
  const { activation, termination, expiry, assignment, removal, operation, request, lock, ...others } = values
  const { stuck, failing, trustAnyGroup, trustAnyRole, adminAgents, ...rest } = others
  const latencySeconds: Latencies = { activation, termination, expiry, assignment, removal, operation, request, lock }
  return {
    gdap: Object.freeze({
      latencySeconds: Object.freeze(latencySeconds),
      stuck,
      failing,
      trustAnyGroup,
      trustAnyRole,
      adminAgents,
    }),
    rest: rest as unknown as Omit<V, keyof Values>,
  }
}
