/** Who did what: the audit records of the partner, with filters that the server applies, and as a file. */
import { Button, Field, Input, makeStyles, mergeClasses, Select, tokens } from '@fluentui/react-components'
import { useDeferredValue, useEffect, useState } from 'react'
import { useRead } from '../../../data/query.ts'
import type { DirectoryAudit } from '../../../data/types.ts'
import { serverNow } from '../../../i18n/format.ts'
import { maybeText, t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { CopyId } from '../../../kit/CopyId.tsx'
import { Empty } from '../../../kit/Empty.tsx'
import { useNarrow } from '../../../kit/look/narrow.ts'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { SidePanel } from '../../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { JsonView } from '../../../kit/values/JsonView.tsx'
import { useView } from '../../../kit/view.ts'
import { deedText, nameOfDoer } from '../AuditLines.tsx'
import { customersPlan } from '../api.ts'
import { Cards } from '../lists/Cards.tsx'
import { Downloading } from '../lists/Downloading.tsx'
import { usePages } from '../lists/pagesOf.ts'
import { doerOf } from '../side.ts'
import { type AuditFilter, auditsPlan, categories, csvHead, csvRow, detailOf } from './audits.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-end',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalM}`,
    '@media (max-width: 640px)': { padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}` },
  },
  field: { flex: '1 1 130px', minWidth: 0, '& input, & select': { minWidth: 0, width: '100%' } },
  grid: { flexGrow: 1, minHeight: 0, padding: `0 ${tokens.spacingHorizontalL}` },
  foot: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXXL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    '& th, & td': {
      textAlign: 'start',
      verticalAlign: 'top',
      fontWeight: tokens.fontWeightRegular,
      overflowWrap: 'anywhere',
      padding: tokens.spacingVerticalXXS,
    },
  },
})

const spans = [1, 7, 30] as const

function useFilter() {
  const { view, set } = useView()
  const days = Number(view['days'])
  const filter: AuditFilter = {
    text: view['q'],
    category: view['category'],
    by: view['by'],
    customer: view['customer'],
    days: Number.isFinite(days) && days > 0 ? days : undefined,
  }
  return { filter, set }
}

/** Text that is typed, put into the address a moment later. */
function TypedField({
  label,
  value,
  onSettle,
}: {
  readonly label: string
  readonly value: string | undefined
  readonly onSettle: (text: string | undefined) => void
}) {
  const styles = useStyles()
  const [typed, setTyped] = useState(value ?? '')
  useEffect(() => setTyped(value ?? ''), [value])
  useEffect(() => {
    if (typed === (value ?? '')) return
    const timer = setTimeout(() => onSettle(typed === '' ? undefined : typed), 250)
    return () => clearTimeout(timer)
  })
  return (
    <Field label={label} className={styles.field}>
      <Input value={typed} onChange={(_, { value: next }) => setTyped(next)} />
    </Field>
  )
}

function categoryText(category: string | undefined): string {
  return maybeText(`sides.category.${category}`) ?? category ?? ''
}

