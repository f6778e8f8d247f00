/** A document written over a folder, file by file: exchange.md §7.3. */
import { digester } from '../doc/canonical.ts'
import { indexDoc, matchingForm, shownName } from '../doc/doc-index.ts'
import type { Doc, GroupDoc, SetDoc } from '../document.ts'
import { fileName } from './file-names.ts'
import { type FolderFiles, type FolderRead, groupFile, headFile, readFolder } from './folder.ts'
import { inOrderOf, type Side } from './kept-order.ts'
import { jsonFormat } from './read.ts'
import { groupRecord } from './records.ts'
import { jsonText, setTree } from './write.ts'

export interface FolderWriteOptions {
  /** What is in the folder. */
  readonly before?: FolderFiles
  /** Every file anew, its terms in natural order. */
  readonly sort?: boolean
  /** The document holds all groups of the store, so folders of others go. */
  readonly whole?: boolean
}

export interface FolderWritten {
  /** Files that are new or differ. */
  readonly changed: ReadonlyMap<string, string>
  /** Files of sets and groups that are no longer there. */
  readonly removed: readonly string[]
}

interface Writing {
  readonly options: FolderWriteOptions
  readonly before: FolderRead
  readonly files: FolderFiles
  readonly now: Side
  readonly earlier: Side
  readonly digest: (set: SetDoc) => string
  readonly digestBefore: (set: SetDoc) => string
  readonly changed: Map<string, string>
  /** Files of the folder that something is still written to. */
  readonly kept: Set<string>
}

function setsOf({ groups }: Doc): SetDoc[] {
  return groups.flatMap(({ sets }) => sets)
}

function folderOf(group: GroupDoc): string {
  return group.at.file.slice(0, group.at.file.indexOf('/'))
}

/** The same group or set in the folder: that of its id, whatever its file is called now; else that of its name. */
function sameIn<T extends { readonly id?: string }>(
  known: Iterable<T>,
  one: T,
  name: (of: T) => string,
): T | undefined {
  const all = [...known]
  const byId = one.id === undefined ? undefined : all.find(({ id }) => id === one.id)
  if (byId !== undefined) return byId
  return all.find(
    (other) =>
      (other.id === undefined || one.id === undefined) && matchingForm(name(other)) === matchingForm(name(one)),
  )
}

function put({ changed, files, kept }: Writing, path: string, text: string): void {
  kept.add(path)
  if (files.get(path) !== text) changed.set(path, text)
}

/** The folder's own settings stay as somebody wrote them. */
function headText(doc: Doc, before: string | undefined): string {
  const own: Record<string, unknown> = before === undefined ? { format: jsonFormat } : JSON.parse(before)
  const { defaultLanguageTag, languageTags } = doc
  const languages = [...(languageTags ?? [])]
  const isSame =
    own['default'] === defaultLanguageTag && JSON.stringify(own['languages'] ?? []) === JSON.stringify(languages)
  if (before !== undefined && isSame) return before
  const { format, default: _, languages: __, missing = 'keep', ...others } = own
  return jsonText({ format, default: defaultLanguageTag, languages, missing, ...others })
}

function writeSet(writing: Writing, set: SetDoc, folder: string, taken: Set<string>): void {
  const { before, options, now, earlier } = writing
  const was = sameIn(setsOf(before.doc), set, (one) => shownName(one, now.tag, earlier.tag))
  const path = was?.at.file
  const isHere = path?.startsWith(`${folder}/`) === true
  if (was !== undefined && path !== undefined && isHere && options.sort !== true)
    if (writing.digestBefore(was) === writing.digest(set)) {
      writing.kept.add(path)
      return
    }
  const sorted = inOrderOf(set, options.sort === true ? undefined : was, now, earlier)
  const text = jsonText(setTree(sorted, { dates: false }))
  if (path !== undefined && isHere) {
    put(writing, path, text)
    return
  }
  const name = fileName(shownName(set, now.tag), 'set', set.id, taken)
  taken.add(name)
  put(writing, `${folder}/${name}.json`, text)
}

function writeGroup(writing: Writing, group: GroupDoc, taken: Set<string>): void {
  const { before, files } = writing
  const was = sameIn(before.doc.groups, group, ({ name }) => name)
  const folder = was === undefined ? fileName(group.name, 'group', group.id, taken) : folderOf(was)
  taken.add(folder)
  const record = jsonText(groupRecord(group))
  const file = `${folder}/${groupFile}`
  const isSame =
    was !== undefined && files.has(file) && jsonText(groupRecord({ ...was, complete: group.complete })) === record
  put(writing, file, isSame ? (files.get(file) as string) : record)
  const names = [...files.keys()].filter((path) => path.startsWith(`${folder}/`))
  // The group's own file has that name.
  const inFolder = new Set(['group', ...names.map((path) => path.slice(folder.length + 1, -'.json'.length))])
  for (const set of group.sets) writeSet(writing, set, folder, inFolder)
}

/** Sets that are gone, of groups that the document claims to hold whole; with `whole` also groups. */
function removedFiles({ before, kept, options }: Writing, doc: Doc): string[] {
  const removed: string[] = []
  for (const group of before.doc.groups) {
    const now = sameIn(doc.groups, group, ({ name }) => name)
    if (now === undefined ? options.whole !== true : !now.complete) continue
    removed.push(...group.sets.map(({ at }) => at.file).filter((path) => !kept.has(path)))
    if (now === undefined) removed.push(group.at.file)
  }
  return removed.filter((path) => options.before?.has(path) === true)
}

/** Throws where the folder cannot be read: its faults are told before anything is written. */
export function writeFolder(doc: Doc, options: FolderWriteOptions = {}): FolderWritten {
  const files: FolderFiles = options.before ?? new Map()
  const hasHead = files.has(headFile)
  const before: FolderRead = hasHead ? readFolder(files) : { doc: { groups: [], faults: [] }, missing: 'keep' }
  const broken = before.doc.faults.find(({ severity }) => severity === 'stops')
  if (broken !== undefined) throw new Error(`${broken.at.file}: ${broken.text}`)
  const tag = doc.defaultLanguageTag ?? ''
  const writing: Writing = {
    ...{ options, before, files, changed: new Map(), kept: new Set() },
    now: { index: indexDoc(doc), tag },
    earlier: { index: indexDoc(before.doc), tag: before.doc.defaultLanguageTag ?? tag },
    ...{ digest: digester(doc), digestBefore: digester(before.doc) },
  }
  put(writing, headFile, headText(doc, files.get(headFile)))
  const taken = new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''))
  for (const group of doc.groups) writeGroup(writing, group, taken)
  return { changed: writing.changed, removed: removedFiles(writing, doc) }
}
