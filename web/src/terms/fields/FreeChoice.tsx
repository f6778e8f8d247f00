/** A small field for one of several words, or another one that is typed. */
import { Combobox, makeStyles, mergeClasses, Option, shorthands, tokens } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { known, leading } from './leading.ts'

const useStyles = makeStyles({
  root: { minWidth: '120px', width: '190px', '@media (max-width: 640px)': { flexGrow: 1 } },
  marked: {
    ...shorthands.borderWidth('2px'),
    ...shorthands.borderColor(tokens.colorStatusDangerBorder2),
    ':hover': shorthands.borderColor(tokens.colorStatusDangerBorder2),
    ':active': shorthands.borderColor(tokens.colorStatusDangerBorder2),
    ':focus-within': shorthands.borderColor(tokens.colorStatusDangerBorder2),
  },
})

interface FreeChoiceProps {
  readonly label: string
  readonly placeholder: string
  /** Empty: none. */
  readonly value: string
  readonly options: readonly string[]
  readonly size?: 'small' | 'medium'
  readonly onChoose: (value: string | undefined) => void
  /** Words of the option that makes one of what is typed. Then Enter takes the first that begins so. */
  readonly newText?: (typed: string) => string
  /** Why it is marked: the id of the message. */
  readonly faultId?: string | undefined
}

export function FreeChoice({
  label,
  placeholder,
  value,
  options,
  size = 'medium',
  onChoose,
  newText,
  faultId,
}: FreeChoiceProps) {
  const styles = useStyles()
  const [text, setText] = useState(value)
  const [isOpen, setOpen] = useState(false)
  /** Whether the arrows have led to an option: Enter takes that one. */
  const isLed = useRef(false)
  const typed = text.trim()
  const matching = options.filter((option) => text === value || option.toLowerCase().includes(text.toLowerCase()))
  const shown = newText === undefined ? matching : leading(matching, text === value ? '' : typed)
  const made = newText !== undefined && typed !== '' && known(options, typed) === undefined ? typed : undefined
  useEffect(() => setText(value), [value])
  const keep = (next: string): void => {
    if (next !== value) onChoose(next === '' ? undefined : next)
  }
  /** What the typed words stand for: one that is there if one begins so, else a new one. */
  const take = (words: string): void => {
    const [first] = newText === undefined || words === value ? [] : leading(options, words)
    const isBegun = words !== '' && first?.toLowerCase().startsWith(words.toLowerCase())
    const next = isBegun && first !== undefined ? first : words
    setText(next)
    keep(next)
  }
  return (
    <Combobox
      className={mergeClasses(styles.root, faultId !== undefined && styles.marked)}
      input={{ style: { minWidth: 0, width: '100%' } }}
      size={size}
      freeform
      clearable
      aria-label={label}
      {...(faultId === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': faultId })}
      placeholder={placeholder}
      value={text}
      selectedOptions={value === '' ? [] : [value]}
      onChange={({ target }) => {
        isLed.current = false
        setText((target as HTMLInputElement).value)
        setOpen(true)
      }}
      onBlur={() => take(typed)}
      // A list of nothing would stay over the page.
      open={isOpen && (shown.length > 0 || made !== undefined)}
      onOpenChange={(_, { open }) => setOpen(open)}
      // Before the list takes the option that it stands on by itself.
      onKeyDownCapture={(event) => {
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') isLed.current = true
        if (event.key !== 'Enter' || (isLed.current && isOpen)) return
        event.stopPropagation()
        event.preventDefault()
        take(typed)
        setOpen(false)
      }}
      onOptionSelect={(_, { optionValue = '' }) => {
        isLed.current = false
        setText(optionValue)
        keep(optionValue)
      }}
    >
      {shown.map((option) => (
        <Option key={option} value={option}>
          {option}
        </Option>
      ))}
      {made !== undefined && newText !== undefined && (
        <Option value={made} text={made}>
          {newText(made)}
        </Option>
      )}
    </Combobox>
  )
}
