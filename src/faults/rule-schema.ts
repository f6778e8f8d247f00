/** Rules for faults, version 1, as a JSON Schema: published as `faults-1.schema.json`, and what rules are checked against. */
import type { JsonSchema } from '#base/schema-check.ts'
import type { MachineNames } from './rule.ts'

export const faultSchemaName = 'faults-1.schema.json'

export const mostRules = 200
/** Ten minutes. */
const longestMillis = 600_000

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const duration: JsonSchema = {
  type: 'string',
  description: 'an ISO 8601 duration, such as PT30S',
  pattern: '^P[0-9TYMWDHS.]+$',
}
const text: JsonSchema = { type: 'string', minLength: 1, maxLength: 1024 }
const name: JsonSchema = { type: 'string', minLength: 1, maxLength: 256 }
const guid: JsonSchema = {
  type: 'string',
  description: 'a GUID, such as 3f2a0c5e-8f1b-4d6a-9c1e-5b7d2a9e4f10',
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
}
const flag: JsonSchema = { type: 'boolean' }
const method: JsonSchema = { type: 'string', enum: methods }

function whole(minimum: number, maximum: number): JsonSchema {
  return { type: 'integer', minimum, maximum }
}

function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false }
}

const where: JsonSchema = object({
  method: {
    description: 'a method, or a list of methods',
    anyOf: [method, { type: 'array', items: method, minItems: 1 }],
  },
  path: {
    type: 'string',
    description: 'a glob that begins with a slash, such as /v1.0/termStore/**',
    maxLength: 1024,
    pattern: '^/[^?#]*$',
  },
  tenant: name,
  client: guid,
  status: {
    description: 'a status, such as 201, or 2xx',
    anyOf: [whole(100, 599), { type: 'string', description: 'a status, such as 201, or 2xx', pattern: '^[1-5]xx$' }],
  },
  deletedWithin: duration,
})

function rowsOf(machines: readonly string[]): JsonSchema {
  return object(
    {
      machine: { type: 'string', enum: machines },
      status: name,
      relationshipId: name,
      displayName: name,
      groupId: guid,
    },
    ['machine'],
  )
}

function whatOf({ stuck, failing, latencies }: MachineNames): JsonSchema {
  const seconds = Object.fromEntries(latencies.map((one) => [one, whole(0, 1_000_000_000)]))
  return {
    ...object({
      status: whole(400, 599),
      retryAfter: {
        description: 'a number of seconds, or none',
        anyOf: [whole(0, 86_400), { type: 'string', enum: ['none'] }],
      },
      code: { type: 'string', minLength: 1, maxLength: 128 },
      message: text,
      headers: {
        type: 'object',
        additionalProperties: {
          type: 'string',
          description: 'a text that a header can have',
          maxLength: 2048,
          pattern: '^[\\x20-\\x7e]*$',
        },
      },
      opaque: flag,
      drop: flag,
      latencyMs: whole(0, longestMillis),
      emptyList: flag,
      listLag: duration,
      gdap: {
        ...object({
          stuck: rowsOf(Object.keys(stuck)),
          failing: rowsOf(Object.keys(failing)),
          latencySeconds: { ...object(seconds), minProperties: 1 },
          relationshipId: name,
        }),
        minProperties: 1,
      },
    }),
    minProperties: 1,
  }
}

function ruleOf(names: MachineNames): JsonSchema {
  return object(
    {
      id: {
        type: 'string',
        description: 'made of up to 64 letters, digits, dots, hyphens and underscores',
        pattern: '^[A-Za-z0-9][A-Za-z0-9._\\-]{0,63}$',
      },
      note: text,
      on: flag,
      where,
      what: whatOf(names),
      after: { type: 'string', enum: ['commit'] },
      skip: whole(0, 1_000_000_000),
      times: whole(1, 1_000_000_000),
      rate: { type: 'number', minimum: 0, maximum: 1 },
      seed: whole(0, 4_294_967_295),
      from: duration,
      until: duration,
    },
    ['what'],
  )
}

export interface FaultSchemas {
  /** Of one rule. */
  readonly rule: JsonSchema
  /** Of a scenario file. */
  readonly scenario: JsonSchema
}

export function faultSchemasOf(names: MachineNames): FaultSchemas {
  const rule = ruleOf(names)
  const properties: Readonly<Record<string, JsonSchema>> = {
    $schema: {
      type: 'string',
      description: `a path or an address that ends in ${faultSchemaName}`,
      pattern: '(^|/)faults-1\\.schema\\.json$',
    },
    rules: { type: 'array', items: { $ref: '#/$defs/rule' }, maxItems: mostRules },
  }
  return {
    rule,
    scenario: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:relata:faults:1',
      title: 'Relata faults, version 1',
      ...object(properties, ['rules']),
      $defs: { rule },
    },
  }
}
