/** The rows: a grid, or cards where it is narrow. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { Grid, type GridColumn, type GridSort } from '../../kit/parts/Grid.tsx'
import { useShared } from '../../kit/styles.ts'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import type { RelationshipRow } from '../api.ts'
import { relationshipStatus } from '../status.ts'
import { EndCell, extendWord, GroupsCell, NameCell, RolesCell } from './cells.tsx'

const useStyles = makeStyles({
  card: { display: 'grid', gap: tokens.spacingVerticalXXS },
  name: { fontWeight: tokens.fontWeightSemibold },
  line: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
})

interface ListProps {
  readonly rows: readonly RelationshipRow[]
  readonly total: number | undefined
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

function Card({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <div className={styles.card}>
      <div className={mergeClasses(shared.ellipsis, styles.name)}>{row.displayName ?? row.id}</div>
      <div className={shared.ellipsis}>{customerOf(row)}</div>
      <div className={styles.line}>
        <StatusBadge {...relationshipStatus(row)} />
        <span className={shared.small}>
          <EndCell row={row} />
        </span>
      </div>
    </div>
  )
}

export function List(props: ListProps) {
  const { rows, total, selected, onSelect, sort, onSort, onOpen, onMore, hasMore } = props
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
      card={{ height: 92, of: (row) => <Card row={row} /> }}
    />
  )
}
