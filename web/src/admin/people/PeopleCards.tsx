/** Holders of roles on a telephone: a card for each, with a line for each group. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { useShared } from '../../kit/styles.ts'
import { type HoldersProps, useGroups, useHolders } from './people.ts'
import { AdministratorBox, HolderIcon, RoleSelect } from './RoleFields.tsx'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`,
  },
  line: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) max-content',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
  },
})

export function PeopleCards(props: HoldersProps) {
  const styles = useStyles()
  const shared = useShared()
  const holders = useHolders(props.roles)
  const groups = useGroups(props.roles)
  return (
    <div className={styles.root}>
      {holders.map((holder) => (
        <article key={holder.id} className={mergeClasses(shared.card, shared.column)} aria-label={holder.name}>
          <h2 className={shared.paneTitle} title={holder.title}>
            <HolderIcon kind={holder.kind} />
            {holder.name}
          </h2>
          <div>
            <AdministratorBox {...props} holder={holder} label={t('admin.people.administrator')} />
          </div>
          {holder.kind === 'application' ? (
            <div className={mergeClasses(shared.small, shared.soft)}>{t('admin.people.applicationsWhy')}</div>
          ) : (
            groups.map((group) => (
              <div key={group.id} className={styles.line}>
                <span className={shared.ellipsis} aria-hidden>
                  {group.displayName}
                </span>
                <RoleSelect {...props} holder={holder} group={group} />
              </div>
            ))
          )}
        </article>
      ))}
    </div>
  )
}
