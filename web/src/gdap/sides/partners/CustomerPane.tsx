/**
 * The customer's side, with the words and the order of the Microsoft 365 admin center: what waits for an answer, which
 * partners have roles, what has ended. More than there: who answered, and when.
 */
import { Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { graph } from '../../../data/plan.ts'
import { useRead } from '../../../data/query.ts'
import type { DirectoryAudit, Page, Relationship } from '../../../data/types.ts'
import { listText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { Loaded } from '../../../kit/Loaded.tsx'
import { useShared } from '../../../kit/styles.ts'
import { AuditLines } from '../AuditLines.tsx'
import { type CustomerRelationship, ended, ofCustomer, oneRelationship, partnerInId, underWay } from '../api.ts'
import type { Glow } from '../glow.ts'
import {
  administratorOf,
  findTenant,
  isAmong,
  type KnownTenant,
  namesOf,
  type Party,
  useApprovers,
} from '../parties.ts'
import { roleIdsOf, useRoleNames } from '../useRoleNames.ts'
import { CustomerCard } from './CustomerCard.tsx'
import { PartyHead } from './PartyHead.tsx'
import { useSteady } from './steady.ts'

const useStyles = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
})

interface CustomerPaneProps {
  readonly tenants: readonly KnownTenant[]
  readonly party: Party
  /** Whose list of tenants the partners are in. */
  readonly all: readonly KnownTenant[]
  /** Shown first, also where it is addressed to nobody yet. */
  readonly relationshipId: string | undefined
  readonly glow: Glow
  readonly onTenant: (id: string) => void
  readonly onPerson: (signInName: string) => void
  /** Absent where the page is called so itself. */
  readonly hasTitle?: boolean
}

const everySecond = 1000
const auditsPlan = graph<Page<DirectoryAudit>>('GET', '/auditLogs/directoryAudits', {
  query: { $filter: "category eq 'GranularAdminRelationship'", $top: 20 },
})

/** A relationship by its id, as its partner sees it. */
export function useByPartner(id: string | undefined, all: readonly KnownTenant[]) {
  const partner = findTenant(all, id === undefined ? undefined : partnerInId(id))
  const acting = partner && administratorOf(partner)
  const read = useRead('both', ['one', id], oneRelationship(id ?? ''), {
    enabled: acting !== undefined && id !== undefined,
    ...(acting === undefined ? {} : { acting }),
  })
  return { relationship: read.data, error: read.error, partner, acting }
}

function asInvitation(one: Relationship, partner: KnownTenant, nameOf: (id: string) => string): CustomerRelationship {
  return {
    id: one.id ?? '',
    displayName: one.displayName ?? '',
    status: one.status ?? '',
    partner: { tenantId: partner.id, displayName: partner.displayName },
    roles: roleIdsOf(one).map((id) => ({ id, name: nameOf(id) })),
    duration: one.duration ?? '',
    autoExtendDuration: one.autoExtendDuration ?? null,
    createdDateTime: one.createdDateTime ?? null,
    activatedDateTime: null,
    endDateTime: null,
    isPending: true,
    answer: null,
  }
}

/** Why a person cannot answer for the customer; undefined: it can, or that is not known. */
function useWhyNot({ tenant, acting }: Party): string | undefined {
  const approvers = useApprovers(tenant)
  if (approvers === undefined || isAmong(approvers.all, acting)) return undefined
  return t('sides.noApprover', {
    name: acting.caller.name,
    tenant: tenant.displayName,
    who: listText(namesOf(approvers.all)),
  })
}