function Filters() {
  const styles = useStyles()
  const { filter, set } = useFilter()
  const customers = useRead('customers', ['names'], customersPlan)
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  return (
    <div className={styles.bar}>
      <TypedField label={t('sides.filter.text')} value={filter.text} onSettle={(q) => set({ q })} />
      <Field label={t('sides.filter.category')} className={styles.field}>
        <Select
          value={filter.category ?? ''}
          onChange={(_, { value }) => set({ category: value === '' ? undefined : value })}
        >
          <option value="">{t('sides.filter.all')}</option>
          {categories.map((one) => (
            <option key={one} value={one}>
              {categoryText(one)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('sides.customer')} className={styles.field}>
        <Select
          value={filter.customer ?? ''}
          onChange={(_, { value }) => set({ customer: value === '' ? undefined : value })}
        >
          <option value="">{t('sides.filter.all')}</option>
          {(customers.data?.value ?? []).map(({ tenantId, displayName }) => (
            <option key={tenantId} value={tenantId}>
              {displayName}
            </option>
          ))}
        </Select>
      </Field>
      <TypedField label={t('sides.filter.by')} value={filter.by} onSettle={(by) => set({ by })} />
      <Field label={t('sides.filter.since')} className={styles.field}>
        <Select
          value={String(filter.days ?? '')}
          onChange={(_, { value }) => set({ days: value === '' ? undefined : value })}
        >
          <option value="">{t('sides.filter.ever')}</option>
          {spans.map((n) => (
            <option key={n} value={n}>
              {t('sides.filter.days', { n })}
            </option>
          ))}
        </Select>
      </Field>
      {isFiltered && (
        <Button
          appearance="subtle"
          onClick={() =>
            set({ q: undefined, category: undefined, customer: undefined, by: undefined, days: undefined })
          }
        >
          {t('sides.filter.clear')}
        </Button>
      )}
      <Downloading plan={() => auditsPlan(filter, serverNow(), 999)} name="activity.csv" head={csvHead} row={csvRow} />
    </div>
  )
}

function targetsOf({ targetResources = [] }: DirectoryAudit): string {
  return targetResources.flatMap(({ displayName }) => displayName ?? []).join(' · ')
}

function deedLine(audit: DirectoryAudit): string {
  const text = deedText(audit)
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

function columns(): readonly GridColumn<DirectoryAudit>[] {
  return [
    {
      id: 'when',
      title: t('sides.column.when'),
      width: '140px',
      cell: ({ activityDateTime }) => <TimeText at={activityDateTime} />,
    },
    { id: 'what', title: t('sides.column.what'), width: 'minmax(110px, 1.4fr)', cell: deedLine },
    { id: 'target', title: t('sides.column.target'), width: 'minmax(140px, 1.4fr)', cell: targetsOf },
    {
      id: 'by',
      title: t('sides.column.by'),
      width: 'minmax(120px, 1fr)',
      cell: (audit) => nameOfDoer(doerOf(audit) ?? t('sides.service')),
    },
    {
      id: 'category',
      title: t('sides.filter.category'),
      width: '160px',
      cell: ({ category }) => categoryText(category),
    },
  ]
}

function Detail({ audit }: { readonly audit: DirectoryAudit }) {
  const styles = useStyles()
  const shared = useShared()
  const relationshipId = detailOf(audit, 'relationshipId')
  const changes = audit.targetResources?.[0]?.modifiedProperties ?? []
  return (
    <>
      <div>
        <TimeText at={audit.activityDateTime} />
        <div className={shared.soft}>{nameOfDoer(doerOf(audit) ?? t('sides.service'))}</div>
        {relationshipId !== undefined && (
          <AppLink to={`/gdap/relationships/${relationshipId}`}>{t('sides.toRelationship')}</AppLink>
        )}
      </div>
      <CopyId id={audit.id ?? ''} what={t('sides.auditId')} />
      {changes.length > 0 && (
        <table className={mergeClasses(styles.table, shared.small)} aria-label={t('sides.changes')}>
          <thead>
            <tr>
              <th scope="col">{t('sides.changes')}</th>
              <th scope="col">{t('sides.changes.before')}</th>
              <th scope="col">{t('sides.changes.after')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ displayName, oldValue, newValue }) => (
              <tr key={displayName}>
                <th scope="row">{displayName}</th>
                <td>{oldValue}</td>
                <td>{newValue}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <JsonView text={JSON.stringify(audit)} what="JSON" />
    </>
  )
}

interface ListProps {
  readonly rows: readonly DirectoryAudit[]
  readonly total: number | undefined
  readonly more: () => void
  readonly shown: DirectoryAudit | undefined
  readonly onShow: (audit: DirectoryAudit) => void
}

function List({ rows, total, more, shown, onShow }: ListProps) {
  const shared = useShared()
  const isNarrow = useNarrow()
  const rowKey = ({ id = '' }: DirectoryAudit): string => id
  if (isNarrow)
    return (
      <Cards
        label={t('sides.activity')}
        rows={rows}
        rowKey={rowKey}
        onOpen={onShow}
        onMore={total !== undefined && total > rows.length ? more : undefined}
      >
        {(audit) => (
          <>
            <span>{deedLine(audit)}</span>
            <strong>{targetsOf(audit)}</strong>
            <span className={mergeClasses(shared.small, shared.soft)}>
              <TimeText at={audit.activityDateTime} /> · {nameOfDoer(doerOf(audit) ?? t('sides.service'))}
            </span>
          </>
        )}
      </Cards>
    )
  return (
    <Grid
      label={t('sides.activity')}
      columns={columns()}
      rows={rows}
      rowKey={rowKey}
      rowName={(audit) => `${targetsOf(audit)} ${deedText(audit)}`}
      onOpen={onShow}
      onMore={more}
      {...(total === undefined ? {} : { total })}
      {...(shown?.id === undefined ? {} : { current: shown.id })}
    />
  )
}

function Rows() {
  const styles = useStyles()
  const shared = useShared()
  const { filter } = useFilter()
  const asked = useDeferredValue(filter)
  const { rows, total, isLoaded, error, more, again } = usePages<DirectoryAudit>(
    'audit',
    [JSON.stringify(asked)],
    auditsPlan(asked, serverNow()),
  )
  const [shown, setShown] = useState<DirectoryAudit | undefined>()
  if (error !== null)
    return (
      <div className={shared.page}>
        <Problem error={error} onRetry={again} />
      </div>
    )
  if (!isLoaded)
    return (
      <div className={shared.page}>
        <Skeleton lines={8} />
      </div>
    )
  return (
    <>
      <div className={styles.grid}>
        {rows.length === 0 ? (
          <Empty text={t('sides.activity.empty')} />
        ) : (
          <List rows={rows} total={total} more={more} shown={shown} onShow={setShown} />
        )}
      </div>
      <div className={mergeClasses(styles.foot, shared.small, shared.soft)} aria-live="polite">
        {t('sides.rows', { n: total ?? rows.length })}
      </div>
      <SidePanel
        title={shown === undefined ? '' : `${targetsOf(shown)}: ${deedText(shown)}`}
        isOpen={shown !== undefined}
        onClose={() => setShown(undefined)}
      >
        {shown !== undefined && <Detail audit={shown} />}
      </SidePanel>
    </>
  )
}

export default function ActivityPage() {
  const styles = useStyles()
  const { filter } = useFilter()
  return (
    <PageFrame
      title={t('sides.activity')}
      isFull
      tools={<RequestPreview plans={() => [auditsPlan(filter, serverNow())]} />}
    >
      <div className={styles.root}>
        <Filters />
        <Rows />
      </div>
    </PageFrame>
  )
}
