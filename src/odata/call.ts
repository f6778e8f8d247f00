/**
 * A segment that calls a function or an action of what is before it: OData URL Conventions 4.01 §4.5.1 and §5.3.1.1.
 * Names are matched without regard to case, qualified or not; values may be parameter aliases of the query.
 */
import { AppError } from '#base/errors.ts'
import { type ActionFacts, type EntityType, type FunctionFacts, namespaceOf } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { type PrimitiveName, primitives } from '#edm/types.ts'
import { splitQuery } from './query-text.ts'

interface Named {
  /** As the model spells it. */
  readonly name: string
  /** The type that declares it. */
  readonly of: EntityType
}

export interface FunctionCall extends Named {
  readonly kind: 'function'
  readonly facts: FunctionFacts
  /** Decoded, by the declared names. */
  readonly args: Readonly<Record<string, string>>
}

export interface ActionCall extends Named {
  readonly kind: 'action'
  readonly facts: ActionFacts
}

export type Call = FunctionCall | ActionCall
type Declared = Omit<FunctionCall, 'args'> | ActionCall
type Binding = 'entity' | 'collection' | 'service'

const known = new WeakMap<EntityType | Model, ReadonlyMap<string, Declared>>()

const wayOf = (binding: Binding, name: string): string => `${binding} ${name.toLowerCase()}`

/** Own operations after those of the base, which they replace. */
const declaredBy = (type: EntityType): [string, Declared][] => [
  ...(type.base === undefined ? [] : declaredBy(type.base)),
  ...Object.entries(type.functions ?? {}).map(([name, facts]): [string, Declared] => [
    wayOf(facts.on ?? 'entity', name),
    { kind: 'function', name, facts, of: type },
  ]),
  ...Object.entries(type.actions ?? {}).map(([name, facts]): [string, Declared] => [
    wayOf(facts.on ?? 'entity', name),
    { kind: 'action', name, facts, of: type },
  ]),
]

/** Of a type, or, unbound, of all types of the model. */
const operationsOf = (on: EntityType | Model): ReadonlyMap<string, Declared> => {
  let operations = known.get(on)
  if (operations === undefined) {
    operations = new Map('entities' in on ? on.entities.flatMap(declaredBy) : declaredBy(on))
    known.set(on, operations)
  }
  return operations
}

const bad = (message: string, target?: string) =>
  new AppError('invalid', message, { code: 'BadRequest', ...(target === undefined ? {} : { target }) })

/** One `name=value` and the comma after it; a value is quoted, an alias, or anything up to the comma. */
const argumentForm = /\s*([A-Za-z_]\w*)\s*=\s*('(?:[^']|'')*'|@\w+|[^,'@\s][^,']*?)\s*(,|$)/y
const callForm = /^([^()]+)(?:\((.*)\))?$/s

const argumentsIn = (text: string, name: string): Map<string, { written: string; value: string }> => {
  const found = new Map<string, { written: string; value: string }>()
  argumentForm.lastIndex = 0
  for (let at = 0; text.slice(at).trim() !== ''; at = argumentForm.lastIndex) {
    const match = argumentForm.exec(text)
    const [whole = '', written = '', value = '', comma] = match ?? []
    if (match === null) throw bad(`The parameters of '${name}' are not written as name='value', with commas between.`)
    if (found.has(written.toLowerCase())) throw bad(`The parameter '${written}' of '${name}' is given twice.`, written)
    found.set(written.toLowerCase(), { written, value })
    if (comma === ',' && text.slice(at + whole.length).trim() === '')
      throw bad(`The parameters of '${name}' end with a comma.`)
  }
  return found
}

const fromText = (type: PrimitiveName, text: string): unknown => {
  if (primitives[type].json === 'number') return Number(text)
  if (primitives[type].json === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  return text
}

const valueIn = (literal: string, type: PrimitiveName, name: string): string => {
  const isQuoted = /^'(?:[^']|'')*'$/.test(literal)
  const value = isQuoted ? literal.slice(1, -1).replaceAll("''", "'") : literal
  const fits = isQuoted === (type === 'Edm.String') && primitives[type].accept(fromText(type, value)) !== undefined
  if (fits) return value
  const form = type === 'Edm.String' ? "a string in single quotes, such as 'text'" : `a value of '${type}'`
  throw bad(`The parameter '${name}' must be ${form}.`, name)
}

const readArguments = (
  { name, facts }: Omit<FunctionCall, 'args'>,
  text: string,
  query: string,
): Record<string, string> => {
  const given = argumentsIn(text, name)
  const args: Record<string, string> = {}
  for (const [param, { type }] of Object.entries(facts.params)) {
    const entry = given.get(param.toLowerCase())
    if (entry === undefined) throw bad(`'${name}' needs the parameter '${param}'.`, param)
    const { value } = entry
    const literal = value.startsWith('@') ? splitQuery(query).aliases.get(value)?.trim() : value
    if (literal === undefined) throw bad(`The query has no value for the parameter alias '${value}'.`, value)
    args[param] = valueIn(literal, type, param)
    given.delete(param.toLowerCase())
  }
  for (const { written } of given.values()) throw bad(`'${name}' has no parameter '${written}'.`, written)
  return args
}

/** Whether a decoded segment is written like an operation on a collection of the type. */
export const isOperation = (type: EntityType, segment: string): boolean => {
  const operations = operationsOf(type)
  if (operations.size === 0) return false
  const [, written = ''] = callForm.exec(segment) ?? []
  return operations.has(wayOf('collection', written.slice(written.lastIndexOf('.') + 1)))
}

/** The call a decoded segment makes on a row of the type; undefined: it names no operation of it. */
export const callIn = (
  model: Model,
  { type, binding }: { readonly type?: EntityType; readonly binding: Binding },
  segment: string,
  strict: boolean,
  query: string,
): Call | undefined => {
  const operations = operationsOf(type ?? model)
  if (operations.size === 0) return undefined
  const [, written = '', text = ''] = callForm.exec(segment) ?? []
  const border = written.lastIndexOf('.')
  const found = operations.get(wayOf(binding, written.slice(border + 1)))
  if (found === undefined || (strict && !model.isPublished(found.facts))) return undefined
  const space = written.slice(0, border).toLowerCase()
  if (border >= 0 && space !== namespaceOf(found.of.name).toLowerCase()) return undefined
  if (found.kind === 'function') return { ...found, args: readArguments(found, text, query) }
  if (text.trim() !== '') throw bad(`The parameters of the action '${found.name}' are members of the body.`)
  return found
}

const forRows: ReadonlySet<string> = new Set(['select'])

/** Throws for a system query option: what an operation returns is answered whole, rows may be shaped. */
export const checkCallOptions = (query: string, rows: boolean): void => {
  for (const { name } of splitQuery(query).options) {
    if (name === 'format' || (rows && forRows.has(name))) continue
    throw bad(`The query option '$${name}' is not supported on what an operation returns.`, `$${name}`)
  }
}
