/** What the cells of the list show of a relationship. */
import { Badge, makeStyles, Tooltip, tokens } from '@fluentui/react-components'
import { shortDate } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { ErrorCircleRegular, ShieldErrorRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { type RelationshipRow, roleIdsOf } from '../api.ts'
import { shownAssignments } from '../matrix.ts'
import { hasGlobalAdministrator } from '../reasons.ts'
import { addDays, pendingDays } from '../rules.ts'
import { isExtended } from '../status.ts'
import { prefixes } from './views/filter.ts'

const useStyles = makeStyles({
  root: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    maxWidth: '100%',
    minWidth: 0,
  },
  badge: { flexShrink: 0 },
  danger: { display: 'inline-flex', color: tokens.colorStatusDangerForeground3 },
})

export function customerOf(row: RelationshipRow): string {
  return row.customer?.displayName ?? row.customer?.tenantId ?? t('gdap.anyone')
}

export function NameCell({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const shared = useShared()
  const name = row.displayName ?? row.id
  const badge = name.startsWith(prefixes.mlt) ? 'mlt' : name.startsWith(prefixes.lighthouse) ? 'lighthouse' : undefined
  return (
    <span className={styles.root}>
      <span className={shared.ellipsis} title={name}>
        {name}
      </span>
      {badge !== undefined && (
        <Badge className={styles.badge} size="small" appearance="outline" color="informative">
          {t(`gdap.filterType.${badge}`)}
        </Badge>
      )}
    </span>
  )
}

export function EndCell({ row }: { readonly row: RelationshipRow }) {
  const shared = useShared()
  const { status, endDateTime, lastModifiedDateTime } = row
  if (status === 'approvalPending' && typeof lastModifiedDateTime === 'string')
    return (
      <span className={shared.soft}>
        {t('gdap.lapsesAt', { at: shortDate(addDays(lastModifiedDateTime, pendingDays)) })}
      </span>
    )
  return <TimeText at={endDateTime} />
}

export function extendWord(row: RelationshipRow): string {
  if (isExtended(row)) return t('gdap.filterExtend.on')
  return t(hasGlobalAdministrator(row) ? 'gdap.filterExtend.impossible' : 'gdap.filterExtend.off')
}

export function RolesCell({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const count = <span>{roleIdsOf(row).length}</span>
  if (!hasGlobalAdministrator(row)) return count
  return (
    <Tooltip content={t('gdap.hasGlobal')} relationship="description">
      <span className={styles.root}>
        {count}
        <span className={styles.danger}>
          <ShieldErrorRegular />
        </span>
      </span>
    </Tooltip>
  )
}

/** "1 of 3": how many assignments are in force of those that are there; one number where all are. */
export function GroupsCell({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const shared = useShared()
  const shown = [...shownAssignments(row.accessAssignments ?? []).values()]
  const active = shown.filter(({ status }) => status === 'active').length
  const failed = shown.filter(({ status }) => status === 'error').length
  if (shown.length === 0)
    return row.status === 'active' ? <span className={shared.soft}>{t('gdap.noneShort')}</span> : null
  return (
    <span className={styles.root}>
      {active === shown.length ? active : t('gdap.groups.of', { active, n: shown.length })}
      {failed > 0 && (
        <Tooltip content={t('gdap.failedGroups', { n: failed })} relationship="label">
          <span className={styles.danger}>
            <ErrorCircleRegular />
          </span>
        </Tooltip>
      )}
    </span>
  )
}
