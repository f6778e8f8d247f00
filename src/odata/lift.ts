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

/** The value of each alias is read once. */
const resolveAliases = (tokens: Token[], open: boolean, aliases: ReadonlyMap<string, string>): void => {
  const values = new Map<string, Token>()
  let lifting = open
  for (const [index, token] of tokens.entries()) {
    if (isMark(token, '=')) lifting = opensExpression(tokens, index)
    if (!lifting || token.kind !== 'alias') continue
    const value = values.get(token.text) ?? aliasValue(token, aliases)
    values.set(token.text, value)
    // The place stays that of the alias: it is the one a fault is found at.
    tokens[index] = { ...value, at: token.at }
  }
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
  const hasAlias = text.includes('@')
  const written = hasAlias ? [...tokens] : tokens
  if (hasAlias) resolveAliases(tokens, open, aliases)
  let lifting = open
  let template = ''
  let done = 0
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]
    const source = written[index]
    if (token === undefined || source === undefined) break
    if (isMark(token, '=')) lifting = opensExpression(tokens, index)
    const lifts = lifting && isLiteral(token)
    if (!lifts && token === source) continue
    template += text.slice(done, source.at) + (lifts ? holeOf(token.kind) : ` ${token.text}`)
    done = source.at + source.text.length
    if (lifts) token.slot = literals.push(token) - 1
  }
  return { tokens, template: template + text.slice(done) }
}
