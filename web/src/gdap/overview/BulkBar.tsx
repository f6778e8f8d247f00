/** What can be done with the rows that are selected, and how far it is. */
import { Button, makeStyles, ProgressBar, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import type { RequestPlan } from '../../data/plan.ts'
import { numberText } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { type RelationshipRow, useGroups, useRoles } from '../api.ts'
import { ReasonButton } from '../ReasonButton.tsx'
import { Terminate } from '../Terminate.tsx'
import { type BulkItem, type BulkJob, type BulkResult, batchesOf } from './bulk.ts'
import { extendJob, mapJob, removeGlobalJob, terminateJob } from './jobs.ts'

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    flexShrink: 0,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalL },
  },
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXL },
  fault: { color: tokens.colorStatusDangerForeground3 },
  progress: { flex: '1 1 160px', minWidth: '120px', maxWidth: '360px' },
})

interface BarProps {
  readonly count: string
  readonly selected: readonly RelationshipRow[]
  /** More match than are loaded, and all that are loaded are selected. */
  readonly onSelectAll: (() => void) | undefined
  readonly total: number | undefined
  readonly onStart: (job: BulkJob) => void
  readonly isRunning: boolean
  readonly onCsv: () => void
  readonly csvNote: string | undefined
}

function reasonAgainstAll({ items }: BulkJob): string | undefined {
  return items.every(({ plans = [] }) => plans.length === 0) ? items[0]?.reason : undefined
}

export function BulkBar(props: BarProps) {
  const { count, selected, onSelectAll, total, onStart, isRunning, onCsv, csvNote } = props
  const styles = useStyles()
  const shared = useShared()
  const roles = useRoles()
  const groups = useGroups().data?.value ?? []
  const [isEnding, setEnding] = useState(false)
  const jobs = [
    { id: 'on', text: t('gdap.extend.switchOn'), job: extendJob(selected, true) },
    { id: 'off', text: t('gdap.extend.switchOff'), job: extendJob(selected, false) },
    { id: 'map', text: t('gdap.bulk.map'), job: mapJob(selected, roles, groups) },
    { id: 'global', text: t('gdap.removeGlobal'), job: removeGlobalJob(selected) },
  ]
  const ending = terminateJob(selected)
  const busy = isRunning ? t('gdap.bulk.running') : undefined
  const endable = ending.items.filter(({ plans }) => plans !== undefined).map(({ row }) => row)
  const requests = (): readonly RequestPlan[] =>
    [...jobs.map(({ job }) => job), ending].flatMap(({ items }) => batchesOf(items).slice(0, 1))
  return (
    <section className={styles.bar} aria-label={t('gdap.bulk.label')}>
      <div className={shared.row}>
        <span className={shared.numbers} aria-live="polite">
          {selected.length === 0 ? count : t('gdap.bulk.selected', { n: selected.length })}
        </span>
        {onSelectAll !== undefined && (
          <Button size="small" onClick={onSelectAll}>
            {t('gdap.bulk.selectAll', { n: total ?? 0 })}
          </Button>
        )}
        {selected.length > 0 && (
          <>
            {jobs.map(({ id, text, job }) => (
              <ReasonButton key={id} size="small" reason={busy ?? reasonAgainstAll(job)} onClick={() => onStart(job)}>
                {text}
              </ReasonButton>
            ))}
            <ReasonButton size="small" reason={busy ?? reasonAgainstAll(ending)} onClick={() => setEnding(true)}>
              {t('gdap.terminate.open')}
            </ReasonButton>
            <RequestPreview plans={requests} />
          </>
        )}
        <Button size="small" onClick={onCsv}>
          {t('gdap.csv')}
        </Button>
        {csvNote !== undefined && <span className={shared.soft}>{csvNote}</span>}
      </div>
      <Terminate
        name={endable[0]?.displayName ?? ''}
        count={endable.length}
        assignments={endable.flatMap(({ accessAssignments = [] }) => accessAssignments)}
        isOpen={isEnding}
        onCancel={() => setEnding(false)}
        onConfirm={() => {
          setEnding(false)
          onStart(ending)
        }}
      />
    </section>
  )
}

interface JobProps {
  readonly job: BulkJob
  readonly results: ReadonlyMap<string, BulkResult>
  readonly isRunning: boolean
  readonly onStop: () => void
  readonly onClose: () => void
  readonly onAgain: (job: BulkJob) => void
}

/** Which rows were not done, and why. */
function Left({ items, results }: { readonly items: readonly BulkItem[]; readonly results: JobProps['results'] }) {
  const styles = useStyles()
  return (
    <ul className={styles.list}>
      {items.map(({ row }) => {
        const result = results.get(row.id)
        return (
          <li key={row.id}>
            <AppLink to={`/gdap/relationships/${row.id}`}>{row.displayName ?? row.id}</AppLink>:{' '}
            <span className={result?.state === 'failed' ? styles.fault : ''}>
              {t(`gdap.bulk.${result?.state ?? 'waits'}`)}
              {result?.message === undefined ? '' : `. ${result.message}`}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

export function JobBar({ job, results, isRunning, onStop, onClose, onAgain }: JobProps) {
  const styles = useStyles()
  const shared = useShared()
  const [isOpen, setOpen] = useState(false)
  const states = [...results.values()].map(({ state }) => state)
  const over = states.filter((state) => state !== 'waits').length
  const open = job.items.filter(({ row }) => ['failed', 'stopped'].includes(results.get(row.id)?.state ?? ''))
  return (
    <section className={styles.bar} aria-label={job.title}>
      <div className={shared.row}>
        <strong>{job.title}</strong>
        <span className={shared.numbers}>
          {t('gdap.bulk.progress', { n: numberText(over), total: numberText(job.items.length) })}
        </span>
        {isRunning ? (
          <>
            <ProgressBar
              className={styles.progress}
              aria-label={job.title}
              value={over}
              max={Math.max(1, job.items.length)}
            />
            <Button size="small" onClick={onStop}>
              {t('gdap.bulk.stop')}
            </Button>
            <span className={shared.soft}>{t('gdap.bulk.leaving')}</span>
          </>
        ) : (
          <>
            <span>
              {t('gdap.bulk.result', {
                done: states.filter((state) => state === 'done').length,
                failed: states.filter((state) => state === 'failed').length,
                skipped: states.filter((state) => state === 'skipped').length,
              })}
            </span>
            <Button size="small" onClick={() => setOpen(true)}>
              {t('gdap.bulk.rows')}
            </Button>
            {open.length > 0 && (
              <Button size="small" onClick={() => onAgain({ ...job, items: open })}>
                {t('gdap.bulk.again', { n: open.length })}
              </Button>
            )}
            <Button size="small" appearance="subtle" onClick={onClose}>
              {t('close')}
            </Button>
          </>
        )}
      </div>
      <SidePanel title={job.title} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Left items={job.items} results={results} />
      </SidePanel>
    </section>
  )
}
