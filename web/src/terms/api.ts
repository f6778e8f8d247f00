/** The requests of the term store page, and what their answers become in the tree. */
import { graph, literal, type RequestPlan } from '../data/plan.ts'
import type { ListedTerm, Page, Term, TermGroup, TermSet } from '../data/types.ts'
import { keyOfGroup, keyOfSet, keyOfTerm, type NodeLabel, type PlaceKind, rootKey, type TreeNode } from './rows.ts'

/** What Graph has no name for: docs/taxonomy.md. Absent with `--strict`. */
interface Annotated {
  readonly '@relata.occurrence'?: {
    readonly kind: PlaceKind
    readonly relationId: string | null
    readonly homeSetId: string
    readonly childrenCount: number
    readonly isAvailableForTagging: boolean
  }
  readonly '@relata.state'?: {
    readonly isDeprecated: boolean
    readonly usesElsewhere: number
    readonly problems: number
  }
  readonly '@relata.order'?: number | null
}

export type AnnotatedTerm = Term & Annotated
export type AnnotatedSet = TermSet & Annotated

export const natural = { Prefer: 'include-annotations="relata.*", relata.listing=natural' }

export function setPath(setId: string): string {
  return `/termStore/sets/${setId}`
}

export function termPath(setId: string, termId: string): string {
  return `${setPath(setId)}/terms/${termId}`
}

/** Of a set or a term: where its children are. */
export function placePath({ kind, id, setId }: Pick<TreeNode, 'kind' | 'id' | 'setId'>): string {
  return kind === 'set' ? setPath(id) : termPath(setId, id)
}

export const firstPage = 200
export const laterPage = 1000
export const largestPage = 5000

const termMembers = 'id,labels'
const setMembers = 'id,localizedNames,isOpen'

/** The first page of the children of what the key names; undefined: it has none. */
export function childrenPlan(key: string, top: number): RequestPlan<Page<unknown>> {
  if (key === rootKey) return graph('GET', '/termStore/groups', { query: { $expand: 'sets($select=id)', $top: top } })
  const [first = '', second = ''] = key.split(':')
  if (first === 'g')
    return graph('GET', `/termStore/groups/${second}/sets`, {
      query: { $select: setMembers, $top: top },
      headers: natural,
    })
  const path = first === 's' ? setPath(second) : termPath(first, second)
  return graph('GET', `${path}/children`, { query: { $select: termMembers, $top: top }, headers: natural })
}

/** The page behind a next link, of another size. The preference has to be sent again. */
export function nextPlan(link: string, top: number): RequestPlan<Page<unknown>> {
  const { pathname, searchParams } = new URL(link, location.origin)
  searchParams.set('$top', String(top))
  return { method: 'GET', path: `${pathname}?${searchParams}`, needsToken: true, headers: natural }
}

export function nodePlan(node: Pick<TreeNode, 'kind' | 'id' | 'setId'>): RequestPlan<AnnotatedTerm | AnnotatedSet> {
  const members = node.kind === 'set' ? setMembers : termMembers
  return graph('GET', placePath(node), { query: { $select: members }, headers: natural })
}

function annotated(id: string, setId: string, of: Annotated) {
  const { '@relata.occurrence': occurrence, '@relata.state': state } = of
  return {
    id,
    setId,
    children: occurrence?.childrenCount,
    place: occurrence?.kind ?? 'home',
    relationId: occurrence?.relationId ?? undefined,
    homeSetId: occurrence?.homeSetId ?? setId,
    isAvailable: occurrence?.isAvailableForTagging ?? true,
    isDeprecated: state?.isDeprecated ?? false,
    usesElsewhere: state?.usesElsewhere ?? 0,
    problems: state?.problems ?? 0,
    isOrdered: (of['@relata.order'] ?? null) !== null,
    isSystem: false,
    isOpenSet: false,
    isSite: false,
  } as const
}

function labelsOf(
  labels: readonly {
    readonly name?: string | null
    readonly languageTag?: string | null
    isDefault?: boolean | null
  }[],
): NodeLabel[] {
  return labels.map(({ name, languageTag, isDefault }) => ({
    name: name ?? '',
    languageTag: languageTag ?? '',
    isDefault: isDefault ?? true,
  }))
}

