/** All changes of the taxonomy, newest first, as they happen; each can be taken back where nothing later stands on it. */
import { Button, mergeClasses, Tooltip } from '@fluentui/react-components'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useAction } from '../../../data/action.ts'
import type { LaterChange } from '../../../data/problem.ts'
import type { Change } from '../../../data/types.ts'
import { t, useLanguage } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { Empty } from '../../../kit/Empty.tsx'
import { ArrowUndoRegular } from '../../../kit/icons.ts'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { useView, type View } from '../../../kit/view.ts'
import { Choice, PlaceChoice } from '../../fields/Choice.tsx'
import { FindField } from '../../fields/FindField.tsx'
import { FreeChoice } from '../../fields/FreeChoice.tsx'
import { useGroups } from '../../groups.ts'
import { usePageStyles } from '../../pageStyles.ts'
import { KindIcon } from '../KindIcon.tsx'
import { LaterChanges } from '../LaterChanges.tsx'
import { PastTabs } from '../PastTabs.tsx'
import { type Undoing, undoInOrder, undoOne, undoPlan, verbText } from '../undoing.ts'
import { takenBack, undoId } from './change-facts.ts'
import { type ChangeWords, verbs, wordsOf } from './change-words.ts'
import { changesPlan, useChanges } from './changes.ts'
import { DeltaLink } from './DeltaLink.tsx'
import { deltaPlan } from './delta.ts'

/** So many rows are wanted where the page itself chooses among them. */
const wantedRows = 30

interface Row {
  readonly change: Change
  readonly words: ChangeWords
  readonly isTakenBack: boolean
}

interface UndoProps {
  readonly row: Row
  readonly isBusy: boolean
  readonly onUndo: (row: Row) => void
}

function Undo({ row, isBusy, onUndo }: UndoProps) {
  const words = t(row.change.importId === null || row.change.importId === undefined ? 'undo' : 'termchanges.undoImport')
  const why = row.isTakenBack ? t('termchanges.takenBack') : undefined
  const button = (
    <Button
      size="small"
      disabledFocusable={isBusy || why !== undefined}
      aria-label={`${words}: ${row.words.verb}, ${row.words.name}`}
      onClick={(event) => {
        event.stopPropagation()
        if (!isBusy && why === undefined) onUndo(row)
      }}
    >
      {words}
    </Button>
  )
  return why === undefined ? (
    button
  ) : (
    <Tooltip content={why} relationship="description">
      {button}
    </Tooltip>
  )
}

function What({ row: { words }, isCard = false }: { readonly row: Row; readonly isCard?: boolean }) {
  const page = usePageStyles()
  return (
    <>
      <KindIcon kind={words.kind} />{' '}
      {words.to === undefined ? (
        words.name
      ) : (
        <AppLink to={words.to} className={isCard ? page.target : ''}>
          {words.name}
        </AppLink>
      )}
    </>
  )
}

function columnsOf(isBusy: boolean, onUndo: (row: Row) => void): readonly GridColumn<Row>[] {
  return [
    {
      id: 'when',
      title: t('termchanges.when'),
      width: 'minmax(130px, 1fr)',
      cell: ({ change }) => <TimeText at={change.changedDateTime} />,
    },
    { id: 'by', title: t('termpages.by'), width: 'minmax(180px, 1fr)', cell: ({ words }) => words.by },
    { id: 'verb', title: t('termchanges.done'), width: 'minmax(140px, 1fr)', cell: ({ words }) => words.verb },
    { id: 'what', title: t('termchanges.what'), width: 'minmax(180px, 2fr)', cell: (row) => <What row={row} /> },
    { id: 'before', title: t('termimport.before'), width: 'minmax(130px, 2fr)', cell: ({ words }) => words.before },
    { id: 'after', title: t('termimport.after'), width: 'minmax(130px, 2fr)', cell: ({ words }) => words.after },
    {
      id: 'undo',
      title: t('termpages.actions'),
      width: '156px',
      cell: (row) => <Undo row={row} isBusy={isBusy} onUndo={onUndo} />,
    },
  ]
}

/** Takes changes back, and those that stand against one with it. */
function useUndoing() {
  const action = useAction()
  const [asked, setAsked] = useState<Undoing | undefined>()
  const undo = ({ change, words }: Row): void => {
    const one = { id: undoId(change), what: `${words.verb}, ${words.name}` }
    setAsked(one)
    void undoOne(action, one)
  }
  return { ...action, undo, undoAll: (later: readonly LaterChange[]) => void undoInOrder(action, later, asked) }
}

/** Everybody who was seen in the list, also while it is narrowed to one of them. */
function usePeople(changes: readonly Change[] | undefined): readonly string[] {
  const seen = useRef(new Set<string>())
  return useMemo(() => {
    for (const { by } of changes ?? []) if (by?.name) seen.current.add(by.name)
    return [...seen.current].sort()
  }, [changes])
}

function noneText({ set, verb, by }: View, loaded: number): string {
  if (loaded > 0) return t('termpages.noneOf', { n: loaded })
  return t((set ?? verb ?? by) === undefined ? 'termchanges.empty' : 'termchanges.none')
}

