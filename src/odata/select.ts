/** $select and $expand, nested options included, over a model. */
import { AppError } from '#base/errors.ts'
import type { EntityType, Nav } from '#edm/define.ts'
import type { Model, NamedNav } from '#edm/model.ts'
import { type Cursor, fail, refuse } from './cursor.ts'
import type { Item, NestedOption } from './item-syntax.ts'
import type { Token } from './lexer.ts'
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

interface Selected {
  readonly kind: 'names' | 'links'
  readonly name: string
  readonly written: string
}

/** selectPath below a property: members of complex values */
const selectedPath = (cursor: Cursor, model: Model, type: EntityType, steps: readonly Token[]): Selected => {
  const [first, ...rest] = steps
  const found = propOf(model, type, first?.text ?? '')
  if (found === undefined) throw unknownMember(first?.text ?? '', type.name, cursor.target)
  let written = found.name
  let { prop } = found
  for (const { text: member } of rest) {
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
const selected = (cursor: Cursor, model: Model, type: EntityType, { steps }: Item): Selected => {
  const [first, ...rest] = steps
  const link = navOf(model, type, first?.text ?? '')
  if (link === undefined) return selectedPath(cursor, model, type, steps)
  if (rest.length > 0) selectedPath(cursor, model, model.view(link.nav.target).type, rest)
  return { kind: 'links', name: link.name, written: link.name }
}

/** An empty $select is none. */
export const selectionOf = (cursor: Cursor, model: Model, type: EntityType, items: readonly Item[]): Selection => {
  if (items.length === 0) return defaultSelection
  const sets = { names: new Set<string>(), links: new Set<string>(), written: new Set<string>() }
  let star = false
  for (const item of items) {
    const [first] = item.steps
    if (first === undefined) return refuse(cursor, "'$value' in $select", item.suffix)
    // `@odata.etag`: clients name it beside properties; annotations come by themselves.
    if (first.kind === 'alias' && first.text.includes('.')) continue
    if (first.kind === 'alias') return fail(cursor, 'a property name or *', first)
    if (item.options !== undefined) return refuse(cursor, 'options inside $select', first)
    if (first.text === '*') {
      star = true
      sets.written.add('*')
      continue
    }
    const other = item.steps.find(({ text }) => text.includes('.') || text === '*')
    if (other !== undefined) return refuse(cursor, `'${other.text}' in $select`, other)
    const found = selected(cursor, model, type, item)
    sets[found.kind].add(found.name)
    sets.written.add(found.written)
  }
  return { default: false, star, names: [...sets.names], links: [...sets.links], written: [...sets.written] }
}

/** What the parser of nested options gives back; options.ts makes its own kind of it. */
export interface Expanded<O> {
  readonly name: string
  readonly nav: Nav
  readonly options: O
  /** Levels of the same link, 1 without $levels. */
  readonly levels: number
}

interface ExpandSight<O> {
  readonly cursor: Cursor
  readonly model: Model
  readonly type: EntityType
  /** Level of the expanded rows, from 1. */
  readonly depth: number
  /** Reads the options between parentheses. */
  readonly nested: (link: NamedNav, options: readonly NestedOption[]) => { options: O; levels: number }
  readonly none: (link: NamedNav) => O
}

/** Rows of a page can be expanded this many levels deep, $levels included. */
export const expandDepth = 8

export const checkDepth = (depth: number, target: string): void => {
  if (depth <= expandDepth) return
  throw new AppError('invalid', `'${target}' goes deeper than ${expandDepth} levels.`, { target })
}

const refuseMore = (cursor: Cursor, name: string, { steps, suffix, options }: Item): void => {
  const [, next] = steps
  const isStar = name === '*'
  if (isStar && (next !== undefined || suffix !== undefined || options !== undefined)) {
    refuse(cursor, "anything after '*' in $expand", next ?? suffix ?? steps[0])
  }
  if (next !== undefined) refuse(cursor, `a path in $expand; write '${name}($expand=…)'`, next)
  if (suffix !== undefined) refuse(cursor, `'${name}/${suffix.text}' in $expand`, suffix)
}

const expandedBy = <O>(sight: ExpandSight<O>, item: Item): Expanded<O>[] => {
  const { cursor, model, type } = sight
  const [first] = item.steps
  if (first === undefined) return refuse(cursor, "'$value' in $expand", item.suffix)
  if (first.kind === 'alias') return refuse(cursor, `the annotation '${first.text}'`, first)
  if (first.text === '*') {
    refuseMore(cursor, '*', item)
    return publishedNavs(model, type).map((link) => ({ ...link, options: sight.none(link), levels: 1 }))
  }
  const link = navOf(model, type, first.text)
  if (link === undefined) {
    const prop = propOf(model, type, first.text)
    if (prop === undefined) throw unknownMember(first.text, type.name, cursor.target)
    throw new AppError(
      'invalid',
      `Parsing OData Select and Expand failed: Property '${prop.name}' on type '${type.name}' is not a navigation property.`,
      { target: cursor.target },
    )
  }
  refuseMore(cursor, link.name, item)
  if (item.options === undefined) return [{ ...link, options: sight.none(link), levels: 1 }]
  return [{ ...link, ...sight.nested(link, item.options) }]
}

/** A link may be named twice in the same way. */
export const expansionsOf = <O extends { readonly key: string }>(
  sight: ExpandSight<O>,
  items: readonly Item[],
): Expanded<O>[] => {
  const { cursor } = sight
  if (items.length === 0) return []
  checkDepth(sight.depth, cursor.target)
  const found = new Map<string, Expanded<O>>()
  for (const item of items.flatMap((entry) => expandedBy(sight, entry))) {
    const known = found.get(item.name)
    if (known === undefined) found.set(item.name, item)
    else if (known.options.key !== item.options.key || known.levels !== item.levels) {
      throw new AppError('invalid', `'${item.name}' is expanded twice in different ways.`, { target: cursor.target })
    }
  }
  return [...found.values()]
}
