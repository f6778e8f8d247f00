/** The translations of a set: a grid of its terms and languages that is written in, filled by pasting, and read hole by hole. */
import { Button, mergeClasses, Select } from '@fluentui/react-components'
import { useMemo, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { Empty } from '../../../kit/Empty.tsx'
import { Loaded } from '../../../kit/Loaded.tsx'
import { useNarrow } from '../../../kit/look/narrow.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { useView } from '../../../kit/view.ts'
import { languageName } from '../../detail/names/names.ts'
import { useStore } from '../../detail/names/storeLanguages.ts'
import { AsOfBar, usePastStyles } from '../../detail/past/AsOfBar.tsx'
import { JobPanel } from '../bulk/JobPanel.tsx'
import { shownRows } from '../filter.ts'
import { Head } from '../Head.tsx'
import { useSetRows } from '../rows.ts'
import { useViewStyles } from '../SetTable.tsx'
import type { CellChange } from './cells.ts'
import { MatrixGrid } from './MatrixGrid.tsx'
import { PastePanel } from './PastePanel.tsx'
import { useCellSaving } from './saving.ts'

export function Matrix({ setId }: { readonly setId: string }) {
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

interface ShownProps {
  readonly setId: string
  /** The default one first. */
  readonly languages: readonly string[]
}

function Shown({ setId, languages }: ShownProps) {
  const styles = useViewStyles()
  const shared = useShared()
  const past = usePastStyles()
  const isNarrow = useNarrow()
  const { view, set: setView } = useView()
  const usual = languages[0] ?? ''
  const asOf = view['as-of']
  const all = useSetRows(setId, usual, asOf)
  const saving = useCellSaving(setId, all)
  const [pasted, setPasted] = useState<readonly CellChange[] | undefined>()
  const text = view['q'] ?? ''
  const state = view['state'] ?? ''
  /** Rows that were shown when the filter was chosen stay while they are filled. */
  const rows = useKeptRows(all, text, state)
  const other = view['translate'] ?? languages[1] ?? usual
  const tags = isNarrow ? [...new Set([usual, other])] : languages
  if (all.error !== null) return <Problem error={all.error} onRetry={all.again} />
  return (
    <div className={mergeClasses(styles.root, asOf !== undefined && past.past)}>
      {asOf !== undefined && <AsOfBar at={asOf} />}
      <Head
        setId={setId}
        languages={languages}
        language={usual}
        all={all}
        shown={rows.length}
        tools={
          isNarrow ? (
            <Select
              size="small"
              aria-label={t('matrix.other')}
              value={other}
              onChange={(_, { value }) => setView({ translate: value })}
            >
              {languages.slice(1).map((tag) => (
                <option key={tag} value={tag}>
                  {languageName(tag)}
                </option>
              ))}
            </Select>
          ) : (
            <Button size="small" onClick={saving.goToNextMissing}>
              {t('matrix.next')}
            </Button>
          )
        }
      />
      <div className={styles.grid}>
        {all.total === undefined ? (
          <div className={shared.page}>
            <Skeleton lines={8} />
          </div>
        ) : all.total === 0 ? (
          <Empty text={t('table.none')} />
        ) : (
          <MatrixGrid
            rows={rows}
            tags={tags}
            facts={all.facts}
            saving={saving}
            onPaste={setPasted}
            isNarrow={isNarrow}
            isReadOnly={asOf !== undefined}
          />
        )}
      </div>
      <JobPanel running={saving.job} onRetry={(refused) => void saving.again(refused)} />
      <PastePanel
        changes={pasted}
        rows={rows}
        onClose={() => setPasted(undefined)}
        onApply={(changes) => {
          setPasted(undefined)
          void saving.saveAll(changes)
        }}
      />
    </div>
  )
}

function useKeptRows(all: ReturnType<typeof useSetRows>, text: string, state: string) {
  const [kept, setKept] = useState<{ readonly of: string; readonly ids: ReadonlySet<string> } | undefined>()
  const of = `${text}\n${state}`
  const fitting = useMemo(() => shownRows(all.rows, all.facts, { text, state }), [all.rows, all.facts, text, state])
  if (all.isComplete && kept?.of !== of) setKept({ of, ids: new Set(fitting.map(({ id }) => id)) })
  return useMemo(() => {
    if (text === '' && state === '') return all.rows
    if (kept?.of !== of) return fitting
    return all.rows.filter(({ id }) => kept.ids.has(id))
  }, [all.rows, fitting, kept, of, text, state])
}
