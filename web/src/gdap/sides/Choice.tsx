/** One of many, found by typing: for tenants, people and actions. At most a hundred are listed. */
import { Combobox, Field, makeStyles, Option, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { t } from '../../i18n/t.ts'

export interface ChoiceOption {
  readonly id: string
  readonly text: string
  /** Beside the text, such as a role or a domain. */
  readonly detail?: string | undefined
}

interface ChoiceProps {
  readonly label: string
  readonly value: string | undefined
  readonly options: readonly ChoiceOption[]
  readonly onChoose: (id: string) => void
  /** What is typed counts as well. */
  readonly isFree?: boolean
  /** What can be typed. */
  readonly hint?: string
  readonly width?: string
}

const most = 100

const useStyles = makeStyles({
  field: { minWidth: 0, flexGrow: 1, flexBasis: '160px' },
  box: { minWidth: 0, width: '100%', '& input': { minWidth: 0, textOverflow: 'ellipsis' } },
  list: { maxHeight: '320px' },
  option: { display: 'flex', flexDirection: 'column', minWidth: 0, overflowWrap: 'anywhere' },
  detail: { fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200, opacity: 0.85 },
})

export function Choice({ label, value, options, onChoose, isFree = false, hint, width }: ChoiceProps) {
  const styles = useStyles()
  const [typed, setTyped] = useState<string | undefined>()
  const chosen = options.find(({ id }) => id === value)
  const shown = typed ?? chosen?.text ?? (isFree ? (value ?? '') : '')
  const wanted = typed?.trim().toLowerCase() ?? ''
  const fitting = options.filter(({ text, detail = '' }) => `${text} ${detail}`.toLowerCase().includes(wanted))
  const take = (id: string | undefined): void => {
    setTyped(undefined)
    if (id !== undefined && id !== value) onChoose(id)
  }
  const takeTyped = (): void => take(isFree && typed !== undefined && typed.trim() !== '' ? typed.trim() : undefined)
  return (
    <Field
      label={label}
      className={styles.field}
      {...(hint === undefined ? {} : { hint })}
      {...(width === undefined ? {} : { style: { flexBasis: width } })}
    >
      <Combobox
        className={styles.box}
        listbox={{ className: styles.list }}
        value={shown}
        selectedOptions={value === undefined ? [] : [value]}
        freeform={isFree}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onOptionSelect={(_, { optionValue }) => {
          // Without one it only says that what is typed fits no option.
          if (optionValue !== undefined) take(optionValue)
        }}
        onBlur={takeTyped}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && isFree && fitting.length === 0) takeTyped()
        }}
      >
        {fitting.slice(0, most).map(({ id, text, detail }) => (
          <Option key={id} value={id} text={text}>
            <span className={styles.option}>
              {text}
              {detail !== undefined && <span className={styles.detail}>{detail}</span>}
            </span>
          </Option>
        ))}
        {fitting.length > most && (
          <Option key="more" disabled text="">
            {t('sides.choice.more', { n: fitting.length - most })}
          </Option>
        )}
        {fitting.length === 0 && !isFree && (
          <Option key="none" disabled text="">
            {t('sides.choice.none')}
          </Option>
        )}
      </Combobox>
    </Field>
  )
}
