/** What is odd or particular about a term, as icons with words: in its row, and where it is found. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { type TextKey, t } from '../../../i18n/t.ts'
import {
  BranchForkRegular,
  LinkRegular,
  LockOpenRegular,
  PinFilled,
  PinRegular,
  ProhibitedRegular,
  TagOffRegular,
  WarningRegular,
} from '../../../kit/icons.ts'
import type { TreeNode } from '../../rows.ts'
import type { Hit } from '../search/find.ts'

interface StateMark {
  readonly text: TextKey
  readonly icon: ReactNode
}

type Facts = Pick<
  TreeNode,
  'kind' | 'place' | 'problems' | 'isDeprecated' | 'isAvailable' | 'usesElsewhere' | 'isOpenSet'
>

/** The weightiest first; two of them are shown in a row, all are read. */
export function statesOf(facts: Facts): StateMark[] {
  const isTerm = facts.kind === 'term'
  const marks: (StateMark | false)[] = [
    isTerm && facts.problems > 0 && { text: 'tree.state.problem', icon: <WarningRegular /> },
    facts.isDeprecated && { text: 'tree.state.deprecated', icon: <ProhibitedRegular /> },
    facts.place === 'pin' && { text: 'tree.state.pin', icon: <PinFilled /> },
    facts.place === 'mirror' && { text: 'tree.state.mirror', icon: <PinRegular /> },
    facts.place === 'reuse' && { text: 'tree.state.reuse', icon: <LinkRegular /> },
    !facts.isAvailable && { text: 'tree.state.notForTagging', icon: <TagOffRegular /> },
    facts.place === 'home' && facts.usesElsewhere > 0 && { text: 'tree.state.source', icon: <BranchForkRegular /> },
    facts.isOpenSet && { text: 'tree.state.open', icon: <LockOpenRegular /> },
  ]
  return marks.filter((mark) => mark !== false)
}

/** What a screen reader says: "Coriander, pinned from Beasts, deprecated". */
export function spokenName(label: string, node: TreeNode, homeName: string | undefined): string {
  const states = statesOf(node).map(({ text }) =>
    homeName !== undefined && (text === 'tree.state.pin' || text === 'tree.state.reuse' || text === 'tree.state.mirror')
      ? t(`${text}.from` as TextKey, { set: homeName })
      : t(text),
  )
  return [label, ...states].join(', ')
}

const useStyles = makeStyles({
  root: {
    display: 'inline-flex',
    flexShrink: 0,
    gap: tokens.spacingHorizontalXXS,
    fontSize: '16px',
    color: `var(--soft, ${tokens.colorNeutralForeground2})`,
  },
  mark: { display: 'inline-flex' },
})

/** Of a term that was found, with words for each. */
export function HitStates({ hit, className }: { readonly hit: Hit; readonly className?: string }) {
  const styles = useStyles()
  if (hit.termId === undefined) return null
  const { isDeprecated, isAvailable = true, place = 'home' } = hit
  const marks = statesOf({
    kind: 'term',
    place,
    isDeprecated,
    isAvailable,
    problems: 0,
    usesElsewhere: 0,
    isOpenSet: false,
  })
  if (marks.length === 0) return null
  return (
    <span className={mergeClasses(styles.root, className)}>
      {marks.map(({ text, icon }) => (
        <span key={text} className={styles.mark} role="img" aria-label={t(text)} title={t(text)}>
          {icon}
        </span>
      ))}
    </span>
  )
}
