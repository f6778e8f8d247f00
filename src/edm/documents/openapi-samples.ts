/** Examples of an OpenAPI document: rows as answers show them, and bodies that a server accepts. */
import type { Json } from '#base/json.ts'
import { type EntityType, localName } from '../define.ts'
import type { Model } from '../model.ts'
import type { ComplexType, Prop } from '../props.ts'
import { sentinel } from '../shown-values.ts'
import type { PrimitiveName } from '../types.ts'
import { linksOf, type Making, mayBring, mustBring } from './openapi-bodies.ts'
import type { RowFacts } from './openapi-paths.ts'
import { isShown } from './openapi-schemas.ts'

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

export function keySample(type: EntityType): string {
  if (type.keys === 'guids') return `${sampleGuid}-${sampleGuid}`
  return type.keys === 'guid' ? sampleGuid : `${localName(type.name)}-1`
}

function sampleOne(model: Model, name: string, prop: Prop, written: boolean): unknown {
  if (prop.sample !== undefined) return prop.sample
  if (typeof prop.type === 'object') {
    if (prop.type.kind === 'complex') return sampleComplex(model, prop.type, written)
    const members = prop.type.members.filter((member) => model.isPublished(member) && member.name !== sentinel)
    return prop.initial ?? members[0]?.name
  }
  if (prop.initial !== undefined && prop.initial !== '') return prop.initial
  if (prop.guid === true || (prop.type === 'Edm.String' && /(?:^i|I)ds?$/.test(name))) return sampleGuid
  return samples[prop.type] ?? words(name)
}

export function sampleOf(model: Model, name: string, prop: Prop, written: boolean): unknown {
  const one = sampleOne(model, name, prop, written)
  return prop.collection === true && !Array.isArray(one) ? [one] : one
}

function sampleComplex(model: Model, type: ComplexType, written: boolean): Json {
  return Object.fromEntries(
    Object.entries(type.props)
      .filter(([, prop]) => isShown(model, prop) && !(written && prop.readOnly === true))
      .map(([name, prop]) => [name, sampleOf(model, name, prop, written)]),
  )
}

/** A row as answers show it. */
export function sampleRow(model: Model, type: EntityType): Json {
  return Object.fromEntries(
    [...model.view(type.name).props.values()]
      .filter(({ prop }) => isShown(model, prop) && (prop.returned ?? 'default') === 'default')
      .filter(({ name }) => type.asked?.includes(name) !== true)
      .map(({ name, prop }) => [name, name === 'id' ? keySample(type) : sampleOf(model, name, prop, false)]),
  )
}

/** The least a create must bring, and what has a sample of its own; for an update, one thing it may bring. */
export function sampleBody(model: Model, facts: RowFacts, making: Making): Json {
  const may = mayBring(model, facts.type)
  const own = may.filter(({ prop }) => prop.sample !== undefined)
  const must = new Set(making === 'create' ? mustBring(model, facts) : [])
  const wanted =
    making === 'create'
      ? may.filter(({ name, prop }) => must.has(name) || prop.sample !== undefined)
      : [own[0] ?? may[0]].filter((entry) => entry !== undefined)
  const members = wanted.map(({ name, prop }) => [name, sampleOf(model, name, prop, true)])
  const links = linksOf(model, facts.type)
    .filter(({ name }) => must.has(name))
    .map(({ name, nav }) => [name, { id: keySample(model.view(nav.target).type) }])
  const named = making === 'member' ? [['id', keySample(facts.type)]] : []
  return Object.fromEntries([...named, ...members, ...links])
}
