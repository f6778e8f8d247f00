/** All relationships: how many end when, which of them are looked at, and what is done with many at once. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { control } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { listText, serverNow, useTick } from '../../i18n/format.ts'
import { t, useLanguage } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { Empty } from '../../kit/Empty.tsx'
import { AddRegular } from '../../kit/icons.ts'
import { useShortcuts } from '../../kit/keys/shortcuts.ts'
import { PageFrame } from '../../kit/PageFrame.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import { download } from '../../kit/values/csv.ts'
import { useGo, useView } from '../../kit/view.ts'
import { plans, type RelationshipRow, useGroups, useRoles } from '../api.ts'
import { relationshipStatus } from '../status.ts'
import { BulkBar } from './bulk/BulkBar.tsx'
import { JobBar } from './bulk/JobBar.tsx'
import { relationshipsCsv } from './csv.ts'
import { List } from './List.tsx'
import { Preview } from './preview/Preview.tsx'
import { focusRow, type PreviewState, usePreview } from './preview/usePreview.ts'
import { countsPlan, useCounts, useRows } from './rows.ts'
import { useWhole } from './useWhole.ts'
import { FilterBar, filterFieldId, Lift } from './views/FilterBar.tsx'
import { filterOf, type ListView, orderOf } from './views/filter.ts'
import { Tiles } from './views/Tiles.tsx'
import { ViewTools } from './views/ViewTools.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  middle: { display: 'flex', flexGrow: 1, minHeight: '200px' },
  list: { flexGrow: 1, minHeight: 0, minWidth: 0 },
  pad: { padding: `0 ${tokens.spacingHorizontalXXL}` },
})

/** Filters by time hold for so long, so that the list stands still. */
const stepMs = 5 * 60_000

function useNow(): string {
  useTick(60_000)
  return new Date(Math.floor(serverNow().getTime() / stepMs) * stepMs).toISOString()
}

/** Nothing is there: because there is nothing, or because the caller is not shown it. */
function NothingAtAll() {
  const go = useGo()
  const me = useRead('me', [], control<{ kind: string; isAdminAgent: boolean }>('GET', '/me', { token: true }))
  const groups = useGroups()
  const agents = (groups.data?.value ?? []).find(({ displayName }) => displayName === 'AdminAgents')
  const isShut = me.data?.kind === 'user' && !me.data.isAdminAgent
  const members = useRead('directory', ['members', agents?.id], plans.members(agents?.id ?? ''), {
    enabled: isShut && agents !== undefined,
  })
  if (me.data === undefined && me.error === null) return <Skeleton lines={2} />
  if (isShut) {
    const names = (members.data?.value ?? []).flatMap(({ displayName }) => displayName ?? [])
    return (
      <Empty
        text={
          names.length === 0
            ? t('gdap.notAgent')
            : `${t('gdap.notAgent')} ${t('gdap.askAgents', { names: listText(names) })}`
        }
      />
    )
  }
  return (
    <Empty
      text={t('gdap.empty')}
      command="relata seed msp"
      action={
        <Button appearance="primary" onClick={() => go('/gdap/new')}>
          {t('gdap.new.title')}
        </Button>
      }
    />
  )
}

/** The last row of the filter has gone: what had the focus in it gives it to the filter. */
function NoneMatch(props: Parameters<typeof Lift>[0]) {
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById(filterFieldId)?.focus()
  }, [])
  return <Empty text={t('gdap.noneMatch')} action={<Lift {...props} />} />
}

