/** A checked model: lookups by wire name without regard to case, inheritance, and every fault reported at boot. */
import {
  type ComplexType,
  type EntityType,
  type EnumType,
  type Nav,
  type Prop,
  type Root,
  type Version,
  versions,
  type Workload,
} from './define.ts'

export interface NamedProp {
  readonly name: string
  readonly prop: Prop
}
export interface NamedNav {
  readonly name: string
  readonly nav: Nav
}

/** Everything known of one entity type, base members first. */
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
  /** Whether a member is part of this version as Microsoft publishes it. */
  isPublished(entry: { readonly published?: readonly Version[] | false }): boolean
}

const lowered = <T extends { name: string }>(entries: readonly T[]) =>
  new Map(entries.map((entry) => [entry.name.toLowerCase(), entry] as const))

const withBases = (type: EntityType): EntityType[] =>
  type.base === undefined ? [type] : [...withBases(type.base), type]

const viewOf = (type: EntityType): TypeView => {
  const line = withBases(type)
  return {
    type,
    props: lowered(line.flatMap(({ props }) => Object.entries(props).map(([name, prop]) => ({ name, prop })))),
    navs: lowered(line.flatMap(({ navs }) => Object.entries(navs).map(([name, nav]) => ({ name, nav })))),
  }
}

/** A type that has rows of its own. */
export const isStored = (type: EntityType): boolean => type.stored ?? type.abstract !== true

/** Row keys of a type: properties, then stored links. */
export const rowKeysOf = (view: TypeView): string[] => [
  ...[...view.props.values()].map(({ name }) => name),
  ...[...view.navs.values()].flatMap(({ name, nav }) => (!nav.many && nav.stored ? [`${name}Id`] : [])),
]

const targetFaults = (views: ReadonlyMap<string, TypeView>, where: string, target: string): string[] =>
  views.has(target) ? [] : [`${where}: no entity type ${target}`]

/** Row keys the declaration names: in its order, in what it carries and in its indexes. */
const rowKeyFaults = (view: TypeView): string[] => {
  const { name, order = [], carry = [], indexes = [] } = view.type
  const keys = new Set(rowKeysOf(view))
  const named = [
    ...order.map((key) => ['order', key] as const),
    ...carry.map((key) => ['carry', key] as const),
    ...indexes.flatMap((index) => index.keys.map((key) => ['index', key] as const)),
  ]
  return named.flatMap(([where, key]) => (keys.has(key) ? [] : [`${name}: ${where} names ${key}, which is no row key`]))
}

const linkFaults = (views: ReadonlyMap<string, TypeView>, view: TypeView, { name, nav }: NamedNav): string[] => {
  const where = `${view.type.name}/${name}`
  const faults = targetFaults(views, where, nav.target)
  if (view.props.has(name.toLowerCase())) faults.push(`${view.type.name}: ${name} is both property and link`)
  if (nav.many && Object.keys(nav.scopes).length === 0) faults.push(`${where}: no scope`)
  return faults
}

const faultsOf = (views: ReadonlyMap<string, TypeView>, roots: readonly Root[]): string[] => [
  ...roots.flatMap((root) => targetFaults(views, `root ${root.name}`, root.target)),
  ...[...views.values()].flatMap((view) => [
    ...rowKeyFaults(view),
    ...[...view.navs.values()].flatMap((named) => linkFaults(views, view, named)),
  ]),
]

/** Throws one error naming every fault of the declaration. */
export const modelOf = (version: Version, workloads: readonly Workload[]): Model => {
  const entities = workloads.flatMap((workload) => workload.entities)
  const views = new Map(entities.map((type) => [type.name, viewOf(type)]))
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
