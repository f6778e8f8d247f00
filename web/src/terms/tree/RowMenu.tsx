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
import { type KeyboardEvent, type ReactElement, useCallback, useEffect, useRef } from 'react'
import { type TextKey, t } from '../../i18n/t.ts'
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
  TranslateRegular,
} from '../../kit/icons.ts'
import { isTyping, shownKeys } from '../../kit/keys/shortcuts.ts'
import type { TreeNode } from '../rows.ts'
import { type RowAction, whyNot } from './rules.ts'

export type MenuChoice =
  | RowAction
  | 'source'
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
  { choice: 'table', text: 'tree.menu.table', icon: <TableRegular />, kinds: ['set'], startsPart: true },
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
  sentence: { maxWidth: 'min(420px, 94vw)' },
  // On a small screen it is a sheet at the bottom.
  sheet: {
    '@media (max-width: 640px)': {
      position: 'fixed',
      inset: 'auto 0 0 0 !important',
      transform: 'none !important',
      maxWidth: '100vw',
      width: '100vw',
      maxHeight: '70vh',
      overflow: 'auto',
      '& [role="menuitem"]': { maxWidth: 'none' },
    },
  },
})

function entriesFor(node: TreeNode, canPaste: boolean): readonly Entry[] {
  return entries.filter(({ choice, kinds }) => {
    if (!kinds.includes(node.kind)) return false
    if (choice === 'source') return node.place !== 'home'
    if (choice === 'paste') return canPaste
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

/** A place on the screen that a menu stands at. */
function virtualTarget(at: DOMRect) {
  return { getBoundingClientRect: () => at }
}

/** What is chosen in the menu is done when the menu is gone, so that the focus is where that puts it. */
function useFocusFirst(isReady: boolean) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isReady) return
    const frame = requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus())
    return () => cancelAnimationFrame(frame)
  }, [isReady])
  return useCallback((element: HTMLDivElement | null) => {
    list.current = element
  }, [])
}

export function RowMenu({ node, name, at, canPaste, onChoose, onClose }: RowMenuProps) {
  const styles = useStyles()
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
    <Menu
      open
      inline
      onOpenChange={(_, { open }) => !open && onClose()}
      positioning={{ target: virtualTarget(at), position: 'below', align: 'start', strategy: 'fixed' }}
    >
      <MenuPopover className={mergeClasses(styles.list, styles.sheet)} onKeyDownCapture={onKeyDown}>
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
  const list = useFocusFirst(true)
  return (
    <Menu
      open
      inline
      onOpenChange={(_, { open }) => !open && onClose()}
      positioning={{ target: virtualTarget(at), position: 'below', align: 'start', strategy: 'fixed' }}
    >
      <MenuPopover className={mergeClasses(styles.sentence, styles.sheet)}>
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
