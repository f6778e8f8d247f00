/** The term store: the tree at the left, what is chosen at the right; on a small screen one of them. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { type KeyboardEvent, lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useRead } from '../data/query.ts'
import { ask } from '../data/send.ts'
import { t, useLanguage } from '../i18n/t.ts'
import { useCopy } from '../kit/CopyId.tsx'
import { Empty } from '../kit/Empty.tsx'
import { ArrowLeftRegular, ShareRegular } from '../kit/icons.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Boundary } from '../kit/parts/Boundary.tsx'
import { RequestPreview } from '../kit/RequestPreview.tsx'
import { Skeleton } from '../kit/Skeleton.tsx'
import { useGo, usePath, useView } from '../kit/view.ts'
import { childrenPlan, firstPage, storePlan } from './api.ts'
import { DropToImport } from './files/DropToImport.tsx'
import { keyOfGroup, keyOfSet, keyOfTerm, labelIn, pathTo, rootKey } from './rows.ts'
import type { TreeHandle } from './tree/active.ts'
import { revealKey } from './tree/reading/reveal.ts'
import { Splitter, useTreeWidth } from './tree/Splitter.tsx'
import { findTermsPlan } from './tree/search/find.ts'
import { lastWritten } from './tree/sent.ts'
import { treeStore, useTree } from './tree/store.ts'
import { TreePane } from './tree/TreePane.tsx'

const Detail = lazy(async () => ({ default: (await import('./detail/Detail.tsx')).Detail }))
const SetTable = lazy(async () => ({ default: (await import('./table/SetTable.tsx')).SetTable }))
const Matrix = lazy(async () => ({ default: (await import('./table/matrix/Matrix.tsx')).Matrix }))

const useStyles = makeStyles({
  root: { display: 'flex', height: '100%', minHeight: 0, borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  tree: { flexShrink: 0, height: '100%', minHeight: 0, overflow: 'hidden' },
  detail: {
    flexGrow: 1,
    minWidth: 0,
    height: '100%',
    overflow: 'auto',
    display: 'flex',
    flexDirection: 'column',
  },
  hidden: { display: 'none' },
  full: { width: '100%' },
  back: { margin: tokens.spacingHorizontalS, flexShrink: 0, alignSelf: 'flex-start' },
})

const narrowQuery = matchMedia('(max-width: 640px)')

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(narrowQuery.matches)
  useEffect(() => {
    const change = (): void => setNarrow(narrowQuery.matches)
    narrowQuery.addEventListener('change', change)
    return () => narrowQuery.removeEventListener('change', change)
  }, [])
  return isNarrow
}

/** Of what the address names; undefined: nothing, or a term whose set is not known yet. */
function currentKeyOf({ group, set, term }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (group !== undefined) return keyOfGroup(group)
  if (set === undefined) return undefined
  return term === undefined ? keyOfSet(set) : keyOfTerm(set, term)
}

function addressOf(key: string): string {
  const [first, second] = key.split(':')
  if (key === rootKey) return '/terms'
  if (first === 'g') return `/terms/g/${second}`
  return first === 's' ? `/terms/s/${second}` : `/terms/s/${first}/t/${second}`
}

/** `/terms/t/{id}` leads to the place where the term is at home. */
function useHomeOf(termId: string | undefined, isWanted: boolean, go: (address: string) => void): void {
  useEffect(() => {
    if (!isWanted || termId === undefined) return
    ask(findTermsPlan(termId, 5)).then(
      ({ items = [] }) => {
        const home = items.find(({ kind }) => kind === 'home') ?? items[0]
        if (home?.setId !== undefined && home.id !== undefined) go(addressOf(keyOfTerm(home.setId, home.id)))
      },
      () => undefined,
    )
  }, [termId, isWanted, go])
}

/** The heading of the pane, as soon as it is there. */
function focusHeading(pane: HTMLElement | null, tries = 40): void {
  const heading = pane?.querySelector<HTMLElement>('h2')
  if (heading !== null && heading !== undefined) {
    if (!heading.hasAttribute('tabindex')) heading.tabIndex = -1
    heading.focus()
  } else if (tries > 0) setTimeout(() => focusHeading(pane, tries - 1), 50)
}

