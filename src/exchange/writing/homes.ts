/** Where the terms of a document are at home, and what they are called there: for writers, which meet references. */
import { fold } from '#base/text/fold.ts'
import {
  type Doc,
  type GroupDoc,
  isRef,
  type NodeDoc,
  type Ref,
  type SetDoc,
  type TermDoc,
  type Texts,
} from '../document.ts'

export interface Home {
  readonly group: GroupDoc
  readonly set: SetDoc
  /** Undefined: a root. */
  readonly parent: NodeDoc | undefined
  readonly node: NodeDoc
  readonly term: TermDoc
}

export interface Homes {
  of(ref: Ref): Home | undefined
  all(): Iterable<Home>
}

/** The name in the language, else in none, else the first. */
export function nameOf(names: Texts, language: string | undefined): string {
  return names[language ?? ''] ?? names[''] ?? Object.values(names)[0] ?? ''
}

/** The default label in the language, else in none, else the first there is. */
export function labelOf({ labels }: TermDoc, language: string | undefined): string {
  const labelIn = (tag: string): string | undefined => labels[tag]?.default
  const first = Object.values(labels).find((label) => label.default !== undefined)?.default
  return labelIn(language ?? '') ?? labelIn('') ?? first ?? ''
}

function pathKey(set: string, path: readonly string[]): string {
  return [set, ...path].map(fold).join('\n')
}

export function homesOf(doc: Doc): Homes {
  const byKey = new Map<string, Home>()
  const homes: Home[] = []
  const enter = (key: string, home: Home): void => {
    if (!byKey.has(key)) byKey.set(key, home)
  }
  const walk = (
    group: GroupDoc,
    set: SetDoc,
    parent: NodeDoc | undefined,
    nodes: readonly NodeDoc[],
    path: string[],
  ) => {
    for (const node of nodes) {
      const { term } = node
      if (isRef(term)) {
        walk(group, set, node, node.children, [...path, ''])
        continue
      }
      const home: Home = { group, set, parent, node, term }
      const here = [...path, labelOf(term, doc.defaultLanguageTag)]
      homes.push(home)
      if (term.id !== undefined) enter(`id ${term.id}`, home)
      if (term.uri !== undefined) enter(`uri ${term.uri}`, home)
      const key = pathKey(nameOf(set.names, doc.defaultLanguageTag), here)
      enter(`path ${key}`, home)
      enter(`path ${fold(group.name)}\n${key}`, home)
      walk(group, set, node, node.children, here)
    }
  }
  for (const group of doc.groups) for (const set of group.sets) walk(group, set, undefined, set.children, [])
  return {
    of: (ref) => {
      if ('id' in ref) return byKey.get(`id ${ref.id}`)
      if ('uri' in ref) return byKey.get(`uri ${ref.uri}`)
      const key = pathKey(ref.set, ref.path)
      return byKey.get(ref.group === undefined ? `path ${key}` : `path ${fold(ref.group)}\n${key}`)
    },
    all: () => homes,
  }
}
