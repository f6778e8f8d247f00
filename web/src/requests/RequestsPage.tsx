/** The inspector: the requests of this world, live, and beside them the one that is open. */
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { rememberUndo, takeBack } from '../data/back/undo.ts'
import { queryClient } from '../data/query.ts'
import { useSession } from '../data/session.ts'
import { fullTime as clockTime } from '../i18n/format.ts'
import { t } from '../i18n/t.ts'
import { Empty } from '../kit/Empty.tsx'
import { CopyRegular, DeleteRegular, PauseRegular, PlayRegular } from '../kit/icons.ts'
import { useShortcuts } from '../kit/keys/shortcuts.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Problem } from '../kit/Problem.tsx'
import { Boundary } from '../kit/parts/Boundary.tsx'
import { Skeleton } from '../kit/Skeleton.tsx'
import { useShared } from '../kit/styles.ts'
import { toast } from '../kit/toasts.ts'
import { useGo, usePath, useView } from '../kit/view.ts'
import { requestReading } from './api.ts'
import { copyAs, testForms } from './copy-as.ts'
import { explorerAddress, RequestDetail } from './detail/RequestDetail.tsx'
import { isOwn, type LoggedRequest } from './entry.ts'
import { FilterBar, filterFieldId, NothingFits } from './filter/FilterBar.tsx'
import { type Filter, matcher } from './filter/filter.ts'
import { splitFilter } from './filter/server-query.ts'
import { RequestList } from './list/RequestList.tsx'
import { clearLog, loadOlder, pauseLog, retryLog, useRequestLog } from './log/live-log.ts'
import type { LogState } from './log/log.ts'
import { useSeen } from './seen.ts'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  panes: {
    flexGrow: 1,
    minHeight: 0,
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gridTemplateRows: 'minmax(0, 1fr)',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  two: {
    '@media (min-width: 1025px)': { gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)' },
    '@media (min-width: 1600px)': { gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 4fr)' },
  },
  list: { display: 'flex', flexDirection: 'column', minWidth: 0, minHeight: 0 },
  grid: { flexGrow: 1, minHeight: 0 },
  underDetail: { '@media (max-width: 1024px)': { display: 'none' } },
  detail: {
    minWidth: 0,
    minHeight: 0,
    overflow: 'auto',
    '@media (min-width: 1025px)': { borderLeft: `1px solid ${tokens.colorNeutralStroke2}` },
  },
  chosen: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  live: { whiteSpace: 'nowrap' },
})

function useFilter(): readonly [Filter, (change: Partial<Filter>) => void] {
  const { view, set } = useView()
  const { q = '', show, own } = view
  const filter = useMemo<Filter>(
    () => ({ text: q, show: show === 'failed' || show === 'faults' ? show : 'all', own: own === '1' }),
    [q, show, own],
  )
  const change = ({ text, show: nextShow, own: nextOwn }: Partial<Filter>): void =>
    set({
      ...(text === undefined ? {} : { q: text === '' ? undefined : text }),
      ...(nextShow === undefined ? {} : { show: nextShow === 'all' ? undefined : nextShow }),
      ...(nextOwn === undefined ? {} : { own: nextOwn ? '1' : undefined }),
    })
  return [filter, change]
}

function clear(): void {
  const back = clearLog()
  const entry = { words: t('requests.cleared'), run: async () => back() }
  rememberUndo(entry)
  toast({ text: entry.words, undo: () => takeBack(entry) })
}

function Tools({ log }: { readonly log: LogState }) {
  const styles = useStyles()
  const shared = useShared()
  const { isPaused, isLive, isLoaded, missed, isPartial } = log
  return (
    <div className={shared.row}>
      {missed > 0 && (
        <span className={mergeClasses(shared.small, shared.soft)}>{t('requests.missed', { n: missed })}</span>
      )}
      {isPartial && <span className={mergeClasses(shared.small, shared.soft)}>{t('requests.partial')}</span>}
      <span className={mergeClasses(shared.small, shared.soft, styles.live)} role="status">
        {isPaused ? t('requests.paused') : isLive || !isLoaded ? t('requests.live') : t('requests.notLive')}
      </span>
      <Button
        icon={isPaused ? <PlayRegular /> : <PauseRegular />}
        aria-pressed={isPaused}
        onClick={() => pauseLog(!isPaused)}
      >
        {t(isPaused ? 'requests.goOn' : 'requests.pause')}
      </Button>
      <Tooltip content={t('requests.clearTip')} relationship="description">
        <Button icon={<DeleteRegular />} onClick={clear}>
          {t('requests.clear')}
        </Button>
      </Tooltip>
    </div>
  )
}

