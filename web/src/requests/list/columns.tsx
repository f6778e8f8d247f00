/** What a row of the log shows, by how much room there is. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useMemo, useSyncExternalStore } from 'react'
import { t, useLanguage } from '../../i18n/t.ts'
import { BeakerRegular, ChevronDownRegular, ChevronRightRegular } from '../../kit/icons.ts'
import { useSettings } from '../../kit/look/settings.ts'
import type { GridColumn } from '../../kit/parts/Grid.tsx'
import {
  addressOf,
  type BatchItem,
  callerName,
  endOf,
  isDrawable,
  keyOf,
  type LoggedRequest,
  shortAddress,
  shortIds,
} from '../entry.ts'
import { MethodText, msText, StatusText, TimeCell } from '../marks.tsx'

const useStyles = makeStyles({
  address: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  item: { paddingLeft: tokens.spacingHorizontalXXL },
  fold: { minWidth: '20px', width: '20px', height: '20px', padding: 0, marginRight: tokens.spacingHorizontalXS },
  fault: {
    color: tokens.colorStatusWarningForeground3,
    marginRight: tokens.spacingHorizontalXS,
    verticalAlign: '-2px',
  },
})

export interface Row {
  readonly key: string
  readonly entry: LoggedRequest
  /** Of a batch. */
  readonly item?: BatchItem
}

export function rowsOf(entries: readonly LoggedRequest[], open: ReadonlySet<string>): readonly Row[] {
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
          aria-expanded={isOpen}
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

/** A record that lacks or has what nobody thought of is shown as it is, and the others beside it. */
const drawn = (column: GridColumn<Row>): GridColumn<Row> => ({
  ...column,
  cell: (row) => {
    if (isDrawable(row.entry)) return column.cell(row)
    return column.id === 'path' ? <code>{JSON.stringify(row.item ?? row.entry)}</code> : null
  },
})

/** `isBeside`: a request is open beside the list, so there is room for less. */
export function useColumns(
  open: ReadonlySet<string>,
  onFold: (key: string) => void,
  isBeside: boolean,
): readonly GridColumn<Row>[] {
  const { dates } = useSettings()
  const language = useLanguage()
  const isNarrow = useMedia('(max-width: 640px)')
  const isWide = useMedia('(min-width: 1500px)')
  // biome-ignore lint/correctness/useExhaustiveDependencies: cells read the settings and the language by themselves.
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
    if (isNarrow) return [method, address, status].map(drawn)
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
    if (isBeside) return [time, method, address, status, ...(isWide ? [who] : [])].map(drawn)
    return [time, method, address, status, ms, who].map(drawn)
  }, [open, onFold, isNarrow, isBeside, isWide, dates, language])
}
