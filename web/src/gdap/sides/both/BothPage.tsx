/** Both sides of GDAP beside each other: the partner at the left, the customer at the right, and what goes between them. */

import { makeStyles, mergeClasses, Tab, TabList, tokens } from '@fluentui/react-components'
import { topicAt } from '../../../data/keys.ts'
import { queryClient, useRead } from '../../../data/query.ts'
import { useSession } from '../../../data/session.ts'
import type { Page, Relationship } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { Loaded } from '../../../kit/Loaded.tsx'
import { useNarrow } from '../../../kit/look/narrow.ts'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { toast } from '../../../kit/toasts.ts'
import { useView } from '../../../kit/view.ts'
import { relationshipStatus } from '../../status.ts'
import { answerAs, ofCustomer, oneRelationship, partnerInId, relationshipsWith } from '../api.ts'
import { type Heard, useGlow } from '../glow.ts'
import { administratorOf, findTenant, type KnownTenant, type Party, useParty, useTenants } from '../parties.ts'
import { CustomerPane, useByPartner } from '../partners/CustomerPane.tsx'
import { StandInOnly } from '../StandInOnly.tsx'
import type { Side } from '../side.ts'
import { PartnerPane, shownOf } from './PartnerPane.tsx'
import { WireStrip } from './WireStrip.tsx'

const narrow = '@media (max-width: 900px)'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  tabs: { display: 'none', [narrow]: { display: 'flex', flexShrink: 0, paddingInline: tokens.spacingHorizontalS } },
  panes: {
    flexGrow: 1,
    flexBasis: 0,
    display: 'grid',
    gridTemplateRows: 'minmax(0, 1fr)',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    minHeight: 0,
    borderTop: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    [narrow]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  pane: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL}`,
    overflow: 'auto',
    minWidth: 0,
    outlineOffset: '-2px',
    [narrow]: { padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}` },
  },
  right: {
    backgroundColor: tokens.colorNeutralBackground2,
    borderLeft: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    [narrow]: { borderLeft: 'none' },
  },
  away: { [narrow]: { display: 'none' } },
  strip: {
    borderTop: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    height: '168px',
    flexShrink: 0,
    minWidth: 0,
  },
})

/** `Northwind support is active`; undefined where the event tells no status. */
function heardText({ status }: Heard, relationship: Relationship | undefined): string | undefined {
  if (status === undefined || relationship === undefined) return undefined
  const then = { ...relationship, status: status as NonNullable<Relationship['status']> }
  // A time of activation makes an end no refusal.
  const { word } = relationshipStatus(status === 'active' ? { ...then, endDateTime: null } : then)
  const name = relationship.displayName ?? ''
  return status === 'active' ? t('sides.heard.active', { name }) : t('sides.heard', { name, status: word })
}

/** What the event says is shown at once; what it does not say is read a moment later. */
function applyHeard({ relationshipId, name, after }: Heard): void {
  if (!/granular-admin-relationship/.test(name)) return
  queryClient.setQueriesData<Page<Relationship>>(
    { predicate: ({ queryKey }) => queryKey[topicAt] === 'both' && queryKey[topicAt + 1] === 'partner' },
    (page) =>
      page && { ...page, value: page.value.map((one) => (one.id === relationshipId ? { ...one, ...after } : one)) },
  )
}

