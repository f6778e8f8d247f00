/** Recycle bin, changes, report: links between what was and what is odd. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'

const tabs = [
  { to: '/terms/bin', text: 'nav.bin' },
  { to: '/terms/changes', text: 'termpages.changes' },
  { to: '/terms/report', text: 'termpages.report' },
] as const

const useStyles = makeStyles({
  root: { display: 'flex', gap: tokens.spacingHorizontalM, flexWrap: 'wrap' },
  tab: {
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXS}`,
    color: tokens.colorNeutralForeground2,
    borderBottom: '2px solid transparent',
    textDecorationLine: 'none',
    ':hover': { textDecorationLine: 'none', borderBottomColor: tokens.colorNeutralStroke1 },
  },
  current: {
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground1,
    borderBottomColor: tokens.colorCompoundBrandStroke,
    ':hover': { borderBottomColor: tokens.colorCompoundBrandStroke },
  },
})

export function PastTabs({ current }: { readonly current: (typeof tabs)[number]['to'] }) {
  const styles = useStyles()
  return (
    <nav className={styles.root} aria-label={t('termpages.past')}>
      {tabs.map(({ to, text }) => (
        <AppLink
          key={to}
          to={to}
          className={mergeClasses(styles.tab, to === current && styles.current)}
          aria-current={to === current ? 'page' : undefined}
        >
          {t(text)}
        </AppLink>
      ))}
    </nav>
  )
}
