/**
 * The cheap scan before the parse: tokens of an option, its literals lifted out, and the text that is left.
 * Texts that differ in their literals only leave the same template.
 */
import { AppError } from '#base/errors.ts'
import { isMark } from './cursor.ts'
import { isLiteral, lex, type Token } from './lexer.ts'
import { isWhole } from './literal.ts'
import { unlifted } from './operand.ts'

export interface Lifted {
  /** Absent when the scan saw that nothing can be lifted: the text itself is the template. */
  readonly tokens: readonly Token[] | undefined
  readonly template: string
}

/** What stands in the template. No other token there but a phrase holds a quote, and no text kept whole does. */
const holeOf = (token: Token): string => (token.kind === 'number' && isWhole(token) ? "'whole'" : `'${token.kind}'`)

const mayHoldLiteral = /['\d@"-]|INF|NaN/

/** Whether the `=` at `index` opens a nested $filter or $orderby; other nested values are part of the shape. */
const opensExpression = (tokens: readonly Token[], index: number): boolean => {
  const name = tokens[index - 1]?.text.toLowerCase().replace('$', '')
  const before = tokens[index - 2]
  if (before === undefined || !(isMark(before, '(') || isMark(before, ';'))) return false
  return name === 'filter' || name === 'orderby'
}

/**
 * Whether the nested option at `index` stands inside $select: what is shown of values is part of the shape, since
 * reads of one row bind no literals.
 */
const isInSelect = (tokens: readonly Token[], index: number, target: string): boolean => {
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

/** The tokens with the values of aliases in their places; the value of each alias is read once. */
const withAliases = (written: readonly Token[], open: boolean, aliases: ReadonlyMap<string, string>): Token[] => {
  const values = new Map<string, Token>()
  let lifting = open
  return written.map((token, index) => {
    if (isMark(token, '=')) lifting = opensExpression(written, index)
    if (!lifting || token.kind !== 'alias') return token
    const value = values.get(token.text) ?? aliasValue(token, aliases)
    values.set(token.text, value)
    // A fault in the value is found at the alias.
    return { ...value, at: token.at }
  })
}

/**
 * The text with a hole for each literal that is lifted and each alias filled in. `written` are the tokens of the text,
 * `tokens` those it stands for.
 */
const templateOf = (
  text: string,
  target: string,
  written: readonly Token[],
  tokens: readonly Token[],
  open: boolean,
  literals: Token[],
): string => {
  let lifting = open
  let isFixed = false
  let template = ''
  let done = 0
  const maySelect = /select/i.test(target + text)
  for (const [index, token] of tokens.entries()) {
    if (isMark(token, '=')) {
      lifting = opensExpression(tokens, index)
      isFixed = lifting && maySelect && isInSelect(tokens, index - 2, target)
    }
    const source = written[index] ?? token
    const lifts = lifting && !isFixed && isLiteral(token)
    if (isFixed && isLiteral(token)) token.slot = unlifted
    if (!lifts && token === source) continue
    template += text.slice(done, source.at) + (lifts ? holeOf(token) : ` ${token.text}`)
    done = source.at + source.text.length
    if (lifts) token.slot = literals.push(token) - 1
  }
  return template + text.slice(done)
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
  const written = lex(text, target)
  const tokens = text.includes('@') ? withAliases(written, open, aliases) : written
  return { tokens, template: templateOf(text, target, written, tokens, open, literals) }
}
