/** How commands show what a server answers: aligned columns for people, JSON for programs. */
import { printable, printableJson } from '#base/json.ts'

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function sayJson(value: unknown): void {
  say(printableJson(value))
}

type Cell = string | number | boolean | null | undefined

/** Rows of equal length; an empty list is one line that says so. */
export function sayTable(rows: readonly (readonly Cell[])[], none: string): void {
  if (rows.length === 0) {
    say(none)
    return
  }
  const texts = rows.map((row) => row.map((cell) => printable(cell === undefined || cell === null ? '' : String(cell))))
  const widths = (texts[0] ?? []).map((_, at) => Math.max(...texts.map((row) => (row[at] ?? '').length)))
  for (const row of texts)
    say(
      row
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}
