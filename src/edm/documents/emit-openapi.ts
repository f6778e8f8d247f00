/**
 * Model → OpenAPI 3.1: what is served, with permissions, examples and errors. Property addresses are left out, and
 * deeper paths, which repeat what is above them.
 */
import type { Json } from '#base/json.ts'
import { type Dialect, type EntityType, localName, type Verb } from '../define.ts'
import type { Model } from '../model.ts'
import { scheme } from './capabilities.ts'
import { type Address, type AddressTarget, addressesOf, type Served, servedAt } from './openapi-paths.ts'
import {
  keySample,
  keySchema,
  refTo,
  type Schemas,
  sampleBody,
  sampleRow,
  sampleValue,
  schemasOf,
} from './openapi-schemas.ts'

/** The code an error of a status has in a dialect: known to those who word errors. */
export type CodeOf = (status: number, dialect: Dialect) => string | undefined

const errorTexts: Readonly<Record<number, string>> = {
  400: 'The request is malformed, or a rule refuses it.',
  401: 'There is no valid token.',
  403: 'The token lacks every permission that would do.',
  404: 'There is no such row.',
  405: 'The method is not there; the header Allow says which are.',
  409: 'The state of the rows does not allow it.',
  412: 'The entity tag is not that of the row any more.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  503: 'The database is busy; try again.',
}

function query(name: string, description: string, schema: Json, example?: unknown): Json {
  return {
    name,
    in: 'query',
    description,
    schema,
    ...(example === undefined ? {} : { example }),
  }
}

const parameters: Readonly<Record<string, Json>> = {
  select: query('$select', 'Properties wanted, with commas between.', { type: 'string' }, 'id'),
  expand: query('$expand', 'Links to follow, with options in parentheses.', { type: 'string' }, '*'),
  filter: query('$filter', 'Condition on the rows.', { type: 'string' }, 'id ne null'),
  orderby: query('$orderby', 'Keys to order by, with commas between.', { type: 'string' }, 'id desc'),
  search: query('$search', 'Words looked for.', { type: 'string' }, 'herbs'),
  count: query('$count', 'Whether to count the rows of all pages.', { type: 'boolean' }, true),
  top: query('$top', 'Rows wanted at most.', { type: 'integer', minimum: 0 }, 10),
  skip: query('$skip', 'Rows to pass over.', { type: 'integer', minimum: 0 }, 10),
  ref: query('$id', 'Address of the row whose reference goes.', { type: 'string', format: 'uri' }),
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The entity tag last read, or *.',
    schema: { type: 'string' },
  },
  ifMatchRequired: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The entity tag last read, or *.',
    schema: { type: 'string' },
  },
}

const errorSchema: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        target: { type: 'string', description: 'The property or query option at fault.' },
        details: { type: 'array', items: { type: 'object' } },
        innerError: { type: 'object', description: 'Date and ids of the request, for the log.' },
      },
    },
  },
}

/** Parts that operations refer to, made when they first are. */
interface Parts {
  readonly model: Model
  readonly schemas: Schemas
  readonly codeOf: CodeOf
  readonly used: Readonly<Record<'parameters' | 'responses' | 'examples', Map<string, Json>>>
}

function use({ used }: Parts, kind: keyof Parts['used'], name: string, make: () => Json): Json {
  if (!used[kind].has(name)) used[kind].set(name, make())
  return refTo(kind, name)
}

function parameter(parts: Parts, name: string): Json {
  return use(parts, 'parameters', name, () => parameters[name] ?? {})
}

function failure(parts: Parts, status: number, dialect: Dialect): Json {
  return use(parts, 'responses', `${dialect}.${status}`, () => {
    const message = errorTexts[status] ?? ''
    const innerError = { date: '2026-01-31T12:00:00', 'request-id': 'a', 'client-request-id': 'a' }
    const example = { error: { code: parts.codeOf(status, dialect) ?? '', message, innerError } }
    return { description: message, content: { 'application/json': { schema: refTo('schemas', 'error'), example } } }
  })
}

function json(schema: Json, examples?: Json): Json {
  return {
    'application/json': { schema, ...(examples === undefined ? {} : { examples: { sample: examples } }) },
  }
}

function rowContent(parts: Parts, type: EntityType): Json {
  return json(
    parts.schemas.ref(type),
    use(parts, 'examples', type.name, () => ({ value: sampleRow(parts.model, type) })),
  )
}

function bodyFor(parts: Parts, type: EntityType, creates: boolean): Json {
  const { model, schemas } = parts
  const name = `${type.name}.${creates ? 'create' : 'update'}`
  const view = model.view(type.name)
  const required = [
    ...[...view.props.values()].filter(({ prop }) => prop.required === true),
    ...[...view.navs.values()].filter(({ nav }) => !nav.many && nav.accepts === 'required'),
  ].map((entry) => entry.name)
  const schema = schemas.ref(type)
  return {
    required: true,
    content: json(
      creates && required.length > 0 ? { allOf: [schema, { required }] } : schema,
      use(parts, 'examples', name, () => ({ value: sampleBody(model, type, creates) })),
    ),
  }
}

