/**
 * `relata-taxonomy/1` line by line, for a million terms: exchange.md §7.1. The first line is the head; then one line for
 * each group, set and place, parents first. `group`, `set` and `parent` are ids, or `#n`: the record of line n.
 */
import type { Doc, GroupDoc, NodeDoc, SetDoc } from '../document.ts'
import { fault } from '../faults.ts'
import type { Written } from '../files/written.ts'
import { type Members, membersOf, type Notes, startNotes } from './members.ts'
import { withoutMirrors } from './mirrors.ts'
import { isPlaced, type PlacedJson } from './parse.ts'
import { checkFormat, headIn, jsonFormat, parsedJson } from './read.ts'
import { groupIn, nodeIn, setIn } from './read-records.ts'
import { groupRecord, headRecord, type JsonRecord, nodeRecord, type RecordOptions, setRecord } from './records.ts'

export const linesFormat = 'lines'

function idOf(node: NodeDoc): string | undefined {
  return 'id' in node.term ? node.term.id : undefined
}

export function writeJsonLines(doc: Doc, options: RecordOptions = {}): Written {
  const lines: string[] = []
  const add = (record: JsonRecord): number => lines.push(JSON.stringify(record))
  add({ format: jsonFormat, as: linesFormat, ...headRecord(doc) })

  function addNodes(nodes: readonly NodeDoc[], set: string, parent: string | undefined): void {
    for (const [index, node] of nodes.entries()) {
      const line = add({ record: 'term', set, parent, index, ...nodeRecord(node, options) })
      addNodes(node.children, set, idOf(node) ?? `#${line}`)
    }
  }

  for (const group of doc.groups) {
    const groupLine = add({ record: 'group', ...groupRecord(group) })
    for (const set of group.sets) {
      const setLine = add({ record: 'set', group: group.id ?? `#${groupLine}`, ...setRecord(set) })
      addNodes(set.children, set.id ?? `#${setLine}`, undefined)
    }
  }
  return { text: lines.map((line) => `${line}\n`).join(''), encoding: 'utf-8', losses: [], faults: [] }
}

/** Children that come line by line, and their places among each other. */
interface Children {
  readonly nodes: NodeDoc[]
  readonly indexes: number[]
}

interface KnownSet {
  /** A line that is left out makes it incomplete. */
  readonly doc: { complete: boolean }
  readonly children: Children
  readonly path: string
  /** Id or `#n` of a place → what is below it. */
  readonly places: Map<string, { readonly children: Children; readonly path: string }>
}

interface Reading {
  readonly notes: Notes
  readonly groups: GroupDoc[]
  readonly groupSets: Map<string, { readonly sets: SetDoc[]; readonly path: string }>
  readonly sets: Map<string, KnownSet>
  readonly all: Children[]
}

function startChildren(reading: Reading): Children {
  const children = { nodes: [], indexes: [] }
  reading.all.push(children)
  return children
}

function addMissing({ notes }: Reading, object: PlacedJson, line: number, what: string): void {
  const at = { file: notes.file, line, path: '' }
  const label = JSON.stringify(object['id'] ?? object['labels'] ?? object['localizedNames'] ?? '').slice(0, 80)
  notes.faults.push(fault('parent-missing', at, `line ${line}: no earlier line has the ${what} of ${label}.`))
}

function addGroup(reading: Reading, object: PlacedJson, line: number): void {
  const sets: SetDoc[] = []
  const group = groupIn(object, reading.notes, (members) => {
    members.any('record')
    return sets
  })
  reading.groups.push(group)
  const known = { sets, path: group.name }
  reading.groupSets.set(`#${line}`, known)
  if (group.id !== undefined) reading.groupSets.set(group.id, known)
}

function keyIn(members: Members, name: string): string {
  return (members.text(name) ?? '').toLowerCase()
}