export function groupNode({ id = '', displayName, scope, sets = [] }: TermGroup): TreeNode {
  return {
    ...annotated(id, '', {}),
    key: keyOfGroup(id),
    kind: 'group',
    labels: [{ name: displayName ?? '', languageTag: '', isDefault: true }],
    children: sets.length,
    isSystem: scope === 'system',
    isSite: scope === 'siteCollection',
  }
}

export function setNode(set: AnnotatedSet, isSystem: boolean): TreeNode {
  const id = set.id ?? ''
  return {
    ...annotated(id, id, set),
    key: keyOfSet(id),
    kind: 'set',
    labels: labelsOf(set.localizedNames ?? []),
    isOpenSet: set.isOpen ?? false,
    isSystem,
  }
}

export function termNode(term: AnnotatedTerm, setId: string): TreeNode {
  const id = term.id ?? ''
  return {
    ...annotated(id, setId, term),
    key: keyOfTerm(setId, id),
    kind: 'term',
    labels: labelsOf(term.labels ?? []),
  }
}

/** A term of the list of a whole set. */
export function bareNode(term: ListedTerm, setId: string, languageTag: string, children: number): TreeNode {
  const { id = '', label = '', kind = 'home', homeSetId = setId, isAvailable = true, isDeprecated = false } = term
  return {
    ...newTermNode(setId, id, label, languageTag),
    place: kind,
    homeSetId,
    isAvailable,
    isDeprecated,
    children,
    isBare: true,
  }
}

/** A term that was just made in a place, before the server has answered. */
export function newTermNode(setId: string, id: string, name: string, languageTag: string): TreeNode {
  return { ...termNode({ id, labels: [{ name, languageTag, isDefault: true }] } as Term, setId), children: 0 }
}

/** All terms of a set, what is shared there and what pins show included, each after the one above it. */
export function allTermsPlan(setId: string, language: string): RequestPlan<Page<ListedTerm>> {
  return graph('GET', `${setPath(setId)}/relata.getAllTerms()`, {
    query: { $top: laterPage, language, includeDeprecated: true },
  })
}

/** How many terms `allTermsPlan` lists. */
export function countPlan(setId: string): RequestPlan<number> {
  return graph('GET', `${setPath(setId)}/terms/$count`)
}

/** Some terms at their place in a set. */
export function someTermsPlan(setId: string, ids: readonly string[]): RequestPlan<Page<AnnotatedTerm>> {
  return graph('GET', `${setPath(setId)}/terms`, {
    query: { $filter: `id in (${ids.map(literal).join(',')})`, $select: termMembers, $top: ids.length },
    headers: natural,
  })
}

/** All sets, for their names, groups and as targets. */
export function setNamesPlan(): RequestPlan<Page<TermSet>> {
  return graph('GET', '/termStore/sets', {
    query: { $select: 'id,localizedNames', $expand: 'parentGroup($select=id,displayName,scope)', $top: 1000 },
  })
}

export const storePlan = graph<{ readonly defaultLanguageTag: string; readonly languageTags: readonly string[] }>(
  'GET',
  '/termStore',
  { query: { $select: 'defaultLanguageTag,languageTags' } },
)

// Writes.

export function createTermPlan(
  parent: Pick<TreeNode, 'kind' | 'id' | 'setId'>,
  id: string,
  name: string,
  languageTag: string,
): RequestPlan<Term> {
  return graph('POST', `${placePath(parent)}/children`, {
    body: { id, labels: [{ name, languageTag, isDefault: true }] },
  })
}

export function createSetPlan(groupId: string, name: string, languageTag: string): RequestPlan<TermSet> {
  return graph('POST', `/termStore/groups/${groupId}/sets`, { body: { localizedNames: [{ name, languageTag }] } })
}

export function createGroupPlan(displayName: string): RequestPlan<TermGroup> {
  return graph('POST', '/termStore/groups', { body: { displayName } })
}

