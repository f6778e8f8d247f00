/**
 * Addresses of the model, with what may be done there. Paths have no end, as types contain each other: what is below a
 * type is shown in full at its first place, the shortest published one; elsewhere one step of it, and where it goes on.
 */

import {
  type ActionFacts,
  type Can,
  type EntityType,
  type Evidence,
  type FunctionFacts,
  type Guard,
  localName,
  type Nav,
  type Root,
  spaceOf,
  type Verb,
} from '../define.ts'
import type { Model } from '../model.ts'
import { isServed } from './capabilities.ts'
import { shownAs } from './csdl.ts'

/** What is known of the rows at an address. */
export interface RowFacts {
  readonly type: EntityType
  readonly can: Can
  readonly doc: string
  /** The link that leads here, and the type that has it; absent at roots. */
  readonly nav?: Nav
  readonly owner?: EntityType
  /** What the link or the root asks for, in place of what the type does. */
  readonly guard?: Guard
}

export type RowKind = 'collection' | 'entity' | 'count' | 'reference' | 'references' | 'referenceToOne'

/** What stands at an address. */
export type AddressTarget =
  | (RowFacts & { readonly kind: RowKind })
  | {
      readonly kind: 'operation'
      readonly of: EntityType
      readonly name: string
      readonly facts: FunctionFacts | ActionFacts
      readonly method: 'get' | 'post'
    }

export interface Address {
  /** With keys as `{name}`. */
  readonly path: string
  /** Names of the roots and links on the way. */
  readonly names: readonly string[]
  /** Keys of the path, by the name they go by. */
  readonly keys: readonly { readonly name: string; readonly of: EntityType }[]
  readonly target: AddressTarget
  /** How many links on the way Graph does not publish. */
  readonly ours?: number
  /** The path below which is shown what is below this one, too. */
  readonly continues?: string
}

export interface Served {
  readonly verb: Verb
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete'
  readonly evidence: Evidence
}

const verbs: Readonly<Record<RowKind, readonly (readonly [Verb, Served['method']])[]>> = {
  collection: [
    ['list', 'get'],
    ['create', 'post'],
    ['patchMember', 'patch'],
  ],
  entity: [
    ['get', 'get'],
    ['update', 'patch'],
    ['replace', 'put'],
    ['delete', 'delete'],
  ],
  count: [['list', 'get']],
  references: [
    ['list', 'get'],
    ['link', 'post'],
    ['unlink', 'delete'],
  ],
  reference: [
    ['get', 'get'],
    ['unlink', 'delete'],
  ],
  referenceToOne: [
    ['get', 'get'],
    ['link', 'put'],
    ['unlink', 'delete'],
  ],
}

/** What the model lets be done there, and we do; as Graph does, nothing that is ours alone. */
export function servedAt(
  target: Exclude<AddressTarget, { kind: 'operation' }>,
  { onlyPublished = false }: Pick<Model, 'onlyPublished'>,
): Served[] {
  return verbs[target.kind].flatMap(([verb, method]) => {
    const evidence = target.can[verb]
    if (evidence === undefined || !isServed(evidence) || (onlyPublished && evidence === 'ours')) return []
    return [{ verb, method, evidence }]
  })
}

/** Where a walk has come to. */
interface Place {
  readonly path: string
  readonly names: readonly string[]
  readonly keys: Address['keys']
  /** Links on the way that only we serve. */
  readonly ours: number
}

/** A row whose links are to be shown. */
interface Row {
  readonly at: Place
  readonly type: EntityType
}

/** The type that answers name: only Graph's, but for what is ours alone or says its own name. */
export function namedAs(model: Model, type: EntityType): EntityType {
  return type.typed === true ? type : model.view(shownAs(model, type.name)).type
}

function keyFor({ keys }: Place, of: EntityType): string {
  const name = `${localName(of.name)}-id`
  const count = keys.filter((key) => key.of.name === of.name || key.name === name).length
  return count === 0 ? name : `${name}${count + 1}`
}

type Binding = 'entity' | 'collection' | 'service'

/** Operations that the type itself declares. */
function ownOperations(type: EntityType, on: Binding, at: Place): Address[] {
  const of = (method: 'get' | 'post', operations: Readonly<Record<string, FunctionFacts | ActionFacts>> = {}) =>
    Object.entries(operations)
      .filter(([, facts]) => (facts.on ?? 'entity') === on && isServed(facts.evidence))
      .map(([name, facts]): Address => {
        const params = Object.entries(facts.params)
          .filter(([, param]) => !('optional' in param))
          .map(([param, { type: edm }]) => (edm === 'Edm.String' ? `${param}='{${param}}'` : `${param}={${param}}`))
        const qualified = on === 'service' ? name : `${spaceOf(type, facts)}.${name}`
        const call = method === 'get' ? `${qualified}(${params.join(',')})` : qualified
        const target = { kind: 'operation' as const, of: type, name, facts, method }
        return { path: `${at.path}/${call}`, names: [...at.names, name], keys: at.keys, ours: at.ours, target }
      })
  return [...of('get', type.functions), ...of('post', type.actions)]
}

/** What is bound to a base is bound to what is derived from it. */
function operationsOf(type: EntityType, on: Binding, at: Place): Address[] {
  const inherited = type.base === undefined ? [] : operationsOf(type.base, on, at)
  return [...inherited, ...ownOperations(type, on, at)]
}

