/**
 * The grid of the matrix: one Tab stop, arrows walk the cells, F2 or typing edits, Enter saves and goes down, Tab saves and
 * goes right, Escape gives up, Ctrl+Enter goes to the next hole, pasting fills from the cell on.
 */
import { mergeClasses } from '@fluentui/react-components'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ClipboardEvent, Fragment, type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { walkingKeys } from '../../../kit/parts/grid-walk.ts'
import { labelFault } from '../../detail/form/rules.ts'
import { languageName } from '../../detail/names/names.ts'
import type { Listed, TermFacts } from '../api.ts'
import { type Cell, type CellChange, coverage, labelIn, nextMissing, parseBlock, pastePlan } from './cells.ts'
import { columnIndex, MatrixCell } from './MatrixCell.tsx'
import { rowHeight, useMatrixStyles } from './matrixStyles.ts'
import { type CellSaving, cellKey } from './saving.ts'

interface MatrixGridProps {
  readonly rows: readonly Listed[]
  readonly tags: readonly string[]
  readonly facts: ReadonlyMap<string, TermFacts>
  readonly saving: CellSaving
  readonly onPaste: (changes: readonly CellChange[]) => void
  /** Without paths. */
  readonly isNarrow: boolean
  /** An earlier state: nothing is written in. */
  readonly isReadOnly: boolean
}

interface Editing extends Cell {
  readonly text: string
}

