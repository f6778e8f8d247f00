/** The one menu of all rows, placed at the row, and the one at a drop. */
import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import type { KeyboardEvent, ReactElement } from 'react'
import { type TextKey, t } from '../../../i18n/t.ts'
import {
  AddRegular,
  ArrowDownRegular,
  ArrowMoveRegular,
  ArrowUpRegular,
  ClipboardPasteRegular,
  CopyRegular,
  CutRegular,
  DeleteRegular,
  LinkRegular,
  MergeRegular,
  OpenRegular,
  PinRegular,
  ProhibitedRegular,
  RenameRegular,
  TableRegular,
  TextBulletListTreeRegular,
  TranslateRegular,
} from '../../../kit/icons.ts'
import { isTyping, shownKeys } from '../../../kit/keys/shortcuts.ts'
import type { TreeNode } from '../../rows.ts'
import { type RowAction, whyNot } from '../rules.ts'
import { positionAt, useFocusFirst, useMenuStyles } from './menuParts.ts'

export type MenuChoice =
  | RowAction
  | 'source'
  | 'openAll'
  | 'undeprecate'
  | 'cut'
  | 'paste'
  | 'moveUp'
  | 'moveDown'
  | 'copyBranch'
  | 'table'
  | 'matrix'

interface Entry {
  readonly choice: MenuChoice
  readonly text: TextKey
  readonly icon: ReactElement
  /** As kit/keys/shortcuts.ts writes them; a letter counts while the menu is open. */
  readonly keys?: string
  /** Whether it cannot be done goes by this. */
  readonly rule?: RowAction
  readonly kinds: readonly TreeNode['kind'][]
  readonly startsPart?: boolean
}

const all = ['group', 'set', 'term'] as const
const ofTerms = ['term'] as const

const entries: readonly Entry[] = [
  { choice: 'source', text: 'tree.menu.source', icon: <OpenRegular />, kinds: ofTerms },
  {
    choice: 'addBelow',
    text: 'tree.menu.addSet',
    icon: <AddRegular />,
    keys: 'Insert',
    rule: 'addBelow',
    kinds: ['group'],
  },
  {
    choice: 'addBelow',
    text: 'tree.menu.addTerm',
    icon: <AddRegular />,
    keys: 'Insert',
    rule: 'addBelow',
    kinds: ['set', 'term'],
  },
  { choice: 'rename', text: 'tree.menu.rename', icon: <RenameRegular />, keys: 'F2', rule: 'rename', kinds: all },
  {
    choice: 'cut',
    text: 'tree.menu.cut',
    icon: <CutRegular />,
    keys: 'Ctrl+X',
    rule: 'move',
    kinds: ['set', 'term'],
    startsPart: true,
  },
  { choice: 'copyBranch', text: 'tree.menu.clip', icon: <CopyRegular />, keys: 'Ctrl+C', rule: 'copy', kinds: ofTerms },
  {
    choice: 'paste',
    text: 'tree.menu.paste',
    icon: <ClipboardPasteRegular />,
    keys: 'Ctrl+V',
    rule: 'addBelow',
    kinds: all,
  },
  {
    choice: 'move',
    text: 'tree.menu.move',
    icon: <ArrowMoveRegular />,
    keys: 'V',
    rule: 'move',
    kinds: ofTerms,
    startsPart: true,
  },
  { choice: 'copy', text: 'tree.menu.copy', icon: <CopyRegular />, keys: 'C', rule: 'copy', kinds: ofTerms },
  { choice: 'pin', text: 'tree.menu.pin', icon: <PinRegular />, keys: 'P', rule: 'pin', kinds: ofTerms },
  { choice: 'reuse', text: 'tree.menu.reuse', icon: <LinkRegular />, keys: 'U', rule: 'reuse', kinds: ofTerms },
  { choice: 'merge', text: 'tree.menu.merge', icon: <MergeRegular />, keys: 'M', rule: 'merge', kinds: ofTerms },
  {
    choice: 'deprecate',
    text: 'tree.menu.deprecate',
    icon: <ProhibitedRegular />,
    keys: 'D',
    rule: 'deprecate',
    kinds: ofTerms,
  },
  {
    choice: 'undeprecate',
    text: 'tree.menu.undeprecate',
    icon: <ProhibitedRegular />,
    keys: 'D',
    rule: 'deprecate',
    kinds: ofTerms,
  },
  {
    choice: 'moveUp',
    text: 'tree.menu.up',
    icon: <ArrowUpRegular />,
    keys: 'Ctrl+Shift+↑',
    rule: 'order',
    kinds: ofTerms,
    startsPart: true,
  },
  {
    choice: 'moveDown',
    text: 'tree.menu.down',
    icon: <ArrowDownRegular />,
    keys: 'Ctrl+Shift+↓',
    rule: 'order',
    kinds: ofTerms,
  },
  {
    choice: 'openAll',
    text: 'tree.menu.openAll',
    icon: <TextBulletListTreeRegular />,
    keys: 'O',
    kinds: ['set', 'term'],
    startsPart: true,
  },
  { choice: 'table', text: 'tree.menu.table', icon: <TableRegular />, kinds: ['set'] },
  { choice: 'matrix', text: 'tree.menu.matrix', icon: <TranslateRegular />, kinds: ['set'] },
  {
    choice: 'delete',
    text: 'tree.menu.delete',
    icon: <DeleteRegular />,
    keys: 'Delete',
    rule: 'delete',
    kinds: all,
    startsPart: true,
  },
]

