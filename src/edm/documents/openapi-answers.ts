/** Answers of an OpenAPI document: what each operation may end with, in success and in failure. */
import type { Json } from '#base/json.ts'
import type { ActionFacts, Dialect, EntityType, FunctionFacts, Verb } from '../define.ts'
import type { Model } from '../model.ts'
import { namedAs, type RowFacts, type RowKind } from './openapi-paths.ts'
import { sampleRow } from './openapi-samples.ts'
import { pageName, refTo, type Schemas } from './openapi-schemas.ts'

/** The code an error of a status has in a dialect: known to those who word errors. */
export type CodeOf = (status: number, dialect: Dialect) => string | undefined

/** DocumentParts that operations refer to, made when they first are. */
export interface DocumentParts {
  readonly model: Model
  readonly schemas: Schemas
  readonly codeOf: CodeOf
  readonly used: Readonly<Record<'parameters' | 'responses' | 'examples', Map<string, Json>>>
}

export function use({ used }: DocumentParts, kind: keyof DocumentParts['used'], name: string, make: () => Json): Json {
  if (!used[kind].has(name)) used[kind].set(name, make())
  return refTo(kind, name)
}

const errorTexts: Readonly<Record<number, string>> = {
  400: 'The request is malformed, or a rule refuses it.',
  401: 'There is no valid token.',
  403: 'The token lacks every permission that would do, or the caller a role.',
  404: 'There is no such row.',
  405: 'The method is not there, or not in the state the row is in; the header Allow says which are.',
  406: 'The answer is not to be had in a form that Accept asks for.',
  409: 'The state of the rows does not allow it.',
  410: 'What the delta link would follow from is forgotten; list anew.',
  412: 'The entity tag is not that of the row any more.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  429: 'The client sends more requests than it may; the header Retry-After says when to go on.',
  503: 'The database cannot answer now; the message says why and what helps.',
}

/** Schemas of errors, with the names of Graph's own document. */
export const errorName = 'microsoft.graph.ODataErrors.ODataError'
const errorParts = 'microsoft.graph.ODataErrors'

export const errorSchemas: Json = {
  [errorName]: {
    type: 'object',
    required: ['error'],
    properties: { error: refTo('schemas', `${errorParts}.MainError`) },
  },
  [`${errorParts}.MainError`]: {
    type: 'object',
    required: ['code', 'message'],
    properties: {
      code: { type: 'string' },
      message: { type: 'string' },
      target: { type: 'string', description: 'The property or query option at fault.' },
      details: {
        type: 'array',
        items: refTo('schemas', `${errorParts}.ErrorDetails`),
        description: 'Each fault, where there are several.',
      },
      innerError: refTo('schemas', `${errorParts}.InnerError`),
    },
  },
  [`${errorParts}.ErrorDetails`]: {
    type: 'object',
    required: ['code', 'message'],
    properties: { code: { type: 'string' }, message: { type: 'string' }, target: { type: 'string' } },
  },
  [`${errorParts}.InnerError`]: {
    type: 'object',
    description: 'Date and ids of the request, for the log.',
    properties: {
      code: { type: 'string', description: 'A more precise code.' },
      date: { type: 'string', description: 'Instant of the server, without a zone.' },
      'request-id': { type: 'string' },
      'client-request-id': { type: 'string' },
    },
  },
}

function failure(parts: DocumentParts, status: number, dialect: Dialect): Json {
  return use(parts, 'responses', `${dialect}.${status}`, () => {
    const message = errorTexts[status] ?? ''
    const innerError = { date: '2026-01-31T12:00:00', 'request-id': 'a', 'client-request-id': 'a' }
    const example = { error: { code: parts.codeOf(status, dialect) ?? '', message, innerError } }
    const allow = { Allow: { description: 'The methods that are there.', schema: { type: 'string' } } }
    return {
      description: message,
      ...(status === 405 ? { headers: allow } : {}),
      content: { 'application/json': { schema: refTo('schemas', errorName), example } },
    }
  })
}

/** What an operation on rows of the type may be refused with. `method`: in lower case. */
export function errorsOf(parts: DocumentParts, type: EntityType, method: string, hasDelta = false): Json {
  const { dialect = 'graph', tag, stateful } = type
  const statuses = [400, 401, 403, 404, 429, 503]
  if (method !== 'delete') statuses.push(406)
  if (hasDelta) statuses.push(410)
  if (method !== 'get') statuses.push(409)
  if (method !== 'get' && stateful === true) statuses.push(405)
  if (method !== 'get' && tag !== undefined) statuses.push(412)
  if (method !== 'get' && method !== 'delete') statuses.push(413, 415)
  return Object.fromEntries(statuses.sort().map((status) => [status, failure(parts, status, dialect)]))
}

export function json(schema: Json, examples?: Json): Json {
  return {
    'application/json': { schema, ...(examples === undefined ? {} : { examples: { sample: examples } }) },
  }
}

