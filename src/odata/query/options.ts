/**
 * The query options of a read over a model (protocol.md §1.7). A shape that was seen before costs a scan of its text
 * and the reading of its literals; the parsed tree is shared.
 */
import { AppError, invariant } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { all, type BindValue } from '#edm/query.ts'
import { isTracked } from '#edm/records/tracking.ts'
import { parseFilter, parseOrder } from './expression/expression.ts'
import { type LiteralSlot, type Reading, readingOf } from './expression/operand.ts'
import { type GivenOption, type GivenQuery, splitQuery, unserved } from './query-text.ts'
import { readSearch } from './search.ts'
import { selectionOf } from './select/select.ts'
import { type Cursor, cursorOf, needEnd } from './syntax/cursor.ts'
import { parseSelectItems } from './syntax/item-syntax.ts'
import { lex, type Token, textLimit } from './syntax/lexer.ts'
import { lift } from './syntax/lift.ts'
import {
  type Expansion,
  emptyTree,
  type OptionTree,
  type ReadOptions,
  readExpand,
  rootTree,
  strictSkip,
} from './tree.ts'

export type { Expansion, ReadOptions } from './tree.ts'

export interface ReadFacts {
  /** The address names a collection; else one entity. */
  readonly collection: boolean
  /** Refuse what Graph refuses. */
  readonly strict: boolean
  /** Conditions in the address. */
  readonly filters?: readonly string[]
  /** The address asks how many there are. */
  readonly counted?: boolean
  /** The answer is no rows: a count, or addresses. */
  readonly bare?: boolean
}

/** What is kept of a shape. */
interface Plan {
  readonly tree: ReadOptions
  readonly slots: readonly LiteralSlot[]
  /** Nested options whose parameters are bound anew each time. */
  readonly live: ReadonlyMap<object, readonly LiteralSlot[]>
}

/** Values that change from request to request without changing the tree. */
interface Values {
  top: number | undefined
  skip: number | undefined
  skiptoken: string | undefined
  deltatoken: string | undefined
  format: string | undefined
  search: string | undefined
}

const planLimit = 1000
/** A longer shape is parsed each time: it would only push the short ones out. */
const keptShape = 4096

/** Least recently used plans go first. By model, since two models may use the same names. */
const plans = new WeakMap<Model, Map<string, Plan>>()

function plansOf(model: Model): Map<string, Plan> {
  const known = plans.get(model)
  if (known !== undefined) return known
  const made = new Map<string, Plan>()
  plans.set(model, made)
  return made
}

function keep(cache: Map<string, Plan>, shape: string, plan: Plan): void {
  if (shape.length > keptShape) return
  if (cache.size >= planLimit) {
    const oldest = cache.keys().next()
    if (oldest.done !== true) cache.delete(oldest.value)
  }
  cache.set(shape, plan)
}

function invalidValue(option: GivenOption, expected: string): AppError {
  const target = `$${option.name}`
  return new AppError(
    'invalid',
    `Invalid value '${option.value.slice(0, 80)}' for '${target}': expected ${expected}.`,
    { target },
  )
}

const numberForm = /^\d{1,9}$/

export function readNumber(option: GivenOption): number {
  if (!numberForm.test(option.value)) throw invalidValue(option, 'a whole number of at most 9 digits')
  return Number(option.value)
}

export function readFlag(option: GivenOption): boolean {
  const text = option.value.toLowerCase()
  if (text !== 'true' && text !== 'false') throw invalidValue(option, "'true' or 'false'")
  return text === 'true'
}

const formatForm = /^(?:json|application\/json)\s*(?:;.*)?$/i

/** Options whose text is parsed: where literals may be lifted, and whether from the start. */
const texts: Readonly<Record<string, { readonly open: boolean } | undefined>> = {
  filter: { open: true },
  orderby: { open: true },
  expand: { open: false },
  select: { open: false },
}

const onEntities: ReadonlySet<string> = new Set(['select', 'expand', 'format'])

interface Scanned {
  readonly shape: string
  readonly literals: readonly Token[]
  readonly tokens: ReadonlyMap<string, readonly Token[]>
  /** Those of the conditions in the address. */
  readonly filters: readonly (readonly Token[])[]
  readonly values: Values
}

type Reader = (option: GivenOption, values: Values, facts: ReadFacts) => void

