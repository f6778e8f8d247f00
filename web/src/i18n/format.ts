/** Instants, durations, numbers and lists in the language of the pages. Instants are read by the clock of the server. */
import { useEffect, useState } from 'react'
import { settings } from '../kit/look/settings.ts'
import { currentLanguage, t } from './t.ts'

/** How far the server's clock is from the browser's, in milliseconds; undefined: it stands at `frozenAt`. */
let offsetMs = 0
let frozenAtMs: number | undefined

export function noteServerClock(now: string, frozen: boolean): void {
  const ms = new Date(now).getTime()
  frozenAtMs = frozen ? ms : undefined
  offsetMs = ms - Date.now()
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

/** "in 12 months", "36 hours ago", "now". */
export function relativeTime(instant: string | Date, now = serverNow()): string {
  const difference = new Date(instant).getTime() - now.getTime()
  const [unit, ms] = steps.find(([, , from]) => Math.abs(difference) >= from) as (typeof steps)[number]
  const value = Math.trunc(difference / ms)
  const numeric = value === 0 ? 'auto' : 'always'
  return new Intl.RelativeTimeFormat(currentLanguage(), { numeric }).format(value, unit)
}

/** With date, time and zone. `UTC` always where it is to be copied. */
export function fullTime(instant: string | Date, zone?: 'UTC'): string {
  const inUtc = zone === 'UTC' || settings().dates === 'utc'
  return (
    new Intl.DateTimeFormat(currentLanguage(), {
      dateStyle: 'medium',
      timeStyle: 'medium',
      ...(inUtc ? { timeZone: 'UTC' } : {}),
    }).format(new Date(instant)) + (inUtc ? ' UTC' : '')
  )
}

export function shortDate(instant: string | Date): string {
  return new Intl.DateTimeFormat(currentLanguage(), {
    dateStyle: 'medium',
    ...(settings().dates === 'utc' ? { timeZone: 'UTC' } : {}),
  }).format(new Date(instant))
}

/** Date, hours and minutes. */
export function momentText(instant: string | Date): string {
  const inUtc = settings().dates === 'utc'
  return (
    new Intl.DateTimeFormat(currentLanguage(), {
      dateStyle: 'medium',
      timeStyle: 'short',
      ...(inUtc ? { timeZone: 'UTC' } : {}),
    }).format(new Date(instant)) + (inUtc ? ' UTC' : '')
  )
}

/** As the settings say: relative, local or UTC. */
export function instantText(instant: string | Date): string {
  return settings().dates === 'relative' ? relativeTime(instant) : fullTime(instant)
}

export function numberText(value: number): string {
  return new Intl.NumberFormat(currentLanguage()).format(value)
}

export function listText(parts: readonly string[]): string {
  return new Intl.ListFormat(currentLanguage()).format(parts)
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

/** Renders again each second or minute, for times that count. */
export function useTick(ms = 30_000): void {
  const [, set] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => set((n) => n + 1), ms)
    return () => clearInterval(timer)
  }, [ms])
}
