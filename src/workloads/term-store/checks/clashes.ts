/**
 * No two terms under one parent have the same default label in a language, and no two sets of a group the same name
 * (term-store.md §4.2). Such pairs can be left from before a change of the default language was refused for them.
 */
import { createHash } from 'node:crypto'
import { fold } from '#base/text/fold.ts'
import type { Report } from '../../finding.ts'
import type { AnyLabel } from '../rules/labels/labels.ts'
import type { Taxonomy } from './taxonomy.ts'

/** Short keys, since a store may have a million names. */
function keyOf(...parts: readonly (string | null)[]): string {
  return createHash('sha1').update(JSON.stringify(parts)).digest('base64').slice(0, 16)
}

/** Reports a row when a row before it has the same key. */
function repeated(found: (first: string, at: string, name: string) => void) {
  const first = new Map<string, string>()
  return (key: string, id: string, name: string): void => {
    const other = first.get(key)
    if (other === undefined) first.set(key, id)
    else if (other !== id) found(other, id, name)
  }
}

type Note = (id: string, names: readonly AnyLabel[]) => void

function tagOf({ languageTag }: AnyLabel): string {
  return languageTag?.toLowerCase() ?? ''
}

export function clashesOfTerms(report: Report, { of, sets }: Taxonomy): Note {
  const note = repeated((first, id, name) => {
    const what = `it has the default label '${name}' at a place where term ${first} has it too`
    report('label-clash', `term ${id}`, what, 'PATCH the labels of one of them')
  })
  return (id, labels) => {
    const defaults = labels.filter(({ isDefault }) => isDefault === true)
    for (const { setId, parentId } of of(id)) {
      if (parentId === null && sets.get(setId)?.isForOrphans === true) continue
      for (const label of defaults) {
        const { name } = label
        if (name !== null) note(keyOf(setId, parentId, tagOf(label), fold(name)), id, name)
      }
    }
  }
}

export function clashesOfSets(report: Report, { sets }: Taxonomy): Note {
  const note = repeated((first, id, name) => {
    const what = `it has the name '${name}', which set ${first} of its group has too`
    report('set-clash', `set ${id}`, what, 'PATCH the names of one of them')
  })
  return (id, names) => {
    const groupId = sets.get(id)?.groupId ?? null
    for (const label of names) {
      const { name } = label
      if (name !== null) note(keyOf(groupId, tagOf(label), fold(name)), id, name)
    }
  }
}
