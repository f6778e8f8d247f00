/**
 * CSV text as records with their lines: exchange.md §3.3. A record is where its first line is, whatever line breaks its
 * fields hold.
 */
import { CsvError, parse } from 'csv-parse/sync'
import { type At, fault, type ImportFault } from '../faults.ts'

export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/** Characters of one field, or of one record outside its fields. */
const maxField = 1_048_576

const lineBreak = /\r\n|\n|\r/g

function breaksIn(text: string): number {
  return text.includes('\n') || text.includes('\r') ? (text.match(lineBreak)?.length ?? 0) : 0
}

function parsed(text: string, delimiter: string, options: { trim: boolean; to?: number }): string[][] {
  return parse(text, {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    ltrim: options.trim,
    rtrim: options.trim,
    max_record_size: maxField,
    ...(options.to === undefined ? {} : { to: options.to }),
  })
}

/**
 * White space around a quoted field is none of it. Trimming costs half as much time again, and only files that have
 * such space need it: without trimming they are refused for their quotes.
 */
function parsedLeniently(text: string, delimiter: string): string[][] {
  try {
    return parsed(text, delimiter, { trim: false })
  } catch (error) {
    if (!(error instanceof CsvError) || error.code === 'CSV_QUOTE_NOT_CLOSED') throw error
    return parsed(text, delimiter, { trim: true })
  }
}

type Mistake = 'not closed' | 'after' | 'before'

const says: Readonly<Record<Mistake, string>> = {
  'not closed': 'a quote (") is opened and never closed',
  after: 'text follows the closing quote (") of a field. Quotes within a field are doubled: ""',
  before: 'a quote (") stands within a field that is not quoted. Put the field in quotes and double those within: ""',
}

/** Where the first of these characters is, from a place on; the length of the text where none is. */
function findAny(text: string, signs: string, from: number): number {
  let at = from
  while (at < text.length && !signs.includes(text.charAt(at))) at += 1
  return at
}

function skipBlanks(text: string, delimiter: string, from: number): number {
  let at = from
  while (text.charAt(at) === ' ' || (text.charAt(at) === '\t' && delimiter !== '\t')) at += 1
  return at
}

/** The quote that closes the one before `from`; undefined: none does. */
function closingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2))
    if (text.charAt(at + 1) !== '"') return at
  return undefined
}

/** Where the quotes of the text go wrong. The parser knows the line at which it noticed, not the column. */
function placeOfMistake(text: string, delimiter: string): { mistake: Mistake; at: number } | undefined {
  const ends = `${delimiter}\r\n`
  for (let at = 0; at < text.length; at++) {
    const begin = skipBlanks(text, delimiter, at)
    if (text.charAt(begin) !== '"') {
      at = findAny(text, `${ends}"`, begin)
      if (text.charAt(at) === '"') return { mistake: 'before', at }
      continue
    }
    const close = closingQuote(text, begin + 1)
    if (close === undefined) return { mistake: 'not closed', at: begin }
    at = skipBlanks(text, delimiter, close + 1)
    if (at < text.length && !ends.includes(text.charAt(at))) return { mistake: 'after', at }
  }
  return undefined
}

function syntaxFault(error: CsvError, text: string, delimiter: string, file: string): ImportFault {
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    const at: At = { file, line: Number(error['lines'] ?? 1), path: '' }
    return fault('limit', at, `line ${at.line}: a field is longer than ${maxField} characters.`)
  }
  const found = placeOfMistake(text, delimiter)
  const before = found === undefined ? '' : text.slice(0, found.at)
  const line = found === undefined ? Number(error['lines'] ?? 1) : breaksIn(before) + 1
  const column = before.length - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'))
  const what = found === undefined ? error.message : says[found.mistake]
  return fault('syntax', { file, line, column, path: '' }, `line ${line}, column ${column}: ${what}.`)
}

/** Records with text in them; a fault where the text is no CSV. */
export function recordsOf(text: string, delimiter: string, file: string): CsvRecord[] | ImportFault {
  let all: string[][]
  try {
    all = parsedLeniently(text, delimiter)
  } catch (error) {
    if (error instanceof CsvError) return syntaxFault(error, text, delimiter, file)
    throw error
  }
  const records: CsvRecord[] = []
  let line = 1
  for (const fields of all) {
    if (fields.some((field) => field.trim() !== '')) records.push({ line, fields })
    line += 1
    for (const field of fields) line += breaksIn(field)
  }
  return records
}

/** The first record with text in it; undefined where the text is no CSV with this delimiter. */
export function firstRecord(text: string, delimiter: string): readonly string[] | undefined {
  const begun = text.trimStart()
  try {
    return parsed(begun.slice(0, maxField), delimiter, { trim: true, to: 1 })[0]
  } catch (error) {
    if (error instanceof CsvError) return undefined
    throw error
  }
}
