/** Single properties of a row, members of their values and raw values: OData protocol 4.01 §11.2.4 and §11.4.9. */
import { AppError, type Faults } from '#base/errors.ts'
import { isObject, type Json } from '#base/json.ts'
import { isServed } from '#edm/documents/capabilities.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { ComplexType } from '#edm/props.ts'
import { checkContentType, readJson, readOnly } from '#odata/body/body-in.ts'
import { placeRows, withContext, writeRow } from '#odata/body/body-out.ts'
import { metadataUrl, rowFragment } from '#odata/body/context.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { splitQuery } from '#odata/query/query-text.ts'
import type { PropertyPath } from '#odata/url/property-path.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { readEntity } from '../read/read.ts'
import type { PlainRequest } from '../request.ts'
import type { Session } from '../session.ts'
import { needStep, notFound, walk } from '../walk/resolve.ts'
import { faultsFor } from '../walk/type-rules.ts'
import { type Accepted, acceptedAt } from './accepted.ts'
import { updateAt } from './mutate.ts'
import { inTransaction } from './transaction.ts'

/** No body: the value is null, or the client does not want it back. */
export interface PropertyAnswer {
  readonly body: string | undefined
  /** Absent: JSON. */
  readonly type?: string
}

const plainText = 'text/plain;charset=utf-8'

function isComplex({ last }: PropertyPath): boolean {
  return typeof last.prop.type === 'object' && last.prop.type.kind === 'complex' && last.prop.collection !== true
}

function isFixed({ first, last }: PropertyPath): boolean {
  return last.prop.readOnly === true || first.prop.readOnly === true || first.name === 'id'
}

/** Methods the model has for the property, for `Allow`. */
export function propertyMethods(path: PropertyPath, step: PathStep): string[] {
  const { last, as } = path
  if (as === 'count' || !isServed(step.can.update) || isFixed(path)) return ['GET']
  const isNullable = last.prop.nullable !== false && last.prop.collection !== true
  return ['GET', 'PUT', ...(isComplex(path) ? ['PATCH'] : []), ...(isNullable ? ['DELETE'] : [])]
}

/**
 * The method that the request amounts to on the row itself: changing a property is changing the row. Throws `notAllowed`
 * if the property has no such method, `invalid` for query options other than `$format`.
 */
export function rowMethod({ method, query }: PlainRequest, path: PropertyPath, step: PathStep): 'GET' | 'PATCH' {
  const methods = propertyMethods(path, step)
  if (!methods.includes(method)) {
    throw new AppError('notAllowed', `The method ${method} is not allowed on '${path.last.name}'.`, {
      headers: { Allow: methods.join(', ') },
    })
  }
  for (const { name } of splitQuery(query).options) {
    if (name === 'format') continue
    throw new AppError('invalid', `The query option '$${name}' is not supported on a property.`, {
      target: `$${name}`,
    })
  }
  return method === 'GET' ? 'GET' : 'PATCH'
}

/** The value in the row's JSON, and its type annotation. Throws `notFound` for a member of null. */
function pick({ names }: PropertyPath, row: Json): { value: unknown; note: unknown } {
  let holder: unknown = row
  for (const [at, name] of names.slice(0, -1).entries()) {
    holder = (holder as Json)[name]
    if (!isObject(holder)) throw new AppError('notFound', `'${names.slice(0, at + 1).join('/')}' is null.`)
  }
  const last = names.at(-1) ?? ''
  return { value: (holder as Json)[last] ?? null, note: (holder as Json)[`${last}@odata.type`] }
}

/** `json`: the row's text. */
function write(session: Session, steps: readonly PathStep[], path: PropertyPath, json: string): PropertyAnswer {
  const { value, note } = pick(path, JSON.parse(placeRows(json, '', false)) as Json)
  if (path.as === 'count') return { body: String((value as unknown[] | null)?.length ?? 0), type: 'text/plain' }
  if (value === null) return { body: undefined }
  if (path.as === 'value') return { body: String(value), type: plainText }
  const said = note === undefined ? {} : { '@odata.type': note }
  const body = isComplex(path) ? (value as Json) : { ...said, value }
  const key = steps.at(-1)?.key ?? ''
  const fragment = `${rowFragment(steps, key)}/${path.names.join('/')}`
  return { body: withContext(JSON.stringify(body), `${metadataUrl(session.base, steps)}${fragment}`) }
}

