/** The parsed form of a query's options: what the engine reads, how the nested ones of $expand become it, and its key. */
import { AppError } from '#base/errors.ts'
import type { EntityType, Nav } from '#edm/define.ts'
import type { NamedNav } from '#edm/model.ts'
import type { BindValue, Expr, OrderKey } from '#edm/query.ts'
import { filterOf, orderOf } from './expression/expression.ts'
import type { Reading, Uses } from './expression/operand.ts'
import { readSearch } from './search.ts'
import {
  checkDepth,
  defaultSelection,
  type Expanded,
  expandDepth,
  expansionsOf,
  type Selection,
  selectionOf,
} from './select/select.ts'
import { type Cursor, refuse } from './syntax/cursor.ts'
import { type ItemSyntax, type NestedOption, parseExpandItems } from './syntax/item-syntax.ts'
import type { Token } from './syntax/lexer.ts'

export interface ReadOptions {
  /** Equal keys mean equal trees over one type: literals and the top level's $top, $skip and $skiptoken are lifted out. */
  readonly key: string
  /** Values of the parameters of these options; nested ones have their own, under names unique in the query. */
  readonly bind: Readonly<Record<string, BindValue>>
  readonly select: Selection
  readonly expand: readonly Expansion[]
  readonly filter: Expr | undefined
  /** Empty: the type's own order. */
  readonly order: readonly OrderKey[]
  /** `bind.search` holds a JSON array of folded words. */
  readonly search: boolean
  readonly count: boolean
  /** Not negative, and not yet held below what the type allows. */
  readonly top: number | undefined
  readonly skip: number | undefined
  readonly skiptoken: string | undefined
  /** Only what has changed since the token was given; of tracked types. */
  readonly deltatoken: string | undefined
  /** As written: `application/json;odata.metadata=none`. */
  readonly format: string | undefined
  /** `now` is to be bound here, or in options below. */
  readonly timed: boolean
  /** `visible` is to be bound as for rows of this type. */
  readonly guard: EntityType | undefined
  /** What the caller may not read; set after parsing, so the key of the options does not contain it. */
  readonly limits?: ReadLimits
}

export interface ReadLimits {
  /** Kinds of rows of which no values but ids are shown. */
  readonly hidden: readonly string[]
  /** All kinds whose values are hidden in the answer or in its query. */
  readonly key: string
}

/** `levels` above 1: the link is expanded in its own rows too, with the same options. */
export type Expansion = Expanded<ReadOptions> & { readonly nav: Nav }

/** The options that make up a tree; what is absent was not given. */
export interface OptionTree {
  select?: Selection
  expand?: readonly Expansion[]
  filter?: Expr
  order?: readonly OrderKey[]
  /** Folded words as JSON; empty where they are bound later. */
  search?: string
  count?: boolean
  top?: number
  skip?: number
  levels?: number
  uses?: Uses
}

const noBind: Readonly<Record<string, BindValue>> = Object.freeze({})

const marksOf = { rows: '', ref: '$', count: '#' } as const

/** The key of an expansion by its length, not quoted: quoting a quoted text doubles it at each level. */
function expandKey(expand: readonly Expansion[]): string {
  return expand
    .map(
      ({ name, on = '', cast = '', as, levels, options: { key } }) =>
        `${on}/${name}/${cast}${marksOf[as]}*${levels}(${key.length}:${key})`,
    )
    .join()
}

/** `numbers`: what $top and $skip add to the key. */
function keyOf(draft: OptionTree, numbers: readonly number[] = []): string {
  const { select = defaultSelection, expand = [], order = [] } = draft
  const parts = [
    select.default ? 0 : [select.written, select.names, [...select.trims], select.casts],
    draft.filter ?? 0,
    order.length === 0 ? 0 : order,
    draft.search === undefined ? 0 : 1,
    draft.count === true ? 1 : 0,
    ...numbers,
  ]
  const plain = expand.length === 0 && parts.every((part) => part === 0)
  return plain ? '' : `${JSON.stringify(parts)}${expandKey(expand)}`
}

function treeOf(draft: OptionTree, key: string): ReadOptions {
  return {
    key,
    bind: draft.search === undefined ? noBind : { search: draft.search },
    select: draft.select ?? defaultSelection,
    expand: draft.expand ?? [],
    filter: draft.filter,
    order: draft.order ?? [],
    search: draft.search !== undefined,
    count: draft.count ?? false,
    top: draft.top,
    skip: draft.skip,
    skiptoken: undefined,
    deltatoken: undefined,
    format: undefined,
    timed: draft.uses?.now === true || (draft.expand ?? []).some(({ options }) => options.timed),
    guard: draft.uses?.guard,
  }
}

export const emptyTree: ReadOptions = Object.freeze(treeOf({}, ''))

/** The tree of the top level. The pages of a listing have one key: rows are passed over before the first of them only. */
export function rootTree(draft: OptionTree): ReadOptions {
  return treeOf(draft, keyOf(draft))
}

