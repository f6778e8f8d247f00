/** What the job has created or sent and no customer has answered yet: each relationship, and the link its customer opens. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { key } from '../../../data/keys.ts'
import { useSession } from '../../../data/session.ts'
import { serverNow } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { CopyButton, useCopy } from '../../../kit/CopyId.tsx'
import { ArrowDownloadRegular, CopyRegular } from '../../../kit/icons.ts'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { useShared } from '../../../kit/styles.ts'
import { csvOf, download } from '../../../kit/values/csv.ts'
import { StatusBadge } from '../../../kit/values/StatusBadge.tsx'
import { invitationLink, plans, type RelationshipRow } from '../../api.ts'
import type { BulkJob } from '../../server-jobs.ts'
import { allRows } from '../../sides/lists/pagesOf.ts'
import { relationshipStatus } from '../../status.ts'
import { useStepStyles } from '../styles.ts'

/** Names that plans give: `rel_service-desk_1a2b3c4d_1`. */
const managedName = /_[0-9a-f]{8}_\d+$/

const noRows: readonly RelationshipRow[] = []

/** Read once the job has ended. */
export function useInvited(job: BulkJob | undefined): readonly RelationshipRow[] {
  const { id = '', createdDateTime = '', state = 'running' } = job ?? {}
  const { data } = useQuery({
    queryKey: key('relationships', 'invited', id),
    queryFn: async ({ signal }) => {
      const rows = await allRows(plans.changedSince(createdDateTime), () => undefined, signal)
      return rows.filter(({ displayName }) => managedName.test(displayName ?? ''))
    },
    enabled: state !== 'running',
  })
  return data ?? noRows
}

/** A draft has no invitation yet. */
export function isSent({ status }: Pick<RelationshipRow, 'status'>): boolean {
  return status === 'approvalPending'
}

function customerOf({ customer }: RelationshipRow): string {
  return customer?.displayName ?? customer?.tenantId ?? ''
}

function RelationshipLink({ row }: { readonly row: RelationshipRow }) {
  return <AppLink to={`/gdap/relationships/${row.id}`}>{row.displayName}</AppLink>
}

function columns(hasLinks: boolean): readonly GridColumn<RelationshipRow>[] {
  const link: GridColumn<RelationshipRow> = {
    id: 'link',
    title: t('templates.invited.link'),
    width: 'minmax(260px, 4fr)',
    cell: (row) =>
      isSent(row) && (
        <span title={invitationLink(row.id)}>
          <CopyButton text={invitationLink(row.id)} what={t('gdap.invitation.link')} /> {invitationLink(row.id)}
        </span>
      ),
  }
  return [
    { id: 'customer', title: t('gdap.customer'), width: 'minmax(130px, 2fr)', cell: customerOf },
    {
      id: 'name',
      title: t('gdap.relationship'),
      width: 'minmax(240px, 3fr)',
      cell: (row) => <RelationshipLink row={row} />,
    },
    {
      id: 'status',
      title: t('gdap.status'),
      width: '190px',
      cell: (row) => <StatusBadge {...relationshipStatus(row)} />,
    },
    ...(hasLinks ? [link] : []),
  ]
}

const heads = ['CustomerTenantId', 'CustomerName', 'RelationshipId', 'DisplayName', 'InvitationUrl'] as const

/** With the column names of `relata gdap report pending`. */
function invitedCsv(rows: readonly RelationshipRow[], hasLinks: boolean): string {
  return csvOf(
    heads,
    rows.map((row) => [
      ...[row.customer?.tenantId ?? '', row.customer?.displayName ?? '', row.id, row.displayName ?? ''],
      hasLinks && isSent(row) ? invitationLink(row.id) : '',
    ]),
  )
}

/** Only a stand-in has pages that an invitation opens. */
export function Invited({ rows }: { readonly rows: readonly RelationshipRow[] }) {
  const steps = useStepStyles()
  const shared = useShared()
  const copy = useCopy()
  const hasLinks = useSession().info.mode === 'stand-in'
  const sent = rows.filter(isSent)
  return (
    <>
      <div className={steps.bar}>
        <h3 className={shared.paneTitle}>{t('templates.invited', { n: rows.length })}</h3>
        <span className={shared.grow} />
        {hasLinks && sent.length > 0 && (
          <Button
            size="small"
            icon={<CopyRegular />}
            onClick={() => copy(sent.map((row) => `${customerOf(row)}\t${invitationLink(row.id)}`).join('\n'))}
          >
            {t('templates.invited.copy', { n: sent.length })}
          </Button>
        )}
        <Button
          size="small"
          icon={<ArrowDownloadRegular />}
          onClick={() => {
            const name = `gdap-invitations-${serverNow().toISOString().slice(0, 10)}.csv`
            download(name, invitedCsv(rows, hasLinks))
          }}
        >
          {t('templates.invited.csv')}
        </Button>
      </div>
      <div className={steps.list}>
        <Grid
          label={t('templates.invited', { n: rows.length })}
          columns={columns(hasLinks)}
          rows={rows}
          rowKey={({ id }) => id}
          rowName={(row) => `${customerOf(row)}, ${row.displayName}`}
          card={{
            height: 92,
            of: (row) => (
              <div className={steps.card}>
                <div className={shared.ellipsis}>
                  <strong>{customerOf(row)}</strong>
                </div>
                <div className={mergeClasses(shared.small, shared.ellipsis)}>
                  <RelationshipLink row={row} />
                </div>
                <div className={shared.row} style={{ flexWrap: 'nowrap' }}>
                  <StatusBadge {...relationshipStatus(row)} />
                  {hasLinks && isSent(row) && (
                    <CopyButton text={invitationLink(row.id)} what={t('gdap.invitation.link')} />
                  )}
                </div>
              </div>
            ),
          }}
        />
      </div>
    </>
  )
}
