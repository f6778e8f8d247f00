/** The log of the directory: who did what to whom, by filters, one record beside it, and all of it as a file. */
import { Button, Field, Input, mergeClasses, Select } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { key } from '../../data/keys.ts'
import { following } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import { useFeature } from '../../data/session.ts'
import type { DirectoryAudit, Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { Empty } from '../../kit/Empty.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { Grid, type GridColumn } from '../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { useView } from '../../kit/view.ts'
import { type AuditWishes, auditPlan } from '../api.ts'
import { useSectionStyles } from '../parts.ts'
import { AuditExport } from './AuditExport.tsx'
import { AuditRecord, initiatorOf, targetsOf } from './AuditRecord.tsx'
import { ChainPanel } from './ChainPanel.tsx'

/** As the records of this server have them. */
const categories = [
  'ApplicationManagement',
  'CrossTenantAccessSettings',
  'GranularAdminAccessAssignment',
  'GranularAdminRelationship',
  'GroupManagement',
  'RoleManagement',
  'UserManagement',
] as const

const columns = (): readonly GridColumn<DirectoryAudit>[] => [
  {
    id: 'when',
    title: t('admin.audit.when'),
    width: '150px',
    cell: ({ activityDateTime }) => <TimeText at={activityDateTime} />,
  },
  {
    id: 'what',
    title: t('admin.audit.activity'),
    width: 'minmax(220px, 3fr)',
    cell: ({ activityDisplayName }) => activityDisplayName,
  },
  { id: 'who', title: t('admin.audit.by'), width: 'minmax(180px, 2fr)', cell: (record) => initiatorOf(record) },
  { id: 'target', title: t('admin.audit.target'), width: 'minmax(160px, 2fr)', cell: (record) => targetsOf(record) },
  { id: 'category', title: t('admin.audit.category'), width: 'minmax(170px, 1fr)', cell: ({ category }) => category },
  { id: 'result', title: t('admin.audit.result'), width: '100px', cell: ({ result }) => result },
]

function Card({ record }: { readonly record: DirectoryAudit }) {
  const styles = useSectionStyles()
  const shared = useShared()
  const { activityDateTime, activityDisplayName } = record
  return (
    <div className={styles.card}>
      <div className={shared.ellipsis}>
        <strong>{activityDisplayName}</strong>
      </div>
      <div className={shared.ellipsis}>
        {[initiatorOf(record), targetsOf(record)].filter((text) => text !== '').join(' → ')}
      </div>
      <div className={mergeClasses(shared.small, shared.soft)}>
        <TimeText at={activityDateTime} />
      </div>
    </div>
  )
}

function useRecords(wishes: AuditWishes) {
  const plan = auditPlan(wishes)
  return useInfiniteQuery({
    queryKey: key('audit', wishes),
    queryFn: ({ pageParam, signal }) =>
      ask<Page<DirectoryAudit>>(pageParam === undefined ? plan : following(pageParam), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<DirectoryAudit>) => page['@odata.nextLink'],
    placeholderData: (before) => before,
  })
}

export function AuditSection() {
  const styles = useSectionStyles()
  const shared = useShared()
  const { view, set, push } = useView()
  const hasChain = useFeature('audit')
  const wishes: AuditWishes = {
    category: view['category'],
    activity: view['activity'],
    target: view['target'],
    by: view['by'],
    from: view['from'],
    to: view['to'],
  }
  const asked = useDeferredValue(wishes)
  const read = useRecords(asked)
  const rows = read.data?.pages.flatMap(({ value }) => value) ?? []
  const total = read.data?.pages[0]?.['@odata.count']
  const open = rows.find(({ id }) => id === view['record'])
  const isFiltered = Object.values(wishes).some((value) => value !== undefined)
  const clear = (): void =>
    set({ category: undefined, activity: undefined, target: undefined, by: undefined, from: undefined, to: undefined })
  const input = (name: keyof AuditWishes, type: 'text' | 'date' = 'text') => (
    <Field label={t(`admin.audit.filter.${name}`)}>
      <Input
        type={type}
        value={view[name] ?? ''}
        style={{ width: type === 'date' ? '144px' : '140px' }}
        onChange={(_, { value }) => {
          set({ [name]: value === '' ? undefined : value })
        }}
      />
    </Field>
  )
  return (
    <div className={styles.full}>
      <div className={styles.bar}>
        <Field label={t('admin.audit.filter.category')}>
          <Select
            style={{ width: '200px' }}
            value={view['category'] ?? ''}
            onChange={(_, { value }) => set({ category: value === '' ? undefined : value })}
          >
            <option value="">{t('admin.audit.any')}</option>
            {categories.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        {input('activity')}
        {input('target')}
        {input('by')}
        {input('from', 'date')}
        {input('to', 'date')}
        <div className={shared.row}>
          {isFiltered && <Button onClick={clear}>{t('admin.audit.clear')}</Button>}
          <AuditExport wishes={wishes} />
          {hasChain && <Button onClick={() => push({ chain: '1' })}>{t('admin.chain.open')}</Button>}
          <RequestPreview plans={() => [auditPlan(wishes)]} />
        </div>
      </div>
      <div className={mergeClasses(styles.count, shared.soft)} aria-live="polite">
        {total === undefined ? '' : t('admin.audit.count', { n: total })}
      </div>
      <div className={styles.grid}>
        {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
        {read.data === undefined && read.error === null && <Skeleton lines={6} />}
        {read.data !== undefined && rows.length === 0 && (
          <Empty
            text={t(isFiltered ? 'admin.audit.noneFound' : 'admin.audit.none')}
            action={isFiltered ? <Button onClick={clear}>{t('admin.audit.clear')}</Button> : undefined}
          />
        )}
        {rows.length > 0 && (
          <Grid
            label={t('admin.section.audit')}
            columns={columns()}
            rows={rows}
            rowKey={({ id }) => id ?? ''}
            rowName={({ activityDisplayName }) => activityDisplayName ?? ''}
            card={{ height: 76, of: (record) => <Card record={record} /> }}
            onOpen={({ id }) => push({ record: id ?? undefined })}
            {...(total === undefined ? {} : { total })}
            {...(open?.id === undefined ? {} : { current: open.id })}
            onMore={() => {
              if (read.hasNextPage && !read.isFetchingNextPage) void read.fetchNextPage()
            }}
          />
        )}
      </div>
      {open !== undefined && <AuditRecord record={open} onClose={() => set({ record: undefined })} />}
      {hasChain && view['chain'] !== undefined && <ChainPanel onClose={() => set({ chain: undefined })} />}
    </div>
  )
}
