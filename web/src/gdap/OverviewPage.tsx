/** All relationships: how many end when, which of them are looked at, and what is done with many at once. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useCallback, useMemo, useState } from 'react'
import { control } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { listText, numberText, serverNow, useTick } from '../i18n/format.ts'
import { t, useLanguage } from '../i18n/t.ts'
import { announce } from '../kit/announce.ts'
import { Empty } from '../kit/Empty.tsx'
import { AddRegular } from '../kit/icons.ts'
import { PageFrame } from '../kit/PageFrame.tsx'
import { Problem } from '../kit/Problem.tsx'
import { RequestPreview } from '../kit/RequestPreview.tsx'
import { Skeleton } from '../kit/Skeleton.tsx'
import { useShared } from '../kit/styles.ts'
import { download } from '../kit/values/csv.ts'
import { useGo, useView } from '../kit/view.ts'
import { plans, type RelationshipRow, useGroups, useRoles } from './api.ts'
import { BulkBar, JobBar } from './overview/BulkBar.tsx'
import { useBulk } from './overview/bulk.ts'
import { relationshipsCsv } from './overview/csv.ts'
import { FilterBar, Lift, ViewTools } from './overview/FilterBar.tsx'
import { filterOf, type ListView, orderOf } from './overview/filter.ts'
import { List } from './overview/List.tsx'
import { countsPlan, readAll, useCounts, useRows } from './overview/rows.ts'
import { Tiles } from './overview/Tiles.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 },
  list: { flexGrow: 1, minHeight: '200px', minWidth: 0 },
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

/** Rows that are selected, also those that are not loaded in the list. */
function useSelection(rows: readonly RelationshipRow[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const [others, setOthers] = useState<ReadonlyMap<string, RelationshipRow>>(new Map())
  const selected = useMemo(() => {
    const known = new Map(rows.map((row) => [row.id, row]))
    return [...ids].flatMap((id) => known.get(id) ?? others.get(id) ?? [])
  }, [ids, rows, others])
  return { ids, setIds, selected, setOthers }
}

export default function OverviewPage() {
  useLanguage()
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const { view: inAddress, set } = useView()
  const view = inAddress as ListView
  const now = useNow()
  const filter = filterOf(view, now)
  const order = orderOf(view.sort)
  const counts = useCounts(now)
  const list = useRows(filter, order)
  const roles = useRoles()
  const groups = useGroups()
  const bulk = useBulk()
  const { ids, setIds, selected, setOthers } = useSelection(list.rows)
  const [csvNote, setCsvNote] = useState<string | undefined>()
  const change = useCallback(
    (next: ListView) => {
      setIds(new Set())
      set(next as Record<string, string | undefined>)
    },
    [set, setIds],
  )
  const total = list.total
  const progress = (n: number, of: number): void =>
    setCsvNote(t('gdap.reading', { n: numberText(n), total: numberText(of) }))
  const selectAll = async (): Promise<void> => {
    const all = await readAll(filter, order, progress)
    setCsvNote(undefined)
    setOthers(new Map(all.map((row) => [row.id, row])))
    setIds(new Set(all.map(({ id }) => id)))
    announce(t('gdap.bulk.selected', { n: all.length }))
  }
  const csv = async (): Promise<void> => {
    try {
      const all = await readAll(filter, order, progress)
      const names = new Map((groups.data?.value ?? []).map(({ id, displayName }) => [id, displayName]))
      download(`relationships-${serverNow().toISOString().slice(0, 10)}.csv`, relationshipsCsv(all, roles, names))
      setCsvNote(t('gdap.csvDone', { n: all.length }))
    } catch (error) {
      setCsvNote(error instanceof Error ? error.message : String(error))
    }
  }
  const isAllSelected = list.rows.length > 0 && ids.size === list.rows.length && total !== undefined && total > ids.size
  const hasNothing = total === 0
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
        </div>
      }
    >
      <div className={styles.root}>
        <Tiles counts={counts} pressed={view.tile} onPress={(tile) => change({ tile })} />
        <FilterBar view={view} onChange={change} roles={roles} />
        <div className={styles.list}>
          {list.error !== null && list.rows.length === 0 ? (
            <div className={styles.pad}>
              <Problem error={list.error} onRetry={() => void list.refetch()} />
            </div>
          ) : list.data === undefined ? (
            <div className={styles.pad}>
              <Skeleton lines={10} />
            </div>
          ) : hasNothing && filter === undefined ? (
            <NothingAtAll />
          ) : hasNothing ? (
            <Empty text={t('gdap.noneMatch')} action={<Lift view={view} onChange={change} roles={roles} />} />
          ) : (
            <List
              rows={list.rows}
              total={total}
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
            />
          )}
        </div>
        {bulk.job !== undefined && (
          <JobBar
            job={bulk.job}
            results={bulk.results}
            isRunning={bulk.isRunning}
            onStop={bulk.stop}
            onClose={bulk.close}
            onAgain={(job) => void bulk.start(job)}
          />
        )}
        <BulkBar
          count={t('gdap.count', { n: total ?? 0 })}
          selected={selected}
          onSelectAll={isAllSelected ? () => void selectAll() : undefined}
          total={total}
          onStart={(job) => void bulk.start(job)}
          isRunning={bulk.isRunning}
          onCsv={() => void csv()}
          csvNote={csvNote}
        />
      </div>
    </PageFrame>
  )
}
