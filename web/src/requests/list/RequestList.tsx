/** The log as a table, newest first. It stands still while it is read; what comes meanwhile is counted. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from 'react'
import { useTick } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { ArrowUpRegular } from '../../kit/icons.ts'
import { useShortcuts } from '../../kit/keys/shortcuts.ts'
import { Grid } from '../../kit/parts/Grid.tsx'
import { useShared } from '../../kit/styles.ts'
import type { LoggedRequest } from '../entry.ts'
import { holdLog, loadOlder, releaseLog } from '../log/live-log.ts'
import { rowsOf, useColumns } from './columns.tsx'
import { useFolding } from './folding.ts'

const useStyles = makeStyles({
  root: { position: 'relative', height: '100%', minHeight: 0 },
  pill: {
    position: 'absolute',
    zIndex: 2,
    top: 'calc(var(--row) + 8px)',
    left: '50%',
    transform: 'translateX(-50%)',
    boxShadow: tokens.shadow8,
  },
})

interface RequestListProps {
  readonly entries: readonly LoggedRequest[]
  readonly waiting: number
  readonly current: string | undefined
  readonly onOpen: (entry: LoggedRequest) => void
  readonly selected: ReadonlySet<string>
  readonly onSelect: (next: ReadonlySet<string>) => void
  readonly isFiltered: boolean
  readonly onCurl: (entry: LoggedRequest) => void
  readonly onAgain: (entry: LoggedRequest) => void
  readonly onClear: () => void
}

/** Where the focus is; undefined: not in the list. */
function focusedCell(): { readonly row: number; readonly column: number | undefined } | undefined {
  const focused = document.activeElement
  const row = focused?.closest('[data-requests] [role="row"]')?.getAttribute('aria-rowindex')
  const column = focused?.closest('[role="gridcell"]')?.getAttribute('aria-colindex')
  if (row === null || row === undefined) return undefined
  return { row: Number(row) - 2, column: column === null || column === undefined ? undefined : Number(column) - 1 }
}

export function RequestList(props: RequestListProps) {
  const { entries, waiting, current, onOpen, selected, onSelect, isFiltered } = props
  const { onCurl, onAgain, onClear } = props
  const styles = useStyles()
  const shared = useShared()
  const root = useRef<HTMLDivElement>(null)
  const { open, onFold, onArrow } = useFolding()
  const reading = useRef({ pointer: false, scrolled: false })
  useTick(5000)
  const hold = useCallback(
    (change: Partial<typeof reading.current>) => {
      Object.assign(reading.current, change)
      const { pointer, scrolled } = reading.current
      // Asked anew each time: an element that goes away with the focus says nothing.
      const focus = root.current?.contains(document.activeElement) === true
      holdLog(pointer || focus || scrolled || current !== undefined)
    },
    [current],
  )
  useEffect(() => hold({}), [hold])
  useEffect(() => () => holdLog(false), [])
  const columns = useColumns(open, onFold, current !== undefined)
  const rows = useMemo(() => rowsOf(entries, open), [entries, open])
  const grid = (): HTMLElement | null => root.current?.querySelector<HTMLElement>('[role="grid"]') ?? null
  const toNewest = (): void => {
    releaseLog()
    grid()?.scrollTo({ top: 0 })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { row, column } = focusedCell() ?? {}
    if (row !== undefined && column !== undefined && onArrow(event, rows[row], column)) {
      event.preventDefault()
      event.stopPropagation()
      return
    }
    if (event.key !== 'Home' || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    toNewest()
    // The grid goes to its first cell by itself.
    event.target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', ctrlKey: true, bubbles: true }))
  }
  /** Of the row with the focus, or else of the open one. */
  const withRow = (run: (entry: LoggedRequest) => void) => (): void => {
    const row = rows[focusedCell()?.row ?? rows.findIndex(({ key }) => key === current)]
    if (row !== undefined) run(row.entry)
  }
  useShortcuts([
    { keys: 'C', words: t('requests.copyCurl'), run: withRow(onCurl) },
    { keys: 'R', words: t('requests.inExplorer'), run: withRow(onAgain) },
    { keys: 'Delete', words: t('requests.clear'), run: onClear },
    { keys: 'Home', words: t('requests.toNewest'), run: toNewest },
  ])
  const onMore = useCallback(() => void loadOlder(), [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that somebody reads.
    <div
      ref={root}
      className={styles.root}
      data-requests=""
      onPointerEnter={() => hold({ pointer: true })}
      onPointerLeave={() => hold({ pointer: false })}
      onFocus={() => hold({})}
      onBlur={() => setTimeout(() => hold({}), 0)}
      onScrollCapture={() => hold({ scrolled: (grid()?.scrollTop ?? 0) > 0 })}
      onKeyDownCapture={onKeyDown}
    >
      {waiting > 0 && (
        <Button
          className={styles.pill}
          shape="circular"
          size="small"
          appearance="primary"
          icon={<ArrowUpRegular />}
          onClick={({ detail }) => {
            toNewest()
            // By key: the focus stays in the list.
            if (detail === 0) grid()?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
          }}
        >
          {t('requests.new', { n: waiting })}
        </Button>
      )}
      <Grid
        label={t('requests.title')}
        columns={columns}
        rows={rows}
        rowKey={({ key }) => key}
        rowName={({ entry, item }) =>
          `${item?.method ?? entry.method} ${item?.url ?? entry.path} ${item?.status ?? entry.status}`
        }
        onOpen={({ entry }) => onOpen(entry)}
        selected={selected}
        onSelect={onSelect}
        onMore={onMore}
        {...(current === undefined ? {} : { current })}
      />
      {isFiltered && (
        <span className={shared.hidden} role="status">
          {t('requests.fits', { n: entries.length })}
        </span>
      )}
    </div>
  )
}
