/** What a place is for, as long as nothing is there. */
import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { CopyButton } from './CopyId.tsx'
import { useShared } from './styles.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalXXL,
    maxWidth: '640px',
  },
  line: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    maxWidth: '100%',
    overflowX: 'auto',
  },
})

interface EmptyProps {
  readonly text: string
  /** The one thing to do here. */
  readonly action?: ReactNode
  /** A line for the terminal. */
  readonly command?: string
}

export function Empty({ text, action, command }: EmptyProps) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <div className={styles.root}>
      <div className={shared.soft}>{text}</div>
      {action}
      {command !== undefined && (
        <div className={styles.line}>
          <code className={shared.mono}>{command}</code>
          <CopyButton text={command} what={command} />
        </div>
      )}
    </div>
  )
}
