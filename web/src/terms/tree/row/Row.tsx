/** One row of the tree. It has no state, and no handlers but those of the whole tree. */
import { mergeClasses } from '@fluentui/react-components'
import { memo, type ReactNode } from 'react'
import { numberText } from '../../../i18n/format.ts'
import { type TextKey, t } from '../../../i18n/t.ts'
import {
  BranchForkRegular,
  ChevronRightRegular,
  FolderRegular,
  GlobeRegular,
  LinkRegular,
  LockOpenRegular,
  MoreHorizontalRegular,
  PinFilled,
  PinRegular,
  ProhibitedRegular,
  SettingsRegular,
  TagMultipleRegular,
  TagOffRegular,
  TagRegular,
  WarningRegular,
} from '../../../kit/icons.ts'
import type { TreeNode, TreeRow } from '../../rows.ts'
import { useRowStyles } from './rowStyles.ts'

const kindIcons = {
  group: <FolderRegular />,
  site: <GlobeRegular />,
  system: <SettingsRegular />,
  set: <TagMultipleRegular />,
  openSet: <LockOpenRegular />,
  term: <TagRegular />,
}

interface StateMark {
  readonly text: TextKey
  readonly icon: ReactNode
}

/** Of the row, the weightiest first; two of them are shown, all are read. */
export function statesOf(node: TreeNode): StateMark[] {
  const isTerm = node.kind === 'term'
  const marks: (StateMark | false)[] = [
    isTerm && node.problems > 0 && { text: 'tree.state.problem', icon: <WarningRegular /> },
    node.isDeprecated && { text: 'tree.state.deprecated', icon: <ProhibitedRegular /> },
    node.place === 'pin' && { text: 'tree.state.pin', icon: <PinFilled /> },
    node.place === 'mirror' && { text: 'tree.state.mirror', icon: <PinRegular /> },
    node.place === 'reuse' && { text: 'tree.state.reuse', icon: <LinkRegular /> },
    !node.isAvailable && { text: 'tree.state.notForTagging', icon: <TagOffRegular /> },
    node.place === 'home' && node.usesElsewhere > 0 && { text: 'tree.state.source', icon: <BranchForkRegular /> },
    node.isOpenSet && { text: 'tree.state.open', icon: <LockOpenRegular /> },
  ]
  return marks.filter((mark) => mark !== false)
}

function iconOf(node: TreeNode): ReactNode {
  if (node.kind === 'term') return kindIcons.term
  if (node.kind === 'set') return kindIcons.set
  return node.isSystem ? kindIcons.system : node.isSite ? kindIcons.site : kindIcons.group
}

export interface DropMark {
  readonly where: 'before' | 'after' | 'inside'
  readonly isRefused: boolean
}

interface RowProps {
  readonly row: TreeRow
  readonly id: string
  readonly start: number
  readonly label: string
  /** Of the label where it is not the one that was chosen. */
  readonly languageTag: string | undefined
  /** Of the label, for the browser. */
  readonly lang: string | undefined
  readonly homeName: string | undefined
  readonly path: string
  readonly isActive: boolean
  readonly isCurrent: boolean
  readonly isSelected: boolean
  readonly showsChecks: boolean
  readonly isCut: boolean
  readonly isChanged: boolean
  readonly drop: DropMark | undefined
  /** In place of the label, while it is renamed. */
  readonly field: ReactNode
}

export const indentPx = 20

/** What a screen reader says: "Coriander, pinned from Beasts, deprecated". */
export function spokenName(label: string, node: TreeNode, homeName: string | undefined): string {
  const states = statesOf(node).map(({ text }) =>
    homeName !== undefined && (text === 'tree.state.pin' || text === 'tree.state.reuse' || text === 'tree.state.mirror')
      ? t(`${text}.from` as TextKey, { set: homeName })
      : t(text),
  )
  return [label, ...states].join(', ')
}

type RowStyles = ReturnType<typeof useRowStyles>

function dropStyle(styles: RowStyles, drop: DropMark | undefined): string | undefined {
  if (drop === undefined) return undefined
  const pairs = {
    inside: [styles.drop, styles.dropBad],
    before: [styles.lineBefore, styles.lineBeforeBad],
    after: [styles.lineAfter, styles.lineAfterBad],
  } as const
  return pairs[drop.where][drop.isRefused ? 1 : 0]
}