/** Numbers inside $expand are part of the tree; the words of a nested $search are not told apart by the key. */
function nestedTree(draft: OptionTree): ReadOptions {
  return treeOf(draft, keyOf(draft, [draft.top ?? 0, draft.top === 0 ? 1 : 0, draft.skip ?? 0]))
}

/** Expansions in one query, at all levels. */
const expansionLimit = 64

function countExpansion(reading: Reading, target: string): void {
  reading.counts.expansions += 1
  if (reading.counts.expansions <= expansionLimit) return
  throw new AppError('invalid', `'${target}' expands more than ${expansionLimit} links.`, { target })
}

/** Where nested options are read: what they belong to and how deep they are. */
interface Sight {
  readonly reading: Reading
  readonly cursor: Cursor
  readonly type: EntityType
  readonly name: string
  readonly depth: number
  readonly strict: boolean
  readonly draft: OptionTree
}

export function strictSkip(): AppError {
  return new AppError(
    'invalid',
    "The query specified in the URI is not valid. Query option 'Skip' is not allowed. To allow it, set the 'AllowedQueryOptions' property on EnableQueryAttribute or QueryValidationSettings.",
    { code: '', target: '$skip' },
  )
}

/** Links back to the own type are followed so far at most; `max` means that. */
const levelLimit = 7

function levelsOf({ reading, cursor, type, name, depth }: Sight, asked: number | 'max', at: Token): number {
  if (!reading.model.view(type.name).navs.has(name.toLowerCase())) {
    return refuse(cursor, `$levels on '${name}', which does not lead to rows with a '${name}'`, at)
  }
  const levels = asked === 'max' ? Math.min(levelLimit, expandDepth - depth + 1) : asked
  if (levels > levelLimit) return refuse(cursor, `more than ${levelLimit} levels`, at)
  checkDepth(depth + levels - 1, cursor.target)
  return levels
}

const onOneRow: ReadonlySet<string> = new Set(['select', 'expand', 'levels', 'alias'])

function readOption(sight: Sight, link: NamedNav, { token, at, value }: NestedOption): void {
  const { cursor, reading, type, draft, strict } = sight
  if (!link.nav.many && !onOneRow.has(value.is)) {
    refuse(cursor, `$${value.is} on '${link.name}', which leads to one row`, token)
  }
  switch (value.is) {
    // Its value has been put where it is named.
    case 'alias':
      break
    case 'select':
      draft.select = selectionOf(reading, cursor, type, value.items)
      break
    case 'expand':
      draft.expand = expandTree(reading, cursor, type, strict, value.items, sight.depth + 1)
      break
    case 'levels':
      draft.levels = levelsOf(sight, value.number, at)
      break
    case 'filter':
      draft.filter = filterOf(reading, cursor, type, value.node)
      break
    case 'orderby':
      draft.order = orderOf(reading, cursor, type, value.keys)
      break
    case 'search':
      draft.search = readSearch(reading.model, type, value.text, cursor.target)
      break
    case 'count':
      draft.count = value.flag
      break
    case 'top':
      draft.top = value.number
      break
    case 'skip':
      if (strict) throw strictSkip()
      draft.skip = value.number
      break
  }
}

/** expandOption = ( "$select" / "$filter" / … ) EQ value */
function readNested(
  outer: Sight,
  link: NamedNav,
  type: EntityType,
  given: readonly NestedOption[],
): { options: ReadOptions; levels: number } {
  const { cursor } = outer
  const reading: Reading = { ...outer.reading, slots: [], uses: {} }
  countExpansion(reading, cursor.target)
  const draft: OptionTree = {}
  const sight: Sight = { ...outer, reading, type, name: link.name, draft }
  for (const option of given) readOption(sight, link, option)
  draft.uses = reading.uses
  const options = nestedTree(draft)
  const isLive = reading.slots.length > 0 || options.expand.some((below) => reading.live.has(below.options))
  if (isLive) reading.live.set(options, reading.slots)
  return { options, levels: draft.levels ?? 1 }
}

/** `depth` is the level of the rows that are expanded, from 1. */
function expandTree(
  reading: Reading,
  cursor: Cursor,
  type: EntityType,
  strict: boolean,
  items: readonly ItemSyntax[],
  depth: number,
): readonly Expansion[] {
  const sight: Sight = { reading, cursor, type, name: '', depth, strict, draft: {} }
  return expansionsOf(
    {
      cursor,
      model: reading.model,
      type,
      depth,
      nested: (link, target, options) => readNested(sight, link, target, options),
      none: () => {
        countExpansion(reading, cursor.target)
        return emptyTree
      },
    },
    items,
  )
}

export function readExpand(reading: Reading, cursor: Cursor, type: EntityType, strict: boolean): readonly Expansion[] {
  return expandTree(reading, cursor, type, strict, parseExpandItems(cursor), 1)
}