export function CustomerPane(props: CustomerPaneProps) {
  const { tenants, party, all, relationshipId, glow, onTenant, onPerson, hasTitle = false } = props
  const styles = useStyles()
  const Heading = hasTitle ? 'h3' : 'h2'
  const shared = useShared()
  const { tenant, acting } = party
  const approvers = useApprovers(tenant)
  const whyNot = useWhyNot(party)
  const [hasEnded, setHasEnded] = useState(false)
  const byPartner = useByPartner(relationshipId, all)
  const roleName = useRoleNames(byPartner.acting)
  const read = useRead('both', ['customer', tenant.id], ofCustomer(tenant.id), {
    acting,
    refetchInterval: ({ state }) =>
      state.data?.value.some(({ status }) => underWay.has(status)) === true ? everySecond : false,
  })
  const audits = useRead('both', ['customerAudits'], auditsPlan, { acting, retry: false })
  const one = byPartner.relationship
  const open =
    one?.status === 'approvalPending' && one.customer === null && byPartner.partner !== undefined
      ? asInvitation(one, byPartner.partner, roleName)
      : undefined
  const first = (list: readonly CustomerRelationship[]) =>
    [...list].sort((a, b) => Number(b.id === relationshipId) - Number(a.id === relationshipId))
  const known = [...(open === undefined ? [] : [open]), ...first(read.data?.value ?? [])]
  const steady = useSteady(
    known.filter(({ isPending }) => isPending).map(({ id }) => id),
    // What was taken away again by its name goes where it belongs.
    known.filter(({ status, answer }) => !ended.has(status) || answer?.what === 'rejected').map(({ id }) => id),
  )
  const card = (relationship: CustomerRelationship) => (
    <CustomerCard
      key={relationship.id}
      relationship={relationship}
      acting={acting}
      isGlowing={glow.glows('customer', relationship.id)}
      whyNot={whyNot}
      heading={hasTitle ? 'h4' : 'h3'}
      onAct={() => glow.acted('customer')}
    />
  )
  return (
    <>
      <PartyHead
        label={t('sides.customer')}
        tenants={tenants}
        party={party}
        roleOf={(name) => {
          const holds = (members: readonly { readonly userPrincipalName?: string }[] = []): boolean =>
            members.some(({ userPrincipalName }) => userPrincipalName === name)
          if (holds(approvers?.globalAdministrators)) return t('sides.globalAdministrator')
          return holds(approvers?.all) ? t('sides.relationshipAdministrator') : undefined
        }}
        onTenant={onTenant}
        onPerson={onPerson}
      />
      <div>
        {hasTitle && <h2 className={shared.paneTitle}>{t('sides.relationships')}</h2>}
        <div className={mergeClasses(shared.small, shared.soft)}>
          {t('sides.relationships.what', { customer: tenant.displayName })}
        </div>
      </div>
      <Loaded read={read} lines={6}>
        {({ value }) => {
          const waiting = steady.shown.flatMap((id) => known.find((one) => one.id === id) ?? [])
          const others = first(value.filter(({ id }) => !steady.shown.includes(id)))
          const past = others.filter(({ status }) => ended.has(status))
          const present = others.filter(({ status }) => !ended.has(status))
          return (
            <>
              {waiting.length > 0 && (
                <section className={styles.section} aria-label={t('sides.waiting')} {...steady.place}>
                  <Heading className={styles.heading}>{t('sides.waiting')}</Heading>
                  {waiting.map(card)}
                </section>
              )}
              <section className={styles.section} aria-label={t('sides.gdap')}>
                <Heading className={styles.heading}>{t('sides.gdap')}</Heading>
                {present.map(card)}
                {present.length === 0 && waiting.every(({ isPending }) => isPending) && (
                  <div className={shared.soft}>{t('sides.noPartner')}</div>
                )}
              </section>
              {past.length > 0 && (
                <section className={styles.section} aria-label={t('sides.past')}>
                  <div>
                    <Link as="button" aria-expanded={hasEnded} onClick={() => setHasEnded(!hasEnded)}>
                      {t('sides.past.n', { n: past.length })}
                    </Link>
                  </div>
                  {(hasEnded || past.some(({ id }) => glow.glows('customer', id))) && past.map(card)}
                </section>
              )}
            </>
          )
        }}
      </Loaded>
      {(audits.data?.value.length ?? 0) > 0 && (
        <AuditLines label={t('sides.log')} audits={audits.data?.value ?? []} acting={acting} hasNames />
      )}
    </>
  )
}