/** A checkbox in place of the icon where it can be selected, and something is, or the pointer is there. */
function IconCell({
  node,
  showsChecks,
  isSelected,
}: Pick<RowProps, 'showsChecks' | 'isSelected'> & { node: TreeNode }) {
  const styles = useRowStyles()
  const isTerm = node.kind === 'term'
  return (
    <>
      {isTerm && (
        <input
          type="checkbox"
          className={mergeClasses('row-check', styles.check, showsChecks && styles.shown)}
          data-part="check"
          tabIndex={-1}
          aria-hidden="true"
          readOnly
          checked={isSelected}
        />
      )}
      <span className={mergeClasses('row-icon', styles.icon, showsChecks && isTerm && styles.unshown)}>
        {iconOf(node)}
      </span>
    </>
  )
}

function LabelCell({
  node,
  label,
  languageTag,
  lang,
}: Pick<RowProps, 'label' | 'languageTag' | 'lang'> & { node: TreeNode }) {
  const styles = useRowStyles()
  return (
    <span
      className={mergeClasses(
        styles.label,
        node.isDeprecated && styles.deprecated,
        languageTag !== undefined && styles.other,
      )}
      lang={lang}
    >
      {label}
      {languageTag !== undefined && <span className={styles.tag} data-tag={languageTag} />}
    </span>
  )
}

/** What stands behind the label: marks, the count of children, and the button of the menu. */
function EndCells({ node, label, isChanged }: Pick<RowProps, 'label' | 'isChanged'> & { node: TreeNode }) {
  const styles = useRowStyles()
  return (
    <>
      {isChanged && <span className={styles.dot} />}
      {statesOf(node)
        .slice(0, 2)
        .map(({ text, icon }) => (
          <span key={text} className={mergeClasses(styles.state, text === 'tree.state.problem' && styles.problem)}>
            {icon}
          </span>
        ))}
      <span className={styles.space} />
      {node.children !== undefined && node.children > 0 && (
        <span
          className={styles.count}
          data-count={node.kind === 'group' ? t('tree.sets', { n: node.children }) : numberText(node.children)}
        />
      )}
      <span className={mergeClasses('row-tools', styles.tools)}>
        <button
          type="button"
          className={styles.more}
          tabIndex={-1}
          aria-label={t('tree.menuOf', { name: label })}
          data-part="menu"
        >
          <MoreHorizontalRegular />
        </button>
      </span>
    </>
  )
}

export const Row = memo(function Row(props: RowProps) {
  const { row, id, start, label, homeName, path, isActive, isCurrent, isSelected, isCut, drop, field } = props
  const styles = useRowStyles()
  const node = row.node as TreeNode
  const isChosen = isSelected || isCurrent
  const hasChildren = node.children !== 0 || row.isOpen
  const states = statesOf(node).map(({ text }) => t(text))
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={isActive && field === undefined ? 0 : -1}
      data-key={row.key}
      aria-level={row.level}
      aria-posinset={row.pos}
      aria-setsize={row.size}
      {...(hasChildren ? { 'aria-expanded': row.isOpen } : {})}
      aria-selected={isChosen}
      aria-current={isCurrent ? 'true' : undefined}
      aria-label={spokenName(label, node, homeName)}
      aria-description={path}
      title={[label, ...states, path].filter((part) => part !== '').join(' · ')}
      className={mergeClasses(styles.root, isChosen && styles.chosen, isCut && styles.cut, dropStyle(styles, drop))}
      style={{ transform: `translateY(${start}px)`, paddingLeft: `${(row.level - 1) * indentPx + 4}px` }}
    >
      <span
        className={mergeClasses(styles.chevron, row.isOpen && styles.open, !hasChildren && styles.nothing)}
        data-part="chevron"
      >
        <ChevronRightRegular />
      </span>
      <IconCell node={node} showsChecks={props.showsChecks} isSelected={isSelected} />
      {field ?? <LabelCell node={node} label={label} languageTag={props.languageTag} lang={props.lang} />}
      <EndCells node={node} label={label} isChanged={props.isChanged} />
    </div>
  )
})

interface OtherRowProps {
  readonly row: TreeRow
  readonly start: number
  readonly isActive: boolean
  /** One of the first three of a branch of which nothing is read. */
  readonly hasBar: boolean
  readonly id: string
  readonly name?: string
  readonly children?: ReactNode
}

/** A row without an object: to be read, failed, or being typed. */
export function OtherRow({ row, start, isActive, hasBar, id, name, children }: OtherRowProps) {
  const styles = useRowStyles()
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={isActive && row.what !== 'draft' ? 0 : -1}
      data-key={row.key}
      aria-level={row.level}
      aria-posinset={row.pos}
      aria-setsize={row.size}
      aria-selected={false}
      aria-label={name ?? t('loading')}
      aria-busy={row.what === 'waiting'}
      className={styles.root}
      style={{ transform: `translateY(${start}px)`, paddingLeft: `${(row.level - 1) * indentPx + 28}px` }}
    >
      {hasBar && <span className={styles.bar} />}
      {children}
    </div>
  )
}
