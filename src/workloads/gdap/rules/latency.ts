/** When the service makes a transition, by the settings; and which rows get stuck or fail. */
import type { WriteContext } from '#edm/ports.ts'
import { addMillis } from './relationship/duration.ts'
import type { Attempt, GdapSettings, Interference, Latencies } from './settings.ts'
import type { Transition } from './state-machine.ts'

/** What an interference can select by. */
export interface InterferenceFacts {
  readonly relationshipId: string
  readonly displayName: string
  readonly groupId?: string
}

function same(wanted: string | undefined, given: string | undefined): boolean {
  return wanted === undefined || wanted.toLowerCase() === given?.toLowerCase()
}

/** Whether one of the list selects the row. */
export function meets(
  list: readonly Interference[],
  machine: Interference['machine'],
  status: string,
  named: InterferenceFacts,
): boolean {
  return list.some(
    (entry) =>
      entry.machine === machine &&
      same(entry.status, status) &&
      same(entry.relationshipId, named.relationshipId) &&
      same(entry.displayName, named.displayName) &&
      same(entry.groupId, named.groupId),
  )
}

/** Number of statuses that each latency passes through, and is divided by. */
const stagesOf: Readonly<Record<keyof Latencies, number>> = {
  activation: 2,
  termination: 2,
  expiry: 1,
  assignment: 1,
  removal: 1,
  operation: 2,
  request: 2,
  lock: 1,
}

const perSecond = 1000

/** Milliseconds until the service makes the transition; undefined: never. */
export function waitFor(
  settings: GdapSettings,
  machine: Interference['machine'],
  step: Transition,
  named: InterferenceFacts,
): number | undefined {
  if (meets(settings.stuck, machine, step.from ?? '', named)) return undefined
  const latency = step.takes as keyof Latencies
  return (latencyIn(settings, latency, named.relationshipId) * perSecond) / stagesOf[latency]
}

/** Seconds that the service takes at present, for a relationship and what is below it. */
export function latencyIn(
  { latencySeconds, faults }: GdapSettings,
  name: keyof Latencies,
  relationshipId: string,
): number {
  return faults?.latency(name, relationshipId) ?? latencySeconds[name]
}

export function goesWrong(settings: GdapSettings, { now }: WriteContext, row: Omit<Attempt, 'now'>): boolean {
  const { machine, status } = row
  return meets(settings.failing, machine, status, row) || settings.faults?.fails({ ...row, now }) === true
}

/** Whether the transition, which is to be made now, is not. */
export async function isHeld(
  { faults }: GdapSettings,
  { agenda, now }: WriteContext,
  row: Omit<Attempt, 'now'>,
): Promise<boolean> {
  const hold = faults?.hold({ ...row, now })
  if (hold === undefined) return false
  const { machine, subject } = row
  if (hold.until !== undefined) await agenda.set({ kind: `gdap.${machine}`, subject, due: hold.until })
  return true
}

/** Puts the transition on the agenda, under the state machine's kind. */
export async function scheduleStep(
  settings: GdapSettings,
  context: WriteContext,
  machine: Interference['machine'],
  facts: { readonly step: Transition | undefined; readonly id: string; readonly named: InterferenceFacts },
): Promise<void> {
  if (facts.step === undefined) return
  const wait = waitFor(settings, machine, facts.step, facts.named)
  if (wait === undefined) return
  await context.agenda.set({ kind: `gdap.${machine}`, subject: facts.id, due: addMillis(context.now, wait) })
}
