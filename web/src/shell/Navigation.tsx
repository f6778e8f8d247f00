/** Links to the pages: at the left, or folded to icons. */
import { makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { useLocation } from '@tanstack/react-router'
import { useSession } from '../data/session.ts'
import { t } from '../i18n/t.ts'
import { AppLink } from '../kit/AppLink.tsx'
import { useSettings } from '../kit/look/settings.ts'
import { type Place, placesOf } from './places.ts'
import { useFailedUnseen } from './tab/failed.ts'

const hiddenText = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
} as const

const useStyles = makeStyles({
  root: {
    width: '224px',
    flexShrink: 0,
    overflowY: 'auto',
    padding: tokens.spacingHorizontalS,
    '@media (max-width: 1024px)': { width: '56px' },
    '@media (max-width: 640px)': { display: 'none' },
  },
  folded: { width: '56px' },
  list: { listStyle: 'none', margin: 0, padding: 0 },
  line: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, marginBlock: tokens.spacingVerticalS },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minHeight: '36px',
    padding: `0 ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    border: '1px solid transparent',
    position: 'relative',
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    fontSize: tokens.fontSizeBase300,
    ':hover': {
      backgroundColor: tokens.colorNeutralBackground2Hover,
      color: tokens.colorNeutralForeground1Hover,
      textDecorationLine: 'none',
    },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1,
    fontWeight: tokens.fontWeightSemibold,
    // Where the system chooses the colours, there is no soft one.
    '@media (forced-colors: active)': { outline: '2px solid Highlight', outlineOffset: '-2px' },
  },
  icon: { display: 'inline-flex', fontSize: '20px' },
  failed: {
    marginLeft: 'auto',
    minWidth: '20px',
    padding: '0 4px',
    textAlign: 'center',
    borderRadius: tokens.borderRadiusCircular,
    fontSize: tokens.fontSizeBase200,
    lineHeight: '20px',
    fontVariantNumeric: 'tabular-nums',
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
  },
  // Not shown, but read.
  text: { '@media (max-width: 1024px)': hiddenText },
  noText: hiddenText,
})

function isCurrent(place: Place, path: string, all: readonly Place[]): boolean {
  const fits = ({ to }: Place): boolean => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`))
  const section = place.to.startsWith('/admin') && path.startsWith('/admin')
  const longest = all.filter(fits).sort((a, b) => b.to.length - a.to.length)[0]
  return section || longest === place
}

export function Links({ isFolded, inDrawer, onGo }: { isFolded: boolean; inDrawer: boolean; onGo?: () => void }) {
  const styles = useStyles()
  const { info } = useSession()
  const { pathname } = useLocation()
  const failed = useFailedUnseen()
  const places = placesOf(info).filter(({ isHidden }) => isHidden !== true)
  const items = (group: Place['group']) =>
    places
      .filter((place) => place.group === group)
      .map((place) => {
        const { to, text, icon: Icon } = place
        const current = isCurrent(place, pathname, places)
        const link = (
          <AppLink
            to={to}
            className={mergeClasses(styles.link, current && styles.current)}
            aria-current={current ? 'page' : undefined}
          >
            <span className={styles.icon}>
              <Icon />
            </span>
            <span className={inDrawer ? '' : mergeClasses(styles.text, isFolded && styles.noText)}>{t(text)}</span>
            {to === '/requests' && failed > 0 && (
              <span className={styles.failed}>
                <span aria-hidden="true">{failed}</span>
                <span className={styles.noText}>{t('nav.failed', { n: failed })}</span>
              </span>
            )}
          </AppLink>
        )
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the link inside has the keys; this closes the drawer.
          <li key={to} onClick={onGo}>
            {isFolded && !inDrawer ? (
              <Tooltip content={t(text)} relationship="inaccessible" positioning="after">
                {link}
              </Tooltip>
            ) : (
              link
            )}
          </li>
        )
      })
  return (
    <>
      <ul className={styles.list}>{items('content')}</ul>
      <div className={styles.line} />
      <ul className={styles.list}>{items('server')}</ul>
    </>
  )
}

export function Navigation() {
  const styles = useStyles()
  const { isNavigationFolded } = useSettings()
  return (
    <nav
      aria-label={t('nav.label')}
      className={mergeClasses(styles.root, isNavigationFolded && styles.folded)}
      data-region="app-navigation"
      tabIndex={-1}
    >
      <Links isFolded={isNavigationFolded || innerWidth < 1024} inDrawer={false} />
    </nav>
  )
}
