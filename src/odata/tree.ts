/** The parsed form of a query's options: what the engine reads, how the nested ones of $expand become it, and its key. */
import { AppError } from '#base/errors.ts'
import type { EntityType, Nav } from '#edm/define.ts'
import type { NamedNav } from '#edm/model.ts'
import type { BindValue, Expr, OrderKey } from '#edm/query.ts'
import { atMark, type Cursor, fail, isMark, needMark, peek, refuse, skipMark, take } from './cursor.ts'
import { parseFilter, parseOrder } from './expression.ts'
import { syntaxError, type Token } from './lexer.ts'
import type { Reading } from './operand.ts'
import { readSearch } from './search.ts'
import {
  checkDepth,
  defaultSelection,
  type Expanded,
  expandDepth,
  parseExpand,
  parseSelect,
  type Selection,
} from './select.ts'

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
  /** As written: `application/json;odata.metadata=none`. */
  readonly format: string | undefined
}

/** `levels` above 1: the link is expanded in its own rows too, with the same options. */
export type Expansion = Expanded<ReadOptions> & { readonly nav: Nav }

/** The options that make up a tree; what is absent was not given. */
export interface Draft {
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
}

const noBind: Readonly<Record<string, BindValue>> = Object.freeze({})

/** The key of an expansion by its length, not quoted: quoting a quoted text doubles it at each level. */
const expandKey = (expand: readonly Expansion[]): string =>
  expand.map(({ name, levels, options: { key } }) => `${name}*${levels}(${key.length}:${key})`).join()

/** `numbers`: what $top and $skip add to the key. */
const keyOf = (draft: Draft, numbers: readonly number[]): string => {
  const { select = defaultSelection, expand = [], order = [] } = draft
  const parts = [
    select.default ? 0 : [select.written, select.names],
    draft.filter ?? 0,
    order.length === 0 ? 0 : order,
    draft.search === undefined ? 0 : 1,
    draft.count === true ? 1 : 0,
    ...numbers,
  ]
  const plain = expand.length === 0 && parts.every((part) => part === 0)
  return plain ? '' : `${JSON.stringify(parts)}${expandKey(expand)}`
}

const treeOf = (draft: Draft, key: string): ReadOptions => ({
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
  format: undefined,
})

export const emptyTree: ReadOptions = Object.freeze(treeOf({}, ''))

/** The tree of the top level; whether rows are passed over changes the query, how many does not. */
export const rootTree = (draft: Draft): ReadOptions => treeOf(draft, keyOf(draft, [draft.skip === undefined ? 0 : 1]))

/** Numbers inside $expand are part of the tree; the words of a nested $search are not told apart by the key. */
const nestedTree = (draft: Draft): ReadOptions =>
  treeOf(draft, keyOf(draft, [draft.top ?? 0, draft.top === 0 ? 1 : 0, draft.skip ?? 0]))

/** Expansions in one query, at all levels. */
const expansionLimit = 64

const countExpansion = (reading: Reading, target: string): void => {
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
  readonly draft: Draft
}

export const strictSkip = (): AppError =>
  new AppError(
    'invalid',
    "The query specified in the URI is not valid. Query option 'Skip' is not allowed. To allow it, set the 'AllowedQueryOptions' property on EnableQueryAttribute or QueryValidationSettings.",
    { code: '', target: '$skip' },
  )

const needNumber = (cursor: Cursor): number => {
  const token = peek(cursor)
  if (!/^\d{1,9}$/.test(token.text)) return fail(cursor, 'a whole number of at most 9 digits')
  take(cursor)
  return Number(token.text)
}

const needFlag = (cursor: Cursor): boolean => {
  const word = peek(cursor).text.toLowerCase()
  if (word !== 'true' && word !== 'false') return fail(cursor, "'true' or 'false'")
  take(cursor)
  return word === 'true'
}

/** Trees of terms end at seven levels; `max` means that. */
const levelLimit = 7

/** levels = oneToNine *DIGIT / "max" */
const needLevels = ({ reading, cursor, type, name, depth }: Sight): number => {
  if (!reading.model.view(type.name).navs.has(name.toLowerCase())) {
    return refuse(cursor, `$levels on '${name}', which does not lead to rows with a '${name}'`)
  }
  const { text } = peek(cursor)
  const most = Math.min(levelLimit, expandDepth - depth + 1)
  const isMax = text.toLowerCase() === 'max'
  if (!isMax && !/^[1-9]\d{0,8}$/.test(text)) return fail(cursor, "a whole number from 1, or 'max'")
  const levels = isMax ? most : Number(text)
  if (levels > levelLimit) return refuse(cursor, `more than ${levelLimit} levels`)
  checkDepth(depth + levels - 1, cursor.target)
  take(cursor)
  return levels
}

