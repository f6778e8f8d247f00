/** Step 3: how far the import is, how it ended, and the way back for the whole. */
import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  ProgressBar,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { useAction } from '../../../data/action.ts'
import { type FollowedJob, stopPlan, undoJob } from '../../../data/jobs.ts'
import { Problem as ProblemError } from '../../../data/problem.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { ArrowUndoRegular } from '../../../kit/icons.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { useShared } from '../../../kit/styles.ts'
import { toast } from '../../../kit/toasts.ts'
import type { KnownGroups } from '../../groups.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, maxWidth: '640px' },
})

interface JobViewProps {
  readonly job: FollowedJob
  readonly known: KnownGroups
  readonly onAnother: () => void
}

function ending({ state, isUndone, done, total }: FollowedJob): string {
  if (isUndone === true) return t('termimport.job.undone', { n: done })
  if (state === 'done') return t('termimport.job.allDone', { n: done })
  return t(state === 'stopped' ? 'termimport.job.stopped' : 'termimport.job.failed', { done, total })
}

export function JobView({ job, known, onAnother }: JobViewProps) {
  const styles = useStyles()
  const shared = useShared()
  const { run, isBusy, problem } = useAction()
  const [undoing, setUndoing] = useState(false)
  const [error, setError] = useState<unknown>()
  const isRunning = job.state === 'running'
  const undo = async (): Promise<void> => {
    setUndoing(true)
    setError(undefined)
    try {
      await undoJob(job.id)
      toast({ text: t('undo.done', { what: t('termimport.job.words', { name: job.name }) }) })
    } catch (found) {
      setError(found)
    } finally {
      setUndoing(false)
    }
  }
  return (
    <div className={styles.root}>
      <h2 className={shared.paneTitle}>{job.name}</h2>
      {isRunning ? (
        <>
          <ProgressBar
            value={job.done}
            max={Math.max(1, job.total)}
            aria-label={t('termimport.job.words', { name: job.name })}
          />
          <div className={shared.numbers}>{t('termimport.job.of', { done: job.done, total: job.total })}</div>
          <div className={shared.soft}>{t('termimport.job.goesOn')}</div>
        </>
      ) : (
        <MessageBar intent={job.state === 'done' ? 'success' : 'error'} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{ending(job)}</MessageBarTitle>
            {job.error?.message}
            {job.stale.length > 0 &&
              t('termimport.job.stale', { sets: job.stale.map((id) => known.set(id)?.name ?? id).join(', ') })}
          </MessageBarBody>
        </MessageBar>
      )}
      {(error !== undefined || problem !== undefined) && (
        <Problem error={error instanceof ProblemError ? error : (problem ?? error)} />
      )}
      <div className={shared.row}>
        {isRunning ? (
          <Button disabledFocusable={isBusy} onClick={() => void run(stopPlan(job.id))}>
            {t('termimport.job.stop')}
          </Button>
        ) : (
          <>
            <Button appearance="primary" onClick={onAnother}>
              {t('termimport.another')}
            </Button>
            {job.done > 0 && job.isUndone !== true && (
              <Button icon={<ArrowUndoRegular />} disabledFocusable={undoing} onClick={() => void undo()}>
                {undoing ? t('termimport.job.undoing') : t('termimport.job.undo')}
              </Button>
            )}
            <AppLink to="/terms">{t('nav.terms')}</AppLink>
            <AppLink to="/terms/changes">{t('termpages.changes')}</AppLink>
          </>
        )}
      </div>
    </div>
  )
}
