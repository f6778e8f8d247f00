/** People and applications with a role in the term store: one matrix of administrators, managers and contributors. */
import { Button, Input, mergeClasses, Tooltip } from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../data/action.ts'
import { useRead } from '../../data/query.ts'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { AddRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { useNarrow } from '../../kit/look/narrow.ts'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { useView } from '../../kit/view.ts'
import { backBy, type Me, managed, type StoreRoles, touches, useMe } from '../api.ts'
import { useSectionStyles } from '../parts.ts'
import { Matrix } from './Matrix.tsx'
import { PeopleCards } from './PeopleCards.tsx'
import { AddPerson } from './PersonAdd.tsx'
import { mostGroups } from './people.ts'
import { changeBack, type RoleChange } from './roles.ts'

const administrating = new Set(['Global Administrator', 'SharePoint Administrator'])

/** A registry asks for both; nobody is asked in a stand-in. */
function mayChange(mode: string, me: Me | undefined): boolean {
  if (mode === 'stand-in') return true
  if (me === undefined || !me.permissions.includes('TermStore.ReadWrite.All')) return false
  return me.termStore.isAdministrator || me.directoryRoles.some(({ displayName }) => administrating.has(displayName))
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
  const Holders = useNarrow() ? PeopleCards : Matrix
  const planOf = (change: RoleChange) =>
    managed<StoreRoles>(info.mode, 'POST', '/term-store/roles', { tenant, ...change })
  const change = async (wanted: RoleChange, done: string): Promise<boolean> => {
    if (roles.data === undefined) return false
    const back = planOf(changeBack(roles.data, wanted))
    const sent = await run(planOf(wanted), { done, touches, undo: backBy(back) })
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
            <Holders roles={found} canChange={canChange} onChange={(wanted, done) => void change(wanted, done)} />
            {isAdding && <AddPerson roles={found} planOf={planOf} onAdd={change} onClose={() => setAdding(false)} />}
          </>
        )}
      </Loaded>
    </div>
  )
}
