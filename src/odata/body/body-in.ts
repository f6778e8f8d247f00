/**
 * JSON body → draft by row key, checked against the model; every fault is collected, none is thrown but malformed JSON.
 * Names are matched without regard to case. Follows OData JSON 4.01 §4 and protocol.md §1.6.
 */
import { AppError, type Faults } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import { isObject, type Json } from '#base/json.ts'
import { keptBy } from '#base/kept-by.ts'
import { type EntityType, localName, type Nav, type ToOne } from '#edm/define.ts'
import type { TypeView } from '#edm/model.ts'
import type { ComplexType, EnumType, Prop } from '#edm/props.ts'
import { primitives } from '#edm/types.ts'
import { memberOf } from '../query/expression/names.ts'

function invalidBody(message: string) {
  return new AppError('invalid', message, { check: 'body.json' })
}

/** Throws `unsupportedMedia` for a body that says it is not JSON. */
export function checkContentType(contentType: string | undefined): void {
  if (contentType === 'application/json') return
  const media = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (media === undefined || media === '' || media === 'application/json') return
  throw new AppError('unsupportedMedia', `The content type '${media}' is not supported; send application/json.`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Throws `invalid` unless the bytes are UTF-8 JSON with an object at the root. */
export function readJson(bytes: Uint8Array | undefined): Json {
  if (bytes === undefined || bytes.length === 0) throw invalidBody('The request needs a JSON body.')
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    throw invalidBody('The body is not valid UTF-8.')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalidBody(`The body is not valid JSON: ${(cause as Error).message}`)
  }
  if (!isObject(value)) throw invalidBody('The body must be a JSON object.')
  return value
}

interface Reading {
  readonly faults: Faults
  readonly refuseUnknown: boolean
}

function describe(type: Prop['type']): string {
  return typeof type === 'string' ? type : type.name
}

/** Members that bodies may name. */
function namesOf({ members }: EnumType): string {
  const names = members.map(({ name }) => name).filter((name) => name !== 'unknownFutureValue')
  return names.join(', ')
}

function readEnum(type: EnumType, value: unknown, target: string, { faults }: Reading): unknown {
  const name = typeof value === 'string' ? value.slice(value.lastIndexOf('.') + 1).toLowerCase() : ''
  const member = type.members.find((entry) => entry.name.toLowerCase() === name)
  // protocol.md §1.6: the sentinel of an evolvable enum is never a value to store.
  if (member !== undefined && member.name !== 'unknownFutureValue') return member.name
  faults.add(target, `'${String(value)}' is not a value of '${type.name}'; use one of: ${namesOf(type)}.`)
  return undefined
}

function readComplex(type: ComplexType, value: unknown, target: string, reading: Reading): unknown {
  if (!isObject(value)) {
    reading.faults.add(target, `'${target}' must be an object of type '${type.name}'.`)
    return undefined
  }
  const result: Record<string, unknown> = {}
  for (const [written, entry] of Object.entries(value)) {
    if (written.includes('@')) continue
    const member = memberOf(type, written)
    if (member !== undefined) result[member.name] = readValue(member.prop, entry, `${target}/${member.name}`, reading)
    else if (reading.refuseUnknown) reading.faults.add(`${target}/${written}`, unknownText(written, type.name))
  }
  return result
}

function readSingle(prop: Prop, value: unknown, target: string, reading: Reading): unknown {
  const { type } = prop
  if (typeof type !== 'string') {
    return type.kind === 'enum' ? readEnum(type, value, target, reading) : readComplex(type, value, target, reading)
  }
  const accepted = primitives[type].accept(value)
  if (accepted === undefined) reading.faults.add(target, `The value of '${target}' is not a valid '${describe(type)}'.`)
  return accepted
}

function readValue(prop: Prop, value: unknown, target: string, reading: Reading): unknown {
  if (prop.collection === true) {
    if (value === null) return []
    if (Array.isArray(value)) return readElements(prop, value, target, reading)
    reading.faults.add(target, `'${target}' must be an array.`)
    return undefined
  }
  if (value !== null) return readSingle(prop, value, target, reading)
  if (prop.nullable !== false) return null
  reading.faults.add(
    target,
    `null is not a valid value for the property '${target}'; '${target}' is not a nullable property.`,
  )
  return undefined
}

/** A faulty complex element stays as an empty one, so that the rules can go on to the elements after it. */
function readElements(prop: Prop, values: readonly unknown[], target: string, reading: Reading): unknown[] {
  const read = values.map((entry, at) => readElement(prop, entry, `${target}/${at}`, reading))
  const isComplex = typeof prop.type === 'object' && prop.type.kind === 'complex'
  return isComplex ? read.map((entry) => entry ?? {}) : read.filter((entry) => entry !== undefined)
}

function readElement(prop: Prop, value: unknown, target: string, reading: Reading): unknown {
  if (value !== null) return readSingle(prop, value, target, reading)
  reading.faults.add(target, `null is not a valid element of a collection of '${describe(prop.type)}'.`)
  return undefined
}

const referenceForm = /^@(odata\.)?id$/i

/** `{"id": …}` or `{"@id": "<address>"}` names an entity that is there already; nothing else of it is read. */
function readReference(value: unknown, target: string, faults: Faults): string | null | undefined {
  if (value === null) return null
  const address = isObject(value) ? Object.keys(value).find((name) => referenceForm.test(name)) : undefined
  if (isObject(value) && address !== undefined) return readBind(value[address], `${target}/${address}`, faults)
  const id = isObject(value) ? value['id'] : undefined
  if (typeof id === 'string' && id !== '') return guidOf(id) ?? id
  faults.add(`${target}/id`, `'${target}' must name an entity by its 'id'.`)
  return undefined
}

/** The key at the end of an entity's address, in either spelling. */
function readBind(value: unknown, target: string, faults: Faults): string | undefined {
  const found = typeof value === 'string' ? /(?:\/|\(')([^/()']+)(?:'\))?\/?$/.exec(value)?.[1] : undefined
  if (found !== undefined) return guidOf(found) ?? found
  faults.add(target, `'${target}' must be the address of an entity.`)
  return undefined
}

function unknownText(name: string, type: string) {
  return `The property '${name}' does not exist on type '${type}'. Make sure to only use property names that are defined by the type or mark the type as open type.`
}

/**
 * What clients read of an entity they send back: its type by any of the names it goes by, that of a base included.
 * A type that says its name in answers had others before, in another namespace (gdap.md §10).
 */
function isNamed(type: EntityType, name: string): boolean {
  return (
    type.name.toLowerCase() === name ||
    (type.typed === true && localName(type.name).toLowerCase() === localName(name)) ||
    (type.base !== undefined && type.base.abstract !== true && isNamed(type.base, name))
  )
}

function checkType(value: unknown, type: EntityType, faults: Faults): void {
  if (typeof value === 'string' && isNamed(type, value.replace(/^#/, '').toLowerCase())) return
  faults.add('@odata.type', `The type '${String(value)}' is not '#${type.name}'.`)
}

function readLink(name: string, nav: Nav, value: unknown, draft: Record<string, unknown>, faults: Faults): void {
  if (nav.many) {
    if (value === null || (Array.isArray(value) && value.length === 0)) return
    faults.add(name, `'${name}' cannot be written together with its owner; post its members to its own address.`)
    return
  }
  if (nav.accepts === undefined) return
  const id = readReference(value, name, faults)
  if (id !== undefined) draft[`${name}Id`] = id
}

const bindSuffix = '@odata.bind'

function readBound(view: TypeView, written: string, value: unknown, draft: Record<string, unknown>, faults: Faults) {
  const named = view.navs.get(written.slice(0, -bindSuffix.length).toLowerCase())
  if (named === undefined || named.nav.many || (named.nav as ToOne).accepts === undefined) return
  const id = readBind(value, `${named.name}${bindSuffix}`, faults)
  if (id !== undefined) draft[`${named.name}Id`] = id
}

function readAnnotation(
  view: TypeView,
  written: string,
  value: unknown,
  draft: Record<string, unknown>,
  faults: Faults,
) {
  const lower = written.toLowerCase()
  if (lower === '@odata.type') checkType(value, view.type, faults)
  else if (lower.endsWith(bindSuffix)) readBound(view, written, value, draft, faults)
}

function readMember(view: TypeView, written: string, value: unknown, draft: Record<string, unknown>, reading: Reading) {
  const lower = written.toLowerCase()
  const prop = view.props.get(lower)
  const link = view.navs.get(lower)
  if (prop !== undefined && (prop.prop.readOnly !== true || prop.name === 'id')) {
    const read = readValue(prop.prop, value, prop.name, reading)
    if (read !== undefined) draft[prop.name] = read
  } else if (link !== undefined) readLink(link.name, link.nav, value, draft, reading.faults)
  else if (prop === undefined && reading.refuseUnknown)
    reading.faults.add(written, unknownText(written, view.type.name))
}

/** Members the type marks read-only are passed over, as Graph does; `id` is kept for creates that bring their own. */
export function readBody(view: TypeView, json: Json, faults: Faults): Record<string, unknown> {
  const draft: Record<string, unknown> = {}
  const reading: Reading = { faults, refuseUnknown: view.type.unknownMembers !== 'ignore' }
  const seen = new Set<string>()
  for (const [written, value] of Object.entries(json)) {
    const lower = written.toLowerCase()
    if (seen.has(lower)) faults.add(written, `The property '${written}' is given twice.`)
    seen.add(lower)
    if (written.includes('@')) readAnnotation(view, written, value, draft, faults)
    else readMember(view, written, value, draft, reading)
  }
  return draft
}

/** The parameters of an action, by their declared names; what is left out is null where it may be. */
export function readParameters(
  action: string,
  params: Readonly<Record<string, Prop>>,
  json: Json,
  faults: Faults,
): Record<string, unknown> {
  const names = new Map(Object.keys(params).map((name) => [name.toLowerCase(), name]))
  const given: Record<string, unknown> = {}
  for (const [written, value] of Object.entries(json)) {
    const name = names.get(written.toLowerCase())
    const param = name === undefined ? undefined : params[name]
    if (name !== undefined && param !== undefined) {
      given[name] = readValue(param, value, name, { faults, refuseUnknown: true })
    } else if (!written.includes('@')) faults.add(written, `'${action}' has no parameter '${written}'.`)
  }
  for (const [name, { nullable, collection }] of Object.entries(params)) {
    if (Object.hasOwn(given, name)) continue
    if (nullable === false) faults.add(name, `'${action}' needs the parameter '${name}'.`)
    given[name] = collection === true ? [] : null
  }
  return given
}

function choicesOf({ type }: Prop): string {
  return typeof type === 'object' && type.kind === 'enum' ? `; use one of: ${namesOf(type)}` : ''
}

/** Names of what a create must bring, and the row keys they are read to. */
const requiredOf = keptBy((view: TypeView) => [
  ...[...view.props.values()].flatMap(({ name, prop }) =>
    prop.required === true ? [{ name, key: name, choices: choicesOf(prop) }] : [],
  ),
  ...[...view.navs.values()].flatMap(({ name, nav }) =>
    !nav.many && nav.accepts === 'required' ? [{ name, key: `${name}Id`, choices: '' }] : [],
  ),
])

/** Faults for what a create must bring and does not. */
export function checkRequired(view: TypeView, draft: Readonly<Record<string, unknown>>, faults: Faults): void {
  for (const { name, key, choices } of requiredOf(view)) {
    if (draft[key] == null && !faults.has(name)) faults.add(name, `The property '${name}' is required${choices}.`)
  }
}
