/** What a paste would change, before it does. */
import {
  Button,
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  tokens,
} from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { labelFault } from '../../detail/form/rules.ts'
import type { Listed } from '../api.ts'
import type { CellChange } from './cells.ts'

const useStyles = makeStyles({
  cell: { overflowWrap: 'anywhere', paddingBlock: tokens.spacingVerticalXS },
  fault: { color: tokens.colorStatusDangerForeground1 },
})

/** Shown; all of them are saved. */
const most = 200

interface PastePanelProps {
  readonly changes: readonly CellChange[] | undefined
  readonly rows: readonly Listed[]
  readonly onClose: () => void
  readonly onApply: (changes: readonly CellChange[]) => void
}

export function PastePanel({ changes, rows, onClose, onApply }: PastePanelProps) {
  const styles = useStyles()
  const names = new Map(rows.map(({ id, label }) => [id, label]))
  const all = changes ?? []
  const good = all.filter(({ after }) => labelFault(after) === undefined).length
  return (
    <SidePanel
      title={t('matrix.pasteTitle', { n: all.length })}
      isOpen={changes !== undefined}
      onClose={onClose}
      footer={
        <Button
          appearance="primary"
          disabledFocusable={good === 0}
          title={good === 0 ? t('matrix.pasteNothing') : undefined}
          onClick={() => {
            if (good > 0) onApply(all)
          }}
        >
          {t('matrix.apply', { n: good })}
        </Button>
      }
    >
      {good < all.length && <p className={styles.fault}>{t('matrix.keptText', { n: all.length - good })}</p>}
      {all.length === 0 ? (
        <p>{t('matrix.pasteNothing')}</p>
      ) : (
        <Table size="small" aria-label={t('matrix.pasteTitle', { n: all.length })}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{t('table.column.label')}</TableHeaderCell>
              <TableHeaderCell>{t('matrix.before')}</TableHeaderCell>
              <TableHeaderCell>{t('matrix.after')}</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {all.slice(0, most).map(({ id, tag, before, after }) => {
              const fault = labelFault(after)
              return (
                <TableRow key={`${id} ${tag}`}>
                  <TableCell className={styles.cell}>
                    {names.get(id)} · {tag}
                  </TableCell>
                  <TableCell className={styles.cell}>{before || t('detail.missing')}</TableCell>
                  <TableCell className={styles.cell}>
                    {after || t('detail.empty')}
                    {fault !== undefined && <div className={styles.fault}>{fault}</div>}
                  </TableCell>
                </TableRow>
              )
            })}
          </TableBody>
        </Table>
      )}
      {all.length > most && <p>{t('relations.more', { n: all.length - most })}</p>}
    </SidePanel>
  )
}
