/** Options and paths inside $select → what is shown of one property's value: its members, and which of its elements. */
import { AppError } from '#base/errors.ts'
import type { Prop } from '#edm/props.ts'
import type { Trim } from '#edm/query.ts'
import { elementFilter, elementOrder, type Inside, insideOf } from '../expression/expression.ts'
import { memberOf, unknownText } from '../expression/names.ts'
import type { Reading } from '../expression/operand.ts'
import { type Cursor, fail, refuse } from '../syntax/cursor.ts'
import type { ItemSyntax, NestedOption } from '../syntax/item-syntax.ts'
import type { Token } from '../syntax/lexer.ts'

export interface Chosen {
  readonly trim: Trim
  /** The paths to what is shown, for context URLs. */
  readonly written: readonly string[]
}

interface Place {
  readonly reading: Reading
  readonly cursor: Cursor
  /** The path that leads here, in the model's casing. */
  readonly path: string
  readonly prop: Prop
}

/** Everything of the value. */
const whole: Trim = {}

export function isWhole(trim: Trim): boolean {
  return Object.keys(trim).length === 0
}

function isPicked({ variable, skip, top }: Trim): boolean {
  return variable !== undefined || skip !== undefined || top !== undefined
}

function typeText({ type }: Prop): string {
  return typeof type === 'string' ? type : type.name
}

function memberAt({ cursor, prop }: Place, token: Token) {
  const { type } = prop
  const found = typeof type === 'string' || type.kind !== 'complex' ? undefined : memberOf(type, token.text)
  if (found !== undefined) return found
  const what = unknownText(token.text, typeText(prop))
  throw new AppError(
    'invalid',
    `Parsing OData Select and Expand failed: ${what} (Position ${token.at} in '${cursor.target}'.)`,
    { target: cursor.target },
  )
}

/** Both of what was asked of one value; either may be everything. */
export function joinedTrim(a: Trim, b: Trim, name: string, target: string): Trim {
  if (isPicked(a) || isPicked(b)) {
    throw new AppError('invalid', `'${name}' is selected twice in different ways.`, { target })
  }
  if (a.members === undefined || b.members === undefined) return whole
  const members = { ...a.members }
  for (const [key, more] of Object.entries(b.members)) {
    const known = members[key]
    members[key] = known === undefined ? more : joinedTrim(known, more, `${name}/${key}`, target)
  }
  return { members }
}

/** $select inside $select */
function chosenMembers(place: Place, items: readonly ItemSyntax[], option: Token): Chosen {
  const { cursor, path, prop } = place
  if (typeof prop.type === 'string' || prop.type.kind !== 'complex') {
    return refuse(cursor, `$select on '${path}', whose values have no members`, option)
  }
  let trim: Trim | undefined
  const written = new Set<string>()
  for (const { steps, suffix, options } of items) {
    const [first] = steps
    if (first === undefined) return refuse(cursor, "'$value' in $select", suffix)
    if (first.kind === 'alias') return fail(cursor, 'the name of a member or *', first)
    const isStar = first.text === '*'
    if (isStar && (steps.length > 1 || options !== undefined)) return refuse(cursor, "anything after '*'", first)
    const found = isStar ? { trim: whole, written: [path] } : chosenOf(place, steps, options)
    trim = trim === undefined ? found.trim : joinedTrim(trim, found.trim, path, cursor.target)
    for (const text of found.written) written.add(text)
  }
  return trim === undefined || isWhole(trim) ? { trim: whole, written: [path] } : { trim, written: [...written] }
}

function optionOn(place: Place, inside: Inside, { token, at, value }: NestedOption): Trim {
  const { cursor, path, prop } = place
  const only = () => {
    if (prop.collection !== true) refuse(cursor, `$${value.is} on '${path}', which is not a collection`, token)
  }
  switch (value.is) {
    case 'filter':
      only()
      return { variable: inside.variable, where: elementFilter(inside, value.node) }
    case 'orderby':
      only()
      return { variable: inside.variable, order: elementOrder(inside, value.keys) }
    case 'top':
    case 'skip':
      only()
      return { [value.is]: value.number }
    // Its value has been put where it is named.
    case 'alias':
      return {}
    default:
      return refuse(cursor, `$${value.is} inside $select`, value.is === 'select' ? at : token)
  }
}

function chosenBy(place: Place, options: readonly NestedOption[]): Chosen {
  const { cursor, path, prop } = place
  // The instant of a request is bound for conditions on rows only.
  const uses: Reading['uses'] = {}
  const inside = insideOf({ ...place.reading, uses }, cursor, prop)
  let chosen: Chosen = { trim: whole, written: [path] }
  let picked: Trim = {}
  for (const option of options) {
    const { token, value } = option
    if (value.is === 'select') chosen = chosenMembers(place, value.items, token)
    else picked = { ...picked, ...optionOn(place, inside, option) }
    if (uses.now === true) refuse(cursor, "'now' inside $select", token)
  }
  return { ...chosen, trim: { ...chosen.trim, ...picked } }
}

/** selectPath from a value on: members of complex values, then options. */
function chosenOf(place: Place, steps: readonly Token[], options: ItemSyntax['options']): Chosen {
  const [first, ...rest] = steps
  if (first === undefined) {
    return options === undefined ? { trim: whole, written: [place.path] } : chosenBy(place, options)
  }
  if (first.text.includes('.') || first.text === '*') return refuse(place.cursor, `'${first.text}' in $select`, first)
  const { name, prop } = memberAt(place, first)
  const inner = chosenOf({ ...place, path: `${place.path}/${name}`, prop }, rest, options)
  return { trim: { members: { [name]: inner.trim } }, written: inner.written }
}

/** What is chosen of the property `name`, by the steps after it and the options at their end. */
export function chosenPart(
  reading: Reading,
  cursor: Cursor,
  name: string,
  prop: Prop,
  steps: readonly Token[],
  options: ItemSyntax['options'],
): Chosen {
  return chosenOf({ reading, cursor, path: name, prop }, steps, options)
}
