/** Whose side a pane is, and as whom: two choices. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { t } from '../../../i18n/t.ts'
import { Choice } from '../Choice.tsx'
import { type KnownTenant, type Party, usePeople } from '../parties.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalM, rowGap: tokens.spacingVerticalXS },
})

interface PartyHeadProps {
  readonly label: string
  readonly tenants: readonly KnownTenant[]
  readonly party: Party
  /** What a person is, such as an admin agent. */
  readonly roleOf: (signInName: string) => string | undefined
  readonly onTenant: (id: string) => void
  readonly onPerson: (signInName: string) => void
}

export function PartyHead({ label, tenants, party, roleOf, onTenant, onPerson }: PartyHeadProps) {
  const styles = useStyles()
  const people = usePeople(party.tenant)
  const { caller } = party.acting
  const known = people.data?.value ?? [{ userPrincipalName: caller.id, displayName: caller.name }]
  return (
    <div className={styles.root}>
      <Choice
        label={label}
        value={party.tenant.id}
        options={tenants.map(({ id, displayName, defaultDomain }) => ({
          id,
          text: displayName,
          detail: defaultDomain,
        }))}
        onChoose={onTenant}
      />
      <Choice
        label={t('sides.as')}
        value={caller.id}
        options={known.map(({ displayName, userPrincipalName }) => {
          const role = roleOf(userPrincipalName)
          return {
            id: userPrincipalName,
            text: role === undefined ? displayName : t('sides.person', { name: displayName, role }),
            detail: userPrincipalName,
          }
        })}
        onChoose={onPerson}
      />
    </div>
  )
}
