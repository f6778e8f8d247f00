/** Rows where there is no room for a table: one below the other, each a button. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { t } from '../../../i18n/t.ts'

interface CardsProps<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly children: (row: Row) => ReactNode
  readonly onOpen: (row: Row) => void
  /** Absent: all are here. */
  readonly onMore?: (() => void) | undefined
}

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, overflow: 'auto', height: '100%' },
  card: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXXS,
    width: '100%',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXS}`,
    border: 'none',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    textAlign: 'start',
    overflowWrap: 'anywhere',
    cursor: 'pointer',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  more: { padding: tokens.spacingVerticalM },
})

export function Cards<Row>({ label, rows, rowKey, children, onOpen, onMore }: CardsProps<Row>) {
  const styles = useStyles()
  return (
    <ul className={styles.list} aria-label={label}>
      {rows.map((row) => (
        <li key={rowKey(row)}>
          <button type="button" className={styles.card} onClick={() => onOpen(row)}>
            {children(row)}
          </button>
        </li>
      ))}
      {onMore !== undefined && (
        <li className={styles.more}>
          <Button onClick={onMore}>{t('sides.more')}</Button>
        </li>
      )}
    </ul>
  )
}
