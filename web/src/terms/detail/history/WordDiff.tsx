/** What a text was and became, word by word: what went is struck through, what came is underlined. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { diffWordsWithSpace } from 'diff'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'

const useStyles = makeStyles({
  root: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  gone: {
    color: tokens.colorStatusDangerForeground1,
    backgroundColor: tokens.colorStatusDangerBackground1,
    textDecorationLine: 'line-through',
  },
  come: {
    color: tokens.colorStatusSuccessForeground1,
    backgroundColor: tokens.colorStatusSuccessBackground1,
    textDecorationLine: 'underline',
  },
})

/** Longer texts are shown as a whole before and a whole after: comparing them takes too long. */
const longest = 5000

export function WordDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const styles = useStyles()
  const shared = useShared()
  const parts =
    before.length + after.length > longest
      ? [
          { value: before, removed: true, added: false },
          { value: after, removed: false, added: true },
        ]
      : diffWordsWithSpace(before, after)
  /** Nothing stays: an arrow between the two reads better than one word against the other. */
  const isAnother =
    before !== '' && after !== '' && parts.every(({ value, added, removed }) => added || removed || value.trim() === '')
  const shown = isAnother
    ? [
        { value: before, removed: true, added: false },
        { value: ' → ', removed: false, added: false },
        { value: after, removed: false, added: true },
      ]
    : parts
  return (
    <span className={styles.root}>
      {shown.map(({ value, added, removed }, at) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have a place only.
        if (!added && !removed) return <span key={at}>{value}</span>
        const Tag = added ? 'ins' : 'del'
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have a place only.
          <Tag key={at} className={added ? styles.come : styles.gone}>
            <span className={shared.hidden}>{added ? t('history.added') : t('history.removed')} </span>
            {value}
          </Tag>
        )
      })}
    </span>
  )
}
