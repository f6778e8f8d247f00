/** The rows: a grid, or cards where it is narrow. */
import { Button, Checkbox, makeStyles, tokens } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { Grid, type GridColumn, type GridSort } from '../../kit/Grid.tsx'
import { StatusBadge } from '../../kit/StatusBadge.tsx'
import { useShared } from '../../kit/styles.ts'
import type { RelationshipRow } from '../api.ts'
import { relationshipStatus } from '../status.ts'
import { EndCell, extendWord, GroupsCell, NameCell, RolesCell } from './cells.tsx'

const useStyles = makeStyles({
  cards: {
    listStyle: 'none',
    margin: 0,
    padding: `0 ${tokens.spacingHorizontalL}`,
    height: '100%',
    overflow: 'auto',
    outline: 'none',
  },
  card: {
    display: 'flex',
    alignItems: 'flex-start',
    gap: tokens.spacingHorizontalXS,
    padding: `${tokens.spacingVerticalS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  body: { flexGrow: 1, minWidth: 0, display: 'grid', gap: tokens.spacingVerticalXS, paddingTop: '5px' },
})

interface ListProps {
  readonly rows: readonly RelationshipRow[]
  readonly total: number | undefined
  readonly isNarrow: boolean
  readonly selected: ReadonlySet<string>
  readonly onSelect: (next: ReadonlySet<string>) => void
  readonly sort: GridSort
  readonly onSort: (next: GridSort) => void
  readonly onOpen: (row: RelationshipRow) => void
  readonly onMore: () => void
  readonly hasMore: boolean
}

function customerOf(row: RelationshipRow): string {
  return row.customer?.displayName ?? row.customer?.tenantId ?? t('gdap.anyone')
}

function columnsOf(): readonly GridColumn<RelationshipRow>[] {
  return [
    { id: 'customer', title: t('gdap.customer'), width: 'minmax(160px, 2fr)', isSortable: true, cell: customerOf },
    {
      id: 'name',
      title: t('gdap.new.name'),
      width: 'minmax(180px, 2.4fr)',
      isSortable: true,
      cell: (row) => <NameCell row={row} />,
    },
    {
      id: 'status',
      title: t('gdap.status'),
      width: '212px',
      isSortable: true,
      cell: (row) => <StatusBadge {...relationshipStatus(row)} />,
    },
    { id: 'ends', title: t('gdap.ends'), width: '176px', isSortable: true, cell: (row) => <EndCell row={row} /> },
    { id: 'extend', title: t('gdap.extendShort'), width: '116px', cell: extendWord },
    { id: 'roles', title: t('gdap.rolesShort'), width: '76px', align: 'end', cell: (row) => <RolesCell row={row} /> },
    { id: 'groups', title: t('gdap.tab.groups'), width: '90px', align: 'end', cell: (row) => <GroupsCell row={row} /> },
  ]
}

function Cards({ rows, selected, onSelect, onMore, hasMore }: ListProps) {
  const styles = useStyles()
  const shared = useShared()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <ul className={styles.cards} aria-label={t('gdap.title')} tabIndex={0}>
      {rows.map((row) => (
        <li key={row.id} className={styles.card}>
          <Checkbox
            aria-label={t('grid.select', { name: row.displayName ?? row.id })}
            checked={selected.has(row.id)}
            onChange={() => {
              const next = new Set(selected)
              if (!next.delete(row.id)) next.add(row.id)
              onSelect(next)
            }}
          />
          <div className={styles.body}>
            <AppLink to={`/gdap/relationships/${row.id}`}>{row.displayName ?? row.id}</AppLink>
            <div>{customerOf(row)}</div>
            <div className={shared.row}>
              <StatusBadge {...relationshipStatus(row)} />
              <span className={shared.small}>
                <EndCell row={row} />
              </span>
            </div>
          </div>
        </li>
      ))}
      {hasMore && (
        <li className={styles.card}>
          <Button onClick={onMore}>{t('gdap.loadMore')}</Button>
        </li>
      )}
    </ul>
  )
}

export function List(props: ListProps) {
  const { rows, total, isNarrow, selected, onSelect, sort, onSort, onOpen, onMore, hasMore } = props
  if (isNarrow) return <Cards {...props} />
  return (
    <Grid
      label={t('gdap.title')}
      columns={columnsOf()}
      rows={rows}
      rowKey={({ id }) => id}
      rowName={({ displayName, id }) => displayName ?? id}
      {...(total === undefined ? {} : { total })}
      selected={selected}
      onSelect={onSelect}
      sort={sort}
      onSort={onSort}
      onOpen={onOpen}
      {...(hasMore ? { onMore } : {})}
    />
  )
}
