/**
 * What is to happen to the relationship of one customer and template: the table of events.md §7.4, a function for each row.
 * The highest generation decides.
 */
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { managedName } from '../names.ts'
import { type FoundRelationship, isLive, sameSet } from '../state.ts'
import { lengthOf, millisOfDay } from '../wanted.ts'
import type { Generation, PairFacts, PairVerdict, StepDraft } from './facts.ts'

const pendingDays = { warn: 80, lapse: 90 }

type Rule = (facts: PairFacts, found: Generation) => PairVerdict

export function roleBody(ids: readonly string[]) {
  return { unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })) }
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / millisOfDay
}

function named(facts: PairFacts, ids: readonly string[]): string {
  return ids.map((id) => facts.finder.nameOf(id)).join(', ')
}

function isExtended(autoExtend: string | null): boolean {
  return lengthOf(autoExtend) > 0
}

function none(key: string, text = 'nothing to do'): PairVerdict {
  return { found: 'none', key, text, steps: [] }
}

function creating(facts: PairFacts, generation: number): StepDraft[] {
  const { stem, customerId, duration, autoExtend, roles, settings } = facts
  const key = managedName(stem, generation)
  const body = {
    displayName: key,
    duration,
    autoExtendDuration: autoExtend,
    customer: { tenantId: customerId },
    accessDetails: roleBody(roles),
  }
  return [{ key, do: 'create', body }, ...(settings.lock ? [{ key, do: 'lock' } as const] : [])]
}

function afterApproval({ assignments, settings }: PairFacts): string {
  const words = settings.lock ? 'create, lock' : 'create'
  if (assignments === 0) return words
  return `${words}; ${assignments} assignment${assignments === 1 ? '' : 's'} after approval`
}

function created(facts: PairFacts, generation: number): PairVerdict {
  const key = managedName(facts.stem, generation)
  return { found: 'create', key, text: afterApproval(facts), steps: creating(facts, generation) }
}

/** The next generation takes the place of this one, which stays until then. */
function replaced(facts: PairFacts, { number, relationship }: Generation, found: string, why: string): PairVerdict {
  const next = managedName(facts.stem, number + 1)
  const text = `${found}: ${why} → ${next}, invitation needed`
  return { found, key: relationship.displayName, text, steps: creating(facts, number + 1) }
}

function differences({ roles, duration, autoExtend, customerId }: PairFacts, found: FoundRelationship) {
  return {
    ...(lengthOf(found.duration) === lengthOf(duration) ? {} : { duration }),
    ...(lengthOf(found.autoExtend) === lengthOf(autoExtend) ? {} : { autoExtendDuration: autoExtend }),
    ...(found.customerId === customerId ? {} : { customer: { tenantId: customerId } }),
    ...(sameSet(found.roles, roles) ? {} : { accessDetails: roleBody(roles) }),
  }
}

function pointer({ id, etag, displayName }: FoundRelationship) {
  return { key: displayName, id, etag }
}

/** `created`: same content: lock; else PATCH, then lock. Absent: delete. */
function ofCreated(facts: PairFacts, { relationship }: Generation): PairVerdict {
  const { key, id, etag } = pointer(relationship)
  if (facts.isAbsent)
    return { found: 'delete', key, text: 'delete the draft', steps: [{ key, id, etag, do: 'delete' }] }
  const body = differences(facts, relationship)
  const isSame = Object.keys(body).length === 0
  const lock = facts.settings.lock ? [{ key, id, do: 'lock', ...(isSame ? { etag } : {}) } as const] : []
  const steps = isSame ? lock : [{ key, id, etag, do: 'patch', body } as const, ...lock]
  if (steps.length === 0) return none(key)
  return { found: isSame ? 'lock' : 'patch', key, text: steps.map((step) => step.do).join(', '), steps }
}

/** `approvalPending`: it waits for the customer; with other content the next generation is asked for. */
function ofPending(facts: PairFacts, found: Generation): PairVerdict {
  const { displayName: key, lastModifiedDateTime } = found.relationship
  if (facts.isAbsent) {
    const text = 'it waits for approval, and a partner cannot withdraw it: it lapses after 90 days'
    return { found: 'report', key, text, steps: [] }
  }
  const changed = Object.keys(differences(facts, found.relationship))
  if (changed.length > 0)
    return replaced(facts, found, 'replace', `${changed.join(', ')} changed before the approval, the old one lapses`)
  const days = Math.floor(daysBetween(lastModifiedDateTime, facts.now))
  const isLate = days > pendingDays.warn
  const text = isLate
    ? `waits for approval for ${days} days, lapses after ${pendingDays.lapse}`
    : 'waits for approval, nothing to do'
  return { found: 'wait-approval', key, text, steps: [], ...(isLate ? { isWarning: true } : {}) }
}

/** `approved`, `activating`: the service is at work. */
function ofActivating({ isAbsent }: PairFacts, { relationship }: Generation): PairVerdict {
  const text = isAbsent ? 'is terminated once it is active' : 'waits for activation, nothing to do'
  return { found: 'wait-activation', key: relationship.displayName, text, steps: [] }
}

function ending({ relationship }: Generation, why: string): PairVerdict {
  const steps = [{ ...pointer(relationship), do: 'terminate' } as const]
  return { found: 'terminate', key: relationship.displayName, text: `terminate: ${why}`, steps }
}