/** Rows that are selected, also those that are not loaded in the list. */
function useSelection(rows: readonly RelationshipRow[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const [others, setOthers] = useState<ReadonlyMap<string, RelationshipRow>>(new Map())
  const selected = useMemo(() => {
    if (ids.size === 0) return []
    const known = new Map(rows.map((row) => [row.id, row]))
    return [...ids].flatMap((id) => known.get(id) ?? others.get(id) ?? [])
  }, [ids, rows, others])
  return { ids, setIds, selected, setOthers }
}

/** What the list shows, by the address. */
function useList() {
  const { view: inAddress, set } = useView()
  const view = inAddress as ListView
  const now = useNow()
  const filter = filterOf(view, now)
  const order = orderOf(view.sort)
  const list = useRows(filter, order)
  return { view, set, now, filter, order, list }
}

type WholeList = ReturnType<typeof useList>

interface MiddleProps {
  readonly from: WholeList
  readonly selection: ReturnType<typeof useSelection>
  readonly change: (next: ListView) => void
  readonly preview: PreviewState
}

/** The rows, or why there are none. */
function Middle({ from: { view, set, filter, list }, selection, change, preview }: MiddleProps) {
  const styles = useStyles()
  const go = useGo()
  const roles = useRoles()
  const { ids, setIds } = selection
  if (list.error !== null && list.rows.length === 0)
    return (
      <div className={styles.pad}>
        <Problem error={list.error} onRetry={() => void list.refetch()} />
      </div>
    )
  if (list.data === undefined)
    return (
      <div className={styles.pad}>
        <Skeleton lines={10} />
      </div>
    )
  if (list.total === 0 && filter === undefined) return <NothingAtAll />
  if (list.total === 0) return <NoneMatch view={view} onChange={change} roles={roles} />
  return (
    <List
      rows={list.rows}
      total={list.total}
      selected={ids}
      onSelect={setIds}
      sort={{
        column: (view.sort ?? 'customer').replace(/^-/, ''),
        isDescending: view.sort?.startsWith('-') === true,
      }}
      onSort={({ column, isDescending }) => set({ sort: `${isDescending ? '-' : ''}${column}` })}
      onOpen={(row) => go(`/gdap/relationships/${row.id}`)}
      onMore={list.more}
      hasMore={list.hasNextPage}
      current={preview.id}
      onPreview={(row) => {
        if (preview.id !== row.id) tellPreview(row)
        preview.toggle(row.id)
      }}
      onWalk={(row) => {
        if (preview.id === undefined) return
        tellPreview(row)
        preview.show(row.id)
      }}
    />
  )
}

function tellPreview(row: RelationshipRow): void {
  announce(t('gdap.preview.told', { name: row.displayName ?? row.id, status: relationshipStatus(row).word }))
}

function Beside({ rows, preview }: { readonly rows: readonly RelationshipRow[]; readonly preview: PreviewState }) {
  const { id } = preview
  if (id === undefined) return null
  const at = rows.findIndex((row) => row.id === id)
  const step = (to: number): (() => void) | undefined => {
    const next = at < 0 ? undefined : rows[to]
    if (next === undefined) return undefined
    return () => {
      tellPreview(next)
      preview.show(next.id)
    }
  }
  return (
    <Preview
      id={id}
      row={rows[at]}
      onPrevious={step(at - 1)}
      onNext={step(at + 1)}
      onClose={() => {
        preview.show(undefined)
        focusRow(rows, id)
      }}
    />
  )
}

/** resume.ts asks for it where this tab was following an action. */
export { resumeBulk } from './bulk/running.ts'

export default function OverviewPage() {
  useLanguage()
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const from = useList()
  const { view, set, now, filter, order, list } = from
  const counts = useCounts(now)
  const roles = useRoles()
  const groups = useGroups()
  const selection = useSelection(list.rows)
  const { ids, setIds, selected, setOthers } = selection
  const whole = useWhole()
  const preview = usePreview()
  const change = useCallback(
    (next: ListView) => {
      setIds(new Set())
      set(next as Record<string, string | undefined>)
    },
    [set, setIds],
  )
  const { total } = list
  const selectAll = async (): Promise<void> => {
    const all = await whole.read(filter, order)
    if (all === undefined) return
    setOthers(new Map(all.map((row) => [row.id, row])))
    setIds(new Set(all.map(({ id }) => id)))
    announce(t('gdap.bulk.selected', { n: all.length }))
  }
  const csv = async (): Promise<void> => {
    const all = await whole.read(filter, order)
    if (all === undefined) return
    const names = new Map((groups.data?.value ?? []).map(({ id, displayName }) => [id, displayName]))
    download(`relationships-${serverNow().toISOString().slice(0, 10)}.csv`, relationshipsCsv(all, roles, names))
    whole.say(t('gdap.csvDone', { n: all.length }))
  }
  const isAllSelected = list.rows.length > 0 && ids.size === list.rows.length && total !== undefined && total > ids.size
  useShortcuts(
    preview.id === undefined
      ? []
      : [{ keys: 'Escape', words: t('gdap.preview.keys'), run: () => preview.show(undefined) }],
  )
  return (
    <PageFrame
      title={t('gdap.title')}
      isFull
      tools={
        <div className={shared.row}>
          <ViewTools view={view} onChange={change} />
          <RequestPreview plans={() => [list.plan, countsPlan(now)]} />
          <Button appearance="primary" icon={<AddRegular />} onClick={() => go('/gdap/new')}>
            {t('gdap.new.title')}
          </Button>
          <Button onClick={() => go('/gdap/templates')}>{t('nav.templates')}</Button>
        </div>
      }
    >
      <div className={styles.root}>
        <Tiles counts={counts} pressed={view.tile} onPress={(tile) => change({ tile })} />
        <FilterBar view={view} onChange={change} roles={roles} />
        <div className={styles.middle}>
          <div className={styles.list}>
            <Middle from={from} selection={selection} change={change} preview={preview} />
          </div>
          <Beside rows={list.rows} preview={preview} />
        </div>
        <JobBar />
        <BulkBar
          count={t('gdap.count', { n: total ?? 0 })}
          selected={selected}
          onSelectAll={isAllSelected ? () => void selectAll() : undefined}
          total={total}
          onCsv={() => void csv()}
          whole={whole}
        />
      </div>
    </PageFrame>
  )
}
