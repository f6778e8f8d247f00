/** The frame: top bar, navigation, the page, the status line; and what is there on every page. */
import { makeStyles, tokens } from '@fluentui/react-components'
import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { undoLast } from '../data/back/undo.ts'
import { useSession } from '../data/session.ts'
import { useServerStatus } from '../data/status.ts'
import { t, useLanguage } from '../i18n/t.ts'
import { announceRegions } from '../kit/announce.ts'
import { useCommands } from '../kit/keys/commands.ts'
import { useShortcuts } from '../kit/keys/shortcuts.ts'
import { changeSettings, settings } from '../kit/look/settings.ts'
import { Boundary } from '../kit/parts/Boundary.tsx'
import { useShared } from '../kit/styles.ts'
import { toast } from '../kit/toasts.ts'
import { useGo } from '../kit/view.ts'
import { TopBar } from './bar/TopBar.tsx'
import { loadMore } from './more.ts'
import { Navigation } from './Navigation.tsx'
import { OfflineBar } from './OfflineBar.tsx'
import { useEarlyKeys } from './palette/early-keys.ts'
import { onPaletteWanted } from './palette/opening.ts'
import { StatusLine } from './StatusLine.tsx'
import { Toasts } from './Toasts.tsx'

const Palette = lazy(async () => ({ default: (await loadMore()).Palette }))
const NavigationDrawer = lazy(async () => ({ default: (await loadMore()).NavigationDrawer }))
const WorldGone = lazy(async () => ({ default: (await loadMore()).WorldGone }))

const useStyles = makeStyles({
  root: {
    display: 'grid',
    gridTemplateRows: '48px auto 1fr auto',
    gridTemplateColumns: 'minmax(0, 1fr)',
    height: '100vh',
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground1,
  },
  skip: {
    position: 'absolute',
    left: tokens.spacingHorizontalM,
    top: '-100px',
    zIndex: 1000,
    padding: tokens.spacingHorizontalS,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    ':focus': { top: tokens.spacingVerticalS },
  },
  middle: { display: 'flex', minHeight: 0 },
  main: {
    flexGrow: 1,
    minWidth: 0,
    minHeight: 0,
    overflow: 'hidden',
    backgroundColor: tokens.colorNeutralBackground1,
    borderTopLeftRadius: tokens.borderRadiusLarge,
  },
})

/** Focus on the heading of the page that was gone to, so that keys and screen readers are there as well. */
function useFocusOnPage(): void {
  const { pathname } = useLocation()
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what it waits for.
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    if (document.activeElement === document.body || document.activeElement?.closest('nav') !== null)
      document.getElementById('page-title')?.focus()
  }, [pathname])
}

const regions = ['app-top', 'app-navigation', 'app-main'] as const

/** F6 walks through the parts of the frame. */
function goToRegion(step: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(({ offsetParent }) => offsetParent)
  // Parts of a page lie in its region and come after it: the innermost one counts.
  const at = all.findLastIndex((region) => region.contains(document.activeElement))
  const next = all[(at + step + all.length) % all.length]
  const inside = [
    ...(next?.querySelectorAll<HTMLElement>('[tabindex="0"], a[href], button, input, select, textarea') ?? []),
    // Those that Tab leads to and that are shown: the button of the menu is on small screens only.
  ].find(({ tabIndex, offsetParent }) => tabIndex >= 0 && offsetParent !== null)
  ;(inside ?? next)?.focus()
}

export function Shell() {
  useLanguage()
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const { acting, world, info } = useSession()
  const hasLog = info.features.includes('requests')
  const { isWorldGone } = useServerStatus()
  /** What is in its field at first; undefined: it is closed. */
  const [palette, setPalette] = useState<string | undefined>()
  const [hasField, setHasField] = useState(false)
  useEarlyKeys(hasField ? undefined : palette, setPalette)
  /** Undefined: it was never opened, so it is not loaded. */
  const [isDrawerOpen, setDrawerOpen] = useState<boolean | undefined>()
  useFocusOnPage()
  // It answers to its first key without a wait.
  useEffect(() => {
    const timer = setTimeout(() => {
      void loadMore().then(({ followTab }) => followTab(hasLog))
    }, 100)
    return () => clearTimeout(timer)
  }, [hasLog])
  useEffect(() => onPaletteWanted(setPalette), [])
  const undo = (): void =>
    void undoLast().then(
      (words) => toast({ text: words === undefined ? t('undo.nothing') : t('undo.done', { what: words }) }),
      (error: Error) => toast({ text: t('undo.failed', { why: error.message }), kind: 'failed' }),
    )
  const themes = ['light', 'dark', 'contrast', 'system'] as const
  useCommands(
    [
      { id: 'undo', words: t('keys.undo'), keys: 'Ctrl+Z', run: undo },
      ...themes.map((theme) => ({
        id: `theme ${theme}`,
        words: t('do.theme', { theme: t(`settings.theme.${theme}`) }),
        run: () => changeSettings({ theme }),
      })),
    ],
    true,
  )
  useShortcuts(
    [
      { keys: '/', words: t('keys.search'), run: () => setPalette('') },
      { keys: 'Ctrl+K', words: t('keys.palette'), inText: true, run: () => setPalette('') },
      { keys: '?', words: t('keys.list'), run: () => go('/shortcuts') },
      {
        keys: '[',
        words: t('keys.navigation'),
        run: () => changeSettings({ isNavigationFolded: !settings().isNavigationFolded }),
      },
      { keys: 'F6', words: t('keys.regions'), inText: true, run: () => goToRegion(1) },
      { keys: 'Shift+F6', words: t('keys.regionsBack'), inText: true, run: () => goToRegion(-1) },
      { keys: 'F8', words: t('keys.toasts'), inText: true, run: () => document.getElementById('toasts')?.focus() },
      {
        keys: 'Ctrl+Z',
        words: t('keys.undo'),
        run: undo,
      },
    ],
    true,
  )
  // Another person or world sees other things: everything below begins anew.
  const scope = `${world} ${acting?.tenant.id} ${acting?.caller.id}`
  return (
    <div className={styles.root}>
      <a
        className={styles.skip}
        href="#page-title"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('page-title')?.focus()
        }}
      >
        {t('frame.skip')}
      </a>
      <header data-region={regions[0]} tabIndex={-1}>
        <TopBar onSearch={() => setPalette('')} onMenu={() => setDrawerOpen(true)} />
      </header>
      <OfflineBar />
      <div className={styles.middle}>
        <Navigation />
        <main className={styles.main} data-region={regions[2]} tabIndex={-1} key={scope}>
          <Boundary>
            <Suspense>{isWorldGone ? <WorldGone /> : <Outlet />}</Suspense>
          </Boundary>
        </main>
      </div>
      <StatusLine />
      <Toasts />
      <Suspense>
        {isDrawerOpen !== undefined && <NavigationDrawer isOpen={isDrawerOpen} onClose={() => setDrawerOpen(false)} />}
      </Suspense>
      <Suspense>
        {palette !== undefined && (
          <Palette
            words={palette}
            onShown={() => setHasField(true)}
            onClose={() => {
              setPalette(undefined)
              setHasField(false)
            }}
          />
        )}
      </Suspense>
      <div id={announceRegions.polite} className={shared.hidden} role="status" aria-live="polite" aria-atomic={false} />
      <div
        id={announceRegions.assertive}
        className={shared.hidden}
        role="alert"
        aria-live="assertive"
        aria-atomic={false}
      />
    </div>
  )
}
