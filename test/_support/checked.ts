/**
 * Every answer against the model, before a test sees it: members the type declares, values of their types, the error
 * envelope. Knows no workload; throws with the place in the answer that is wrong.
 */
import type { EntityType } from '#edm/define.ts'
import { derivedOf, type Model, type TypeView } from '#edm/model.ts'
import type { ComplexType, Prop } from '#edm/props.ts'
import { primitives } from '#edm/types.ts'
import { resolvePath } from '#odata/url/path.ts'
import type { ResolvedPath } from '#odata/url/steps.ts'

export interface CheckedRequest {
  readonly method: string
  /** From the version on: `/v1.0/…?…`. */
  readonly target: string
}

export interface CheckedAnswer {
  readonly status: number
  /** Content type; empty for none. */
  readonly type: string
  readonly body: string | undefined
}

type Json = Readonly<Record<string, unknown>>

class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const wrong: (at: string, message: string) => never = (at, message) => {
  throw new WrongAnswer(`${at}: ${message}`)
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'undefined'

const checkComplex = (type: ComplexType, value: unknown, at: string): void => {
  if (!isObject(value)) wrong(at, `${shown(value)} is no ${type.name}`)
  for (const [name, entry] of Object.entries(value)) {
    if (name.includes('@')) continue
    const prop = type.props[name]
    if (prop === undefined) wrong(at, `${type.name} has no member '${name}'`)
    else checkValue(prop, entry, `${at}/${name}`)
  }
}

/** Numbers may be text where the client asked for that. */
const isPrimitive = (type: keyof typeof primitives, value: unknown): boolean =>
  primitives[type].accept(value) !== undefined ||
  ((type === 'Edm.Int64' || type === 'Edm.Double') &&
    typeof value === 'string' &&
    value !== '' &&
    !Number.isNaN(+value))

const checkSingle = ({ type }: Pick<Prop, 'type'>, value: unknown, at: string): void => {
  if (typeof type === 'string') {
    if (!isPrimitive(type, value)) wrong(at, `${shown(value)} is no ${type}`)
  } else if (type.kind === 'complex') checkComplex(type, value, at)
  else if (!type.members.some(({ name }) => name === value)) wrong(at, `${shown(value)} is no member of ${type.name}`)
}

const checkValue = (prop: Pick<Prop, 'type' | 'collection' | 'nullable'>, value: unknown, at: string): void => {
  if (prop.collection === true) {
    if (!Array.isArray(value)) wrong(at, `${shown(value)} is no collection`)
    for (const [index, entry] of value.entries()) if (entry !== null) checkSingle(prop, entry, `${at}/${index}`)
    return
  }
  // Whether null may be there is told by the type; rows made by rules may know less than `$metadata` promises.
  if (value !== null) checkSingle(prop, value, at)
}

const viewsOf = (model: Model, type: EntityType, named: unknown): TypeView[] => {
  const views = [type, ...derivedOf(model, type)].map(({ name }) => model.view(name))
  const own = views.filter(({ type: { name } }) => named === `#${name}`)
  // Of an abstract type, whose rows are each of a stored one.
  const stored =
    type.abstract === true ? model.entities.find(({ name, base }) => named === `#${name}` && base === type) : undefined
  if (stored !== undefined) return [model.view(stored.name)]
  return own.length > 0 ? own : views
}

const controls =
  /^@(odata\.(context|type|etag|id|editLink|readLink|nextLink|deltaLink|count|removed)|removed|microsoft\.graph\.\w+|relata\.\w+)$/

const checkEntity = (model: Model, type: EntityType, value: unknown, at: string): void => {
  if (!isObject(value)) wrong(at, `${shown(value)} is no ${type.name}`)
  const views = viewsOf(model, type, value['@odata.type'])
  const found = <K extends 'props' | 'navs'>(kind: K, name: string) => {
    for (const view of views) {
      const entry = view[kind].get(name.toLowerCase())
      if (entry?.name === name) return entry
    }
    return undefined
  }
  for (const [written, entry] of Object.entries(value)) {
    const border = written.indexOf('@')
    const name = border < 0 ? written : written.slice(0, border)
    if (border === 0) {
      if (!controls.test(written)) wrong(at, `'${written}' is no annotation we know`)
      continue
    }
    const prop = found('props', name)
    const link = found('navs', name)
    if (prop === undefined && link === undefined) wrong(at, `${type.name} has no member '${name}'`)
    if (border > 0) continue
    if (prop !== undefined && 'prop' in prop) checkValue(prop.prop, entry, `${at}/${name}`)
    else if (link !== undefined && 'nav' in link) {
      const target = model.view(link.nav.target).type
      if (link.nav.many) checkRows(model, target, entry, `${at}/${name}`)
      else if (entry !== null) checkEntity(model, target, entry, `${at}/${name}`)
    }
  }
}

const checkRows = (model: Model, type: EntityType, value: unknown, at: string): void => {
  if (!Array.isArray(value)) wrong(at, `${shown(value)} is no collection of ${type.name}`)
  for (const [index, row] of value.entries()) {
    // References and counts of expanded links.
    if (isObject(row) && Object.keys(row).every((name) => name === '@odata.id')) continue
    checkEntity(model, type, row, `${at}/${index}`)
  }
}

const checkCollection = (body: Json, at: string, rows: (value: unknown) => void): void => {
  for (const name of Object.keys(body)) {
    if (name !== 'value' && !controls.test(name)) wrong(at, `'${name}' has no place beside 'value'`)
  }
  if (body['@odata.count'] !== undefined && !Number.isInteger(Number(body['@odata.count'])))
    wrong(at, 'a count is whole')
  const next = body['@odata.nextLink']
  if (next !== undefined && (typeof next !== 'string' || !URL.canParse(next) || /[{} ]/.test(next))) {
    wrong(at, `the nextLink ${shown(next)} cannot be followed`)
  }
  rows(body['value'])
}

/** What an error is to look like: protocol.md §1.5. */
const checkError = (body: unknown, at: string): void => {
  const error = isObject(body) ? body['error'] : undefined
  if (!isObject(error)) wrong(at, 'an error has an envelope')
  const inner = error['innerError']
  if (typeof error['code'] !== 'string') wrong(at, 'an error has a code')
  if (typeof error['message'] !== 'string' || error['message'] === '') wrong(at, 'an error has a message')
  if (!isObject(inner) || typeof inner['request-id'] !== 'string') wrong(at, 'an error has its request id')
  for (const detail of (error['details'] ?? []) as Json[]) {
    if (typeof detail['code'] !== 'string' || typeof detail['message'] !== 'string')
      wrong(at, 'a detail says what it is')
  }
}

const withoutControls = (body: Json): Json =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !controls.test(name)))

