/**
 * $search → alternatives of folded words that must, or must not, be found. Follows searchExpr of the OData 4.01 ABNF:
 * NOT before AND before OR, nothing between two words is AND. The property form of Graph is refused, not misread.
 */
import { AppError } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { EntityType } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { inForm, type TextForm } from '#edm/text-form.ts'
import { propOf } from './expression/names.ts'
import { nestingLimit } from './syntax/cursor.ts'
import { syntaxError } from './syntax/lexer.ts'

const wordLimit = 32
/** NOT over a group, or AND over several, multiplies alternatives. */
const wayLimit = 64

interface Piece {
  /** `bare` may be an operator. */
  readonly kind: 'bare' | 'quoted' | '(' | ')'
  readonly text: string
  readonly at: number
}

export type Search =
  | { readonly is: 'word'; readonly text: string; readonly bare: boolean; readonly at: number }
  | { readonly is: 'not'; readonly arg: Search }
  | { readonly is: 'and' | 'or'; readonly args: readonly Search[] }

const blank = /\s*/y
const bareForm = /[^\s"()]+/y
const phraseForm = /"((?:[^"\\]|\\.)*)"/sy
/** A word in single quotes may hold anything but them. */
const wordForm = /'([^']*)'/y

const endsWord = /[\s()]|$/y

function quotedAt(text: string, at: number, target: string): RegExpExecArray | null {
  const form = text[at] === '"' ? phraseForm : wordForm
  form.lastIndex = at
  const found = form.exec(text)
  if (found === null && text[at] === '"') {
    throw syntaxError(target, text.length, `expected the closing quote of the phrase that starts at ${at}`)
  }
  return found
}

function piecesOf(text: string, target: string): Piece[] {
  const pieces: Piece[] = []
  for (let at = 0; ; ) {
    blank.lastIndex = at
    at += blank.exec(text)?.[0].length ?? 0
    const first = text[at]
    if (first === undefined) return pieces
    if (first === '(' || first === ')') {
      pieces.push({ kind: first, text: first, at })
      at += 1
      continue
    }
    const quoted = first === '"' || first === "'" ? quotedAt(text, at, target) : null
    bareForm.lastIndex = at
    const found = quoted ?? bareForm.exec(text)
    if (found === null) throw syntaxError(target, at, 'expected a word')
    pieces.push({ kind: quoted === null ? 'bare' : 'quoted', text: found[1] ?? found[0], at })
    at += found[0].length
    endsWord.lastIndex = at
    const touches = !endsWord.test(text) || (quoted === null && text[at] === '(' && !isOperator(found[0]))
    if (touches) throw syntaxError(target, at, 'expected a blank between words')
  }
}

function isOperator(text: string): boolean {
  return text === 'AND' || text === 'OR' || text === 'NOT'
}

class Reader {
  readonly #pieces: readonly Piece[]
  readonly #text: string
  readonly #target: string
  #next = 0
  #depth = 0

  constructor(text: string, target: string) {
    this.#pieces = piecesOf(text, target)
    this.#text = text
    this.#target = target
  }

