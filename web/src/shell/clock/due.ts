/** What would fire by an instant, and where a duration leads: pure, as the server counts it. */

export interface DueEntry {
  readonly tenantId: string
  readonly kind: string
  readonly subject: string
  readonly displayName?: string
  readonly dueDateTime: string
}

export interface DueLists {
  readonly now: string
  /** The next first. */
  readonly due: readonly DueEntry[]
  /** The newest first. */
  readonly fired: readonly DueEntry[]
}

/** All entries that fire when the clock shows the instant. */
export function firedBy(due: readonly DueEntry[], at: Date): readonly DueEntry[] {
  return due.filter(({ dueDateTime }) => new Date(dueDateTime).getTime() <= at.getTime())
}

/** The three reminders are one kind for people. */
export function kindOf({ kind }: Pick<DueEntry, 'kind'>): string {
  return kind.startsWith('gdap.reminder') ? 'gdap.reminder' : kind
}

/** How many of each kind, those that come first first. */
export function countKinds(entries: readonly DueEntry[]): readonly (readonly [kind: string, n: number])[] {
  const counts = new Map<string, number>()
  for (const entry of entries) counts.set(kindOf(entry), (counts.get(kindOf(entry)) ?? 0) + 1)
  return [...counts]
}

const form = /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** `90` and `90 days` are P90D. Undefined for what is no duration that goes forward. */
export function durationFrom(typed: string): string | undefined {
  const text = typed.trim()
  const days = /^(\d{1,6})\s*(?:d|days?|Tage?n?)?$/i.exec(text)
  if (days !== null) return `P${Number(days[1])}D`
  const upper = text.toUpperCase()
  return form.test(upper) ? upper : undefined
}

/** The last that a field of a local time takes. */
export const lastInstant = '9999-12-31T23:59'

/** What a field of a local time holds, as an instant. Undefined: it is none, or of a year that no clock shows. */
export function instantFrom(typed: string): Date | undefined {
  const at = new Date(typed)
  return at.getTime() <= new Date(lastInstant).getTime() ? at : undefined
}

/** Years and months by the calendar of UTC, the rest exact. Undefined where it leads out of what a clock can show. */
export function later(from: Date, duration: string): Date | undefined {
  const found = form.exec(duration)
  if (found === null) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0))
  const month = from.getUTCFullYear() * 12 + from.getUTCMonth() + years * 12 + months
  const year = Math.floor(month / 12)
  const lastDay = new Date(Date.UTC(year, month - year * 12 + 1, 0)).getUTCDate()
  const at = new Date(from)
  at.setUTCFullYear(year, month - year * 12, Math.min(from.getUTCDate(), lastDay))
  const ms = at.getTime() + (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000
  return ms < Date.UTC(9999, 11, 31) ? new Date(ms) : undefined
}

/** Where the object of an entry is shown; undefined: it has no page. */
export function pageOf({ kind, subject }: DueEntry): string | undefined {
  const isRelationship = /^gdap\.(?:reminder\d*|end|lapse|cleanUp|relationship)$/.test(kind)
  return isRelationship ? `/gdap/relationships/${subject}` : undefined
}

const steps = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const

/** How far from the true time, in the largest unit that fits. Undefined: less than half a minute, which is on the way. */
export function offsetOf(
  now: Date,
  trueNow: Date,
): { readonly unit: (typeof steps)[number][0]; readonly n: number; readonly isBehind: boolean } | undefined {
  const ms = now.getTime() - trueNow.getTime()
  if (Math.abs(ms) < 30_000) return undefined
  const [unit, size] = steps.find(([, one]) => Math.abs(ms) >= one - 30_000) ?? (['minutes', 60_000] as const)
  return { unit, n: Math.max(1, Math.round(Math.abs(ms) / size)), isBehind: ms < 0 }
}
