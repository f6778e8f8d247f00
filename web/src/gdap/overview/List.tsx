/** The rows: a grid, or cards where it is narrow. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { EyeRegular } from '../../kit/icons.ts'
import { useNarrow } from '../../kit/look/narrow.ts'
import { Grid, type GridColumn, type GridSort } from '../../kit/parts/Grid.tsx'
import { useShared } from '../../kit/styles.ts'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import type { RelationshipRow } from '../api.ts'
import { relationshipStatus } from '../status.ts'
import { customerOf, EndCell, extendWord, GroupsCell, NameCell, RolesCell } from './cells.tsx'

const useStyles = makeStyles({
  card: { display: 'grid', gap: tokens.spacingVerticalXXS },
  name: { fontWeight: tokens.fontWeightSemibold },
  nameCell: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  preview: {
    flexShrink: 0,
    marginInlineStart: 'auto',
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    width: '24px',
    height: '24px',
    padding: 0,
    border: 'none',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: 'transparent',
    color: tokens.colorNeutralForeground3,
    cursor: 'pointer',
    verticalAlign: 'middle',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Pressed },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
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
  /** The row that is shown beside the list. */
  readonly current: string | undefined
  readonly onPreview: (row: RelationshipRow) => void
  readonly onWalk: (row: RelationshipRow) => void
}

/** What the preview beside it has is left out. */
function columnsOf(props: ListProps, name: string, hasRoom: boolean): readonly GridColumn<RelationshipRow>[] {
  const all = allColumns(props, name)
  if (props.current === undefined || hasRoom) return all
  return all.filter(({ id }) => id === 'customer' || id === 'name' || id === 'status')
}

function allColumns({ current, onPreview }: ListProps, name: string): readonly GridColumn<RelationshipRow>[] {
  return [
    { id: 'customer', title: t('gdap.customer'), width: 'minmax(130px, 2fr)', isSortable: true, cell: customerOf },
    {
      id: 'name',
      title: t('gdap.new.name'),
      width: 'minmax(190px, 3fr)',
      isSortable: true,
      cell: (row) => (
        <span className={name}>
          <NameCell row={row} />
          <PreviewButton row={row} isShown={row.id === current} onPress={onPreview} />
        </span>
      ),
    },
    {
      id: 'status',
      title: t('gdap.status'),
      width: '214px',
      isSortable: true,
      cell: (row) => <StatusBadge {...relationshipStatus(row)} />,
    },
    { id: 'ends', title: t('gdap.ends'), width: '152px', isSortable: true, cell: (row) => <EndCell row={row} /> },
    { id: 'extend', title: t('gdap.extendShort'), width: '124px', cell: extendWord },
    { id: 'roles', title: t('gdap.rolesShort'), width: '72px', align: 'end', cell: (row) => <RolesCell row={row} /> },
    { id: 'groups', title: t('gdap.tab.groups'), width: '84px', align: 'end', cell: (row) => <GroupsCell row={row} /> },
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

interface ButtonProps {
  readonly row: RelationshipRow
  readonly isShown: boolean
  readonly onPress: ListProps['onPreview']
}

/** For the mouse what Space is for the keys. */
function PreviewButton({ row, isShown, onPress }: ButtonProps) {
  const styles = useStyles()
  const words = t('gdap.preview.label', { name: row.displayName ?? row.id })
  return (
    <button
      type="button"
      className={styles.preview}
      tabIndex={-1}
      aria-label={words}
      aria-pressed={isShown}
      title={words}
      onClick={(event) => {
        event.stopPropagation()
        onPress(row)
      }}
    >
      <EyeRegular />
    </button>
  )
}

export function List(props: ListProps) {
  const styles = useStyles()
  const hasRoom = !useNarrow(1699)
  const { rows, total, selected, onSelect, sort, onSort, onOpen, onMore, hasMore, current, onPreview, onWalk } = props
  return (
    <Grid
      label={t('gdap.title')}
      columns={columnsOf(props, styles.nameCell, hasRoom)}
      rows={rows}
      rowKey={({ id }) => id}
      rowName={({ displayName, id }) => displayName ?? id}
      {...(total === undefined ? {} : { total })}
      selected={selected}
      onSelect={onSelect}
      sort={sort}
      onSort={onSort}
      onOpen={onOpen}
      onPreview={onPreview}
      onWalk={onWalk}
      {...(current === undefined ? {} : { current })}
      {...(hasMore ? { onMore } : {})}
      card={{ height: 92, of: (row) => <Card row={row} /> }}
    />
  )
}
