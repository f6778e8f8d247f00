/**
 * Checks a JSON value against a JSON Schema, of which it understands the keywords listed here. All faults are collected,
 * each at its path; the schema's descriptions are part of the messages.
 */
import type { Faults } from './errors.ts'
import { isObject } from './json.ts'
import { nearName } from './text/near-name.ts'
import { shortText } from './text/short-text.ts'

export interface JsonSchema {
  readonly $schema?: string
  readonly $id?: string
  readonly title?: string
  /** Ends the sentence `'x' is not …`; without the full stop. */
  readonly description?: string
  readonly $ref?: string
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number'
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: false | JsonSchema
  readonly minProperties?: number
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly enum?: readonly (string | number)[]
  /** Of different types, so that the type of a value says which of them is meant. */
  readonly anyOf?: readonly JsonSchema[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly $defs?: Readonly<Record<string, JsonSchema>>
}

function shown(value: unknown): string {
  const short = shortText(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'))
  return typeof value === 'string' ? `'${short}'` : short
}

const words = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
}

function isOf(type: NonNullable<JsonSchema['type']>, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'object':
      return isObject(value) && !Array.isArray(value)
    default:
      return typeof value === type
  }
}

/** What helps where a number or a truth value is in quotes. */
function quoteless(type: NonNullable<JsonSchema['type']>, value: unknown): string {
  if (typeof value !== 'string') return ''
  try {
    const meant: unknown = JSON.parse(value)
    return typeof meant !== 'object' && isOf(type, meant) ? '; write it without quotes' : ''
  } catch {
    return ''
  }
}

function unknownMember(name: string, known: readonly string[]): string {
  const meant = nearName(name, known)
  return `'${shortText(name)}' is not known here${meant === undefined ? `; known are ${known.join(', ')}` : `; '${meant}' is`}.`
}

class Check {
  readonly #root: JsonSchema
  readonly #faults: Faults

  constructor(root: JsonSchema, faults: Faults) {
    this.#root = root
    this.#faults = faults
  }

  at(value: unknown, given: JsonSchema, path: string): void {
    const schema = this.#resolve(given)
    const { type, anyOf, description } = schema
    if (anyOf !== undefined) this.#anyOf(value, description, anyOf, path)
    else if (type !== undefined && !isOf(type, value))
      this.#add(path, `${shown(value)} is not ${description ?? words[type]}${quoteless(type, value)}.`)
    else if (typeof value === 'string') this.#text(value, schema, path)
    else if (typeof value === 'number') this.#number(value, schema, path)
    else if (Array.isArray(value)) this.#list(value, schema, path)
    else if (isObject(value)) this.#object(value, schema, path)
  }

  #add(path: string, message: string): void {
    this.#faults.add(path, message)
  }

  #resolve(schema: JsonSchema): JsonSchema {
    if (schema.$ref === undefined) return schema
    const named = this.#root.$defs?.[schema.$ref.replace('#/$defs/', '')]
    if (named === undefined) throw new Error(`the schema has no ${schema.$ref}`)
    return this.#resolve(named)
  }

  #anyOf(value: unknown, description: string | undefined, choices: readonly JsonSchema[], path: string): void {
    const known = choices.map((choice) => this.#resolve(choice))
    const meant = known.find(({ type }) => type !== undefined && isOf(type, value))
    const said = description ?? known.map(({ type }) => words[type ?? 'object']).join(', or ')
    if (meant === undefined) this.#add(path, `${shown(value)} is not ${said}.`)
    else this.at(value, meant, path)
  }

  #text(value: string, schema: JsonSchema, path: string): void {
    const { minLength = 0, maxLength, pattern, description = 'valid' } = schema
    // As JSON Schema counts: characters, not code units.
    const length = [...value].length
    if (schema.enum !== undefined && !schema.enum.includes(value))
      this.#add(path, `${shown(value)} is not one of ${schema.enum.join(', ')}.`)
    else if (length < minLength) this.#add(path, 'The text is empty.')
    else if (maxLength !== undefined && length > maxLength)
      this.#add(path, `The text has at most ${maxLength} characters.`)
    else if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
      this.#add(path, `${shown(value)} is not ${description}.`)
  }

  #number(value: number, { type = 'number', minimum, maximum }: JsonSchema, path: string): void {
    if ((minimum !== undefined && value < minimum) || (maximum !== undefined && value > maximum))
      this.#add(path, `${value} is not ${words[type]} from ${minimum} to ${maximum}.`)
  }

  #list(value: readonly unknown[], { items, minItems = 0, maxItems }: JsonSchema, path: string): void {
    if (value.length < minItems) this.#add(path, `The list has at least ${minItems} entry.`)
    if (maxItems !== undefined && value.length > maxItems) this.#add(path, `The list has at most ${maxItems} entries.`)
    else if (items !== undefined) for (const [at, one] of value.entries()) this.at(one, items, below(path, String(at)))
  }

  #object(value: Readonly<Record<string, unknown>>, schema: JsonSchema, path: string): void {
    const { properties = {}, required = [], additionalProperties, minProperties = 0 } = schema
    for (const name of required) if (!Object.hasOwn(value, name)) this.#add(below(path, name), `'${name}' is missing.`)
    if (Object.keys(value).length < minProperties) this.#add(path, 'The object is empty.')
    for (const [name, one] of Object.entries(value)) {
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined
      if (own !== undefined) this.at(one, own, below(path, name))
      else if (additionalProperties === false)
        this.#add(below(path, name), unknownMember(name, Object.keys(properties)))
      else if (additionalProperties !== undefined) this.at(one, additionalProperties, below(path, name))
    }
  }
}

/** A path as error targets have it: names and numbers joined by slashes. */
export function below(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`
}

/** `path`: where the value is in what was sent. `root` has the definitions that `schema` refers to. */
export function checkAgainst(
  value: unknown,
  schema: JsonSchema,
  faults: Faults,
  { path = '', root = schema }: { readonly path?: string; readonly root?: JsonSchema } = {},
): void {
  new Check(root, faults).at(value, schema, path)
}
