/** A set as a table: its terms in the order of the tree, or sorted by a column once all of them are there. */
import { makeStyles, mergeClasses } from '@fluentui/react-components'
import { useMemo, useState } from 'react'
import { currentLanguage, t } from '../../i18n/t.ts'
import { Empty } from '../../kit/Empty.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { useNarrow } from '../../kit/look/narrow.ts'
import { Problem } from '../../kit/Problem.tsx'
import { Grid, type GridSort } from '../../kit/parts/Grid.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import { useGo, useView } from '../../kit/view.ts'
import { useStore } from '../detail/names/storeLanguages.ts'
import { AsOfBar, usePastStyles } from '../detail/past/AsOfBar.tsx'
import type { Listed } from './api.ts'
import { Bulk, focusGrid } from './bulk/Bulk.tsx'
import { RestoreBar } from './bulk/RestoreBar.tsx'
import { ColumnMenu } from './ColumnMenu.tsx'
import { sortValue, stateText, useColumnChoice, useColumns } from './columns.tsx'
import { shownRows } from './filter.ts'
import { Head } from './Head.tsx'
import { useSetRows } from './rows.ts'

export const useViewStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', flexGrow: 1, flexBasis: 0, minHeight: 0, minWidth: 0 },
  grid: { flexGrow: 1, minHeight: '160px', minWidth: 0, display: 'flex', flexDirection: 'column' },
})

/** Of a row on a telephone. */
const cardHeight = 56

function Card({ row }: { readonly row: Listed }) {
  const shared = useShared()
  return (
    <>
      <div className={shared.ellipsis}>{row.label}</div>
      <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)}>
        {[row.path.slice(0, -1).join(' > '), stateText(row)].filter((part) => part !== '').join(' · ')}
      </div>
    </>
  )
}

interface SetViewProps {
  readonly setId: string
}

export function SetTable({ setId }: SetViewProps) {
  const store = useStore()
  const asOf = useView().view['as-of']
  return (
    <Loaded read={store}>
      {({ defaultLanguageTag, languageTags }) => (
        <Shown key={`${setId} ${asOf}`} setId={setId} languages={[...new Set([defaultLanguageTag, ...languageTags])]} />
      )}
    </Loaded>
  )
}

function sorted(rows: readonly Listed[], by: GridSort, value: (row: Listed) => string | number): readonly Listed[] {
  const collator = new Intl.Collator(currentLanguage(), { numeric: true })
  const sign = by.isDescending ? -1 : 1
  return rows
    .map((row) => ({ row, key: value(row) }))
    .sort(
      (a, b) =>
        sign *
        (typeof a.key === 'number' && typeof b.key === 'number'
          ? a.key - b.key
          : collator.compare(String(a.key), String(b.key))),
    )
    .map(({ row }) => row)
}

function Shown({ setId, languages }: SetViewProps & { readonly languages: readonly string[] }) {
  const styles = useViewStyles()
  const shared = useShared()
  const past = usePastStyles()
  const go = useGo()
  const isNarrow = useNarrow()
  const { view, set: setView } = useView()
  const language = view['lang'] ?? languages[0] ?? ''
  const asOf = view['as-of']
  const all = useSetRows(setId, language, asOf)
  const [chosen, setChosen] = useColumnChoice()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const columns = useColumns({ facts: all.facts, languages })
  const text = view['q'] ?? ''
  const state = view['state'] ?? ''
  const [sortBy = '', direction] = (view['sort'] ?? '').split(' ')
  const rows = useMemo(() => {
    const filtered = shownRows(all.rows, all.facts, { text, state })
    if (sortBy === '' || !all.isComplete) return filtered
    return sorted(filtered, { column: sortBy, isDescending: direction === 'desc' }, (row) =>
      sortValue(sortBy, row, { facts: all.facts, languages }),
    )
  }, [all.rows, all.facts, all.isComplete, text, state, sortBy, direction, languages])
  if (all.error !== null) return <Problem error={all.error} onRetry={all.again} />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape gives the selection up, before it leads back to the tree.
    <div
      className={mergeClasses(styles.root, asOf !== undefined && past.past)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || selected.size === 0) return
        // Not out of a menu or a drawer, which are elsewhere in the document.
        if (!event.currentTarget.contains(event.target as Node)) return
        event.preventDefault()
        setSelected(new Set())
        focusGrid()
      }}
    >
      {asOf !== undefined && <AsOfBar at={asOf} />}
      <Head
        setId={setId}
        languages={languages}
        language={language}
        all={all}
        shown={rows.length}
        tools={isNarrow ? undefined : <ColumnMenu chosen={chosen} onChange={setChosen} />}
      />
      <div className={styles.grid} id="detail-grid">
        {all.total === undefined ? (
          <div className={shared.page}>
            <Skeleton lines={8} />
          </div>
        ) : all.total === 0 ? (
          <Empty text={t('table.none')} />
        ) : (
          <Grid
            label={t('table.title')}
            rows={rows}
            rowKey={({ id }) => id}
            rowName={({ label }) => label}
            columns={chosen.map((id) => columns[id])}
            card={{ height: cardHeight, of: (row) => <Card row={row} /> }}
            selected={selected}
            onSelect={setSelected}
            sort={{ column: sortBy, isDescending: direction === 'desc' }}
            onSort={({ column, isDescending }) => setView({ sort: isDescending ? `${column} desc` : column })}
            onOpen={({ id }) => go(`/terms/s/${setId}/t/${id}${asOf === undefined ? '' : `?as-of=${asOf}`}`)}
          />
        )}
      </div>
      {asOf === undefined ? (
        <Bulk
          setId={setId}
          languages={languages}
          language={language}
          rows={all.rows}
          facts={all.facts}
          selected={selected}
          onSelect={setSelected}
        />
      ) : (
        <RestoreBar setId={setId} at={asOf} rows={all.rows} selected={selected} onSelect={setSelected} />
      )}
    </div>
  )
}
