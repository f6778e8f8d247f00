/** The customers of the partner: one row a tenant, with what the partner has there and what ends next. */
import { Button, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { control } from '../../../data/plan.ts'
import { useRead } from '../../../data/query.ts'
import { useSession } from '../../../data/session.ts'
import { t } from '../../../i18n/t.ts'
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
import { StatusBadge } from '../../../kit/values/StatusBadge.tsx'
import { useGo, usePath, useView } from '../../../kit/view.ts'
import { bundleName, useBundles } from '../../bundles.ts'
import { relationshipStatus } from '../../status.ts'
import { Cards } from '../lists/Cards.tsx'
import { Downloading } from '../lists/Downloading.tsx'
import {
  activeAt,
  bundleOf,
  type CustomerRow,
  customersPage,
  groupsAt,
  nextEnd,
  oneCustomer,
  rolesAt,
  servicesOf,
  useCustomers,
} from './api.ts'
import { CustomerDetail } from './CustomerDetail.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    padding: `0 ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalM}`,
    '@media (max-width: 640px)': { padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}` },
  },
  search: { flex: '0 1 320px', minWidth: 0 },
  grid: { flexGrow: 1, minHeight: 0, padding: `0 ${tokens.spacingHorizontalL}` },
  foot: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXXL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
})

/** Nothing as long as it is not read. */
function RolesText({ row }: { readonly row: CustomerRow }) {
  const bundles = useBundles()
  if (row.relationships === undefined) return null
  const ids = rolesAt(row)
  const bundle = bundleOf(ids, bundles)
  return <>{bundle === undefined ? t('sides.roles.n', { n: ids.length }) : bundleName(bundle)}</>
}

function Access({ row }: { readonly row: CustomerRow }) {
  const shared = useShared()
  if (row.relationships === undefined) return null
  const end = nextEnd(row)
  if (end === undefined) return <span className={shared.soft}>{t('sides.customers.none')}</span>
  return <StatusBadge {...relationshipStatus(end)} />
}

function columns(): readonly GridColumn<CustomerRow>[] {
  const name: GridColumn<CustomerRow> = {
    id: 'name',
    title: t('sides.customer'),
    width: 'minmax(130px, 2fr)',
    cell: (row) => row.name,
    isSortable: true,
  }
  const access: GridColumn<CustomerRow> = {
    id: 'access',
    title: t('sides.access'),
    width: 'minmax(130px, 1.4fr)',
    cell: (row) => <Access row={row} />,
  }
  const end: GridColumn<CustomerRow> = {
    id: 'end',
    title: t('sides.nextEnd'),
    width: '140px',
    cell: (row) => <TimeText at={nextEnd(row)?.endDateTime} />,
  }
  return [
    name,
    access,
    { id: 'bundle', title: t('sides.bundle'), width: 'minmax(120px, 1.4fr)', cell: (row) => <RolesText row={row} /> },
    {
      id: 'groups',
      title: t('sides.column.groups'),
      width: '90px',
      align: 'end',
      cell: (row) => (row.relationships === undefined ? '' : groupsAt(row).length),
    },
    {
      id: 'relationships',
      title: t('sides.column.relationships'),
      width: '120px',
      align: 'end',
      cell: (row) => row.relationships?.length ?? '',
    },
    end,
  ]
}

interface Me {
  readonly kind: string
  readonly isAdminAgent?: boolean
}

const mePlan = control<Me>('GET', '/me', { token: true })

/** Graph answers an empty list to people outside of AdminAgents: that is said instead. */
function NoRows({ isFiltered }: { readonly isFiltered: boolean }) {
  const go = useGo()
  const { acting } = useSession()
  const { data } = useRead('me', [], mePlan)
  if (data?.kind === 'user' && data.isAdminAgent === false)
    return <Empty text={t('sides.customers.noAgent', { name: acting?.caller.name ?? '' })} />
  if (isFiltered) return <Empty text={t('sides.nothingFits')} />
  return (
    <Empty
      text={t('sides.customers.empty')}
      command="relata seed msp"
      action={
        <Button appearance="primary" onClick={() => go('/gdap/new')}>
          {t('sides.request')}
        </Button>
      }
    />
  )
}

function Rows({ text, isDescending }: { readonly text: string | undefined; readonly isDescending: boolean }) {
  const styles = useStyles()
  const shared = useShared()
  const isNarrow = useNarrow()
  const go = useGo()
  const { set } = useView()
  const { tenant } = usePath()
  const { rows, total, isLoaded, error, more, again } = useCustomers(text, isDescending)
  const open = ({ tenantId }: CustomerRow): void => go(`/gdap/customers/${tenantId}${location.search}`)
  if (error !== null && !isLoaded)
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
  if (rows.length === 0) return <NoRows isFiltered={text !== undefined} />
  return (
    <>
      {error !== null && <Problem error={error} onRetry={again} />}
      <div className={styles.grid}>
        {isNarrow ? (
          <Cards
            label={t('sides.customers')}
            rows={rows}
            rowKey={({ tenantId }) => tenantId}
            onOpen={open}
            onMore={total !== undefined && total > rows.length ? more : undefined}
          >
            {(row) => (
              <>
                <span className={shared.row}>
                  <strong>{row.name}</strong>
                  <Access row={row} />
                </span>
                <span className={mergeClasses(shared.small, shared.soft)}>
                  {row.relationships !== undefined && (
                    <>
                      <RolesText row={row} /> · {t('sides.groups.n', { n: groupsAt(row).length })} ·{' '}
                      <TimeText at={nextEnd(row)?.endDateTime} />
                    </>
                  )}
                </span>
              </>
            )}
          </Cards>
        ) : (
          <Grid
            label={t('sides.customers')}
            columns={columns()}
            rows={rows}
            rowKey={({ tenantId }) => tenantId}
            rowName={({ name }) => name}
            onOpen={open}
            onMore={more}
            sort={{ column: 'name', isDescending }}
            onSort={({ isDescending: next }) => set({ order: next ? 'desc' : undefined })}
            {...(total === undefined ? {} : { total })}
            {...(tenant === undefined ? {} : { current: tenant })}
          />
        )}
      </div>
      <div className={mergeClasses(styles.foot, shared.small, shared.soft)}>
        {t('sides.rows', { n: total ?? rows.length })}
      </div>
    </>
  )
}

export default function CustomersPage() {
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const { acting } = useSession()
  const { view, set } = useView()
  const { tenant } = usePath()
  const named = useRead('customers', ['one', tenant], oneCustomer(tenant ?? ''), { enabled: tenant !== undefined })
  const text = view['q']
  const isDescending = view['order'] === 'desc'
  const [typed, setTyped] = useState(text ?? '')
  useEffect(() => {
    if (typed === (text ?? '')) return
    const timer = setTimeout(() => set({ q: typed === '' ? undefined : typed }), 250)
    return () => clearTimeout(timer)
  }, [typed, text, set])
  return (
    <PageFrame
      title={t('sides.customers')}
      isFull
      tools={
        <div className={shared.row}>
          <RequestPreview
            plans={() => [
              customersPage(text, isDescending),
              ...(tenant === undefined ? [] : [activeAt([tenant]), servicesOf(tenant)]),
            ]}
          />
          <Button onClick={() => go('/gdap/templates')}>{t('nav.templates')}</Button>
        </div>
      }
    >
      <div className={styles.root}>
        <div className={styles.bar}>
          <Input
            className={styles.search}
            aria-label={t('sides.customers.search')}
            placeholder={t('sides.customers.search')}
            value={typed}
            onChange={(_, { value }) => setTyped(value)}
          />
          <Downloading
            plan={() => customersPage(text, isDescending)}
            name="customers.csv"
            head={['tenantId', 'displayName']}
            row={({ tenantId = '', displayName }) => [tenantId, displayName ?? '']}
          />
        </div>
        <Rows key={acting?.caller.id} text={text} isDescending={isDescending} />
      </div>
      <SidePanel
        title={named.data?.displayName ?? t('sides.customer')}
        isOpen={tenant !== undefined}
        onClose={() => go(`/gdap/customers${location.search}`)}
      >
        {tenant !== undefined && <CustomerDetail tenantId={tenant} />}
      </SidePanel>
    </PageFrame>
  )
}
