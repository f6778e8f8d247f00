/** The chosen file around one line, as it is read. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import { decoded, linesAround, type TextLine } from './file-text.ts'

const useStyles = makeStyles({
  root: {
    overflow: 'auto',
    margin: 0,
    padding: tokens.spacingHorizontalS,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  line: { display: 'flex', gap: tokens.spacingHorizontalM, whiteSpace: 'pre', width: 'max-content', minWidth: '100%' },
  meant: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    color: tokens.colorNeutralForeground1Selected,
    fontWeight: tokens.fontWeightSemibold,
    '& > span': { color: 'inherit' },
  },
  place: { backgroundColor: tokens.colorStatusDangerBackground2, color: tokens.colorStatusDangerForeground3 },
  number: { minWidth: '48px', textAlign: 'end', color: tokens.colorNeutralForeground3, userSelect: 'none' },
})

interface FileLinesProps {
  readonly file: File
  readonly line: number
  /** Of the character that is marked, from 1; absent: none is. */
  readonly column?: number | undefined
  readonly encoding: string | undefined
}

/** The line with the character at the column marked, or what follows its end. */
function Marked({ text, column }: { readonly text: string; readonly column: number }) {
  const styles = useStyles()
  return (
    <span>
      {text.slice(0, column - 1)}
      <mark className={styles.place}>{text.slice(column - 1, column) || ' '}</mark>
      {text.slice(column)}
    </span>
  )
}

export function FileLines({ file, line, column, encoding }: FileLinesProps) {
  const styles = useStyles()
  const shared = useShared()
  const [lines, setLines] = useState<readonly TextLine[]>([])
  useEffect(() => {
    let isLatest = true
    void file.arrayBuffer().then((bytes) => {
      if (isLatest) setLines(linesAround(decoded(new Uint8Array(bytes), encoding), line))
    })
    return () => {
      isLatest = false
    }
  }, [file, line, encoding])
  if (lines.length === 0) return null
  return (
    <div
      className={mergeClasses(styles.root, shared.mono)}
      role="region"
      aria-label={t('termimport.lines')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
      tabIndex={0}
    >
      {lines.map(({ number, text }) => (
        <div key={number} className={mergeClasses(styles.line, number === line && styles.meant)}>
          <span className={styles.number}>{number}</span>
          {number === line && column !== undefined ? <Marked text={text} column={column} /> : <span>{text}</span>}
        </div>
      ))}
    </div>
  )
}
