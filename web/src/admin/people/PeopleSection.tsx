/** People and applications with a role in the term store: one matrix of administrators, managers and contributors. */
import { Button, Checkbox, Input, makeStyles, mergeClasses, Select, Tooltip, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../data/action.ts'
import { graph } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { useSession } from '../../data/session.ts'
import type { Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { shortened } from '../../kit/CopyId.tsx'
import { AddRegular, PeopleTeamRegular, PersonRegular, WindowConsoleRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { useView } from '../../kit/view.ts'
import { backBy, type Me, managed, type Person, type StoreRoles, touches, useMe } from '../api.ts'
import { useSectionStyles } from '../parts.ts'
import { AddPerson } from './PersonAdd.tsx'
import {
  administratorChange,
  applications,
  changeBack,
  type GroupRole,
  groupChange,
  holdersOf,
  type RoleChange,
  roleIn,
} from './roles.ts'

const useStyles = makeStyles({
  scroller: { overflow: 'auto', flexGrow: 1, minHeight: '160px' },
  table: {
    borderCollapse: 'separate',
    borderSpacing: 0,
    '& th, & td': {
      padding: `${tokens.spacingVerticalXS} var(--cell-x)`,
      borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
      textAlign: 'start',
      whiteSpace: 'nowrap',
    },
    '& thead th': {
      position: 'sticky',
      top: 0,
      zIndex: 2,
      backgroundColor: tokens.colorNeutralBackground1,
      fontSize: tokens.fontSizeBase200,
      borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    },
    '& th:first-child': {
      paddingLeft: tokens.spacingHorizontalXXL,
      '@media (max-width: 640px)': { paddingLeft: tokens.spacingHorizontalL },
    },
    '& tbody th': {
      position: 'sticky',
      left: 0,
      zIndex: 1,
      backgroundColor: tokens.colorNeutralBackground1,
      fontWeight: tokens.fontWeightRegular,
      maxWidth: '40vw',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
    },
  },
  select: { minWidth: '132px' },
})

/** More groups than that are found by their names. */
const mostGroups = 12

const administrating = new Set(['Global Administrator', 'SharePoint Administrator'])

/** A registry asks for both; nobody is asked in a stand-in. */
function mayChange(mode: string, me: Me | undefined): boolean {
  if (mode === 'stand-in') return true
  if (me === undefined || !me.permissions.includes('TermStore.ReadWrite.All')) return false
  return me.termStore.isAdministrator || me.directoryRoles.some(({ displayName }) => administrating.has(displayName))
}

/** Names of ids, as far as the caller may read them. */
function useNames(ids: readonly string[]): ReadonlyMap<string, Person & { readonly isGroup: boolean }> {
  const known = [...ids].filter((id) => id !== applications).sort()
  const query = { $select: 'id,displayName', $filter: `id in (${known.map((id) => `'${id}'`).join(',')})`, $top: 200 }
  const enabled = known.length > 0
  const users = useRead(
    'directory',
    ['names', 'users', known],
    graph<Page<Person>>('GET', '/users', { query: { ...query, $select: 'id,displayName,userPrincipalName' } }),
    { enabled },
  )
  const groups = useRead('directory', ['names', 'groups', known], graph<Page<Person>>('GET', '/groups', { query }), {
    enabled,
  })
  return new Map<string, Person & { readonly isGroup: boolean }>([
    ...(users.data?.value ?? []).map((one) => [one.id, { ...one, isGroup: false }] as const),
    ...(groups.data?.value ?? []).map((one) => [one.id, { ...one, isGroup: true }] as const),
  ])
}

interface MatrixProps {
  readonly roles: StoreRoles
  readonly canChange: boolean
  readonly onChange: (change: RoleChange, name: string) => void
}

function Matrix({ roles, canChange, onChange }: MatrixProps) {
  const styles = useStyles()
  const shared = useShared()
  const { view } = useView()
  const holders = holdersOf(roles)
  const names = useNames(holders)
  const wanted = (view['groups'] ?? '').toLowerCase()
  const groups = roles.groups
    .filter(({ displayName }) => displayName.toLowerCase().includes(wanted))
    .slice(0, mostGroups)
  const nameOf = (id: string): string =>
    id === applications ? t('admin.people.applications') : (names.get(id)?.displayName ?? shortened(id))
  const rows = [...holders].sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
  const roleText = (role: GroupRole): string => t(`admin.people.role.${role}`)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <div className={styles.scroller} data-scrolls role="region" aria-label={t('admin.section.people')} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.people.who')}</th>
            <th scope="col">{t('admin.people.administrator')}</th>
            {groups.map(({ id, displayName }) => (
              <th key={id} scope="col">
                {displayName}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((holder) => {
            const person = names.get(holder)
            const isApp = holder === applications
            const name = nameOf(holder)
            const Icon = isApp ? WindowConsoleRegular : person?.isGroup === true ? PeopleTeamRegular : PersonRegular
            const isAdministrator = roles.administrators.includes(holder)
            return (
              <tr key={holder}>
                <th scope="row" title={person?.userPrincipalName ?? holder}>
                  <span style={{ verticalAlign: 'middle', marginInlineEnd: '8px' }}>
                    <Icon />
                  </span>
                  {name}
                </th>
                <td>
                  {canChange ? (
                    <Checkbox
                      aria-label={t('admin.people.administratorOf', { name })}
                      checked={isAdministrator}
                      onChange={(_, { checked }) =>
                        onChange(administratorChange(roles, holder, checked === true), name)
                      }
                    />
                  ) : (
                    t(isAdministrator ? 'admin.setting.yes' : 'admin.setting.no')
                  )}
                </td>
                {groups.map((group) => {
                  const role = roleIn(group, holder)
                  if (isApp)
                    return (
                      <td key={group.id}>
                        <Tooltip content={t('admin.people.applicationsWhy')} relationship="description">
                          <span className={shared.soft}>–</span>
                        </Tooltip>
                      </td>
                    )
                  return (
                    <td key={group.id}>
                      {canChange ? (
                        <Select
                          className={styles.select}
                          size="small"
                          aria-label={t('admin.people.roleIn', { name, group: group.displayName })}
                          value={role}
                          onChange={(_, { value }) => onChange(groupChange(group, holder, value as GroupRole), name)}
                        >
                          {(['none', 'manager', 'contributor'] as const).map((one) => (
                            <option key={one} value={one}>
                              {roleText(one)}
                            </option>
                          ))}
                        </Select>
                      ) : (
                        roleText(role)
                      )}
                    </td>
                  )
                })}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

export function PeopleSection() {
  const styles = useSectionStyles()
  const shared = useShared()
  const { info, acting } = useSession()
  const { view, set } = useView()
  const me = useMe()
  const { run, problem, clear } = useAction()
  const [isAdding, setAdding] = useState(false)
  const tenant = info.mode === 'stand-in' ? acting?.tenant.id : me.data?.tenant.id
  const tenantName = info.mode === 'stand-in' ? acting?.tenant.name : me.data?.tenant.displayName
  const query = tenant === undefined ? '' : `?tenant=${tenant}`
  const read = managed<StoreRoles>(info.mode, 'GET', `/term-store/roles${query}`)
  const roles = useRead('admin', ['roles', tenant], read, { enabled: tenant !== undefined })
  const canChange = mayChange(info.mode, me.data)
  const planOf = (change: RoleChange) =>
    managed<StoreRoles>(info.mode, 'POST', '/term-store/roles', { tenant, ...change })
  const change = async (wanted: RoleChange, name: string): Promise<boolean> => {
    if (roles.data === undefined) return false
    const back = planOf(changeBack(roles.data, wanted))
    const sent = await run(planOf(wanted), { done: t('admin.people.changed', { name }), touches, undo: backBy(back) })
    return sent !== undefined
  }
  const isMany = (roles.data?.groups.length ?? 0) > mostGroups
  return (
    <div className={styles.full}>
      <div className={styles.bar}>
        <div className={mergeClasses(shared.grow, shared.soft)}>
          {t('admin.people.text', { tenant: tenantName ?? '' })}
        </div>
        {isMany && (
          <Input
            aria-label={t('admin.people.groups')}
            placeholder={t('admin.people.groups')}
            value={view['groups'] ?? ''}
            onChange={(_, { value }) => set({ groups: value === '' ? undefined : value })}
          />
        )}
        <RequestPreview plans={() => [read]} />
        <Tooltip content={canChange ? t('admin.people.addTip') : t('admin.people.mayNot')} relationship="description">
          <Button
            appearance="primary"
            icon={<AddRegular />}
            disabledFocusable={!canChange}
            onClick={() => setAdding(true)}
          >
            {t('admin.people.add')}
          </Button>
        </Tooltip>
      </div>
      {problem !== undefined && <Problem error={problem} onClose={clear} />}
      <Loaded read={roles} lines={5}>
        {(found) => (
          <>
            <Matrix roles={found} canChange={canChange} onChange={(wanted, name) => void change(wanted, name)} />
            {isAdding && <AddPerson roles={found} planOf={planOf} onAdd={change} onClose={() => setAdding(false)} />}
          </>
        )}
      </Loaded>
    </div>
  )
}
