/** Builders of the JSON Schemas in the document of the control addresses. */

export type DocumentSchema = Readonly<Record<string, unknown>>

export const text: DocumentSchema = { type: 'string' }
export const whole: DocumentSchema = { type: 'integer' }
export const flag: DocumentSchema = { type: 'boolean' }
export const instant: DocumentSchema = { type: 'string', format: 'date-time' }
export const guid: DocumentSchema = { type: 'string', format: 'uuid' }
export const anything: DocumentSchema = { type: 'object' }

export function listOf(items: DocumentSchema): DocumentSchema {
  return { type: 'array', items }
}

export function orNull(schema: DocumentSchema): DocumentSchema {
  return { anyOf: [schema, { type: 'null' }] }
}

export function oneOf(...values: readonly string[]): DocumentSchema {
  return { type: 'string', enum: values }
}

export function described(schema: DocumentSchema, description: string): DocumentSchema {
  return { ...schema, description }
}

/** A schema that the document has under a name. */
export function schemaNamed(name: string): DocumentSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** Members whose names end in `?` may be absent. */
export function object(members: Readonly<Record<string, DocumentSchema>>): DocumentSchema {
  const names = Object.keys(members)
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), members[name]])),
    required: names.filter((name) => !name.endsWith('?')),
  }
}

/** A body that may have no other members. */
export function closed(members: Readonly<Record<string, DocumentSchema>>): DocumentSchema {
  return { ...object(members), additionalProperties: false }
}

/** `{"value": […]}` */
export function values(items: DocumentSchema): DocumentSchema {
  return object({ value: listOf(items) })
}
