/** Pages that name, for each row, a test which fails without what the row says: `| id | what | test file | its name |`. */
import { existsSync } from 'node:fs'
import { pageAt } from './paste.ts'

export interface Trace {
  readonly id: string
  /** What the row says. */
  readonly what: string
  readonly file: string
  readonly name: string
}

/** Rows of the tables of a page whose first cell is of the form. */
export const tracesIn = (page: string, id: RegExp): Trace[] =>
  pageAt(page)
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter(([, first = '']) => id.test(first))
    .map(([, first = '', what = '', file = '', name = '']) => ({
      id: first,
      what,
      file: file.replaceAll('`', ''),
      name,
    }))

/** Those whose file or test is not there. */
export const untraced = (traces: readonly Trace[]): Trace[] =>
  traces.filter(
    ({ file, name }) =>
      name === '' || !existsSync(new URL(`../../${file}`, import.meta.url)) || !pageAt(file).includes(`'${name}'`),
  )
