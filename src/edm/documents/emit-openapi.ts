/**
 * Model → OpenAPI 3.1: what is served, with permissions, examples and errors. Property addresses are left out, and
 * deeper paths, which repeat what is above them.
 */
import type { Json } from '#base/json.ts'
import { type ActionFacts, type EntityType, localName, spaceOf, type Verb } from '../define.ts'
import { linkGuard, type Model } from '../model.ts'
import type { PrimitiveName } from '../types.ts'
import { scheme } from './capabilities.ts'
import {
  type CodeOf,
  type DocumentParts,
  errorSchemas,
  errorsOf,
  json,
  resultOf,
  successOf,
  use,
} from './openapi-answers.ts'
import { bodyName, bodySchema, type Making, rowReference, rowReferenceSchema } from './openapi-bodies.ts'
import {
  type Address,
  type AddressTarget,
  addressesOf,
  type RowFacts,
  type RowKind,
  type Served,
  servedAt,
} from './openapi-paths.ts'
import { keySample, sampleBody, sampleOf, sampleValue } from './openapi-samples.ts'
import { keySchema, schemasOf } from './openapi-schemas.ts'
import { schemesOf } from './openapi-security.ts'

function query(name: string, description: string, schema: Json, example?: unknown): Json {
  return {
    name,
    in: 'query',
    description,
    schema,
    ...(example === undefined ? {} : { example }),
  }
}

function header(name: string, description: string): Json {
  return { name, in: 'header', description, schema: { type: 'string' } }
}

const parameters: Readonly<Record<string, Json>> = {
  select: query('$select', 'Properties wanted, with commas between.', { type: 'string' }, 'id'),
  expand: query('$expand', 'Links to follow, with options in parentheses.', { type: 'string' }, '*'),
  filter: query('$filter', 'Condition on the rows.', { type: 'string' }, 'id ne null'),
  orderby: query('$orderby', 'Keys to order by, with commas between.', { type: 'string' }, 'id desc'),
  search: query('$search', 'Words looked for.', { type: 'string' }, 'herbs'),
  count: query('$count', 'Whether to count the rows of all pages.', { type: 'boolean' }, true),
  top: query('$top', 'Rows wanted at most.', { type: 'integer', minimum: 0 }, 10),
  skiptoken: query('$skiptoken', 'Where the next page begins, as a next link has it.', { type: 'string' }),
  deltatoken: query('$deltatoken', 'What has changed since, as a delta link has it.', { type: 'string' }),
  skip: query('$skip', 'Rows to pass over.', { type: 'integer', minimum: 0 }, 10),
  asOf: query('asOf', 'An instant: what there was then (ours).', { type: 'string', format: 'date-time' }),
  ref: {
    ...query('$id', 'Address of the row whose reference goes.', { type: 'string' }),
    required: true,
  },
  ifMatch: header('If-Match', 'The entity tag last read, or *.'),
  ifMatchRequired: { ...header('If-Match', 'The entity tag last read, or *.'), required: true },
  ifNoneMatch: header('If-None-Match', 'An entity tag that is known already.'),
  prefer: header('Prefer', '`return=minimal` or `return=representation`: whether the answer shows the row.'),
  preferPage: header('Prefer', '`odata.maxpagesize=20`: rows wanted on a page at most.'),
}

function parameter(parts: DocumentParts, name: string): Json {
  return use(parts, 'parameters', name, () => parameters[name] ?? {})
}

/** Reads of a row that has a past, and of what is below it. */
function pastOption({ model }: DocumentParts, { keys }: Address, isRead: boolean): string[] {
  const isPast = isRead && model.onlyPublished !== true && keys.some(({ of }) => of.recorded?.past === true)
  return isPast ? ['asOf'] : []
}

function bodyFor(parts: DocumentParts, facts: RowFacts, making: Making): Json {
  const { model, schemas } = parts
  const example = use(parts, 'examples', bodyName(model, facts, making), () => ({
    value: sampleBody(model, facts, making),
  }))
  return { required: true, content: json(bodySchema({ model, schemas }, facts, making), example) }
}

const onRows = ['select', 'expand']
const onPages = ['filter', 'orderby', 'search', 'count', 'top', 'skip', 'preferPage']

function changeOptions(verb: Verb, { tag }: EntityType): string[] {
  const shows = verb === 'delete' ? [] : ['prefer']
  return verb === 'create' || tag === undefined ? shows : [tag === 'required' ? 'ifMatchRequired' : 'ifMatch', ...shows]
}

