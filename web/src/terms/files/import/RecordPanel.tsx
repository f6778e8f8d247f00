/** One record of a plan as a whole: what changes, why it is refused, and the lines of the file. */
import { MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { useShared } from '../../../kit/styles.ts'
import { FileLines } from './FileLines.tsx'
import { lacksGroup } from './need.ts'
import type { PlanList, PlanRecord } from './plan-lines.ts'
import { actionText, beforeAfter, memberText, valueText } from './words.ts'

const useStyles = makeStyles({
  table: { borderCollapse: 'collapse', width: '100%', tableLayout: 'fixed' },
  cell: {
    textAlign: 'start',
    verticalAlign: 'top',
    padding: tokens.spacingHorizontalXS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    overflowWrap: 'anywhere',
  },
  path: { overflowWrap: 'anywhere' },
})

interface RecordPanelProps {
  /** Absent: closed. */
  readonly record: PlanRecord | undefined
  readonly plan: PlanList
  readonly file: File
  readonly encoding: string | undefined
  readonly onClose: () => void
}

function Changes({ record, plan }: { readonly record: PlanRecord; readonly plan: PlanList }) {
  const styles = useStyles()
  const moved = record.action === 'move' ? beforeAfter(record, plan) : undefined
  const rows = [
    ...(moved === undefined ? [] : [{ name: t('termpages.path'), before: moved.before, after: moved.after }]),
    ...record.changes.map(({ member, from, to }) => ({
      name: memberText(member),
      before: valueText(from),
      after: valueText(to),
    })),
  ]
  if (rows.length === 0) return null
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th className={styles.cell}>{t('termimport.member')}</th>
          <th className={styles.cell}>{t('termimport.before')}</th>
          <th className={styles.cell}>{t('termimport.after')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, before, after }) => (
          <tr key={name}>
            <td className={styles.cell}>{name}</td>
            <td className={styles.cell}>{before}</td>
            <td className={styles.cell}>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function RecordPanel({ record, plan, file, encoding, onClose }: RecordPanelProps) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <SidePanel title={record === undefined ? '' : actionText(record)} isOpen={record !== undefined} onClose={onClose}>
      {record !== undefined && (
        <>
          <div className={styles.path}>{record.at.path.replaceAll('/', ' › ')}</div>
          {record.faults.map(({ code, text }) => (
            <MessageBar key={`${code} ${text}`} intent="error" layout="multiline">
              <MessageBarBody>
                {plan.lacksGroup && lacksGroup(record) ? t('termimport.need.group') : text}{' '}
                <span className={shared.mono}>{code}</span>
              </MessageBarBody>
            </MessageBar>
          ))}
          <Changes record={record} plan={plan} />
          {record.notes.length > 0 && (
            <div className={shared.soft}>
              {t('termimport.notes')}: {record.notes.join(', ')}
            </div>
          )}
          {record.at.file === file.name && (
            <>
              <h3 className={shared.paneTitle}>{t('termimport.lineN', { n: record.at.line })}</h3>
              <FileLines file={file} line={record.at.line} encoding={encoding} />
            </>
          )}
        </>
      )}
    </SidePanel>
  )
}
