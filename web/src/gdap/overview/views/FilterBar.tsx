/** What the list shows: a text and five choices. All of it is in the address. */
import { Button, Dropdown, Input, makeStyles, Option, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { maybeText, t } from '../../../i18n/t.ts'
import { DismissRegular, SearchRegular } from '../../../kit/icons.ts'
import { useShared } from '../../../kit/styles.ts'
import type { Role } from '../../api.ts'
import { statuses } from '../../rules.ts'
import { type FilterName, filterNames, type ListView } from './filter.ts'

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    flexShrink: 0,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalL },
  },
  find: {
    flex: '1 1 160px',
    minWidth: 0,
    maxWidth: '320px',
    '@media (max-width: 640px)': { flexBasis: '100%', maxWidth: 'none' },
  },
  choice: { minWidth: '96px', width: '150px', '@media (max-width: 640px)': { width: 'calc(50% - 4px)' } },
})

export const filterFieldId = 'gdap-filter'

/** While one types, the address waits. */
const waitMs = 250

interface BarProps {
  readonly view: ListView
  readonly onChange: (change: ListView) => void
  readonly roles: ReadonlyMap<string, Role>
}

interface Choice {
  readonly value: string
  readonly text: string
}

function Choose({
  name,
  view,
  choices,
  onChange,
}: {
  readonly name: 'status' | 'extend' | 'role' | 'groups' | 'type'
  readonly view: ListView
  readonly choices: readonly Choice[]
  readonly onChange: BarProps['onChange']
}) {
  const styles = useStyles()
  const now = view[name]
  const label = t(`gdap.filter.${name}`)
  const shown = choices.find(({ value }) => value === now)?.text ?? (now === undefined ? label : now)
  return (
    <Dropdown
      className={styles.choice}
      aria-label={label}
      value={shown}
      selectedOptions={[now ?? '']}
      onOptionSelect={(_, { optionValue }) => onChange({ [name]: optionValue === '' ? undefined : optionValue })}
    >
      <Option value="">{t('gdap.filter.any')}</Option>
      {choices.map(({ value, text }) => (
        <Option key={value} value={value}>
          {text}
        </Option>
      ))}
    </Dropdown>
  )
}

/** All members of a view, so that those it does not have are lifted. */
export function whole(view: ListView): ListView {
  return { ...Object.fromEntries(filterNames.map((name) => [name, view[name]])), sort: view.sort, view: view.view }
}

export function FilterBar({ view, onChange, roles }: BarProps) {
  const styles = useStyles()
  const [text, setText] = useState(view.q ?? '')
  useEffect(() => setText(view.q ?? ''), [view.q])
  useEffect(() => {
    if (text === (view.q ?? '')) return
    const timer = setTimeout(() => onChange({ q: text === '' ? undefined : text }), waitMs)
    return () => clearTimeout(timer)
  }, [text, view.q, onChange])
  const choicesOf = (name: string, values: readonly string[]): readonly Choice[] =>
    values.map((value) => ({ value, text: maybeText(`gdap.filter${name}.${value}`) ?? value }))
  const props = { view, onChange }
  return (
    <div className={styles.bar} role="search" aria-label={t('gdap.filter.label')}>
      <Input
        className={styles.find}
        id={filterFieldId}
        type="search"
        contentBefore={<SearchRegular />}
        aria-label={t('gdap.filter.text')}
        placeholder={t('gdap.filter.text')}
        value={text}
        onChange={(_, { value }) => setText(value)}
      />
      <Choose
        {...props}
        name="status"
        choices={[
          ...statuses
            .filter((status) => status !== 'terminating' && status !== 'terminationRequested')
            .map((status) => ({ value: status, text: t(`gdap.status.${status}`) })),
          { value: 'terminationRequested,terminating', text: t('gdap.status.terminating') },
        ]}
      />
      <Choose {...props} name="extend" choices={choicesOf('Extend', ['on', 'off', 'impossible'])} />
      <Choose
        {...props}
        name="role"
        choices={[...roles.values()].map(({ id, displayName }) => ({ value: id, text: displayName }))}
      />
      <Choose {...props} name="groups" choices={choicesOf('Groups', ['none', 'some', 'failed'])} />
      <Choose {...props} name="type" choices={choicesOf('Type', ['own', 'mlt', 'lighthouse'])} />
    </div>
  )
}

/** When nothing matches: each filter can be lifted alone. */
export function Lift({ view, onChange, roles }: BarProps) {
  const shared = useShared()
  const set = filterNames.filter((name) => view[name] !== undefined)
  const wordsOf = (name: FilterName): string => {
    const value = view[name] ?? ''
    if (name === 'tile') return maybeText(`gdap.tile.${value}`) ?? value
    if (name === 'role') return roles.get(value)?.displayName ?? value
    if (name === 'status')
      return value
        .split(',')
        .map((one) => maybeText(`gdap.status.${one}`) ?? one)
        .join(', ')
    if (name === 'q') return value
    return maybeText(`gdap.filter${name[0]?.toUpperCase()}${name.slice(1)}.${value}`) ?? value
  }
  return (
    <div className={shared.row}>
      {set.map((name) => (
        <Button
          key={name}
          size="small"
          icon={<DismissRegular />}
          iconPosition="after"
          aria-label={t('gdap.filter.lift', { what: wordsOf(name) })}
          onClick={() => onChange({ [name]: undefined })}
        >
          {wordsOf(name)}
        </Button>
      ))}
      <Button size="small" appearance="subtle" onClick={() => onChange(whole({}))}>
        {t('gdap.filter.clear')}
      </Button>
    </div>
  )
}
