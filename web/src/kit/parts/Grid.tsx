/**
 * A table of many rows: only those in sight are in the document. One Tab stop; arrows walk the cells, Enter opens a row,
 * Space selects it (where rows have a preview, Space shows that, and Shift+Space selects), a click on a head sorts. Sorting
 * and filtering are the server's, so this knows nothing of them.
 */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { t } from '../../i18n/t.ts'
import { useNarrow } from '../look/narrow.ts'
import { useShared } from '../styles.ts'
import { walkingKeys } from './grid-walk.ts'

export interface GridColumn<Row> {
  readonly id: string
  readonly title: string
  /** As CSS grid writes it, such as `2fr` or `120px`. */
  readonly width: string
  readonly cell: (row: Row) => ReactNode
  readonly isSortable?: boolean
  readonly align?: 'end'
}

export interface GridSort {
  readonly column: string
  readonly isDescending: boolean
}

interface GridProps<Row> {
  readonly label: string
  readonly columns: readonly GridColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  /** Of all rows, where more exist than are loaded. */
  readonly total?: number
  readonly onOpen?: (row: Row) => void
  /** Space was pressed on it. */
  readonly onPreview?: (row: Row) => void
  /** The keys have come to it. */
  readonly onWalk?: (row: Row) => void
  readonly selected?: ReadonlySet<string>
  readonly onSelect?: (next: ReadonlySet<string>) => void
  readonly sort?: GridSort
  readonly onSort?: (next: GridSort) => void
  /** The end comes in sight, and more rows exist. */
  readonly onMore?: () => void
  /** The row that is open beside the grid: it is kept in sight. */
  readonly current?: string
  readonly rowName?: (row: Row) => string
  /** On a telephone: all of a row in one cell, without heads. */
  readonly card?: { readonly height: number; readonly of: (row: Row) => ReactNode }
}

