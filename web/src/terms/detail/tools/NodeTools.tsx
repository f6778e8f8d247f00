/** What can be done with what is shown, beside its heading: the same as in the menu of its row, by the same drawers. */
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import type { ReactElement } from 'react'
import { type TextKey, t } from '../../../i18n/t.ts'
import {
  ArrowMoveRegular,
  CopyRegular,
  DeleteRegular,
  LinkRegular,
  MergeRegular,
  MoreHorizontalRegular,
  PinRegular,
} from '../../../kit/icons.ts'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { deletePlan } from '../../api.ts'
import type { TreeNode } from '../../rows.ts'
import { askToDelete, type DrawerKind } from '../../tree/commands.ts'
import { whyNot } from '../../tree/rules.ts'
import { useDrawer } from './useDrawer.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  off: { color: tokens.colorNeutralForegroundDisabled },
})

const texts: Readonly<Partial<Record<DrawerKind, { readonly text: TextKey; readonly icon: ReactElement }>>> = {
  move: { text: 'actions.move', icon: <ArrowMoveRegular /> },
  copy: { text: 'actions.copy', icon: <CopyRegular /> },
  pin: { text: 'actions.pin', icon: <PinRegular /> },
  reuse: { text: 'actions.reuse', icon: <LinkRegular /> },
  merge: { text: 'actions.merge', icon: <MergeRegular /> },
  delete: { text: 'actions.delete', icon: <DeleteRegular /> },
}

const kindsOf: Readonly<Record<TreeNode['kind'], readonly DrawerKind[]>> = {
  term: ['move', 'copy', 'pin', 'reuse', 'merge', 'delete'],
  set: ['delete'],
  group: ['delete'],
}

interface NodeToolsProps {
  readonly node: TreeNode
  readonly language: string
  readonly usual: string
  /** Why nothing of it can be changed; undefined: it can. */
  readonly readOnlyWhy: string | undefined
}

export function NodeTools({ node, language, usual, readOnlyWhy }: NodeToolsProps) {
  const styles = useStyles()
  const { ui, open, drawer } = useDrawer({ language, usual })
  const whyOf = (kind: DrawerKind): string | undefined => {
    const rule = whyNot(kind, node)
    return rule === undefined ? readOnlyWhy : t(rule)
  }
  const act = (kind: DrawerKind): void => {
    if (whyOf(kind) !== undefined) return
    if (kind === 'delete') void askToDelete(ui, [node])
    else open({ kind, nodes: [node] })
  }
  const kinds = kindsOf[node.kind]
  const first = kinds.includes('move') ? 'move' : undefined
  return (
    <div className={styles.root}>
      {first !== undefined && (
        <Button
          size="small"
          icon={<ArrowMoveRegular />}
          disabledFocusable={whyOf(first) !== undefined}
          title={whyOf(first)}
          onClick={() => act(first)}
        >
          {t('actions.move')}
        </Button>
      )}
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button
            size="small"
            appearance="subtle"
            icon={<MoreHorizontalRegular />}
            aria-label={t('detail.moreActions')}
            title={t('detail.moreActions')}
          />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {kinds
              .filter((kind) => kind !== first)
              .map((kind) => {
                const why = whyOf(kind)
                const { text, icon } = texts[kind] ?? {}
                return (
                  <MenuItem
                    key={kind}
                    {...(icon === undefined ? {} : { icon })}
                    className={mergeClasses(why !== undefined && styles.off)}
                    aria-disabled={why !== undefined}
                    title={why}
                    aria-description={why}
                    persistOnClick={why !== undefined}
                    onClick={() => act(kind)}
                  >
                    {text !== undefined && t(text)}
                  </MenuItem>
                )
              })}
          </MenuList>
        </MenuPopover>
      </Menu>
      <RequestPreview plans={() => [deletePlan(node)]} />
      {drawer}
    </div>
  )
}
