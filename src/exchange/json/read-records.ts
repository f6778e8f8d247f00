/** Groups, sets, terms and places of our JSON, each by itself: exchange.md §7.1. */
import type { GroupDoc, LabelsDoc, NodeDoc, Ref, SetDoc, TermDoc } from '../document.ts'
import { type Members, membersOf, type Notes } from './members.ts'
import { isPlaced, type PlacedJson } from './parse.ts'

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without members that are not stated. */
function stated<T extends object>(members: T): Defined<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>
}

interface LabelEntry {
  readonly name: string
  readonly isDefault: boolean | undefined
}

/** The only label of a language is its default, unless the file says that it is not. */
function labelsOfLanguage(entries: readonly LabelEntry[]): LabelsDoc {
  const [only] = entries
  const defaults = entries.filter(({ isDefault }) => isDefault === true)
  const own = defaults[0] ?? (entries.length === 1 && only?.isDefault === undefined ? only : undefined)
  const synonyms = entries.filter((entry) => entry !== own).map(({ name }) => name)
  return own === undefined ? { synonyms } : { default: own.name, synonyms }
}

function labelsIn(members: Members): TermDoc['labels'] | undefined {
  const byTag = new Map<string, LabelEntry[]>()
  for (const { name, languageTag: tag = '', isDefault } of members.objects('labels') ?? []) {
    const isFlag = isDefault === undefined || typeof isDefault === 'boolean'
    if (typeof name !== 'string' || typeof tag !== 'string' || !isFlag) {
      members.refuse('value', '"labels" is not a list of {"name": …, "languageTag": …, "isDefault": …}.')
      return undefined
    }
    const entries = byTag.get(tag) ?? []
    byTag.set(tag, entries)
    entries.push({ name, isDefault })
  }
  for (const [tag, entries] of byTag) {
    const defaults = entries.filter(({ isDefault }) => isDefault === true).map(({ name }) => `'${name}'`)
    if (defaults.length > 1)
      members.refuse('two-defaults', `${defaults.join(' and ')} are both default labels in '${tag}'.`)
  }
  return Object.fromEntries([...byTag].map(([tag, entries]) => [tag, labelsOfLanguage(entries)]))
}

/** A GUID, or an object with one of `id`, `uri`, or `set` and `path`. */
function refIn(members: Members, name: string, notes: Notes): Ref | null | undefined {
  const value = members.any(name)
  if (value === null) return null
  if (typeof value === 'string') {
    const id = members.id(name)
    return id === undefined ? undefined : { id }
  }
  if (value === undefined) return undefined
  if (!isPlaced(value)) {
    members.refuse('value', `"${name}" is neither a GUID nor an object that names a term.`)
    return undefined
  }
  const inner = membersOf(value, members.at.path, notes)
  const ref = refOf(inner)
  inner.end()
  if (ref === undefined) members.refuse('value', `"${name}" names no term: it needs "id", "uri", or "set" and "path".`)
  return ref
}

function refOf(members: Members): Ref | undefined {
  const id = members.id('id')
  if (id !== undefined) return { id }
  const uri = members.text('uri')
  if (uri !== undefined) return { uri }
  const [group, set, path] = [members.text('group'), members.text('set'), members.texts('path')]
  if (set === undefined || path === undefined) return undefined
  return { ...(group === undefined ? {} : { group }), set, path }
}

function termOf(members: Members, notes: Notes): TermDoc {
  return {
    ...stated({ id: members.id('id'), uri: members.text('uri') }),
    labels: labelsIn(members) ?? {},
    ...stated({
      descriptions: members.byLanguage('descriptions', 'description'),
      properties: members.properties('properties'),
      isDeprecated: members.boolean('isDeprecated'),
      replacedBy: refIn(members, 'replacedBy', notes),
      mergedTermIds: members.ids('mergedTermIds'),
      owner: members.nullable('owner'),
      isKeyword: members.boolean('isKeyword'),
      created: members.text('createdDateTime'),
      modified: members.text('lastModifiedDateTime'),
    }),
  }
}

