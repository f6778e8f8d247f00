/**
 * Parameter aliases → the tokens they stand for (OData 4.01 URL conventions, 5.3): those of the query, and those
 * defined beside nested options, which are known between their parentheses only.
 */
import { AppError } from '#base/errors.ts'
import { cursorOf, isMark, needEnd, nestingLimit, refuse } from './syntax/cursor.ts'
import { lex, syntaxError, type Token, textLimit } from './syntax/lexer.ts'
import { parseExpression } from './syntax/syntax.ts'

/** A token that is read, and the written one in whose place it stands. */
export interface Meant {
  readonly token: Token
  readonly source: Token
}

/** What is between two parentheses. */
interface Group {
  readonly outer: Group | undefined
  readonly own: Map<string, readonly Token[]>
  readonly depth: number
}

/** One expression of its own: a value cannot end the expression it is put into. `target`: where positions are. */
function checked(name: string, tokens: readonly Token[], target = name): readonly Token[] {
  const other = tokens.find(({ kind }) => kind === 'alias')
  const cursor = cursorOf(tokens, target)
  if (other !== undefined) return refuse(cursor, `'${other.text}' in the value of the parameter alias '${name}'`, other)
  parseExpression(cursor)
  needEnd(cursor, 'an operator or the end')
  const [first] = tokens
  const value = tokens.slice(0, -1)
  const isClosed = first !== undefined && (value.length === 1 || isMark(first, '[') || isMark(first, '{'))
  if (isClosed) return value
  const mark = (text: string): Token => ({ kind: 'mark', text, at: 0, slot: -1 })
  return [mark('('), ...value, mark(')')]
}

/** Whether the alias at `index` is given its value there. */
function isDefined(tokens: readonly Token[], index: number): boolean {
  const [before, token, after] = [tokens[index - 1], tokens[index], tokens[index + 1]]
  if (token?.kind !== 'alias' || before === undefined || after === undefined) return false
  return isMark(after, '=') && (isMark(before, '(') || isMark(before, ';'))
}

/** Offset of the token that ends the value which starts at `from`. */
function endOfValue(tokens: readonly Token[], from: number): number {
  let open = 0
  let at = from
  for (let token = tokens[at]; token !== undefined && token.kind !== 'end'; token = tokens[at]) {
    if (open === 0 && (isMark(token, ';') || isMark(token, ')'))) break
    if (isMark(token, '(')) open += 1
    if (isMark(token, ')')) open -= 1
    at += 1
  }
  return at
}

/** The groups in the order they open, the one around everything first, with what is defined in each. */
function groupsIn(tokens: readonly Token[], target: string): Group[] {
  let group: Group = { outer: undefined, own: new Map(), depth: 0 }
  const groups = [group]
  for (const [index, token] of tokens.entries()) {
    if (isMark(token, '(')) {
      group = { outer: group, own: new Map(), depth: group.depth + 1 }
      if (group.depth > nestingLimit) {
        throw syntaxError(target, token.at, `nested more than ${nestingLimit} levels deep`)
      }
      groups.push(group)
    } else if (isMark(token, ')')) group = group.outer ?? group
    if (!isDefined(tokens, index)) continue
    const end = endOfValue(tokens, index + 2)
    const last: Token = { kind: 'end', text: '', at: tokens[end]?.at ?? 0, slot: -1 }
    group.own.set(token.text, [...tokens.slice(index + 2, end), last])
  }
  return groups
}

function definedIn(group: Group | undefined, name: string): readonly Token[] | undefined {
  return group === undefined ? undefined : (group.own.get(name) ?? definedIn(group.outer, name))
}

/** An alias without a value is null. */
const noValue: readonly Token[] = [{ kind: 'word', text: 'null', at: 0, slot: -1 }]

/**
 * The tokens with the values of aliases in their places. `reads(index)` tells, in order, whether the token there is part
 * of an expression. Throws `invalid` for a value that is no expression, and where values together are too long.
 */
export function withAliases(
  written: readonly Token[],
  target: string,
  aliases: ReadonlyMap<string, string>,
  reads: (index: number) => boolean,
): Meant[] {
  const groups = groupsIn(written, target)
  const values = new Map<readonly Token[] | string, readonly Token[]>()
  let [group] = groups
  let opened = 0
  const tokensOf = (name: string): readonly Token[] => {
    const own = definedIn(group, name)
    const key = own ?? name
    const text = aliases.get(name)
    const known = values.get(key)
    if (known !== undefined) return known
    const made =
      own === undefined ? (text === undefined ? noValue : checked(name, lex(text, name))) : checked(name, own, target)
    values.set(key, made)
    return made
  }
  const meant: Meant[] = []
  for (const [index, source] of written.entries()) {
    const isRead = reads(index)
    if (isMark(source, '(')) {
      opened += 1
      group = groups[opened]
    } else if (isMark(source, ')')) group = group?.outer ?? group
    if (source.kind !== 'alias' || !isRead || isDefined(written, index)) {
      meant.push({ token: source, source })
      continue
    }
    // A fault in the value is found at the alias.
    for (const token of tokensOf(source.text)) meant.push({ token: { ...token, at: source.at, slot: -1 }, source })
    if (meant.length > textLimit) {
      throw new AppError('invalid', `The parameter aliases in '${target}' stand for too long a text.`, { target })
    }
  }
  return meant
}
