/** Where each concept is placed: exchange.md §6.5, and Relata's own triples where they say more. */
import { compareText } from '../../doc/doc-index.ts'
import type { FaultCode } from '../../faults.ts'
import { iri } from '../vocabulary.ts'
import { type Hierarchy, prefixOf } from './schemes.ts'
import { shownOf } from './texts.ts'
import { resources, type VocabularyFile, type WrittenPlace } from './vocabulary-file.ts'

export interface ConceptPlace {
  readonly key: string
  readonly kind: 'home' | 'reuse' | 'pin'
  readonly parent: string | undefined
  readonly occurrence: WrittenPlace | undefined
}

export interface Placing {
  /** Scheme → parent ('' for the root) → places, in the order of the file. */
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, ConceptPlace[]>>
  /** Concept → parents that no place of it has. */
  readonly kept: ReadonlyMap<string, string[]>
  /** Scheme → concepts at its root that are no declared tops, where it declares any. */
  readonly parentless: ReadonlyMap<string, ReadonlySet<string>>
  /** What is to be said of a concept, once it has a path. */
  readonly remarks: ReadonlyMap<string, { readonly code: FaultCode; readonly text: string }[]>
}

interface Working {
  readonly file: VocabularyFile
  readonly hierarchy: Hierarchy
  /** Scheme → concept → the place that Relata wrote. */
  readonly occurrences: ReadonlyMap<string, ReadonlyMap<string, WrittenPlace>>
  /** Scheme → concepts that are there only because a pin above shows them. */
  readonly mirrored: ReadonlyMap<string, ReadonlySet<string>>
  readonly homes: ReadonlyMap<string, string>
}

export function placesOf(file: VocabularyFile, hierarchy: Hierarchy): Placing {
  const occurrences = new Map<string, Map<string, WrittenPlace>>()
  for (const occurrence of file.occurrences) {
    const inScheme = occurrences.get(occurrence.scheme) ?? new Map<string, WrittenPlace>()
    occurrences.set(occurrence.scheme, inScheme)
    inScheme.set(occurrence.term, occurrence)
  }
  const members = membersOf(hierarchy)
  const mirrored = new Map(
    [...members].map(([scheme, own]) => [scheme, mirroredIn(file, hierarchy, scheme, own, occurrences.get(scheme))]),
  )
  const homes = homesOf(file, hierarchy, occurrences, mirrored)
  const working: Working = { file, hierarchy, occurrences, mirrored, homes }
  for (const key of hierarchy.schemesOf.keys()) {
    if (homes.has(key) || !file.concepts.has(key)) continue
    const text = `<${key}> is below a pinned concept, but not below its source; it is not read.`
    file.fault('mirror-differs', file.at(key, shownOf(file, key)), text)
  }
  const remarks = new Map<string, { code: FaultCode; text: string }[]>()
  const remark = (key: string, code: FaultCode, text: string): void => {
    const known = remarks.get(key)
    if (known === undefined) remarks.set(key, [{ code, text }])
    else known.push({ code, text })
  }
  const sets = new Map<string, Map<string, ConceptPlace[]>>()
  const used = new Map<string, Set<string>>()
  const cycles = new Set<string>()
  const parentless = new Map<string, ReadonlySet<string>>()
  for (const [scheme, own] of members) {
    const { parents, roots } = choose(working, scheme, own)
    for (const root of roots) {
      cycles.add(root)
      remark(root, 'cycle', `<${root}> is below itself in a circle of broader concepts; it is put at the root.`)
    }
    const places = new Map<string, ConceptPlace[]>()
    for (const [key, parent] of parents) {
      const place = placeOf(working, scheme, key, parent)
      const siblings = places.get(parent ?? '')
      if (siblings === undefined) places.set(parent ?? '', [place])
      else siblings.push(place)
      used.set(key, (used.get(key) ?? new Set()).add(parent ?? scheme))
    }
    sets.set(scheme, places)
    parentless.set(scheme, remarkRoots(working, scheme, parents, roots, remark))
  }
  return { sets, kept: keptParents(working, used, cycles, remark), parentless, remarks }
}

function membersOf({ schemes, schemesOf }: Hierarchy): Map<string, string[]> {
  const members = new Map<string, string[]>(schemes.map((scheme) => [scheme, []]))
  for (const [key, own] of schemesOf) for (const scheme of own) members.get(scheme)?.push(key)
  return members
}

