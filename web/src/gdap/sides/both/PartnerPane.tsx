/** The partner's side: its relationships with the customer at the right, by Graph, in the name of the person chosen. */
import { Button, MessageBar, MessageBarBody, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { act, asProblem } from '../../../data/action.ts'
import { useRead } from '../../../data/query.ts'
import type { Relationship } from '../../../data/types.ts'
import { listText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { Loaded } from '../../../kit/Loaded.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { useShared } from '../../../kit/styles.ts'
import { StatusBadge } from '../../../kit/values/StatusBadge.tsx'
import { useGo } from '../../../kit/view.ts'
import { relationshipStatus } from '../../status.ts'
import { lockForApproval, nextName, relationshipsWith, sameAgain, underWay } from '../api.ts'
import type { Glow } from '../glow.ts'
import { isAmong, type KnownTenant, namesOf, type Party, useAdminAgents } from '../parties.ts'
import { PartyHead } from '../partners/PartyHead.tsx'
import { PartnerCard } from './PartnerCard.tsx'

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  item: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalS,
    width: '100%',
    fontWeight: tokens.fontWeightRegular,
    minWidth: 0,
  },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', textAlign: 'start' },
})

interface PartnerPaneProps {
  readonly tenants: readonly KnownTenant[]
  readonly party: Party
  readonly customer: KnownTenant
  /** What the address names; absent: the first that waits, else the newest. */
  readonly relationshipId: string | undefined
  readonly glow: Glow
  readonly onTenant: (id: string) => void
  readonly onPerson: (signInName: string) => void
  readonly onRelationship: (id: string) => void
  readonly onOpenRight: () => void
}

const everySecond = 1000

/** The one that is shown: chosen, else waiting, else the newest that is somebody's. */
export function shownOf(
  relationships: readonly Relationship[],
  relationshipId: string | undefined,
): Relationship | undefined {
  return (
    relationships.find(({ id }) => id === relationshipId) ??
    relationships.find(({ status, customer }) => status === 'approvalPending' && customer !== null) ??
    relationships.find(({ customer }) => customer !== null) ??
    relationships[0]
  )
}

function NoAgent({ party }: { readonly party: Party }) {
  const agents = useAdminAgents(party.tenant)
  if (agents === undefined || isAmong(agents, party.acting)) return null
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        {t('sides.noAgent', { name: party.acting.caller.name, who: listText(namesOf(agents)) })}
      </MessageBarBody>
    </MessageBar>
  )
}

export function PartnerPane(props: PartnerPaneProps) {
  const { tenants, party, customer, relationshipId, glow, onTenant, onPerson, onRelationship, onOpenRight } = props
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const agents = useAdminAgents(party.tenant)
  const { acting } = party
  const [again, setAgain] = useState<{ isBusy: boolean; problem?: unknown }>({ isBusy: false })
  const read = useRead('both', ['partner', customer.id], relationshipsWith(customer.id), {
    acting,
    refetchInterval: ({ state }) =>
      state.data?.value.some(({ status }) => underWay.has(status ?? '')) === true ? everySecond : false,
  })
  const askAgain = async (like: Relationship, all: readonly Relationship[]): Promise<void> => {
    const names = all.map(({ displayName }) => displayName ?? '')
    const name = nextName(like.displayName ?? '', names)
    const plan = sameAgain(like, name, { tenantId: customer.id, displayName: customer.displayName })
    setAgain({ isBusy: true })
    glow.acted('partner')
    const touches = ['granular-admin-relationship-created']
    try {
      const { body } = await act(plan, { acting, touches })
      const id = body.id ?? ''
      glow.acted('partner')
      await act(lockForApproval(id), { acting, touches, done: t('sides.locked', { name }) })
      setAgain({ isBusy: false })
      onRelationship(id)
    } catch (error) {
      setAgain({ isBusy: false, problem: asProblem(error, plan) })
    }
  }
  return (
    <>
      <PartyHead
        label={t('sides.partner')}
        tenants={tenants}
        party={party}
        roleOf={(name) =>
          agents?.some(({ userPrincipalName }) => userPrincipalName === name) === true
            ? t('sides.adminAgent')
            : undefined
        }
        onTenant={onTenant}
        onPerson={onPerson}
      />
      <NoAgent party={party} />
      {again.problem !== undefined && <Problem error={again.problem} onClose={() => setAgain({ isBusy: false })} />}
      <Loaded read={read} lines={6}>
        {({ value }) => {
          const shown = shownOf(value, relationshipId)
          if (shown === undefined)
            return (
              <Empty
                text={t('sides.noRelationship', { customer: customer.displayName })}
                action={
                  <Button appearance="primary" onClick={() => go('/gdap/new')}>
                    {t('sides.request')}
                  </Button>
                }
              />
            )
          return (
            <>
              <PartnerCard
                key={shown.id}
                relationship={shown}
                acting={acting}
                isGlowing={glow.glows('partner', shown.id ?? '')}
                onAct={() => glow.acted('partner')}
                onOpenRight={onOpenRight}
                onAgain={() => void askAgain(shown, value)}
                isAgainBusy={again.isBusy}
              />
              {value.length > 1 && (
                <div>
                  <h3 className={mergeClasses(shared.small, shared.soft)}>{t('sides.others')}</h3>
                  <ul className={styles.list}>
                    {value
                      .filter((one) => one !== shown)
                      .map((one) => (
                        <li key={one.id}>
                          <Button
                            className={styles.item}
                            appearance="subtle"
                            onClick={() => onRelationship(one.id ?? '')}
                          >
                            <span className={styles.name}>{one.displayName}</span>
                            <StatusBadge {...relationshipStatus(one)} />
                          </Button>
                        </li>
                      ))}
                  </ul>
                </div>
              )}
            </>
          )
        }}
      </Loaded>
    </>
  )
}