const etag: Json = { ETag: { description: 'The entity tag of the row.', schema: { type: 'string' } } }
const location: Json = {
  Location: { description: 'Address of the new row.', schema: { type: 'string', format: 'uri' } },
}
const nothing: Json = { description: 'Done; there is nothing to show.' }
const nothingWanted: Json = { description: 'Done; `Prefer: return=minimal` asks for no body, or the type has none.' }
const accepted: Json = {
  description: 'Goes on after the answer: Location is the operation that tells when it has ended.',
  headers: {
    Location: { description: 'Address of the operation.', schema: { type: 'string', format: 'uri' } },
    'Retry-After': { description: 'Seconds to wait before asking.', schema: { type: 'integer' } },
  },
  content: json({ type: 'object', description: 'Empty.' }),
}

/** A row, with its tag where it has one. */
function row(parts: DocumentParts, type: EntityType, description: string, headers: Json = {}): Json {
  const all = { ...(type.tag === undefined ? {} : etag), ...headers }
  const named = namedAs(parts.model, type)
  const example = use(parts, 'examples', named.name, () => ({ value: sampleRow(parts.model, named) }))
  return {
    description,
    ...(Object.keys(all).length === 0 ? {} : { headers: all }),
    content: json(parts.schemas.ref(type), example),
  }
}

function page(parts: DocumentParts, type: EntityType): Json {
  const named = namedAs(parts.model, type)
  const example = use(parts, 'examples', pageName(parts.model, type), () => ({
    value: { value: [sampleRow(parts.model, named)] },
  }))
  return { description: 'A page of rows.', content: json(parts.schemas.page(type), example) }
}

const reference: Json = { type: 'object', properties: { '@odata.id': { type: 'string', format: 'uri' } } }

/** Graph's name for a list of addresses. */
export const referencesName = 'StringCollectionResponse'
export const referencesSchema: Json = {
  type: 'object',
  required: ['value'],
  properties: {
    '@odata.count': { type: 'integer' },
    '@odata.nextLink': { type: 'string', format: 'uri' },
    value: { type: 'array', items: reference },
  },
}

/** A link to one row may lead nowhere. */
function mayBeNull({ nav }: RowFacts): boolean {
  return nav !== undefined && !nav.many && nav.nullable && nav.held !== true && nav.only !== true
}

function read(parts: DocumentParts, facts: RowFacts, kind: RowKind): Json {
  const { type } = facts
  if (kind === 'count') {
    const content = { 'text/plain': { schema: { type: 'integer' }, example: 2 } }
    return { 200: { description: 'The number of rows.', content } }
  }
  const empty = mayBeNull(facts) ? { 204: { description: 'The link leads to nothing.' } } : {}
  if (kind === 'references')
    return {
      200: {
        description: 'Addresses of the rows.',
        content: json(parts.schemas.once(referencesName, () => referencesSchema)),
      },
    }
  if (kind === 'reference' || kind === 'referenceToOne')
    return { 200: { description: 'Address of the row.', content: json(reference) }, ...empty }
  if (kind === 'collection') return { 200: page(parts, type) }
  const unchanged = type.tag === undefined ? {} : { 304: { description: 'If-None-Match names the tag of the row.' } }
  return { 200: row(parts, type, 'The row.'), ...empty, ...unchanged }
}

/** What a verb on rows answers where it succeeds. */
export function successOf(parts: DocumentParts, verb: Verb, facts: RowFacts, kind: RowKind): Json {
  const { type, nav } = facts
  if (verb === 'list' || verb === 'get') return read(parts, facts, kind)
  const made = row(parts, type, 'The new row.', location)
  if (verb === 'create') return { 201: made, 204: nothingWanted }
  if (verb === 'delete' || verb === 'link' || verb === 'unlink') return { 204: nothing }
  return {
    200: row(parts, type, 'The row after the change.'),
    ...(nav?.upsert === undefined ? {} : { 201: made }),
    ...(type.deferredUpdates === true ? { 202: accepted } : {}),
    204: nothingWanted,
  }
}

const nextLink: Json = { type: 'string', format: 'uri', description: 'Address of the next page; absent at the end.' }
const deltaLink: Json = { type: 'string', format: 'uri', description: 'Address of later changes; at the end.' }

/** What a function or an action returns. */
export function resultOf(parts: DocumentParts, facts: FunctionFacts | ActionFacts): Json {
  const { returns } = facts
  if (returns === undefined) return { 204: nothing }
  const { schemas, model } = parts
  const { type, collection } = returns.kind === 'complex' ? { type: returns, collection: false } : returns
  const entity = typeof type === 'object' && 'entity' in type ? model.view(type.entity).type : undefined
  const isObject = entity !== undefined || (typeof type === 'object' && 'kind' in type && type.kind === 'complex')
  const single = entity === undefined ? schemas.value({ type: type as never, nullable: false }) : schemas.ref(entity)
  const inside = collection === true ? { type: 'array', items: single } : single
  const links = {
    ...('paged' in facts ? { '@odata.nextLink': nextLink } : {}),
    ...('delta' in facts ? { '@odata.deltaLink': deltaLink } : {}),
  }
  const schema = isObject && collection !== true ? inside : { type: 'object', properties: { ...links, value: inside } }
  const returned = { description: 'What it returns.', content: json(schema) }
  if ('creates' in facts) return { 201: returned, 204: nothingWanted }
  return { 200: returned, 204: { description: 'It returns null.' } }
}
