/** The keys that walk through a grid, cell by cell and by what is in sight. */

interface Walk {
  readonly row: number
  readonly column: number
  readonly rows: number
  readonly columns: number
  /** Pixels in sight, and of a row. */
  readonly sight: number | undefined
  readonly rowHeight: number
  /** Control, or Command of a Mac. */
  readonly isControl: boolean
  readonly go: (row: number, column: number) => void
}

export function walkingKeys(walk: Walk): Readonly<Record<string, () => void>> {
  const { row, column, rows, columns, sight = 320, rowHeight, isControl, go } = walk
  // Of the rows in sight, the head and one that was seen before are no new ones.
  const page = Math.max(1, Math.floor(sight / rowHeight) - 2)
  return {
    ArrowDown: () => go(row + 1, column),
    ArrowUp: () => go(row - 1, column),
    ArrowRight: () => go(row, column + 1),
    ArrowLeft: () => go(row, column - 1),
    PageDown: () => go(row + page, column),
    PageUp: () => go(row - page, column),
    Home: () => (isControl ? go(0, 0) : go(row, 0)),
    End: () => (isControl ? go(rows - 1, columns - 1) : go(row, columns - 1)),
  }
}
