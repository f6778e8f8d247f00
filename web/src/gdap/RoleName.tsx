/** A role with its sign: what Microsoft marks as privileged is told apart by more than its name. */
import { makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { t } from '../i18n/t.ts'
import { ShieldErrorRegular, ShieldTaskRegular } from '../kit/icons.ts'
import type { Role } from './api.ts'

const useStyles = makeStyles({
  root: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, minWidth: 0 },
  icon: { display: 'inline-flex', flexShrink: 0, '& > svg': { width: '16px', height: '16px' } },
  privileged: { color: tokens.colorStatusDangerForeground3 },
})

/** The sign of a role that Microsoft marks as privileged. */
export function PrivilegedSign() {
  const styles = useStyles()
  return (
    <span className={mergeClasses(styles.icon, styles.privileged)} aria-hidden="true">
      <ShieldErrorRegular />
    </span>
  )
}

export function RoleName({ id, role }: { readonly id: string; readonly role: Role | undefined }) {
  const styles = useStyles()
  const name = <span>{role?.displayName ?? id}</span>
  if (role?.isPrivileged !== true)
    return (
      <span className={styles.root}>
        <span className={styles.icon}>
          <ShieldTaskRegular />
        </span>
        {name}
      </span>
    )
  return (
    <Tooltip content={t('gdap.role.privileged')} relationship="description">
      <span className={styles.root}>
        <PrivilegedSign />
        {name}
      </span>
    </Tooltip>
  )
}
