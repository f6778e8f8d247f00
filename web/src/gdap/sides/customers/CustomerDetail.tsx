/** One customer, in a panel: the relationships with it, who has access there, and where its services are administered. */
import { Link, makeStyles, tokens } from '@fluentui/react-components'
import { useRead } from '../../../data/query.ts'
import { listText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { CopyId } from '../../../kit/CopyId.tsx'
import { Loaded } from '../../../kit/Loaded.tsx'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { StatusBadge } from '../../../kit/values/StatusBadge.tsx'
import { relationshipStatus } from '../../status.ts'
import { assignedRelationships } from '../api.ts'
import { roleIdsOf, useRoleNames } from '../useRoleNames.ts'
import { servicesOf } from './api.ts'

const useStyles = makeStyles({
  list: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
  },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  links: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, lineHeight: '28px' },
})

export function CustomerDetail({ tenantId }: { readonly tenantId: string }) {
  const styles = useStyles()
  const shared = useShared()
  const roleName = useRoleNames()
  const relationships = useRead('customers', ['relationships', tenantId], assignedRelationships(tenantId))
  const services = useRead('customers', ['services', tenantId], servicesOf(tenantId))
  return (
    <>
      <CopyId id={tenantId} what={t('sides.tenantId')} />
      <h2 className={styles.heading}>{t('sides.customers.relationships')}</h2>
      <Loaded read={relationships}>
        {({ value }) => (
          <ul className={styles.list} aria-label={t('sides.customers.relationships')}>
            {value.map((one) => {
              const groups = (one.accessAssignments ?? []).filter(({ status }) => status === 'active').length
              return (
                <li key={one.id}>
                  <div className={shared.row}>
                    <AppLink to={`/gdap/relationships/${one.id}`}>{one.displayName}</AppLink>
                    <StatusBadge {...relationshipStatus(one)} />
                  </div>
                  <div className={shared.small}>{listText(roleIdsOf(one).map(roleName))}</div>
                  <div className={shared.soft}>
                    {t('sides.groups.n', { n: groups })}
                    {typeof one.endDateTime === 'string' && ' · '}
                    <TimeText at={one.endDateTime} />
                  </div>
                </li>
              )
            })}
          </ul>
        )}
      </Loaded>
      <div className={shared.row}>
        <AppLink to={`/gdap/both?customer=${tenantId}`}>{t('sides.title')}</AppLink>
        <AppLink to={`/gdap/access?tenant=${tenantId}`}>{t('sides.access')}</AppLink>
        <AppLink to={`/gdap/activity?customer=${tenantId}`}>{t('sides.activity')}</AppLink>
      </div>
      <h2 className={styles.heading}>{t('sides.services')}</h2>
      <div className={shared.soft}>{t('sides.services.what')}</div>
      <Loaded read={services}>
        {({ value }) => (
          <ul className={styles.links} aria-label={t('sides.services')}>
            {value.map(({ id, serviceName, serviceManagementUrl }) => (
              <li key={id}>
                <Link href={serviceManagementUrl ?? '#'} target="_blank" rel="noreferrer">
                  {serviceName}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  )
}
