/**
 * CSV as partners exchange it: UTF-8, comma or semicolon in, comma out, RFC 4180 quotes. A cell that a spreadsheet would
 * compute gets an apostrophe, which is taken off when it is read (events.md §7.6).
 */
import { CsvError, parse } from 'csv-parse/sync'

export interface CsvLine {
  /** Of the file, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvTable {
  readonly header: readonly string[]
  readonly lines: readonly CsvLine[]
}

/** Text that is no CSV, with the line where that shows. */
export class NoCsv extends Error {
  override readonly name = 'NoCsv'
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

const computed = /^'*[=+\-@\t\r]/
const marked = /^'+[=+\-@\t\r]/
const toQuote = /[",;\r\n]|^\s|\s$/

function cellOut(text: string): string {
  const safe = computed.test(text) ? `'${text}` : text
  return toQuote.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function cellIn(text: string): string {
  return marked.test(text) ? text.slice(1) : text
}

/** Lines end with CR LF, as RFC 4180 says. */
export function csvText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cellOut).join(',')}\r\n`).join('')
}

function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r\n|\n|\r/, 1)
  return first.split(';').length > first.split(',').length ? ';' : ','
}

const lineBreak = /\r\n|\n|\r/g

/** Lines without text are left out. Throws `NoCsv`. */
export function csvTable(given: string): CsvTable {
  const text = given.replace(/^\uFEFF/, '')
  let all: string[][]
  try {
    all = parse(text, {
      delimiter: delimiterOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
    })
  } catch (error) {
    if (error instanceof CsvError) throw new NoCsv(error.message, Number(error['lines'] ?? 1))
    throw error
  }
  const lines: CsvLine[] = []
  let line = 1
  for (const cells of all) {
    if (cells.some((cell) => cell.trim() !== '')) lines.push({ line, cells: cells.map(cellIn) })
    line += 1
    for (const cell of cells) line += cell.match(lineBreak)?.length ?? 0
  }
  const [first, ...rest] = lines
  return { header: first?.cells.map((cell) => cell.trim()) ?? [], lines: rest }
}

/** The place of a column, without regard to case; undefined: there is none. */
export function columnAt(header: readonly string[], ...names: readonly string[]): number | undefined {
  const wanted = names.map((name) => name.toLowerCase())
  const at = header.findIndex((name) => wanted.includes(name.toLowerCase()))
  return at < 0 ? undefined : at
}
