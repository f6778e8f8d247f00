/** Member names of a query, without regard to case → what the model says they are. Knows no syntax. */
import { AppError } from '#base/errors.ts'
import type { EntityType, ToMany, ToOne } from '#edm/define.ts'
import { derivedOf, type Model, type NamedNav, type NamedProp } from '#edm/model.ts'
import type { ComplexType, EnumType, Prop } from '#edm/props.ts'
import {
  durationType,
  flagType,
  guidType,
  instantType,
  textType,
  uuidType,
  type ValueType,
  wholeType,
} from '../syntax/literal.ts'

/** Where a path has come to. `path` is the row-key path of edm/query.ts. */
export type PathEnd =
  | { readonly at: 'row'; readonly type: EntityType }
  | { readonly at: 'complex'; readonly type: ComplexType; readonly path: readonly string[] }
  | { readonly at: 'value'; readonly type: ValueType; readonly path: readonly string[] }
  /** A collection-valued property. */
  | { readonly at: 'many'; readonly prop: Prop; readonly path: readonly string[] }
  | { readonly at: 'link'; readonly from: string; readonly name: string; readonly link: ToOne }
  | { readonly at: 'links'; readonly from: string; readonly name: string; readonly link: ToMany }

/** Graph's own words. */
export function unknownText(name: string, type: string): string {
  return `Could not find a property named '${name}' on type '${type}'.`
}

/** A property callers may name: published in this version, or returned when asked for, unless the mode is strict. */
export function propOf(model: Model, type: EntityType, name: string): NamedProp | undefined {
  const found = model.view(type.name).props.get(name.toLowerCase()) ?? mixedProp(model, type, name)
  if (found === undefined) return undefined
  const isExtra = found.prop.returned === 'asked' && model.onlyPublished !== true
  return model.isPublished(found.prop) || isExtra ? found : undefined
}

/** A property of a derived type, where queries may name it without a cast. */
function mixedProp(model: Model, type: EntityType, name: string): NamedProp | undefined {
  if (type.mixed !== true) return undefined
  for (const derived of derivedOf(model, type)) {
    const found = model.view(derived.name).props.get(name.toLowerCase())
    if (found !== undefined) return found
  }
  return undefined
}

export function navOf(model: Model, type: EntityType, name: string): NamedNav | undefined {
  const found = model.view(type.name).navs.get(name.toLowerCase())
  return found !== undefined && model.isPublished(found.nav) ? found : undefined
}

export function publishedNavs(model: Model, type: EntityType): readonly NamedNav[] {
  return [...model.view(type.name).navs.values()].filter(({ nav }) => model.isPublished(nav))
}

const complexNames = new WeakMap<ComplexType, ReadonlyMap<string, string>>()

/** The member of a complex type in the model's casing, with its declaration. */
export function memberOf(type: ComplexType, name: string): NamedProp | undefined {
  let names = complexNames.get(type)
  if (names === undefined) {
    names = new Map(Object.keys(type.props).map((key) => [key.toLowerCase(), key]))
    complexNames.set(type, names)
  }
  const key = names.get(name.toLowerCase())
  const prop = key === undefined ? undefined : type.props[key]
  return key === undefined || prop === undefined ? undefined : { name: key, prop }
}

/** Whether keys of the type are GUIDs; a base may say so. */
function hasGuidKeys(type: EntityType): boolean {
  return type.keys === undefined ? type.base !== undefined && hasGuidKeys(type.base) : type.keys !== 'text'
}

/** The `id` of a type, which is declared with it or with one of its bases. */
function declaredId(type: EntityType): Prop | undefined {
  return type.props['id'] ?? (type.base === undefined ? undefined : declaredId(type.base))
}

export function keyType(type: EntityType): ValueType {
  if (declaredId(type)?.type === 'Edm.Guid') return uuidType
  return hasGuidKeys(type) ? guidType : textType
}

const primitiveTypes: Readonly<Record<string, ValueType>> = {
  'Edm.String': textType,
  'Edm.Boolean': flagType,
  'Edm.Int32': wholeType,
  'Edm.DateTimeOffset': instantType,
  'Edm.Duration': durationType,
  'Edm.Guid': uuidType,
}

const choiceTypes = new WeakMap<EnumType, ValueType>()

function choiceType(choice: EnumType): ValueType {
  const known = choiceTypes.get(choice) ?? { edm: 'Edm.String', choice }
  choiceTypes.set(choice, known)
  return known
}

function valueType(prop: Prop): ValueType {
  const { type } = prop
  if (typeof type !== 'string') return type.kind === 'enum' ? choiceType(type) : textType
  if (prop.guid === true) return guidType
  return prop.form === undefined ? (primitiveTypes[type] ?? { edm: type }) : { edm: type, form: prop.form }
}

/** The place of a property's value, or of one element of it. */
export function placeOfValue(prop: Prop, path: readonly string[]): PathEnd {
  return typeof prop.type !== 'string' && prop.type.kind === 'complex'
    ? { at: 'complex', type: prop.type, path }
    : { at: 'value', type: valueType(prop), path }
}

function placeOfProp(prop: Prop, path: readonly string[]): PathEnd {
  return prop.collection === true ? { at: 'many', prop, path } : placeOfValue(prop, path)
}

function stepInRow(model: Model, type: EntityType, name: string): PathEnd | undefined {
  const found = propOf(model, type, name)
  if (found !== undefined) {
    if (found.name === 'id') return { at: 'value', type: keyType(type), path: ['id'] }
    return placeOfProp(found.prop, [found.name])
  }
  const link = navOf(model, type, name)
  if (link === undefined) return undefined
  return link.nav.many
    ? { at: 'links', from: type.name, name: link.name, link: link.nav }
    : { at: 'link', from: type.name, name: link.name, link: link.nav }
}

/** One step along a path. Throws Graph's error for a name that is not there. */
export function stepTo(model: Model, from: PathEnd & { at: 'row' | 'complex' }, name: string, target: string): PathEnd {
  if (from.at === 'row') {
    const place = stepInRow(model, from.type, name)
    if (place !== undefined) return place
  } else {
    const found = memberOf(from.type, name)
    if (found !== undefined) return placeOfProp(found.prop, [...from.path, found.name])
  }
  throw new AppError('invalid', unknownText(name, from.type.name), { target })
}