/** Options that give a value and leave only their name in the shape. */
const valueReaders: Readonly<Record<string, Reader | undefined>> = {
  top: (option, values) => {
    values.top = readNumber(option)
  },
  skip: (option, values, { strict }) => {
    if (strict) throw strictSkip()
    values.skip = readNumber(option)
  },
  skiptoken: (option, values) => {
    if (option.value === '') throw invalidValue(option, 'a token')
    values.skiptoken = option.value
  },
  deltatoken: (option, values) => {
    if (option.value === '') throw invalidValue(option, 'a token')
    values.deltatoken = option.value
  },
  search: (option, values) => {
    if (option.value.length > textLimit) throw invalidValue(option, `at most ${textLimit} characters`)
    values.search = option.value
  },
  format: (option, values) => {
    if (!formatForm.test(option.value)) throw invalidValue(option, "'json' or 'application/json'")
    values.format = option.value
  },
}

function checkPlace(option: GivenOption, facts: ReadFacts): void {
  if (facts.collection || onEntities.has(option.name)) return
  const target = `$${option.name}`
  throw new AppError('invalid', `The query option '${target}' is allowed on collections only.`, { target })
}

/** The conditions in the address, lifted as `$filter` is. */
function scanFilters(given: GivenQuery, { filters = [], counted }: ReadFacts, literals: Token[]) {
  const filter = given.options.find(({ name }) => name === 'filter')
  // OData protocol 4.01, 11.2.10: not beside both segments.
  if (filter !== undefined && filters.length > 0 && counted === true) {
    throw new AppError('invalid', "The query option '$filter' is not allowed on '/$filter(…)/$count'.", {
      target: '$filter',
    })
  }
  return filters.map((text) => {
    const { tokens, template } = lift(text, '$filter', true, given.aliases, literals)
    return { tokens: tokens ?? lex(text, '$filter'), template }
  })
}

function scan(given: GivenQuery, facts: ReadFacts): Scanned {
  const values: Values = {
    top: undefined,
    skip: undefined,
    skiptoken: undefined,
    deltatoken: undefined,
    format: undefined,
    search: undefined,
  }
  const literals: Token[] = []
  const tokens = new Map<string, readonly Token[]>()
  const filters = scanFilters(given, facts, literals)
  let shape = filters.map(({ template }) => `/filter=${template}`).join('')
  for (const option of given.options) {
    checkPlace(option, facts)
    const { name, value } = option
    const text = texts[name]
    if (text !== undefined) {
      const found = lift(value, `$${name}`, text.open, given.aliases, literals)
      if (found.tokens !== undefined) tokens.set(name, found.tokens)
      shape += `&${name}=${found.template}`
    } else if (name === 'count') {
      shape += `&count=${readFlag(option)}`
    } else {
      valueReaders[name]?.(option, values, facts)
      shape += `&${name}`
    }
  }
  return { shape, literals, tokens, filters: filters.map(({ tokens: own }) => own), values }
}

function cursorFor(option: GivenOption, scanned: Scanned): Cursor {
  const target = `$${option.name}`
  return cursorOf(scanned.tokens.get(option.name) ?? lex(option.value, target), target)
}

type Parser = (reading: Reading, cursor: Cursor, type: EntityType, draft: OptionTree, facts: ReadFacts) => void

const parsers: Readonly<Record<string, Parser | undefined>> = {
  filter: (reading, cursor, type, draft) => {
    const filter = parseFilter(reading, cursor, type)
    draft.filter = draft.filter === undefined ? filter : all(draft.filter, filter)
    needEnd(cursor, "an operator, 'and', 'or' or the end")
  },
  orderby: (reading, cursor, type, draft) => {
    draft.order = parseOrder(reading, cursor, type)
    needEnd(cursor, "',', 'asc', 'desc' or the end")
  },
  select: (reading, cursor, type, draft) => {
    draft.select = selectionOf(reading, cursor, type, parseSelectItems(cursor))
    needEnd(cursor, "',' or the end")
  },
  expand: (reading, cursor, type, draft, { strict }) => {
    draft.expand = readExpand(reading, cursor, type, strict)
    needEnd(cursor, "',' or the end")
  },
}

/** Parameters are numbered in this order, whatever the order of the options. */
const parseOrdered = ['filter', 'orderby', 'select', 'expand'] as const

