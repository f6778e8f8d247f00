/** PnP's provisioning JSON, read and never written: exchange.md §7.2. Labels and places are those of PnP's XML, exchange.md §5.2. */
import { guidIn, noGuid } from '#base/ids.ts'
import type { Doc, GroupDoc, LabelsDoc, NodeDoc, Properties, SetDoc, TermDoc } from '../document.ts'
import { fault, type ImportFault } from '../faults.ts'
import { type Members, membersOf, type Notes, startNotes } from './members.ts'
import { isPlaced, lineOf, type PlacedJson } from './parse.ts'
import { parsedJson } from './read.ts'
import { pathOf } from './read-records.ts'

interface ForeignOptions {
  readonly file: string
}

/** Members by their names in lower case: serialisers write `TermGroups` as well as `termGroups`. */
function lowered(object: PlacedJson): PlacedJson {
  const own = { [lineOf]: object[lineOf] }
  const members = Object.entries(object).map(([name, value]) => [name.toLowerCase(), value])
  // A member may be named `__proto__`, which must not become one.
  return { ...own, ...Object.fromEntries(members) }
}

/** Some write null for what is not there. */
function withoutNulls(object: PlacedJson): PlacedJson {
  const kept = Object.entries(object).filter(([, value]) => value !== null)
  return { ...Object.fromEntries(kept), [lineOf]: object[lineOf] }
}

function membersIn(object: PlacedJson, above: string, notes: Notes): { members: Members; path: string; name: string } {
  const own = withoutNulls(lowered(object))
  const name = typeof own['name'] === 'string' ? own['name'] : ''
  const path = pathOf(above, name)
  return { members: membersOf(own, path, notes), path, name }
}

function idIn(members: Members, name = 'id'): { id?: string } {
  const written = members.text(name)
  const id = written === undefined || written.trim() === '' ? undefined : guidIn(written.trim())
  if (written !== undefined && written.trim() !== '' && id === undefined)
    members.refuse('guid', `'${written}' in "${name}" is no GUID.`)
  return id === undefined || id === noGuid ? {} : { id }
}

/** LCID as number or text. */
function languageIn(members: Members, otherwise: string): string {
  const value = members.any('language')
  if (value === undefined || value === 0) return otherwise
  return String(value)
}

/** `{key: value}`, or a list of `{key, value}`. */
function propertiesIn(members: Members, ...names: readonly string[]): Properties | undefined {
  for (const name of names) {
    const value = members.any(name)
    const entries = Array.isArray(value)
      ? value.filter(isPlaced).map((entry) => Object.values(withoutNulls(lowered(entry))))
      : isPlaced(value)
        ? Object.entries(value)
        : []
    if (entries.length > 0) return Object.fromEntries(entries.map(([key, text]) => [String(key), String(text ?? '')]))
  }
  return undefined
}

/** As PnP's XML has them (exchange.md §5.2): the name is the default label of its language, others say whether they are. */
function labelsIn(members: Members, name: string, tag: string): Record<string, LabelsDoc> {
  const labels = new Map<string, { default?: string; readonly synonyms: Set<string> }>()
  labels.set(tag, { default: name, synonyms: new Set() })
  const listed = (members.objects('labels') ?? []).map(lowered).map((label) => ({
    own: label['language'] === undefined ? tag : String(label['language']),
    text: String(label['value'] ?? ''),
    isDefault: label['isdefaultforlanguage'] === true,
  }))
  const counts = new Map<string, number>()
  for (const { own } of listed) counts.set(own, (counts.get(own) ?? 0) + 1)
  for (const { own, text, isDefault } of listed) {
    const known = labels.get(own) ?? { synonyms: new Set<string>() }
    labels.set(own, known)
    const isLone = counts.get(own) === 1 && own !== tag
    const isOther = isDefault && known.default !== undefined && known.default !== text
    if (isOther) members.refuse('two-defaults', `'${known.default}' and '${text}' are both default labels in ${own}.`)
    else if (isDefault || (isLone && known.default === undefined)) known.default = text
    else if (text !== known.default) known.synonyms.add(text)
  }
  return Object.fromEntries(
    [...labels].map(([own, { default: first, synonyms }]) => [
      own,
      { ...(first === undefined ? {} : { default: first }), synonyms: [...synonyms] },
    ]),
  )
}

/** A term, and its place among its siblings as the file says it; 0: none. */
interface Numbered {
  readonly node: NodeDoc
  readonly number: number
}

