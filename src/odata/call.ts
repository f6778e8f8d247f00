/**
 * A segment that calls a function of the type before it: OData URL Conventions 4.01 §4.5.1 and §5.3.1.1.
 * Names are matched without regard to case, qualified or not; values may be parameter aliases of the query.
 */
import { AppError } from '#base/errors.ts'
import { type EntityType, type FunctionFacts, namespaceOf } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { type PrimitiveName, primitives } from '#edm/types.ts'
import { splitQuery } from './query-text.ts'

export interface FunctionCall {
  /** As the model spells it. */
  readonly name: string
  readonly facts: FunctionFacts
  /** The type that declares it. */
  readonly of: EntityType
  /** Decoded, by the declared names. */
  readonly args: Readonly<Record<string, string>>
}

type Declared = Pick<FunctionCall, 'name' | 'facts' | 'of'>

const known = new WeakMap<EntityType, ReadonlyMap<string, Declared>>()

const declaredBy = (type: EntityType): [string, Declared][] => [
  ...(type.base === undefined ? [] : declaredBy(type.base)),
  ...Object.entries(type.functions ?? {}).map(([name, facts]): [string, Declared] => [
    name.toLowerCase(),
    { name, facts, of: type },
  ]),
]

const functionsOf = (type: EntityType): ReadonlyMap<string, Declared> => {
  let functions = known.get(type)
  if (functions === undefined) {
    functions = new Map(declaredBy(type))
    known.set(type, functions)
  }
  return functions
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

const readArguments = ({ name, facts }: Declared, text: string, query: string): Record<string, string> => {
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

/** The call a decoded segment makes on a row of the type; undefined: it names no function of it. */
export const callIn = (
  model: Model,
  type: EntityType,
  segment: string,
  strict: boolean,
  query: string,
): FunctionCall | undefined => {
  const functions = functionsOf(type)
  if (functions.size === 0) return undefined
  const [, written = '', text = ''] = callForm.exec(segment) ?? []
  const border = written.lastIndexOf('.')
  const found = functions.get(written.slice(border + 1).toLowerCase())
  if (found === undefined || (strict && !model.isPublished(found.facts))) return undefined
  if (border >= 0 && written.slice(0, border).toLowerCase() !== namespaceOf(found.of.name).toLowerCase())
    return undefined
  return { ...found, args: readArguments(found, text, query) }
}

/** Throws for a system query option: what a function returns is answered whole. */
export const checkCallOptions = (query: string): void => {
  for (const { name } of splitQuery(query).options) {
    if (name === 'format') continue
    throw bad(`The query option '$${name}' is not supported on what a function returns.`, `$${name}`)
  }
}
