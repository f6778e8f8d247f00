/** Finds terms of the store by what files say of them: by IRI, by merged id, by label under a parent, by path. Pure. */
import { guidOf } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import type { LabelsDoc } from '../../document.ts'
import type { TaxonomyPart } from './taxonomy.ts'

export interface StoredIndex {
  byUri(uri: string): string | undefined
  /** The term that a merged one has gone into. */
  mergedInto(id: string): string | undefined
  /** The term under a parent with one of the default labels. */
  child(setId: string, parentId: string | null, labels: Readonly<Record<string, LabelsDoc>>): string | undefined
  byPath(path: { readonly group?: string; readonly set: string; readonly path: readonly string[] }): string | undefined
  /** A term of the set by its id, or by its path with `/` between the labels. */
  at(setId: string, idOrPath: string): string | undefined
}

type Names = Map<string, string>

export function storedIndex(before: TaxonomyPart): StoredIndex {
  const uris = new Map<string, string>()
  const merged = new Map<string, string>()
  for (const { id, properties, mergedTermIds } of before.terms.values()) {
    const uri = properties['skos:uri']
    if (uri !== undefined) uris.set(uri, id)
    for (const gone of mergedTermIds) merged.set(gone, id)
  }
  const { defaultTag } = before.languages
  const namesUnder = new Map<string, Names>()
  const namesOf = (setId: string, parentId: string | null): Names => {
    const key = `${setId} ${parentId}`
    const known = namesUnder.get(key)
    if (known !== undefined) return known
    const names: Names = new Map()
    namesUnder.set(key, names)
    for (const id of before.idsUnder(setId, parentId))
      for (const { name, isDefault, languageTag } of before.terms.get(id)?.labels ?? [])
        if (isDefault) names.set(`${languageTag} ${fold(name)}`, id)
    return names
  }
  const hasDefault = (id: string, tag: string): boolean =>
    (before.terms.get(id)?.labels ?? []).some(({ isDefault, languageTag }) => isDefault && languageTag === tag)
  const named = (setId: string, parentId: string | null, name: string, tag: string): string | undefined => {
    const names = namesOf(setId, parentId)
    const found = names.get(`${tag} ${fold(name)}`)
    if (found !== undefined) return found
    // Where the term has no label in the language of the file, its default one counts.
    const byDefault = names.get(`${defaultTag} ${fold(name)}`)
    return byDefault === undefined || hasDefault(byDefault, tag) ? undefined : byDefault
  }
  const walk = (setId: string, path: readonly string[]): string | undefined => {
    let at: string | null = null
    for (const label of path) {
      const next = named(setId, at, normalised(label), defaultTag)
      if (next === undefined) return undefined
      at = next
    }
    return at ?? undefined
  }
  return {
    byUri: (uri) => uris.get(uri),
    mergedInto: (id) => merged.get(id),
    child: (setId, parentId, labels) => {
      const holder =
        parentId === null || before.place(setId, parentId) !== undefined ? setId : before.home(parentId)?.setId
      if (holder === undefined) return undefined
      const tags = Object.keys(labels).sort((a, b) => Number(b === defaultTag) - Number(a === defaultTag))
      for (const tag of tags) {
        const name = labels[tag]?.default
        const found = name === undefined ? undefined : named(holder, parentId, name, tag)
        if (found !== undefined) return found
      }
      return undefined
    },
    byPath: ({ group, set, path }) => {
      for (const one of before.sets.values()) {
        const above = before.groups.get(one.groupId)
        if (group !== undefined && fold(above?.name ?? '') !== fold(normalised(group))) continue
        if (!Object.values(one.names).some((name) => fold(name) === fold(normalised(set)))) continue
        const found = walk(one.id, path)
        if (found !== undefined) return found
      }
      return undefined
    },
    at: (setId, idOrPath) => {
      const id = guidOf(idOrPath)
      if (id !== undefined) return before.place(setId, id) === undefined ? undefined : id
      return walk(
        setId,
        idOrPath.split('/').map((one) => one.trim()),
      )
    },
  }
}
