/** Dropped into another set: which of four things is meant. */
import { Menu, MenuItem, MenuList, MenuPopover, makeStyles, mergeClasses } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { ArrowMoveRegular, CopyRegular, LinkRegular, PinRegular } from '../../../kit/icons.ts'
import { positionAt, useFocusFirst, useMenuStyles } from './menuParts.ts'

const useStyles = makeStyles({ sentence: { maxWidth: 'min(420px, 94vw)' } })

export type DropChoice = 'move' | 'copy' | 'pin' | 'reuse'

interface DropMenuProps {
  readonly at: DOMRect
  readonly choices: readonly DropChoice[]
  readonly what: string
  readonly where: string
  readonly onChoose: (choice: DropChoice) => void
  readonly onClose: () => void
}

const dropIcons = { move: <ArrowMoveRegular />, copy: <CopyRegular />, pin: <PinRegular />, reuse: <LinkRegular /> }

/** Says of each choice what will be true then. */
export function DropMenu({ at, choices, what, where, onChoose, onClose }: DropMenuProps) {
  const styles = useStyles()
  const shared = useMenuStyles()
  const list = useFocusFirst(true)
  return (
    <Menu open inline onOpenChange={(_, { open }) => !open && onClose()} positioning={positionAt(at)}>
      <MenuPopover className={mergeClasses(styles.sentence, shared.menu, shared.sheet)}>
        <MenuList ref={list} aria-label={t('tree.drop.label', { what, where })}>
          {choices.map((choice) => (
            <MenuItem
              key={choice}
              icon={dropIcons[choice]}
              subText={t(`tree.drop.${choice}.text`, { what, where })}
              onClick={() => onChoose(choice)}
            >
              {t(`tree.drop.${choice}`)}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
