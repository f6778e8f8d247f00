/** Adapter: what of the store a plan has to know, and the plan itself. It reads only. */

import type { Ids } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import type { Actor, ReadTx, Store } from '#edm/ports.ts'
import { type Doc, isRef, type NodeDoc, type Ref, type TermDoc } from '#exchange/document.ts'
import { type PlanOptions, planOf } from '#exchange/plan/plan.ts'
import type { Plan, PlanHead } from '#exchange/plan/records.ts'
import { digestOfSet } from '#exchange/plan/taxonomy/digest.ts'
import type { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import type { TermStoreSettings } from '#workloads/term-store/rules/settings.ts'
import { readTaxonomy } from './read-taxonomy.ts'
import { rightsOf } from './rights.ts'

/** For whom: a tenant, and whose roles are asked for; undefined: nobody's. */
export interface TaxonomyCaller {
  readonly tenantId: string
  readonly actor: Actor | undefined
}

export interface PlanRequest {
  readonly doc: Doc
  readonly as: string
  readonly source: PlanHead['source']
  readonly options: PlanOptions
}

function idsIn(doc: Doc): string[] {
  const ids: string[] = []
  const refs: Ref[] = []
  const addTerm = (term: TermDoc): void => {
    if (term.id !== undefined) ids.push(term.id)
    if (term.replacedBy !== undefined && term.replacedBy !== null) refs.push(term.replacedBy)
    ids.push(...(term.mergedTermIds ?? []))
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

/** The sets of the store that a document may mean: by id, or by name in any group. */
function setsOf(doc: Doc, all: TaxonomyPart, { set }: PlanOptions): string[] {
  const refs = new Set<string>()
  const visit = (nodes: readonly NodeDoc[]): void => {
    for (const { term, children } of nodes) {
      if (isRef(term) && 'path' in term) refs.add(term.set)
      visit(children)
    }
  }
  const given = doc.groups.flatMap(({ sets }) => sets)
  for (const { children } of given) visit(children)
  const names = [...given.flatMap((one) => Object.values(one.names)), ...refs, ...(set === undefined ? [] : [set])]
  const wanted = new Set(names.map((name) => fold(normalised(name))))
  const ids = new Set([
    ...given.flatMap(({ id }) => id?.toLowerCase() ?? []),
    ...(set === undefined ? [] : [set.toLowerCase()]),
  ])
  const uris = new Set(given.flatMap(({ uri }) => uri ?? []))
  return [...all.sets.values()]
    .filter(({ id, names: own, properties }) => {
      if (ids.has(id) || uris.has(properties['skos:uri'] ?? '')) return true
      return Object.values(own).some((name) => wanted.has(fold(name)))
    })
    .map(({ id }) => id)
}

/** Everything about the store that the plan of a document has to know. */
async function readFor(tx: ReadTx, doc: Doc, options: PlanOptions): Promise<TaxonomyPart> {
  const all = await readTaxonomy(tx, { sets: [], withSharing: false })
  return readTaxonomy(tx, { sets: setsOf(doc, all, options), ids: idsIn(doc), withSharing: true })
}

export interface PlanningFacts {
  readonly store: Pick<Store, 'read'>
  readonly ids: Ids
  readonly settings: TermStoreSettings
}

export async function makePlan(
  { store, ids, settings }: PlanningFacts,
  { tenantId, actor }: TaxonomyCaller,
  { doc, as, source, options }: PlanRequest,
): Promise<Plan> {
  const { before, rights } = await store.read(tenantId, async (tx) => {
    const found = await readFor(tx, doc, options)
    return { before: found, rights: await rightsOf(tx, actor, found) }
  })
  return planOf(doc, {
    before,
    as,
    source,
    options,
    limits: settings.limits,
    mint: () => ids.mint(),
    digestOf: (id) => digestOfSet(before, id),
    ...(rights === undefined ? {} : { rights }),
  })
}
