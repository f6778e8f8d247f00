/** Name, search, world, clock, and as whom one acts. */
import { Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components'
import { lazy, Suspense } from 'react'
import { useSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { NavigationRegular, SearchRegular } from '../../kit/icons.ts'
import { shownKeys } from '../../kit/keys/shortcuts.ts'
import { ActingAs } from '../ActingAs.tsx'
import { loadMore } from '../more.ts'
import { FaultPill } from './FaultPill.tsx'
import { WorldPill } from './WorldPill.tsx'

/** Both show nothing before the server has said something, so they may come later. */
const ClockPill = lazy(async () => ({ default: (await loadMore()).ClockPill }))

const JobPill = lazy(async () => ({ default: (await loadMore()).JobPill }))

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    height: '48px',
    padding: `0 ${tokens.spacingHorizontalM}`,
  },
  menu: { '@media (min-width: 641px)': { display: 'none' } },
  name: {
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase400,
    color: tokens.colorNeutralForeground1,
    marginRight: tokens.spacingHorizontalL,
    ':hover': { color: tokens.colorNeutralForeground1 },
    '@media (max-width: 640px)': { marginRight: 0 },
  },
  search: {
    flexGrow: 1,
    maxWidth: '420px',
    minWidth: 0,
    justifyContent: 'flex-start',
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground3,
    overflow: 'hidden',
    '@media (max-width: 640px)': { flexGrow: 0, minWidth: '32px', padding: '0 6px' },
  },
  words: {
    flexGrow: 1,
    textAlign: 'start',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    '@media (max-width: 640px)': {
      position: 'absolute',
      width: '1px',
      height: '1px',
      clipPath: 'inset(50%)',
    },
  },
  keys: { fontSize: tokens.fontSizeBase200, '@media (max-width: 1024px)': { display: 'none' } },
  space: { flexGrow: 1 },
})

interface TopBarProps {
  readonly onSearch: () => void
  readonly onMenu: () => void
}

export function TopBar({ onSearch, onMenu }: TopBarProps) {
  const styles = useStyles()
  const { info } = useSession()
  const has = (feature: string): boolean => info.features.includes(feature)
  return (
    <div className={styles.root}>
      <Tooltip content={t('nav.open')} relationship="label">
        <Button className={styles.menu} appearance="subtle" icon={<NavigationRegular />} onClick={onMenu} />
      </Tooltip>
      <AppLink to="/" className={styles.name}>
        Relata
      </AppLink>
      <Button className={styles.search} icon={<SearchRegular />} onClick={onSearch}>
        <span className={styles.words}>{t('palette.open')}</span>
        <span className={styles.keys} aria-hidden="true">
          {shownKeys('Ctrl+K')}
        </span>
      </Button>
      <span className={styles.space} />
      <Suspense>
        <JobPill />
      </Suspense>
      {has('faults') && <FaultPill />}
      {has('worlds') && <WorldPill />}
      <Suspense>{info.mode === 'stand-in' && <ClockPill />}</Suspense>
      <ActingAs />
    </div>
  )
}
