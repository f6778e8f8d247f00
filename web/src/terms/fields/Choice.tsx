/** Small choices above a list: of one among few words, and of a set or a group. */
import { Dropdown, makeStyles, mergeClasses, Option, OptionGroup } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import type { KnownGroups } from '../groups.ts'

const useStyles = makeStyles({
  root: { minWidth: '104px', maxWidth: '240px', '@media (max-width: 640px)': { maxWidth: '100%', flexGrow: 1 } },
  wide: { maxWidth: '400px', width: '100%' },
  list: { maxHeight: '60vh' },
})

export interface ChoiceOption {
  readonly value: string
  readonly text: string
}

interface ChoiceProps {
  readonly label: string
  /** Empty: the first option. */
  readonly value: string | undefined
  readonly options: readonly ChoiceOption[]
  readonly onChoose: (value: string | undefined) => void
  /** In a form. */
  readonly isWide?: boolean
}

export function Choice({ label, value = '', options, onChoose, isWide = false }: ChoiceProps) {
  const styles = useStyles()
  const chosen = options.find((option) => option.value === value)
  return (
    <Dropdown
      className={mergeClasses(styles.root, isWide && styles.wide)}
      aria-label={label}
      listbox={{ className: styles.list }}
      value={chosen?.text ?? value}
      selectedOptions={[value]}
      onOptionSelect={(_, { optionValue }) => onChoose(optionValue === '' ? undefined : optionValue)}
    >
      {options.map((option) => (
        <Option key={option.value} value={option.value} text={option.text}>
          {option.text}
        </Option>
      ))}
    </Dropdown>
  )
}

interface PlaceChoiceProps {
  readonly label: string
  /** Words for none. */
  readonly all: string
  readonly known: KnownGroups
  readonly group?: string | undefined
  readonly set?: string | undefined
  /** Whether groups can be chosen as a whole. */
  readonly hasGroups?: boolean
  /** In a form. */
  readonly isWide?: boolean
  readonly onChoose: (place: { readonly group?: string | undefined; readonly set?: string | undefined }) => void
}

/** Of a group or a set. Values are `g:ID` and `s:ID`. */
export function PlaceChoice({
  label,
  all,
  known,
  group,
  set,
  hasGroups = true,
  isWide = false,
  onChoose,
}: PlaceChoiceProps) {
  const styles = useStyles()
  const value = set !== undefined ? `s:${set}` : group !== undefined ? `g:${group}` : ''
  const shown = known.set(set)?.name ?? known.group(group)?.name ?? set ?? group ?? all
  return (
    <Dropdown
      className={mergeClasses(styles.root, isWide && styles.wide)}
      aria-label={label}
      listbox={{ className: styles.list }}
      value={shown}
      selectedOptions={[value]}
      onOptionSelect={(_, { optionValue = '' }) => {
        const id = optionValue.slice(2)
        if (optionValue.startsWith('s:')) onChoose({ set: id })
        else onChoose(optionValue === '' ? {} : { group: id })
      }}
    >
      <Option value="" text={all}>
        {all}
      </Option>
      {known.groups
        .filter((one) => !one.isSystem)
        .map((one) => (
          <OptionGroup key={one.id} label={one.name}>
            {hasGroups && (
              <Option value={`g:${one.id}`} text={one.name}>
                {t('termpages.wholeGroup', { name: one.name })}
              </Option>
            )}
            {one.sets.map(({ id, name }) => (
              <Option key={id} value={`s:${id}`} text={name}>
                {name}
              </Option>
            ))}
          </OptionGroup>
        ))}
    </Dropdown>
  )
}
