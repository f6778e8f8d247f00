/** Each role at that customer, and how far the person is from it: in four verdicts. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { listText } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { useShared } from '../../../kit/styles.ts'
import { StatusBadge } from '../../../kit/values/StatusBadge.tsx'
import type { BadgeTone } from '../../../kit/values/tones.ts'
import type { RoleVerdict, Verdict } from './trace.ts'

const useStyles = makeStyles({
  scroller: { overflowX: 'auto' },
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    '& th, & td': {
      textAlign: 'start',
      verticalAlign: 'top',
      padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalXS} 0`,
      borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
      fontWeight: tokens.fontWeightRegular,
    },
    '& thead th': { fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold },
    // Below each other where it is narrow.
    '@media (max-width: 640px)': {
      '& thead': { display: 'none' },
      '& tr': { display: 'block', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
      '& th, & td': { display: 'block', borderBottom: 'none' },
    },
  },
})

const tones: Readonly<Record<Verdict, BadgeTone>> = { has: 'good', noMember: 'soon', noGroup: 'draft', none: 'ended' }

function word(verdict: Verdict): string {
  const words = {
    has: t('sides.verdict.has'),
    noMember: t('sides.verdict.noMember'),
    noGroup: t('sides.verdict.noGroup'),
    none: t('sides.verdict.none'),
  }
  return words[verdict]
}

interface VerdictsProps {
  readonly verdicts: readonly RoleVerdict[]
  /** Whether some of the roles do not permit what was asked. */
  readonly isAsked: boolean
}

export function Verdicts({ verdicts, isAsked }: VerdictsProps) {
  const styles = useStyles()
  const shared = useShared()
  return (
    <div className={styles.scroller} data-scrolls>
      <table className={styles.table} aria-label={t('sides.verdicts')}>
        <thead>
          <tr>
            <th scope="col">{t('sides.role')}</th>
            <th scope="col">{t('sides.verdict')}</th>
            {isAsked && <th scope="col">{t('sides.enough')}</th>}
            <th scope="col">{t('sides.through')}</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map(({ role, verdict, isEnough, groups, relationships }) => (
            <tr key={role.id}>
              <th scope="row">{role.name}</th>
              <td>
                <StatusBadge tone={tones[verdict]} word={word(verdict)} />
              </td>
              {isAsked && <td>{isEnough ? t('sides.enough.yes') : t('sides.enough.no')}</td>}
              <td className={mergeClasses(shared.small)}>
                {groups.length > 0 && <span>{listText(groups.map(({ name }) => name))}</span>}
                {groups.length > 0 && relationships.length > 0 && ' · '}
                {relationships.map(({ id, name }, at) => (
                  <span key={id}>
                    {at > 0 && ', '}
                    <AppLink to={`/gdap/relationships/${id}`}>{name}</AppLink>
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