  /** Whether an operand stands `ahead` pieces from here: an operator with nothing after it is a word. */
  #operandAt(ahead: number): boolean {
    const piece = this.#pieces[this.#next + ahead]
    return piece !== undefined && piece.kind !== ')'
  }

  #skips(word: string): boolean {
    const piece = this.#pieces[this.#next]
    const found = piece?.kind === 'bare' && piece.text === word && this.#operandAt(1)
    if (found) this.#next += 1
    return found
  }

  whole(): Search {
    const found = this.#or()
    const rest = this.#pieces[this.#next]
    if (rest !== undefined) throw syntaxError(this.#target, rest.at, `expected a word, found '${rest.text}'`)
    return found
  }

  #or(): Search {
    const first = this.#and()
    const args = [first]
    while (this.#skips('OR')) args.push(this.#and())
    return args.length === 1 ? first : { is: 'or', args }
  }

  #and(): Search {
    const first = this.#not()
    const args = [first]
    for (;;) {
      const piece = this.#pieces[this.#next]
      if (piece === undefined || piece.kind === ')') break
      if (piece.kind === 'bare' && piece.text === 'OR' && this.#operandAt(1)) break
      this.#skips('AND')
      args.push(this.#not())
    }
    return args.length === 1 ? first : { is: 'and', args }
  }

  #not(): Search {
    if (this.#skips('NOT')) return { is: 'not', arg: this.#operand() }
    return this.#operand()
  }

  #operand(): Search {
    const piece = this.#pieces[this.#next]
    if (piece === undefined || piece.kind === ')') {
      throw syntaxError(this.#target, piece?.at ?? this.#text.length, 'expected at least one word to search for')
    }
    this.#next += 1
    if (piece.kind !== '(') return { is: 'word', text: piece.text.trim(), bare: piece.kind === 'bare', at: piece.at }
    this.#depth += 1
    if (this.#depth > nestingLimit)
      throw syntaxError(this.#target, piece.at, `nested more than ${nestingLimit} levels deep`)
    const inner = this.#or()
    this.#depth -= 1
    const close = this.#pieces[this.#next]
    if (close?.kind !== ')') throw syntaxError(this.#target, close?.at ?? this.#text.length, "expected ')'")
    this.#next += 1
    return inner
  }
}

/** searchExpr. Throws AppError `invalid` with the position. */
export function parseSearch(text: string, target: string): Search {
  return new Reader(text, target).whole()
}

/** Alternatives, each a list of words with their sign. */
type Ways = readonly (readonly string[])[]

function joinedWays(parts: readonly Ways[], target: string): Ways {
  return parts.reduce<Ways>(
    (sum, part) => {
      if (sum.length * part.length > wayLimit) {
        throw new AppError('invalid', `'${target}' has more than ${wayLimit} alternatives.`, { target })
      }
      return sum.flatMap((way) => part.map((more) => [...new Set([...way, ...more])]))
    },
    [[]],
  )
}

function waysOf(search: Search, negated: boolean, target: string, form: TextForm | undefined): Ways {
  if (search.is === 'word') {
    const text = form === undefined ? search.text : inForm(form, search.text)
    return [[`${negated ? '-' : '+'}${fold(text)}`]]
  }
  if (search.is === 'not') return waysOf(search.arg, !negated, target, form)
  const parts = search.args.map((arg) => waysOf(arg, negated, target, form))
  const ways = (search.is === 'or') === negated ? joinedWays(parts, target) : parts.flat()
  return ways
}

function wordsOf(search: Search): (Search & { is: 'word' })[] {
  if (search.is === 'word') return [search]
  return search.is === 'not' ? wordsOf(search.arg) : search.args.flatMap(wordsOf)
}

/** The form of the texts that are searched: those of the property, or of the elements it holds. */
function formOf(model: Model, type: EntityType): TextForm | undefined {
  const prop = type.searched === undefined ? undefined : propOf(model, type, type.searched)?.prop
  if (prop === undefined || typeof prop.type === 'string' || prop.type.kind === 'enum') return prop?.form
  const { props } = prop.type
  return prop.elements?.map((name) => props[name]?.form).find((form) => form !== undefined)
}

const propertyForm = /^\s*([a-z]\w*)\s*:/i

/** One alternative that asks for nothing. */
const everything = '[[]]'
const asteriskAtEnd = /\*(?=[\s)]|$)/g

/** The text of the bound parameter: a JSON array of alternatives, `[["+must","-must not"],…]`. */
export function readSearch(model: Model, type: EntityType, given: string, target: string): string {
  const isWild = type.wildcards === true
  if (isWild && /^\s*(?:\*|"\*?")?\s*$/.test(given)) return everything
  // Parts of words are found, so an asterisk after one changes nothing.
  const text = isWild ? given.replace(asteriskAtEnd, '') : given
  const search = parseSearch(text, target)
  if (type.searched === undefined) {
    throw new AppError('invalid', `'${target}' is not supported on '${type.name}'.`, { target })
  }
  const form = formOf(model, type)
  const words = wordsOf(search)
  for (const { text: word, at } of words) {
    const named = propertyForm.exec(word)?.[1]
    if (named !== undefined && propOf(model, type, named) !== undefined) {
      throw syntaxError(target, at, `a search in one property ('${named}:') is not supported`)
    }
    if (word === '') throw syntaxError(target, at, 'expected at least one word to search for')
    if (word.includes('\0')) throw syntaxError(target, at, 'no text has the character U+0000')
  }
  if (words.length > wordLimit)
    throw new AppError('invalid', `'${target}' has more than ${wordLimit} words.`, { target })
  return JSON.stringify(waysOf(search, false, target, form))
}
