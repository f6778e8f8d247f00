/**
 * JSON body → draft by row key, checked against the model; every fault is collected, none is thrown but malformed JSON.
 * Here each member is taken, ignored (and named in the answer: `Faults.ignore`) or refused; none is dropped in silence.
 * Names are matched without regard to case. Follows OData JSON 4.01 §4 and protocol.md §1.6.
 */
import { AppError, type Faults } from '#base/errors.ts'
import { guidIn, isUnset } from '#base/ids.ts'
import { isObject, type Json } from '#base/json.ts'
import { keptBy } from '#base/kept-by.ts'
import { type ActionFacts, type EntityType, localName } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Model, NamedProp, TypeView } from '#edm/model.ts'
import { unaliased } from '#edm/names.ts'
import type { Prop } from '#edm/props.ts'
import { isControlInformation } from './annotations.ts'
import { type Binds, type BodyReading, bindForm, type Linked, readBound, readLink } from './links-in.ts'
import { nameGivenTwice } from './twice.ts'
import { isPresentValue, namesOf, passOverAnnotation, passOverUnknown, readValue } from './values-in.ts'

function invalidBody(message: string, target?: string) {
  return new AppError('invalid', message, { check: 'body.json', ...(target === undefined ? {} : { target }) })
}

/** Throws `unsupportedMedia` for a body that says it is not JSON. */
export function checkContentType(contentType: string | undefined): void {
  if (contentType === 'application/json') return
  const media = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (media === undefined || media === '' || media === 'application/json') return
  throw new AppError('unsupportedMedia', `The content type '${media}' is not supported; send application/json.`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Throws `invalid` unless the bytes are UTF-8 JSON with an object at the root, and no object in it has a name twice. */
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
  const twice = nameGivenTwice(text)
  if (twice !== undefined) throw invalidBody(`The property '${twice}' is given twice.`, twice)
  return value
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
  if (typeof value === 'string' && isNamed(type, unaliased(value.replace(/^#/, '')).toLowerCase())) return
  faults.add('@odata.type', `The type '${String(value)}' is not '#${type.name}'.`)
}

function readAnnotation(written: string, value: unknown, reading: BodyReading): void {
  const lower = written.toLowerCase()
  if (lower === '@odata.type') checkType(value, reading.view.type, reading.faults)
  else if (bindForm.test(written)) readBound(written, value, reading)
  else passOverAnnotation(written, written, reading.faults)
}

/** What a body sends back unchanged counts as absent. */
function readFixed({ name, prop }: NamedProp, value: unknown, { view, before, faults }: BodyReading): void {
  if (before !== undefined && isPresentValue(prop, value, before[name])) return
  const why = `The property '${name}' is read-only.`
  if (before !== undefined && view.type.readOnlyMembers === 'refuse') faults.add(name, why)
  else faults.ignore(name, why)
}

/** A key as bodies may write it. The one that clients send for an id that nobody has set counts as absent. */
function readKey({ name, prop }: NamedProp, value: unknown, { view, draft, ...reading }: BodyReading): void {
  if (isUnset(value)) return
  const read = readValue(prop, value, name, reading)
  const isGuid = view.type.keys === 'guid' && typeof read === 'string'
  const key = isGuid ? (guidIn(read) ?? read) : read
  if (key !== undefined) draft[name] = key
}

function readMember(written: string, value: unknown, reading: BodyReading): void {
  const { view, draft } = reading
  const lower = written.toLowerCase()
  const named = view.props.get(lower)
  const link = view.navs.get(lower)
  const isExact = view.type.memberCase !== 'exact' || written === (named?.name ?? link?.name)
  if (!isExact) passOverUnknown(written, written, view.type.name, reading)
  else if (named?.name === 'id') readKey(named, value, reading)
  else if (named !== undefined && named.prop.readOnly !== true) {
    const read = readValue(named.prop, value, named.name, reading)
    if (read !== undefined) draft[named.name] = read
  } else if (named !== undefined && named.prop.returned !== 'never') readFixed(named, value, reading)
  else if (link !== undefined) readLink(link, value, reading)
  else passOverUnknown(written, written, view.type.name, reading)
}

export interface BodyFacts {
  readonly model: Model
  /** The row that is changed, as it is; absent for one that is created. */
  readonly before?: AnyRow
  /** Takes what the body links by address; absent: links to many cannot be bound here. */
  readonly binds?: Binds
  /** What the links of the row that is changed lead to. */
  readonly linked?: Linked
}

export function readBody(
  view: TypeView,
  json: Json,
  faults: Faults,
  { model, before, binds, linked }: BodyFacts,
): Record<string, unknown> {
  const draft: Record<string, unknown> = {}
  const refuseUnknown = view.type.unknownMembers !== 'ignore'
  const reading: BodyReading = { model, view, draft, before, faults, refuseUnknown, binds, linked }
  const seen = new Set<string>()
  for (const [written, value] of Object.entries(json)) {
    const lower = written.toLowerCase()
    if (seen.has(lower)) faults.add(written, `The property '${written}' is given twice.`)
    seen.add(lower)
    if (written.includes('@')) readAnnotation(written, value, reading)
    else readMember(written, value, reading)
  }
  return draft
}

/** The value of a body that has one member only; what else it has is ignored, and named. Undefined: it is not there. */
export function readOnly(name: RegExp, json: Json, faults: Faults): { name: string; value: unknown } | undefined {
  const found = Object.keys(json).find((written) => name.test(written))
  for (const written of Object.keys(json)) {
    if (written === found) continue
    if (written.includes('@')) passOverAnnotation(written, written, faults)
    else faults.ignore(written, `The body of this request has no member '${written}'.`)
  }
  return found === undefined ? undefined : { name: found, value: json[found] }
}

/** For a request whose body is not acted on at all, as that of a DELETE: what it says is ignored, and named. */
export function passOverBody(bytes: Uint8Array | undefined, faults: Faults): void {
  if (bytes === undefined || bytes.length === 0) return
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch {
    value = undefined
  }
  const said = isObject(value) ? Object.keys(value).filter((name) => !isControlInformation(name)) : ['$body']
  for (const name of said) faults.ignore(name, 'A DELETE does not act on a body.')
}

/** The parameters of an action, by their declared names; what is left out is null where it may be, or absent in a partial one. */
export function readParameters(
  action: string,
  { params, partial }: Pick<ActionFacts, 'params' | 'partial'>,
  json: Json,
  faults: Faults,
): Record<string, unknown> {
  const names = new Map(Object.keys(params).map((name) => [name.toLowerCase(), name]))
  const given: Record<string, unknown> = {}
  for (const [written, value] of Object.entries(json)) {
    const name = names.get(written.toLowerCase())
    const param = name === undefined ? undefined : params[name]
    if (name !== undefined && Object.hasOwn(given, name))
      faults.add(written, `The parameter '${written}' is given twice.`)
    if (name !== undefined && param !== undefined) {
      given[name] = readValue(param, value, name, { faults, refuseUnknown: true })
    } else if (written.includes('@')) passOverAnnotation(written, written, faults)
    else faults.add(written, `'${action}' has no parameter '${written}'.`)
  }
  for (const [name, { nullable }] of Object.entries(params))
    if (nullable === false && !Object.hasOwn(given, name))
      faults.add(name, `'${action}' needs the parameter '${name}'.`)
  return partial === true ? given : { ...unsentOf(params), ...given }
}

/** What stands for parameters that are not sent. */
function unsentOf(params: Readonly<Record<string, Prop>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, { collection }]) => [name, collection === true ? [] : null]),
  )
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
