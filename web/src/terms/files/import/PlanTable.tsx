/** What an import would do, line by line: tiles that count and filter, and the records, those that are refused first. */
import { Input, makeStyles, mergeClasses, ToggleButton, tokens } from '@fluentui/react-components'
import { useDeferredValue, useMemo, useState } from 'react'
import { numberText } from '../../../i18n/format.ts'
import { maybeText, t, useLanguage } from '../../../i18n/t.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { useShared } from '../../../kit/styles.ts'
import type { View } from '../../../kit/view.ts'
import { usePageStyles } from '../../pageStyles.ts'
import { kindOf, type PlanKind, type PlanList, type PlanRecord, planKinds } from './plan-lines.ts'
import { RecordPanel } from './RecordPanel.tsx'
import { actionText, beforeAfter, faultText } from './words.ts'

const signs: Readonly<Record<PlanKind, string>> = {
  refused: '!',
  create: '+',
  update: '~',
  move: '›',
  deprecate: '⊘',
  delete: '−',
}

const useStyles = makeStyles({
  same: { color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap' },
  sign: { display: 'inline-block', width: '16px', fontWeight: tokens.fontWeightSemibold, textAlign: 'center' },
})

export function useSignStyle(): (kind: PlanKind) => string {
  const page = usePageStyles()
  const styles = useStyles()
  return (kind) =>
    mergeClasses(
      styles.sign,
      kind === 'refused' && page.danger,
      kind === 'create' && page.success,
      kind === 'delete' && page.danger,
      kind === 'deprecate' && page.warning,
    )
}

interface Shown {
  readonly number: number
  readonly record: PlanRecord
}

/** Records are parsed when they are shown, and those that are shown together are kept. */
function useRecords(plan: PlanList): (number: number) => PlanRecord {
  return useMemo(() => {
    const most = 400
    const kept = new Map<number, PlanRecord>()
    return (number) => {
      const found = kept.get(number) ?? plan.record(number)
      if (kept.size > most) kept.clear()
      kept.set(number, found)
      return found
    }
  }, [plan])
}

interface PlanTableProps {
  readonly plan: PlanList
  readonly file: File
  readonly view: View
  readonly onChange: (change: View) => void
}

export function PlanTable({ plan, file, view, onChange }: PlanTableProps) {
  const language = useLanguage()
  const page = usePageStyles()
  const shared = useShared()
  const styles = useStyles()
  const signOf = useSignStyle()
  const [open, setOpen] = useState<number | undefined>()
  const kind = planKinds.find((one) => one === view['show'])
  const text = useDeferredValue(view['find'] ?? '')
  const numbers = useMemo(() => plan.find(kind, text), [plan, kind, text])
  const recordOf = useRecords(plan)
  // biome-ignore lint/correctness/useExhaustiveDependencies: words are in the language of the pages.
  const columns: readonly GridColumn<number>[] = useMemo(() => {
    const of = (cell: (shown: Shown) => React.ReactNode) => (number: number) =>
      cell({ number, record: recordOf(number) })
    return [
      {
        id: 'line',
        title: t('termimport.line'),
        width: '76px',
        align: 'end',
        cell: of(({ record }) => numberText(record.at.line)),
      },
      {
        id: 'what',
        title: t('termimport.what'),
        width: 'minmax(130px, 1fr)',
        cell: of(({ record }) => (
          <>
            <span className={signOf(kindOf(record.action))} aria-hidden="true">
              {signs[kindOf(record.action)]}
            </span>{' '}
            {actionText(record)}
          </>
        )),
      },
      {
        id: 'term',
        title: t('termimport.term'),
        width: 'minmax(220px, 2fr)',
        cell: of(({ record }) => record.at.path.replaceAll('/', ' › ')),
      },
      {
        id: 'before',
        title: t('termimport.before'),
        width: 'minmax(110px, 1fr)',
        cell: of(({ record }) => beforeAfter(record, plan).before),
      },
      {
        id: 'after',
        title: t('termimport.after'),
        width: 'minmax(260px, 3fr)',
        cell: of(({ record }) =>
          record.action === 'refused' ? faultText(record, plan) : beforeAfter(record, plan).after,
        ),
      },
    ]
  }, [plan, recordOf, signOf, language])
  return (
    <>
      <div className={page.tools}>
        {planKinds.map((one) => {
          const n = plan.counts[one]
          if (n === 0) return null
          return (
            <ToggleButton
              key={one}
              size="small"
              checked={kind === one}
              onClick={() => onChange({ show: kind === one ? undefined : one })}
            >
              <span className={page.tile}>
                <span className={signOf(one)} aria-hidden="true">
                  {signs[one]}
                </span>
                <span className={page.tileCount}>{numberText(n)}</span>
                <span>{maybeText(`termimport.tile.${one}`)}</span>
              </span>
            </ToggleButton>
          )
        })}
        {(plan.summary['same'] ?? 0) > 0 && (
          <span className={styles.same}>{t('termimport.same', { n: plan.summary['same'] ?? 0 })}</span>
        )}
        <Input
          className={page.filter}
          size="small"
          type="search"
          aria-label={t('termimport.filter')}
          placeholder={t('termimport.filter')}
          value={view['find'] ?? ''}
          onChange={(_, { value }) => onChange({ find: value === '' ? undefined : value })}
        />
      </div>
      {numbers.length === 0 ? (
        <Empty text={t('termpages.noneOf', { n: planKinds.reduce((sum, one) => sum + plan.counts[one], 0) })} />
      ) : (
        <div className={page.list}>
          <Grid
            label={t('termimport.plan')}
            columns={columns}
            rows={numbers}
            rowKey={String}
            rowName={(number) => `${actionText(recordOf(number))} ${recordOf(number).at.path}`}
            onOpen={setOpen}
            {...(open === undefined ? {} : { current: String(open) })}
            card={{
              height: 84,
              of: (number) => {
                const record = recordOf(number)
                const { before, after } = beforeAfter(record, plan)
                return (
                  <div className={page.card}>
                    <div className={shared.ellipsis}>
                      <strong>{record.at.path.split('/').at(-1)}</strong>
                    </div>
                    <div className={mergeClasses(shared.small, shared.ellipsis)}>
                      <span className={signOf(kindOf(record.action))} aria-hidden="true">
                        {signs[kindOf(record.action)]}
                      </span>{' '}
                      {actionText(record)} · {t('termimport.lineN', { n: record.at.line })}
                    </div>
                    <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)}>
                      {record.action === 'refused'
                        ? faultText(record, plan)
                        : [before, after].filter((part) => part !== '').join(' → ')}
                    </div>
                  </div>
                )
              },
            }}
          />
        </div>
      )}
      <RecordPanel
        record={open === undefined ? undefined : recordOf(open)}
        plan={plan}
        file={file}
        encoding={view['encoding']}
        onClose={() => setOpen(undefined)}
      />
    </>
  )
}
