/** The log as a table, newest first. It stands still while it is read; what comes meanwhile is counted. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useTick } from '../i18n/format.ts'
import { t } from '../i18n/t.ts'
import { ArrowUpRegular, BeakerRegular, ChevronDownRegular, ChevronRightRegular } from '../kit/icons.ts'
import { useShortcuts } from '../kit/keys/shortcuts.ts'
import { useSettings } from '../kit/look/settings.ts'
import { Grid, type GridColumn } from '../kit/parts/Grid.tsx'
import { useShared } from '../kit/styles.ts'
import {
  addressOf,
  type BatchItem,
  callerName,
  endOf,
  keyOf,
  type LoggedRequest,
  shortAddress,
  shortIds,
} from './entry.ts'
import { holdLog, loadOlder, releaseLog } from './live-log.ts'
import { MethodText, msText, StatusText, TimeCell } from './marks.tsx'

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
  address: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  item: { paddingLeft: tokens.spacingHorizontalXXL },
  fold: { minWidth: '20px', width: '20px', height: '20px', padding: 0, marginRight: tokens.spacingHorizontalXS },
  fault: {
    color: tokens.colorStatusWarningForeground3,
    marginRight: tokens.spacingHorizontalXS,
    verticalAlign: '-2px',
  },
})

interface Row {
  readonly key: string
  readonly entry: LoggedRequest
  /** Of a batch. */
  readonly item?: BatchItem
}

function rowsOf(entries: readonly LoggedRequest[], open: ReadonlySet<string>): readonly Row[] {
  return entries.flatMap((entry): Row[] => {
    const key = keyOf(entry)
    const items = open.has(key) ? (entry.requests ?? []) : []
    return [{ key, entry }, ...items.map((item, at) => ({ key: `${key} ${at}`, entry, item }))]
  })
}

function useMedia(text: string): boolean {
  const query = useMemo(() => matchMedia(text), [text])
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => query.matches,
  )
}

interface AddressCellProps {
  readonly row: Row
  /** So many letters. */
  readonly most: number
  readonly isOpen: boolean
  readonly onFold: (key: string) => void
}

function AddressCell({ row: { entry, item, key }, most, isOpen, onFold }: AddressCellProps) {
  const styles = useStyles()
  if (item !== undefined)
    return (
      <span className={mergeClasses(styles.address, styles.item)} title={item.url}>
        {shortIds(item.url ?? '')}
      </span>
    )
  const count = entry.requests?.length
  return (
    <span className={styles.address} title={addressOf(entry)}>
      {count !== undefined && (
        <Button
          className={styles.fold}
          size="small"
          appearance="transparent"
          tabIndex={-1}
          aria-label={t(isOpen ? 'requests.fold' : 'requests.unfold')}
          icon={isOpen ? <ChevronDownRegular /> : <ChevronRightRegular />}
          onClick={(event) => {
            event.stopPropagation()
            onFold(key)
          }}
        />
      )}
      {entry.fault !== undefined && <BeakerRegular className={styles.fault} aria-label={entry.fault} />}
      {endOf(shortAddress(entry), most)}
      {count !== undefined && ` (${count})`}
    </span>
  )
}

/** `isBeside`: a request is open beside the list, so there is room for less. */
function useColumns(
  open: ReadonlySet<string>,
  onFold: (key: string) => void,
  isBeside: boolean,
): readonly GridColumn<Row>[] {
  const { dates } = useSettings()
  const isNarrow = useMedia('(max-width: 640px)')
  const isWide = useMedia('(min-width: 1500px)')
  // biome-ignore lint/correctness/useExhaustiveDependencies: cells read the settings by themselves.
  return useMemo(() => {
    const address: GridColumn<Row> = {
      id: 'path',
      title: t('requests.path'),
      width: isNarrow ? '182px' : 'minmax(120px, 1fr)',
      cell: (row) => (
        <AddressCell
          row={row}
          most={isNarrow ? 24 : isBeside ? (isWide ? 72 : 34) : Number.POSITIVE_INFINITY}
          isOpen={open.has(row.key)}
          onFold={onFold}
        />
      ),
    }
    const status: GridColumn<Row> = {
      id: 'status',
      title: t('requests.status'),
      width: isNarrow ? '84px' : '76px',
      cell: ({ entry, item }) => <StatusText status={item === undefined ? entry.status : item.status} />,
    }
    const method: GridColumn<Row> = {
      id: 'method',
      title: t('requests.method'),
      width: '84px',
      cell: ({ entry, item }) => <MethodText method={item === undefined ? entry.method : item.method} />,
    }
    if (isNarrow) return [method, address, status]
    const time: GridColumn<Row> = {
      id: 'time',
      title: t('requests.time'),
      width: '112px',
      cell: ({ entry, item }) => (item === undefined ? <TimeCell at={entry.dateTime} /> : null),
    }
    const ms: GridColumn<Row> = {
      id: 'ms',
      title: t('requests.duration'),
      width: '88px',
      align: 'end',
      cell: ({ entry, item }) => (item === undefined ? msText(entry.durationMs) : ''),
    }
    const who: GridColumn<Row> = {
      id: 'who',
      title: t('requests.who'),
      width: isBeside ? '104px' : '136px',
      cell: ({ entry, item }) =>
        item === undefined ? <span title={entry.caller?.name}>{callerName(entry)}</span> : null,
    }
    if (isBeside) return isWide ? [time, method, address, status, who] : [time, method, address, status]
    return [time, method, address, status, ms, who]
  }, [open, onFold, isNarrow, isBeside, isWide, dates])
}

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

/** The number of the row that has the focus. */
function focusedRow(): number | undefined {
  const index = document.activeElement?.closest('[data-requests] [role="row"]')?.getAttribute('aria-rowindex')
  return index === null || index === undefined ? undefined : Number(index) - 2
}

export function RequestList(props: RequestListProps) {
  const { entries, waiting, current, onOpen, selected, onSelect, isFiltered } = props
  const { onCurl, onAgain, onClear } = props
  const styles = useStyles()
  const shared = useShared()
  const root = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
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
  const onFold = useCallback(
    (key: string) =>
      setOpen((before) => {
        const next = new Set(before)
        if (!next.delete(key)) next.add(key)
        return next
      }),
    [],
  )
  const columns = useColumns(open, onFold, current !== undefined)
  const rows = useMemo(() => rowsOf(entries, open), [entries, open])
  const grid = (): HTMLElement | null => root.current?.querySelector<HTMLElement>('[role="grid"]') ?? null
  const toNewest = (): void => {
    releaseLog()
    grid()?.scrollTo({ top: 0 })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Home' || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    toNewest()
    // The grid goes to its first cell by itself.
    event.target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', ctrlKey: true, bubbles: true }))
  }
  /** Of the row with the focus, or else of the open one. */
  const withRow = (run: (entry: LoggedRequest) => void) => (): void => {
    const row = rows[focusedRow() ?? rows.findIndex(({ key }) => key === current)]
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