/** `options` select the property. Throws `notFound` where there is no row. */
export async function readProperty(
  session: Session,
  steps: readonly PathStep[],
  path: PropertyPath,
  options: ReadOptions,
): Promise<PropertyAnswer> {
  const json = await readEntity(session, steps, options, '')
  const last = steps.at(-1) as PathStep
  if (json === undefined) throw notFound(last.target, last.name)
  return write(session, steps, path, json)
}

/** A raw value, by the type of the property. It is validated when the body is read. */
function rawValue({ last }: PropertyPath, { headers, body }: PlainRequest): unknown {
  const media = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (media !== '' && media !== 'text/plain')
    throw new AppError('unsupportedMedia', `The content type '${media}' is not supported; send text/plain.`)
  const text = new TextDecoder().decode(body)
  if (last.prop.type === 'Edm.Boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return last.prop.type === 'Edm.Int32' || last.prop.type === 'Edm.Int64' || last.prop.type === 'Edm.Double'
    ? Number(text)
    : text
}

/** A new complex value with initial values for what it leaves out, which a change of the row would keep. */
function whole({ props }: ComplexType, given: Json): Json {
  const named = new Set(Object.keys(given).map((name) => name.toLowerCase()))
  const missing = Object.entries(props).filter(([name]) => !named.has(name.toLowerCase()))
  const first = missing.map(([name, { initial, collection }]) => [name, initial ?? (collection === true ? [] : null)])
  return { ...given, ...Object.fromEntries(first) }
}

function givenValue(path: PropertyPath, request: PlainRequest, faults: Faults): unknown {
  if (request.method === 'DELETE') return null
  if (path.as === 'value') return rawValue(path, request)
  checkContentType(request.headers['content-type'])
  const body = readJson(request.body)
  if (isComplex(path)) {
    return request.method === 'PUT' ? whole(path.last.prop.type as ComplexType, body) : body
  }
  const found = readOnly(/^value$/i, body, faults)
  faults.throwIfAny()
  if (found !== undefined) return found.value
  throw new AppError('invalid', `The body of a change of '${path.last.name}' is {"value": …}.`, { target: 'value' })
}

/** The row's members with the value set at the path of names; other members of complex values stay. */
function placed(holder: unknown, [name = '', ...more]: readonly string[], value: unknown, merges: boolean): Json {
  const beside = isObject(holder) ? holder : {}
  if (more.length > 0) return { ...beside, [name]: placed(beside[name], more, value, merges) }
  const before = beside[name]
  return { ...beside, [name]: merges && isObject(before) && isObject(value) ? { ...before, ...value } : value }
}

/** Changes one property by the rules for a change of its row. `Accepted`: the change goes on by itself. */
export async function writeProperty(
  session: Session,
  steps: readonly PathStep[],
  path: PropertyPath,
  request: PlainRequest,
  options: ReadOptions,
): Promise<PropertyAnswer | Accepted> {
  const step = steps.at(-1) as PathStep
  const { model, engine, context } = session
  const value = givenValue(path, request, faultsFor(session, step.target))
  const [name = ''] = path.names
  const bodyFor = (before: AnyRow): Json => ({
    [name]: placed({ [name]: before[name] }, path.names, value, request.method === 'PATCH')[name],
  })
  const { row, operation } = await inTransaction(session, 'update', async (writing) => {
    const from = await walk(writing, steps.slice(0, -1))
    const { at } = await needStep(writing, from, step, engine.plans.bare(step.target))
    return updateAt(writing, at, bodyFor, false)
  })
  if (operation !== undefined) return acceptedAt(steps, row.id, operation)
  if (context.prefer.get('return')?.toLowerCase() !== 'representation') return { body: undefined }
  session.applied.add('return=representation')
  const { shape } = engine.plans.projection(model, step.target, options)
  return write(session, steps, path, writeRow(shape, row))
}
