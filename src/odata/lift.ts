/**
 * The cheap scan before the parse: tokens of an option, its literals lifted out, and the text that is left.
 * Texts that differ in their literals only leave the same template.
 */
import { AppError } from '#base/errors.ts'
import { isMark } from './cursor.ts'
import { isLiteral, lex, type Token } from './lexer.ts'

export interface Lifted {
  /** Absent when the scan saw that nothing can be lifted: the text itself is the template. */
  readonly tokens: readonly Token[] | undefined
  readonly template: string
}

/** Kind → what stands in the template. No other token there but a phrase holds a quote, and no text kept whole does. */
const holeOf = (kind: string): string => `'${kind}'`

const mayHoldLiteral = /['\d@"-]|INF|NaN/

/** Whether the `=` at `index` opens a nested $filter or $orderby; other nested values are part of the shape. */
const opensExpression = (tokens: readonly Token[], index: number): boolean => {
  const name = tokens[index - 1]?.text.toLowerCase().replace('$', '')
  const before = tokens[index - 2]
  if (before === undefined || !(isMark(before, '(') || isMark(before, ';'))) return false
  return name === 'filter' || name === 'orderby'
}

const nullToken = (at: number): Token => ({ kind: 'word', text: 'null', at, slot: -1 })

const fixedWords: ReadonlySet<string> = new Set(['true', 'false', 'null'])

/** A parameter alias without a value is null (OData 4.01 URL conventions, 5.3). */
const aliasValue = (alias: Token, aliases: ReadonlyMap<string, string>): Token => {
  const text = aliases.get(alias.text)
  if (text === undefined) return nullToken(alias.at)
  const [token, end] = lex(text, alias.text)
  if (token !== undefined && end?.kind === 'end' && (isLiteral(token) || fixedWords.has(token.text.toLowerCase()))) {
    return token
  }
  throw new AppError('invalid', `The value of the parameter alias '${alias.text}' must be one literal.`, {
    target: alias.text,
  })
}

/** `open`: literals are lifted from the start, not only in nested expressions. Adds them to `literals`. */
export const lift = (
  text: string,
  target: string,
  open: boolean,
  aliases: ReadonlyMap<string, string>,
  literals: Token[],
): Lifted => {
  if (!mayHoldLiteral.test(text)) return { tokens: undefined, template: text }
  const tokens = lex(text, target)
  const values = new Map<string, Token>()
  let lifting = open
  let template = ''
  for (const [index, written] of tokens.entries()) {
    if (isMark(written, '=')) lifting = opensExpression(tokens, index)
    const isAlias = lifting && written.kind === 'alias'
    const token = isAlias ? (values.get(written.text) ?? aliasValue(written, aliases)) : written
    if (isAlias) {
      values.set(written.text, token)
      tokens[index] = token
    }
    if (lifting && isLiteral(token)) {
      token.slot = literals.length
      literals.push(token)
      template += holeOf(token.kind)
    } else {
      template += ` ${token.text}`
    }
  }
  return { tokens, template }
}
