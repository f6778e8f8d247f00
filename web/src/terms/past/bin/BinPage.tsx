/** The recycle bin: what was deleted, from where, by whom, and for how long it can be brought back. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { useMemo, useState } from 'react'
import { useAction } from '../../../data/action.ts'
import type { DeletedItem } from '../../../data/types.ts'
import { serverNow, useTick } from '../../../i18n/format.ts'
import { t, useLanguage } from '../../../i18n/t.ts'
import { AppLink } from '../../../kit/AppLink.tsx'
import { Empty } from '../../../kit/Empty.tsx'
import { ArrowUndoRegular } from '../../../kit/icons.ts'
import { PageFrame } from '../../../kit/PageFrame.tsx'
import { Problem } from '../../../kit/Problem.tsx'
import { ConfirmByName } from '../../../kit/parts/ConfirmByName.tsx'
import { Grid, type GridColumn } from '../../../kit/parts/Grid.tsx'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { Skeleton } from '../../../kit/Skeleton.tsx'
import { useShared } from '../../../kit/styles.ts'
import { TimeText } from '../../../kit/TimeText.tsx'
import { useView, type View } from '../../../kit/view.ts'
import { Choice } from '../../fields/Choice.tsx'
import { FindField } from '../../fields/FindField.tsx'
import { useGroups } from '../../groups.ts'
import { usePageStyles } from '../../pageStyles.ts'
import { KindIcon, kindText } from '../KindIcon.tsx'
import { PastTabs } from '../PastTabs.tsx'
import { binPlan, daysLeft, placeOf, purgePlan, type RestorePlace, restorePlan, useBin } from './bin.ts'
import { RestorePanel } from './RestorePanel.tsx'
import { RestoreResults } from './RestoreResults.tsx'
import { useRestoring } from './restoring.ts'

function fits({ name, path, by, kind }: DeletedItem, view: View): boolean {
  const wanted = (view['find'] ?? '').trim().toLowerCase()
  return (
    `${name ?? ''} ${path ?? ''}`.toLowerCase().includes(wanted) &&
    (view['by'] === undefined || by?.name === view['by']) &&
    (view['kind'] === undefined || kind === view['kind']) &&
    (view['in'] === undefined || placeKey(path) === view['in'])
  )
}

/** Group and set of a path. */
function placeKey(path: string | null | undefined): string {
  return (path ?? '').split('/').slice(0, 2).join('/')
}

function distinct(values: readonly (string | null | undefined)[]): string[] {
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && value !== ''))].sort()
}

function leftText(item: DeletedItem): string {
  const days = daysLeft(item, serverNow())
  return days === undefined ? t('termbin.forEver') : t('termbin.daysLeft', { n: days })
}

interface RowActions {
  readonly isBusy: boolean
  readonly restore: (item: DeletedItem) => void
  readonly restoreTo: (item: DeletedItem) => void
}

function Buttons({ item, isBusy, restore, restoreTo }: RowActions & { readonly item: DeletedItem }) {
  const stop = (event: { stopPropagation(): void }): void => event.stopPropagation()
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps clicks from the row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons have the keys.
    <span onClick={stop}>
      <Button
        size="small"
        disabledFocusable={isBusy}
        aria-label={t('termbin.restoreName', { name: item.name ?? '' })}
        onClick={() => restore(item)}
      >
        {t('termbin.restore')}
      </Button>{' '}
      {item.kind === 'term' && (
        <Button
          size="small"
          appearance="subtle"
          aria-label={t('termbin.restoreToName', { name: item.name ?? '' })}
          onClick={() => restoreTo(item)}
        >
          {t('termbin.restoreTo')}
        </Button>
      )}
    </span>
  )
}

function Name({ item }: { readonly item: DeletedItem }) {
  const below = (item.count ?? 1) - 1
  return (
    <>
      <KindIcon kind={item.kind} /> <strong>{item.name ?? item.subjectId}</strong>
      {below > 0 && ` (${t('termbin.below', { n: below })})`}
    </>
  )
}

function columnsOf(actions: RowActions): readonly GridColumn<DeletedItem>[] {
  return [
    { id: 'name', title: t('termbin.what'), width: 'minmax(200px, 3fr)', cell: (item) => <Name item={item} /> },
    { id: 'was', title: t('termbin.where'), width: 'minmax(180px, 3fr)', cell: placeOf },
    {
      id: 'deleted',
      title: t('termbin.deleted'),
      width: 'minmax(140px, 1fr)',
      cell: (item) => <TimeText at={item.deletedDateTime} />,
    },
    { id: 'by', title: t('termpages.by'), width: 'minmax(180px, 2fr)', cell: ({ by }) => by?.name },
    { id: 'left', title: t('termbin.left'), width: 'minmax(120px, 1fr)', cell: leftText },
    {
      id: 'actions',
      title: t('termpages.actions'),
      width: '264px',
      cell: (item) => <Buttons item={item} {...actions} />,
    },
  ]
}