function Sides({ tenants }: { readonly tenants: readonly KnownTenant[] }) {
  const styles = useStyles()
  const { view, set } = useView()
  const isNarrow = useNarrow(900)
  const side: Side = view['side'] === 'customer' ? 'customer' : 'partner'
  const asked = view['relationship']?.toLowerCase()
  const { relationship: one } = useByPartner(asked, tenants)
  const partners = tenants.filter(({ isPartner }) => isPartner)
  const customers = tenants.filter(({ isPartner }) => !isPartner)
  const partnerTenant =
    findTenant(partners, view['partner']) ?? findTenant(partners, asked && partnerInId(asked)) ?? partners[0]
  const customerTenant =
    findTenant(tenants, view['customer']) ?? findTenant(tenants, one?.customer?.tenantId) ?? customers.at(-1)
  const partner = useParty(partnerTenant, view['as'])
  const customer = useParty(customerTenant, view['by'])
  const read = useRead('both', ['partner', customerTenant?.id], relationshipsWith(customerTenant?.id ?? ''), {
    enabled: partner !== undefined && customerTenant !== undefined,
    ...(partner === undefined ? {} : { acting: partner.acting }),
  })
  const all = read.data?.value ?? []
  const shown = shownOf(all, asked)
  const glow = useGlow((heard) => {
    applyHeard(heard)
    const text = heardText(
      heard,
      all.find(({ id }) => id === heard.relationshipId),
    )
    if (text === undefined) return
    if (isNarrow && !heard.sides.includes(side)) announce(text)
    else if (isNarrow) toast({ text })
    else announce(text)
  })
  if (partner === undefined || customer === undefined)
    return <Empty text={t('sides.noTenants')} command="relata seed msp" />
  const seen = (which: Side): string => (side === which ? '' : styles.away)
  return (
    <div className={styles.root}>
      <TabList
        className={styles.tabs}
        selectedValue={side}
        onTabSelect={(_, { value }) => set({ side: String(value) })}
        aria-label={t('sides.title')}
      >
        <Tab value="partner">{t('sides.partner')}</Tab>
        <Tab value="customer">{t('sides.customer')}</Tab>
      </TabList>
      <div className={styles.panes}>
        <section
          className={mergeClasses(styles.pane, seen('partner'))}
          aria-label={t('sides.partnerPane', { name: partner.tenant.displayName })}
          data-region="sides-partner"
          tabIndex={-1}
        >
          <PartnerPane
            tenants={partners}
            party={partner}
            customer={customer.tenant}
            relationshipId={asked}
            glow={glow}
            onTenant={(id) => set({ partner: id, as: undefined, relationship: undefined })}
            onPerson={(name) => set({ as: name })}
            onRelationship={(id) => set({ relationship: id })}
            onOpenRight={() => {
              set({ side: 'customer', ...(shown === undefined ? {} : { relationship: shown.id }) })
              setTimeout(() => document.querySelector<HTMLElement>('[data-region="sides-customer"]')?.focus(), 50)
            }}
          />
        </section>
        <section
          className={mergeClasses(styles.pane, styles.right, seen('customer'))}
          aria-label={t('sides.customerPane', { name: customer.tenant.displayName })}
          data-region="sides-customer"
          tabIndex={-1}
        >
          <CustomerPane
            hasTitle
            tenants={customers}
            all={tenants}
            party={customer}
            relationshipId={shown?.id}
            glow={glow}
            onTenant={(id) => set({ customer: id, by: undefined, relationship: undefined })}
            onPerson={(name) => set({ by: name })}
          />
        </section>
      </div>
      <section className={styles.strip} aria-label={t('sides.wire')} data-region="sides-wire" tabIndex={-1}>
        <WireStrip relationship={shown} />
      </section>
    </div>
  )
}

function requestsOf(tenants: readonly KnownTenant[], view: Readonly<Record<string, string | undefined>>) {
  const customer = findTenant(tenants, view['customer']) ?? tenants.filter(({ isPartner }) => !isPartner).at(-1)
  const id = view['relationship']
  if (customer === undefined) return []
  const acting: Party['acting'] | undefined = administratorOf(customer)
  return [
    relationshipsWith(customer.id),
    ofCustomer(customer.id),
    ...(id === undefined ? [] : [oneRelationship(id)]),
    ...(id === undefined || acting === undefined ? [] : [answerAs(id, 'approve', acting)]),
  ]
}

export default function BothPage() {
  return useSession().info.mode === 'stand-in' ? <StandInPage /> : <StandInOnly title={t('sides.title')} />
}

function StandInPage() {
  const shared = useShared()
  const tenants = useTenants()
  const { view } = useView()
  return (
    <PageFrame
      title={t('sides.title')}
      isFull
      tools={<RequestPreview plans={() => requestsOf(tenants.data?.value ?? [], view)} />}
    >
      {tenants.data === undefined ? (
        <div className={shared.page}>
          <Loaded read={tenants}>{() => null}</Loaded>
        </div>
      ) : (
        <Sides tenants={tenants.data.value} />
      )}
    </PageFrame>
  )
}