const checkReturned = (model: Model, { call }: ResolvedPath, body: Json, at: string): void => {
  const returns = call?.facts.returns
  if (returns === undefined) wrong(at, 'nothing is returned')
  const { type, collection = false } = returns.kind === 'complex' ? { type: returns } : returns
  if (typeof type === 'object' && 'entity' in type) {
    const target = model.view(type.entity).type
    if (collection) checkCollection(body, at, (rows) => checkRows(model, target, rows, at))
    else checkEntity(model, target, body, at)
    return
  }
  if (collection || typeof type === 'string' || type.kind === 'enum') {
    checkValue({ type, collection }, body['value'], `${at}/value`)
  } else checkSingle({ type }, withoutControls(body), at)
}

const checkReference = (value: unknown, at: string): void => {
  const id = isObject(value) ? value['@odata.id'] : undefined
  if (typeof id !== 'string' || !URL.canParse(id)) wrong(at, `${shown(value)} is no reference`)
}

/** Parts of paths whose answers are no rows: single properties, and what stands for the service itself. */
const plainParts = ['steps', 'counted', 'filters', 'ref', 'call']

const checkBody = (model: Model, path: ResolvedPath, body: Json, type: string, at: string): void => {
  const last = path.steps.at(-1)
  if (path.call !== undefined) {
    checkReturned(model, path, body, at)
    return
  }
  if (last === undefined || Object.keys(path).some((name) => !plainParts.includes(name))) return
  const isMany = last.many && last.key === undefined
  // Only an answer without control information leaves it out (OData JSON 4.01 §3.1.3).
  const isSaid = typeof body['@odata.context'] === 'string' || /metadata=none/.test(type)
  if (!isSaid && 'value' in body) wrong(at, 'an answer says what it is about')
  const rowsAre = (check: (row: unknown) => void) =>
    checkCollection(body, at, (rows) => {
      for (const row of rows as unknown[]) check(row)
    })
  if (path.ref === true) {
    if (isMany) rowsAre((row) => checkReference(row, at))
    else checkReference(body, at)
  } else if (isMany && Array.isArray(body['value']))
    checkCollection(body, at, (rows) => checkRows(model, last.target, rows, at))
  else checkEntity(model, last.target, body, at)
}

const parsed = (body: string, at: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return wrong(at, `the answer cannot be parsed: ${body.slice(0, 200)}`)
  }
}

const documents = /^\/+(\$metadata|openapi|\$batch|\$entity|\$openapi)/i

/** Throws unless the answer is one the model allows. */
export const checkAnswer = (model: Model, { method, target }: CheckedRequest, answer: CheckedAnswer): void => {
  const at = `${method} ${target} → ${answer.status}`
  const { status, body = '', type } = answer
  if (status === 204 || status === 304) {
    if (body !== '') wrong(at, 'has no body')
    return
  }
  if (body === '' && method === 'HEAD') return
  const json = /json/.test(type) ? parsed(body, at) : undefined
  if (status >= 400) {
    if (method !== 'HEAD') checkError(json, at)
    return
  }
  const [path = '', query = ''] = target.replace(/^\/[^/?]+/, '').split(/\?(.*)/s)
  if (!isObject(json) || status === 202 || method === 'OPTIONS' || documents.test(path) || path === '' || path === '/')
    return
  checkBody(model, resolvePath(model, path, false, query), json, type, at)
}
