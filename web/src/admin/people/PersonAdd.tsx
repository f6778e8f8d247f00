/** Gives somebody a role in the term store: the person, security group or all applications, and the role. */
import { Button, Combobox, Field, Option, Select } from '@fluentui/react-components'
import { useDeferredValue, useState } from 'react'
import { graph, literal, type RequestPlan } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import type { Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import type { Person, StoreRoles } from '../api.ts'
import { administratorWords, roleWords } from './people.ts'
import { administratorChange, applications, groupChange, type RoleChange } from './roles.ts'

const hits = 8

/** People and security groups whose names begin so. */
function useFound(text: string): readonly Person[] {
  const wanted = useDeferredValue(text.trim())
  const starts = (name: string): string => `startswith(${name},${literal(wanted)})`
  const users = useRead(
    'directory',
    ['find', 'users', wanted],
    graph<Page<Person>>('GET', '/users', {
      query: {
        $select: 'id,displayName,userPrincipalName',
        $top: hits,
        ...(wanted === '' ? {} : { $filter: `${starts('displayName')} or ${starts('userPrincipalName')}` }),
      },
    }),
  )
  const groups = useRead(
    'directory',
    ['find', 'groups', wanted],
    graph<Page<Person>>('GET', '/groups', {
      query: {
        $select: 'id,displayName',
        $top: hits,
        $filter: wanted === '' ? 'securityEnabled eq true' : `securityEnabled eq true and ${starts('displayName')}`,
      },
    }),
  )
  return [...(users.data?.value ?? []), ...(groups.data?.value ?? [])]
}

interface AddPersonProps {
  readonly roles: StoreRoles
  readonly planOf: (change: RoleChange) => RequestPlan
  readonly onAdd: (change: RoleChange, done: string) => Promise<boolean>
  readonly onClose: () => void
}

export function AddPerson({ roles, planOf, onAdd, onClose }: AddPersonProps) {
  const [text, setText] = useState('')
  const [person, setPerson] = useState<Person | undefined>()
  const [role, setRole] = useState<'administrator' | 'manager' | 'contributor'>('contributor')
  const [groupId, setGroup] = useState(roles.groups[0]?.id ?? '')
  const found = useFound(person === undefined ? text : '')
  const group = roles.groups.find(({ id }) => id === groupId)
  const isApp = person?.id === applications
  const asked = isApp ? 'administrator' : role
  const change = (): RoleChange | undefined => {
    if (person === undefined) return undefined
    if (asked === 'administrator') return administratorChange(roles, person.id, true)
    return group === undefined ? undefined : groupChange(group, person.id, asked)
  }
  const add = async (): Promise<void> => {
    const wanted = change()
    if (wanted === undefined || person === undefined) return
    const { displayName: name } = person
    const done =
      asked === 'administrator' ? administratorWords(name, true) : roleWords(name, asked, group?.displayName ?? '')
    if (await onAdd(wanted, done)) onClose()
  }
  const all: readonly Person[] = [...found, { id: applications, displayName: t('admin.people.applications') }]
  return (
    <SidePanel
      title={t('admin.people.add')}
      isOpen
      onClose={onClose}
      tools={
        <RequestPreview
          plans={() => {
            const wanted = change()
            return wanted === undefined ? [] : [planOf(wanted)]
          }}
        />
      }
      footer={
        <>
          <Button appearance="primary" disabledFocusable={person === undefined} onClick={() => void add()}>
            {t('admin.people.give')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
        </>
      }
    >
      <Field label={t('admin.people.person')} required hint={isApp ? t('admin.people.applicationsWhy') : ''}>
        <Combobox
          freeform
          inlinePopup
          value={text}
          selectedOptions={person === undefined ? [] : [person.id]}
          onInput={(event) => {
            setText((event.target as HTMLInputElement).value)
            setPerson(undefined)
          }}
          onOptionSelect={(_, { optionValue, optionText }) => {
            setPerson(all.find(({ id }) => id === optionValue))
            setText(optionText ?? '')
          }}
        >
          {all.map(({ id, displayName, userPrincipalName }) => (
            <Option key={id} value={id} text={displayName}>
              {userPrincipalName === undefined ? displayName : `${displayName} · ${userPrincipalName}`}
            </Option>
          ))}
        </Combobox>
      </Field>
      {!isApp && (
        <Field label={t('admin.people.roleLabel')}>
          <Select value={role} onChange={(_, { value }) => setRole(value as typeof role)}>
            <option value="administrator">{t('admin.people.administrator')}</option>
            <option value="manager">{t('admin.people.role.manager')}</option>
            <option value="contributor">{t('admin.people.role.contributor')}</option>
          </Select>
        </Field>
      )}
      {asked !== 'administrator' && (
        <Field label={t('admin.people.group')}>
          <Select value={groupId} onChange={(_, { value }) => setGroup(value)}>
            {roles.groups.map(({ id, displayName }) => (
              <option key={id} value={id}>
                {displayName}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </SidePanel>
  )
}
