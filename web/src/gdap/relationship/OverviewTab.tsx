/** What a relationship is: customer, terms, roles; and what its status asks for. */
import {
  Button,
  Link,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useSession } from '../../data/session.ts'
import { durationText, fullTime } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { CopyButton, CopyId } from '../../kit/CopyId.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { useGo } from '../../kit/view.ts'
import { invitationLink, type RelationshipRow, roleIdsOf, useRoles } from '../api.ts'
import { RoleName } from '../RoleName.tsx'
import { hasGlobalAdministrator } from '../reasons.ts'
import { isExtended } from '../status.ts'

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    gap: tokens.spacingHorizontalXXL,
    '@media (max-width: 1023px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(110px, max-content) minmax(0, 1fr)',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    margin: 0,
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
  },
  title: { marginBottom: tokens.spacingVerticalM },
  roles: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalS },
})

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const shared = useShared()
  return (
    <>
      <dt className={shared.soft}>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function extensionText(row: RelationshipRow): string {
  if (isExtended(row)) return t('gdap.extend.on')
  return hasGlobalAdministrator(row) ? t('gdap.extend.impossible') : t('gdap.extend.off')
}

/** What the customer has to do now. */
export function Invitation({ id, customer }: { readonly id: string; readonly customer: string | undefined }) {
  const go = useGo()
  const shared = useShared()
  const hasBoth = useSession().info.mode === 'stand-in'
  const link = invitationLink(id)
  if (!hasBoth)
    return (
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('gdap.invitation.nowhere')}</MessageBarBody>
      </MessageBar>
    )
  return (
    <MessageBar layout="multiline">
      <MessageBarBody>
        <div>{customer === undefined ? t('gdap.invitation.anyone') : t('gdap.invitation.for', { customer })}</div>
        <Link className={shared.mono} href={link} target="_blank" rel="noreferrer">
          {link}
        </Link>
        <CopyButton text={link} what={t('gdap.invitation.link')} />
      </MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => go(`/gdap/both?relationship=${id}`)}>
          {t('gdap.openBoth')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}

export function OverviewTab({ row }: { readonly row: RelationshipRow }) {
  const styles = useStyles()
  const shared = useShared()
  const roles = useRoles()
  const ids = roleIdsOf(row)
  const customer = row.customer?.displayName ?? undefined
  return (
    <div className={shared.column}>
      {row.status === 'approvalPending' && <Invitation id={row.id} customer={customer} />}
      <div className={styles.grid}>
        <section aria-labelledby="gdap-terms">
          <h2 id="gdap-terms" className={mergeClasses(shared.paneTitle, styles.title)}>
            {t('gdap.terms')}
          </h2>
          <dl className={styles.facts}>
            <Fact name={t('gdap.customer')}>
              {typeof row.customer?.tenantId === 'string' ? (
                <AppLink to={`/gdap/customers/${row.customer.tenantId}`}>{customer ?? row.customer.tenantId}</AppLink>
              ) : (
                t('gdap.anyone')
              )}
            </Fact>
            {typeof row.customer?.tenantId === 'string' && (
              <Fact name={t('gdap.customerTenant')}>
                <CopyId id={row.customer.tenantId} what={t('gdap.customerTenant')} />
              </Fact>
            )}
            <Fact name={t('gdap.id')}>
              <CopyId id={row.id} what={t('gdap.id')} />
            </Fact>
            <Fact name={t('gdap.duration')}>{durationText(row.duration ?? '')}</Fact>
            <Fact name={t('gdap.extend')}>{extensionText(row)}</Fact>
            <Fact name={t('gdap.created')}>
              <TimeText at={row.createdDateTime} />
            </Fact>
            {typeof row.activatedDateTime === 'string' && (
              <Fact name={t('gdap.activated')}>
                <TimeText at={row.activatedDateTime} />
              </Fact>
            )}
            {typeof row.endDateTime === 'string' && (
              <Fact name={t(row.status === 'active' ? 'gdap.ends' : 'gdap.ended')}>
                <TimeText at={row.endDateTime} /> <span className={shared.soft}>({fullTime(row.endDateTime)})</span>
              </Fact>
            )}
          </dl>
        </section>
        <section aria-labelledby="gdap-roles">
          <h2 id="gdap-roles" className={mergeClasses(shared.paneTitle, styles.title)}>
            {t('gdap.rolesCount', { n: ids.length })}
          </h2>
          <ul className={styles.roles}>
            {ids.map((id) => (
              <li key={id}>
                <RoleName id={id} role={roles.get(id)} />
                <div className={mergeClasses(shared.small, shared.soft)}>{roles.get(id)?.description}</div>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  )
}
