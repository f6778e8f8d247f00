/** The later changes that stand against an undo, and the way: to take them back first. */
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import type { LaterChange } from '../../data/problem.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { verbText } from './undoing.ts'

const useStyles = makeStyles({
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXL, overflowWrap: 'anywhere' },
})

/** More are counted. */
const mostShown = 10

interface LaterChangesProps {
  readonly later: readonly LaterChange[]
  readonly isBusy: boolean
  /** Takes these back, the newest first, and then what was refused. */
  readonly onUndoAll: (newestFirst: readonly LaterChange[]) => void
}

export function LaterChanges({ later, isBusy, onUndoAll }: LaterChangesProps) {
  const styles = useStyles()
  const shared = useShared()
  const newestFirst = later.toReversed()
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t('termchanges.later', { n: later.length })}</MessageBarTitle>
        <ul className={styles.list}>
          {newestFirst.slice(0, mostShown).map(({ id, verb, by, at }) => (
            <li key={id}>
              {verbText(verb)} · <TimeText at={at} /> · {by.name ?? maybeText(`termchanges.by.${by.kind}`) ?? by.kind}{' '}
              <span className={shared.mono}>{id}</span>
            </li>
          ))}
        </ul>
        {later.length > mostShown && t('termchanges.laterMore', { n: later.length - mostShown })}
      </MessageBarBody>
      <MessageBarActions>
        <Button size="small" disabledFocusable={isBusy} onClick={() => onUndoAll(newestFirst)}>
          {t('termchanges.undoLater', { n: later.length })}
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}
