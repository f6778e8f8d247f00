/** How far the job is, how it ended, what failed at which customer, and how to go on. */
import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  ProgressBar,
  tokens,
} from '@fluentui/react-components'
import { useEffect, useMemo } from 'react'
import { useAction } from '../../../data/action.ts'
import { serverNow } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { ArrowDownloadRegular } from '../../../kit/icons.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { csvOf, download } from '../../../kit/values/csv.ts'
import type { RelationshipRow } from '../../api.ts'
import { type BulkJob, jobAt } from '../../server-jobs.ts'
import { useCustomerList } from '../customers.ts'
import type { Draft } from '../draft.ts'
import { askApply } from '../plan/usePlanned.ts'
import { doText } from '../plan/words.ts'
import { useStepStyles } from '../styles.ts'
import { endText, followById, startFollowing, useFollowed, watchJob } from './following.ts'
import { Invited, isSent, useInvited } from './Invited.tsx'

const useStyles = makeStyles({
  now: { display: 'grid', gap: tokens.spacingVerticalS, maxWidth: '640px' },
  message: { flexGrow: 1, minWidth: 0 },
})

/** Of a customer that was not as planned there is no step. */
export interface FailureRow {
  readonly id: string
  readonly customer: string
  readonly name: string
  readonly relationship: string
  readonly what: string
  readonly code: string
  readonly message: string
}

function failuresOf({ failures, stale }: BulkJob, names: ReadonlyMap<string, string>): readonly FailureRow[] {
  const nameOf = (customer: string): string => names.get(customer) ?? customer
  const steps = failures.map(({ key, do: what, customer, code, message }, at): FailureRow => {
    const name = customer === null ? key.replace(/^group:/, '') : nameOf(customer)
    return { id: String(at), customer: customer ?? '', name, relationship: key, what, code, message }
  })
  const named = new Set(failures.map(({ customer }) => customer))
  const changed = stale
    .filter((customer) => !named.has(customer))
    .map((customer): FailureRow => {
      const name = nameOf(customer)
      return {
        ...{ id: `stale ${customer}`, customer, name, relationship: '', what: '' },
        ...{ code: 'stale', message: '' },
      }
    })
  return [...steps, ...changed]
}

function stepText({ what }: FailureRow): string {
  return what === '' ? '' : doText(what)
}

function whyText({ code, message }: FailureRow): string {
  return code === 'stale' ? t('templates.job.stale') : message
}

function columns(): readonly GridColumn<FailureRow>[] {
  return [
    { id: 'customer', title: t('gdap.customer'), width: 'minmax(130px, 2fr)', cell: ({ name }) => name },
    { id: 'what', title: t('templates.job.step'), width: 'minmax(150px, 2fr)', cell: stepText },
    {
      id: 'why',
      title: t('templates.column.why'),
      width: 'minmax(240px, 4fr)',
      cell: (row) => <span title={whyText(row)}>{whyText(row)}</span>,
    },
    { id: 'code', title: t('templates.job.code'), width: 'minmax(120px, 1fr)', cell: ({ code }) => code },
  ]
}

const heads = ['CustomerTenantId', 'CustomerName', 'DisplayName', 'Step', 'Code', 'Message'] as const

function failuresCsv(rows: readonly FailureRow[]): string {
  return csvOf(
    heads,
    rows.map((row) => [row.customer, row.name, row.relationship, row.what, row.code, whyText(row)]),
  )
}

function Failures({ rows, job }: { readonly rows: readonly FailureRow[]; readonly job: BulkJob }) {
  const steps = useStepStyles()
  const shared = useShared()
  const isCut = job.failures.length === 100
  return (
    <>
      {isCut && <div className={mergeClasses(steps.bar, shared.soft)}>{t('templates.job.first')}</div>}
      <div className={steps.list}>
        <Grid
          label={t('templates.job.failures')}
          columns={columns()}
          rows={rows}
          rowKey={({ id }) => id}
          rowName={(row) => (row.what === '' ? row.name : `${row.name}, ${stepText(row)}`)}
          card={{
            height: 84,
            of: (row) => (
              <div className={steps.card}>
                <div className={shared.ellipsis}>
                  <strong>{row.name}</strong>
                </div>
                <div className={mergeClasses(shared.small, shared.ellipsis)}>{stepText(row)}</div>
                <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)}>{whyText(row)}</div>
              </div>
            ),
          }}
        />
      </div>
    </>
  )
}

const primary = { appearance: 'primary' } as const

interface EndedProps {
  readonly job: BulkJob
  readonly rows: readonly FailureRow[]
  readonly onGoOn: () => void
  readonly onPlan: (customers: readonly string[] | undefined) => void
  readonly onNew: () => void
  readonly isBusy: boolean
}

