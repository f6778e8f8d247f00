/** Holders of roles as rows, groups as columns. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { type HoldersProps, useGroups, useHolders } from './people.ts'
import { AdministratorBox, HolderIcon, RoleSelect } from './RoleFields.tsx'

const useStyles = makeStyles({
  scroller: { overflow: 'auto', flexGrow: 1, minHeight: '160px' },
  table: {
    borderCollapse: 'separate',
    borderSpacing: 0,
    '& th, & td': {
      padding: `${tokens.spacingVerticalXS} var(--cell-x)`,
      borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
      textAlign: 'start',
      whiteSpace: 'nowrap',
    },
    '& thead th': {
      position: 'sticky',
      top: 0,
      zIndex: 2,
      backgroundColor: tokens.colorNeutralBackground1,
      fontSize: tokens.fontSizeBase200,
      borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    },
    '& th:first-child': {
      paddingLeft: tokens.spacingHorizontalXXL,
      '@media (max-width: 640px)': { paddingLeft: tokens.spacingHorizontalL },
    },
    '& tbody th': {
      position: 'sticky',
      left: 0,
      zIndex: 1,
      backgroundColor: tokens.colorNeutralBackground1,
      fontWeight: tokens.fontWeightRegular,
      maxWidth: '40vw',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
    },
  },
})

export function Matrix(props: HoldersProps) {
  const styles = useStyles()
  const holders = useHolders(props.roles)
  const groups = useGroups(props.roles)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <div className={styles.scroller} data-scrolls role="region" aria-label={t('admin.section.people')} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.people.who')}</th>
            <th scope="col">{t('admin.people.administrator')}</th>
            {groups.map(({ id, displayName }) => (
              <th key={id} scope="col">
                {displayName}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {holders.map((holder) => (
            <tr key={holder.id}>
              <th scope="row" title={holder.title}>
                <HolderIcon kind={holder.kind} />
                {holder.name}
              </th>
              <td>
                <AdministratorBox {...props} holder={holder} />
              </td>
              {groups.map((group) => (
                <td key={group.id}>
                  <RoleSelect {...props} holder={holder} group={group} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