/** Roles are equal: only the automatic extension can be changed, and what ends soon is renewed. */
function ofRight(facts: PairFacts, found: Generation): PairVerdict {
  const { relationship } = found
  const { key, id, etag } = pointer(relationship)
  const { autoExtend, settings, now } = facts
  if (isExtended(relationship.autoExtend) !== isExtended(autoExtend)) {
    const text = `auto-extend ${isExtended(autoExtend) ? 'on' : 'off'}`
    const body = { autoExtendDuration: autoExtend }
    const steps = [{ key, id, etag, do: 'auto-extend', body } as const]
    return { found: 'auto-extend', key, text, steps, looksAtAssignments: true }
  }
  const days = relationship.endDateTime === null ? Infinity : daysBetween(now, relationship.endDateTime)
  if (!isExtended(autoExtend) && days <= settings.renewBeforeDays)
    return { ...replaced(facts, found, 'renew', `ends in ${Math.ceil(days)} days`), looksAtAssignments: true }
  return { ...none(key), looksAtAssignments: true }
}

/** `active`: roles are never added; only Global Administrator can be taken away. */
function ofActive(facts: PairFacts, found: Generation): PairVerdict {
  const { relationship } = found
  if (facts.isAbsent) return ending(found, 'no longer wanted')
  if (sameSet(relationship.roles, facts.roles)) return ofRight(facts, found)
  const missing = facts.roles.filter((id) => !relationship.roles.includes(id))
  const tooMany = relationship.roles.filter((id) => !facts.roles.includes(id))
  if (missing.length > 0) {
    const word = missing.length === 1 ? 'role' : 'roles'
    return replaced(facts, found, 'replace', `${word} ${named(facts, missing)} missing`)
  }
  if (sameSet(tooMany, [globalAdministrator])) {
    const { key, id, etag } = pointer(relationship)
    const [before, after] = [relationship.roles, facts.roles]
    const body = { accessDetails: roleBody(after) }
    const steps = [{ key, id, etag, do: 'drop-global-admin', before, after, body } as const]
    return { found: 'drop-global-admin', key, text: 'take Global Administrator away', steps }
  }
  return replaced(facts, found, 'replace', `too many roles: ${named(facts, tooMany)}`)
}

/** `terminationRequested`, `terminating`, `expiring`: none in this run. */
function ofEnding({ isAbsent }: PairFacts, { relationship }: Generation): PairVerdict {
  const { displayName: key, status } = relationship
  if (isAbsent) return none(key, 'ends')
  return { found: 'wait-end', key, text: `is ${status}: nothing in this run`, steps: [] }
}

/** `terminated`, `expired`: the next generation, unless the customer has rejected it. */
function ofEnded(facts: PairFacts, { number, relationship }: Generation): PairVerdict {
  const { displayName: key, activatedDateTime } = relationship
  if (facts.isAbsent) return none(key)
  if (activatedDateTime !== null || facts.asksAgain) return created(facts, number + 1)
  return { found: 'report', key, text: 'the customer has rejected it: --ask-again asks once more', steps: [] }
}

const rules: Readonly<Record<string, Rule>> = {
  created: ofCreated,
  approvalPending: ofPending,
  approved: ofActivating,
  activating: ofActivating,
  active: ofActive,
  terminationRequested: ofEnding,
  terminating: ofEnding,
  expiring: ofEnding,
  terminated: ofEnded,
  expired: ofEnded,
}

/** What becomes of lower generations where the customer is to have none. */
function lowerEndings({ generations }: PairFacts): StepDraft[] {
  return generations.slice(1).flatMap(({ relationship }): StepDraft[] => {
    if (relationship.status === 'active') return [{ ...pointer(relationship), do: 'terminate' }]
    return relationship.status === 'created' ? [{ ...pointer(relationship), do: 'delete' }] : []
  })
}

export function relationshipVerdict(facts: PairFacts): PairVerdict {
  const [highest] = facts.generations
  if (highest === undefined) {
    const key = managedName(facts.stem, 1)
    return facts.isAbsent ? none(key) : created(facts, 1)
  }
  const rule = rules[highest.relationship.status]
  const { displayName: key, status } = highest.relationship
  if (rule === undefined) return { found: 'report', key, text: `its status '${status}' is not known`, steps: [] }
  const verdict = rule(facts, highest)
  if (!facts.isAbsent) return verdict
  const lower = lowerEndings(facts)
  if (lower.length === 0) return verdict
  return verdict.steps.length > 0
    ? { ...verdict, steps: [...verdict.steps, ...lower] }
    : { ...verdict, found: 'terminate', text: 'terminate: no longer wanted', steps: lower }
}

/**
 * Generations below the one that is in force with all its assignments. `isLeftAlone`: the template says nothing of groups, so one
 * stays until each of its groups has an assignment in the highest one.
 */
export function endingsBelow({ generations }: PairFacts, isLeftAlone: boolean): StepDraft[] {
  const [highest, ...lower] = generations
  const inHighest = new Set(
    highest?.relationship.assignments.filter(({ status }) => status === 'active').map(({ groupId }) => groupId),
  )
  return lower
    .map(({ relationship }) => relationship)
    .filter(({ status, assignments }) => {
      const isFree = assignments.every((one) => !isLive(one) || inHighest.has(one.groupId))
      return status === 'active' && (!isLeftAlone || isFree)
    })
    .map((relationship) => ({ ...pointer(relationship), do: 'terminate' }))
}
