/** Roles by groups, with a box where a group may hold the role. Narrow: a list of roles with their groups. */
import { Checkbox, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { t } from '../../i18n/t.ts'
import { useShared } from '../../kit/styles.ts'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import type { AssignmentRow, Role } from '../api.ts'
import { RoleName } from '../RoleName.tsx'
import { assignmentStatus } from '../status.ts'

export interface MatrixColumn {
  readonly id: string
  readonly name: string
  readonly assignment: AssignmentRow | undefined
  readonly ticked: ReadonlySet<string>
  /** Why nothing can be ticked. */
  readonly reason: string | undefined
  readonly isChanged: boolean
}

interface MatrixProps {
  readonly roleIds: readonly string[]
  readonly roles: ReadonlyMap<string, Role>
  readonly columns: readonly MatrixColumn[]
  readonly onToggle: (group: string, role: string) => void
  readonly isList: boolean
}

const useStyles = makeStyles({
  scroller: { overflowX: 'auto', outline: 'none' },
  table: { borderCollapse: 'collapse', width: '100%', maxWidth: 'max-content' },
  cell: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    padding: `2px ${tokens.spacingHorizontalM}`,
    textAlign: 'start',
    verticalAlign: 'middle',
    fontWeight: tokens.fontWeightRegular,
  },
  head: {
    verticalAlign: 'bottom',
    minWidth: '140px',
    maxWidth: '220px',
    paddingBlock: tokens.spacingVerticalS,
    fontWeight: tokens.fontWeightSemibold,
  },
  role: { minWidth: '240px', position: 'sticky', left: 0, backgroundColor: tokens.colorNeutralBackground1, zIndex: 1 },
  changed: { backgroundColor: tokens.colorBrandBackground2 },
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalL },
})

function Tick({
  column,
  roleId,
  name,
  onToggle,
  label,
}: {
  readonly column: MatrixColumn
  readonly roleId: string
  readonly name: string
  readonly onToggle: MatrixProps['onToggle']
  readonly label?: ReactNode
}) {
  const { reason, ticked, id } = column
  const box = (
    <Checkbox
      checked={ticked.has(roleId)}
      {...(label === undefined
        ? { 'aria-label': t('gdap.matrix.tick', { role: name, group: column.name }) }
        : { label: label as string })}
      {...(reason === undefined ? {} : { 'aria-disabled': true })}
      onChange={() => {
        if (reason === undefined) onToggle(id, roleId)
      }}
    />
  )
  if (reason === undefined) return box
  return (
    <Tooltip content={reason} relationship="description">
      {box}
    </Tooltip>
  )
}

function ColumnState({ column }: { readonly column: MatrixColumn }) {
  const shared = useShared()
  if (column.assignment === undefined)
    return <span className={mergeClasses(shared.small, shared.soft)}>{t('gdap.matrix.none')}</span>
  return <StatusBadge {...assignmentStatus(column.assignment.status)} />
}

function NoGroup({ columns, roleId }: { readonly columns: readonly MatrixColumn[]; readonly roleId: string }) {
  const shared = useShared()
  if (columns.some(({ ticked }) => ticked.has(roleId))) return null
  return <span className={mergeClasses(shared.small, shared.soft)}>{t('gdap.matrix.noGroup')}</span>
}

export function RoleMatrix({ roleIds, roles, columns, onToggle, isList }: MatrixProps) {
  const styles = useStyles()
  const shared = useShared()
  const nameOf = (id: string): string => roles.get(id)?.displayName ?? id
  if (isList)
    return (
      <ul className={styles.list}>
        {roleIds.map((roleId) => (
          <li key={roleId}>
            <RoleName id={roleId} role={roles.get(roleId)} />
            {columns.map((column) => (
              <div key={column.id} className={shared.row}>
                <Tick column={column} roleId={roleId} name={nameOf(roleId)} onToggle={onToggle} label={column.name} />
                <ColumnState column={column} />
              </div>
            ))}
            <div>
              <NoGroup columns={columns} roleId={roleId} />
            </div>
          </li>
        ))}
      </ul>
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label={t('gdap.matrix')} data-scrolls>
      <table className={styles.table} aria-label={t('gdap.matrix')}>
        <thead>
          <tr>
            <th scope="col" className={mergeClasses(styles.cell, styles.head, styles.role)}>
              {t('gdap.rolesCount', { n: roleIds.length })}
            </th>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={mergeClasses(styles.cell, styles.head, column.isChanged && styles.changed)}
              >
                <div>{column.name}</div>
                <ColumnState column={column} />
              </th>
            ))}
            <th scope="col" className={styles.cell}>
              <span className={shared.hidden}>{t('gdap.matrix.note')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {roleIds.map((roleId) => (
            <tr key={roleId}>
              <th scope="row" className={mergeClasses(styles.cell, styles.role)}>
                <RoleName id={roleId} role={roles.get(roleId)} />
              </th>
              {columns.map((column) => (
                <td key={column.id} className={mergeClasses(styles.cell, column.isChanged && styles.changed)}>
                  <Tick column={column} roleId={roleId} name={nameOf(roleId)} onToggle={onToggle} />
                </td>
              ))}
              <td className={styles.cell}>
                <NoGroup columns={columns} roleId={roleId} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
