/** Import in three steps: a file, what it would do, and doing it. The options are in the address, the file is in this tab. */
import { Button, makeStyles, mergeClasses, ProgressBar, Tooltip, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { useAction } from '../../../data/action.ts'
import { followJob, useJobs } from '../../../data/jobs.ts'
import { t, useLanguage } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { announce } from '../../../kit/announce.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { ArrowDownloadRegular } from '../../../kit/icons.ts'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useView, type View } from '../../../kit/view.ts'
import { useGroups } from '../../groups.ts'
import { usePageStyles } from '../../pageStyles.ts'
import { DropToImport } from '../DropToImport.tsx'
import { download } from '../download.ts'
import { FileDrop } from '../FileDrop.tsx'
import { putFile, useFile } from '../pending.ts'
import { ImportChips } from './ImportChips.tsx'
import { planOfApply, planOfImport } from './import-options.ts'
import { JobView } from './JobView.tsx'
import { needOf } from './need.ts'
import { PlanTable } from './PlanTable.tsx'
import { type PlanList, planKinds } from './plan-lines.ts'
import { Remarks, stopsAll } from './Remarks.tsx'
import { Samples } from './Samples.tsx'
import { usePlan } from './usePlan.ts'

const useStyles = makeStyles({
  steps: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalL,
    listStyle: 'none',
    margin: 0,
    padding: 0,
    color: tokens.colorNeutralForeground3,
  },
  start: { flexGrow: 1, minHeight: 0, overflowY: 'auto' },
  now: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  waiting: { maxWidth: '480px', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
})

const steps = ['termimport.step.file', 'termimport.step.plan', 'termimport.step.apply'] as const

function Steps({ now }: { readonly now: 0 | 1 | 2 }) {
  const styles = useStyles()
  const page = usePageStyles()
  return (
    <div className={page.tools}>
      <ol className={styles.steps} aria-label={t('termimport.steps')}>
        {steps.map((step, at) => (
          <li key={step} className={at === now ? styles.now : ''} aria-current={at === now ? 'step' : undefined}>
            {at + 1} {t(step)}
          </li>
        ))}
      </ol>
    </div>
  )
}

function recordsOf(plan: PlanList): { readonly all: number; readonly applied: number; readonly refused: number } {
  const all = planKinds.reduce((sum, kind) => sum + plan.counts[kind], 0)
  const { refused } = plan.counts
  return { all, applied: all - refused, refused }
}

interface ApplyBarProps {
  readonly plan: PlanList
  readonly file: File
  readonly onStarted: (job: string) => void
}

function ApplyBar({ plan, file, onStarted }: ApplyBarProps) {
  const page = usePageStyles()
  const shared = useShared()
  const { run, isBusy, problem, clear } = useAction()
  const { applied, refused } = recordsOf(plan)
  const isStopped = stopsAll(plan.remarks)
  const why = isStopped ? t('termimport.apply.stopped') : applied === 0 ? t('termimport.apply.none') : undefined
  const request = planOfApply(plan.digest, refused > 0)
  const apply = async (): Promise<void> => {
    const sent = await run(request)
    if (sent === undefined) return
    followJob(sent.body, file.name)
    onStarted(sent.body.id)
  }
  const button = (
    <Button
      appearance="primary"
      disabledFocusable={why !== undefined || isBusy}
      onClick={() => why === undefined && void apply()}
    >
      {t('termimport.apply', { n: applied })}
    </Button>
  )
  return (
    <>
      {problem !== undefined && (
        <div className={page.message}>
          <Problem error={problem} onClose={clear} />
        </div>
      )}
      <div className={page.foot}>
        {why === undefined ? (
          button
        ) : (
          <Tooltip content={why} relationship="description">
            {button}
          </Tooltip>
        )}
        {refused > 0 && applied > 0 && <strong>{t('termimport.leavesOut', { n: refused })}</strong>}
        {plan.addedLanguages.length > 0 && (
          <span>{t('termimport.addsLanguages', { tags: plan.addedLanguages.join(', ') })}</span>
        )}
        <span className={shared.grow} />
        <RequestPreview plans={() => [request]} />
        <Button
          appearance="subtle"
          icon={<ArrowDownloadRegular />}
          onClick={() => download(plan.blob(), `${file.name}.plan.ndjson`)}
        >
          {t('termimport.downloadPlan')}
        </Button>
      </div>
    </>
  )
}

/** Nothing at first, so that quick answers do not flicker. */
function Waiting({ records, onCancel }: { readonly records: number; readonly onCancel: () => void }) {
  const page = usePageStyles()
  const styles = useStyles()
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150)
    return () => clearTimeout(timer)
  }, [])
  if (!isShown) return null
  return (
    <div className={mergeClasses(page.message, styles.waiting)}>
      <ProgressBar aria-label={t('termimport.planning')} />
      <div>
        {t('termimport.planning')} {records > 0 ? t('termimport.planningN', { n: records }) : ''}
      </div>
      <div>
        <Button size="small" onClick={onCancel}>
          {t('cancel')}
        </Button>
      </div>
    </div>
  )
}

