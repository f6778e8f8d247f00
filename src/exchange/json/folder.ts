/**
 * A taxonomy as files in git: exchange.md §7.3. Pure: paths and texts in, paths and texts out. A folder is read into one
 * document; written over an earlier state of itself, only files of what differs change, and in them as little as can be.
 */
import type { Doc, GroupDoc } from '../document.ts'
import { fault, type ImportFault } from '../faults.ts'
import { type Members, membersOf, type Notes, startNotes } from './members.ts'
import { withoutMirrors } from './mirrors.ts'
import { isPlaced, type PlacedJson } from './parse.ts'
import { checkFormat, parsedJson, wholeSetIn } from './read.ts'
import { groupIn } from './read-records.ts'

export const headFile = 'relata.json'
export const groupFile = 'group.json'

/** Path below the folder, parted by `/` → text. */
export type FolderFiles = ReadonlyMap<string, string>

export interface FolderRead {
  /** The `at.file` of a set is its file, that of a group the file `group.json` of its folder. */
  readonly doc: Doc
  /** What a set that no file holds means for a plan. */
  readonly missing: 'keep' | 'deprecate' | 'delete'
}

interface Head {
  readonly defaultLanguageTag?: string
  readonly languageTags?: readonly string[]
  readonly missing: FolderRead['missing']
  readonly faults: ImportFault[]
}

function missingIn(members: Members): FolderRead['missing'] {
  const missing = members.text('missing') ?? 'keep'
  if (missing === 'keep' || missing === 'deprecate' || missing === 'delete') return missing
  members.refuse('value', `"missing" is '${missing}'; it can be keep, deprecate or delete.`)
  return 'keep'
}

function objectIn(files: FolderFiles, file: string, faults: ImportFault[]): PlacedJson | undefined {
  const parsed = parsedJson(files.get(file) ?? '', file)
  if ('code' in parsed) faults.push(parsed)
  else if (isPlaced(parsed.value)) return parsed.value
  else faults.push(fault('value', { file, line: 1, path: '' }, `${file} holds no JSON object.`))
  return undefined
}

function readHead(files: FolderFiles): Head {
  const faults: ImportFault[] = []
  if (!files.has(headFile)) {
    const at = { file: headFile, line: 1, path: '' }
    const text = `there is no ${headFile} in the folder; it names the format, the languages and what missing sets mean.`
    return { missing: 'keep', faults: [fault('format-unknown', at, text)] }
  }
  const object = objectIn(files, headFile, faults)
  if (object === undefined) return { missing: 'keep', faults }
  const wrong = checkFormat(object['format'], headFile)
  if (wrong !== undefined) return { missing: 'keep', faults: [wrong] }
  const notes: Notes = { file: headFile, faults, unknown: new Set() }
  const members = membersOf(object, '', notes)
  // Severities of rules are read where a taxonomy is validated.
  for (const name of ['format', 'severity']) members.any(name)
  const defaultLanguageTag = members.text('default')
  const languageTags = members.texts('languages')
  const missing = missingIn(members)
  members.end()
  return {
    ...(defaultLanguageTag === undefined ? {} : { defaultLanguageTag }),
    ...(languageTags === undefined ? {} : { languageTags }),
    ...{ missing, faults },
  }
}

/** Folder of a group → its set files, all in the order of their names. */
function layoutOf(files: FolderFiles, faults: ImportFault[]): Map<string, string[]> {
  const layout = new Map<string, string[]>()
  for (const path of [...files.keys()].toSorted()) {
    const parts = path.split('/')
    if (path === headFile || parts.some((part) => part.startsWith('.')) || !path.endsWith('.json')) continue
    const [folder = '', name = ''] = parts
    if (parts.length !== 2) {
      const at = { file: path, line: 1, path: '' }
      faults.push(fault('unknown-member', at, `${path} is neither ${headFile} nor a file in the folder of a group.`))
      continue
    }
    const sets = layout.get(folder) ?? []
    layout.set(folder, sets)
    if (name !== groupFile) sets.push(path)
  }
  return layout
}

/** A group whose own file is missing is named by its folder. */
function readGroup(files: FolderFiles, folder: string, unknown: Set<string>, faults: ImportFault[]): GroupDoc {
  const file = `${folder}/${groupFile}`
  const at = { file, line: 1, path: folder }
  const bare: GroupDoc = { at, name: folder, complete: false, sets: [] }
  if (!files.has(file)) return bare
  const object = objectIn(files, file, faults)
  return object === undefined ? bare : groupIn(object, { file, faults, unknown }, () => [])
}

export function readFolder(files: FolderFiles): FolderRead {
  const head = readHead(files)
  const { defaultLanguageTag, languageTags, missing } = head
  const faults = [...head.faults]
  const unknown = startNotes('').unknown
  const groups: GroupDoc[] = []
  const isReadable = !faults.some(({ severity }) => severity === 'stops')
  for (const [folder, paths] of isReadable ? layoutOf(files, faults) : []) {
    const own = readGroup(files, folder, unknown, faults)
    const sets = paths.flatMap((path) => {
      const object = objectIn(files, path, faults)
      if (object === undefined) return []
      return [wholeSetIn(object, own.name, { file: path, faults, unknown })]
    })
    groups.push({ ...own, sets })
  }
  const isBroken = faults.some(({ severity }) => severity === 'stops')
  const doc: Doc = {
    ...(defaultLanguageTag === undefined ? {} : { defaultLanguageTag }),
    ...(languageTags === undefined ? {} : { languageTags }),
    ...{ wholeMaps: true, groups: isBroken ? [] : groups, faults },
  }
  return { doc: withoutMirrors(doc), missing }
}