function takeFirst(rows: Row[]): Row | undefined {
  let best = 0
  for (const [index, { at }] of rows.entries()) {
    const first = (rows[best] as Row).at
    if (at.ours < first.ours || (at.ours === first.ours && at.names.length < first.names.length)) best = index
  }
  return rows.splice(best, 1)[0]
}

/** Fewer links that only we have, then a shorter address, then the link that is called like the type. */
function isBetter(one: Address, other: Address, plural: string): boolean {
  const rank = ({ ours = 0, names }: Address) => ours * 100 + names.length * 2 + (names.at(-2) === plural ? 0 : 1)
  return rank(one) < rank(other)
}

/** Operations in namespaces of ours are shown once, at the shortest address that Graph publishes: below all they would be many. */
function withOursOnce(found: readonly Address[]): Address[] {
  const best = new Map<string, Address>()
  const keyOf = ({ target }: Address): string | undefined =>
    target.kind === 'operation' && target.facts.namespace !== undefined ? `${target.of.name} ${target.name}` : undefined
  for (const address of found) {
    const key = keyOf(address)
    if (key === undefined || address.target.kind !== 'operation') continue
    const known = best.get(key)
    const plural = `${localName(address.target.of.name)}s`
    if (known === undefined || isBetter(address, known, plural)) best.set(key, address)
  }
  return found.filter((address) => {
    const key = keyOf(address)
    return key === undefined || best.get(key) === address
  })
}

export function addressesOf(model: Model): Address[] {
  const found: Address[] = []
  const rows: Row[] = []
  /** Type → the place that shows all below it. */
  const shown = new Map<string, string>()
  const add = (at: Place, path: string, target: AddressTarget): void => {
    if (target.kind === 'operation' || servedAt(target, model).length > 0)
      found.push({ path, names: at.names, keys: at.keys, ours: at.ours, target })
  }
  const step = (at: Place, name: string, isOurs: boolean): Place => ({
    ...at,
    path: `${at.path}/${name}`,
    names: [...at.names, name],
    ours: at.ours + (isOurs ? 1 : 0),
  })

  const many = (at: Place, facts: RowFacts): Place => {
    const { type, can } = facts
    add(at, at.path, { kind: 'collection', ...facts })
    add(at, `${at.path}/$count`, { kind: 'count', ...facts })
    if (isServed(can.list)) found.push(...operationsOf(type, 'collection', at))
    const of = namedAs(model, type)
    const name = keyFor(at, of)
    const row = { ...at, path: `${at.path}/{${name}}`, keys: [...at.keys, { name, of }] }
    add(row, row.path, { kind: 'entity', ...facts })
    if (isServed(can.link) || isServed(can.unlink)) {
      add(at, `${at.path}/$ref`, { kind: 'references', ...facts })
      add(row, `${row.path}/$ref`, { kind: 'reference', ...facts })
    }
    return row
  }

  const one = (at: Place, facts: RowFacts): Place => {
    add(at, at.path, { kind: 'entity', ...facts })
    if (isServed(facts.can.link) || isServed(facts.can.unlink))
      add(at, `${at.path}/$ref`, { kind: 'referenceToOne', ...facts })
    return at
  }

  /** Shows an entry, and what is below it where it may be read and owns its rows: operations, and later links. */
  const enter = (at: Place, entry: Nav | Root, isOwned: boolean, isCut: boolean, owner?: EntityType): void => {
    const { type } = model.view(entry.target)
    const isMany = entry.kind === 'set' || (entry.kind === 'nav' && entry.many)
    const link = entry.kind === 'nav' && owner !== undefined ? { nav: entry, owner } : {}
    const guard = entry.guard === undefined ? {} : { guard: entry.guard }
    const row = (isMany ? many : one)(at, { type, can: entry.can, doc: entry.doc, ...link, ...guard })
    const isLed = isServed(entry.can.get) || entry.kind === 'singleton'
    if (!isLed) return
    if (!isOwned) return
    found.push(...operationsOf(type, 'entity', row))
    if (!isCut) rows.push({ at: row, type })
  }

  const start: Place = { path: '', names: [], keys: [], ours: 0 }
  for (const root of model.roots.values()) enter(step(start, root.name, !model.isPublished(root)), root, true, false)
  for (let row = takeFirst(rows); row !== undefined; row = takeFirst(rows)) {
    const { at, type } = row
    const isCut = shown.has(type.name)
    if (!isCut) shown.set(type.name, at.path)
    for (const { name, nav } of model.view(type.name).navs.values())
      enter(step(at, name, !model.isPublished(nav)), nav, nav.contained === true, isCut, type)
  }
  for (const type of model.entities) found.push(...ownOperations(type, 'service', start))
  const served = model.onlyPublished === true ? found.filter(isGraphs) : found
  return withOursOnce(served).map((address) => goesOn(model, address, shown))
}

/** Whether Graph has the address as well. */
function isGraphs({ ours = 0, target }: Address): boolean {
  return ours === 0 && (target.kind !== 'operation' || target.facts.evidence !== 'ours')
}

/** Says where more is shown below a row that has links, unless it is here. */
function goesOn(model: Model, address: Address, shown: ReadonlyMap<string, string>): Address {
  const { target, path } = address
  if (target.kind !== 'entity' || model.view(target.type.name).navs.size === 0) return address
  const continues = shown.get(target.type.name)
  return continues === undefined || continues === path ? address : { ...address, continues }
}
