/** At the bottom of a detail: save, discard, what is not saved; and what asks before unsaved text is left. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  mergeClasses,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { shownKeys } from '../../../kit/keys/shortcuts.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { ConflictDialog } from './ConflictDialog.tsx'
import type { useDraft } from './draft.ts'

const useStyles = makeStyles({
  root: {
    position: 'sticky',
    bottom: 0,
    zIndex: 2,
    backgroundColor: tokens.colorNeutralBackground1,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  row: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalL },
  },
  said: { flexGrow: 1, textAlign: 'end' },
})

type UsedDraft = ReturnType<typeof useDraft>

/** Why it cannot be saved; undefined: it can. */
function obstacle({ changed, check }: UsedDraft): string | undefined {
  if (changed.length === 0) return t('detail.nothingChanged')
  return check?.refusals[0]?.message
}

export function SaveBar({
  draft,
  fieldName,
}: {
  readonly draft: UsedDraft
  readonly fieldName: (field: string) => string
}) {
  const styles = useStyles()
  const shared = useShared()
  const why = obstacle(draft)
  const { changed, problem, isBusy } = draft
  return (
    <div className={styles.root}>
      {problem !== undefined && <Problem error={problem} onClose={draft.clearProblem} />}
      <div className={styles.row}>
        <Tooltip
          content={why ?? t('detail.saveKeys', { keys: shownKeys('Ctrl+S') })}
          relationship="description"
          positioning="above-start"
        >
          <Button
            appearance="primary"
            disabledFocusable={why !== undefined || isBusy}
            onClick={() => void draft.save()}
          >
            {t('detail.save')}
          </Button>
        </Tooltip>
        {changed.length > 0 && <Button onClick={draft.discard}>{t('detail.discard')}</Button>}
        {changed.length > 0 && <RequestPreview plans={draft.plans} />}
        <span className={mergeClasses(styles.said, shared.small, shared.soft)} role="status">
          {changed.length > 0 && t('detail.notSaved', { n: changed.length })}
        </span>
      </div>
      <ConflictDialog draft={draft} fieldName={fieldName} />
      <LeaveDialog draft={draft} />
    </div>
  )
}

function LeaveDialog({ draft }: { readonly draft: UsedDraft }) {
  const { leaving, changed } = draft
  return (
    <Dialog
      open={leaving.status === 'blocked'}
      onOpenChange={(_, { open }) => {
        if (!open) leaving.reset?.()
      }}
    >
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('detail.leave.title')}</DialogTitle>
          <DialogContent>{t('detail.leave.text', { n: changed.length })}</DialogContent>
          <DialogActions fluid>
            <Button onClick={() => leaving.reset?.()}>{t('detail.leave.stay')}</Button>
            <Button
              onClick={() => {
                draft.discard()
                leaving.proceed?.()
              }}
            >
              {t('detail.discard')}
            </Button>
            <Button
              appearance="primary"
              onClick={() => void draft.save().then((isSaved) => (isSaved ? leaving.proceed?.() : leaving.reset?.()))}
            >
              {t('detail.save')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
