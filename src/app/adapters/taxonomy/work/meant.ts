/** Which part of the store a document may mean: what has to be read for its plan. */
import { fold } from '#base/text/fold.ts'
import { type Doc, isRef, type NodeDoc, type Ref, type TermDoc } from '#exchange/document.ts'
import type { PlanOptions } from '#exchange/plan/plan.ts'
import type { SetState } from '#exchange/plan/taxonomy/taxonomy.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'

export interface MeantPart {
  /** Ids of terms. */
  readonly ids: readonly string[]
  readonly sets: {
    readonly ids: ReadonlySet<string>
    /** Folded. */
    readonly names: ReadonlySet<string>
    readonly uris: ReadonlySet<string>
  }
}

function idsIn(doc: Doc): string[] {
  const ids: string[] = []
  const refs: Ref[] = []
  const addTerm = (term: TermDoc): void => {
    if (term.id !== undefined) ids.push(term.id)
    if (term.replacedBy !== undefined && term.replacedBy !== null) refs.push(term.replacedBy)
    for (const id of term.mergedTermIds ?? []) ids.push(id)
  }
  const addNodes = (nodes: readonly NodeDoc[]): void => {
    for (const { term, children } of nodes) {
      if (isRef(term)) refs.push(term)
      else addTerm(term)
      addNodes(children)
    }
  }
  for (const { sets } of doc.groups) for (const { children } of sets) addNodes(children)
  for (const ref of refs) if ('id' in ref) ids.push(ref.id)
  return ids.map((id) => id.toLowerCase().replace(/^\{(.*)\}$/, '$1'))
}

function folded(name: string): string {
  return fold(normalised(name))
}

export function meantBy(doc: Doc): MeantPart {
  const refs = new Set<string>()
  const visit = (nodes: readonly NodeDoc[]): void => {
    for (const { term, children } of nodes) {
      if (isRef(term) && 'path' in term) refs.add(term.set)
      visit(children)
    }
  }
  const given = doc.groups.flatMap(({ sets }) => sets)
  for (const { children } of given) visit(children)
  const names = [...given.flatMap((one) => Object.values(one.names)), ...refs]
  return {
    ids: idsIn(doc),
    sets: {
      ids: new Set(given.flatMap(({ id }) => id?.toLowerCase() ?? [])),
      names: new Set(names.map(folded)),
      uris: new Set(given.flatMap(({ uri }) => uri ?? [])),
    },
  }
}

/** The sets of the store that are meant: by id, or by name in any group. */
export function setsMeant({ sets }: MeantPart, all: Iterable<SetState>, { set }: Pick<PlanOptions, 'set'>): string[] {
  const [ownId, ownName] = set === undefined ? [] : [set.toLowerCase(), folded(set)]
  const isMeant = ({ id, names, properties }: SetState): boolean =>
    id === ownId ||
    sets.ids.has(id) ||
    sets.uris.has(properties['skos:uri'] ?? '') ||
    Object.values(names).some((name) => fold(name) === ownName || sets.names.has(fold(name)))
  return [...all].filter(isMeant).map(({ id }) => id)
}
