/** A rule for what goes wrong on purpose, as the server takes it (docs/faults.md), and what a page needs to know of it. Pure. */

import type { ControlSchemas } from '../../data/types.ts'

type Fixed<Value> = Value extends object ? { readonly [Name in keyof Value]: Fixed<Value[Name]> } : Value

/** As it is given. */
export type FaultRule = Fixed<ControlSchemas['faultRule']>
/** As it is shown, with what has come of it. */
export type ShownRule = Fixed<ControlSchemas['shownFaultRule']>
export type FaultWhere = NonNullable<FaultRule['where']>
export type FaultWhat = FaultRule['what']
type FaultedRows = NonNullable<NonNullable<FaultWhat['gdap']>['stuck']>
/** While they are chosen. */
export type RowsOfGdap = Partial<FaultedRows>
export type Machine = FaultedRows['machine']

export const kinds = [
  'status',
  'latency',
  'drop',
  'opaque',
  'emptyList',
  'listLag',
  'stuck',
  'failing',
  'gdapLatency',
] as const
export type FaultKind = (typeof kinds)[number]

export function kindOf({ status, drop, opaque, emptyList, listLag, gdap, latencyMs }: FaultWhat): FaultKind {
  if (status !== undefined) return 'status'
  if (drop === true) return 'drop'
  if (opaque === true) return 'opaque'
  if (emptyList === true) return 'emptyList'
  if (listLag !== undefined) return 'listLag'
  if (gdap?.failing !== undefined) return 'failing'
  if (gdap?.latencySeconds !== undefined) return 'gdapLatency'
  if (gdap !== undefined) return 'stuck'
  return latencyMs === undefined ? 'status' : 'latency'
}

const usual: Readonly<Record<FaultKind, FaultWhat>> = {
  status: { status: 429, retryAfter: 2 },
  latency: { latencyMs: 800 },
  drop: { drop: true },
  opaque: { opaque: true },
  emptyList: { emptyList: true },
  listLag: { listLag: 'PT5S' },
  stuck: { gdap: { stuck: { machine: 'relationship', status: 'approved' } } },
  failing: { gdap: { failing: { machine: 'assignment' } } },
  gdapLatency: { gdap: { latencySeconds: { activation: 60 } } },
}

/** Whether it is about requests, and not about rows that change by themselves. */
export function isOfRequests(what: FaultWhat): boolean {
  return what.gdap === undefined
}

/** The rule with another kind of answer; rules of GDAP have no `where` and no `after`. */
export function withKind(rule: FaultRule, kind: FaultKind): FaultRule {
  const { where, after, ...rest } = rule
  const what = usual[kind]
  if (!isOfRequests(what)) return { ...rest, what }
  const hasAfter = after !== undefined && kind !== 'latency' && kind !== 'emptyList' && kind !== 'listLag'
  return { ...rest, ...(where === undefined ? {} : { where }), what, ...(hasAfter ? { after } : {}) }
}

type Part = Readonly<Record<string, unknown>>

/** Members that are undefined or empty texts are taken out; a `where` without members as well. */
export function changed(rule: FaultRule, change: Part): FaultRule {
  return tidy({ ...rule, ...change }) as unknown as FaultRule
}

export function tidy(value: Part): Part {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      if (one === undefined || one === '') return []
      if (name === 'where' && Object.keys(tidy(one as Part)).length === 0) return []
      return [[name, name === 'where' || name === 'what' ? tidy(one as Part) : one]]
    }),
  )
}

const shownOnly = ['matches', 'hits', 'lastHit', 'startDateTime'] as const

/** The rule as it was given, to be added again or edited. */
export function givenRule(rule: ShownRule): FaultRule {
  const rest: Record<string, unknown> = { ...rule }
  for (const name of shownOnly) delete rest[name]
  if (rule.on) delete rest['on']
  return rest as unknown as FaultRule
}

/** What PATCH has to say so that `before` becomes `after`; null takes a member out. The id stays. */
export function patchOf(before: FaultRule, after: FaultRule): Part {
  const from = before as unknown as Record<string, unknown>
  const to = after as unknown as Record<string, unknown>
  const names = new Set([...Object.keys(from), ...Object.keys(to)])
  names.delete('id')
  return Object.fromEntries(
    [...names].flatMap((name) => {
      if (JSON.stringify(from[name]) === JSON.stringify(to[name])) return []
      return [[name, to[name] ?? (name === 'on' ? true : null)]]
    }),
  )
}

/** Seconds of `PT5S`, `PT2M`; undefined for what is written otherwise. */
export function secondsOf(duration: string): number | undefined {
  const found = /^PT(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration)
  return found === null ? undefined : Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0)
}
