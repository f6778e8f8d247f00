/** The cells of the matrix of translations: what a paste fills, which one is missing next, and what becomes of labels. Pure. */
import type { Label } from '../../detail/api.ts'

export interface Cell {
  readonly row: number
  readonly column: number
}

/** A block as spreadsheets copy it: tabs between cells, lines between rows, quotes around cells with either in them. */
export function parseBlock(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  let cell = ''
  let isQuoted = false
  const endCell = (): void => {
    rows.at(-1)?.push(cell)
    cell = ''
  }
  const all = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  for (let at = 0; at < all.length; at += 1) {
    const character = all[at] as string
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (all[at + 1] === '"') {
        cell += '"'
        at += 1
      } else isQuoted = false
    } else if (character === '"' && cell === '') isQuoted = true
    else if (character === '\t') endCell()
    else if (character === '\n') {
      endCell()
      rows.push([])
    } else cell += character
  }
  endCell()
  return rows
}

export function labelIn(labels: readonly Label[], tag: string): string {
  return labels.find(({ languageTag, isDefault }) => isDefault && languageTag === tag)?.name ?? ''
}

/** With another default label in one language; an empty one removes it. The other labels stay as and where they are. */
export function withLabel(labels: readonly Label[], tag: string, name: string): readonly Label[] {
  const isMeant = ({ languageTag, isDefault }: Label): boolean => isDefault && languageTag === tag
  if (name === '') return labels.filter((label) => !isMeant(label))
  if (labels.some(isMeant)) return labels.map((label) => (isMeant(label) ? { ...label, name } : label))
  return [...labels, { name, languageTag: tag, isDefault: true }]
}

export interface CellChange {
  readonly id: string
  readonly homeSetId: string
  readonly tag: string
  readonly before: string
  readonly after: string
}

interface PasteFacts {
  readonly block: readonly (readonly string[])[]
  readonly from: Cell
  readonly rows: readonly { readonly id: string; readonly homeSetId: string }[]
  readonly tags: readonly string[]
  readonly labelsOf: (id: string) => readonly Label[] | undefined
}

/** What the block would change, from the cell on. What is as it was, and what lies beyond the last row or column, is left out. */
export function pastePlan({ block, from, rows, tags, labelsOf }: PasteFacts): readonly CellChange[] {
  return block.flatMap((line, down) =>
    line.flatMap((text, right) => {
      const row = rows[from.row + down]
      const tag = tags[from.column + right]
      const labels = row === undefined ? undefined : labelsOf(row.id)
      if (row === undefined || tag === undefined || labels === undefined) return []
      const before = labelIn(labels, tag)
      const after = text.trim()
      return before === after ? [] : [{ ...row, tag, before, after }]
    }),
  )
}

interface MissingFacts {
  readonly from: Cell
  readonly rows: readonly { readonly id: string }[]
  readonly tags: readonly string[]
  readonly labelsOf: (id: string) => readonly Label[] | undefined
}

/** The next cell without a label after this one, row by row, beginning again at the top; undefined: there is none. */
export function nextMissing({ from, rows, tags, labelsOf }: MissingFacts): Cell | undefined {
  const columns = tags.length
  const count = rows.length * columns
  const start = from.row * columns + from.column
  for (let step = 1; step <= count; step += 1) {
    const at = (start + step) % count
    const row = Math.floor(at / columns)
    const column = at % columns
    const labels = labelsOf(rows[row]?.id ?? '')
    if (labels !== undefined && labelIn(labels, tags[column] ?? '') === '') return { row, column }
  }
  return undefined
}

/** Of all terms that are known, how many have a label in the language: in percent, and 100 only when none is missing. */
export function coverage(all: Iterable<readonly Label[]>, tag: string): number {
  let count = 0
  let filled = 0
  for (const labels of all) {
    count += 1
    if (labelIn(labels, tag) !== '') filled += 1
  }
  return count === 0 ? 0 : Math.floor((100 * filled) / count)
}
