/** Members of a JSON object taken one by one, with faults for those of the wrong kind and those that nobody knows. */
import { guidIn, noGuid } from '#base/ids.ts'
import type { Properties, Texts } from '../document.ts'
import { type At, type FaultCode, fault, type ImportFault } from '../faults.ts'
import { isPlaced, lineOf, type PlacedJson } from './parse.ts'

export interface Notes {
  readonly file: string
  readonly faults: ImportFault[]
  /** Names of members that have been reported as unknown. */
  readonly unknown: Set<string>
}

export function startNotes(file: string): Notes {
  return { file, faults: [], unknown: new Set() }
}

/** An absent member gives undefined; one of the wrong kind a fault, and undefined. */
export interface Members {
  readonly at: At
  /** A fault was added. */
  readonly isRefused: () => boolean
  refuse(code: FaultCode, text: string): void
  has(name: string): boolean
  text(name: string): string | undefined
  /** `null` states "none". */
  nullable(name: string): string | null | undefined
  boolean(name: string): boolean | undefined
  count(name: string): number | undefined
  /** A GUID in lower case; that of zeros is none. */
  id(name: string): string | undefined
  texts(name: string): string[] | undefined
  ids(name: string): string[] | undefined
  objects(name: string): PlacedJson[] | undefined
  /** Anything, unchecked. */
  any(name: string): unknown
  properties(name: string): Properties | undefined
  /** Of entries such as `{"languageTag": …, "<member>": …}`. */
  byLanguage(name: string, member: string): Texts | undefined
  /** Reports what was not asked for. */
  end(): void
}

const kinds = { text: 'a text', boolean: 'true or false', count: 'a whole number', list: 'a list' } as const

export function membersOf(object: PlacedJson, path: string, notes: Notes): Members {
  const at: At = { file: notes.file, line: object[lineOf], path }
  const asked = new Set<string>()
  let refused = false

  function refuse(code: FaultCode, text: string): void {
    refused = true
    notes.faults.push(fault(code, at, `line ${at.line}: ${text}`))
  }
  function wrong(name: string, kind: string): undefined {
    refuse('value', `"${name}" is not ${kind}.`)
    return undefined
  }
  function any(name: string): unknown {
    asked.add(name)
    return Object.hasOwn(object, name) ? object[name] : undefined
  }
  function text(name: string): string | undefined {
    const value = any(name)
    if (value === undefined || typeof value === 'string') return value
    return wrong(name, kinds.text)
  }
  function nullable(name: string): string | null | undefined {
    return any(name) === null ? null : text(name)
  }
  function boolean(name: string): boolean | undefined {
    const value = any(name)
    if (value === undefined || typeof value === 'boolean') return value
    return wrong(name, kinds.boolean)
  }
  function count(name: string): number | undefined {
    const value = any(name)
    if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0)) return value as number | undefined
    return wrong(name, kinds.count)
  }
  function idIn(name: string, value: string): string | undefined {
    const id = guidIn(value)
    if (id === undefined) refuse('guid', `'${value}' in "${name}" is no GUID.`)
    return id
  }
  function list(name: string): unknown[] | undefined {
    const value = any(name)
    if (value === undefined || Array.isArray(value)) return value
    return wrong(name, kinds.list)
  }
  function texts(name: string): string[] | undefined {
    const value = list(name)
    if (value?.every((one) => typeof one === 'string') !== false) return value as string[] | undefined
    return wrong(name, 'a list of texts')
  }
  function objects(name: string): PlacedJson[] | undefined {
    const value = list(name)
    if (value?.every(isPlaced) !== false) return value as PlacedJson[] | undefined
    return wrong(name, 'a list of objects')
  }
  function properties(name: string): Properties | undefined {
    const entries = objects(name)
    if (entries === undefined) return undefined
    const all: [string, string][] = []
    for (const { key, value } of entries) {
      if (typeof key !== 'string' || typeof value !== 'string') return wrong(name, 'a list of {"key": …, "value": …}')
      if (all.some(([known]) => known === key)) refuse('twice', `"${name}" has the key '${key}' twice.`)
      all.push([key, value])
    }
    return Object.fromEntries(all)
  }
  function byLanguage(name: string, member: string): Texts | undefined {
    const entries = objects(name)
    if (entries === undefined) return undefined
    const all: [string, string][] = []
    for (const entry of entries) {
      const { languageTag: tag = '', [member]: value } = entry
      if (typeof tag !== 'string' || typeof value !== 'string')
        return wrong(name, `a list of {"${member}": …, "languageTag": …}`)
      if (all.some(([known]) => known === tag)) refuse('twice', `"${name}" has two texts in '${tag}'.`)
      all.push([tag, value])
    }
    return Object.fromEntries(all)
  }
  function end(): void {
    for (const name of Object.keys(object)) {
      if (asked.has(name) || name.startsWith('x-') || notes.unknown.has(name)) continue
      notes.unknown.add(name)
      notes.faults.push(
        fault('unknown-member', at, `line ${at.line}: the member "${name}" is not known here and says nothing.`),
      )
    }
  }
  return {
    ...{ at, refuse, any, text, nullable, boolean, count, texts, objects, properties, byLanguage, end },
    isRefused: () => refused,
    has: (name) => Object.hasOwn(object, name),
    id: (name) => {
      const value = text(name)
      const id = value === undefined || value === '' ? undefined : idIn(name, value)
      return id === noGuid ? undefined : id
    },
    ids: (name) => texts(name)?.flatMap((value) => idIn(name, value) ?? []),
  }
}
