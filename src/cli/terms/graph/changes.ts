/** What Graph can do of a plan, and the request that does it: exchange.md §7.4. Pure. */
import type { Change, PlanRecord } from '#exchange/plan/records.ts'
import type { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import type { GraphRequest } from '../../remote/graph/client.ts'
import { storeRoot } from './read.ts'

const cans: ReadonlySet<string> = new Set(['create', 'update', 'share', 'delete'])
const members = /^(?:name|description|names\..*|properties\..*|labels\..*|descriptions\..*)$/
const page = 'Do it on the term store page of SharePoint’s admin centre.'

/** Why Graph cannot do it; undefined: it can. */
export function graphLack({ action, kind, changes }: PlanRecord): string | undefined {
  if (!cans.has(action) || (action === 'delete' && kind !== 'term'))
    return `Microsoft Graph cannot do this (${action}). ${page}`
  const odd = changes.filter(({ member }) => !members.test(member)).map(({ member }) => member)
  return odd.length === 0 ? undefined : `Microsoft Graph cannot write ${odd.join(', ')}. ${page}`
}

/** Ids of the plan → ids that Graph has given. */
export type GivenIds = ReadonlyMap<string, string>

function texts(given: Readonly<Record<string, string>>, text: string) {
  return Object.entries(given).map(([languageTag, value]) => ({ languageTag, [text]: value }))
}

function pairs(given: Readonly<Record<string, string>>) {
  return Object.entries(given).map(([key, value]) => ({ key, value }))
}

function changesAny(changes: readonly Change[], prefix: string): boolean {
  return changes.some(({ member }) => member === prefix || member.startsWith(`${prefix}.`))
}

function termBody(end: TaxonomyPart, { id, changes, action }: PlanRecord) {
  const term = end.terms.get(id)
  if (term === undefined) return {}
  const isNew = action === 'create'
  return {
    ...(isNew || changesAny(changes, 'labels') ? { labels: term.labels } : {}),
    ...(changesAny(changes, 'descriptions') ? { descriptions: texts(term.descriptions, 'description') } : {}),
    ...(changesAny(changes, 'properties') ? { properties: pairs(term.properties) } : {}),
  }
}

function setBody(end: TaxonomyPart, { id, changes, action }: PlanRecord) {
  const set = end.sets.get(id)
  if (set === undefined) return {}
  return {
    ...(action === 'create' || changesAny(changes, 'names') ? { localizedNames: texts(set.names, 'name') } : {}),
    ...(changesAny(changes, 'description') ? { description: set.description } : {}),
    ...(changesAny(changes, 'properties') ? { properties: pairs(set.properties) } : {}),
  }
}

function groupBody(end: TaxonomyPart, { id }: PlanRecord) {
  const group = end.groups.get(id)
  return { displayName: group?.name ?? '', description: group?.description ?? '' }
}

/** `end`: the store when the record is carried out. */
export function requestFor(record: PlanRecord, end: TaxonomyPart, given: GivenIds): GraphRequest {
  const real = (id: string | null | undefined): string => given.get(id ?? '') ?? id ?? ''
  const { kind, action, id, group, set, parent, relationship } = record
  if (kind === 'group')
    return action === 'create'
      ? { method: 'POST', path: `${storeRoot}/groups`, body: groupBody(end, record) }
      : { method: 'PATCH', path: `${storeRoot}/groups/${real(id)}`, body: groupBody(end, record) }
  if (kind === 'set')
    return action === 'create'
      ? { method: 'POST', path: `${storeRoot}/groups/${real(group)}/sets`, body: setBody(end, record) }
      : { method: 'PATCH', path: `${storeRoot}/sets/${real(id)}`, body: setBody(end, record) }
  const root = `${storeRoot}/sets/${real(set)}`
  if (action === 'delete') return { method: 'DELETE', path: `${root}/terms/${real(id)}` }
  if (action === 'update') return { method: 'PATCH', path: `${root}/terms/${real(id)}`, body: termBody(end, record) }
  if (action === 'share') {
    const home = end.home(id)?.setId
    const from = parent === null || parent === undefined ? {} : { fromTerm: { id: real(parent) } }
    const body = { relationship, set: { id: real(set) }, ...from }
    return { method: 'POST', path: `${storeRoot}/sets/${real(home)}/terms/${real(id)}/relations`, body }
  }
  const at = parent === null || parent === undefined ? root : `${root}/terms/${real(parent)}`
  return { method: 'POST', path: `${at}/children`, body: termBody(end, record) }
}

/** Ids that have to be known before the record can be sent. */
export function needsOf({ kind, group, set, parent, id, action }: PlanRecord): string[] {
  const own = action === 'create' ? [] : [id]
  return [...own, ...(kind === 'set' ? [group] : []), set, parent].filter((one) => typeof one === 'string')
}
