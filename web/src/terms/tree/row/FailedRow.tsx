/** In place of children that could not be read. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import type { Branch, TreeRow } from '../../rows.ts'
import { OtherRow } from './Row.tsx'

const useStyles = makeStyles({
  text: {
    color: tokens.colorStatusDangerForeground3,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  retry: {
    flexShrink: 0,
    padding: `0 ${tokens.spacingHorizontalS}`,
    font: 'inherit',
    color: tokens.colorBrandForegroundLink,
    background: 'none',
    border: 'none',
    cursor: 'pointer',
    textDecorationLine: 'underline',
  },
})

interface FailedRowProps {
  readonly row: TreeRow
  readonly id: string
  readonly start: number
  readonly isActive: boolean
  readonly branch: Branch | undefined
}

export function FailedRow({ row, id, start, isActive, branch }: FailedRowProps) {
  const styles = useStyles()
  const n = Math.max(0, (branch?.total ?? 0) - (branch?.items.length ?? 0))
  const why = branch?.failure instanceof Error ? branch.failure.message : ''
  const text = n === 0 ? t('tree.failed') : t('tree.failedTerms', { n })
  return (
    <OtherRow row={row} id={id} start={start} isActive={isActive} hasBar={false} name={`${text} ${why}`}>
      <span className={styles.text} title={why}>
        {text}
      </span>
      <button type="button" tabIndex={-1} className={styles.retry} data-part="retry">
        {t('problem.retry')}
      </button>
    </OtherRow>
  )
}
