/** $select and $expand, nested options included, over a model. */
import { AppError } from '#base/errors.ts'
import type { EntityType, Nav } from '#edm/define.ts'
import type { Model, NamedNav } from '#edm/model.ts'
import type { Trim } from '#edm/query.ts'
import { type Cast, castTo, kindsOf } from '../../url/cast.ts'
import { navOf, propOf, publishedNavs, unknownText } from '../expression/names.ts'
import type { Reading } from '../expression/operand.ts'
import { type Cursor, fail, refuse } from '../syntax/cursor.ts'
import type { ItemSyntax, NestedOption } from '../syntax/item-syntax.ts'
import type { Token } from '../syntax/lexer.ts'
import { chosenPart, isWhole, joinedTrim } from './trim.ts'

export interface Selection {
  /** No $select: the members that are returned by default. */
  readonly default: boolean
  /** `*` was named; `names` may add to it. */
  readonly star: boolean
  /** Properties in the model's casing, in the order asked for. */
  readonly names: readonly string[]
  /** What is shown of the properties of which something is left out, by name. */
  readonly trims: ReadonlyMap<string, Trim>
  /** Properties named after a type: shown in rows of these kinds, beside what is shown in all. */
  readonly casts: readonly CastSelection[]
  /** Links that were named; they select nothing. */
  readonly links: readonly string[]
  /** Everything named, in the order and the depth asked for, for context URLs. */
  readonly written: readonly string[]
}

export interface CastSelection {
  /** Qualified names. */
  readonly kinds: readonly string[]
  /** In the model's casing; `*` for what is returned by default. */
  readonly name: string
  readonly trim: Trim
}

export const defaultSelection: Selection = {
  default: true,
  star: false,
  names: [],
  trims: new Map(),
  casts: [],
  links: [],
  written: [],
}

/** Graph's words for a name in $select or $expand that the type does not have. */
export function unknownMember(name: string, type: string, target: string): AppError {
  return new AppError('invalid', `Parsing OData Select and Expand failed: ${unknownText(name, type)}`, { target })
}

/** The property, and what is shown of its value. */
function selectedPart(reading: Reading, cursor: Cursor, type: EntityType, { steps, options }: ItemSyntax) {
  const [first, ...rest] = steps
  const found = propOf(reading.model, type, first?.text ?? '')
  if (found === undefined) throw unknownMember(first?.text ?? '', type.name, cursor.target)
  return { name: found.name, ...chosenPart(reading, cursor, found.name, found.prop, rest, options) }
}

function linkOf(reading: Reading, cursor: Cursor, type: EntityType, item: ItemSyntax): NamedNav | undefined {
  const [first, ...rest] = item.steps
  const link = navOf(reading.model, type, first?.text ?? '')
  if (link === undefined) return undefined
  if (item.options !== undefined) return refuse(cursor, `options inside $select on the link '${link.name}'`, first)
  const { type: target } = reading.model.view(link.nav.target)
  if (rest.length > 0) selectedPart(reading, cursor, target, { ...item, steps: rest })
  return link
}

/** What `*` shows of a property stays whole; elements are left out only where that was asked. */
function underStar(trim: Trim): Trim {
  const { members: _, ...picked } = trim
  return isWhole(picked) ? picked : trim
}

function shownOf(reading: Reading, type: EntityType, trims: ReadonlyMap<string, Trim>, star: boolean) {
  const isReturned = (name: string) => (propOf(reading.model, type, name)?.prop.returned ?? 'default') === 'default'
  const shown = [...trims].map(([name, trim]) => [name, star && isReturned(name) ? underStar(trim) : trim] as const)
  return new Map(shown.filter(([, trim]) => !isWhole(trim)))
}

/** Throws for what names no member, and for what no item may have. A type comes before the other steps. */
function checkItem(cursor: Cursor, { steps, options }: ItemSyntax, first: Token): void {
  if (first.kind === 'alias') fail(cursor, 'a property name or *', first)
  if (options?.length === 0) refuse(cursor, 'parentheses without an option in $select', first)
  if (first.text === '*' && options !== undefined) refuse(cursor, "options on '*' in $select", first)
  const other = steps.find(({ text }, at) => text.includes('.') || (text === '*' && at > 0))
  if (other !== undefined) refuse(cursor, `'${other.text}' in $select`, other)
}

