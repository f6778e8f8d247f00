/** The tenants of the server: a list, a form to add one, and what one may change of each. */
import { Badge, Button, mergeClasses } from '@fluentui/react-components'
import { useRead } from '../../data/query.ts'
import { useSession } from '../../data/session.ts'
import type { Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Empty } from '../../kit/Empty.tsx'
import { AddRegular } from '../../kit/icons.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { Grid, type GridColumn } from '../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { useView } from '../../kit/view.ts'
import { managed, type Tenant } from '../api.ts'
import { useSectionStyles } from '../parts.ts'
import { AddTenant } from './TenantAdd.tsx'
import { TenantPanel } from './TenantPanel.tsx'

const columns = (): readonly GridColumn<Tenant>[] => [
  { id: 'name', title: t('admin.tenants.name'), width: 'minmax(160px, 2fr)', cell: ({ displayName }) => displayName },
  {
    id: 'domain',
    title: t('admin.tenants.domain'),
    width: 'minmax(180px, 2fr)',
    cell: ({ defaultDomain }) => defaultDomain,
  },
  {
    id: 'more',
    title: t('admin.tenants.domains'),
    width: 'minmax(160px, 2fr)',
    cell: ({ domains }) => domains.join(', '),
  },
  {
    id: 'kind',
    title: t('admin.tenants.kind'),
    width: '110px',
    cell: ({ isPartner }) =>
      isPartner ? (
        <Badge appearance="outline" color="informative">
          {t('admin.tenants.partner')}
        </Badge>
      ) : (
        ''
      ),
  },
  {
    id: 'created',
    title: t('admin.tenants.created'),
    width: '150px',
    cell: ({ createdDateTime }) => <TimeText at={createdDateTime} />,
  },
  {
    id: 'id',
    title: t('admin.tenants.id'),
    width: '190px',
    cell: ({ id }) => <CopyId id={id} what={t('admin.tenants.id')} />,
  },
]

function Card({ tenant }: { readonly tenant: Tenant }) {
  const styles = useSectionStyles()
  const shared = useShared()
  const { displayName, defaultDomain, domains, isPartner } = tenant
  const more = [...domains, ...(isPartner ? [t('admin.tenants.partner')] : [])].join(' · ')
  return (
    <div className={styles.card}>
      <div className={shared.ellipsis}>
        <strong>{displayName}</strong>
      </div>
      <div className={shared.ellipsis}>{defaultDomain}</div>
      <div className={mergeClasses(shared.ellipsis, shared.small, shared.soft)}>{more}</div>
    </div>
  )
}

export function TenantsSection() {
  const styles = useSectionStyles()
  const shared = useShared()
  const { info } = useSession()
  const { view, push, set } = useView()
  const plan = managed<Page<Tenant>>(info.mode, 'GET', '/tenants')
  const read = useRead('tenants', [], plan)
  const open = read.data?.value.find(({ id }) => id === view['tenant'])
  return (
    <div className={styles.full}>
      <div className={styles.bar}>
        <div className={shared.grow}>
          <div className={shared.soft}>{t('admin.tenants.count', { n: read.data?.value.length ?? 0 })}</div>
        </div>
        <RequestPreview plans={() => [plan]} />
        <Button appearance="primary" icon={<AddRegular />} onClick={() => push({ new: '1' })}>
          {t('admin.tenants.add')}
        </Button>
      </div>
      <div className={styles.grid}>
        <Loaded read={read}>
          {({ value }) =>
            value.length === 0 ? (
              <Empty
                text={t('admin.tenants.none')}
                command="relata tenant add --name Litware --domain litware.example --administrator ada@litware.example"
              />
            ) : (
              <Grid
                label={t('admin.section.tenants')}
                columns={columns()}
                rows={value}
                rowKey={({ id }) => id}
                rowName={({ displayName }) => displayName}
                onOpen={({ id }) => push({ tenant: id })}
                card={{ height: 76, of: (tenant) => <Card tenant={tenant} /> }}
                {...(open === undefined ? {} : { current: open.id })}
              />
            )
          }
        </Loaded>
      </div>
      <AddTenant isOpen={view['new'] === '1'} onClose={() => set({ new: undefined })} />
      {open !== undefined && <TenantPanel key={open.id} tenant={open} onClose={() => set({ tenant: undefined })} />}
    </div>
  )
}
