/**
 * Model → CSDL 4.0 XML of what its version publishes: OData CSDL XML 4.01, spelled like Graph's clean metadata
 * (types and members by name, the home namespace by its alias). Unpublished types, members and links are left out.
 */
import {
  type EntityType,
  type EnumType,
  type FunctionFacts,
  localName,
  type Nav,
  namespaceOf,
  type Prop,
  type Root,
} from './define.ts'
import type { Model } from './model.ts'

/** The namespace every Graph service shares; its schema holds the container and goes by an alias. */
const home = { namespace: 'microsoft.graph', alias: 'graph', container: 'GraphService' }

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign)

type Attributes = Readonly<Record<string, string | number | undefined>>

/** One element; its children stand on lines of their own, two spaces in. */
const element = (name: string, attributes: Attributes, children: readonly string[] = []): string => {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  )
  const start = `<${name}${given.join('')}`
  if (children.length === 0) return `${start} />`
  const inside = children.map((child) => child.replace(/^/gm, '  '))
  return [`${start}>`, ...inside, `</${name}>`].join('\n')
}

const byName = <T>(entries: readonly T[], nameOf: (entry: T) => string): T[] =>
  entries.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))

const membersOf = <T>(members: Readonly<Record<string, T>>): [string, T][] =>
  byName(Object.entries(members), ([name]) => name)

const reference = (qualified: string): string =>
  namespaceOf(qualified) === home.namespace ? `${home.alias}.${localName(qualified)}` : qualified

const collected = (collection: boolean | undefined, type: string): string =>
  collection === true ? `Collection(${type})` : type

const nullability = (nullable: boolean | undefined): string | undefined => (nullable === false ? 'false' : undefined)

const property = ([name, prop]: [string, Prop]): string => {
  const type = typeof prop.type === 'string' ? prop.type : reference(prop.type.name)
  return element('Property', {
    Name: name,
    Type: collected(prop.collection, type),
    Nullable: nullability(prop.nullable),
  })
}

/** A second face that is not published goes by the type whose rows it shows. */
const shownAs = (model: Model, qualified: string): string => {
  const { type } = model.view(qualified)
  return type.over !== undefined && !model.isPublished(type) ? type.over.name : qualified
}

const navigation = (model: Model, [name, nav]: [string, Nav]): string =>
  element('NavigationProperty', {
    Name: name,
    Type: collected(nav.many, reference(shownAs(model, nav.target))),
    ContainsTarget: nav.contained === true ? 'true' : undefined,
    Nullable: nav.many ? undefined : nullability(nav.nullable),
  })

const enumeration = (model: Model, { name, members }: EnumType): string =>
  element(
    'EnumType',
    { Name: localName(name) },
    members
      .filter((member) => model.isPublished(member))
      .map((member) => element('Member', { Name: member.name, Value: member.value })),
  )

const entity = (model: Model, type: EntityType, isKnown: (qualified: string) => boolean): string => {
  const keyed = type.base === undefined && Object.hasOwn(type.props, 'id')
  return element(
    'EntityType',
    {
      Name: localName(type.name),
      BaseType: type.base && reference(type.base.name),
      Abstract: type.abstract === true ? 'true' : undefined,
    },
    [
      ...(keyed ? [element('Key', {}, [element('PropertyRef', { Name: 'id' })])] : []),
      ...membersOf(type.props)
        .filter(([, prop]) => model.isPublished(prop))
        .map(property),
      ...membersOf(type.navs)
        .filter(([, nav]) => model.isPublished(nav) && isKnown(shownAs(model, nav.target)))
        .map((entry) => navigation(model, entry)),
    ],
  )
}

/** A function bound to the type that declares it. */
const boundFunction = (type: EntityType, name: string, { params, returns }: FunctionFacts): string =>
  element('Function', { Name: name, IsBound: 'true' }, [
    element('Parameter', { Name: 'bindingParameter', Type: reference(type.name) }),
    ...Object.entries(params).map(([param, { type: of }]) => element('Parameter', { Name: param, Type: of })),
    element('ReturnType', { Type: reference(returns.name) }),
  ])

const functionsIn = (model: Model, types: readonly EntityType[]): string[] =>
  types.flatMap((type) =>
    membersOf(type.functions ?? {})
      .filter(([, facts]) => model.isPublished(facts))
      .map(([name, facts]) => boundFunction(type, name, facts)),
  )

const container = (model: Model, roots: readonly Root[]): string =>
  element(
    'EntityContainer',
    { Name: home.container },
    byName(roots, ({ name }) => name).map(({ kind, name, target }) =>
      kind === 'set'
        ? element('EntitySet', { Name: name, EntityType: shownAs(model, target) })
        : element('Singleton', { Name: name, Type: shownAs(model, target) }),
    ),
  )

export const emitCsdl = (model: Model): string => {
  const entities = model.entities.filter((type) => model.isPublished(type))
  const known = new Set(entities.map(({ name }) => name))
  const isKnown = (qualified: string) => known.has(qualified)
  const roots = [...model.roots.values()].filter(
    (root) => model.isPublished(root) && isKnown(shownAs(model, root.target)),
  )
  const schema = (namespace: string): string => {
    const own = <T extends { readonly name: string }>(types: readonly T[]) =>
      byName(
        types.filter(({ name }) => namespaceOf(name) === namespace),
        ({ name }) => name,
      )
    const isHome = namespace === home.namespace
    return element(
      'Schema',
      {
        Namespace: namespace,
        Alias: isHome ? home.alias : undefined,
        xmlns: 'http://docs.oasis-open.org/odata/ns/edm',
      },
      [
        ...own(model.enums).map((type) => enumeration(model, type)),
        ...own(model.complexes).map(({ name, props }) =>
          element(
            'ComplexType',
            { Name: localName(name) },
            membersOf(props)
              .filter(([, prop]) => model.isPublished(prop))
              .map(property),
          ),
        ),
        ...own(entities).map((type) => entity(model, type, isKnown)),
        ...functionsIn(model, own(entities)),
        ...(isHome ? [container(model, roots)] : []),
      ],
    )
  }
  const named = [...model.enums, ...model.complexes, ...entities].map(({ name }) => namespaceOf(name))
  const others = [...new Set(named)].filter((namespace) => namespace !== home.namespace).sort()
  const services = element('edmx:DataServices', {}, [home.namespace, ...others].map(schema))
  const document = element('edmx:Edmx', { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' }, [
    services,
  ])
  return `<?xml version="1.0" encoding="utf-8"?>\n${document}\n`
}
