/** All addresses of pages. Only this file and resume.ts name slices; each is loaded, with its texts, when first shown. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { loadTexts, type Slice, useLanguage } from './i18n/t.ts'
import { Problem } from './kit/Problem.tsx'
import { loadMore } from './shell/more.ts'
import { Shell } from './shell/Shell.tsx'

const root = createRootRoute({
  component: Shell,
  notFoundComponent: lazyRouteComponent(async () => {
    const { NotFound } = await loadMore()
    return { default: inLanguage(NotFound) }
  }),
})

type Loaded = Promise<{ readonly default: ComponentType }>

/** Drawn again in another language, with what was typed and opened in it. */
function inLanguage(Page: ComponentType): ComponentType {
  return function InLanguage() {
    useLanguage()
    return <Page />
  }
}

/** Search parameters stay as they are written: each page reads its own with `useParams` and `useView`. */
function page<Path extends string>(path: Path, slices: readonly Slice[], load: () => Loaded) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(async () => {
      const [loaded] = await Promise.all([load(), ...slices.map(loadTexts)])
      return { default: inLanguage(loaded.default) }
    }),
  })
}

/** One page for all of its addresses, so that the tree stays as it is when another object is shown. */
const termStore = createRoute({
  getParentRoute: () => root,
  id: 'term-store',
  component: lazyRouteComponent(async () => {
    const [loaded] = await Promise.all([import('./terms/TermStorePage.tsx'), loadTexts('tree'), loadTexts('detail')])
    return loaded
  }),
})
const inTermStore = <Path extends string>(path: Path) => createRoute({ getParentRoute: () => termStore, path })

const routeTree = root.addChildren([
  page('/', ['standin'], () => import('./standin/HomeOrOverview.tsx')),
  termStore.addChildren([
    inTermStore('/terms'),
    inTermStore('/terms/g/$group'),
    inTermStore('/terms/s/$set'),
    inTermStore('/terms/s/$set/t/$term'),
    inTermStore('/terms/t/$term'),
  ]),
  page('/terms/search', ['termpages', 'tree'], () => import('./terms/search/SearchPage.tsx')),
  page('/terms/import', ['termpages', 'tree'], () => import('./terms/files/import/ImportPage.tsx')),
  page('/terms/export', ['termpages', 'tree'], () => import('./terms/files/export/ExportPage.tsx')),
  page('/terms/bin', ['termpages', 'tree'], () => import('./terms/past/bin/BinPage.tsx')),
  page('/terms/changes', ['termpages', 'tree'], () => import('./terms/past/changes/ChangesPage.tsx')),
  page('/terms/report', ['termpages', 'tree'], () => import('./terms/past/report/ReportPage.tsx')),
  page('/gdap', ['gdap'], () => import('./gdap/overview/OverviewPage.tsx')),
  page('/gdap/relationships', ['gdap'], () => import('./gdap/overview/OverviewPage.tsx')),
  page('/gdap/relationships/$id', ['gdap'], () => import('./gdap/relationship/RelationshipPage.tsx')),
  page('/gdap/new', ['gdap'], () => import('./gdap/request/RequestPage.tsx')),
  page('/gdap/templates', ['templates', 'gdap'], () => import('./gdap/templates/TemplatesPage.tsx')),
  page('/gdap/customers', ['sides', 'gdap'], () => import('./gdap/sides/customers/CustomersPage.tsx')),
  page('/gdap/customers/$tenant', ['sides', 'gdap'], () => import('./gdap/sides/customers/CustomersPage.tsx')),
  page('/gdap/activity', ['sides', 'gdap'], () => import('./gdap/sides/activity/ActivityPage.tsx')),
  page('/gdap/access', ['sides', 'gdap'], () => import('./gdap/sides/access/AccessPage.tsx')),
  page('/gdap/both', ['sides', 'gdap'], () => import('./gdap/sides/both/BothPage.tsx')),
  page('/partners', ['sides', 'gdap'], () => import('./gdap/sides/partners/PartnersPage.tsx')),
  page('/partners/$id', ['sides', 'gdap'], () => import('./gdap/sides/partners/PartnersPage.tsx')),
  // One route for both: the list stays as it is while requests are opened.
  page('/requests/{-$id}', ['requests'], () => import('./requests/RequestsPage.tsx')),
  page('/clock', ['standin'], () => import('./standin/ClockPage.tsx')),
  page('/faults', ['standin'], () => import('./standin/FaultsPage.tsx')),
  page('/worlds', ['standin'], () => import('./standin/WorldsPage.tsx')),
  page('/explorer', ['explorer'], () => import('./explorer/ExplorerPage.tsx')),
  page('/events', ['events'], () => import('./events/EventsPage.tsx')),
  page('/admin/$section', ['admin'], () => import('./admin/AdminPage.tsx')),
  page('/admin', ['admin'], () => import('./admin/AdminPage.tsx')),
  page('/settings', ['frame'], () => import('./shell/pages/SettingsPage.tsx')),
  page('/shortcuts', ['frame'], () => import('./shell/pages/ShortcutsPage.tsx')),
  page('/signin', ['frame'], () => import('./signin/SignInPage.tsx')),
  page('/signed-out', ['frame'], () => import('./signin/SignInPage.tsx')),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadDelay: 80,
  scrollRestoration: true,
  defaultErrorComponent: ({ error }) => <Problem error={error} />,
  // Texts as they are: `?tab=history`, not `?tab="history"`.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
    const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()
    return text === '' ? '' : `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
