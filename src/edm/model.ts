/** A checked model: lookups by wire name without regard to case, inheritance, and every fault reported at boot. */
import type { EntityType, Nav, Root, Workload } from './define.ts'
import { type ComplexType, type EnumType, type Prop, type Version, versions } from './props.ts'

export interface NamedProp {
  readonly name: string
  readonly prop: Prop
}

export interface NamedNav {
  readonly name: string
  readonly nav: Nav
}

/** An entity type with all its members, those of its bases first. */
export interface TypeView {
  readonly type: EntityType
  readonly props: ReadonlyMap<string, NamedProp>
  readonly navs: ReadonlyMap<string, NamedNav>
}

export interface Model {
  readonly version: Version
  readonly enums: readonly EnumType[]
  readonly complexes: readonly ComplexType[]
  readonly entities: readonly EntityType[]
  readonly roots: ReadonlyMap<string, Root>
  /** Throws when there is no such entity type. */
  view(qualified: string): TypeView
  /** Members that are returned when asked for, but not published, cannot be named. Absent: they can. */
  readonly onlyPublished?: boolean
  /** Whether a member is part of this version as Microsoft publishes it. */
  isPublished(entry: { readonly published?: readonly Version[] | false }): boolean
}

function lowered<T extends { name: string }>(entries: readonly T[]) {
  return new Map(entries.map((entry) => [entry.name.toLowerCase(), entry] as const))
}

function withBases(type: EntityType): EntityType[] {
  return type.base === undefined ? [type] : [...withBases(type.base), type]
}

/** A property that only other versions have is not on the wire of this one. */
function propIn(version: Version, prop: Prop): Prop {
  const { published } = prop
  return published === undefined || published === false || published.includes(version)
    ? prop
    : { ...prop, returned: 'never' }
}

function viewOf(type: EntityType, version: Version): TypeView {
  const asked = new Set(type.asked)
  const propOf = (name: string, prop: Prop) => propIn(version, asked.has(name) ? { ...prop, returned: 'asked' } : prop)
  const propsOf = ({ props }: EntityType) =>
    Object.entries(props).map(([name, prop]) => ({ name, prop: propOf(name, prop) }))
  const line = withBases(type)
  return {
    type,
    props: lowered(line.flatMap(propsOf)),
    navs: lowered(line.flatMap(({ navs }) => Object.entries(navs).map(([name, nav]) => ({ name, nav })))),
  }
}

/** A type that has rows of its own. */
export function isStored(type: EntityType): boolean {
  return type.stored ?? type.abstract !== true
}

/** The type whose table has the rows: for a face the type it shows, for a derived type its topmost stored base. */
export function holderOf(type: EntityType): EntityType {
  if (type.over !== undefined) return holderOf(type.over)
  return type.base !== undefined && isStored(type.base) ? holderOf(type.base) : type
}

/** Whether the rows are in the table of a base type, marked by their kind. */
export function isDerived(type: EntityType): boolean {
  return type.over === undefined && holderOf(type) !== type
}

function derivesFrom(type: EntityType, base: EntityType): boolean {
  return type.base !== undefined && (type.base.name === base.name || derivesFrom(type.base, base))
}

const derivedTypes = new WeakMap<readonly EntityType[], Map<string, readonly EntityType[]>>()

/** Stored types derived from a stored one, in declared order. */
export function derivedOf({ entities }: Pick<Model, 'entities'>, type: EntityType): readonly EntityType[] {
  const known = derivedTypes.get(entities) ?? new Map<string, readonly EntityType[]>()
  derivedTypes.set(entities, known)
  const found = known.get(type.name)
  if (found !== undefined) return found
  const made = isStored(type) ? entities.filter((entry) => derivesFrom(entry, type) && isDerived(entry)) : []
  known.set(type.name, made)
  return made
}

/** The type whose permissions a change of a link asks for: the membership's own, else those of the owner. */
export function linkGuard(model: Pick<Model, 'view'>, nav: Nav, owner: EntityType): EntityType {
  const membership = nav.many && nav.linkedBy !== undefined ? model.view(nav.linkedBy.type).type : undefined
  return membership?.scopes === undefined ? owner : membership
}

/** Row key of the entity tag in rows of types that have one. */
export const tagKey = 'versionTag'
/** Row key of the derived type a row is of (its qualified name); null for the base itself. */
export const kindKey = 'kind'

/** Row keys of a type: properties, then stored links. */
export function rowKeysOf(view: TypeView): string[] {
  return [
    ...[...view.props.values()].map(({ name }) => name),
    ...[...view.navs.values()].flatMap(({ name, nav }) => (!nav.many && nav.stored ? [`${name}Id`] : [])),
  ]
}

function targetFaults(views: ReadonlyMap<string, TypeView>, where: string, target: string): string[] {
  return views.has(target) ? [] : [`${where}: no entity type ${target}`]
}

