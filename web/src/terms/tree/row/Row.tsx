/** One row of the tree. It has no state, and no handlers but those of the whole tree. */
import { mergeClasses } from '@fluentui/react-components'
import { memo, type ReactNode } from 'react'
import { numberText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import {
  ChevronRightRegular,
  FolderRegular,
  GlobeRegular,
  LockOpenRegular,
  MoreHorizontalRegular,
  ReOrderDotsVerticalRegular,
  SettingsRegular,
  TagMultipleRegular,
  TagRegular,
} from '../../../kit/icons.ts'
import type { TreeNode, TreeRow } from '../../rows.ts'
import { whyNot } from '../rules.ts'
import { useRowStyles } from './rowStyles.ts'
import { spokenName, statesOf } from './states.tsx'

const kindIcons = {
  group: <FolderRegular />,
  site: <GlobeRegular />,
  system: <SettingsRegular />,
  set: <TagMultipleRegular />,
  openSet: <LockOpenRegular />,
  term: <TagRegular />,
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

/** What stands behind the label: marks, the count of children, the handle to drag it by, and the button of the menu. */
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
        {whyNot('move', node) === undefined && (
          // No button element, by which Firefox drags nothing.
          <span
            role="button"
            className={mergeClasses(styles.more, styles.handle)}
            tabIndex={-1}
            aria-label={t('tree.handleOf', { name: label })}
            title={t('tree.handle')}
            data-part="handle"
          >
            <ReOrderDotsVerticalRegular />
          </span>
        )}
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
