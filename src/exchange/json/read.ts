/** `relata-taxonomy/1` read into a document: exchange.md §7.1. */
import type { Doc, NodeDoc, SetDoc } from '../document.ts'
import { fault, type ImportFault } from '../faults.ts'
import { type Members, membersOf, type Notes, startNotes } from './members.ts'
import { withoutMirrors } from './mirrors.ts'
import { isPlaced, JsonMistake, type PlacedJson, parseJson } from './parse.ts'
import { groupIn, nodeIn, setIn } from './read-records.ts'

export const jsonFormat = 'relata-taxonomy/1'

export interface JsonReadOptions {
  readonly file: string
}

/** The value, or the fault that stops the reading. */
export function parsedJson(text: string, file: string, line = 1): { readonly value: unknown } | ImportFault {
  try {
    return { value: parseJson(text, line) }
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error
    const at = { file, line: error.line, column: error.column, path: '' }
    return fault(error.code, at, `line ${error.line}, column ${error.column}: ${error.message}.`)
  }
}

/** A format of this major version; undefined where the text names none of ours. */
export function checkFormat(format: unknown, file: string): ImportFault | undefined {
  if (format === jsonFormat) return undefined
  const shown = typeof format === 'string' ? `'${format}'` : 'no format of ours'
  const at = { file, line: 1, path: '' }
  return fault('format-unknown', at, `${file} is of the format ${shown}; this version reads '${jsonFormat}'.`)
}

function nodesIn(members: Members, path: string, notes: Notes): NodeDoc[] {
  return (members.objects('children') ?? []).map((object) =>
    nodeIn(object, path, notes, (inner, own) => nodesIn(inner, own, notes)),
  )
}

/** A set with its terms inside. */
export function wholeSetIn(object: PlacedJson, above: string, notes: Notes): SetDoc {
  return setIn(object, above, notes, (inner, path) => nodesIn(inner, path, notes))
}

/** What a document says about itself beside its groups. */
export function headIn(members: Members, notes: Notes): Omit<Doc, 'groups' | 'faults'> {
  const store = members.any('store')
  const isPartial = members.boolean('partial')
  const guessesKinds = members.boolean('guessesKinds')
  const own = isPlaced(store) ? membersOf(store, '', notes) : undefined
  const defaultTag = own?.text('defaultLanguageTag')
  const tags = own?.texts('languageTags')
  own?.end()
  if (store !== undefined && own === undefined) members.refuse('value', '"store" is not an object.')
  return {
    ...(defaultTag === undefined ? {} : { defaultLanguageTag: defaultTag }),
    ...(tags === undefined ? {} : { languageTags: tags }),
    ...(isPartial === true ? {} : { wholeMaps: true }),
    ...(guessesKinds === true ? { guessesKinds } : {}),
  }
}

export function readJson(text: string, { file }: JsonReadOptions): Doc {
  const parsed = parsedJson(text, file)
  if ('code' in parsed) return { groups: [], faults: [parsed] }
  const { value } = parsed
  const wrong = checkFormat(isPlaced(value) ? value['format'] : undefined, file)
  if (wrong !== undefined || !isPlaced(value)) return { groups: [], faults: wrong === undefined ? [] : [wrong] }
  const notes = startNotes(file)
  const members = membersOf(value, '', notes)
  members.any('format')
  const head = headIn(members, notes)
  const groups = (members.objects('groups') ?? []).map((object) =>
    groupIn(object, notes, (inner, path) => (inner.objects('sets') ?? []).map((set) => wholeSetIn(set, path, notes))),
  )
  members.end()
  return withoutMirrors({ ...head, groups, faults: notes.faults })
}
