/** What one setting is, and the readers that make values of text. Each reader throws what is wrong with it. */
import type { JsonSchema } from './schema-check.ts'

/** One setting: its flag, its words in the help, and how text becomes a value. `read` throws what is wrong. */
export interface Setting<T = unknown> {
  /** As commander writes it: `-p, --port <number>`; the environment variable is made of the long name. */
  readonly flags: string
  readonly doc: string
  readonly initial: T
  read(text: string): T
  /** Given again, it adds to what was given before; the texts are joined by commas. */
  readonly many?: boolean
  /** Understood, but not shown in the help. */
  readonly hidden?: string
  /** Its text is never shown; `RELATA_<NAME>_FILE` names a file that holds it. */
  readonly secret?: boolean
  /** What it is in a configuration file. */
  readonly shape: JsonSchema
  /** Whether a text names a file or folder, which a configuration file names relative to itself. Absent: none does. */
  readonly isPath?: (text: string) => boolean
}

/** A reader of text that knows what stands for the text in JSON; a text where it does not say. */
export interface SettingReader<T> {
  (text: string): T
  readonly shape?: JsonSchema
}

const textShape: JsonSchema = { type: 'string', minLength: 1 }

/** In a configuration file several values are a list; on the command line they are separated by commas. */
export const listShape: JsonSchema = { anyOf: [textShape, { type: 'array', items: textShape }] }

function shaped<T>(shape: JsonSchema, read: (text: string) => T): SettingReader<T> {
  return Object.assign(read, { shape })
}

export function whole(least: number, most: number): SettingReader<number> {
  return shaped({ type: 'integer', minimum: least, maximum: most }, (text) => {
    const value = Number(text)
    if (!/^\d{1,15}$/.test(text) || value < least || value > most)
      throw new Error(`is not a whole number from ${least} to ${most}`)
    return value
  })
}

export function oneOf<const T extends string>(...words: readonly T[]): SettingReader<T> {
  return shaped({ type: 'string', enum: words }, (text) => {
    const found = words.find((word) => word === text.toLowerCase())
    if (found === undefined) throw new Error(`is not one of ${words.join(', ')}`)
    return found
  })
}

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  on: true,
  false: false,
  0: false,
  no: false,
  off: false,
}

export const truth = shaped({ type: 'boolean' }, (text): boolean => {
  const value = Object.hasOwn(truths, text.toLowerCase()) ? truths[text.toLowerCase()] : undefined
  if (value === undefined) throw new Error('is neither true nor false')
  return value
})

export function named(text: string): string {
  if (text.trim() === '') throw new Error('is empty')
  return text
}

const originForm = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/
const groups: Readonly<Record<string, 'local' | 'any' | 'none'>> = {
  local: 'local',
  any: 'any',
  '*': 'any',
  none: 'none',
}

/** Whose pages may call: a group of them by name, or their origins as browsers write them. */
export function origins(text: string): 'local' | 'any' | 'none' | readonly string[] {
  const list = text.split(',').map((part) => part.trim().toLowerCase())
  const group = list.length === 1 ? groups[list[0] ?? ''] : undefined
  if (group !== undefined) return group
  const wrong = list.find((part) => !originForm.test(part))
  if (wrong !== undefined) throw new Error(`has '${wrong}', which is not an origin such as https://app.example:8080`)
  return list
}

export function setting<T>(
  flags: string,
  doc: string,
  initial: T,
  read: SettingReader<T>,
  more: Partial<Setting<T>> = {},
): Setting<T> {
  return {
    flags,
    doc,
    initial,
    read,
    shape: read.shape ?? textShape,
    ...more,
  }
}
