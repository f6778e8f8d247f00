/** What would be done, customer by customer, as it is shown before it is done; as files; and doing it. */
import { Button, Input, makeStyles, mergeClasses, ProgressBar, ToggleButton, tokens } from '@fluentui/react-components'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { useAction } from '../../../data/action.ts'
import type { RequestPlan } from '../../../data/plan.ts'
import { currentSession } from '../../../data/session.ts'
import { listText, numberText, serverNow } from '../../../i18n/format.ts'
import { maybeText, t, useLanguage } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { ArrowClockwiseRegular, ArrowDownloadRegular } from '../../../kit/icons.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { ConfirmByName } from '../../../kit/parts/ConfirmByName.tsx'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { download } from '../../../kit/values/csv.ts'
import type { View } from '../../../kit/view.ts'
import { ReasonButton } from '../../ReasonButton.tsx'
import type { Wanted } from '../draft.ts'
import { startFollowing } from '../job/following.ts'
import { useStepStyles } from '../styles.ts'
import { RowPanel } from './RowPanel.tsx'
import { countsOf, findRows, groupsMade, type PlanRow, planCsv, type RowKind, rowKinds, rowsOf } from './rows.ts'
import { askApply, type Planned, usePlanned } from './usePlanned.ts'
import { foundText, langOf, signs, whyText } from './words.ts'

const useStyles = makeStyles({
  tile: { fontWeight: tokens.fontWeightRegular },
  count: { fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  waiting: { maxWidth: '480px', display: 'grid', gap: tokens.spacingVerticalS },
})

function useSign(): (kind: RowKind) => string {
  const styles = useStepStyles()
  return (kind) =>
    mergeClasses(
      styles.sign,
      (kind === 'problem' || kind === 'end') && styles.danger,
      kind === 'create' && styles.success,
    )
}

function What({ row }: { readonly row: PlanRow }) {
  const signOf = useSign()
  return (
    <>
      <span className={signOf(row.kind)} aria-hidden="true">
        {signs[row.kind]}
      </span>{' '}
      {foundText(row)}
    </>
  )
}

function columnsFor(hasTemplates: boolean): readonly GridColumn<PlanRow>[] {
  return [
    { id: 'customer', title: t('gdap.customer'), width: 'minmax(130px, 2fr)', cell: ({ name }) => name },
    ...(hasTemplates
      ? [
          {
            id: 'template',
            title: t('templates.column.template'),
            width: 'minmax(110px, 1fr)',
            cell: ({ template }: PlanRow) => template,
          },
        ]
      : []),
    {
      id: 'what',
      title: t('templates.column.what'),
      width: 'minmax(190px, 2fr)',
      cell: (row) => <What row={row} />,
    },
    {
      id: 'relationship',
      title: t('gdap.relationship'),
      width: 'minmax(240px, 2fr)',
      cell: ({ relationship }) => relationship,
    },
    {
      id: 'why',
      title: t('templates.column.why'),
      width: 'minmax(240px, 4fr)',
      cell: ({ text }) => (
        <span lang={langOf(text)} title={whyText(text)}>
          {whyText(text)}
        </span>
      ),
    },
  ]
}

interface RowsProps {
  readonly planned: Planned
  readonly rows: readonly PlanRow[]
  readonly view: View
  readonly set: (change: View) => void
}

function Rows({ planned: { plan }, rows, view, set }: RowsProps) {
  const language = useLanguage()
  const styles = useStyles()
  const steps = useStepStyles()
  const shared = useShared()
  const signOf = useSign()
  const [row, setRow] = useState<PlanRow | undefined>()
  const [isOpen, setOpen] = useState(false)
  const kind = rowKinds.find((one) => one === view['show'])
  const text = useDeferredValue(view['find'] ?? '')
  const counts = useMemo(() => countsOf(rows), [rows])
  const shown = useMemo(() => findRows(rows, kind, text), [rows, kind, text])
  const hasTemplates = useMemo(() => new Set(rows.map(({ template }) => template)).size > 1, [rows])
  // biome-ignore lint/correctness/useExhaustiveDependencies: words are in the language of the pages.
  const columns = useMemo(() => columnsFor(hasTemplates), [hasTemplates, language])
  return (
    <>
      <div className={steps.bar} role="group" aria-label={t('templates.kinds')}>
        {rowKinds.map((one) => {
          const n = counts.get(one)
          if (n === undefined) return null
          return (
            <ToggleButton
              key={one}
              size="small"
              className={styles.tile}
              checked={kind === one}
              onClick={() => set({ show: kind === one ? undefined : one })}
            >
              <span>
                <span className={signOf(one)} aria-hidden="true">
                  {signs[one]}
                </span>{' '}
                <span className={styles.count}>{numberText(n)}</span> {maybeText(`templates.kind.${one}`)}
              </span>
            </ToggleButton>
          )
        })}
        <Input
          className={steps.search}
          size="small"
          type="search"
          aria-label={t('templates.find')}
          placeholder={t('templates.find')}
          value={view['find'] ?? ''}
          onChange={(_, { value }) => set({ find: value === '' ? undefined : value })}
        />
      </div>
      {shown.length === 0 ? (
        <Empty text={t('templates.noneMatch')} />
      ) : (
        <div className={steps.list}>
          <Grid
            label={t('templates.step.plan')}
            columns={columns}
            rows={shown}
            rowKey={({ id }) => id}
            rowName={(row) => `${row.name}, ${foundText(row)}`}
            onOpen={(next) => {
              setRow(next)
              setOpen(true)
            }}
            {...(isOpen && row !== undefined ? { current: row.id } : {})}
            card={{
              height: 84,
              of: (row) => (
                <div className={steps.card}>
                  <div className={shared.ellipsis}>
                    <strong>{row.name}</strong>
                  </div>
                  <div className={mergeClasses(shared.small, shared.ellipsis)}>
                    <What row={row} />
                    {hasTemplates && ` · ${row.template}`}
                  </div>
                  <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)} lang={langOf(row.text)}>
                    {whyText(row.text)}
                  </div>
                </div>
              ),
            }}
          />
        </div>
      )}
      <RowPanel plan={plan} row={row} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  )
}

