/**
 * Model → CSDL JSON 4.01 of what its version publishes, members by name: the one source of both `$metadata` documents.
 * Unpublished types, members and links are left out; the home namespace goes by its alias, as in Graph's metadata.
 */

import {
  type ActionFacts,
  type EntityType,
  type FunctionFacts,
  localName,
  type Nav,
  namespaceOf,
  type Root,
  spaceOf,
} from '../define.ts'
import type { Model } from '../model.ts'
import { home } from '../names.ts'
import type { EnumType, Prop } from '../props.ts'
import { type Csdl, type CsdlObject, capabilitiesOf, core, vocabulary } from './capabilities.ts'

export function byName<T>(entries: readonly T[], nameOf: (entry: T) => string): T[] {
  return entries.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

function membersOf<T>(members: Readonly<Record<string, T>>): [string, T][] {
  return byName(Object.entries(members), ([name]) => name)
}

/** A name as other names refer to it: the home namespace by its alias. */
export function reference(qualified: string): string {
  return namespaceOf(qualified) === home.namespace ? `${home.alias}.${localName(qualified)}` : qualified
}

/** A type that is not published goes by the one whose rows it shows, or by the one it is derived from. */
export function shownAs(model: Model, qualified: string): string {
  const { type } = model.view(qualified)
  const other = type.over ?? (type.base?.abstract === true ? undefined : type.base)
  return model.isPublished(type) || other === undefined ? qualified : shownAs(model, other.name)
}

function object(members: Readonly<Record<string, Csdl | undefined>>): CsdlObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

type AnyType = Prop['type'] | { readonly entity: string }

function typeName(type: AnyType): string {
  return typeof type === 'string' ? type : reference('entity' in type ? type.entity : type.name)
}

interface Typed {
  readonly type: AnyType
  readonly collection?: boolean
  readonly nullable?: boolean
}

/**
 * In CSDL JSON a type that is not named is a string, and what says nothing of null is never null. Elements of a
 * collection never are (bodies with null in one are refused); `false` is written where Graph's metadata says so.
 */
function typed({ type, collection, nullable }: Typed): Record<string, Csdl | undefined> {
  const name = typeName(type)
  if (collection === true)
    return {
      $Collection: true,
      $Type: name === 'Edm.String' ? undefined : name,
      $Nullable: nullable === false ? false : undefined,
    }
  return { $Type: name === 'Edm.String' ? undefined : name, $Nullable: nullable === false ? undefined : true }
}

function properties(model: Model, props: Readonly<Record<string, Prop>>): [string, CsdlObject][] {
  return membersOf(props)
    .filter(([, prop]) => model.isPublished(prop))
    .map(([name, prop]) => [name, object(typed(prop))])
}

function navigation(model: Model, nav: Nav): CsdlObject {
  return object({
    $Kind: 'NavigationProperty',
    $Collection: nav.many ? true : undefined,
    $Type: reference(shownAs(model, nav.target)),
    $Nullable: nav.many || nav.nullable === false ? undefined : true,
    $ContainsTarget: nav.contained === true ? true : undefined,
  })
}

function enumeration(model: Model, { members }: EnumType): CsdlObject {
  return {
    $Kind: 'EnumType',
    ...Object.fromEntries(members.filter((entry) => model.isPublished(entry)).map(({ name, value }) => [name, value])),
  }
}

type IsKnown = (qualified: string) => boolean

/** Links that `$metadata` shows: published ones to types that are. */
function shownNavs(model: Model, type: EntityType, isKnown: IsKnown): [string, Nav][] {
  return membersOf(type.navs).filter(([, nav]) => model.isPublished(nav) && isKnown(shownAs(model, nav.target)))
}

function entity(model: Model, type: EntityType, isKnown: IsKnown): CsdlObject {
  const keyed = type.base === undefined && Object.hasOwn(type.props, 'id')
  return {
    ...object({
      $Kind: 'EntityType',
      $BaseType: type.base && reference(type.base.name),
      $Abstract: type.abstract === true ? true : undefined,
      $Key: keyed ? ['id'] : undefined,
    }),
    ...Object.fromEntries(properties(model, type.props)),
    ...Object.fromEntries(shownNavs(model, type, isKnown).map(([name, nav]) => [name, navigation(model, nav)])),
  }
}

interface Operation {
  readonly kind: 'Action' | 'Function'
  readonly name: string
  readonly of: EntityType
  readonly facts: FunctionFacts | ActionFacts
}

function operationsOf(model: Model, type: EntityType): Operation[] {
  return (['Action', 'Function'] as const).flatMap((kind) =>
    membersOf<FunctionFacts | ActionFacts>((kind === 'Action' ? type.actions : type.functions) ?? {})
      .filter(([, facts]) => model.isPublished(facts))
      .map(([name, facts]) => ({ kind, name, of: type, facts })),
  )
}

function returned(returns: FunctionFacts['returns']): Typed {
  return returns.kind === 'complex' ? { type: returns } : returns
}

/** What it is bound to comes first; names and types, in order. */
function parametersOf({ of, facts }: Operation): (readonly [string, Typed])[] {
  const { on = 'entity', params } = facts
  const bound = { type: { entity: of.name }, collection: on === 'collection' }
  return [...(on === 'service' ? [] : [['bindingParameter', bound] as const]), ...Object.entries(params)]
}

/** Parameters of actions that null stands for may be left out as such; of lists, and where null is a value, it has to be said. */
function mayBeLeftOut({ kind, facts }: Operation, name: string): boolean {
  const param = facts.params[name]
  if (param === undefined || kind === 'Function') return param !== undefined && 'optional' in param
  const { collection, nullable } = param as Prop
  return nullable !== false && (collection === true || (facts as ActionFacts).partial === true)
}

function operation(made: Operation): CsdlObject {
  const { on, returns } = made.facts
  const optional = `@${core.alias}.OptionalParameter`
  const parameters = parametersOf(made).map(([$Name, facts]) =>
    object({ $Name, ...typed(facts), [optional]: mayBeLeftOut(made, $Name) ? {} : undefined }),
  )
  return object({
    $Kind: made.kind,
    $IsBound: on === 'service' ? undefined : true,
    $Parameter: parameters.length === 0 ? undefined : parameters,
    $ReturnType: returns && object(typed(returned(returns))),
  })
}

/** `ns.name(ns.type,Edm.String)`: one overload, as annotations name it. Those of actions name what they are bound to only. */
function signature(made: Operation): string {
  const named =
    made.kind === 'Action' ? parametersOf(made).slice(0, made.facts.on === 'service' ? 0 : 1) : parametersOf(made)
  const types = named.map(([, { type, collection }]) =>
    collection === true ? `Collection(${typeName(type)})` : typeName(type),
  )
  return `${spaceOf(made.of, made.facts)}.${made.name}(${types.join(',')})`
}

/** Operations by name; several of one name stand side by side. */
function overloads(operations: readonly Operation[]): Record<string, CsdlObject[]> {
  const named: Record<string, CsdlObject[]> = {}
  for (const made of operations) named[made.name] = [...(named[made.name] ?? []), operation(made)]
  return named
}

function imported({ kind, name, of, facts }: Operation): [string, CsdlObject] {
  return [name, { [`$${kind}`]: reference(`${spaceOf(of, facts)}.${name}`) }]
}

function container(model: Model, roots: readonly Root[], unbound: readonly Operation[]): CsdlObject {
  return {
    $Kind: 'EntityContainer',
    ...Object.fromEntries(
      byName(roots, ({ name }) => name).map(({ kind, name, target }) => [
        name,
        object({ $Collection: kind === 'set' ? true : undefined, $Type: shownAs(model, target) }),
      ]),
    ),
    ...Object.fromEntries(unbound.map(imported)),
  }
}

/** By name, but each type after the one it is derived from: generators read the document from top to bottom. */
function basesFirst(types: readonly EntityType[]): EntityType[] {
  const listed = new Set<EntityType>()
  const list = (type: EntityType): void => {
    const base = type.base && types.find(({ name }) => name === type.base?.name)
    if (base !== undefined) list(base)
    listed.add(type)
  }
  for (const type of byName(types, ({ name }) => name)) list(type)
  return [...listed]
}

function isIn(namespace: string) {
  return ({ name }: { readonly name: string }): boolean => namespaceOf(name) === namespace
}

function included({ url, namespace, alias }: typeof vocabulary): CsdlObject {
  return { [`${url}.json`]: { $Include: [{ $Namespace: namespace, $Alias: alias }] } }
}

/** Everything a version publishes, in the order both documents write it: types by name, bases first. */
export function csdlOf(model: Model): CsdlObject {
  const entities = model.entities.filter((type) => model.isPublished(type))
  const known = new Set(entities.map(({ name }) => name))
  const isKnown = (qualified: string) => known.has(qualified)
  const roots = [...model.roots.values()].filter(
    (root) => model.isPublished(root) && isKnown(shownAs(model, root.target)),
  )
  const unbound = model.entities
    .flatMap((type) => operationsOf(model, type))
    .filter(({ facts }) => facts.on === 'service')
  const allOperations = basesFirst(entities).flatMap((type) => operationsOf(model, type))
  const schema = (namespace: string): CsdlObject => {
    const own = <T extends { readonly name: string }>(types: readonly T[]) =>
      byName(types.filter(isIn(namespace)), ({ name }) => name)
    const isHome = namespace === home.namespace
    const types = basesFirst(entities.filter(isIn(namespace)))
    const operations = allOperations.filter(({ of, facts }) => spaceOf(of, facts) === namespace)
    const annotations = {
      ...(isHome ? capabilitiesOf.container(model, `${home.namespace}.${home.container}`, roots) : {}),
      ...Object.assign({}, ...types.map((type) => capabilitiesOf.links(model, type, shownNavs(model, type, isKnown)))),
      ...Object.fromEntries(operations.map((made) => [signature(made), capabilitiesOf.operation(made.facts)])),
    } as CsdlObject
    return {
      ...(isHome ? { $Alias: home.alias } : {}),
      ...Object.fromEntries(own(model.enums).map((type) => [localName(type.name), enumeration(model, type)])),
      ...Object.fromEntries(
        own(model.complexes).map(({ name, props }) => [
          localName(name),
          { $Kind: 'ComplexType', ...Object.fromEntries(properties(model, props)) },
        ]),
      ),
      ...Object.fromEntries(types.map((type) => [localName(type.name), entity(model, type, isKnown)])),
      ...overloads(operations),
      ...(isHome ? { [home.container]: container(model, roots, unbound) } : {}),
      ...(Object.keys(annotations).length === 0 ? {} : { $Annotations: annotations }),
    }
  }
  const named = [...model.enums, ...model.complexes, ...entities].map(({ name }) => namespaceOf(name))
  const spaces = allOperations.map(({ of, facts }) => spaceOf(of, facts))
  const others = [...new Set([...named, ...spaces])].filter((namespace) => namespace !== home.namespace).sort()
  return {
    $Version: '4.0',
    $EntityContainer: `${home.namespace}.${home.container}`,
    $Reference: {
      ...included(vocabulary),
      ...(allOperations.some((made) => parametersOf(made).some(([name]) => mayBeLeftOut(made, name)))
        ? included(core)
        : {}),
    },
    ...Object.fromEntries([home.namespace, ...others].map((namespace) => [namespace, schema(namespace)])),
  }
}

/** The CSDL JSON document as text. */
export function emitCsdlJson(model: Model): string {
  return `${JSON.stringify(csdlOf(model), undefined, 2)}\n`
}