const nothing: Json = { description: 'Done; there is nothing to show.' }

function successOf(parts: Parts, verb: Verb, type: EntityType, kind: AddressTarget['kind']): Json {
  const row = (description: string, more: Json = {}): Json => ({
    description,
    ...more,
    content: rowContent(parts, type),
  })
  const location = { Location: { description: 'Address of the new row.', schema: { type: 'string', format: 'uri' } } }
  if (kind === 'count')
    return {
      200: {
        description: 'The number of rows.',
        content: { 'text/plain': { schema: { type: 'integer' }, example: 2 } },
      },
    }
  if (kind === 'references' && verb === 'list')
    return { 200: { description: 'Addresses of the rows.', content: json({ type: 'object' }) } }
  if (verb === 'list') {
    const page = parts.schemas.page(type)
    const example = use(parts, 'examples', `${type.name}.page`, () => ({
      value: { value: [sampleRow(parts.model, type)] },
    }))
    return { 200: { description: 'A page of rows.', content: json(page, example) } }
  }
  if (verb === 'get') return { 200: row('The row.') }
  if (verb === 'create') return { 201: row('The new row.', { headers: location }) }
  if (verb === 'update' || verb === 'patchMember' || verb === 'replace')
    return type.silentUpdates === true ? { 204: nothing } : { 200: row('The row after the change.') }
  return { 204: nothing }
}

function errorsOf(parts: Parts, { dialect = 'graph', tag }: EntityType, method: string): Json {
  const statuses = [400, 401, 403, 404]
  if (method !== 'get') statuses.push(409, 503)
  if (method !== 'get' && tag !== undefined) statuses.push(412)
  if (method !== 'get' && method !== 'delete') statuses.push(413, 415)
  return Object.fromEntries(statuses.sort().map((status) => [status, failure(parts, status, dialect)]))
}

const onRows = ['select', 'expand']
const onPages = ['filter', 'orderby', 'search', 'count', 'top', 'skip']

function optionsOf(verb: Verb, type: EntityType, kind: AddressTarget['kind']): string[] {
  const search = (name: string) => name !== 'search' || type.searched !== undefined
  if (kind === 'count') return ['filter', 'search'].filter(search)
  if (kind === 'references') return verb === 'list' ? ['filter', 'top', 'skip'] : []
  if (verb === 'list') return [...onRows, ...onPages].filter(search)
  if (verb === 'get') return onRows
  const tagged = (verb === 'update' || verb === 'delete' || verb === 'replace') && type.tag !== undefined
  return tagged ? [type.tag === 'required' ? 'ifMatchRequired' : 'ifMatch'] : []
}

/** One permission is enough. */
function security(scopes: readonly string[] | undefined): Json {
  return scopes === undefined ? {} : { security: scopes.map((scope) => ({ [scheme]: [scope] })) }
}

function keysOf(parts: Parts, { keys }: Address): Json[] {
  return keys.map(({ name, of }) =>
    use(parts, 'parameters', name, () => ({
      name,
      in: 'path',
      required: true,
      description: `Key of a ${localName(of.name)}.`,
      schema: keySchema(of),
      example: keySample(of),
    })),
  )
}

function idOf({ names }: Address, what: string): string {
  return `${names.join('.')}-${what}`
}

function rowOperation(parts: Parts, address: Address, { verb, method, evidence }: Served): Json {
  const target = address.target as Exclude<AddressTarget, { kind: 'operation' }>
  const { type, kind, doc } = target
  const options = optionsOf(verb, type, kind).map((name) => parameter(parts, name))
  const takesBody = ['create', 'update', 'replace', 'patchMember'].includes(verb)
  const reads = method === 'get'
  return {
    operationId: idOf(address, kind === 'count' ? 'count' : kind.startsWith('reference') ? `${verb}Ref` : verb),
    summary: `${verb} ${kind === 'count' ? 'the number of rows' : address.names.at(-1)}`,
    description: doc,
    tags: [address.names[0]],
    ...(options.length === 0 ? {} : { parameters: options }),
    ...(takesBody ? { requestBody: bodyFor(parts, type, verb === 'create') } : {}),
    ...(verb === 'link' ? { requestBody: { required: true, content: json(refTo('schemas', 'reference')) } } : {}),
    responses: { ...successOf(parts, verb, type, kind), ...errorsOf(parts, type, method) },
    ...security(reads ? type.scopes?.read : type.scopes?.write),
    'x-evidence': evidence,
  }
}

