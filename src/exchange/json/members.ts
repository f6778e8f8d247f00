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

/** The object itself, and what was found wrong with it. */
interface Core {
  readonly at: At
  /** A fault was added. */
  isRefused(): boolean
  refuse(code: FaultCode, text: string): void
  /** Anything, unchecked. */
  any(name: string): unknown
  /** Reports what was not asked for. */
  end(): void
}

/** An absent member gives undefined; one of the wrong kind a fault, and undefined. */
interface Scalars {
  text(name: string): string | undefined
  /** `null` states "none". */
  nullable(name: string): string | null | undefined
  boolean(name: string): boolean | undefined
  count(name: string): number | undefined
  /** A GUID in lower case; that of zeros is none. */
  id(name: string): string | undefined
}

interface Lists {
  texts(name: string): string[] | undefined
  ids(name: string): string[] | undefined
  objects(name: string): PlacedJson[] | undefined
  properties(name: string): Properties | undefined
  /** Of entries such as `{"languageTag": …, "<member>": …}`. */
  byLanguage(name: string, member: string): Texts | undefined
}

export interface Members extends Core, Scalars, Lists {}

function coreOf(object: PlacedJson, path: string, notes: Notes): Core {
  const at: At = { file: notes.file, line: object[lineOf], path }
  const asked = new Set<string>()
  let refused = false
  return {
    at,
    isRefused: () => refused,
    refuse: (code, text) => {
      refused = true
      notes.faults.push(fault(code, at, `line ${at.line}: ${text}`))
    },
    any: (name) => {
      asked.add(name)
      return Object.hasOwn(object, name) ? object[name] : undefined
    },
    end: () => {
      for (const name of Object.keys(object)) {
        if (asked.has(name) || name.startsWith('x-') || notes.unknown.has(name)) continue
        notes.unknown.add(name)
        const text = `line ${at.line}: the member "${name}" is not known here and says nothing.`
        notes.faults.push(fault('unknown-member', at, text))
      }
    },
  }
}

function addWrong({ refuse }: Core, name: string, kind: string): undefined {
  refuse('value', `"${name}" is not ${kind}.`)
  return undefined
}

function idIn({ refuse }: Core, name: string, value: string): string | undefined {
  const id = guidIn(value)
  if (id === undefined) refuse('guid', `'${value}' in "${name}" is no GUID.`)
  return id
}

function scalarsOf(core: Core): Scalars {
  const { any } = core
  function text(name: string): string | undefined {
    const value = any(name)
    return value === undefined || typeof value === 'string' ? value : addWrong(core, name, 'a text')
  }
  return {
    text,
    nullable: (name) => (any(name) === null ? null : text(name)),
    boolean: (name) => {
      const value = any(name)
      return value === undefined || typeof value === 'boolean' ? value : addWrong(core, name, 'true or false')
    },
    count: (name) => {
      const value = any(name)
      if (value === undefined) return undefined
      return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : addWrong(core, name, 'a whole number')
    },
    id: (name) => {
      const value = text(name)
      const id = value === undefined || value === '' ? undefined : idIn(core, name, value)
      return id === noGuid ? undefined : id
    },
  }
}

function listOf<T>(core: Core, name: string, kind: string, isOne: (entry: unknown) => entry is T): T[] | undefined {
  const value = core.any(name)
  if (value === undefined) return undefined
  return Array.isArray(value) && value.every(isOne) ? value : addWrong(core, name, `a list of ${kind}`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** Entries of a key and a text; each key once. */
function pairsOf(
  core: Core,
  name: string,
  members: { readonly key: string; readonly value: string; readonly none?: string },
): Record<string, string> | undefined {
  const entries = listOf(core, name, 'objects', isPlaced)
  if (entries === undefined) return undefined
  const all = new Map<string, string>()
  for (const entry of entries) {
    const { [members.key]: key = members.none, [members.value]: value } = entry
    if (!isText(key) || !isText(value))
      return addWrong(core, name, `a list of {"${members.key}": …, "${members.value}": …}`)
    if (all.has(key)) core.refuse('twice', `"${name}" has '${key}' twice.`)
    all.set(key, value)
  }
  return Object.fromEntries(all)
}

function listsOf(core: Core): Lists {
  const texts = (name: string) => listOf(core, name, 'texts', isText)
  return {
    texts,
    ids: (name) => texts(name)?.flatMap((value) => idIn(core, name, value) ?? []),
    objects: (name) => listOf(core, name, 'objects', isPlaced),
    properties: (name) => pairsOf(core, name, { key: 'key', value: 'value' }),
    byLanguage: (name, member) => pairsOf(core, name, { key: 'languageTag', value: member, none: '' }),
  }
}

export function membersOf(object: PlacedJson, path: string, notes: Notes): Members {
  const core = coreOf(object, path, notes)
  return { ...core, ...scalarsOf(core), ...listsOf(core) }
}