function optionsOf(verb: Verb, type: EntityType, kind: RowKind): string[] {
  const search = (name: string) => name !== 'search' || type.searched !== undefined
  if (kind === 'count') return ['filter', 'search'].filter(search)
  if (kind === 'references' && verb === 'unlink') return ['ref']
  if (kind === 'references') return verb === 'list' ? ['filter', 'top', 'skip'] : []
  if (kind === 'reference' || kind === 'referenceToOne') return []
  if (verb === 'list') return [...onRows, ...onPages].filter(search)
  if (verb === 'get') return type.tag === undefined ? onRows : [...onRows, 'ifNoneMatch']
  return changeOptions(verb, type)
}

/** One permission is enough. A type that asks for none still needs a token. */
function security(scopes: readonly string[] = []): Json {
  return { security: scopes.length === 0 ? [{ [scheme]: [] }] : scopes.map((scope) => ({ [scheme]: [scope] })) }
}

/** The permissions that the server asks for: those of the rows, or for a change of a link those of who keeps it. */
function scopesFor(model: Model, verb: Verb, { type, nav, owner, guard }: RowFacts): readonly string[] | undefined {
  if (verb === 'list' || verb === 'get') return (guard ?? type).scopes?.read
  const isLinkChange = (verb === 'link' || verb === 'unlink') && nav !== undefined && owner !== undefined
  return (isLinkChange ? linkGuard(model, nav, owner) : type).scopes?.write
}

