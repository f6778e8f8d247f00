/** $search → folded words, every one of which must be found. The property form of Graph is refused, not misread. */
import { AppError } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import type { EntityType } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { syntaxError } from './lexer.ts'
import { propOf } from './names.ts'

const wordLimit = 32

/** Phrases (in double quotes) and bare pieces between blanks. */
const pieceForm = /"([^"]*)"|[^\s"]+/g

const propertyForm = /^\s*([a-z]\w*)\s*:/i

/** "(" searchExpr ")": words are all joined by AND, so that groups change nothing. */
const withoutGroups = (piece: string): string => piece.replace(/^\(+/, '').replace(/\)+$/, '')

const checkBare = (word: string, at: number, target: string): void => {
  if (word !== 'OR' && word !== 'NOT') return
  throw syntaxError(target, at, `${word} is not supported, only words that must all be found`)
}

/** searchExpr: words and phrases, joined by AND or by nothing. Gives a JSON array without duplicates; a phrase is one word. */
export const readSearch = (model: Model, type: EntityType, text: string, target: string): string => {
  const words = new Set<string>()
  for (const { 0: piece, 1: phrase, index } of text.matchAll(pieceForm)) {
    const word = phrase === undefined ? withoutGroups(piece) : phrase.trim()
    if (phrase === undefined) checkBare(word, index, target)
    const named = propertyForm.exec(word)?.[1]
    if (named !== undefined && propOf(model, type, named) !== undefined) {
      throw syntaxError(target, index, `a search in one property ('${named}:') is not supported`)
    }
    if (word !== '' && (phrase !== undefined || word !== 'AND')) words.add(fold(word))
  }
  if (words.size === 0) throw syntaxError(target, 0, 'expected at least one word to search for')
  if (words.size > wordLimit) throw new AppError('invalid', `'${target}' has more than ${wordLimit} words.`, { target })
  return JSON.stringify([...words])
}
