/** An earlier state is shown: everything is read-only, and what is shown can be brought back. */
import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { fullTime } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { HistoryRegular } from '../../../kit/icons.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useView } from '../../../kit/view.ts'
import { actAll, useSaving } from '../draft/batch.ts'
import type { Restoring } from './restoring.ts'

const useStyles = makeStyles({
  bar: {
    position: 'sticky',
    top: 0,
    zIndex: 3,
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    backgroundColor: tokens.colorNeutralBackground4,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalL },
  },
  said: { flexGrow: 1, minWidth: '200px' },
})

/** On what shows an earlier state: without colours, in a frame. */
export const usePastStyles = makeStyles({
  past: {
    filter: 'grayscale(1)',
    boxShadow: `inset 0 0 0 3px ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground3,
  },
})

interface AsOfBarProps {
  readonly at: string
  /** Undefined: what can be restored is chosen in the rows. */
  readonly restoring?: Restoring & { readonly name: string; readonly touches: readonly string[] }
}

export function AsOfBar({ at, restoring }: AsOfBarProps) {
  const styles = useStyles()
  const shared = useShared()
  const { push } = useView()
  const saving = useSaving()
  const back = (): void => push({ 'as-of': undefined })
  const time = fullTime(at)
  return (
    <>
      <div className={styles.bar}>
        <span className={styles.said}>
          <span role="status">{t('history.asOf', { time })}</span>{' '}
          <span className={mergeClasses(shared.small, shared.soft)}>{t('past.treeIsNow')}</span>
        </span>
        {restoring !== undefined && (
          <>
            <Tooltip content={restoring.why ?? t('past.restoreTip')} relationship="description">
              <Button
                size="small"
                icon={<HistoryRegular />}
                disabledFocusable={restoring.why !== undefined || saving.isBusy}
                onClick={() =>
                  void saving
                    .run(() =>
                      actAll(restoring.plans, {
                        done: t('past.restored', { name: restoring.name, time }),
                        touches: restoring.touches,
                      }),
                    )
                    .then((isDone) => {
                      if (isDone) back()
                    })
                }
              >
                {t('past.restore')}
              </Button>
            </Tooltip>
            {restoring.plans.length > 0 && <RequestPreview plans={() => restoring.plans} />}
            {restoring.why !== undefined && (
              <span className={mergeClasses(shared.small, shared.soft)}>{restoring.why}</span>
            )}
          </>
        )}
        <Button size="small" onClick={back}>
          {t('history.backToNow')}
        </Button>
      </div>
      {saving.problem !== undefined && <Problem error={saving.problem} onClose={saving.clear} />}
    </>
  )
}
