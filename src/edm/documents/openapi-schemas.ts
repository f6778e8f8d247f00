/**
 * Types of the model as answers show them → JSON Schemas of an OpenAPI 3.1 document; only what is referred to is there.
 * They say neither `readOnly` nor `default`, as bodies have schemas of their own: generators drop the one and demand the other.
 */
import type { Json } from '#base/json.ts'
import type { EntityType } from '../define.ts'
import { derivedOf, isStored, type Model } from '../model.ts'
import type { ComplexType, EnumType, Prop } from '../props.ts'
import { isTracked } from '../records/tracking.ts'
import { sentinel } from '../shown-values.ts'
import type { PrimitiveName } from '../types.ts'
import { namedAs } from './openapi-paths.ts'

type AnyType = ComplexType | EntityType | EnumType

export function refTo(kind: string, name: string): Json {
  return { $ref: `#/components/${kind}/${name}` }
}

const primitives: Readonly<Record<PrimitiveName, { readonly type: string; readonly format?: string }>> = {
  'Edm.String': { type: 'string' },
  'Edm.Boolean': { type: 'boolean' },
  'Edm.Int32': { type: 'integer', format: 'int32' },
  'Edm.Int64': { type: 'integer', format: 'int64' },
  'Edm.Double': { type: 'number', format: 'double' },
  'Edm.DateTimeOffset': { type: 'string', format: 'date-time' },
  'Edm.Duration': { type: 'string', format: 'duration' },
  'Edm.Guid': { type: 'string', format: 'uuid' },
}

export function isShown(model: Model, prop: Prop): boolean {
  return prop.returned !== 'never' && (model.isPublished(prop) || prop.returned === 'asked')
}

function ownProps(model: Model, props: Readonly<Record<string, Prop>>): [string, Prop][] {
  return Object.entries(props).filter(([, prop]) => isShown(model, prop))
}

/** Keys of a type: written so in addresses and in `id`. */
export function keySchema(type: EntityType): Json {
  return type.keys === 'guid' ? { type: 'string', format: 'uuid' } : { type: 'string' }
}

/** Graph's name for a page of the type. */
export function pageName(model: Model, type: EntityType): string {
  return `${namedAs(model, type).name}CollectionResponse`
}

function pageSchema(type: EntityType, items: Json): Json {
  const address = (description: string) => ({ type: 'string', format: 'uri', description })
  return {
    type: 'object',
    required: ['value'],
    properties: {
      '@odata.context': { type: 'string', format: 'uri' },
      '@odata.count': { type: 'integer', description: 'Number of rows of all pages, where $count asks.' },
      '@odata.nextLink': address('Address of the next page; absent at the end.'),
      ...(isTracked(type) ? { '@odata.deltaLink': address('Address of later changes.') } : {}),
      value: { type: 'array', items },
    },
  }
}

export interface Schemas {
  /** A reference to the schema of the name, which is made when it is first asked for. */
  once(name: string, make: () => Json): Json
  /** A reference to the type; from then on it is among the schemas. */
  ref(type: AnyType): Json
  /** What an answer with a page of it looks like. */
  page(type: EntityType): Json
  value(prop: Pick<Prop, 'type' | 'collection' | 'nullable'>): Json
  /** Of everything referred to so far, by name. */
  all(): Json
}

export function schemasOf(model: Model): Schemas {
  const made = new Map<string, Json>()
  const once = (name: string, make: () => Json): Json => {
    if (!made.has(name)) {
      // Types refer to each other in circles.
      made.set(name, {})
      made.set(name, make())
    }
    return refTo('schemas', name)
  }
  const single = (type: Prop['type']): Json => (typeof type === 'string' ? primitives[type] : ref(type))
  const value: Schemas['value'] = ({ type, collection, nullable }) => {
    if (collection === true) return { type: 'array', items: single(type) }
    const schema = single(type)
    if (nullable === false) return schema
    return '$ref' in schema ? { anyOf: [schema, { type: 'null' }] } : { ...schema, type: [schema['type'], 'null'] }
  }
  const properties = (props: Readonly<Record<string, Prop>>): Json =>
    Object.fromEntries(ownProps(model, props).map(([name, prop]) => [name, { ...value(prop), description: prop.doc }]))
  const links = (type: EntityType): Json =>
    Object.fromEntries(
      Object.entries(type.navs)
        .filter(([, nav]) => model.isPublished(nav))
        .map(([name, nav]) => {
          const target = ref(model.view(nav.target).type)
          const one = !nav.many && nav.nullable ? { anyOf: [target, { type: 'null' }] } : target
          const schema = nav.many ? { type: 'array', items: target } : one
          return [name, { ...schema, description: nav.doc }]
        }),
    )
  const entity = (type: EntityType): Json => {
    const isOften = type.base === undefined
    const own = {
      type: 'object',
      properties: {
        ...(isOften
          ? { '@odata.type': { type: 'string', description: 'Type of the row, with a number sign before it.' } }
          : {}),
        ...(type.tag === undefined ? {} : { '@odata.etag': { type: 'string' } }),
        ...properties(type.props),
        ...links(type),
      },
    }
    if (isStored(type)) for (const derived of derivedOf(model, type)) ref(derived)
    return type.base === undefined
      ? { ...own, description: type.doc }
      : { description: type.doc, allOf: [ref(type.base), own] }
  }
  const enumeration = ({ doc, members }: EnumType): Json => ({
    type: 'string',
    description: doc,
    enum: members.filter((member) => model.isPublished(member) || member.name === sentinel).map(({ name }) => name),
  })
  const ref = (given: AnyType): Json => {
    const type = given.kind === 'entity' ? namedAs(model, given) : given
    return once(type.name, () => {
      if (type.kind === 'enum') return enumeration(type)
      if (type.kind === 'entity') return entity(type)
      return { type: 'object', description: type.doc, properties: properties(type.props) }
    })
  }
  return {
    once,
    ref,
    value,
    page: (type) => once(pageName(model, type), () => pageSchema(type, ref(type))),
    all: () => Object.fromEntries([...made].sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}
