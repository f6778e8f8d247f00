/**
 * `/$filter(…)` in addresses: OData URL Conventions 4.01 §4.12. The expression may hold slashes, as they are or escaped;
 * what it means is read with the options of the query, whose aliases it may name.
 */
import { pathError, type Segments } from './path-text.ts'

interface Cursor extends Segments {
  index: number
}

const begin = /^\$filter\(/i

/** What is open at a place of the expression: brackets, and the sign that ends a text, if any. */
interface Open {
  brackets: number
  quote: string
}

/** Goes over one character; gives the number of those after it that mean nothing. */
function pass(open: Open, sign: string): number {
  if (open.quote !== '') {
    // As in JSON; in a string of OData a doubled quote closes it and opens it again.
    if (open.quote === '"' && sign === '\\') return 1
    if (sign === open.quote) open.quote = ''
  } else if (sign === "'" || sign === '"') open.quote = sign
  else if (sign === '(') open.brackets += 1
  else if (sign === ')') open.brackets -= 1
  return 0
}

/** Offset of the bracket that closes the last open one; -1: it is not in the text. */
function closing(open: Open, text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    at += pass(open, text.charAt(at))
    if (open.brackets === 0) return at
  }
  return -1
}

function takeFilter(cursor: Cursor): string | undefined {
  const first = cursor.segment(cursor.index)
  const start = begin.exec(first.text)?.[0].length
  if (start === undefined) {
    if (first.text.toLowerCase() !== '$filter') return undefined
    throw pathError("'$filter' has no condition.", first.at(first.text.length), "'('")
  }
  const open: Open = { brackets: 1, quote: '' }
  const parts: string[] = []
  for (let from = start; cursor.index < cursor.count; from = 0) {
    const { text, at } = cursor.segment(cursor.index)
    cursor.index += 1
    const end = closing(open, text, from)
    parts.push(text.slice(from, end < 0 ? text.length : end))
    if (end < 0) continue
    if (end + 1 < text.length)
      throw pathError("Nothing follows the condition of '$filter'.", at(end + 1), "'/' or the end")
    return parts.join('/')
  }
  throw pathError("The condition of '$filter' has no end.", cursor.segment(cursor.index).at(), "')'")
}

/** The expressions of all such segments from here on; the cursor is moved behind them. */
export function filtersAt(cursor: Cursor): string[] {
  const filters: string[] = []
  while (cursor.index < cursor.count) {
    const filter = takeFilter(cursor)
    if (filter === undefined) break
    filters.push(filter)
  }
  return filters
}

/** The address of the collection that the segments narrow. */
export function withoutFilters(address: string): string {
  return address.replace(/\/\$filter(?:\(|%28).*$/is, '')
}
