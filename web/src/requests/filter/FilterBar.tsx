/** What of the log is shown. All of it is in the address, and what is chosen here can be typed as well. */
import {
  Button,
  Input,
  makeStyles,
  mergeClasses,
  Select,
  Switch,
  ToggleButton,
  tokens,
} from '@fluentui/react-components'
import { useMemo, useRef } from 'react'
import { t } from '../../i18n/t.ts'
import { DismissRegular, SearchRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import { callerName, type LoggedRequest } from '../entry.ts'
import { conditionsIn, conditionValue, type Filter, withCondition, without } from './filter.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalS}`,
    '@media (max-width: 640px)': { padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}` },
  },
  text: { flexGrow: 1, flexBasis: '200px', minWidth: 0, maxWidth: '520px' },
  select: { minWidth: 0, maxWidth: '132px' },
  show: { minWidth: 'auto' },
  said: { flexBasis: '100%' },
  chips: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
})

const shows = ['all', 'failed', 'faults'] as const
const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const
const statuses = ['2xx', '4xx', '5xx', '401', '403', '404', '429'] as const

interface FilterBarProps {
  readonly filter: Filter
  readonly onChange: (change: Partial<Filter>) => void
  /** Where names of clients come from. */
  readonly entries: readonly LoggedRequest[]
  /** Conditions that the server does not know. */
  readonly rest: readonly string[]
}

/** Those that were there once stay, as the server sends only what is filtered. */
function useClients(entries: readonly LoggedRequest[]): readonly string[] {
  const known = useRef(new Set<string>())
  return useMemo(() => {
    for (const entry of entries) known.current.add(callerName(entry))
    return [...known.current].filter((name) => name !== '').sort()
  }, [entries])
}

function Choice({
  name,
  label,
  values,
  filter: { text },
  onChange,
}: {
  readonly name: string
  readonly label: string
  readonly values: readonly string[]
} & Pick<FilterBarProps, 'filter' | 'onChange'>) {
  const styles = useStyles()
  const now = conditionValue(text, name)
  const shown = values.find((value) => value.toLowerCase() === now) ?? ''
  return (
    <Select
      className={styles.select}
      aria-label={label}
      value={shown}
      onChange={(_, { value }) => onChange({ text: withCondition(text, name, value) })}
    >
      <option value="">{label}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </Select>
  )
}

export const filterFieldId = 'requests-filter'

export function FilterBar({ filter, onChange, entries, rest }: FilterBarProps) {
  const styles = useStyles()
  const shared = useShared()
  const clients = useClients(entries)
  return (
    <search className={styles.root} aria-label={t('requests.filter')}>
      <Input
        id={filterFieldId}
        className={styles.text}
        type="search"
        contentBefore={<SearchRegular />}
        aria-label={t('requests.filter')}
        placeholder={t('requests.filter.hint')}
        value={filter.text}
        onChange={(_, { value }) => onChange({ text: value })}
      />
      <div className={shared.row} role="group" aria-label={t('requests.show')}>
        {shows.map((show) => (
          <ToggleButton
            key={show}
            className={styles.show}
            appearance={filter.show === show ? 'primary' : 'secondary'}
            checked={filter.show === show}
            onClick={() => onChange({ show })}
          >
            {t(`requests.show.${show}`)}
          </ToggleButton>
        ))}
      </div>
      <Choice name="client" label={t('requests.client')} values={clients} filter={filter} onChange={onChange} />
      <Choice name="method" label={t('requests.method')} values={methods} filter={filter} onChange={onChange} />
      <Choice name="status" label={t('requests.status')} values={statuses} filter={filter} onChange={onChange} />
      <Switch
        label={t('requests.own')}
        checked={filter.own}
        onChange={(_, { checked }) => onChange({ own: checked })}
      />
      {rest.length > 0 && (
        <div className={mergeClasses(styles.said, shared.small, shared.soft)}>
          {t('requests.inPage', { what: rest.join(' '), n: entries.length })}
        </div>
      )}
    </search>
  )
}

interface NothingFitsProps extends Pick<FilterBarProps, 'filter' | 'onChange'> {
  /** So many there are. */
  readonly held: number
}

/** Said where nothing fits: what stands against it, each part to be taken away. */
export function NothingFits({ filter, onChange, held }: NothingFitsProps) {
  const styles = useStyles()
  const shared = useShared()
  const chip = (text: string, change: Partial<Filter>) => (
    <Button
      key={text}
      size="small"
      icon={<DismissRegular />}
      iconPosition="after"
      aria-label={t('requests.takeAway', { what: text })}
      onClick={() => {
        onChange(change)
        document.getElementById(filterFieldId)?.focus()
      }}
    >
      {text}
    </Button>
  )
  return (
    <div className={shared.page}>
      <p>{t('requests.nothingFits', { n: held })}</p>
      <div className={styles.chips}>
        {filter.show !== 'all' && chip(t(`requests.show.${filter.show}`), { show: 'all' })}
        {conditionsIn(filter.text).map((one) => chip(one.text, { text: without(filter.text, one) }))}
        {!filter.own && (
          <Button size="small" onClick={() => onChange({ own: true })}>
            {t('requests.ownToo')}
          </Button>
        )}
        {(filter.show !== 'all' || filter.text !== '') && (
          <Button size="small" appearance="subtle" onClick={() => onChange({ show: 'all', text: '' })}>
            {t('requests.clearFilter')}
          </Button>
        )}
      </div>
    </div>
  )
}