export function MatrixGrid({ rows, tags, facts, saving, onPaste, isNarrow, isReadOnly }: MatrixGridProps) {
  const styles = useMatrixStyles()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 })
  const [editing, setEditing] = useState<Editing | undefined>()
  const focusWanted = useRef(false)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(count - 1, endIndex + overscan)
      const list = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
      if (active.row < count && !list.includes(active.row)) list.push(active.row)
      return list.sort((a, b) => a - b)
    },
  })
  const labelsOf = useCallback((id: string) => facts.get(id)?.labels, [facts])
  const shares = useMemo(() => {
    const all = [...facts.values()].map(({ labels }) => labels)
    return new Map(tags.map((tag) => [tag, coverage(all, tag)]))
  }, [facts, tags])
  const pathColumn = isNarrow ? [] : ['minmax(110px, 1fr)']
  const template = ['minmax(150px, 1.4fr)', ...pathColumn, ...tags.slice(1).map(() => 'minmax(150px, 1.4fr)')].join(' ')
  const minWidth = `${150 * tags.length + 110 * pathColumn.length}px`

  const go = (row: number, column: number): void => {
    const next = {
      row: Math.min(rows.length - 1, Math.max(0, row)),
      column: Math.min(tags.length - 1, Math.max(0, column)),
    }
    focusWanted.current = true
    setActive(next)
    virtual.scrollToIndex(next.row)
  }
  const shownText = ({ row, column }: Cell): string => {
    const id = rows[row]?.id ?? ''
    const tag = tags[column] ?? ''
    return saving.cells.get(cellKey(id, tag))?.text ?? labelIn(labelsOf(id) ?? [], tag)
  }
  /** Says so where nothing can be written. */
  const canWrite = (): boolean => {
    if (isReadOnly) announce(t('matrix.readOnly'), 'assertive')
    return !isReadOnly
  }
  const begin = (text: string): void => {
    if (canWrite()) setEditing({ ...active, text })
  }
  const write = ({ row, column }: Cell, after: string): void => {
    const listed = rows[row]
    const tag = tags[column]
    const labels = listed === undefined ? undefined : labelsOf(listed.id)
    if (listed === undefined || tag === undefined || labels === undefined) return
    const before = labelIn(labels, tag)
    if (after.trim() === before) saving.forget(cellKey(listed.id, tag))
    else void saving.save({ id: listed.id, homeSetId: listed.homeSetId, tag, before, after: after.trim() })
  }
  const finish = (move: Cell | undefined): void => {
    if (editing !== undefined) write(editing, editing.text)
    setEditing(undefined)
    if (move !== undefined) go(move.row, move.column)
  }
  const toNextMissing = (): void => {
    if (editing !== undefined) write(editing, editing.text)
    setEditing(undefined)
    const next = nextMissing({ from: active, rows, tags, labelsOf })
    if (next === undefined) announce(t('matrix.noneMissing'))
    else go(next.row, next.column)
  }
  saving.nextMissing.current = toNextMissing
  const takeFocus = useCallback((element: HTMLElement | null) => {
    if (element === null || !focusWanted.current) return
    focusWanted.current = false
    element.focus({ preventScroll: true })
  }, [])

  const onKeyDown = (event: KeyboardEvent): void => {
    const { row, column } = active
    const isControl = event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && isControl) {
      event.preventDefault()
      toNextMissing()
      return
    }
    if (editing !== undefined) {
      const ends: Record<string, () => void> = {
        Enter: () => finish({ row: row + 1, column }),
        Tab: () => finish(event.shiftKey ? { row, column: column - 1 } : { row, column: column + 1 }),
        Escape: () => {
          setEditing(undefined)
          go(row, column)
        },
      }
      const end = ends[event.key]
      if (end === undefined) return
      event.preventDefault()
      event.stopPropagation()
      end()
      return
    }
    const moves: Record<string, () => void> = {
      ...walkingKeys({
        row,
        column,
        rows: rows.length,
        columns: tags.length,
        sight: scroller.current?.clientHeight,
        rowHeight,
        isControl,
        go,
      }),
      F2: () => begin(shownText(active)),
      Enter: () => begin(shownText(active)),
      Delete: () => {
        if (canWrite()) write(active, '')
      },
    }
    const move = moves[event.key]
    if (move !== undefined) {
      event.preventDefault()
      event.stopPropagation()
      move()
    } else if (event.key.length === 1 && !isControl && !event.altKey) {
      event.preventDefault()
      event.stopPropagation()
      begin(event.key)
    }
  }
  const paste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain')
    const block = parseBlock(text)
    const isOne = block.length === 1 && block[0]?.length === 1
    if (text === '' || (editing !== undefined && isOne)) return
    event.preventDefault()
    if (!canWrite()) return
    setEditing(undefined)
    if (isOne) write(active, block[0]?.[0] ?? '')
    else onPaste(pastePlan({ block, from: active, rows, tags, labelsOf }))
  }
  const activeTag = tags[active.column] ?? ''
  const activeState = saving.cells.get(cellKey(rows[active.row]?.id ?? '', activeTag))
  const fault = (editing === undefined ? undefined : labelFault(editing.text)) ?? activeState?.why
  return (
    <>
      <div
        ref={scroller}
        className={styles.root}
        role="grid"
        aria-label={t('matrix.title')}
        aria-readonly={isReadOnly}
        aria-rowcount={rows.length + 1}
        aria-colcount={tags.length + (isNarrow ? 0 : 1)}
        onKeyDown={onKeyDown}
        onPaste={paste}
      >
        <div role="rowgroup" className={styles.head} style={{ gridTemplateColumns: template, minWidth }}>
          <div role="row" aria-rowindex={1} style={{ display: 'contents' }}>
            {tags.map((tag, column) => (
              <Fragment key={tag}>
                <div
                  role="columnheader"
                  aria-colindex={columnIndex(column)}
                  className={mergeClasses(styles.cell, column === 0 && styles.first)}
                >
                  <span lang={tag}>{languageName(tag)}</span>{' '}
                  <span className={styles.numbers}>{t('matrix.coverage', { n: shares.get(tag) ?? 0 })}</span>
                </div>
                {column === 0 && !isNarrow && (
                  <div role="columnheader" aria-colindex={2} className={mergeClasses(styles.cell, styles.path)}>
                    {t('table.column.path')}
                  </div>
                )}
              </Fragment>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={styles.body} style={{ height: `${virtual.getTotalSize()}px`, minWidth }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index] as Listed
            const path = row.path.slice(0, -1).join(' > ')
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={index + 2}
                aria-label={row.label}
                className={styles.row}
                style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
              >
                {tags.map((tag, column) => {
                  const isEdited = editing?.row === index && editing.column === column
                  const labels = labelsOf(row.id)
                  const state = saving.cells.get(cellKey(row.id, tag))
                  const text = state?.text ?? labelIn(labels ?? [], tag)
                  return (
                    <Fragment key={tag}>
                      <MatrixCell
                        tag={tag}
                        column={column}
                        text={text}
                        isKnown={labels !== undefined}
                        isActive={active.row === index && active.column === column}
                        edited={isEdited ? editing.text : undefined}
                        state={state}
                        takeFocus={takeFocus}
                        name={t('matrix.cell', { name: row.label, language: languageName(tag) })}
                        onClick={() => {
                          if (isEdited) return
                          if (editing !== undefined) finish(undefined)
                          focusWanted.current = true
                          setActive({ row: index, column })
                        }}
                        onEdit={(next) => {
                          if (canWrite()) setEditing({ row: index, column, text: next })
                        }}
                        onLeave={() => finish(undefined)}
                      />
                      {column === 0 && !isNarrow && (
                        <div
                          role="gridcell"
                          aria-colindex={2}
                          className={mergeClasses(styles.cell, styles.path)}
                          title={path}
                        >
                          {path}
                        </div>
                      )}
                    </Fragment>
                  )
                })}
              </div>
            )
          })}
        </div>
      </div>
      <div className={styles.said} role="status">
        {fault}
      </div>
    </>
  )
}