/** The same plan goes on where it was; what has changed since needs another plan. */
function EndedFoot({ job, rows, onGoOn, onPlan, onNew, isBusy }: EndedProps) {
  const steps = useStepStyles()
  const shared = useShared()
  const customers = [...new Set(rows.map(({ customer }) => customer))].filter((id) => id !== '')
  const isWhole = job.failures.length < 100 && customers.length > 0 && rows.every(({ customer }) => customer !== '')
  const left = job.total - job.done
  // Sent again as it is, it would be refused again.
  const isAllStale = job.state === 'failed' && rows.length > 0 && rows.every(({ code }) => code === 'stale')
  return (
    <div className={steps.foot}>
      {job.state !== 'done' && !isAllStale && (
        <Button appearance="primary" disabledFocusable={isBusy} onClick={onGoOn}>
          {job.state === 'stopped' ? t('templates.job.goOn', { n: left }) : t('templates.job.again', { n: left })}
        </Button>
      )}
      {job.state !== 'done' && isWhole && (
        <Button {...(isAllStale ? primary : {})} onClick={() => onPlan(customers)}>
          {t('templates.job.planThese', { n: customers.length })}
        </Button>
      )}
      <Button {...(job.state === 'done' ? primary : {})} onClick={() => onPlan(undefined)}>
        {t('templates.planAgain')}
      </Button>
      <Button appearance="subtle" onClick={onNew}>
        {t('templates.job.another')}
      </Button>
      <AppLink to="/gdap/relationships">{t('gdap.title')}</AppLink>
      <span className={shared.grow} />
      <RequestPreview plans={() => [jobAt('GET', job.id), askApply(job.plan)]} />
      {rows.length > 0 && (
        <Button
          icon={<ArrowDownloadRegular />}
          className={steps.tool}
          appearance="subtle"
          onClick={() => download(`gdap-failures-${serverNow().toISOString().slice(0, 10)}.csv`, failuresCsv(rows))}
        >
          {t('templates.csv')}
        </Button>
      )}
    </div>
  )
}

interface JobStepProps {
  readonly id: string
  readonly added: Draft['added']
  /** Undefined: all that were chosen. */
  readonly onPlan: EndedProps['onPlan']
  readonly onNew: () => void
}

function Running({
  job,
  onStop,
  isBusy,
}: {
  readonly job: BulkJob
  readonly onStop: () => void
  readonly isBusy: boolean
}) {
  const styles = useStyles()
  const steps = useStepStyles()
  const shared = useShared()
  const over = job.done + job.failed
  return (
    <div className={steps.scrolled}>
      <div className={styles.now}>
        <ProgressBar value={over} max={Math.max(1, job.total)} aria-label={t('templates.job')} />
        <div className={shared.numbers}>
          {t('templates.job.of', { n: over, total: job.total })}
          {job.failed > 0 && ` ${t('templates.job.failing', { n: job.failed })}`}
        </div>
        <div className={shared.soft}>{t('gdap.bulk.leaving')}</div>
        <div>
          <Button disabledFocusable={isBusy} onClick={onStop}>
            {t('templates.job.stop')}
          </Button>
        </div>
      </div>
    </div>
  )
}

/** What is to be done next: by the customers, or here. */
function nextText({ state }: BulkJob, invited: readonly RelationshipRow[]): string {
  if (invited.some(isSent)) return t('templates.job.invite')
  if (invited.length > 0) return t('templates.job.drafts')
  return state === 'done' ? t('templates.job.next') : ''
}

export function JobStep({ id, added, onPlan, onNew }: JobStepProps) {
  const styles = useStyles()
  const steps = useStepStyles()
  const followed = useFollowed(id)
  const { run, isBusy, problem, clear } = useAction()
  useEffect(() => {
    followById(id)
    return watchJob(id)
  }, [id])
  const job = followed?.job
  const hasFailed = job !== undefined && job.state !== 'running' && job.failures.length + job.stale.length > 0
  const { rows: known } = useCustomerList(added, hasFailed)
  const names = useMemo(() => new Map((known ?? []).map((row) => [row.id, row.name])), [known])
  const invited = useInvited(job)
  const rows = useMemo(() => (job === undefined || job.state === 'running' ? [] : failuresOf(job, names)), [job, names])
  if (followed?.problem !== undefined)
    return (
      <>
        <div className={steps.scrolled}>
          <Problem error={followed.problem} />
        </div>
        <div className={steps.foot}>
          <Button onClick={onNew}>{t('templates.job.another')}</Button>
        </div>
      </>
    )
  if (job === undefined)
    return (
      <div className={steps.scrolled}>
        <Skeleton lines={3} />
      </div>
    )
  const goOn = async (): Promise<void> => {
    const sent = await run(askApply(job.plan))
    if (sent !== undefined) startFollowing(sent.body, followed?.acting)
  }
  const failing = problem !== undefined && (
    <div className={steps.bar}>
      <Problem error={problem} onClose={clear} />
    </div>
  )
  if (job.state === 'running')
    return (
      <>
        {failing}
        <Running job={job} isBusy={isBusy} onStop={() => void run(jobAt('DELETE', job.id))} />
      </>
    )
  return (
    <>
      {failing}
      <div className={steps.bar}>
        <MessageBar
          className={styles.message}
          intent={job.state === 'done' ? 'success' : job.state === 'stopped' ? 'warning' : 'error'}
          layout="multiline"
        >
          <MessageBarBody>
            <MessageBarTitle>{endText(job)}</MessageBarTitle>
            {job.error?.message} {nextText(job, invited)}
          </MessageBarBody>
        </MessageBar>
      </div>
      {rows.length > 0 && <Failures rows={rows} job={job} />}
      {invited.length > 0 && <Invited rows={invited} />}
      {rows.length + invited.length === 0 && <div className={steps.scrolled} />}
      <EndedFoot job={job} rows={rows} isBusy={isBusy} onGoOn={() => void goOn()} onPlan={onPlan} onNew={onNew} />
    </>
  )
}