function keysOf(parts: DocumentParts, { keys }: Address): Json[] {
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

const bodies: Readonly<Partial<Record<Verb, Making>>> = {
  create: 'create',
  update: 'update',
  replace: 'create',
  patchMember: 'member',
}

/** Graph's name for the body that names a row by its address. */
const referenceName = 'ReferenceCreate'
const referenceSchema: Json = {
  type: 'object',
  required: ['@odata.id'],
  properties: { '@odata.id': { type: 'string', format: 'uri', description: 'Address of the row.' } },
}

function requestOf(parts: DocumentParts, verb: Verb, facts: RowFacts): Json {
  const making = bodies[verb]
  if (making !== undefined) return { requestBody: bodyFor(parts, facts, making) }
  if (verb !== 'link') return {}
  const example = use(parts, 'examples', referenceName, () => ({
    value: { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${keySample(facts.type)}` },
  }))
  const schema = parts.schemas.once(referenceName, () => referenceSchema)
  return { requestBody: { required: true, content: json(schema, example) } }
}

const kindsOfId: Readonly<Partial<Record<RowKind, (verb: Verb) => string>>> = {
  count: () => 'count',
  // The reference goes by a key in the address, or by the option $id.
  references: (verb) => (verb === 'unlink' ? 'unlinkRefByQuery' : `${verb}Ref`),
  reference: (verb) => `${verb}Ref`,
  referenceToOne: (verb) => `${verb}Ref`,
}

function rowOperation(parts: DocumentParts, address: Address, { verb, method, evidence }: Served): Json {
  const target = address.target as Exclude<AddressTarget, { kind: 'operation' }>
  const { type, kind, doc } = target
  const isRead = verb === 'list' || verb === 'get'
  const names = [...optionsOf(verb, type, kind), ...pastOption(parts, address, isRead)]
  const options = names.map((name) => parameter(parts, name))
  return {
    operationId: idOf(address, kindsOfId[kind]?.(verb) ?? verb),
    summary: `${verb} ${kind === 'count' ? 'the number of rows' : address.names.at(-1)}`,
    description: doc,
    tags: [address.names[0]],
    ...(options.length === 0 ? {} : { parameters: options }),
    ...requestOf(parts, verb, target),
    responses: {
      ...successOf(parts, verb, target, kind),
      ...errorsOf(parts, type, method, verb === 'list' && type.tracked === true),
    },
    ...security(scopesFor(parts.model, verb, target)),
    'x-evidence': evidence,
  }
}

/** The parameters of an action; what may not be null must be there. */
function actionBody(parts: DocumentParts, of: EntityType, name: string, facts: ActionFacts): Json {
  const { model, schemas } = parts
  const given = Object.entries(facts.params)
  const required = given.filter(([, { nullable }]) => nullable === false).map(([param]) => param)
  const properties = given.map(([param, fact]) => [param, { ...schemas.value(fact), description: fact.doc }])
  const schema = {
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(properties),
  }
  // In a namespace of their own, actions of several types may have one name.
  const named = facts.namespace === undefined ? `${spaceOf(of, facts)}.${name}` : `${of.name}.${name}`
  const example = use(parts, 'examples', named, () => ({
    value: Object.fromEntries(given.map(([param, fact]) => [param, sampleOf(model, param, fact, true)])),
  }))
  return { required: true, content: json(schema, example) }
}

function callOperation(parts: DocumentParts, address: Address): Json {
  const { of, name, facts, method } = address.target as Extract<AddressTarget, { kind: 'operation' }>
  const { schemas } = parts
  const { params, doc, scopes, evidence } = facts
  const given = Object.entries(params)
  const isAction = method === 'post'
  const hasDelta = 'delta' in facts
  const paging = [
    ...('paged' in facts ? [parameter(parts, 'top'), parameter(parts, 'skiptoken')] : []),
    ...(hasDelta ? [parameter(parts, 'deltatoken')] : []),
    ...pastOption(parts, address, !isAction && !('ofRecord' in facts)).map((named) => parameter(parts, named)),
  ]
  const asked = given.map(([param, { type, doc: description, ...more }]) => ({
    name: param,
    ...('optional' in more ? { in: 'query' } : { in: 'path', required: true }),
    description,
    schema: schemas.value({ type, nullable: false }),
    ...(typeof type === 'string' ? { example: more.sample ?? sampleValue(type as PrimitiveName, param) } : {}),
  }))
  return {
    operationId: idOf(address, 'call'),
    summary: `call ${name}`,
    description: doc,
    tags: [address.names[0]],
    ...(isAction || asked.length + paging.length === 0 ? {} : { parameters: [...asked, ...paging] }),
    ...(isAction && given.length > 0 ? { requestBody: actionBody(parts, of, name, facts as ActionFacts) } : {}),
    responses: { ...resultOf(parts, facts), ...errorsOf(parts, of, method, hasDelta) },
    ...security(scopes),
    'x-evidence': evidence,
  }
}

/** Every permission that an operation asks for. */
function scopesOf(paths: readonly Json[]): string[] {
  const asked = paths.flatMap((item) =>
    Object.values(item).flatMap((operation) => {
      const { security: ways = [] } = operation as { readonly security?: readonly Record<string, readonly string[]>[] }
      return ways.flatMap((way) => way[scheme] ?? [])
    }),
  )
  return [...new Set(asked)].sort()
}

function sorted(map: ReadonlyMap<string, Json>): Json {
  return Object.fromEntries([...map].sort(([one], [other]) => (one < other ? -1 : 1)))
}

const dryRuns =
  ' Any write can be run dry with `Prefer: relata.dry-run`: it is answered 200 with what it would change, or what it would be refused for, and changes nothing.'

export function openApiOf(model: Model, codeOf: CodeOf): Json {
  const addresses = addressesOf(model)
  const used = { parameters: new Map(), responses: new Map(), examples: new Map() }
  const parts: DocumentParts = { model, schemas: schemasOf(model), codeOf, used }
  const paths = new Map<string, Json>()
  for (const address of addresses) {
    const { target, path } = address
    const keys = keysOf(parts, address)
    const operations =
      target.kind === 'operation'
        ? [[target.method, callOperation(parts, address)]]
        : servedAt(target, model).map((served) => [served.method, rowOperation(parts, address, served)])
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
        'Generated from the model. Each property has an address of its own below its row, and a cast to a derived type may follow a row or a collection; neither is listed. Paths go on without end: `x-continues` names the path below which the rest is shown. `x-evidence` says why we believe that Graph has an operation; `ours`: it has not.' +
        (model.onlyPublished === true ? '' : dryRuns),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `/${model.version}` }],
    tags: tags.map((name) => ({ name, ...described(model.roots.get(name.toLowerCase())?.doc) })),
    paths: sorted(paths),
    components: {
      schemas: {
        ...parts.schemas.all(),
        ...errorSchemas,
        [rowReference]: rowReferenceSchema,
      },
      parameters: sorted(named),
      responses: sorted(responses),
      examples: sorted(examples),
      securitySchemes: schemesOf(scopesOf([...paths.values()])),
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
