/**
 * The scan before the parse: splits a query option into tokens and replaces its literals, which gives a template. Options
 * that differ only in their literals have the same template, so they share one parse.
 */
import { type Meant, withAliases } from '../aliases.ts'
import { unlifted } from '../expression/operand.ts'
import { isMark } from './cursor.ts'
import { isLiteral, lex, type Token } from './lexer.ts'
import { isNotNumber, isWhole } from './literal.ts'

export interface Lifted {
  /** Undefined if the text contains no literals: the text itself is then the template. */
  readonly tokens: readonly Token[] | undefined
  readonly template: string
}

/**
 * What replaces a literal in the template: its kind in quotes. It cannot be confused with other text, because all text with
 * quotes is replaced, except phrases of a search.
 */
function holeOf(token: Token): string {
  return token.kind === 'number' && isWhole(token) ? "'whole'" : `'${token.kind}'`
}

const mayHoldLiteral = /['\d@"-]|INF|NaN/

/** Whether the `=` at `index` opens a nested $filter or $orderby; other nested values are part of the shape. */
function opensExpression(tokens: readonly Token[], index: number): boolean {
  const name = tokens[index - 1]?.text.toLowerCase().replace('$', '')
  const before = tokens[index - 2]
  if (before === undefined || !(isMark(before, '(') || isMark(before, ';'))) return false
  return name === 'filter' || name === 'orderby'
}

/**
 * Whether the nested option at `index` stands inside $select: what is shown of values is part of the shape, since
 * reads of one row bind no literals.
 */
function isInSelect(tokens: readonly Token[], index: number, target: string): boolean {
  if (target === '$select') return true
  let open = 1
  for (let at = index; at >= 0; at -= 1) {
    const token = tokens[at]
    if (token === undefined) break
    if (isMark(token, ')')) open += 1
    else if (isMark(token, '(')) open -= 1
    // At the depth of the item that the parentheses belong to.
    else if (open === 0 && isMark(token, '=')) return tokens[at - 1]?.text.toLowerCase().replace('$', '') === 'select'
    if (open < 0) return false
  }
  return false
}

/** Whether the token at an index is part of an expression; to be asked for each index in order. */
function readerIn(tokens: readonly Token[], open: boolean) {
  let reading = open
  return (index: number): boolean => {
    const token = tokens[index]
    if (token !== undefined && isMark(token, '=')) reading = opensExpression(tokens, index)
    return reading
  }
}

/** The text with a hole for each literal that is lifted and each alias filled in. */
function templateOf(text: string, target: string, meant: readonly Meant[], open: boolean, literals: Token[]): string {
  const tokens = meant.map(({ token }) => token)
  const reads = readerIn(tokens, open)
  let isFixed = false
  let template = ''
  let done = 0
  const maySelect = /select/i.test(target + text)
  for (const [index, { token, source }] of meant.entries()) {
    const lifting = reads(index)
    if (isMark(token, '=')) isFixed = lifting && maySelect && isInSelect(tokens, index - 2, target)
    // What a comparison with NaN means does not depend on the other side, so it is part of the shape.
    const isShape = isFixed || isNotNumber(token)
    const lifts = lifting && !isShape && isLiteral(token)
    if (isShape && isLiteral(token)) token.slot = unlifted
    if (!lifts && token === source) continue
    template += text.slice(done, source.at) + (lifts ? holeOf(token) : ` ${token.text}`)
    done = source.at + source.text.length
    if (lifts) token.slot = literals.push(token) - 1
  }
  return template + text.slice(done)
}

/** `open`: literals are lifted from the start, not only in nested expressions. Adds them to `literals`. */
export function lift(
  text: string,
  target: string,
  open: boolean,
  aliases: ReadonlyMap<string, string>,
  literals: Token[],
): Lifted {
  if (!mayHoldLiteral.test(text)) return { tokens: undefined, template: text }
  const written = lex(text, target)
  const meant = text.includes('@')
    ? withAliases(written, target, aliases, readerIn(written, open))
    : written.map((token) => ({ token, source: token }))
  return { tokens: meant.map(({ token }) => token), template: templateOf(text, target, meant, open, literals) }
}
