/** When a delivery is tried again: the lists of events.md §6.4, and how a setting replaces one of them. */

/** The forms that have a schedule, as `--delivery-schedule` names them. */
export const scheduleNames = ['own', 'partnerCenter', 'graph', 'sink'] as const
export type ScheduleName = (typeof scheduleNames)[number]

/** Milliseconds before each attempt, the first one included; those that are left out are the usual ones. */
export type Schedules = Readonly<Partial<Record<ScheduleName, readonly number[]>>>

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const units = { s: second, m: minute, h: hour } as const

const most = 50
/** A wait of more than a week is a mistake. */
const longest = 7 * 24 * hour

export const ownSchedule: readonly number[] = [
  ...[0, 5 * second, 5 * minute, 30 * minute],
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour),
]

/** What a list says after so many attempts; undefined: there is no further one. */
export function nextIn(list: readonly number[], attempts: number): number | undefined {
  return list[attempts]
}

function waitIn(text: string): number {
  const [, digits, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? []
  const millis = Number(digits) * units[unit as keyof typeof units]
  if (digits === undefined || millis > longest)
    throw new Error(`has '${text}', which is not a time such as 0, 30s, 5m or 2h, of at most a week`)
  return millis
}

/** `own=0,1s,5s`, and others after a semicolon. Throws what is wrong. */
export function schedulesIn(text: string): Schedules {
  const schedules: Partial<Record<ScheduleName, readonly number[]>> = {}
  for (const part of text.split(';')) {
    const [name = '', list = '', ...more] = part.split('=').map((piece) => piece.trim())
    const known = scheduleNames.find((one) => one.toLowerCase() === name.toLowerCase())
    if (known === undefined || list === '' || more.length > 0)
      throw new Error(`has '${part.trim()}', which is not like own=0,1s,5s; names are ${scheduleNames.join(', ')}`)
    const waits = list.split(',').map((piece) => waitIn(piece.trim()))
    if (waits.length > most) throw new Error(`has more than ${most} attempts for ${known}`)
    schedules[known] = waits
  }
  return schedules
}
