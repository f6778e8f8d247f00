/** A small field for one of several words, or another one that is typed. */
import { Combobox, makeStyles, Option } from '@fluentui/react-components'
import { useEffect, useState } from 'react'

const useStyles = makeStyles({
  root: { minWidth: '120px', width: '190px', '@media (max-width: 640px)': { flexGrow: 1 } },
})

interface FreeChoiceProps {
  readonly label: string
  readonly placeholder: string
  /** Empty: none. */
  readonly value: string
  readonly options: readonly string[]
  readonly size?: 'small' | 'medium'
  readonly onChoose: (value: string | undefined) => void
}

export function FreeChoice({ label, placeholder, value, options, size = 'medium', onChoose }: FreeChoiceProps) {
  const styles = useStyles()
  const [text, setText] = useState(value)
  const [isOpen, setOpen] = useState(false)
  const shown = options.filter((option) => text === value || option.toLowerCase().includes(text.toLowerCase()))
  useEffect(() => setText(value), [value])
  const keep = (next: string): void => {
    if (next !== value) onChoose(next === '' ? undefined : next)
  }
  return (
    <Combobox
      className={styles.root}
      input={{ style: { minWidth: 0, width: '100%' } }}
      size={size}
      freeform
      clearable
      aria-label={label}
      placeholder={placeholder}
      value={text}
      selectedOptions={value === '' ? [] : [value]}
      onChange={({ target }) => setText((target as HTMLInputElement).value)}
      onBlur={() => keep(text.trim())}
      // A list of nothing would stay over the page.
      open={isOpen && shown.length > 0}
      onOpenChange={(_, { open }) => setOpen(open)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        keep(text.trim())
        setOpen(false)
      }}
      onOptionSelect={(_, { optionValue = '' }) => {
        setText(optionValue)
        keep(optionValue)
      }}
    >
      {shown.map((option) => (
        <Option key={option} value={option}>
          {option}
        </Option>
      ))}
    </Combobox>
  )
}