function pnpNode(object: PlacedJson, above: string, tag: string, notes: Notes): Numbered {
  const { members, path, name } = membersIn(object, above, notes)
  members.text('name')
  const id = idIn(members)
  const own = languageIn(members, tag)
  const description = members.text('description')
  const properties = propertiesIn(members, 'properties', 'customproperties')
  const local = propertiesIn(members, 'localproperties', 'localcustomproperties')
  const [available, deprecated] = [members.boolean('isavailablefortagging'), members.boolean('isdeprecated')]
  const [isReused, isSource] = [members.boolean('isreused'), members.boolean('issourceterm')]
  const [isPinned, owner] = [members.boolean('ispinned'), members.text('owner')]
  const source = idIn(members, 'sourcetermid').id
  const sortOrder = members.count('customsortorder')
  const labels = labelsIn(members, name, own)
  const children = pnpNodes(members, path, tag, notes)
  members.any('ispinnedroot')
  members.any('reusechildren')
  members.end()
  const at = members.at
  const place = source ?? id.id
  const isPlace = isReused === true && isSource === false && place !== undefined
  const term: TermDoc = {
    ...{ ...id, labels },
    ...(description === undefined ? {} : { descriptions: { [own]: description } }),
    ...(properties === undefined ? {} : { properties }),
    ...(deprecated === undefined ? {} : { isDeprecated: deprecated }),
    ...(owner === undefined ? {} : { owner }),
  }
  const node: NodeDoc = {
    ...{ at, ...(members.isRefused() ? { refused: true } : {}) },
    ...(isPlace ? { kind: isPinned === true ? 'pin' : 'reuse', term: { id: place } } : { kind: 'home', term }),
    ...(available === undefined ? {} : { isAvailableForTagging: available }),
    ...(local === undefined ? {} : { localProperties: local }),
    ...children,
  }
  return { node, number: sortOrder ?? 0 }
}

function pnpNodes(members: Members, path: string, tag: string, notes: Notes): Pick<NodeDoc, 'children' | 'order'> {
  const all = (members.objects('terms') ?? []).map((object) => pnpNode(object, path, tag, notes))
  const ordered = all.filter(({ number }) => number > 0).toSorted((a, b) => a.number - b.number)
  const rest = all.filter(({ number }) => number === 0)
  const children = [...ordered, ...rest].map(({ node }) => node)
  return ordered.length === 0 ? { children } : { children, order: ordered.length }
}

function pnpSet(object: PlacedJson, above: string, notes: Notes): SetDoc {
  const { members, path, name } = membersIn(object, above, notes)
  members.text('name')
  const tag = languageIn(members, '')
  const [id, description] = [idIn(members), members.text('description')]
  const properties = propertiesIn(members, 'properties', 'customproperties')
  const isOpen = members.boolean('isopenfortermcreation')
  const isAvailable = members.boolean('isavailablefortagging')
  const owner = members.text('owner')
  const children = pnpNodes(members, path, tag, notes)
  members.end()
  return {
    ...{ at: members.at, ...(members.isRefused() ? { refused: true } : {}), ...id, names: { [tag]: name } },
    ...(description === undefined ? {} : { description }),
    ...(properties === undefined ? {} : { properties }),
    ...(isOpen === undefined ? {} : { isOpen }),
    ...(isAvailable === undefined ? {} : { isAvailableForTagging: isAvailable }),
    ...(owner === undefined ? {} : { owner }),
    ...{ complete: true, ...children },
  }
}

/** Users as texts, or as objects with a name. */
function usersIn(members: Members, name: string): string[] | undefined {
  const value = members.any(name)
  if (!Array.isArray(value)) return undefined
  return value.map((user) => (isPlaced(user) ? String(lowered(user)['name'] ?? '') : String(user)))
}

function pnpGroup(object: PlacedJson, notes: Notes): GroupDoc {
  const { members, path, name } = membersIn(object, '', notes)
  members.text('name')
  const [id, description] = [idIn(members), members.text('description')]
  const isOfSite = members.boolean('sitecollectiontermgroup')
  const [managers, contributors] = [usersIn(members, 'managers'), usersIn(members, 'contributors')]
  members.any('updatebehavior')
  const sets = (members.objects('termsets') ?? []).map((set) => pnpSet(set, path, notes))
  members.end()
  return {
    ...{ at: members.at, ...id, name },
    ...(description === undefined ? {} : { description }),
    ...(isOfSite === true ? { scope: 'siteCollection' as const } : {}),
    ...(managers === undefined ? {} : { managers }),
    ...(contributors === undefined ? {} : { contributors }),
    ...{ complete: false, sets },
  }
}

function stopped(problem: ImportFault): Doc {
  return { groups: [], faults: [problem] }
}

/** The list of groups, wherever the template has it. */
function groupsIn(value: unknown, depth = 0): PlacedJson[] | undefined {
  if (!isPlaced(value) || depth > 4) return undefined
  const own = lowered(value)
  const groups = own['termgroups']
  if (Array.isArray(groups)) return groups.filter(isPlaced)
  for (const inner of Object.values(own)) {
    const found = (Array.isArray(inner) ? inner : [inner]).map((one) => groupsIn(one, depth + 1)).find((one) => one)
    if (found !== undefined) return found
  }
  return undefined
}

/** `{termGroups: [{name, id, termSets: [{…, terms: […]}]}]}`, alone or within a template. */
export function readPnpJson(text: string, { file }: ForeignOptions): Doc {
  const parsed = parsedJson(text, file)
  if ('code' in parsed) return stopped(parsed)
  const groups = groupsIn(parsed.value)
  if (groups === undefined)
    return stopped(fault('format-unknown', { file, line: 1, path: '' }, `${file} holds no list "termGroups".`))
  const notes = startNotes(file)
  return { groups: groups.map((group) => pnpGroup(group, notes)), faults: notes.faults }
}
