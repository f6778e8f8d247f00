/** The customer's side alone: partner relationships, as the Microsoft 365 admin center has them. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { useSession } from '../../../data/session.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { announce } from '../../../kit/announce.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { Loaded } from '../../../kit/Loaded.tsx'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { usePath, useView } from '../../../kit/view.ts'
import { answerAs, ofCustomer } from '../api.ts'
import { useGlow } from '../glow.ts'
import { findTenant, type KnownTenant, useParty, useTenants } from '../parties.ts'
import { StandInOnly } from '../StandInOnly.tsx'
import { CustomerPane, useByPartner } from './CustomerPane.tsx'

const useStyles = makeStyles({
  pane: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, maxWidth: '760px' },
})

function useCustomer(tenants: readonly KnownTenant[]) {
  const { view } = useView()
  const { id } = usePath()
  const { acting } = useSession()
  const asked = id?.toLowerCase()
  const { relationship, error } = useByPartner(asked, tenants)
  const customers = tenants.filter(({ isPartner }) => !isPartner)
  const tenant =
    findTenant(customers, view['customer']) ??
    findTenant(tenants, relationship?.customer?.tenantId) ??
    findTenant(customers, acting?.tenant.id) ??
    customers[0]
  // Who acts is the person of the page where it is one of this customer.
  const own = acting?.tenant.id === tenant?.id && acting?.caller.kind === 'user' ? acting?.caller.id : undefined
  return { customers, party: useParty(tenant, view['by'] ?? own), asked, error }
}

function Relationships({ tenants }: { readonly tenants: readonly KnownTenant[] }) {
  const styles = useStyles()
  const { set } = useView()
  const { customers, party, asked, error } = useCustomer(tenants)
  const glow = useGlow(({ status }) => {
    if (status !== undefined) announce(t('sides.changed'))
  })
  if (party === undefined) return <Empty text={t('sides.noTenants')} command="relata seed msp" />
  return (
    <div className={styles.pane}>
      {error !== null && <Problem error={error} />}
      <CustomerPane
        tenants={customers}
        all={tenants}
        party={party}
        relationshipId={asked}
        glow={glow}
        onTenant={(id) => set({ customer: id, by: undefined })}
        onPerson={(name) => set({ by: name })}
      />
      <div>
        <AppLink to={asked === undefined ? '/gdap/both' : `/gdap/both?relationship=${asked}`}>
          {t('sides.withPartner')}
        </AppLink>
      </div>
    </div>
  )
}

function Tools({ tenants }: { readonly tenants: readonly KnownTenant[] }) {
  const { party, asked } = useCustomer(tenants)
  return (
    <RequestPreview
      plans={() =>
        party === undefined
          ? []
          : [ofCustomer(party.tenant.id), ...(asked === undefined ? [] : [answerAs(asked, 'approve', party.acting)])]
      }
    />
  )
}

export default function PartnersPage() {
  return useSession().info.mode === 'stand-in' ? <StandInPage /> : <StandInOnly title={t('sides.relationships')} />
}

function StandInPage() {
  const tenants = useTenants()
  return (
    <PageFrame title={t('sides.relationships')} tools={<Tools tenants={tenants.data?.value ?? []} />}>
      <Loaded read={tenants} lines={6}>
        {({ value }) => <Relationships tenants={value} />}
      </Loaded>
    </PageFrame>
  )
}