/** A selection while its items are read. */
interface Draft {
  readonly links: Set<string>
  readonly written: Set<string>
  readonly trims: Map<string, Trim>
  readonly casts: CastSelection[]
  star: boolean
}

interface ItemSight {
  readonly reading: Reading
  readonly cursor: Cursor
  readonly type: EntityType
}

/** One item; gives what is selected, and how it is written. */
function chosenItem({ reading, cursor, type }: ItemSight, item: ItemSyntax, first: Token) {
  checkItem(cursor, item, first)
  if (first.text === '*') return { is: 'star', name: '*', trim: {}, written: ['*'] } as const
  const link = linkOf(reading, cursor, type, item)
  if (link !== undefined) return { is: 'link', name: link.name, trim: {}, written: [link.name] } as const
  return { is: 'prop', ...selectedPart(reading, cursor, type, item) } as const
}

/** An item after the name of a type: it is shown in rows of that type. */
function selectCast(sight: ItemSight, item: ItemSyntax, draft: Draft): void {
  const { reading, cursor, type } = sight
  const [start, next, ...rest] = item.steps as [Token, Token, ...Token[]]
  const cast = typeAt(reading.model, cursor, type, start, 'which is selected from')
  const below = { ...item, steps: [next, ...rest] }
  if (cast.is === 'same') {
    selectItem(sight, below, draft)
    return
  }
  const { is, name, trim, written } = chosenItem({ ...sight, type: cast.type }, below, next)
  for (const text of written) draft.written.add(`${cast.name}/${text}`)
  if (is === 'link') draft.links.add(name)
  // Rows of another table are none of these, so nothing of them is shown.
  else if (cast.is === 'derived') draft.casts.push({ kinds: kindsOf(reading.model, cast.type), name, trim })
}

function selectItem(sight: ItemSight, item: ItemSyntax, draft: Draft): void {
  const { cursor } = sight
  const first = item.steps[0] ?? refuse(cursor, "'$value' in $select", item.suffix)
  const { is, name, trim, written } = chosenItem(sight, item, first)
  for (const text of written) draft.written.add(text)
  if (is === 'star') draft.star = true
  else if (is === 'link') draft.links.add(name)
  else {
    const known = draft.trims.get(name)
    draft.trims.set(name, known === undefined ? trim : joinedTrim(known, trim, name, cursor.target))
  }
}

/** selectItem = STAR / [ type "/" ] ( selectProperty / navigationProperty ); an empty $select is none. */
export function selectionOf(
  reading: Reading,
  cursor: Cursor,
  type: EntityType,
  items: readonly ItemSyntax[],
): Selection {
  if (items.length === 0) return defaultSelection
  const draft: Draft = { links: new Set(), written: new Set(), trims: new Map(), casts: [], star: false }
  const sight = { reading, cursor, type }
  for (const item of items) {
    const [first] = item.steps
    // `@odata.etag`: clients name it beside properties; annotations come by themselves.
    if (first?.kind === 'alias' && first.text.includes('.')) continue
    if (isType(first) && item.steps.length > 1) selectCast(sight, item, draft)
    else selectItem(sight, item, draft)
  }
  const { links, written, trims, casts, star } = draft
  return {
    default: false,
    star,
    names: [...trims.keys()],
    trims: shownOf(reading, type, trims, star),
    casts,
    links: [...links],
    written: [...written],
  }
}

/** What the parser of nested options gives back; options.ts makes its own kind of it. */
export interface Expanded<O> {
  readonly name: string
  readonly nav: Nav
  /** It is expanded in rows of this derived type only. */
  readonly on: string | undefined
  /** Only rows of this derived type are expanded. */
  readonly cast: string | undefined
  /** Whole rows, their addresses alone, or only how many there are. */
  readonly as: 'rows' | 'ref' | 'count'
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
  /** Reads the options between parentheses, which are about rows of the type. */
  readonly nested: (
    link: NamedNav,
    type: EntityType,
    options: readonly NestedOption[],
  ) => { options: O; levels: number }
  readonly none: (link: NamedNav) => O
}

/** Rows of a page can be expanded this many levels deep, $levels included. */
export const expandDepth = 8

export function checkDepth(depth: number, target: string): void {
  if (depth <= expandDepth) return
  throw new AppError('invalid', `'${target}' goes deeper than ${expandDepth} levels.`, { target })
}

function formOf({ suffix }: ItemSyntax): 'rows' | 'ref' | 'count' {
  if (suffix === undefined) return 'rows'
  return suffix.text.toLowerCase() === '$ref' ? 'ref' : 'count'
}

