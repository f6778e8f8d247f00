/** Members of answers beyond a type's own properties: annotations, the members of derived types, masked enums. */
import type { EntityType } from '#edm/define.ts'
import { type Level, typeNote } from '#edm/levels.ts'
import { derivedOf, type Model, type NamedProp } from '#edm/model.ts'
import type { ShapeMember, Trim } from '#edm/query.ts'
import { holdsEvolvable } from '#edm/shown-values.ts'
import type { Selection } from '#odata/query/select/select.ts'

/** Whether members of evolvable enums after the sentinel are written by their own names, or as the sentinel (protocol.md §1.6). */
export type Naming = 'masked' | 'real'

/** What decides on the members of an answer besides the model and `$select`. */
export interface Wording {
  readonly naming: Naming
  readonly level: Level
}

/** The property, preceded by its type annotation where the metadata level is full. */
export function propMembers(
  { name, prop }: NamedProp,
  { naming, level }: Wording,
  kinds?: readonly string[],
  trim?: Trim,
): ShapeMember[] {
  const of = kinds === undefined ? {} : { kinds }
  const note = level === 'full' ? typeNote(prop) : undefined
  const isComplex = typeof prop.type === 'object' && prop.type.kind === 'complex'
  return [
    ...(note === undefined ? [] : [{ kind: 'note' as const, name: `${name}@odata.type`, text: note, ...of }]),
    {
      kind: 'prop' as const,
      name,
      prop,
      ...(naming === 'masked' && holdsEvolvable(prop) ? { masked: true as const } : {}),
      ...(level !== 'minimal' && isComplex ? { level } : {}),
      ...(trim === undefined ? {} : { trim }),
      ...of,
    },
  ]
}

function link(name: string, after = ''): ShapeMember {
  return { kind: 'link', name, after }
}

/** Link annotations of a row. They come after all properties, as OData JSON 4.0 requires. */
export function linksOf(model: Model, type: EntityType, { level }: Wording, isNamed: (name: string) => boolean) {
  return level !== 'full'
    ? []
    : [...model.view(type.name).navs.values()]
        .filter(({ name, nav }) => model.isPublished(nav) && isNamed(name))
        .flatMap(({ name }) => [
          link(`${name}@odata.navigationLink`, `/${name}`),
          link(`${name}@odata.associationLink`, `/${name}/$ref`),
        ])
}

/** An unpublished second face of a type is named as the type whose rows it shows. */
function typeOfRows(model: Model, { typed, over, name, ...type }: EntityType): string {
  if (typeof typed === 'string') return typed
  return over !== undefined && !model.isPublished(type) ? over.name : name
}

function typeMember(model: Model, type: EntityType, isSaid: boolean): ShapeMember {
  return {
    kind: 'type',
    name: '@odata.type',
    of: isSaid && type.typed === true ? type.name : typeOfRows(model, type),
    kinds: type.over === undefined && derivedOf(model, type).length > 0,
  }
}

/** Annotations that a row has whatever is selected. */
export function annotationsOf(model: Model, type: EntityType, level: Level): ShapeMember[] {
  if (level === 'none') return []
  const isSaid = type.typed !== undefined && type.typed !== false
  return [
    ...(isSaid || level === 'full' ? [typeMember(model, type, isSaid)] : []),
    ...(level === 'full' ? [link('@odata.id')] : []),
    ...(type.tag === undefined ? [] : [{ kind: 'tag' as const, name: '@odata.etag' as const }]),
    ...(level === 'full' ? [link('@odata.editLink')] : []),
  ]
}

/** The kinds of rows for which `$select` names the property after a type, and what is shown of it there. */
export function castsOf({ casts }: Selection, { name, prop }: NamedProp): { kinds: readonly string[]; trim?: Trim } {
  const isDefault = (prop.returned ?? 'default') === 'default'
  const own = casts.filter((cast) => cast.name === name || (cast.name === '*' && isDefault))
  const trims = own.map(({ trim }) => trim).filter((trim) => Object.keys(trim).length > 0)
  // A property that is named twice is shown whole, unless it is named in the same way.
  const [trim] = own.length === 1 ? trims : []
  return { kinds: [...new Set(own.flatMap(({ kinds }) => kinds))], ...(trim === undefined ? {} : { trim }) }
}

/** What `$select` says of members of derived types; `named`: by their names alone. */
type DerivedSelection = Selection & { readonly named: ReadonlySet<string> }

/** Members that only rows of derived types have, each with the kinds it is shown for. */
export function derivedMembers(
  model: Model,
  type: EntityType,
  select: DerivedSelection,
  wording: Wording,
): ShapeMember[] {
  const all = select.default || select.star
  if (type.over !== undefined) return []
  const known = new Set(model.view(type.name).props.keys())
  const views = derivedOf(model, type).map(({ name }) => model.view(name))
  const isShown = ({ name, prop }: NamedProp) =>
    (all && (prop.returned ?? 'default') === 'default') || (select.named.has(name) && prop.returned !== 'never')
  return views.flatMap(({ props }) =>
    [...props].flatMap(([lower, entry]) => {
      if (known.has(lower)) return []
      known.add(lower)
      const { kinds: cast, trim } = castsOf(select, entry)
      const kinds = views.flatMap((view) => {
        const own = view.props.get(lower)
        const { name } = view.type
        return own !== undefined && (isShown(own) || cast.includes(name)) ? [name] : []
      })
      if (kinds.length === 0) return []
      return propMembers(entry, wording, kinds, isShown(entry) ? select.trims.get(entry.name) : trim)
    }),
  )
}