interface PlannedProps {
  readonly file: File
  readonly view: View
  readonly set: (change: View) => void
  readonly onStarted: (job: string) => void
}

function Planned({ file, view, set, onStarted }: PlannedProps) {
  const page = usePageStyles()
  const known = useGroups()
  const { query, records, cancel } = usePlan(file, view)
  const { data: plan, error, isFetching, refetch } = query
  const need = needOf(plan)
  const counts = plan === undefined ? undefined : recordsOf(plan)
  useEffect(() => {
    if (plan === undefined) return
    const { applied, refused } = recordsOf(plan)
    announce(t('termimport.planned', { n: applied, refused }))
  }, [plan])
  const isEmpty = counts !== undefined && counts.all === 0 && !stopsAll(plan?.remarks ?? [])
  return (
    <>
      <ImportChips file={file} view={view} known={known} format={plan?.head?.as} need={need} onChange={set} />
      {isFetching && plan === undefined && <Waiting records={records} onCancel={cancel} />}
      {!isFetching && plan === undefined && error === null && (
        <div className={page.message}>
          <Button onClick={() => void refetch()}>{t('termimport.planAgain')}</Button>
        </div>
      )}
      {error !== null && (
        <div className={page.message}>
          <Problem error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {plan !== undefined && (
        <>
          <Remarks remarks={plan.remarks} file={file} encoding={view['encoding']} need={need} onChange={set} />
          {isEmpty && <Empty text={t('termimport.nothing', { n: plan.summary['same'] ?? 0 })} />}
          {counts !== undefined && counts.all > 0 && <PlanTable plan={plan} file={file} view={view} onChange={set} />}
          {!isEmpty && <ApplyBar plan={plan} file={file} onStarted={onStarted} />}
        </>
      )}
    </>
  )
}

export default function ImportPage() {
  useLanguage()
  const styles = useStyles()
  const page = usePageStyles()
  const shared = useShared()
  const { view, set, push } = useView()
  const file = useFile()
  const known = useGroups()
  const jobs = useJobs()
  const job = jobs.find(({ id }) => id === view['job'])
  const step = job !== undefined ? 2 : file !== undefined ? 1 : 0
  const again = (): void => {
    putFile(undefined)
    set({ job: undefined, show: undefined, find: undefined })
  }
  return (
    <PageFrame
      title={t('nav.import')}
      trail={<AppLink to="/terms">{t('nav.terms')}</AppLink>}
      tools={
        file === undefined || job !== undefined ? undefined : (
          <RequestPreview plans={() => [planOfImport(file, view)]} />
        )
      }
      isFull
    >
      <DropToImport className={page.root}>
        <Steps now={step} />
        {step === 0 && (
          <div className={styles.start}>
            <FileDrop />
            <Samples />
          </div>
        )}
        {job !== undefined && (
          <div className={shared.page}>
            <JobView job={job} known={known} onAnother={again} />
          </div>
        )}
        {job === undefined && file !== undefined && (
          <Planned file={file} view={view} set={set} onStarted={(id) => push({ job: id })} />
        )}
      </DropToImport>
    </PageFrame>
  )
}