/** What may follow a link or `*`: `/$ref`; and for a link `/$count`, a cast before either, and options. */
function refuseMore(cursor: Cursor, name: string, item: ItemSyntax, next: Token | undefined): void {
  const { steps, suffix, options } = item
  const isStar = name === '*'
  if (isStar && (next !== undefined || options !== undefined || formOf(item) === 'count')) {
    refuse(cursor, "anything but '/$ref' after '*' in $expand", next ?? suffix ?? steps[0])
  }
  if (next !== undefined) refuse(cursor, `a path in $expand; write '${name}($expand=…)'`, next)
}

/** What a step that names a type leaves of the rows. `what` says whose type it is. */
function typeAt(model: Model, cursor: Cursor, type: EntityType, step: Token, what: string): Cast {
  const cast = castTo(model, type, step.text)
  if (cast !== undefined) return cast
  const known = typeof type.typed === 'string' ? type.typed : type.name
  throw new AppError(
    'invalid',
    `Parsing OData Select and Expand failed: '${step.text}' at position ${step.at} is no type derived from '${known}', ${what}.`,
    { target: cursor.target },
  )
}

function isType(step: Token | undefined): step is Token {
  return step?.kind === 'word' && step.text.includes('.')
}

/** An item after the name of a type is expanded in rows of that type; in none, where these are in another table. */
function expandedOn<O>(sight: ExpandSight<O>, item: ItemSyntax): Expanded<O>[] {
  const { cursor, model, type } = sight
  const [start, ...steps] = item.steps
  if (!isType(start) || steps.length === 0) return expandedBy(sight, item)
  const cast = typeAt(model, cursor, type, start, 'which is expanded')
  const found = expandedBy({ ...sight, type: cast.type }, { ...item, steps })
  if (cast.is === 'same') return found
  return cast.is === 'other' ? [] : found.map((entry) => ({ ...entry, on: cast.type.name }))
}

function expandedBy<O>(sight: ExpandSight<O>, item: ItemSyntax): Expanded<O>[] {
  const { cursor, model, type } = sight
  const [first, next, ...rest] = item.steps
  if (first === undefined) return refuse(cursor, "'$value' in $expand", item.suffix)
  if (first.kind === 'alias') return refuse(cursor, `the annotation '${first.text}'`, first)
  if (first.text === '*') {
    refuseMore(cursor, '*', item, next)
    const facts = { on: undefined, cast: undefined, as: formOf(item), levels: 1 }
    return publishedNavs(model, type).map((link) => ({ ...link, ...facts, options: sight.none(link) }))
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
  refuseMore(cursor, link.name, item, isType(next) ? rest[0] : next)
  const as = formOf(item)
  if (as === 'count' && !link.nav.many) refuse(cursor, `$count of '${link.name}', which leads to one row`, item.suffix)
  const { type: target } = model.view(link.nav.target)
  const cast = isType(next) ? typeAt(model, cursor, target, next, `to which '${link.name}' leads`) : undefined
  const found = { ...link, on: undefined, cast: cast?.is === 'same' ? undefined : cast?.type.name, as }
  const given =
    item.options === undefined
      ? { options: sight.none(link), levels: 1 }
      : sight.nested(link, cast?.type ?? target, item.options)
  return [{ ...found, ...given }]
}

function isSame<O extends { readonly key: string }>(one: Expanded<O>, other: Expanded<O>): boolean {
  return (
    one.options.key === other.options.key &&
    one.levels === other.levels &&
    one.on === other.on &&
    one.cast === other.cast &&
    one.as === other.as
  )
}

/** A link may be named twice in the same way. */
export function expansionsOf<O extends { readonly key: string }>(
  sight: ExpandSight<O>,
  items: readonly ItemSyntax[],
): Expanded<O>[] {
  const { cursor } = sight
  if (items.length === 0) return []
  checkDepth(sight.depth, cursor.target)
  const found = new Map<string, Expanded<O>>()
  for (const item of items.flatMap((entry) => expandedOn(sight, entry))) {
    const known = found.get(item.name)
    if (known === undefined) found.set(item.name, item)
    else if (!isSame(known, item)) {
      throw new AppError('invalid', `'${item.name}' is expanded twice in different ways.`, { target: cursor.target })
    }
  }
  return [...found.values()]
}