const useStyles = makeStyles({
  root: { height: '100%', minHeight: '120px', overflow: 'auto', outline: 'none', contain: 'strict' },
  head: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    display: 'grid',
    alignItems: 'center',
    height: 'var(--row)',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase200,
  },
  body: { position: 'relative' },
  row: {
    position: 'absolute',
    left: 0,
    right: 0,
    display: 'grid',
    alignItems: 'center',
    height: 'var(--row)',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    cursor: 'default',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  chosen: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    '@media (forced-colors: active)': { outline: '2px solid Highlight', outlineOffset: '-2px' },
  },
  // High contrast turns the colours of what is under the pointer or chosen around.
  turned: {
    ':global(:root[data-theme="contrast"])': {
      '&:hover *': { color: tokens.colorNeutralForeground1Hover },
      '&[aria-selected="true"] *': { color: tokens.colorNeutralForeground1Selected },
      '&[aria-current="true"] *': { color: tokens.colorNeutralForeground1Selected },
    },
  },
  cell: {
    padding: '0 var(--cell-x)',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  check: { padding: '0 0 0 var(--cell-x)', textOverflow: 'clip' },
  cardCell: { whiteSpace: 'normal' },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  sort: {
    padding: 0,
    border: 'none',
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    cursor: 'pointer',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
})

const rowHeights = { comfortable: 32, dense: 28 } as const

function rowHeight(): number {
  if (matchMedia('(pointer: coarse)').matches) return 44
  return document.documentElement.dataset['density'] === 'dense' ? rowHeights.dense : rowHeights.comfortable
}

/** Head and rows are grids of their own: with one least width their columns stand below each other. */
function leastWidth(template: string): string {
  const widths = template.split(/ (?![^(]*\))/).map((width) => Number(/(\d+)px/.exec(width)?.[1] ?? 80))
  return `${widths.reduce((sum, width) => sum + width, 0)}px`
}

export function Grid<Row>(props: GridProps<Row>) {
  const {
    label,
    columns: all,
    card,
    rows,
    rowKey,
    total,
    onOpen,
    onPreview,
    onWalk,
    selected,
    onSelect,
    sort,
    onSort,
    onMore,
    current,
    rowName,
  } = props
  const styles = useStyles()
  const shared = useShared()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState({ row: 0, column: 0 })
  const focusWanted = useRef(false)
  const isCards = useNarrow() && card !== undefined
  const columns: readonly GridColumn<Row>[] = isCards
    ? [{ id: 'card', title: label, width: 'minmax(0, 1fr)', cell: card.of }]
    : all
  const height = isCards ? card.height : rowHeight()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    scrollPaddingStart: isCards ? 0 : height,
    // The focused row stays mounted wherever it is, else the focus would be lost.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(count - 1, endIndex + overscan)
      const list = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
      if (active.row < count && !list.includes(active.row)) list.push(active.row)
      return list.sort((a, b) => a - b)
    },
  })
  // Where the page becomes narrow, rows become cards, which are higher.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is what is measured.
  useLayoutEffect(() => virtual.measure(), [virtual, height])
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (onMore !== undefined && rows.length > 0 && lastShown >= rows.length - 20) onMore()
  }, [lastShown, rows.length, onMore])
  const template = `${onSelect === undefined ? '' : '40px '}${columns.map(({ width }) => width).join(' ')}`
  const minWidth = isCards ? 0 : leastWidth(template)
  const focusCell = useCallback((element: HTMLElement | null) => {
    if (element !== null && focusWanted.current) {
      focusWanted.current = false
      element.focus({ preventScroll: true })
    }
  }, [])
  const go = (row: number, column: number): void => {
    const next = {
      row: Math.min(rows.length - 1, Math.max(0, row)),
      column: Math.min(columns.length - 1, Math.max(0, column)),
    }
    focusWanted.current = true
    setActive(next)
    virtual.scrollToIndex(next.row)
    const reached = rows[next.row]
    if (reached !== undefined && next.row !== active.row) onWalk?.(reached)
  }
  const currentAt = current === undefined ? -1 : rows.findIndex((row) => rowKey(row) === current)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another row is open.
  useEffect(() => {
    if (currentAt < 0) return
    setActive(({ column }) => ({ row: currentAt, column }))
    virtual.scrollToIndex(currentAt)
  }, [current, currentAt < 0])
  const toggle = (row: Row): void => {
    if (onSelect === undefined || selected === undefined) return
    const next = new Set(selected)
    const id = rowKey(row)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  const press = (row: Row, isHeld: boolean): void => {
    if (onPreview !== undefined && !isHeld) onPreview(row)
    else if (onSelect === undefined) onOpen?.(row)
    else toggle(row)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { row, column } = active
    const isControl = event.ctrlKey || event.metaKey
    const moves: Record<string, () => void> = {
      ...walkingKeys({
        row,
        column,
        rows: rows.length,
        columns: columns.length,
        sight: scroller.current?.clientHeight,
        rowHeight: height,
        isControl,
        go,
      }),
      Enter: () => rows[row] !== undefined && onOpen?.(rows[row]),
      ' ': () => rows[row] !== undefined && press(rows[row], event.shiftKey || isControl),
      a: () => isControl && onSelect?.(new Set(rows.map(rowKey))),
    }
    const inField =
      event.target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT|BUTTON|A)$/.test(event.target.tagName)
    if (inField && !/^Arrow(?:Up|Down)$|^Page/.test(event.key)) return
    const move = moves[event.key]
    if (move === undefined || (event.key === 'a' && !isControl)) return
    event.preventDefault()
    move()
  }
  const isAll = rows.length > 0 && selected?.size === rows.length
  return (
    <div
      ref={scroller}
      className={styles.root}
      role="grid"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      aria-colcount={columns.length}
      aria-multiselectable={onSelect !== undefined}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup">
        <div
          className={isCards ? shared.hidden : styles.head}
          style={{ gridTemplateColumns: template, minWidth }}
          role="row"
          aria-rowindex={1}
        >
          {onSelect !== undefined && !isCards && (
            <div role="columnheader" className={mergeClasses(styles.cell, styles.check)}>
              <input
                type="checkbox"
                aria-label={t('grid.selectAll')}
                checked={isAll}
                onChange={() => onSelect(isAll ? new Set() : new Set(rows.map(rowKey)))}
              />
            </div>
          )}
          {columns.map(({ id, title, isSortable, align }) => {
            const isSorted = sort?.column === id
            const direction = isSorted ? (sort.isDescending ? 'descending' : 'ascending') : 'none'
            return (
              <div
                key={id}
                role="columnheader"
                className={mergeClasses(styles.cell, align === 'end' && styles.end)}
                {...(isSortable === true ? { 'aria-sort': direction } : {})}
              >
                {isSortable === true && onSort !== undefined ? (
                  <button
                    type="button"
                    className={styles.sort}
                    onClick={() => onSort({ column: id, isDescending: isSorted && !sort.isDescending })}
                  >
                    {title}
                    {isSorted ? (sort.isDescending ? ' ↓' : ' ↑') : ''}
                  </button>
                ) : (
                  title
                )}
              </div>
            )
          })}
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: `${virtual.getTotalSize()}px`, minWidth }}>
        {items.map(({ index, start }) => {
          const row = rows[index] as Row
          const id = rowKey(row)
          const isCurrent = current === id
          const isSelected = selected === undefined ? isCurrent : selected.has(id)
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys.
            <div
              key={id}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={isSelected}
              {...(isCurrent && selected !== undefined ? { 'aria-current': true } : {})}
              {...(rowName === undefined ? {} : { 'aria-label': rowName(row) })}
              className={mergeClasses(styles.row, styles.turned, (isSelected || isCurrent) && styles.chosen)}
              style={{ gridTemplateColumns: template, transform: `translateY(${start}px)`, ...(isCards && { height }) }}
              onClick={() => {
                setActive({ row: index, column: 0 })
                onOpen?.(row)
              }}
            >
              {onSelect !== undefined && (
                // biome-ignore lint/a11y/useKeyWithClickEvents: Space selects.
                <div
                  role="gridcell"
                  className={mergeClasses(styles.cell, styles.check)}
                  onClick={(event) => event.stopPropagation()}
                >
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={t('grid.select', { name: rowName?.(row) ?? id })}
                    checked={selected?.has(id) === true}
                    onChange={() => toggle(row)}
                  />
                </div>
              )}
              {columns.map(({ id: column, cell, align }, at) => {
                const isActive = active.row === index && active.column === at
                return (
                  <div
                    key={column}
                    role="gridcell"
                    aria-colindex={at + 1}
                    tabIndex={isActive ? 0 : -1}
                    ref={isActive ? focusCell : undefined}
                    className={mergeClasses(styles.cell, align === 'end' && styles.end, isCards && styles.cardCell)}
                    onFocus={() => {
                      if (!isActive) setActive({ row: index, column: at })
                    }}
                  >
                    {cell(row)}
                  </div>
                )
              })}
            </div>
          )
        })}
      </div>
    </div>
  )
}
