/** An option of the import as a chip: what it is now, and by a menu what it could be. */
import {
  Button,
  Menu,
  MenuItemCheckbox,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  shorthands,
  tokens,
} from '@fluentui/react-components'
import type { ChoiceOption } from '../../fields/Choice.tsx'

const useStyles = makeStyles({
  marked: { ...shorthands.borderColor(tokens.colorStatusDangerBorder2), ...shorthands.borderWidth('2px') },
})

interface ChipProps {
  readonly label: string
  /** What the server has found out by itself, in place of the words of the first option. */
  readonly guessed?: string | undefined
  readonly value: string | undefined
  readonly options: readonly ChoiceOption[]
  /** Why it is marked: the id of the message. */
  readonly faultId?: string | undefined
  readonly onChoose: (value: string | undefined) => void
}

export function Chip({ label, guessed, value = '', options, faultId, onChoose }: ChipProps) {
  const styles = useStyles()
  const chosen = options.find((option) => option.value === value)
  const shown = value === '' && guessed !== undefined ? guessed : (chosen?.text ?? value)
  return (
    <Menu
      checkedValues={{ one: [value] }}
      onCheckedValueChange={(_, { checkedItems }) => onChoose(checkedItems[0] === '' ? undefined : checkedItems[0])}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          size="small"
          shape="circular"
          {...(faultId === undefined ? {} : { className: styles.marked, 'aria-describedby': faultId })}
        >
          {label}: {shown}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {options.map((option) => (
            <MenuItemRadio key={option.value} name="one" value={option.value}>
              {option.text}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

interface ManyChipProps {
  readonly label: string
  readonly none: string
  readonly values: readonly string[]
  readonly options: readonly ChoiceOption[]
  readonly onChoose: (values: readonly string[]) => void
}

export function ManyChip({ label, none, values, options, onChoose }: ManyChipProps) {
  const words = options.filter(({ value }) => values.includes(value)).map(({ text }) => text)
  const shown = words.length === 0 ? none : words.length === 1 ? words[0] : words.length
  return (
    <Menu
      checkedValues={{ many: [...values] }}
      onCheckedValueChange={(_, { checkedItems }) => onChoose(checkedItems)}
      persistOnItemClick
    >
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" shape="circular">
          {label}: {shown}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {options.map((option) => (
            <MenuItemCheckbox key={option.value} name="many" value={option.value}>
              {option.text}
            </MenuItemCheckbox>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
