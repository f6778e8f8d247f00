/**
 * Text as it is searched: exchange.md §11. Three foldings, each looser than the one before, and where words begin. Positions
 * hold in folded text only, as folding changes lengths.
 */
import { fold } from './fold.ts'

const beyondAscii = /[^\0-\x7f]/
const accented = /[\p{Script=Latin}\p{Script=Greek}]/u
const mark = /\p{M}/u
const marks = /\p{M}+/gu

/** What is written in more than one way, and letters that have a stroke or are joined, which have no decomposition. */
const instead: Readonly<Record<string, string>> = {
  ß: 'ss',
  ı: 'i',
  ё: 'е',
  ς: 'σ',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  æ: 'ae',
  œ: 'oe',
  '\u3000': ' ',
  '\u00a0': ' ',
  ...Object.fromEntries([...'‐‑‒–—―−﹘﹣'].map((dash) => [dash, '-'])),
  ...Object.fromEntries([...'‘’‚‛ʼʹ′`´'].map((apostrophe) => [apostrophe, "'"])),
}

const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' }

/** Full-width forms of ASCII lie at a fixed distance from it. */
function narrowed(char: string): string {
  const code = char.charCodeAt(0)
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0).toLowerCase() : char
}

interface LooseChar {
  readonly text: string
  /** Marks after it go as its accents do. */
  readonly isAccented: boolean
  readonly isMark: boolean
}

function looseChar(char: string): LooseChar {
  const plain = instead[char] ?? narrowed(char)
  const isAccented = accented.test(plain)
  return { text: isAccented ? plain.normalize('NFD').replace(marks, '') : plain, isAccented, isMark: mark.test(char) }
}

/** Those of Latin, Greek, Cyrillic and their neighbours, by their code: every label of a search is loosened. */
const knownChars: LooseChar[] = []
const mostKnown = 0x600

function looseCharOf(char: string): LooseChar {
  const code = char.charCodeAt(0)
  if (code >= mostKnown) return looseChar(char)
  knownChars[code] ??= looseChar(char)
  return knownChars[code]
}

function loosened(folded: string): string {
  if (!beyondAscii.test(folded)) return folded.replaceAll('`', "'")
  let text = ''
  let isAfterAccented = false
  for (const char of folded) {
    const loose = looseCharOf(char)
    // A mark that has no composed form with its letter goes as the accents of Latin and Greek do.
    if (isAfterAccented && loose.isMark) continue
    isAfterAccented = loose.isAccented
    text += loose.text
  }
  return text
}

export interface SearchKeys {
  /** As siblings are compared: NFC, lower case. */
  readonly exact: string
  /** Without accents, in one form of width, dashes and apostrophes. */
  readonly loose: string
  /** As `loose`, but `ä`, `ö` and `ü` are `ae`, `oe` and `ue`. Equal to `loose` where there is none. */
  readonly spelt: string
}

export function searchKeys(text: string): SearchKeys {
  const exact = fold(text)
  const loose = loosened(exact)
  const spelt = /[äöü]/.test(exact) ? loosened(exact.replace(/[äöü]/g, (letter) => umlauts[letter] ?? letter)) : loose
  return { exact, loose, spelt }
}

const asciiWord = /[a-z0-9]+/g
/** Where there is no character that is a word of its own: their scripts begin at U+1100. */
const beforeHangul = /^[\0-\u10ff]*$/
const usualWord = /[\p{L}\p{M}\p{N}]+/gu
const anyWord =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])[\p{L}\p{M}\p{N}])+/gu

/** The words of a folded text with their places. In Chinese, Japanese and Korean each character is one. */
export function wordsIn(folded: string): { readonly at: number; readonly word: string }[] {
  const words: { at: number; word: string }[] = []
  const wide = beforeHangul.test(folded) ? usualWord : anyWord
  const pattern = beyondAscii.test(folded) ? wide : asciiWord
  pattern.lastIndex = 0
  for (let match = pattern.exec(folded); match !== null; match = pattern.exec(folded))
    words.push({ at: match.index, word: match[0] })
  return words
}

/** How much of a text the index of words has, in UTF-16 units. */
export const keyLength = 48

/** Cut to what the index has; a pair of surrogates stays whole. */
export function keyOf(folded: string): string {
  if (folded.length <= keyLength) return folded
  const isPair = (folded.codePointAt(keyLength - 1) ?? 0) > 0xffff
  return folded.slice(0, isPair ? keyLength - 1 : keyLength)
}

/** A text of a list, such as a label: `space` parts the index, by language for example. */
export interface IndexedText {
  readonly text: string
  readonly space: string
  readonly isFirst: boolean
}

export interface WordRow {
  /** `entryOf` of the form, the space and the folded text from there on, as far as `keyLength`. */
  readonly entry: string
  /** Of the text, in UTF-16 units, 255 at most; of several texts with this entry, of the shortest. */
  readonly length: number
}

/** `form`: 0 and 1 for the whole text, 2 and 3 from a later word on; even of a text that is a first one. */
export function entryOf(form: number, space: string, key: string): string {
  return `${form}${space} ${key}`
}

export function partsOf(entry: string): { readonly form: number; readonly space: string; readonly key: string } {
  const blank = entry.indexOf(' ')
  return { form: Number(entry[0]), space: entry.slice(1, blank), key: entry.slice(blank + 1) }
}

/** Nowhere in a text is further from the beginning of an entry, so that any part of it is found within some entry. */
const furthest = keyLength / 2
const longest = 255

/** Where entries begin: at words, and within what is longer than an entry should be. */
function startsIn(folded: string): number[] {
  const starts = [0]
  const fillUpTo = (end: number): void => {
    for (let last = starts.at(-1) ?? 0; end - last > furthest; last = starts.at(-1) ?? end) {
      const isPair = (folded.codePointAt(last + furthest - 1) ?? 0) > 0xffff
      starts.push(last + furthest - (isPair ? 1 : 0))
    }
  }
  for (const { at } of wordsIn(folded)) {
    if (at === 0) continue
    fillUpTo(at)
    starts.push(at)
  }
  fillUpTo(folded.length - furthest)
  return starts
}

function addRows(rows: WordRow[], folded: string, { text, space, isFirst }: IndexedText): void {
  const length = Math.min(text.length, longest)
  const second = isFirst ? 0 : 1
  for (const at of startsIn(folded)) {
    const entry = entryOf((at === 0 ? 0 : 2) + second, space, keyOf(folded.slice(at)))
    const known = rows.findIndex((row) => row.entry === entry)
    if (known < 0) rows.push({ entry, length })
    else if ((rows[known] as WordRow).length > length) rows[known] = { entry, length }
  }
}

/** The rows of an index of words for the texts of one owner: one for each text and place where a word begins. */
export function wordRows(texts: readonly IndexedText[]): WordRow[] {
  const rows: WordRow[] = []
  for (const text of texts) {
    const { loose, spelt } = searchKeys(text.text)
    addRows(rows, loose, text)
    if (spelt !== loose) addRows(rows, spelt, text)
  }
  return rows
}

/** A number for a place, such as a list that many owners are in. Two places may have one number. */
export function placeNumber(place: string): number {
  let number = 0x811c9dc5
  for (let at = 0; at < place.length; at++) number = Math.imul(number ^ place.charCodeAt(at), 0x01000193)
  return number >>> 0
}
