/** Adapter: rules for faults as the state machines of GDAP ask for them, and what a rule holds until it is gone. */
import type { FaultRules } from '#faults/fault-rules.ts'
import type { LiveRule } from '#faults/live-rule.ts'
import type { FaultedRows, GdapFault } from '#faults/rule.ts'
import { meets } from '#workloads/gdap/rules/latency.ts'
import type { Attempt, GdapFaults, Interference } from '#workloads/gdap/rules/settings.ts'
import type { HeldRow } from '#worlds/instance.ts'

export interface RuledGdap extends GdapFaults {
  /** Rows that stay in their status at present. */
  held(): readonly HeldRow[]
  /** Rows that no rule holds any more; each is given once. */
  released(): readonly HeldRow[]
}

/** The names in a rule were checked. */
function selects(rows: FaultedRows | undefined, attempt: Attempt): boolean {
  return rows !== undefined && meets([rows as Interference], attempt.machine, attempt.status, attempt)
}

function isSlow(gdap: GdapFault | undefined, transition: string, relationshipId: string): boolean {
  if (gdap?.latencySeconds?.[transition] === undefined) return false
  return gdap.relationshipId === undefined || gdap.relationshipId.toLowerCase() === relationshipId.toLowerCase()
}

/** Attempts whose outcome is remembered. */
const mostAttempts = 1_000

function keyOf({ machine, subject }: Attempt): string {
  return `${machine} ${subject}`
}

/** Outcomes by attempt: what was undone and runs again is the same attempt, and counts once. */
class Outcomes {
  readonly #known = new Map<string, LiveRule | undefined>()

  of(attempt: Attempt, decide: () => LiveRule | undefined): LiveRule | undefined {
    const key = `${keyOf(attempt)} ${attempt.status} ${attempt.now}`
    if (this.#known.has(key)) return this.#known.get(key)
    const rule = decide()
    this.#known.set(key, rule)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostAttempts && oldest !== undefined) this.#known.delete(oldest)
    return rule
  }
}

export function gdapFaultsOf(rules: FaultRules): RuledGdap {
  const held = new Map<string, { readonly attempt: Attempt; readonly rule: LiveRule }>()
  const failed = new Outcomes()
  /** The first rule that is for it and is applied to it. */
  const strikes = ({ now }: Attempt, isMeant: (rule: LiveRule) => boolean): LiveRule | undefined => {
    const at = Date.parse(now)
    return rules.gdapRules(at).find((rule) => isMeant(rule) && rule.strike(at, null))
  }
  const holds = (attempt: Attempt): LiveRule | undefined => {
    const before = held.get(keyOf(attempt))
    // It is held, and runs again.
    if (before?.attempt.status === attempt.status && rules.gdapRules(Date.parse(attempt.now)).includes(before.rule))
      return before.rule
    return strikes(attempt, ({ rule: { what } }) => selects(what.gdap?.stuck, attempt))
  }
  return {
    hold: (attempt) => {
      const rule = holds(attempt)
      if (rule === undefined) {
        held.delete(keyOf(attempt))
        return undefined
      }
      held.set(keyOf(attempt), { attempt, rule })
      return { until: rule.end === undefined ? undefined : new Date(rule.end).toISOString() }
    },
    fails: (attempt) =>
      failed.of(attempt, () => strikes(attempt, ({ rule: { what } }) => selects(what.gdap?.failing, attempt))) !==
      undefined,
    latency: (name, relationshipId) => {
      const now = rules.now()
      const rule = rules.gdapRules(now).find(({ rule: { what } }) => isSlow(what.gdap, name, relationshipId))
      return rule?.strike(now, null) === true ? rule.rule.what.gdap?.latencySeconds?.[name] : undefined
    },
    held: () => [...held.values()].map(({ attempt }) => attempt),
    released: () => {
      const now = rules.now()
      const free = [...held].filter(([, { rule }]) => !rules.gdapRules(now).includes(rule))
      for (const [key] of free) held.delete(key)
      return free.map(([, { attempt }]) => attempt)
    },
  }
}