/** Faults of the row keys that `order`, `carry` and `indexes` name; the table of a base has those of its derived types. */
function rowKeyFaults(views: ReadonlyMap<string, TypeView>, view: TypeView): string[] {
  const { name, order = [], carry = [], indexes = [] } = view.type
  if (order.length + carry.length + indexes.length === 0) return []
  const derived = [...views.values()].filter(({ type }) => derivesFrom(type, view.type) && isDerived(type))
  const keys = new Set([...[view, ...derived].flatMap(rowKeysOf), ...(derived.length > 0 ? [kindKey] : [])])
  const named = [
    ...order.map((key) => ['order', key] as const),
    ...carry.map((key) => ['carry', key] as const),
    // An index may name a path into a complex value.
    ...indexes.flatMap(({ keys, having = 'id' }) =>
      [...keys, having].map((key) => ['index', key.split('/', 1)[0] ?? key] as const),
    ),
  ]
  return named.flatMap(([where, key]) => (keys.has(key) ? [] : [`${name}: ${where} names ${key}, which is no row key`]))
}

/** A derived type has no table, so it cannot have indexes. */
function derivedFaults({ type }: TypeView): string[] {
  return isDerived(type) && type.indexes !== undefined ? [`${type.name}: a derived type has no indexes of its own`] : []
}

/** A face shows existing rows: it cannot add row keys. */
function faceFaults(views: ReadonlyMap<string, TypeView>, view: TypeView): string[] {
  const { name, over } = view.type
  if (over === undefined) return []
  const face = views.get(over.name)
  if (face === undefined || !isStored(over) || over.over !== undefined)
    return [`${name}: ${over.name} is no stored type of its own`]
  const keys = new Set(rowKeysOf(face))
  return rowKeysOf(view).flatMap((key) => (keys.has(key) ? [] : [`${name}: ${over.name} has no row key ${key}`]))
}

function linkFaults(views: ReadonlyMap<string, TypeView>, view: TypeView, { name, nav }: NamedNav): string[] {
  const where = `${view.type.name}/${name}`
  const faults = targetFaults(views, where, nav.target)
  if (view.props.has(name.toLowerCase())) faults.push(`${view.type.name}: ${name} is both property and link`)
  if (nav.many && Object.keys(nav.scopes).length === 0) faults.push(`${where}: no scope`)
  if (nav.many && nav.deep === true && nav.inverse === undefined) faults.push(`${where}: deep without an inverse`)
  return faults
}

/** Tracking does not check visibility, so types with `visibleIn` cannot be tracked. */
function trackingFaults(views: ReadonlyMap<string, TypeView>): string[] {
  const tracked = [...views.values()].filter(({ type }) => type.tracked === true).map(({ type }) => type)
  const missing =
    tracked.length > 0 && !views.has('relata.changeEntry') ? ['tracked types need relata.changeEntry'] : []
  return [
    ...missing,
    ...tracked.flatMap((type) => [
      ...(isStored(type) && holderOf(type) === type
        ? []
        : [`${type.name}: only a type with a table of its own is tracked`]),
      ...(type.visibleIn === undefined ? [] : [`${type.name}: rows guarded by visibleIn are not tracked`]),
    ]),
  ]
}

function faultsOf(views: ReadonlyMap<string, TypeView>, roots: readonly Root[]): string[] {
  return [
    ...roots.flatMap((root) => targetFaults(views, `root ${root.name}`, root.target)),
    ...trackingFaults(views),
    ...[...views.values()].flatMap((view) => [
      ...rowKeyFaults(views, view),
      ...faceFaults(views, view),
      ...derivedFaults(view),
      ...[...view.navs.values()].flatMap((named) => linkFaults(views, view, named)),
    ]),
  ]
}

/** The operations that are not ours. */
function withoutOurs<F extends { readonly namespace?: string }>(operations: Readonly<Record<string, F>> = {}) {
  return Object.fromEntries(Object.entries(operations).filter(([, { namespace }]) => namespace === undefined))
}

/** The model without what is in namespaces of ours, for documents of a server that answers as Graph does. */
export function asGraph(model: Model): Model {
  return {
    ...model,
    enums: model.enums.filter(({ name }) => !name.startsWith('relata.')),
    complexes: model.complexes.filter(({ name }) => !name.startsWith('relata.')),
    entities: model.entities.map((type) => ({
      ...type,
      actions: withoutOurs(type.actions),
      functions: withoutOurs(type.functions),
    })),
  }
}

/** Throws one error naming every fault of the declaration. */
export function modelOf(version: Version, workloads: readonly Workload[]): Model {
  const entities = workloads.flatMap((workload) => workload.entities)
  const views = new Map(entities.map((type) => [type.name, viewOf(type, version)]))
  const roots = workloads.flatMap((workload) => workload.roots)
  const faults = faultsOf(views, roots)
  if (faults.length > 0) throw new Error(`the model of ${version} has faults:\n${faults.join('\n')}`)
  return {
    version,
    enums: workloads.flatMap((workload) => workload.enums),
    complexes: workloads.flatMap((workload) => workload.complexes),
    entities,
    roots: lowered(roots),
    view: (qualified) => {
      const view = views.get(qualified)
      if (view === undefined) throw new Error(`no entity type ${qualified}`)
      return view
    },
    isPublished: ({ published }) => published !== false && (published ?? versions).includes(version),
  }
}