function callOperation(parts: Parts, address: Address): Json {
  const { of, name, facts, method } = address.target as Extract<AddressTarget, { kind: 'operation' }>
  const { schemas, model } = parts
  const { params, returns, doc, scopes, evidence } = facts
  const given = Object.entries(params)
  const returned = (): Json => {
    if (returns === undefined) return { 204: nothing }
    const { type, collection } = returns.kind === 'complex' ? { type: returns, collection: false } : returns
    const entity = typeof type === 'object' && 'entity' in type ? model.view(type.entity).type : undefined
    const isObject = entity !== undefined || (typeof type === 'object' && 'kind' in type && type.kind === 'complex')
    const single = entity === undefined ? schemas.value({ type: type as never, nullable: false }) : schemas.ref(entity)
    const inside = collection === true ? { type: 'array', items: single } : single
    const schema = isObject && collection !== true ? inside : { type: 'object', properties: { value: inside } }
    return { 200: { description: 'What it returns.', content: json(schema) } }
  }
  const isAction = method === 'post'
  return {
    operationId: idOf(address, 'call'),
    summary: `call ${name}`,
    description: doc,
    tags: [address.names[0]],
    ...(isAction || given.length === 0
      ? {}
      : {
          parameters: given.map(([param, facts]) => ({
            name: param,
            in: 'path',
            required: true,
            description: facts.doc,
            schema: schemas.value({ type: facts.type, nullable: false }),
            example: sampleValue(facts.type, param),
          })),
        }),
    ...(isAction && given.length > 0
      ? {
          requestBody: {
            content: json({
              type: 'object',
              properties: Object.fromEntries(given.map(([param, facts]) => [param, schemas.value(facts)])),
            }),
          },
        }
      : {}),
    responses: { ...returned(), ...errorsOf(parts, of, method) },
    ...security(scopes),
    'x-evidence': evidence,
  }
}

function scopesOf(addresses: readonly Address[]): string[] {
  const scopes = addresses.flatMap(({ target }) =>
    target.kind === 'operation'
      ? target.facts.scopes
      : [...(target.type.scopes?.read ?? []), ...(target.type.scopes?.write ?? [])],
  )
  return [...new Set(scopes)].sort()
}

function sorted(map: ReadonlyMap<string, Json>): Json {
  return Object.fromEntries([...map].sort(([one], [other]) => (one < other ? -1 : 1)))
}

export function openApiOf(model: Model, codeOf: CodeOf): Json {
  const addresses = addressesOf(model)
  const used = { parameters: new Map(), responses: new Map(), examples: new Map() }
  const parts: Parts = { model, schemas: schemasOf(model), codeOf, used }
  const paths = new Map<string, Json>()
  for (const address of addresses) {
    const { target, path } = address
    const keys = keysOf(parts, address)
    const operations =
      target.kind === 'operation'
        ? [[target.method, callOperation(parts, address)]]
        : servedAt(target).map((served) => [served.method, rowOperation(parts, address, served)])
    paths.set(path, {
      ...(keys.length === 0 ? {} : { parameters: keys }),
      ...Object.fromEntries(operations),
      ...(address.continues === undefined ? {} : { 'x-continues': address.continues }),
    })
  }
  const { parameters: named, responses, examples } = used
  const tags = [...new Set(addresses.map(({ names }) => names[0] ?? ''))].sort()
  return {
    openapi: '3.1.0',
    info: {
      title: `Relata, Microsoft Graph ${model.version}`,
      version: model.version,
      description:
        'Generated from the model. Each property has an address of its own below its row. Paths go on without end: `x-continues` names the path below which the rest is shown. `x-evidence` says why we believe that Graph has an operation; `ours`: it has not.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `/${model.version}` }],
    tags: tags.map((name) => ({ name, ...described(model.roots.get(name.toLowerCase())?.doc) })),
    paths: sorted(paths),
    components: {
      schemas: {
        ...parts.schemas.all(),
        error: errorSchema,
        reference: {
          type: 'object',
          required: ['@odata.id'],
          properties: { '@odata.id': { type: 'string', format: 'uri', description: 'Address of the row.' } },
        },
      },
      parameters: sorted(named),
      responses: sorted(responses),
      examples: sorted(examples),
      securitySchemes: {
        [scheme]: {
          type: 'oauth2',
          flows: {
            clientCredentials: {
              tokenUrl: '/common/oauth2/v2.0/token',
              scopes: Object.fromEntries(
                scopesOf(addresses).map((scope) => [scope, 'A permission of the application.']),
              ),
            },
          },
        },
      },
    },
  }
}

function described(description: string | undefined): Json {
  return description === undefined ? {} : { description }
}

/** The document as text. */
export function emitOpenApi(model: Model, codeOf: CodeOf): string {
  return `${JSON.stringify(openApiOf(model, codeOf), undefined, 1)}\n`
}
