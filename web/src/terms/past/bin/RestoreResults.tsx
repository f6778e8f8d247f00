/** What a restore could not bring back, or why it was refused, with the other ways. */
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import type { DeletedItem } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { useShared } from '../../../kit/styles.ts'
import { kindText } from '../KindIcon.tsx'
import type { RestorePlace } from './bin.ts'
import type { RestoredItem } from './restoring.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXL },
})

interface ResultsProps {
  readonly results: readonly RestoredItem[]
  readonly onClose: () => void
  readonly onTo: (item: DeletedItem) => void
  readonly onRestore: (item: DeletedItem, place: RestorePlace) => void
}

export function RestoreResults({ results, onClose, onTo, onRestore }: ResultsProps) {
  const styles = useStyles()
  const shared = useShared()
  const told = results.filter(
    ({ report, problem }) =>
      problem !== undefined || (report?.notes ?? []).length > 0 || (report?.notRestored ?? []).length > 0,
  )
  if (told.length === 0) return null
  return (
    <div className={styles.root}>
      {told.map(({ item, report, problem }) => (
        <MessageBar key={item.id} intent={problem === undefined ? 'warning' : 'error'} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>
              {problem === undefined
                ? t('termbin.restoredBut', { name: item.name ?? '' })
                : t('termbin.notRestored', { name: item.name ?? '' })}
            </MessageBarTitle>
            {problem?.message}
            {problem !== undefined && <span className={shared.mono}> {problem.code}</span>}
            {report !== undefined && (
              <ul className={styles.list}>
                {report.notes?.map((note) => (
                  <li key={note}>{note}</li>
                ))}
                {report.notRestored?.map(({ kind, id, reason }) => (
                  <li key={id}>
                    {kindText(kind)} <span className={shared.mono}>{id}</span>: {reason}
                  </li>
                ))}
              </ul>
            )}
          </MessageBarBody>
          <MessageBarActions>
            {problem?.status === 409 && (
              <Button size="small" onClick={() => onRestore(item, { isRenamed: true })}>
                {t('termbin.renameNow')}
              </Button>
            )}
            {problem !== undefined && item.kind === 'term' && (
              <Button size="small" onClick={() => onTo(item)}>
                {t('termbin.restoreTo')}
              </Button>
            )}
            <Button size="small" appearance="transparent" onClick={onClose}>
              {t('close')}
            </Button>
          </MessageBarActions>
        </MessageBar>
      ))}
    </div>
  )
}
