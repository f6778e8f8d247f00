/** Trees of names only, read and never written: exchange.md §7.2. */
import type { Doc, GroupDoc, NodeDoc, SetDoc } from '../document.ts'
import { fault } from '../faults.ts'
import { membersOf, type Notes, startNotes } from './members.ts'
import { isPlaced, type PlacedJson } from './parse.ts'
import { parsedJson } from './read.ts'
import { pathOf } from './read-records.ts'

function namesNode(object: PlacedJson, above: string, notes: Notes): NodeDoc {
  const members = membersOf(object, pathOf(above, String(object['name'] ?? '')), notes)
  const name = members.text('name') ?? ''
  const children = (members.objects('children') ?? []).map((child) => namesNode(child, members.at.path, notes))
  members.end()
  const refused = members.isRefused() ? { refused: true } : {}
  return { at: members.at, ...refused, kind: 'home', term: { labels: { '': { default: name } } }, children }
}

function namesSet(object: PlacedJson, above: string, notes: Notes): SetDoc {
  const { at, term, children } = namesNode(object, above, notes)
  const name = 'labels' in term ? (term.labels['']?.default ?? '') : ''
  return { at, names: { '': name }, complete: true, children }
}

/** `[{name, sets: [{name, children: [{name, children}]}]}]`. */
export function readNamesJson(text: string, { file }: { readonly file: string }): Doc {
  const parsed = parsedJson(text, file)
  if ('code' in parsed) return { groups: [], faults: [parsed] }
  const at = { file, line: 1, path: '' }
  const { value } = parsed
  if (!Array.isArray(value) || !value.every(isPlaced))
    return {
      groups: [],
      faults: [fault('format-unknown', at, `${file} is no list of groups with "name" and "sets".`)],
    }
  const notes = startNotes(file)
  const groups = value.map((object): GroupDoc => {
    const members = membersOf(object, String(object['name'] ?? ''), notes)
    const name = members.text('name') ?? ''
    const sets = (members.objects('sets') ?? []).map((set) => namesSet(set, name, notes))
    members.end()
    return { at: members.at, name, complete: false, sets }
  })
  return { groups, faults: notes.faults }
}