export default function ChangesPage() {
  const language = useLanguage()
  const page = usePageStyles()
  const shared = useShared()
  const { view, set } = useView()
  const known = useGroups()
  const read = useChanges(view)
  const { isBusy, problem, clear, undo, undoAll } = useUndoing()
  const [current, setCurrent] = useState<Row | undefined>()
  const { data, hasNextPage, isFetching, fetchNextPage, error, refetch } = read
  const changes = useMemo(() => data?.pages.flatMap((one) => one.changes), [data])
  const people = usePeople(changes)
  // biome-ignore lint/correctness/useExhaustiveDependencies: words are in the language of the pages.
  const rows = useMemo(() => {
    const names = new Map([...(data?.pages ?? [])].reverse().flatMap((one) => [...one.names]))
    const gone = takenBack(changes ?? [])
    const wanted = (view['find'] ?? '').trim().toLowerCase()
    return (changes ?? [])
      .map(
        (change): Row => ({
          change,
          words: wordsOf(change, names, known),
          isTakenBack: gone.has(String(change.id)) || gone.has(change.importId ?? '') || gone.has(change.batchId ?? ''),
        }),
      )
      .filter(({ words }) => Object.values(words).join(' ').toLowerCase().includes(wanted))
  }, [data, changes, known, view, language])
  // A page of the record may be short, or have nothing, where much of it is passed over.
  useEffect(() => {
    if (rows.length < wantedRows && hasNextPage && !isFetching) void fetchNextPage()
  }, [rows.length, hasNextPage, isFetching, fetchNextPage])
  return (
    <PageFrame
      title={t('nav.changes')}
      trail={<AppLink to="/terms">{t('nav.terms')}</AppLink>}
      tools={
        <>
          <DeltaLink />
          <RequestPreview
            plans={() => (current === undefined ? [changesPlan(view), deltaPlan] : [undoPlan(undoId(current.change))])}
          />
        </>
      }
      isFull
    >
      <div className={page.root}>
        <div className={page.tools}>
          <PastTabs current="/terms/changes" />
        </div>
        <div className={page.tools}>
          <FindField />
          <PlaceChoice
            label={t('termpages.set')}
            all={t('termpages.allSets')}
            known={known}
            set={view['set']}
            hasGroups={false}
            onChoose={(place) => set({ set: place.set })}
          />
          <Choice
            label={t('termchanges.done')}
            value={view['verb']}
            options={[
              { value: '', text: t('termchanges.allVerbs') },
              ...verbs.map((value) => ({ value, text: verbText(value) })),
            ]}
            onChoose={(verb) => set({ verb })}
          />
          <FreeChoice
            label={t('termpages.by')}
            placeholder={t('termpages.everybody')}
            value={view['by'] ?? ''}
            options={people}
            onChoose={(by) => set({ by })}
          />
        </div>
        <div className={mergeClasses(page.message, shared.column)}>
          {problem !== undefined && <Problem error={problem} onClose={clear} />}
          {problem?.later !== undefined && problem.later.length > 0 && (
            <LaterChanges later={problem.later} isBusy={isBusy} onUndoAll={undoAll} />
          )}
          {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
          {changes === undefined && error === null && <Skeleton lines={6} />}
        </div>
        {changes !== undefined && rows.length === 0 && !isFetching && (
          <Empty
            text={noneText(view, changes.length)}
            {...(Object.keys(view).length === 0
              ? {}
              : {
                  action: (
                    <Button
                      size="small"
                      onClick={() => set({ find: undefined, by: undefined, verb: undefined, set: undefined })}
                    >
                      {t('termpages.clearAll')}
                    </Button>
                  ),
                })}
          />
        )}
        {rows.length > 0 && (
          <div className={page.list}>
            <Grid
              label={t('nav.changes')}
              columns={columnsOf(isBusy, undo)}
              rows={rows}
              rowKey={({ change }) => String(change.id)}
              rowName={({ words }) => `${words.verb} ${words.name}`}
              onOpen={setCurrent}
              {...(current === undefined ? {} : { current: String(current.change.id) })}
              onMore={() => {
                if (hasNextPage && !isFetching) void fetchNextPage()
              }}
              card={{
                height: 124,
                of: (row) => (
                  <div className={page.card}>
                    <div className={shared.ellipsis}>
                      <strong>{row.words.verb}</strong> <What row={row} isCard />
                    </div>
                    <div className={mergeClasses(shared.small, shared.ellipsis)}>
                      {[row.words.before, row.words.after].filter((part) => part !== '').join(' → ')}
                    </div>
                    <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)}>
                      <TimeText at={row.change.changedDateTime} /> · {row.words.by}
                    </div>
                    <div>
                      <Undo row={row} isBusy={isBusy} onUndo={undo} />
                    </div>
                  </div>
                ),
              }}
            />
          </div>
        )}
        {isBusy && (
          <div className={page.foot}>
            <ArrowUndoRegular /> {t('termimport.job.undoing')}
          </div>
        )}
      </div>
    </PageFrame>
  )
}
