/** $select and $expand, nested options included, over a model. */
import { AppError } from '#base/errors.ts'
import type { EntityType, Nav } from '#edm/define.ts'
import type { Model, NamedNav } from '#edm/model.ts'
import { atMark, type Cursor, fail, needMark, peek, refuse, skipMark, take } from './cursor.ts'
import { memberOf, navOf, propOf, publishedNavs, unknownText } from './names.ts'

export interface Selection {
  /** No $select: the members that are returned by default. */
  readonly default: boolean
  /** `*` was named; `names` may add to it. */
  readonly star: boolean
  /** Properties in the model's casing, in the order asked for. */
  readonly names: readonly string[]
  /** Links that were named; they select nothing. */
  readonly links: readonly string[]
  /** Everything named, in the order and the depth asked for, for context URLs. */
  readonly written: readonly string[]
}

export const defaultSelection: Selection = { default: true, star: false, names: [], links: [], written: [] }

/** Graph's words for a name in $select or $expand that the type does not have. */
export const unknownMember = (name: string, type: string, target: string): AppError =>
  new AppError('invalid', `Parsing OData Select and Expand failed: ${unknownText(name, type)}`, { target })

const parseName = (cursor: Cursor, expected: string): string => {
  const token = peek(cursor)
  if (token.kind !== 'word') return fail(cursor, expected)
  take(cursor)
  return token.text
}

interface Selected {
  readonly kind: 'names' | 'links'
  readonly name: string
  readonly written: string
}

/** selectPath below a property: members of complex values */
const parseSelectedPath = (cursor: Cursor, model: Model, type: EntityType, name: string): Selected => {
  const found = propOf(model, type, name)
  if (found === undefined) throw unknownMember(name, type.name, cursor.target)
  let written = found.name
  let { prop } = found
  while (skipMark(cursor, '/')) {
    const member = parseName(cursor, 'the name of a property')
    if (typeof prop.type === 'string' || prop.type.kind !== 'complex') {
      throw unknownMember(member, typeof prop.type === 'string' ? prop.type : prop.type.name, cursor.target)
    }
    const next = memberOf(prop.type, member)
    if (next === undefined) throw unknownMember(member, prop.type.name, cursor.target)
    written += `/${next.name}`
    prop = next.prop
  }
  return { kind: 'names', name: found.name, written }
}

/** selectItem = STAR / selectProperty / navigationProperty */
const parseSelected = (cursor: Cursor, model: Model, type: EntityType): Selected => {
  const name = parseName(cursor, 'a property name or *')
  const link = navOf(model, type, name)
  if (link === undefined) return parseSelectedPath(cursor, model, type, name)
  if (skipMark(cursor, '/')) {
    parseSelectedPath(cursor, model, model.view(link.nav.target).type, parseName(cursor, 'the name of a property'))
  }
  return { kind: 'links', name: link.name, written: link.name }
}

/** select = selectItem *( COMMA selectItem ); an empty one is none. */
export const parseSelect = (cursor: Cursor, model: Model, type: EntityType): Selection => {
  if (atEnd(cursor)) return defaultSelection
  const sets = { names: new Set<string>(), links: new Set<string>(), written: new Set<string>() }
  let star = false
  do {
    if (skipMark(cursor, '*')) {
      star = true
      sets.written.add('*')
      continue
    }
    // `@odata.etag`: clients name it beside properties; annotations come by themselves.
    if (peek(cursor).kind === 'alias' && peek(cursor).text.includes('.')) {
      take(cursor)
      continue
    }
    const item = parseSelected(cursor, model, type)
    if (atMark(cursor, '(')) return refuse(cursor, 'options inside $select')
    sets[item.kind].add(item.name)
    sets.written.add(item.written)
  } while (skipMark(cursor, ','))
  return { default: false, star, names: [...sets.names], links: [...sets.links], written: [...sets.written] }
}

/** Whether the option's text ends here, at the top or inside $expand. */
export const atEnd = (cursor: Cursor): boolean =>
  peek(cursor).kind === 'end' || atMark(cursor, ';') || atMark(cursor, ')')

/** What the parser of nested options gives back; options.ts makes its own kind of it. */
export interface Expanded<O> {
  readonly name: string
  readonly nav: Nav
  readonly options: O
  /** Levels of the same link, 1 without $levels. */
  readonly levels: number
}

/** Reads the options between parentheses; `depth` is the level of the expanded rows, from 1. */
export type NestedParser<O> = (cursor: Cursor, link: NamedNav, depth: number) => { options: O; levels: number }

interface ExpandSight<O> {
  readonly cursor: Cursor
  readonly model: Model
  readonly type: EntityType
  readonly depth: number
  readonly nested: NestedParser<O>
  readonly none: (link: NamedNav) => O
}

/** Rows of a page can be expanded this many levels deep, $levels included. */
export const expandDepth = 8

export const checkDepth = (depth: number, target: string): void => {
  if (depth <= expandDepth) return
  throw new AppError('invalid', `'${target}' goes deeper than ${expandDepth} levels.`, { target })
}

const refuseSuffix = (cursor: Cursor, name: string): void => {
  if (!skipMark(cursor, '/')) return
  const token = peek(cursor)
  if (token.kind === 'system') refuse(cursor, `'${name}/${token.text}' in $expand`, token)
  refuse(cursor, `a path in $expand; write '${name}($expand=…)'`, token)
}

/** expandItem = STAR / navigationProperty [ OPEN expandOption *( SEMI expandOption ) CLOSE ] */
const parseExpanded = <O>(sight: ExpandSight<O>): Expanded<O>[] => {
  const { cursor, model, type, depth } = sight
  if (skipMark(cursor, '*')) {
    if (atMark(cursor, '/') || atMark(cursor, '(')) return refuse(cursor, "anything after '*' in $expand")
    return publishedNavs(model, type).map((link) => ({ ...link, options: sight.none(link), levels: 1 }))
  }
  const written = parseName(cursor, 'the name of a link or *')
  const link = navOf(model, type, written)
  if (link === undefined) {
    const prop = propOf(model, type, written)
    if (prop === undefined) throw unknownMember(written, type.name, cursor.target)
    throw new AppError(
      'invalid',
      `Parsing OData Select and Expand failed: Property '${prop.name}' on type '${type.name}' is not a navigation property.`,
      { target: cursor.target },
    )
  }
  refuseSuffix(cursor, link.name)
  if (!skipMark(cursor, '(')) return [{ ...link, options: sight.none(link), levels: 1 }]
  const inner = sight.nested(cursor, link, depth)
  needMark(cursor, ')')
  return [{ ...link, ...inner }]
}

/** expand = expandItem *( COMMA expandItem ); an empty one is none. A link may be named twice in the same way. */
export const parseExpand = <O extends { readonly key: string }>(sight: ExpandSight<O>): Expanded<O>[] => {
  const { cursor } = sight
  if (atEnd(cursor)) return []
  checkDepth(sight.depth, cursor.target)
  const found = new Map<string, Expanded<O>>()
  do {
    for (const item of parseExpanded(sight)) {
      const known = found.get(item.name)
      if (known === undefined) found.set(item.name, item)
      else if (known.options.key !== item.options.key || known.levels !== item.levels) {
        throw new AppError('invalid', `'${item.name}' is expanded twice in different ways.`, { target: cursor.target })
      }
    }
  } while (skipMark(cursor, ','))
  return [...found.values()]
}
