/** Plain values of a file, read member by member: every fault is kept, with the file and the line where it is. */
import { isObject, type Json } from '#base/json.ts'

export type ValuePath = readonly (string | number)[]

/** A file, parsed by whoever knows its form. */
export interface ParsedFile {
  readonly file: string
  readonly value: unknown
  /** From 1; undefined: the form has no lines. */
  lineOf?(path: ValuePath): number | undefined
}

export interface InputFault {
  readonly file: string
  readonly line: number | undefined
  /** Where in the file, such as `assign/0/group`; empty: the file. */
  readonly path: string
  readonly text: string
}

/** What was given cannot be used: wrong use of the command, or a bad request. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly faults: readonly InputFault[]

  constructor(faults: readonly InputFault[]) {
    super(faults.map(faultText).join('\n'))
    this.faults = faults
  }
}

export function faultText({ file, line, path, text }: InputFault): string {
  const where = line === undefined ? (path === '' ? file : `${file} ${path}`) : `${file}:${line}`
  return `${where}: ${text}`
}

export interface InputReading {
  fault(path: ValuePath, text: string): undefined
  /** The members; undefined with a fault where it is no object, or one has members that are not known. */
  members(value: unknown, path: ValuePath, known: readonly string[]): Json | undefined
  text(value: unknown, path: ValuePath, isRight?: (text: string) => string | undefined): string | undefined
  list(value: unknown, path: ValuePath): readonly unknown[]
  oneOf<T extends string>(value: unknown, path: ValuePath, words: readonly T[], usual: T): T
  flag(value: unknown, path: ValuePath, usual: boolean): boolean
}

export function readingOf({ file, lineOf }: ParsedFile, faults: InputFault[]): InputReading {
  const fault = (path: ValuePath, text: string): undefined => {
    faults.push({ file, line: lineOf?.(path), path: path.join('/'), text })
    return undefined
  }
  return {
    fault,
    members: (value, path, known) => {
      if (!isObject(value)) return fault(path, `${nameOf(path)} is not a list of members.`)
      for (const name of Object.keys(value))
        if (!known.includes(name)) fault([...path, name], `'${name}' is not known here: there are ${known.join(', ')}.`)
      return value
    },
    text: (value, path, isRight) => {
      if (typeof value !== 'string' || value.trim() === '') return fault(path, `${nameOf(path)} is no text.`)
      const wrong = isRight?.(value.trim())
      return wrong === undefined ? value.trim() : fault(path, wrong)
    },
    list: (value, path) => {
      if (value === undefined || value === null) return []
      if (Array.isArray(value)) return value
      fault(path, `${nameOf(path)} is not a list.`)
      return []
    },
    oneOf: (value, path, words, usual) => {
      if (value === undefined) return usual
      const found = words.find((word) => word === value)
      if (found !== undefined) return found
      fault(path, `'${String(value)}' is not one of ${words.join(', ')}.`)
      return usual
    },
    flag: (value, path, usual) => {
      if (value === undefined) return usual
      if (typeof value === 'boolean') return value
      fault(path, `${nameOf(path)} is neither true nor false.`)
      return usual
    },
  }
}

function nameOf(path: ValuePath): string {
  const last = path.at(-1)
  return last === undefined ? 'The file' : typeof last === 'number' ? `Element ${last + 1}` : `'${last}'`
}
