/** Types of the model → JSON Schemas and examples of an OpenAPI 3.1 document; only what is referred to is there. */
import type { Json } from '#base/json.ts'
import { type EntityType, localName } from '../define.ts'
import { derivedOf, isStored, type Model } from '../model.ts'
import type { ComplexType, EnumType, Prop } from '../props.ts'
import { sentinel } from '../shown-values.ts'
import type { PrimitiveName } from '../types.ts'

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

const sampleGuid = '1f0e1e0c-0000-4000-8000-0000000000a1'
const samples: Readonly<Record<PrimitiveName, unknown>> = {
  'Edm.String': undefined,
  'Edm.Boolean': true,
  'Edm.Int32': 1,
  'Edm.Int64': 1,
  'Edm.Double': 1.5,
  'Edm.DateTimeOffset': '2026-01-31T12:00:00Z',
  'Edm.Duration': 'P30D',
  'Edm.Guid': sampleGuid,
}

/** A value of the type, where nothing more is known of it. */
export function sampleValue(type: PrimitiveName, name: string): unknown {
  return type === 'Edm.String' && /Id$/.test(name) ? sampleGuid : (samples[type] ?? 'text')
}

/** `displayName` → `Display name`. */
function words(name: string): string {
  const text = name.replace(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function isShown(model: Model, prop: Prop): boolean {
  return prop.returned !== 'never' && (model.isPublished(prop) || prop.returned === 'asked')
}

function ownProps(model: Model, props: Readonly<Record<string, Prop>>): [string, Prop][] {
  return Object.entries(props).filter(([, prop]) => isShown(model, prop))
}

/** Keys of a type: written so in addresses and in `id`. */
export function keySchema(type: EntityType): Json {
  return type.keys === 'guid' ? { type: 'string', format: 'uuid' } : { type: 'string' }
}

export function keySample(type: EntityType): string {
  return type.keys === 'guid' ? sampleGuid : `${localName(type.name)}-1`
}

function sampleOne(model: Model, name: string, prop: Prop, written: boolean): unknown {
  if (typeof prop.type === 'object') {
    if (prop.type.kind === 'complex') return sampleComplex(model, prop.type, written)
    return prop.initial ?? prop.type.members.find((member) => model.isPublished(member))?.name
  }
  if (prop.initial !== undefined && prop.initial !== '') return prop.initial
  if (prop.guid === true || (prop.type === 'Edm.String' && /Id$/.test(name))) return sampleGuid
  return samples[prop.type] ?? words(name)
}

function sampleOf(model: Model, name: string, prop: Prop, written: boolean): unknown {
  return prop.collection === true ? [sampleOne(model, name, prop, written)] : sampleOne(model, name, prop, written)
}

function sampleComplex(model: Model, type: ComplexType, written: boolean): Json {
  return Object.fromEntries(
    ownProps(model, type.props)
      .filter(([, prop]) => !written || prop.readOnly !== true)
      .map(([name, prop]) => [name, sampleOf(model, name, prop, written)]),
  )
}

/** A row as answers show it. */
export function sampleRow(model: Model, type: EntityType): Json {
  return Object.fromEntries(
    [...model.view(type.name).props.values()]
      .filter(({ prop }) => isShown(model, prop) && (prop.returned ?? 'default') === 'default')
      .map(({ name, prop }) => [name, name === 'id' ? keySample(type) : sampleOf(model, name, prop, false)]),
  )
}

/** The least a create must bring; where it must bring nothing, or for an update, one thing it may. */
export function sampleBody(model: Model, type: EntityType, creates: boolean): Json {
  const view = model.view(type.name)
  const may = [...view.props.values()].filter(
    ({ name, prop }) => name !== 'id' && prop.readOnly !== true && isShown(model, prop),
  )
  const must = creates ? may.filter(({ prop }) => prop.required === true) : []
  const members = (must.length > 0 ? must : may.slice(0, 1)).map(({ name, prop }) => [
    name,
    sampleOf(model, name, prop, true),
  ])
  const links = [...view.navs.values()].flatMap(({ name, nav }) =>
    creates && !nav.many && nav.accepts === 'required' ? [[name, { id: keySample(model.view(nav.target).type) }]] : [],
  )
  return Object.fromEntries([...members, ...links])
}

function facts({ doc, readOnly, initial }: Prop): Json {
  return {
    description: doc,
    ...(readOnly === true ? { readOnly: true } : {}),
    ...(initial === undefined ? {} : { default: initial }),
  }
}

export interface Schemas {
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
    Object.fromEntries(ownProps(model, props).map(([name, prop]) => [name, { ...value(prop), ...facts(prop) }]))
  const links = (type: EntityType): Json =>
    Object.fromEntries(
      Object.entries(type.navs)
        .filter(([, nav]) => model.isPublished(nav))
        .map(([name, nav]) => {
          const target = ref(model.view(nav.target).type)
          const isAccepted = !nav.many && nav.accepts !== undefined
          const schema = nav.many ? { type: 'array', items: target } : target
          return [name, { ...schema, description: nav.doc, ...(isAccepted ? {} : { readOnly: true }) }]
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
        ...(type.tag === undefined ? {} : { '@odata.etag': { type: 'string', readOnly: true } }),
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
  const ref = (type: AnyType): Json =>
    once(type.name, () => {
      if (type.kind === 'enum') return enumeration(type)
      if (type.kind === 'entity') return entity(type)
      return { type: 'object', description: type.doc, properties: properties(type.props) }
    })
  return {
    ref,
    value,
    page: (type) =>
      once(`${type.name}.page`, () => ({
        type: 'object',
        required: ['value'],
        properties: {
          '@odata.context': { type: 'string', format: 'uri' },
          '@odata.count': { type: 'integer', description: 'Number of rows of all pages, where $count asks.' },
          '@odata.nextLink': {
            type: 'string',
            format: 'uri',
            description: 'Address of the next page; absent at the end.',
          },
          value: { type: 'array', items: ref(type) },
        },
      })),
    all: () => Object.fromEntries([...made].sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}