function homeNamed({ graph }: VocabularyFile, key: string): string | undefined {
  return resources(graph.of(key, iri('relata:home')))[0]
}

/** What is below a pin, and says neither that it has a place of its own in the scheme nor that it is at home there. */
function mirroredIn(
  file: VocabularyFile,
  { childrenOf }: Hierarchy,
  scheme: string,
  members: readonly string[],
  occurrences: ReadonlyMap<string, WrittenPlace> | undefined,
): Set<string> {
  const mirrored = new Set<string>()
  if (occurrences === undefined) return mirrored
  const inScheme = new Set(members)
  const next = [...occurrences.values()].flatMap(({ kind, term }) => (kind === 'pin' ? [term] : []))
  for (let key = next.pop(); key !== undefined; key = next.pop()) {
    for (const child of childrenOf.get(key) ?? []) {
      if (!inScheme.has(child) || occurrences.has(child) || mirrored.has(child) || homeNamed(file, child) === scheme)
        continue
      mirrored.add(child)
      next.push(child)
    }
  }
  return mirrored
}

/** Concept → home scheme. Concepts that are in several are decided from the top down, as children go with their parents. */
function homesOf(
  file: VocabularyFile,
  { schemesOf, parentsOf, childrenOf }: Hierarchy,
  occurrences: Working['occurrences'],
  mirrored: Working['mirrored'],
): Map<string, string> {
  const homes = new Map<string, string>()
  const decide = (key: string): void => {
    const own = [...(schemesOf.get(key) ?? [])]
    const named = homeNamed(file, key)
    if (named !== undefined && own.includes(named)) homes.set(key, named)
    if (homes.has(key)) return
    const free = own.filter((scheme) => !mirrored.get(scheme)?.has(key) && !occurrences.get(scheme)?.has(key))
    const above = new Set([...(parentsOf.get(key) ?? [])].map((parent) => homes.get(parent)))
    const [ofParents] = above
    const agreed = above.size === 1 && ofParents !== undefined && free.includes(ofParents) ? ofParents : undefined
    const home = prefixOf(key, free) ?? agreed ?? free.toSorted(compareText)[0]
    if (home !== undefined) homes.set(key, home)
  }
  const seen = new Set<string>()
  let level = [...schemesOf.keys()].filter((key) => !parentsOf.has(key))
  while (level.length > 0) {
    for (const key of level) seen.add(key)
    for (const key of level) decide(key)
    level = [...new Set(level.flatMap((key) => [...(childrenOf.get(key) ?? [])]))].filter((key) => !seen.has(key))
  }
  for (const key of schemesOf.keys()) if (!seen.has(key)) decide(key)
  return homes
}

/** Concept → its parent in the scheme, undefined at the root; and the roots that were chosen to break circles. */
function choose(
  working: Working,
  scheme: string,
  members: readonly string[],
): { parents: Map<string, string | undefined>; roots: Set<string> } {
  const { topsOf } = working.hierarchy
  const mirrors = working.mirrored.get(scheme)
  const placed = new Set(members.filter((key) => !mirrors?.has(key)))
  const candidates = new Map([...placed].map((key) => [key, candidatesOf(working, scheme, key, placed)]))
  const children = new Map<string, string[]>()
  for (const [key, parents] of candidates) {
    for (const parent of parents) {
      const known = children.get(parent)
      if (known === undefined) children.set(parent, [key])
      else known.push(key)
    }
  }
  const depths = new Map<string, number>()
  const roots = new Set<string>()
  let level = [...candidates].flatMap(([key, parents]) => (parents.length === 0 ? [key] : []))
  for (const key of level) depths.set(key, 0)
  // Declared tops first, then by IRI.
  const sorted = [...placed].toSorted(compareText)
  const isTop = (key: string): boolean => topsOf.get(scheme)?.has(key) === true
  const breakers = [...sorted.filter(isTop), ...sorted.filter((key) => !isTop(key))]
  let next = 0
  for (let depth = 1; ; depth += 1) {
    level = level.flatMap((key) => (children.get(key) ?? []).filter((child) => reaches(depths, child, depth)))
    if (level.length > 0) continue
    while (depths.has(breakers[next] ?? '')) next += 1
    const root = breakers[next]
    if (root === undefined) break
    roots.add(root)
    depths.set(root, 0)
    level = [root]
    depth = 0
  }
  const parents = new Map<string, string | undefined>()
  for (const [key, own] of candidates) parents.set(key, roots.has(key) ? undefined : least(own, depths))
  return { parents, roots }
}