const useStyles = makeStyles({
  list: { minWidth: '240px', maxWidth: 'min(420px, 94vw)' },
  off: { color: tokens.colorNeutralForegroundDisabled },
})

function entriesFor(node: TreeNode, canPaste: boolean): readonly Entry[] {
  return entries.filter(({ choice, kinds }) => {
    if (!kinds.includes(node.kind)) return false
    if (choice === 'source') return node.place !== 'home'
    if (choice === 'paste') return canPaste
    if (choice === 'openAll') return node.children !== 0
    if (choice === 'deprecate') return !node.isDeprecated
    if (choice === 'undeprecate') return node.isDeprecated
    return true
  })
}

interface RowMenuProps {
  readonly node: TreeNode
  readonly name: string
  readonly at: DOMRect
  readonly canPaste: boolean
  readonly onChoose: (choice: MenuChoice) => void
  readonly onClose: () => void
}

export function RowMenu({ node, name, at, canPaste, onChoose, onClose }: RowMenuProps) {
  const styles = useStyles()
  const menuStyles = useMenuStyles()
  const list = useFocusFirst(true)
  const shown = entriesFor(node, canPaste)
  const whyOf = ({ rule }: Entry): string | undefined => {
    const why = rule && whyNot(rule, node)
    return why && t(why)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const entry = shown.find(({ keys }) => keys === event.key.toUpperCase())
    if (entry === undefined) return
    event.preventDefault()
    event.stopPropagation()
    if (whyOf(entry) === undefined) onChoose(entry.choice)
  }
  return (
    <Menu open inline onOpenChange={(_, { open }) => !open && onClose()} positioning={positionAt(at)}>
      <MenuPopover
        className={mergeClasses(styles.list, menuStyles.menu, menuStyles.sheet)}
        onKeyDownCapture={onKeyDown}
      >
        <MenuList ref={list} aria-label={t('tree.menuOf', { name })}>
          {shown.flatMap((entry, index) => {
            const { choice, text, icon, keys, startsPart } = entry
            const why = whyOf(entry)
            return [
              ...(startsPart === true && index > 0 ? [<MenuDivider key={`${choice} line`} />] : []),
              <MenuItem
                key={choice}
                icon={icon}
                secondaryContent={keys === undefined ? null : shownKeys(keys)}
                className={mergeClasses(why !== undefined && styles.off)}
                aria-disabled={why !== undefined}
                title={why}
                aria-description={why}
                persistOnClick={why !== undefined}
                onClick={() => why === undefined && onChoose(choice)}
              >
                {t(text)}
              </MenuItem>,
            ]
          })}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