function ChosenBar({ ids, onEnd }: { readonly ids: readonly string[]; readonly onEnd: () => void }) {
  const styles = useStyles()
  return (
    <div className={styles.chosen} role="toolbar" aria-label={t('requests.chosen', { n: ids.length })}>
      <span>{t('requests.chosen', { n: ids.length })}</span>
      <Button size="small" icon={<CopyRegular />} onClick={() => void copyAs(ids, 'curl')}>
        {t('requests.curl')}
      </Button>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button size="small" icon={<CopyRegular />}>
            {t('requests.asTest')}
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {testForms.map((form) => (
              <MenuItem key={form} onClick={() => void copyAs(ids, form)}>
                {t(`requests.form.${form}`)}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      <Button size="small" appearance="subtle" onClick={onEnd}>
        {t('requests.chooseNone')}
      </Button>
    </div>
  )
}

function List({ log, filter, rest, onFilter, id }: ListProps) {
  const styles = useStyles()
  const go = useGo()
  const { view } = useView()
  const { world } = useSession()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const { shown, waiting, older, isLoaded, error } = log
  const fits = useMemo(() => matcher(filter), [filter])
  const entries = useMemo(() => shown.filter(fits), [shown, fits])
  const newOnes = useMemo(() => waiting.filter(fits), [waiting, fits])
  useSeen(log)
  const isFiltered = filter.text !== '' || filter.show !== 'all'
  // What the page filters has to be looked for in all of it.
  const isAllNeeded = rest.length > 0
  useEffect(() => {
    if (older !== undefined && (isAllNeeded || entries.length < 60)) void loadOlder()
  }, [older, isAllNeeded, entries.length])
  if (error !== undefined && !isLoaded) return <Problem error={error} onRetry={retryLog} />
  if (!isLoaded) return <Skeleton lines={6} />
  // What the pages ask for by themselves is nothing that has happened, unless one wants to see it.
  const isNothing = filter.own ? shown.length === 0 : shown.every(isOwn)
  if (isNothing && newOnes.length === 0 && !isFiltered)
    return (
      <Empty
        text={
          log.clearedAt === undefined
            ? t('requests.empty')
            : t('requests.emptySince', { time: clockTime(log.clearedAt) })
        }
        command={`curl -sk ${location.origin}/v1.0/me${world === 'default' ? '' : ` -H 'relata-world: ${world}'`}`}
        action={
          <Button appearance="primary" onClick={() => go('/')}>
            {t('requests.toRecipes')}
          </Button>
        }
      />
    )
  const ids = [...new Set([...selected].map((key) => key.split(' ')[0] ?? key))]
  return (
    <>
      <div className={styles.grid}>
        {entries.length === 0 && newOnes.length === 0 ? (
          <NothingFits filter={filter} onChange={onFilter} held={log.held} />
        ) : (
          <RequestList
            entries={entries}
            waiting={newOnes.length}
            current={id}
            isFiltered={isFiltered}
            selected={selected}
            onSelect={setSelected}
            onOpen={(entry) => go(addressWith(view, entry.id))}
            onCurl={(entry) => void copyAs([entry.id ?? ''], 'curl')}
            onAgain={(entry) => void openInExplorer(entry, go)}
            onClear={clear}
          />
        )}
      </div>
      {ids.length > 0 && <ChosenBar ids={ids} onEnd={() => setSelected(new Set())} />}
    </>
  )
}

/** With its body, which the list does not have. */
async function openInExplorer(entry: LoggedRequest, go: (address: string) => void): Promise<void> {
  const detail = await queryClient.fetchQuery(requestReading(entry.id)).catch(() => entry)
  go(explorerAddress(detail))
}

interface ListProps {
  readonly log: LogState
  readonly filter: Filter
  /** Of the filter, what the server does not do. */
  readonly rest: readonly string[]
  readonly onFilter: (change: Partial<Filter>) => void
  readonly id: string | undefined
}

/** The filter stays, what belongs to one request does not. */
function addressWith(view: Readonly<Record<string, string | undefined>>, id?: string): string {
  const kept = (['q', 'show', 'own', 'world', 'ui'] as const).flatMap((name) => {
    const value = view[name]
    return value === undefined ? [] : [[name, value] as [string, string]]
  })
  const query = new URLSearchParams(kept).toString()
  return `/requests${id === undefined ? '' : `/${encodeURIComponent(id)}`}${query === '' ? '' : `?${query}`}`
}

export default function RequestsPage() {
  const styles = useStyles()
  const go = useGo()
  const { view } = useView()
  const { id } = usePath()
  const [filter, onFilter] = useFilter()
  const deferred = useDeferredValue(filter)
  const split = useMemo(() => splitFilter(deferred), [deferred])
  const log = useRequestLog(split.query)
  const all: readonly LoggedRequest[] = log.shown
  const close = (): void => {
    go(addressWith(view))
    document.querySelector<HTMLElement>('[data-requests] [tabindex="0"]')?.focus()
  }
  useShortcuts([
    { keys: '/', words: t('requests.filter'), run: () => document.getElementById(filterFieldId)?.focus() },
    ...(id === undefined ? [] : [{ keys: 'Escape', words: t('requests.back'), run: close }]),
  ])
  return (
    <PageFrame title={t('requests.title')} isFull tools={<Tools log={log} />}>
      <div className={styles.root}>
        <div className={id === undefined ? undefined : styles.underDetail}>
          <FilterBar filter={filter} onChange={onFilter} entries={all} rest={split.rest} />
        </div>
        <div className={mergeClasses(styles.panes, id !== undefined && styles.two)}>
          <div className={mergeClasses(styles.list, id !== undefined && styles.underDetail)}>
            <Boundary>
              <List log={log} filter={deferred} rest={split.rest} onFilter={onFilter} id={id} />
            </Boundary>
          </div>
          {id !== undefined && (
            <aside className={styles.detail} aria-label={t('requests.detail')}>
              <Boundary key={id}>
                <RequestDetail id={id} entries={all} onClose={close} />
              </Boundary>
            </aside>
          )}
        </div>
      </div>
    </PageFrame>
  )
}