/** `labels`: all of them, as Graph replaces the list. */
export function renamePlan(node: TreeNode, labels: readonly NodeLabel[], name: string): RequestPlan {
  if (node.kind === 'group') return graph('PATCH', `/termStore/groups/${node.id}`, { body: { displayName: name } })
  if (node.kind === 'set')
    return graph('PATCH', setPath(node.id), {
      body: { localizedNames: labels.map((label) => ({ name: label.name, languageTag: label.languageTag })) },
    })
  return graph('PATCH', termPath(node.setId, node.id), { body: { labels } })
}

/** What is shared is only taken away from its place. */
export function deletePlan(node: TreeNode): RequestPlan {
  if (node.kind === 'group') return graph('DELETE', `/termStore/groups/${node.id}`)
  if (node.kind === 'set') return graph('DELETE', setPath(node.id))
  const path = termPath(node.setId, node.id)
  return graph('DELETE', node.relationId === undefined ? path : `${path}/relations/${node.relationId}`)
}

export interface Target {
  readonly setId: string
  /** Undefined: the root of the set. */
  readonly termId: string | undefined
  readonly where: 'inside' | 'before' | 'after'
}

function placeBody({ setId, termId, where }: Target): Record<string, unknown> {
  if (where !== 'inside') return { set: setId, [where]: termId }
  return { set: setId, ...(termId === undefined ? {} : { parent: termId }) }
}

export function movePlan(node: TreeNode, target: Target): RequestPlan {
  return graph('POST', `${termPath(node.setId, node.id)}/relata.move`, { body: placeBody(target) })
}

export function moveSetPlan(node: TreeNode, groupId: string): RequestPlan {
  return graph('POST', `${setPath(node.id)}/relata.move`, { body: { group: groupId } })
}

export function copyPlan(node: TreeNode, target: Target, withChildren: boolean): RequestPlan<Term> {
  return graph('POST', `${termPath(node.setId, node.id)}/relata.copy`, { body: { ...placeBody(target), withChildren } })
}

export function relatePlan(node: TreeNode, relationship: 'pin' | 'reuse', { setId, termId }: Target): RequestPlan {
  return graph('POST', `${termPath(node.setId, node.id)}/relations`, {
    body: { relationship, set: { id: setId }, ...(termId === undefined ? {} : { fromTerm: { id: termId } }) },
  })
}

/** `mergesChildren`: those of both with one label, for which it is refused else. */
export function mergePlan(node: TreeNode, into: string, mergesChildren: boolean): RequestPlan {
  return graph('POST', `${termPath(node.setId, node.id)}/relata.merge`, {
    body: { into, ...(mergesChildren ? { onChildClash: 'merge' } : {}) },
  })
}

/** `descriptions`: all of them, as Graph replaces the list. */
export function describePlan(
  setId: string,
  termId: string,
  descriptions: readonly { readonly languageTag: string; readonly description: string }[],
): RequestPlan<Term> {
  return graph('PATCH', termPath(setId, termId), { body: { descriptions } })
}

export function deprecatePlan(node: TreeNode, replacedBy: string | undefined): RequestPlan {
  return graph('POST', `${termPath(node.setId, node.id)}/relata.deprecate`, {
    body: replacedBy === undefined ? {} : { replacedBy },
  })
}

export function undeprecatePlan(node: TreeNode): RequestPlan {
  return graph('POST', `${termPath(node.setId, node.id)}/relata.undeprecate`, { body: {} })
}

// Asking first.

export interface DryRun {
  readonly refusals: readonly { readonly code: string; readonly message: string; readonly target?: string }[]
  readonly effects: readonly Effect[]
  readonly needs: readonly unknown[]
}

export interface Effect {
  readonly kind: string
  readonly action: string
  readonly count: number
  readonly sample: readonly { readonly id: string; readonly name: string; readonly path: string }[]
}

export function dryRunOf(plan: RequestPlan): RequestPlan<DryRun> {
  const { answers: _, ...rest } = plan
  return { ...rest, headers: { ...plan.headers, Prefer: 'relata.dry-run' } }
}
