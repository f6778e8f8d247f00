/** `settings.yaml`: what holds for all templates and customers (events.md §7.2). */
import { durationOf, inDaysAndTime } from '#base/duration.ts'
import { type BulkSettings, lengthOf, millisOfDay, usualSettings } from '../wanted.ts'
import { type InputFault, type InputReading, type ParsedFile, readingOf } from './reading.ts'

export const settingsFormat = 'relata-gdap/1'
const mostDays = 730

export function durationFault(text: string): string | undefined {
  const days = lengthOf(text) / millisOfDay
  if (durationOf(text) !== undefined && days >= 1 && days <= mostDays) return undefined
  return `'${text}' is no duration from P1D to P730D.`
}

export function extensionFault(text: string): string | undefined {
  const days = lengthOf(text) / millisOfDay
  if (durationOf(text) !== undefined && (days === 0 || days === 180)) return undefined
  return `'${text}' is neither P180D nor PT0S, which stands for none.`
}

/** Days and time, `PT0S` for none. */
export function plainDuration(text: string): string {
  return inDaysAndTime(text) ?? text
}

function durationIn(
  reading: InputReading,
  value: unknown,
  path: readonly string[],
  usual: string,
  isRight: (text: string) => string | undefined,
): string {
  if (value === undefined) return usual
  return plainDuration(reading.text(value, path, isRight) ?? usual)
}

function wholeDays(reading: InputReading, value: unknown, path: readonly string[], usual: number): number {
  if (value === undefined) return usual
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostDays) return value
  const text = typeof value === 'string' ? value : ''
  const days = lengthOf(text) / millisOfDay
  if (durationOf(text) !== undefined && Number.isInteger(days) && days <= mostDays) return days
  reading.fault(path, `'${String(value)}' is no number of days, such as P60D or 60.`)
  return usual
}

/** Absent members are as usual. */
export function settingsIn(file: ParsedFile, faults: InputFault[]): BulkSettings {
  const reading = readingOf(file, faults)
  const given = reading.members(file.value ?? {}, [], ['format', 'prefix', 'defaults', 'unmanaged', 'renewBefore'])
  if (given === undefined) return usualSettings
  if (given['format'] !== undefined && given['format'] !== settingsFormat)
    reading.fault(['format'], `The format is '${String(given['format'])}', and only ${settingsFormat} is known.`)
  const prefix = given['prefix']
  const isPrefix = (text: string) =>
    /^[A-Za-z0-9-]{1,8}$/.test(text) ? undefined : `'${text}' is no prefix: up to 8 letters, digits and hyphens.`
  const known = ['duration', 'autoExtend', 'lock', 'globalAdministrator', 'unknownRole']
  const defaults = reading.members(given['defaults'] ?? {}, ['defaults'], known) ?? {}
  const words = ['refuse', 'allow'] as const
  const at = (name: string) => ['defaults', name]
  return {
    prefix: prefix === undefined ? usualSettings.prefix : (reading.text(prefix, ['prefix'], isPrefix) ?? ''),
    duration: durationIn(reading, defaults['duration'], at('duration'), usualSettings.duration, durationFault),
    autoExtend: durationIn(reading, defaults['autoExtend'], at('autoExtend'), usualSettings.autoExtend, extensionFault),
    lock: reading.flag(defaults['lock'], at('lock'), usualSettings.lock),
    globalAdministrator: reading.oneOf(
      defaults['globalAdministrator'],
      at('globalAdministrator'),
      words,
      usualSettings.globalAdministrator,
    ),
    unknownRole: reading.oneOf(defaults['unknownRole'], at('unknownRole'), words, usualSettings.unknownRole),
    unmanaged: reading.oneOf(
      given['unmanaged'],
      ['unmanaged'],
      ['keep', 'report', 'terminate'],
      usualSettings.unmanaged,
    ),
    renewBeforeDays: wholeDays(reading, given['renewBefore'], ['renewBefore'], usualSettings.renewBeforeDays),
  }
}
