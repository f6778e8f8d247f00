/** `/_relata/control.openapi.json`: the OpenAPI document of the addresses that a server of this mode has beside Graph's. */
import { type Audience, type OwnAddress, ownAddresses } from '../addresses.ts'
import { faultSchemasIn, type RuleSchema } from './fault-schemas.ts'
import type { Method, Operation } from './operation.ts'
import { operations } from './operations.ts'
import type { DocumentSchema } from './schemas.ts'

type Json = Readonly<Record<string, unknown>>

const audiences: Readonly<Record<Audience, string>> = {
  anyone: 'Everybody who reaches the port.',
  control: 'Programs of this machine, unless --control any. No token is asked for.',
  token: 'Whoever has a token that gives the right to it.',
}

const errorBody: DocumentSchema = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        target: { type: 'string' },
        innerError: { type: 'object' },
      },
      required: ['code', 'message'],
    },
  },
  required: ['error'],
}

const texts: Readonly<Record<number, string>> = {
  400: 'The request is not right; `target` names the part.',
  401: 'A token is needed.',
  403: 'The caller may not do this.',
  404: 'There is no such thing.',
  409: 'The state does not allow it.',
  413: 'The body is too long.',
  415: 'The body is not said to be JSON, or a file where one is taken.',
  503: 'The database does not answer, or there are too many live answers.',
}

function refusal(status: number): Json {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/error' } } }
  return { description: texts[status] ?? 'Refused.', content }
}

function refusalsOf(address: OwnAddress, audience: Audience, { query, body, refusals = [] }: Operation): number[] {
  const found = new Set<number>(refusals)
  if (query !== undefined || body !== undefined) found.add(400)
  if (body !== undefined) found.add(413).add(415)
  if (audience === 'token') found.add(401).add(403)
  if (audience === 'control') found.add(403)
  if (address.template.includes('{')) found.add(404)
  return [...found].sort()
}

function answersOf(address: OwnAddress, audience: Audience, operation: Operation): Json {
  const { answer } = operation
  const good =
    answer === undefined
      ? { 204: { description: 'Done.' } }
      : {
          [answer.status ?? 200]: {
            description: 'Done.',
            content: { [answer.type ?? 'application/json']: { schema: answer.schema } },
          },
        }
  const refused = refusalsOf(address, audience, operation).map((status) => [status, refusal(status)])
  return { ...good, ...Object.fromEntries(refused) }
}

function parametersOf({ template }: OwnAddress, { query = {} }: Operation): Json[] {
  const inPath = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } }
  })
  const inQuery = Object.entries(query).map(([name, { isNeeded, description, ...schema }]) => ({
    name,
    in: 'query',
    required: isNeeded === true,
    ...(description === undefined ? {} : { description }),
    schema,
  }))
  return [...inPath, ...inQuery]
}

function bodyOf({ body, isBodyOptional }: Operation): Json {
  if (body === undefined) return {}
  const content =
    body === 'binary' ? { 'application/octet-stream': { schema: {} } } : { 'application/json': { schema: body } }
  return { requestBody: { required: isBodyOptional !== true, content } }
}

function operationIdOf(method: string, template: string): string {
  const words = template.split(/[^a-z0-9]+/i).filter((word) => word !== '')
  return [method.toLowerCase(), ...words.map((word) => word[0]?.toUpperCase() + word.slice(1))].join('')
}

function describe(address: OwnAddress, audience: Audience, method: Method, operation: Operation): Json {
  return {
    operationId: operationIdOf(method, address.template),
    summary: operation.summary,
    description: audiences[audience],
    ...(audience === 'token' ? { security: [{ token: [] }] } : {}),
    parameters: parametersOf(address, operation),
    ...bodyOf(operation),
    responses: answersOf(address, audience, operation),
  }
}

/** `faultRule`: by which rules for faults are checked. A registry has none. */
export function controlDocument(registry: boolean, version: string, faultRule: RuleSchema): Json {
  const paths = ownAddresses.flatMap((address): [string, Json][] => {
    const audience = registry ? address.registry : address.standIn
    if (audience === undefined) return []
    const methods = Object.entries(operations[address.template] ?? {}) as [Method, Operation][]
    const shown = methods.filter(([, { isStandInOnly }]) => !(registry && isStandInOnly === true))
    return [
      [
        address.template,
        Object.fromEntries(
          shown.map(([method, operation]) => [method.toLowerCase(), describe(address, audience, method, operation)]),
        ),
      ],
    ]
  })
  return {
    openapi: '3.1.0',
    info: {
      title: `Relata's own addresses, of ${registry ? 'a registry' : 'the stand-in'}`,
      version,
      description: 'Beside Microsoft Graph. In a stand-in the header `relata-world` selects a world (docs/control.md).',
    },
    paths: Object.fromEntries(paths),
    components: {
      schemas: { error: errorBody, ...(registry ? {} : faultSchemasIn(faultRule)) },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}