export default function BinPage() {
  useLanguage()
  useTick()
  const page = usePageStyles()
  const shared = useShared()
  const { view, set } = useView()
  const known = useGroups()
  const { read, items } = useBin()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [target, setTarget] = useState<DeletedItem | undefined>()
  const [purging, setPurging] = useState<DeletedItem | undefined>()
  const purge = useAction()
  const { isBusy, results, restore, clear } = useRestoring()
  const shown = useMemo(() => (items ?? []).filter((item) => fits(item, view)), [items, view])
  const chosen = shown.filter(({ id = '' }) => selected.has(id))
  const problemOfTarget = results.find(({ item }) => item.id === target?.id)?.problem
  const run = async (some: readonly DeletedItem[], place?: RestorePlace): Promise<void> => {
    if (!(await restore(some, place))) return
    setSelected(new Set())
    setTarget(undefined)
  }
  const columns = columnsOf({
    isBusy,
    restore: (item) => void run([item]),
    restoreTo: (item) => {
      clear()
      setTarget(item)
    },
  })
  const [only] = chosen
  return (
    <PageFrame
      title={t('nav.bin')}
      trail={<AppLink to="/terms">{t('nav.terms')}</AppLink>}
      tools={
        <RequestPreview
          plans={() => (chosen.length === 0 ? [binPlan] : chosen.map(({ id = '' }) => restorePlan(id)))}
        />
      }
      isFull
    >
      <div className={page.root}>
        <div className={page.tools}>
          <PastTabs current="/terms/bin" />
        </div>
        <div className={page.tools}>
          <FindField />
          <Choice
            label={t('termpages.by')}
            value={view['by']}
            options={[
              { value: '', text: t('termpages.everybody') },
              ...distinct((items ?? []).map(({ by }) => by?.name)).map((value) => ({ value, text: value })),
            ]}
            onChoose={(by) => set({ by })}
          />
          <Choice
            label={t('termpages.kind')}
            value={view['kind']}
            options={[
              { value: '', text: t('termpages.allKinds') },
              ...distinct((items ?? []).map(({ kind }) => kind)).map((value) => ({ value, text: kindText(value) })),
            ]}
            onChoose={(kind) => set({ kind })}
          />
          <Choice
            label={t('termpages.set')}
            value={view['in']}
            options={[
              { value: '', text: t('termpages.allSets') },
              ...distinct((items ?? []).map(({ path }) => placeKey(path))).map((value) => ({
                value,
                text: value.replace('/', ' › '),
              })),
            ]}
            onChoose={(place) => set({ in: place })}
          />
          <span className={shared.grow} />
          {chosen.length > 0 && (
            <>
              <span className={shared.soft}>{t('termpages.selected', { n: chosen.length })}</span>
              <Button
                appearance="primary"
                icon={<ArrowUndoRegular />}
                disabledFocusable={isBusy}
                onClick={() => void run(chosen)}
              >
                {t('termbin.restore')}
              </Button>
              {chosen.length === 1 && only !== undefined && (
                <Button onClick={() => setPurging(only)}>{t('termbin.purge')}</Button>
              )}
            </>
          )}
        </div>
        <div className={page.message}>
          {target === undefined && (
            <RestoreResults
              results={results}
              onClose={clear}
              onTo={setTarget}
              onRestore={(item, place) => void run([item], place)}
            />
          )}
          {purge.problem !== undefined && <Problem error={purge.problem} onClose={purge.clear} />}
          {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
          {items === undefined && read.error === null && <Skeleton lines={6} />}
        </div>
        {items !== undefined && items.length === 0 && <Empty text={t('termbin.empty')} />}
        {items !== undefined && items.length > 0 && shown.length === 0 && (
          <Empty
            text={t('termpages.noneOf', { n: items.length })}
            action={
              <Button
                size="small"
                onClick={() => set({ find: undefined, by: undefined, kind: undefined, in: undefined })}
              >
                {t('termpages.clearAll')}
              </Button>
            }
          />
        )}
        {shown.length > 0 && (
          <div className={page.list}>
            <Grid
              label={t('nav.bin')}
              columns={columns}
              rows={shown}
              rowKey={({ id = '' }) => id}
              rowName={({ name, subjectId = '' }) => name ?? subjectId}
              selected={selected}
              onSelect={setSelected}
              card={{
                height: 116,
                of: (item) => (
                  <div className={page.card}>
                    <div className={shared.ellipsis}>
                      <Name item={item} />
                    </div>
                    <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)}>{placeOf(item)}</div>
                    <div className={mergeClasses(shared.small, shared.soft, shared.ellipsis)}>
                      <TimeText at={item.deletedDateTime} /> · {item.by?.name} · {leftText(item)}
                    </div>
                    <Buttons
                      item={item}
                      isBusy={isBusy}
                      restore={(one) => void run([one])}
                      restoreTo={(one) => {
                        clear()
                        setTarget(one)
                      }}
                    />
                  </div>
                ),
              }}
            />
          </div>
        )}
        <RestorePanel
          item={target}
          known={known}
          isBusy={isBusy}
          problem={problemOfTarget}
          onClose={() => {
            setTarget(undefined)
            clear()
          }}
          onRestore={(item, place) => void run([item], place)}
        />
        <ConfirmByName
          title={t('termbin.purge.title', { name: purging?.name ?? '' })}
          name={purging?.name ?? ''}
          action={t('termbin.purge')}
          isOpen={purging !== undefined}
          onCancel={() => setPurging(undefined)}
          onConfirm={() => {
            const { id = '', name } = purging ?? {}
            setPurging(undefined)
            setSelected(new Set())
            void purge.run(purgePlan(id), {
              done: t('termbin.purged', { name: name ?? '' }),
              touches: ['relata.taxonomy.purge'],
            })
          }}
        >
          {t('termbin.purge.text', { n: purging?.count ?? 1 })}
        </ConfirmByName>
      </div>
    </PageFrame>
  )
}