function Waiting({ onCancel, customers }: { readonly onCancel: () => void; readonly customers: number }) {
  const styles = useStyles()
  const steps = useStepStyles()
  const [isShown, setShown] = useState(false)
  // Quick answers do not flicker.
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150)
    return () => clearTimeout(timer)
  }, [])
  if (!isShown) return <div className={steps.scrolled} />
  return (
    <div className={steps.scrolled}>
      <div className={styles.waiting}>
        <ProgressBar aria-label={t('templates.planning', { n: customers })} />
        <div>{t('templates.planning', { n: customers })}</div>
        <div>
          <Button size="small" onClick={onCancel}>
            {t('cancel')}
          </Button>
        </div>
      </div>
    </div>
  )
}

interface FootProps {
  readonly planned: Planned
  readonly requests: () => readonly RequestPlan[]
  readonly onAgain: () => void
  readonly onStarted: (job: string) => void
  readonly back: React.ReactNode
}

function Foot({ planned: { plan, digest, text }, requests, onAgain, onStarted, back }: FootProps) {
  const steps = useStepStyles()
  const shared = useShared()
  const { run, isBusy, problem, clear } = useAction()
  const [isAsking, setAsking] = useState(false)
  const n = plan.steps.length
  const endings = plan.summary['terminate'] ?? 0
  const groups = useMemo(() => groupsMade(plan), [plan])
  const fileName = `gdap-plan-${serverNow().toISOString().slice(0, 10)}`
  const apply = async (): Promise<void> => {
    const sent = await run(askApply(digest))
    if (sent === undefined) return
    startFollowing(sent.body, currentSession().acting)
    onStarted(sent.body.id)
  }
  return (
    <>
      {problem !== undefined && (
        <div className={steps.bar}>
          <Problem error={problem} onClose={clear} />
        </div>
      )}
      <div className={steps.foot}>
        {back}
        <ReasonButton
          appearance="primary"
          reason={n === 0 ? t('templates.nothing') : isBusy ? t('loading') : undefined}
          onClick={() => (endings > 0 ? setAsking(true) : void apply())}
        >
          {t('templates.apply', { n })}
        </ReasonButton>
        {groups.length > 0 && (
          <span className={mergeClasses(shared.small, shared.soft)}>
            {t('templates.groups.made', { n: groups.length })} {listText(groups.slice(0, 3))}
            {groups.length > 3 && ` ${t('gdap.andMore', { n: groups.length - 3 })}`}
          </span>
        )}
        <span className={shared.grow} />
        <RequestPreview plans={requests} />
        <Button className={steps.tool} icon={<ArrowClockwiseRegular />} appearance="subtle" onClick={onAgain}>
          {t('templates.planAgain')}
        </Button>
        <Button
          className={steps.tool}
          icon={<ArrowDownloadRegular />}
          appearance="subtle"
          onClick={() => download(`${fileName}.csv`, planCsv(plan))}
        >
          {t('templates.csv')}
        </Button>
        <Button
          className={steps.tool}
          icon={<ArrowDownloadRegular />}
          appearance="subtle"
          onClick={() => download(`${fileName}.json`, text, 'application/json')}
        >
          {t('templates.json')}
        </Button>
      </div>
      <ConfirmByName
        title={t('gdap.terminate.several', { n: endings })}
        name={String(endings)}
        action={t('templates.apply', { n })}
        isOpen={isAsking}
        onCancel={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false)
          void apply()
        }}
      >
        <p>{t('gdap.terminate.text', { n: endings })}</p>
      </ConfirmByName>
    </>
  )
}

interface StepProps {
  readonly wanted: Wanted
  readonly asksAgain: boolean
  readonly view: View
  readonly set: (change: View) => void
  readonly requests: FootProps['requests']
  readonly onStarted: (job: string) => void
  readonly onCancel: () => void
  readonly back: React.ReactNode
}

export function PlanStep({ wanted, asksAgain, view, set, requests, onStarted, onCancel, back }: StepProps) {
  const steps = useStepStyles()
  const { data, error, isFetching, refetch } = usePlanned(wanted, asksAgain)
  const rows = useMemo(() => (data === undefined ? [] : rowsOf(data.plan)), [data])
  useEffect(() => {
    if (data === undefined) return
    const { summary, steps: all } = data.plan
    announce(t('templates.planned', { n: all.length, problems: summary['problems'] ?? 0 }))
  }, [data])
  if (error !== null && !isFetching)
    return (
      <>
        <div className={steps.scrolled}>
          <Problem error={error} onRetry={() => void refetch()} />
        </div>
        <div className={steps.foot}>{back}</div>
      </>
    )
  if (data === undefined || isFetching) return <Waiting customers={wanted.customers.length} onCancel={onCancel} />
  return (
    <>
      <Rows planned={data} rows={rows} view={view} set={set} />
      <Foot
        planned={data}
        requests={() => [...requests(), askApply(data.digest)]}
        onAgain={() => void refetch()}
        onStarted={onStarted}
        back={back}
      />
    </>
  )
}