function kindIn(members: Members): NodeDoc['kind'] {
  const kind = members.text('kind') ?? 'home'
  if (kind === 'home' || kind === 'reuse' || kind === 'pin') return kind
  members.refuse('value', `the kind '${kind}' is not home, reuse or pin.`)
  return 'home'
}

function placeOf(members: Members, kind: NodeDoc['kind'], notes: Notes): TermDoc | Ref {
  if (kind === 'home') return termOf(members, notes)
  const id = members.id('id')
  const uri = members.text('uri')
  const ref = id !== undefined ? { id } : uri !== undefined ? { uri } : refIn(members, 'ref', notes)
  if (ref) return ref
  members.refuse('value', `a place of the kind ${kind} needs the "id" of its term.`)
  return { labels: {} }
}

function firstLabel(object: PlacedJson): string {
  const { labels, id } = object
  const entries = Array.isArray(labels) ? labels.filter(isPlaced) : []
  const shown = entries.find(({ isDefault }) => isDefault === true) ?? entries[0]
  return typeof shown?.['name'] === 'string' ? shown['name'] : typeof id === 'string' ? id : ''
}

export function pathOf(above: string, own: string): string {
  return above === '' ? own : `${above}/${own}`
}

/** Children are read by the caller's way of holding them: `children` gets the path of the place. */
export function nodeIn(
  object: PlacedJson,
  above: string,
  notes: Notes,
  children: (members: Members, path: string) => NodeDoc[],
): NodeDoc {
  const path = pathOf(above, firstLabel(object))
  const members = membersOf(object, path, notes)
  const kind = kindIn(members)
  const term = placeOf(members, kind, notes)
  const local = stated({
    isAvailableForTagging: members.boolean('isAvailableForTagging'),
    localProperties: members.properties('localProperties'),
    order: members.count('order'),
  })
  const inner = children(members, path)
  members.end()
  return { at: members.at, ...(members.isRefused() ? { refused: true } : {}), kind, term, ...local, children: inner }
}

export function setIn(
  object: PlacedJson,
  above: string,
  notes: Notes,
  children: (members: Members, path: string) => NodeDoc[],
): SetDoc {
  const [name] = Array.isArray(object['localizedNames']) ? object['localizedNames'].filter(isPlaced) : []
  const path = pathOf(above, typeof name?.['name'] === 'string' ? name['name'] : '')
  const members = membersOf(object, path, notes)
  const own = {
    ...stated({ id: members.id('id'), uri: members.text('uri') }),
    names: members.byLanguage('localizedNames', 'name') ?? {},
    ...stated({
      description: members.text('description'),
      properties: members.properties('properties'),
      isOpen: members.boolean('isOpen'),
      isAvailableForTagging: members.boolean('isAvailableForTagging'),
      owner: members.nullable('owner'),
      contact: members.nullable('contact'),
      stakeholders: members.texts('stakeholders'),
      order: members.count('order'),
    }),
    complete: members.boolean('complete') ?? true,
  }
  const inner = children(members, path)
  members.end()
  return { at: members.at, ...(members.isRefused() ? { refused: true } : {}), ...own, children: inner }
}

function scopeIn(members: Members): GroupDoc['scope'] | undefined {
  const scope = members.text('scope')
  if (scope === undefined || scope === 'global' || scope === 'system' || scope === 'siteCollection') return scope
  members.refuse('value', `the scope '${scope}' is not global, system or siteCollection.`)
  return undefined
}

export function groupIn(
  object: PlacedJson,
  notes: Notes,
  sets: (members: Members, path: string) => SetDoc[],
): GroupDoc {
  const path = typeof object['displayName'] === 'string' ? object['displayName'] : ''
  const members = membersOf(object, path, notes)
  const own = {
    ...stated({ id: members.id('id') }),
    name: members.text('displayName') ?? '',
    ...stated({
      description: members.text('description'),
      scope: scopeIn(members),
      siteId: members.text('parentSiteId'),
      managers: members.texts('managers'),
      contributors: members.texts('contributors'),
    }),
    complete: members.boolean('complete') ?? true,
  }
  const inner = sets(members, path)
  members.end()
  return { at: members.at, ...own, sets: inner } as GroupDoc
}
