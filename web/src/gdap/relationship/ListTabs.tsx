/** Operations, requests and records of one relationship, newest first. */
import { Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { useRead } from '../../data/query.ts'
import type { DirectoryAudit } from '../../data/types.ts'
import { fullTime } from '../../i18n/format.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Empty } from '../../kit/Empty.tsx'
import { SearchRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { JsonView } from '../../kit/values/JsonView.tsx'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import { type OperationRow, plans, type RequestRow, useAudits, useGroups, useRoles } from '../api.ts'
import { jobStatus } from '../status.ts'
import { changesOf, type Namer } from './changes.ts'
import { useNames } from './LifeLine.tsx'
import { actorOf } from './lifeLine.ts'

const useStyles = makeStyles({
  scroller: { overflowX: 'auto', outline: 'none' },
  table: { borderCollapse: 'collapse', width: '100%' },
  cell: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    textAlign: 'start',
    verticalAlign: 'top',
    whiteSpace: 'nowrap',
  },
  wide: { whiteSpace: 'normal', width: '100%', minWidth: '220px', overflowWrap: 'anywhere' },
  head: { fontSize: tokens.fontSizeBase200 },
  filter: { maxWidth: '320px' },
  summary: { cursor: 'pointer' },
})

interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  readonly isWide?: boolean
}

function Table<Row extends { readonly id?: string }>({
  label,
  rows,
  columns,
}: {
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
}) {
  const styles = useStyles()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label={label} data-scrolls>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map(({ title, isWide }) => (
              <th
                key={title}
                scope="col"
                className={mergeClasses(styles.cell, styles.head, isWide === true && styles.wide)}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map(({ title, cell, isWide }) => (
                <td key={title} className={mergeClasses(styles.cell, isWide === true && styles.wide)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const times = <
  Row extends { readonly createdDateTime?: string | null; readonly lastModifiedDateTime?: string | null },
>() =>
  [
    { title: t('gdap.created'), cell: (row: Row) => <TimeText at={row.createdDateTime} /> },
    { title: t('gdap.changed'), cell: (row: Row) => <TimeText at={row.lastModifiedDateTime} /> },
  ] as const

export function OperationsTab({ id }: { readonly id: string }) {
  const styles = useStyles()
  const read = useRead('relationship', [id, 'operations'], plans.operations(id))
  return (
    <Loaded read={read}>
      {({ value }) =>
        value.length === 0 ? (
          <Empty text={t('gdap.operations.none')} />
        ) : (
          <Table<OperationRow>
            label={t('gdap.tab.operations')}
            rows={value}
            columns={[
              { title: t('gdap.status'), cell: ({ status }) => <StatusBadge {...jobStatus(status)} /> },
              {
                title: t('gdap.operations.type'),
                isWide: true,
                cell: ({ operationType, data }) => (
                  <details>
                    <summary className={styles.summary}>
                      {maybeText(`gdap.operation.${operationType}`) ?? operationType}
                    </summary>
                    <JsonView text={data ?? ''} what={t('gdap.operations.data')} />
                  </details>
                ),
              },
              ...times<OperationRow>(),
              { title: t('gdap.id'), cell: (row) => <CopyId id={row.id} what={t('gdap.id')} /> },
            ]}
          />
        )
      }
    </Loaded>
  )
}

export function RequestsTab({ id }: { readonly id: string }) {
  const read = useRead('relationship', [id, 'requests'], plans.requests(id))
  return (
    <Loaded read={read}>
      {({ value }) =>
        value.length === 0 ? (
          <Empty text={t('gdap.requests.none')} />
        ) : (
          <Table<RequestRow>
            label={t('gdap.tab.requests')}
            rows={value}
            columns={[
              { title: t('gdap.status'), cell: ({ status }) => <StatusBadge {...jobStatus(status)} /> },
              {
                title: t('gdap.requests.action'),
                isWide: true,
                cell: ({ action }) => maybeText(`gdap.request.${action}`) ?? action,
              },
              ...times<RequestRow>(),
              { title: t('gdap.id'), cell: (row) => <CopyId id={row.id} what={t('gdap.id')} /> },
            ]}
          />
        )
      }
    </Loaded>
  )
}

/** In our words where there are some; else the server's. */
function recordTitle({ operationType, activityDisplayName }: DirectoryAudit): string {
  const kind = (operationType ?? '').replace(/^granular_admin_/, '')
  return maybeText(`gdap.record.${kind}`) ?? activityDisplayName ?? kind
}

function useNamer(): Namer {
  const roles = useRoles()
  const groups = useGroups().data?.value ?? []
  return {
    role: (id) => roles.get(id)?.displayName ?? id,
    group: (id) => groups.find((group) => group.id === id)?.displayName ?? id,
    instant: (at) => fullTime(at),
  }
}

function Records({ rows }: { readonly rows: readonly DirectoryAudit[] }) {
  const styles = useStyles()
  const shared = useShared()
  const [text, setText] = useState('')
  const nameOf = useNames(rows.map(actorOf))
  const namer = useNamer()
  const found = rows.filter((row) =>
    `${recordTitle(row)} ${row.activityDisplayName} ${nameOf(actorOf(row))} ${changesOf(row, namer)}`
      .toLowerCase()
      .includes(text.trim().toLowerCase()),
  )
  return (
    <div className={shared.column}>
      <Input
        className={styles.filter}
        contentBefore={<SearchRegular />}
        placeholder={t('gdap.activity.find')}
        aria-label={t('gdap.activity.find')}
        value={text}
        onChange={(_, { value }) => setText(value)}
      />
      {found.length === 0 ? (
        <Empty text={t('gdap.noMatch', { n: rows.length })} />
      ) : (
        <Table<DirectoryAudit>
          label={t('gdap.tab.activity')}
          rows={found}
          columns={[
            { title: t('gdap.activity.when'), cell: ({ activityDateTime }) => <TimeText at={activityDateTime} /> },
            {
              title: t('gdap.activity.what'),
              isWide: true,
              cell: (row) => (
                <>
                  <div>{recordTitle(row)}</div>
                  <div className={mergeClasses(shared.small, shared.soft)}>{changesOf(row, namer).join('; ')}</div>
                </>
              ),
            },
            { title: t('gdap.activity.who'), cell: (row) => nameOf(actorOf(row)) ?? t('gdap.activity.service') },
          ]}
        />
      )}
    </div>
  )
}

export function ActivityTab({ id }: { readonly id: string }) {
  const read = useAudits(id)
  return (
    <Loaded read={read}>
      {({ value }) => (value.length === 0 ? <Empty text={t('gdap.activity.none')} /> : <Records rows={value} />)}
    </Loaded>
  )
}