function reaches(depths: Map<string, number>, key: string, depth: number): boolean {
  if (depths.has(key)) return false
  depths.set(key, depth)
  return true
}

/** The parent of least depth; among equals the smallest IRI. */
function least(parents: readonly string[], depths: ReadonlyMap<string, number>): string | undefined {
  let chosen: string | undefined
  const depthOf = (key: string): number => depths.get(key) ?? Number.POSITIVE_INFINITY
  for (const parent of parents) {
    if (chosen === undefined) chosen = parent
    const difference = depthOf(parent) - depthOf(chosen) || compareText(parent, chosen)
    if (difference < 0) chosen = parent
  }
  return chosen
}

/** The parents a concept may have in the scheme; none: it is at the root. */
function candidatesOf(
  { file, hierarchy, occurrences, homes }: Working,
  scheme: string,
  key: string,
  placed: ReadonlySet<string>,
): string[] {
  const occurrence = occurrences.get(scheme)?.get(key)
  if (occurrence !== undefined)
    return occurrence.under !== undefined && placed.has(occurrence.under) ? [occurrence.under] : []
  const parents = [...(hierarchy.parentsOf.get(key) ?? [])].filter((parent) => placed.has(parent))
  if (homes.get(key) !== scheme) return parents
  const [named] = resources(file.graph.of(key, iri('relata:homeParent')))
  if (named !== undefined && parents.includes(named)) return [named]
  // Relata names the home parent of what it calls at home somewhere, except at the root.
  const isRoot =
    named === undefined && homeNamed(file, key) === scheme && hierarchy.topsOf.get(scheme)?.has(key) === true
  return isRoot ? [] : parents
}

function placeOf(
  { occurrences, homes }: Working,
  scheme: string,
  key: string,
  parent: string | undefined,
): ConceptPlace {
  const occurrence = occurrences.get(scheme)?.get(key)
  const kind = occurrence?.kind ?? (homes.get(key) === scheme ? 'home' : 'reuse')
  return { key, kind, parent, occurrence }
}

type Remark = (key: string, code: FaultCode, text: string) => void

function remarkRoots(
  { hierarchy, homes, occurrences }: Working,
  scheme: string,
  parents: ReadonlyMap<string, string | undefined>,
  roots: ReadonlySet<string>,
  remark: Remark,
): Set<string> {
  const parentless = new Set<string>()
  const tops = hierarchy.topsOf.get(scheme)
  if (tops === undefined) return parentless
  for (const [key, parent] of parents) {
    if (homes.get(key) !== scheme || occurrences.get(scheme)?.has(key)) continue
    if (parent !== undefined && tops.has(key)) {
      remark(key, 'top-with-parent', `<${key}> is declared a top concept, and has a broader one: it is put below that.`)
    } else if (parent === undefined && !tops.has(key) && !roots.has(key)) {
      parentless.add(key)
      remark(key, 'no-parent', `<${key}> has no broader concept in its scheme, and is not declared a top concept.`)
    }
  }
  return parentless
}

/** Parents that no place has are kept as properties (rule 4). */
function keptParents(
  { file, hierarchy }: Working,
  used: ReadonlyMap<string, ReadonlySet<string>>,
  cycles: ReadonlySet<string>,
  remark: Remark,
): Map<string, string[]> {
  const kept = new Map<string, string[]>()
  for (const key of hierarchy.schemesOf.keys()) {
    const further = [...(hierarchy.parentsOf.get(key) ?? [])].filter((parent) => !used.get(key)?.has(parent))
    const outside = hierarchy.outside.get(key) ?? []
    if (further.length + outside.length === 0) continue
    kept.set(key, [...further, ...outside].toSorted(compareText))
    const refuses = file.options.secondParents === 'refuse'
    for (const parent of cycles.has(key) ? [] : further) {
      const what = `<${key}> has a further broader concept <${parent}>`
      if (refuses) remark(key, 'twice-in-set', `${what}, and a term occurs once in a set.`)
      else remark(key, 'second-parent', `${what}, which is kept as property skos:broader.`)
    }
  }
  return kept
}
