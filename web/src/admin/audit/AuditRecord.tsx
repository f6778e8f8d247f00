/** One record of the log, whole. */
import { makeStyles, tokens } from '@fluentui/react-components'
import type { DirectoryAudit } from '../../data/types.ts'
import { fullTime } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { useShared } from '../../kit/styles.ts'
import { JsonView } from '../../kit/values/JsonView.tsx'
import { useSectionStyles } from '../parts.ts'

const useStyles = makeStyles({
  table: {
    width: '100%',
    tableLayout: 'fixed',
    borderCollapse: 'collapse',
    '& th, & td': {
      textAlign: 'start',
      verticalAlign: 'top',
      overflowWrap: 'anywhere',
      padding: tokens.spacingVerticalXS,
      borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    },
  },
})

export function initiatorOf({ initiatedBy }: DirectoryAudit): string {
  const { user, app } = initiatedBy ?? {}
  return user?.userPrincipalName ?? user?.id ?? app?.displayName ?? app?.appId ?? ''
}

export function targetsOf({ targetResources }: DirectoryAudit): string {
  return (targetResources ?? [])
    .map((target) => target.userPrincipalName ?? target.displayName ?? target.id ?? '')
    .filter((text) => text !== '')
    .join(', ')
}

export function AuditRecord({ record, onClose }: { readonly record: DirectoryAudit; readonly onClose: () => void }) {
  const shared = useShared()
  const section = useSectionStyles()
  const styles = useStyles()
  const changes = (record.targetResources ?? []).flatMap(({ modifiedProperties }) => modifiedProperties ?? [])
  return (
    <SidePanel title={record.activityDisplayName ?? ''} isOpen onClose={onClose}>
      <dl className={section.facts}>
        <dt>{t('admin.audit.when')}</dt>
        <dd>{record.activityDateTime == null ? '' : fullTime(record.activityDateTime)}</dd>
        <dt>{t('admin.audit.by')}</dt>
        <dd>{initiatorOf(record) === '' ? t('admin.audit.byItself') : initiatorOf(record)}</dd>
        <dt>{t('admin.audit.target')}</dt>
        <dd>{targetsOf(record)}</dd>
        <dt>{t('admin.audit.category')}</dt>
        <dd>{record.category}</dd>
        <dt>{t('admin.audit.result')}</dt>
        <dd>{[record.result, record.resultReason].filter((text) => text != null && text !== '').join(': ')}</dd>
        <dt>{t('admin.audit.id')}</dt>
        <dd>
          <CopyId id={record.id ?? ''} what={t('admin.audit.id')} />
        </dd>
      </dl>
      {changes.length > 0 && (
        <section className={shared.column} aria-labelledby="audit-changes">
          <h3 id="audit-changes" className={shared.paneTitle}>
            {t('admin.audit.changes')}
          </h3>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('admin.audit.property')}</th>
                <th scope="col">{t('admin.audit.before')}</th>
                <th scope="col">{t('admin.audit.after')}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ displayName, oldValue, newValue }) => (
                <tr key={`${displayName} ${newValue}`}>
                  <td>{displayName}</td>
                  <td className={shared.mono}>{oldValue}</td>
                  <td className={shared.mono}>{newValue}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <JsonView text={JSON.stringify(record)} what={t('admin.audit.json')} />
    </SidePanel>
  )
}