function addSet(reading: Reading, object: PlacedJson, line: number): void {
  const group = reading.groupSets.get(String(object['group'] ?? '').toLowerCase())
  if (group === undefined) {
    addMissing(reading, object, line, '"group"')
    return
  }
  const children = startChildren(reading)
  const set = setIn(object, group.path, reading.notes, (members) => {
    members.any('record')
    members.any('group')
    return children.nodes
  })
  group.sets.push(set)
  const known: KnownSet = { doc: set as { complete: boolean }, children, path: set.at.path, places: new Map() }
  reading.sets.set(`#${line}`, known)
  if (set.id !== undefined) reading.sets.set(set.id, known)
}

function addNode(reading: Reading, object: PlacedJson, line: number): void {
  const set = reading.sets.get(String(object['set'] ?? '').toLowerCase())
  const isRoot = object['parent'] === undefined
  const parent = isRoot ? set : set?.places.get(String(object['parent']).toLowerCase())
  if (set === undefined || parent === undefined) {
    addMissing(reading, object, line, set === undefined ? '"set"' : '"parent"')
    if (set !== undefined) set.doc.complete = false
    return
  }
  const children = startChildren(reading)
  let index = parent.children.nodes.length
  const node = nodeIn(object, parent.path, reading.notes, (members) => {
    for (const name of ['record', 'set', 'parent']) keyIn(members, name)
    index = members.count('index') ?? index
    return children.nodes
  })
  parent.children.nodes.push(node)
  parent.children.indexes.push(index)
  const known = { children, path: node.at.path }
  set.places.set(`#${line}`, known)
  const id = idOf(node)
  if (id !== undefined && !set.places.has(id)) set.places.set(id, known)
}

/** Lines of siblings may stand in any order. */
function sortChildren({ nodes, indexes }: Children): void {
  if (indexes.every((index, at) => at === 0 || (indexes[at - 1] as number) <= index)) return
  const sorted = nodes.map((node, at) => ({ node, index: indexes[at] as number })).toSorted((a, b) => a.index - b.index)
  for (const [at, { node }] of sorted.entries()) nodes[at] = node
}

const adders: Readonly<Record<string, (reading: Reading, object: PlacedJson, line: number) => void>> = {
  group: addGroup,
  set: addSet,
  term: addNode,
}

function addLine(reading: Reading, text: string, line: number): void {
  const { notes } = reading
  const parsed = parsedJson(text, notes.file, line)
  if ('code' in parsed) {
    notes.faults.push(parsed)
    return
  }
  const { value } = parsed
  const record = isPlaced(value) ? value['record'] : undefined
  const add = typeof record === 'string' && Object.hasOwn(adders, record) ? adders[record] : undefined
  if (add !== undefined && isPlaced(value)) {
    add(reading, value, line)
    return
  }
  const at = { file: notes.file, line, path: '' }
  notes.faults.push(fault('value', at, `line ${line}: "record" is not group, set or term.`))
}

export function readJsonLines(text: string, { file }: { readonly file: string }): Doc {
  const lines = text.split(/\r\n|\n|\r/)
  const first = Math.max(
    0,
    lines.findIndex((line) => line.trim() !== ''),
  )
  const parsed = parsedJson(lines[first] ?? '', file, first + 1)
  if ('code' in parsed) return { groups: [], faults: [parsed] }
  const { value } = parsed
  const wrong = checkFormat(isPlaced(value) ? value['format'] : undefined, file)
  if (wrong !== undefined || !isPlaced(value)) return { groups: [], faults: wrong === undefined ? [] : [wrong] }
  const notes = startNotes(file)
  const members = membersOf(value, '', notes)
  for (const name of ['format', 'as']) members.any(name)
  const head = headIn(members, notes)
  members.end()
  const reading: Reading = { notes, groups: [], groupSets: new Map(), sets: new Map(), all: [] }
  for (const [at, line] of lines.entries()) if (at > first && line.trim() !== '') addLine(reading, line, at + 1)
  for (const children of reading.all) sortChildren(children)
  const isBroken = notes.faults.some(({ severity }) => severity === 'stops')
  return withoutMirrors({ ...head, groups: isBroken ? [] : reading.groups, faults: notes.faults })
}
