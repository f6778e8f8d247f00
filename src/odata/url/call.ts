/**
 * A segment that calls a function or an action of what is before it: OData URL Conventions 4.01 §4.5.1 and §5.3.1.1.
 * Names are matched without regard to case, qualified or not; values may be parameter aliases of the query.
 */
import { type ActionFacts, type EntityType, type FunctionFacts, namespaceOf, spaceOf } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { unaliased } from '#edm/names.ts'
import { type PrimitiveName, primitives } from '#edm/types.ts'
import { customOption, splitQuery } from '../query/query-text.ts'
import { badRequest, pathError, type Segment } from './path-text.ts'

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

export type OperationCall = FunctionCall | ActionCall
type Declared = Omit<FunctionCall, 'args'> | ActionCall
type Binding = 'entity' | 'collection' | 'service'

const known = new WeakMap<EntityType | Model, ReadonlyMap<string, Declared>>()

function wayOf(binding: Binding, name: string): string {
  return `${binding} ${name.toLowerCase()}`
}

/** Own operations after those of the base, which they replace. */
function declaredBy(type: EntityType): [string, Declared][] {
  return [
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
}

/** Of a type, or, unbound, of all types of the model. */
function operationsOf(on: EntityType | Model): ReadonlyMap<string, Declared> {
  let operations = known.get(on)
  if (operations === undefined) {
    operations = new Map('entities' in on ? on.entities.flatMap(declaredBy) : declaredBy(on))
    known.set(on, operations)
  }
  return operations
}

/** One `name=value` and the comma after it; a value is quoted, an alias, or anything up to the comma. */
const argumentForm = /\s*([A-Za-z_]\w*)\s*=\s*('(?:[^']|'')*'|@\w+|[^,'@\s][^,']*?)\s*(,|$)/y
const callForm = /^([^()]+)(?:\((.*)\))?$/s

interface Argument {
  readonly written: string
  readonly value: string
  /** Where its name, and where its value begins. */
  readonly name: number
  readonly from: number
}

/** `place` tells where an offset of the text is in the address. */
function argumentsIn(text: string, name: string, place: (offset: number) => number): Map<string, Argument> {
  const found = new Map<string, Argument>()
  argumentForm.lastIndex = 0
  for (let at = 0; text.slice(at).trim() !== ''; at = argumentForm.lastIndex) {
    const match = argumentForm.exec(text)
    const [whole = '', written = '', value = '', comma] = match ?? []
    if (match === null) {
      const message = `The parameters of '${name}' are not written as name='value', with commas between.`
      throw pathError(message, place(at), 'a parameter with its value')
    }
    const own = { written, value, name: place(at + whole.indexOf(written)), from: place(at + whole.lastIndexOf(value)) }
    if (found.has(written.toLowerCase())) {
      throw pathError(`The parameter '${written}' of '${name}' is given twice.`, own.name, 'each once', written)
    }
    found.set(written.toLowerCase(), own)
    const end = at + whole.length
    if (comma === ',' && text.slice(end).trim() === '') {
      throw pathError(`The parameters of '${name}' end with a comma.`, place(end), 'another parameter')
    }
  }
  return found
}

function fromText(type: PrimitiveName, text: string): unknown {
  if (primitives[type].json === 'number') return Number(text)
  if (primitives[type].json === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  return text
}

/** `at`: where the value is in the address; undefined: it is in the query. */
function valueIn(literal: string, type: PrimitiveName, name: string, at?: number): string {
  const isQuoted = /^'(?:[^']|'')*'$/.test(literal)
  const value = isQuoted ? literal.slice(1, -1).replaceAll("''", "'") : literal
  const accepted = primitives[type].accept(fromText(type, value))
  const fits = isQuoted === (type === 'Edm.String') && accepted !== undefined
  if (fits) return type === 'Edm.Guid' ? String(accepted) : value
  const form = type === 'Edm.String' ? "a string in single quotes, such as 'text'" : `a value of '${type}'`
  const message = `The parameter '${name}' must be ${form}.`
  throw at === undefined ? badRequest(message, name) : pathError(message, at, form, name)
}

/** An optional parameter that is an option of the query; text needs no quotes there. */
function optionIn(query: string, param: string, type: PrimitiveName): Record<string, string> {
  const value = customOption(query, param)
  if (value === undefined) return {}
  const isBare = type === 'Edm.String' && !value.startsWith("'")
  return { [param]: isBare ? value : valueIn(value, type, param) }
}

/** The options of a page: as many values as wanted at most, and the place that it follows. */
function pageIn(query: string): Record<string, string> {
  const paging = splitQuery(query).options.filter(({ name }) => forPages.has(name) || name === 'deltatoken')
  return Object.fromEntries(paging.map(({ name, value }) => [`$${name}`, value]))
}

