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

const faultsOf = (views: ReadonlyMap<string, TypeView>, roots: readonly Root[]): string[] => {
  const faults: string[] = []
  const need = (where: string, target: string) => {
    if (!views.has(target)) faults.push(`${where}: no entity type ${target}`)
  }
  for (const root of roots) need(`root ${root.name}`, root.target)
  for (const view of views.values()) {
    const { type } = view
    const keys = new Set(rowKeysOf(view))
    const needKey = (where: string, key: string) => {
      if (!keys.has(key)) faults.push(`${type.name}: ${where} names ${key}, which is no row key`)
    }
    for (const key of type.order ?? []) needKey('order', key)
    for (const key of type.carry ?? []) needKey('carry', key)
    for (const index of type.indexes ?? []) for (const key of index.keys) needKey('index', key)
    for (const { name, nav } of view.navs.values()) {
      need(`${type.name}/${name}`, nav.target)
      if (view.props.has(name.toLowerCase())) faults.push(`${type.name}: ${name} is both property and link`)
      if (nav.many && Object.keys(nav.scopes).length === 0) faults.push(`${type.name}/${name}: no scope`)
    }
  }
  return faults
}

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