function parse(model: Model, type: EntityType, given: GivenQuery, scanned: Scanned, facts: ReadFacts): Plan {
  const reading = readingOf(model)
  const draft: OptionTree = {}
  for (const tokens of scanned.filters) parsers['filter']?.(reading, cursorOf(tokens, '$filter'), type, draft, facts)
  for (const name of parseOrdered) {
    const option = given.options.find((entry) => entry.name === name)
    if (option !== undefined) parsers[name]?.(reading, cursorFor(option, scanned), type, draft, facts)
  }
  if (scanned.values.search !== undefined) draft.search = ''
  if (given.options.some(({ name, value }) => name === 'count' && value.toLowerCase() === 'true')) draft.count = true
  draft.uses = reading.uses
  return { tree: rootTree(draft), slots: reading.slots, live: reading.live }
}

function bindOf(slots: readonly LiteralSlot[], literals: readonly Token[]): Record<string, BindValue> {
  const bind: Record<string, BindValue> = {}
  for (const { name, literal, read, target } of slots) {
    const token = literals[literal]
    invariant(token !== undefined, `no literal ${literal} for ${name}`)
    bind[name] = read(token, target)
  }
  return bind
}

/** The shared expansions with the literals of this request in them. */
function boundExpand(
  expand: readonly Expansion[],
  live: Plan['live'],
  literals: readonly Token[],
): readonly Expansion[] {
  if (live.size === 0 || expand.length === 0) return expand
  return expand.map((expansion) => {
    const { options } = expansion
    const slots = live.get(options)
    if (slots === undefined) return expansion
    const bind = { ...options.bind, ...bindOf(slots, literals) }
    return { ...expansion, options: { ...options, bind, expand: boundExpand(options.expand, live, literals) } }
  })
}

function skipAgain(): AppError {
  return new AppError(
    'invalid',
    "The query option '$skip' is not allowed beside '$skiptoken': the token says where the page begins.",
    { target: '$skip' },
  )
}

/**
 * Reads the raw text after the question mark. Throws AppError `invalid` whose target is the option at fault.
 * Custom options are ignored; system options are known with and without the dollar sign, in any case.
 */
export function readOptions(model: Model, type: EntityType, rawQuery: string, facts: ReadFacts): ReadOptions {
  const isPlain = facts.filters === undefined
  if (rawQuery === '' && isPlain) return emptyTree
  const given = splitQuery(rawQuery)
  if (given.options.length === 0 && isPlain) return emptyTree
  const scanned = scan(given, facts)
  if (scanned.values.deltatoken !== undefined && (!isTracked(type) || facts.bare === true))
    throw unserved('$deltatoken')
  const cache = plansOf(model)
  const shape = `${type.name}${facts.strict ? '!' : '?'}${scanned.shape}`
  let plan = cache.get(shape)
  if (plan === undefined) plan = parse(model, type, given, scanned, facts)
  else cache.delete(shape)
  const { tree, slots, live } = plan
  const { top, skip, skiptoken, deltatoken, format, search } = scanned.values
  if (skip !== undefined && skiptoken !== undefined) throw skipAgain()
  const bind = bindOf(slots, scanned.literals)
  if (search !== undefined) bind['search'] = readSearch(model, type, search, '$search')
  const expand = boundExpand(tree.expand, live, scanned.literals)
  keep(cache, shape, plan)
  return {
    key: tree.key,
    bind,
    select: tree.select,
    expand,
    filter: tree.filter,
    order: tree.order,
    search: tree.search,
    count: tree.count,
    top,
    skip,
    skiptoken,
    deltatoken,
    format,
    timed: tree.timed,
    guard: tree.guard,
  }
}

function shownItems(options: ReadOptions): string[] {
  return [
    ...options.select.written,
    // OData 4.01 context URLs, 10.9: addresses and counts of rows are not named.
    ...options.expand
      .filter(({ as }) => as === 'rows')
      .map(
        // A plus sign marks a link expanded over several levels.
        ({ on, name, cast, levels, options: inner }) =>
          `${on === undefined ? '' : `${on}/`}${name}${cast === undefined ? '' : `/${cast}`}${levels > 1 ? '+' : ''}(${shownItems(inner).join(',')})`,
      ),
  ]
}

/** The selection of a context URL, `''` when there is none: `(id,children,relations,children())`. */
export function contextSelection(options: ReadOptions): string {
  const items = shownItems(options)
  return items.length === 0 ? '' : `(${items.join(',')})`
}