/** Without brackets, parameters are options of the query, as they are or as aliases (OData protocol 4.01 §11.5.4.1.1). */
function fromQuery({ name, facts }: Pick<FunctionCall, 'name' | 'facts'>, query: string): Record<string, string> {
  const args: Record<string, string> = {}
  for (const [param, { type, optional }] of Object.entries(facts.params)) {
    if (optional) {
      Object.assign(args, optionIn(query, param, type))
      continue
    }
    const value = customOption(query, param)
    if (value === undefined) {
      throw badRequest(`'${name}' needs the parameter '${param}', in brackets or as an option of the query.`, param)
    }
    args[param] = valueIn(value, type, param)
  }
  return args
}

function readArguments(
  { name, facts }: Pick<FunctionCall, 'name' | 'facts'>,
  text: string | undefined,
  query: string,
  place: (offset: number) => number,
): Record<string, string> {
  if (text === undefined) return fromQuery({ name, facts }, query)
  const given = argumentsIn(text, name, place)
  const args: Record<string, string> = {}
  for (const [param, { type, optional }] of Object.entries(facts.params)) {
    const entry = given.get(param.toLowerCase())
    if (entry === undefined && optional) {
      Object.assign(args, optionIn(query, param, type))
      continue
    }
    if (entry === undefined) {
      throw pathError(`'${name}' needs the parameter '${param}'.`, place(text.length), `'${param}='`, param)
    }
    const { value, from } = entry
    const isAlias = value.startsWith('@')
    const literal = isAlias ? splitQuery(query).aliases.get(value)?.trim() : value
    if (literal === undefined) throw badRequest(`The query has no value for the parameter alias '${value}'.`, value)
    args[param] = valueIn(literal, type, param, isAlias ? undefined : from)
    given.delete(param.toLowerCase())
  }
  for (const { written, name: at } of given.values()) {
    throw pathError(`'${name}' has no parameter '${written}'.`, at, "')'", written)
  }
  return args
}

/** Whether a decoded segment is written like an operation on a collection of the type. */
export function isOperation(type: EntityType, segment: string): boolean {
  const operations = operationsOf(type)
  if (operations.size === 0) return false
  const [, written = ''] = callForm.exec(segment) ?? []
  return operations.has(wayOf('collection', written.slice(written.lastIndexOf('.') + 1)))
}

/** The call a segment makes on a row of the type; undefined: it names no operation of it. */
export function callIn(
  model: Model,
  { type, binding }: { readonly type?: EntityType; readonly binding: Binding },
  segment: Segment,
  strict: boolean,
  query: string,
): OperationCall | undefined {
  const operations = operationsOf(type ?? model)
  if (operations.size === 0) return undefined
  const [, written = '', text] = callForm.exec(segment.text) ?? []
  const border = written.lastIndexOf('.')
  const found = operations.get(wayOf(binding, written.slice(border + 1)))
  if (found === undefined || (strict && !model.isPublished(found.facts))) return undefined
  // Operations of ours are called by their full name only, and Graph does not know them.
  if (found.facts.namespace !== undefined && (border < 0 || strict)) return undefined
  const space = namespaceOf(unaliased(written)).toLowerCase()
  if (border >= 0 && space !== spaceOf(found.of, found.facts).toLowerCase()) return undefined
  const place = (offset: number): number => segment.at(written.length + 1 + offset)
  if (found.kind === 'function') {
    const args = readArguments(found, text, query, place)
    return { ...found, args: found.facts.paged ? { ...args, ...pageIn(query) } : args }
  }
  if (text !== undefined && text.trim() !== '') {
    throw pathError(`The parameters of the action '${found.name}' are members of the body.`, place(0), "')'")
  }
  return found
}

const forRows: ReadonlySet<string> = new Set(['select'])
const forPages: ReadonlySet<string> = new Set(['top', 'skiptoken'])

/** Throws for a system query option: what an operation returns is answered whole or in pages, rows may be shaped. */
export function checkCallOptions(query: string, rows: boolean, paged = false, delta = false): void {
  for (const { name, value } of splitQuery(query).options) {
    if (name === 'format' || (rows && forRows.has(name))) continue
    if (paged && name === 'top' && !/^[1-9]\d{0,3}$/.test(value))
      throw badRequest(`'$top' must be a whole number from 1 to 9999.`, '$top')
    if (paged && forPages.has(name)) continue
    if (delta && name === 'deltatoken') continue
    throw badRequest(`The query option '$${name}' is not supported on what an operation returns.`, `$${name}`)
  }
}