function Main({ currentKey }: { readonly currentKey: string | undefined }) {
  const { view } = useView()
  const { group, set, term } = usePath()
  // A term whose set is not known, or the store itself.
  if (currentKey === undefined) return term === undefined ? <Detail /> : <Empty text={t('tree.nothingChosen')} />
  if (set !== undefined && term === undefined && view['view'] === 'table') return <SetTable setId={set} />
  if (set !== undefined && term === undefined && view['view'] === 'matrix') return <Matrix setId={set} />
  return <Detail groupId={group} setId={set} termId={term} />
}

export default function TermStorePage() {
  useLanguage()
  const styles = useStyles()
  const goPlain = useGo()
  const copy = useCopy()
  const path = usePath()
  const { view, set: setView } = useView()
  const isNarrow = useNarrow()
  const [width, setWidth] = useTreeWidth()
  const store = useMemo(() => treeStore(), [])
  const model = useTree(store)
  const handle = useRef<TreeHandle | null>(null)
  const pane = useRef<HTMLElement>(null)
  const { data } = useRead('store', [], storePlan)
  const defaultLanguage = data?.defaultLanguageTag ?? ''
  const language = view['lang'] ?? defaultLanguage
  const currentKey = currentKeyOf(path)
  const lang = view['lang']
  const go = useCallback(
    (address: string, more: Readonly<Record<string, string | undefined>> = {}) => {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries({ lang, ...more })) if (value !== undefined) query.set(name, value)
      const text = query.toString()
      goPlain(text === '' ? address : `${address}?${text}`)
    },
    [goPlain, lang],
  )
  useHomeOf(path['term'], path['set'] === undefined, go)
  const onShow = useCallback(
    (key: string, more: { readonly focusesDetail?: boolean; readonly view?: string } = {}) => {
      go(addressOf(key), { view: more.view })
      if (more.focusesDetail === true) setTimeout(() => focusHeading(pane.current), 0)
    },
    [go],
  )
  const toTree = (): void => handle.current?.focus(currentKey ?? '')
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    // Not out of a dialog or a menu, which are elsewhere in the document.
    if (!event.currentTarget.contains(event.target as Node)) return
    if (isNarrow) go('/terms')
    toTree()
  }
  // On a small screen the store itself is shown where its tab is asked for.
  const showsDetail = !isNarrow || currentKey !== undefined || view['tab'] !== undefined
  const trail = useMemo(
    () =>
      currentKey === undefined
        ? []
        : pathTo(model, currentKey).map((node) => labelIn(node, language, defaultLanguage).name),
    [model, currentKey, language, defaultLanguage],
  )
  return (
    <PageFrame
      title={t('tree.title')}
      isFull
      trail={trail.length === 0 ? undefined : trail.join(' › ')}
      tools={
        <>
          <RequestPreview plans={() => [...lastWritten(), childrenPlan(currentKey ?? rootKey, firstPage)]} />
          <Button
            appearance="subtle"
            icon={<ShareRegular />}
            aria-label={t('tree.share')}
            title={t('tree.share')}
            onClick={() => copy(location.href)}
          />
        </>
      }
    >
      <DropToImport
        className={styles.root}
        {...(path['group'] === undefined ? {} : { options: `group=${path['group']}` })}
      >
        <div
          className={mergeClasses(styles.tree, isNarrow && styles.full, isNarrow && showsDetail && styles.hidden)}
          style={isNarrow ? {} : { width: `${width}px` }}
        >
          <TreePane
            store={store}
            handle={handle}
            currentKey={currentKey}
            language={language}
            defaultLanguage={defaultLanguage}
            languages={data?.languageTags ?? []}
            onLanguage={(tag) => setView({ lang: tag === defaultLanguage ? undefined : tag })}
            onShow={onShow}
          />
        </div>
        {!isNarrow && <Splitter width={width} onChange={setWidth} />}
        {showsDetail && (
          <aside
            ref={pane}
            className={styles.detail}
            aria-label={t('tree.detail')}
            data-region="terms-detail"
            onKeyDown={onKeyDown}
          >
            {isNarrow && (
              <Button
                className={styles.back}
                appearance="subtle"
                icon={<ArrowLeftRegular />}
                onClick={() => {
                  go('/terms')
                  // The tree may not have come to its row yet.
                  void revealKey(store, currentKey ?? '').then(toTree, toTree)
                }}
              >
                {t('tree.back')}
              </Button>
            )}
            <Boundary key={currentKey}>
              <Suspense fallback={<Skeleton lines={5} />}>
                <Main currentKey={currentKey} />
              </Suspense>
            </Boundary>
          </aside>
        )}
      </DropToImport>
    </PageFrame>
  )
}
