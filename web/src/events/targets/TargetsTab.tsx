/** All that are told of events: the tenant's own webhooks, Partner Center's registration, subscriptions of Graph. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { useSession } from '../../data/session.ts'
import { numberText } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { Empty } from '../../kit/Empty.tsx'
import { AddRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { Grid, type GridColumn } from '../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import { useView } from '../../kit/view.ts'
import { plans, type Target, useTargets, useWebhooks, type Webhook } from '../api.ts'
import { useEventStyles } from '../styles.ts'
import { nameOf, placeOf, targetBadge, wantedText } from '../words.ts'
import { lagWords } from './lag.ts'
import { TargetPanel } from './TargetPanel.tsx'
import { WebhookForm } from './WebhookForm.tsx'

function columns(webhooks: readonly Webhook[]): readonly GridColumn<Target>[] {
  const count = (id: 'waiting' | 'dead', title: string): GridColumn<Target> => ({
    id,
    title,
    width: id === 'dead' ? '64px' : '88px',
    align: 'end',
    cell: (row) => numberText(id === 'dead' ? row.dead : row.waiting + row.behind),
  })
  return [
    { id: 'name', title: t('events.target'), width: 'minmax(184px, 2fr)', cell: (row) => nameOf(row, webhooks) },
    {
      id: 'wants',
      title: t('events.wants'),
      width: 'minmax(190px, 3fr)',
      cell: (row) => <span title={wantedText(row)}>{wantedText(row)}</span>,
    },
    {
      id: 'url',
      title: t('events.url'),
      width: 'minmax(140px, 2fr)',
      cell: ({ url }) => <span title={url}>{placeOf(url)}</span>,
    },
    { id: 'kind', title: t('events.kind'), width: '156px', cell: ({ kind }) => t(`events.kind.${kind}`) },
    { id: 'state', title: t('events.state'), width: '116px', cell: (row) => <StatusBadge {...targetBadge(row)} /> },
    {
      id: 'lag',
      title: t('events.lag'),
      width: 'minmax(84px, 1fr)',
      cell: (row) => <span title={lagWords(row)}>{lagWords(row)}</span>,
    },
    count('waiting', t('events.waiting')),
    count('dead', t('events.dead')),
    {
      id: 'error',
      title: t('events.lastError'),
      width: 'minmax(100px, 2fr)',
      cell: ({ lastError }) => lastError ?? '',
    },
  ]
}

function Card({ row, webhooks }: { readonly row: Target; readonly webhooks: readonly Webhook[] }) {
  const styles = useEventStyles()
  const shared = useShared()
  const counts = [
    t('events.lag.of', { lag: lagWords(row) }),
    ...(row.waiting + row.behind > 0 ? [t('events.waitingCount', { n: row.waiting + row.behind })] : []),
    ...(row.dead > 0 ? [t('events.deadCount', { n: row.dead })] : []),
  ]
  return (
    <div className={styles.card}>
      <div className={shared.row} style={{ flexWrap: 'nowrap' }}>
        <strong className={shared.ellipsis}>{nameOf(row, webhooks)}</strong>
        <StatusBadge {...targetBadge(row)} />
      </div>
      <div className={shared.ellipsis}>
        {wantedText(row)} → {placeOf(row.url)}
      </div>
      <div className={mergeClasses(shared.ellipsis, shared.small, shared.soft)}>
        {[t(`events.kind.${row.kind}`), ...counts].join(' · ')}
      </div>
    </div>
  )
}

export function TargetsTab() {
  const styles = useEventStyles()
  const shared = useShared()
  const { view, set, push } = useView()
  const { info } = useSession()
  const read = useTargets()
  const webhooks = useWebhooks().data?.value ?? []
  const open = read.data?.value.find(({ target }) => target === view['open'])
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => push({ new: '1' })}>
      {t('events.add')}
    </Button>
  )
  return (
    <div className={styles.full}>
      <div className={styles.bar}>
        <div className={mergeClasses(shared.grow, shared.soft)} aria-live="polite">
          {read.data === undefined ? '' : t('events.targetCount', { n: read.data.value.length })}
        </div>
        <RequestPreview plans={() => [plans.targets(), plans.webhooks()]} />
        {read.data !== undefined && read.data.value.length > 0 && add}
      </div>
      <div className={styles.grid}>
        <Loaded read={read}>
          {({ value }) =>
            value.length === 0 ? (
              <Empty text={t(info.mode === 'registry' ? 'events.noneSeen' : 'events.none')} action={add} />
            ) : (
              <Grid
                label={t('events.targets')}
                columns={columns(webhooks)}
                rows={value}
                rowKey={({ target }) => target}
                rowName={(row) => nameOf(row, webhooks)}
                onOpen={({ target }) => push({ open: target })}
                card={{ height: 80, of: (row) => <Card row={row} webhooks={webhooks} /> }}
                {...(open === undefined ? {} : { current: open.target })}
              />
            )
          }
        </Loaded>
      </div>
      {view['new'] === '1' && <WebhookForm onClose={() => set({ new: undefined })} />}
      {open !== undefined && (
        <TargetPanel
          key={open.target}
          target={open}
          webhook={webhooks.find(({ id }) => id === open.target)}
          onClose={() => set({ open: undefined })}
        />
      )}
    </div>
  )
}
