/** People and groups of the directory, as tags; more are found while a name is typed. */
import { Combobox, Field, makeStyles, Option, Tag, TagGroup, tokens } from '@fluentui/react-components'
import { useQueries } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { graph, literal, segment } from '../../../data/plan.ts'
import { reading, useRead } from '../../../data/query.ts'
import type { Page } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { shortened } from '../../../kit/CopyId.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, maxWidth: '560px' },
  tags: { flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  box: { width: '100%' },
  more: {
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    marginLeft: tokens.spacingHorizontalS,
  },
})

interface Principal {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName?: string
}

const most = 6
const restMs = 120
const guid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

function usersLike(text: string) {
  return graph<Page<Principal>>('GET', '/users', {
    query: {
      $filter: `startswith(displayName,${literal(text)}) or startswith(userPrincipalName,${literal(text)})`,
      $select: 'id,displayName,userPrincipalName',
      $top: most,
    },
  })
}

function groupsLike(text: string) {
  return graph<Page<Principal>>('GET', '/groups', {
    query: { $filter: `startswith(displayName,${literal(text)})`, $select: 'id,displayName', $top: most },
  })
}

/** Names of ids: of a person, else of a group, else the id itself. */
function useNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const query = { $select: 'id,displayName' }
  const wanted = ids.filter((id) => guid.test(id))
  const users = useQueries({
    queries: wanted.map((id) =>
      reading('directory', ['user', id], graph<Principal>('GET', `/users/${segment(id)}`, { query }), { retry: false }),
    ),
  })
  const groups = useQueries({
    queries: wanted.map((id, at) =>
      reading('directory', ['group', id], graph<Principal>('GET', `/groups/${segment(id)}`, { query }), {
        retry: false,
        enabled: users[at]?.isError === true,
      }),
    ),
  })
  return new Map(
    wanted.map((id, at) => [id, users[at]?.data?.displayName ?? groups[at]?.data?.displayName ?? shortened(id)]),
  )
}

interface PeopleFieldProps {
  readonly label: string
  readonly hint?: string
  readonly value: readonly string[]
  readonly isReadOnly: boolean
  /** Why the server does not accept it. */
  readonly fault?: string | undefined
  /** One person at most. */
  readonly isSingle?: boolean
  readonly onChange: (next: readonly string[]) => void
}

export function PeopleField(props: PeopleFieldProps) {
  const { label, hint, value, isReadOnly, fault, isSingle = false, onChange } = props
  const styles = useStyles()
  const names = useNames(value)
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), restMs)
    return () => clearTimeout(timer)
  }, [text])
  const users = useRead('directory', ['users like', asked], usersLike(asked), { enabled: asked !== '' })
  const groups = useRead('directory', ['groups like', asked], groupsLike(asked), {
    enabled: asked !== '' && !isSingle,
  })
  const found =
    asked === ''
      ? []
      : [...(users.data?.value ?? []), ...(groups.data?.value ?? [])].filter(({ id }) => !value.includes(id))
  const nameOf = (id: string): string => names.get(id) ?? id
  return (
    <Field
      className={styles.root}
      label={label}
      {...(hint === undefined ? {} : { hint })}
      validationState={fault === undefined ? 'none' : 'error'}
      {...(fault === undefined ? {} : { validationMessage: fault })}
    >
      {(field) => (
        <>
          {value.length > 0 && (
            <TagGroup
              size="small"
              className={styles.tags}
              aria-label={label}
              {...(isReadOnly
                ? {}
                : { onDismiss: (_, data) => onChange(value.filter((id) => id !== String(data.value))) })}
            >
              {value.map((id) => (
                <Tag
                  key={id}
                  value={id}
                  title={id}
                  dismissible={!isReadOnly}
                  {...(isReadOnly
                    ? {}
                    : { dismissIcon: { 'aria-label': t('detail.removeNamed', { name: nameOf(id) }) } })}
                >
                  {nameOf(id)}
                </Tag>
              ))}
            </TagGroup>
          )}
          {value.length === 0 && isReadOnly && <span>{t('people.nobody')}</span>}
          {!isReadOnly && (
            <Combobox
              {...field}
              className={styles.box}
              freeform
              expandIcon={null}
              placeholder={t('people.find')}
              value={text}
              selectedOptions={[]}
              onChange={(event) => setText(event.target.value)}
              onOptionSelect={(_, { optionValue }) => {
                if (optionValue === undefined || optionValue === '') return
                onChange(isSingle ? [optionValue] : [...value, optionValue])
                setText('')
              }}
            >
              {found.map(({ id, displayName, userPrincipalName }) => (
                <Option key={id} value={id} text={displayName}>
                  {displayName}
                  <span className={styles.more}>{userPrincipalName ?? t('people.group')}</span>
                </Option>
              ))}
              {asked !== '' && found.length === 0 && !users.isFetching && (
                <Option value="" disabled text="">
                  {t('detail.nothingFound')}
                </Option>
              )}
            </Combobox>
          )}
        </>
      )}
    </Field>
  )
}
