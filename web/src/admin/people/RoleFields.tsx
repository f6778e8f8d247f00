/** What one may change of a holder: whether it administers the term store, and its role in one group. */
import { Checkbox, makeStyles, Select, Tooltip } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { PeopleTeamRegular, PersonRegular, WindowConsoleRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import type { StoreRoles } from '../api.ts'
import { administratorWords, type Holder, type HoldersProps, roleWords } from './people.ts'
import { administratorChange, type GroupRole, groupChange, roleIn } from './roles.ts'

const useStyles = makeStyles({ select: { minWidth: '132px' } })

interface FieldProps extends HoldersProps {
  readonly holder: Holder
}

const icons = { person: PersonRegular, group: PeopleTeamRegular, application: WindowConsoleRegular } as const

export function HolderIcon({ kind }: Pick<Holder, 'kind'>) {
  const Icon = icons[kind]
  return (
    <span style={{ verticalAlign: 'middle', marginInlineEnd: '8px' }}>
      <Icon />
    </span>
  )
}

/** `label`: beside it; absent: the head of its column says it. */
export function AdministratorBox({ roles, canChange, onChange, holder, label }: FieldProps & { label?: string }) {
  const { id, name } = holder
  const isAdministrator = roles.administrators.includes(id)
  if (!canChange) {
    const text = t(isAdministrator ? 'admin.setting.yes' : 'admin.setting.no')
    return label === undefined ? text : `${label}: ${text}`
  }
  return (
    <Checkbox
      aria-label={t('admin.people.administratorOf', { name })}
      {...(label === undefined ? {} : { label })}
      checked={isAdministrator}
      onChange={(_, { checked }) => {
        const is = checked === true
        onChange(administratorChange(roles, id, is), administratorWords(name, is))
      }}
    />
  )
}

export function RoleSelect({
  canChange,
  onChange,
  holder,
  group,
}: FieldProps & { group: StoreRoles['groups'][number] }) {
  const styles = useStyles()
  const shared = useShared()
  const { id, name, kind } = holder
  if (kind === 'application')
    return (
      <Tooltip content={t('admin.people.applicationsWhy')} relationship="description">
        <span className={shared.soft}>–</span>
      </Tooltip>
    )
  const role = roleIn(group, id)
  if (!canChange) return t(`admin.people.role.${role}`)
  return (
    <Select
      className={styles.select}
      size="small"
      aria-label={t('admin.people.roleIn', { name, group: group.displayName })}
      value={role}
      onChange={(_, { value }) => {
        const next = value as GroupRole
        onChange(groupChange(group, id, next), roleWords(name, next, group.displayName))
      }}
    >
      {(['none', 'manager', 'contributor'] as const).map((one) => (
        <option key={one} value={one}>
          {t(`admin.people.role.${one}`)}
        </option>
      ))}
    </Select>
  )
}