/** The text of a nested $search, as its tokens stood. */
const searchText = (cursor: Cursor): string => {
  let text = ''
  let end = -1
  for (let open = 0; peek(cursor).kind !== 'end'; ) {
    const token: Token = peek(cursor)
    if (open === 0 && (isMark(token, ';') || isMark(token, ')'))) break
    if (isMark(token, '(')) open += 1
    if (isMark(token, ')')) open -= 1
    text += end === token.at ? token.text : ` ${token.text}`
    end = token.at + token.text.length
    take(cursor)
  }
  return text
}

const readNestedSearch = ({ reading, cursor, type, draft }: Sight): void => {
  draft.search = readSearch(reading.model, type, searchText(cursor), cursor.target)
}

type NestedRow = (sight: Sight) => void

const anyLink: Readonly<Record<string, NestedRow>> = {
  select: ({ cursor, reading, type, draft }) => {
    draft.select = parseSelect(cursor, reading.model, type)
  },
  expand: (sight) => {
    sight.draft.expand = readExpand(sight.reading, sight.cursor, sight.type, sight.strict, sight.depth + 1)
  },
  levels: (sight) => {
    sight.draft.levels = needLevels(sight)
  },
}

const collectionsOnly: Readonly<Record<string, NestedRow>> = {
  filter: ({ cursor, reading, type, draft }) => {
    draft.filter = parseFilter(reading, cursor, type)
  },
  orderby: ({ cursor, reading, type, draft }) => {
    draft.order = parseOrder(reading, cursor, type)
  },
  search: readNestedSearch,
  count: ({ cursor, draft }) => {
    draft.count = needFlag(cursor)
  },
  top: ({ cursor, draft }) => {
    draft.top = needNumber(cursor)
  },
  skip: ({ cursor, draft, strict }) => {
    if (strict) throw strictSkip()
    draft.skip = needNumber(cursor)
  },
}

const rowOf = (cursor: Cursor, link: NamedNav, name: string): NestedRow => {
  const row = Object.hasOwn(anyLink, name) ? anyLink[name] : undefined
  const more = Object.hasOwn(collectionsOnly, name) ? collectionsOnly[name] : undefined
  if (more !== undefined && !link.nav.many) return refuse(cursor, `$${name} on '${link.name}', which leads to one row`)
  return row ?? more ?? fail(cursor, 'an option that may stand inside $expand')
}

/** expandOption = ( "$select" / "$filter" / … ) EQ value, with or without the dollar sign */
const readNested = (outer: Sight, link: NamedNav, depth: number): { options: ReadOptions; levels: number } => {
  const { cursor } = outer
  const reading: Reading = { ...outer.reading, slots: [] }
  countExpansion(reading, cursor.target)
  const draft: Draft = {}
  const sight: Sight = {
    ...outer,
    reading,
    type: reading.model.view(link.nav.target).type,
    name: link.name,
    depth,
    draft,
  }
  const seen = new Set<string>()
  while (!atMark(cursor, ')')) {
    if (skipMark(cursor, ';')) continue
    const token = peek(cursor)
    const name = token.text.toLowerCase().replace('$', '')
    const row = rowOf(cursor, link, name)
    if (seen.has(name)) throw syntaxError(cursor.target, token.at, `$${name} is given twice for '${link.name}'`)
    seen.add(name)
    take(cursor)
    needMark(cursor, '=')
    row(sight)
    if (!atMark(cursor, ';') && !atMark(cursor, ')')) fail(cursor, "';' or ')'")
  }
  const options = nestedTree(draft)
  const isLive = reading.slots.length > 0 || options.expand.some((below) => reading.live.has(below.options))
  if (isLive) reading.live.set(options, reading.slots)
  return { options, levels: draft.levels ?? 1 }
}

/** `depth` is the level of the rows that are expanded, from 1. */
export const readExpand = (
  reading: Reading,
  cursor: Cursor,
  type: EntityType,
  strict: boolean,
  depth = 1,
): readonly Expansion[] => {
  const sight: Sight = { reading, cursor, type, name: '', depth, strict, draft: {} }
  return parseExpand({
    cursor,
    model: reading.model,
    type,
    depth,
    nested: (_, link, at) => readNested(sight, link, at),
    none: () => {
      countExpansion(reading, cursor.target)
      return emptyTree
    },
  })
}
