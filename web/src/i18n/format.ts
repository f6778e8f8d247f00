/** Instants, durations, numbers and lists in the language of the pages. Instants are read by the clock of the server. */
import { useEffect, useState } from 'react'
import { settings } from '../kit/look/settings.ts'
import { forLanguage, numberFormat, t } from './t.ts'

/** How far the server's clock is from the browser's, in milliseconds; undefined: it stands at `frozenAt`. */
let offsetMs = 0
let frozenAtMs: number | undefined

/** Who draws again when the clock was moved, and not only when time passes. */
const hearers = new Set<() => void>()

export function noteServerClock(now: string, frozen: boolean): void {
  const beforeMs = serverNow().getTime()
  const ms = new Date(now).getTime()
  frozenAtMs = frozen ? ms : undefined
  offsetMs = ms - Date.now()
  if (Math.abs(ms - beforeMs) >= 1000) for (const hear of hearers) hear()
}

/** The instant on the server's clock, which may have been moved. */
export function serverNow(): Date {
  return new Date(frozenAtMs ?? Date.now() + offsetMs)
}

const day = 86_400_000
/** Units with their length, and the least difference that is told in them: one of a large unit says too little. */
const steps: readonly [unit: Intl.RelativeTimeFormatUnit, ms: number, from: number][] = [
  ['year', 365 * day, 2 * 365 * day],
  ['month', 30 * day, 60 * day],
  ['day', day, 2 * day],
  ['hour', 3_600_000, 3_600_000],
  ['minute', 60_000, 60_000],
  ['second', 1000, 0],
]

const exactly = forLanguage((of) => new Intl.RelativeTimeFormat(of, { numeric: 'always' }))
const inWords = forLanguage((of) => new Intl.RelativeTimeFormat(of, { numeric: 'auto' }))
const listFormat = forLanguage((of) => new Intl.ListFormat(of))

/** `withZone`: says so where it is UTC. */
function dateText(options: Intl.DateTimeFormatOptions, withZone: boolean): (instant: Date, inUtc: boolean) => string {
  const local = forLanguage((of) => new Intl.DateTimeFormat(of, options))
  const utc = forLanguage((of) => new Intl.DateTimeFormat(of, { ...options, timeZone: 'UTC' }))
  return (instant, inUtc) => (inUtc ? utc() : local()).format(instant) + (inUtc && withZone ? ' UTC' : '')
}

const fullText = dateText({ dateStyle: 'medium', timeStyle: 'medium' }, true)
const minuteText = dateText({ dateStyle: 'medium', timeStyle: 'short' }, true)
const dayText = dateText({ dateStyle: 'medium' }, false)

const isInUtc = (): boolean => settings().dates === 'utc'

/** "in 12 months", "36 hours ago", "now". */
export function relativeTime(instant: string | Date, now = serverNow()): string {
  const difference = new Date(instant).getTime() - now.getTime()
  const [unit, ms] = steps.find(([, , from]) => Math.abs(difference) >= from) as (typeof steps)[number]
  const value = Math.trunc(difference / ms)
  return (value === 0 ? inWords() : exactly()).format(value, unit)
}

/** With date, time and zone. `UTC` always where it is to be copied. */
export function fullTime(instant: string | Date, zone?: 'UTC'): string {
  return fullText(new Date(instant), zone === 'UTC' || isInUtc())
}

export function shortDate(instant: string | Date): string {
  return dayText(new Date(instant), isInUtc())
}

/** Date, hours and minutes. */
export function momentText(instant: string | Date): string {
  return minuteText(new Date(instant), isInUtc())
}

/** As the settings say: relative, local or UTC. */
export function instantText(instant: string | Date): string {
  return settings().dates === 'relative' ? relativeTime(instant) : fullTime(instant)
}

export function numberText(value: number): string {
  return numberFormat().format(value)
}

export function listText(parts: readonly string[]): string {
  return listFormat().format(parts)
}

/** `P730D` → 730 days. Years stay years. Other texts stay as they are. */
export function durationText(duration: string): string {
  const found = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/.exec(duration)
  if (found === null) return duration
  const [, years, months, days] = found.map(Number)
  const parts = [
    years ? t('time.years', { n: years }) : '',
    months ? t('time.months', { n: months }) : '',
    days ? t('time.days', { n: days }) : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? t('time.days', { n: 0 }) : listText(parts)
}

/** Renders again each second or minute, for times that count, and when the server's clock was moved. */
export function useTick(ms = 30_000): void {
  const [, set] = useState(0)
  useEffect(() => {
    const again = (): void => set((n) => n + 1)
    const timer = setInterval(again, ms)
    hearers.add(again)
    return () => {
      clearInterval(timer)
      hearers.delete(again)
    }
  }, [ms])
}
