/** What can be done with the rows that are selected, and with all that the filter finds. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { useMemo, useState } from 'react'
import type { RequestPlan } from '../../../data/plan.ts'
import { currentSession } from '../../../data/session.ts'
import { serverNow } from '../../../i18n/format.ts'
import { t } from '../../../i18n/t.ts'
import { useNarrow } from '../../../kit/look/narrow.ts'
import { RequestPreview } from '../../../kit/RequestPreview.tsx'
import { useShared } from '../../../kit/styles.ts'
import { type RelationshipRow, useGroups, useRoles } from '../../api.ts'
import { useBundles } from '../../bundles.ts'
import { MappingPanel } from '../../mapping/MappingPanel.tsx'
import { keepMapping, type Mapping } from '../../mapping/mapping.ts'
import { ReasonButton } from '../../ReasonButton.tsx'
import { reasonAgainst } from '../../reasons.ts'
import { Terminate } from '../../Terminate.tsx'
import type { WholeRead } from '../useWhole.ts'
import { useBar } from './bar.ts'
import { type BulkKind, itemOf, mappingSteps, type Names, reasonAgainstAll, titleOf } from './kinds.ts'
import { startBulk, useRun } from './running.ts'
import { applyPlan } from './work.ts'

interface BarProps {
  readonly count: string
  readonly selected: readonly RelationshipRow[]
  /** More match than are loaded, and all that are loaded are selected. */
  readonly onSelectAll: (() => void) | undefined
  readonly total: number | undefined
  readonly onCsv: () => void
  /** All rows of the filter are being read, for the file or to be selected. */
  readonly whole: WholeRead
}

/** Done as soon as they are pressed: they can be taken back, or put right again. */
const direct: readonly BulkKind[] = [
  { name: 'extend', isOn: true },
  { name: 'extend', isOn: false },
]
const mapping: BulkKind = { name: 'map', mapping: { kind: 'named' } }
const removal: BulkKind = { name: 'global' }
const ending: BulkKind = { name: 'terminate' }

/** Rows of which the requests are shown. */
const shownRows = 20

function mapCounts(rows: readonly RelationshipRow[], chosen: Mapping, names: Names) {
  const all = rows.map((row) => mappingSteps(row, chosen, names))
  const steps = all.flatMap((one) => (typeof one === 'string' ? [] : one))
  const made = steps.filter(({ kind }) => kind === 'made').length
  const changed = all.filter((one) => typeof one !== 'string').length
  const [first] = all
  const why = typeof first === 'string' && rows.length === 1 ? first : t('gdap.map.nothingIn')
  const reason = steps.length > 0 ? undefined : why
  return { made, updated: steps.length - made, relationships: changed, left: rows.length - changed, reason }
}

/** One for each kind, where it is done with some of the rows. */
function requestsFor(kinds: readonly BulkKind[], rows: readonly RelationshipRow[], names: Names): RequestPlan[] {
  const partner = currentSession().acting?.tenant.id ?? ''
  const some = rows.slice(0, shownRows)
  return kinds
    .map((kind) => some.map((row) => itemOf(kind, row, names)).filter(({ steps }) => steps !== undefined))
    .filter((items) => items.length > 0)
    .map((items) => applyPlan(items, partner, serverNow().toISOString()))
}

function MapSelected(props: { rows: readonly RelationshipRow[]; names: Names; isOpen: boolean; onClose: () => void }) {
  const { rows, names, isOpen, onClose } = props
  return (
    <MappingPanel
      title={t('gdap.bulk.mapTitle', { n: rows.length })}
      action={t('gdap.plan.apply')}
      isOpen={isOpen}
      onClose={onClose}
      groups={names.groups}
      planOf={(chosen) => {
        const { reason, ...counts } = mapCounts(rows, chosen, names)
        return reason === undefined ? { words: t('gdap.map.counts', counts) } : { words: '', reason }
      }}
      requestsOf={(chosen) => requestsFor([{ name: 'map', mapping: chosen }], rows, names)}
      onApply={(chosen) => {
        keepMapping(chosen)
        onClose()
        void startBulk({ name: 'map', mapping: chosen }, rows, names)
      }}
    />
  )
}

function Actions({ selected }: Pick<BarProps, 'selected'>) {
  const roles = useRoles()
  const groups = useGroups().data?.value
  const bundles = useBundles()
  const names = useMemo<Names>(() => ({ roles, groups: groups ?? [], bundles }), [roles, groups, bundles])
  const [open, setOpen] = useState<'ending' | 'mapping' | undefined>()
  const isRunning = useRun()?.isRunning === true
  const busy = isRunning ? t('gdap.bulk.running') : undefined
  const reasons = useMemo(
    () => ({
      direct: direct.map((kind) => reasonAgainstAll(kind, selected, names)),
      removal: reasonAgainstAll(removal, selected, names),
      mapping: selected.every((row) => reasonAgainst(row, 'assign') !== undefined)
        ? reasonAgainstAll(mapping, selected, names)
        : undefined,
      ending: reasonAgainstAll(ending, selected, names),
    }),
    [selected, names],
  )
  const endable = useMemo(
    () => (open === 'ending' ? selected.filter((row) => reasonAgainst(row, 'terminate') === undefined) : []),
    [selected, open],
  )
  const requests = () => requestsFor([...direct, removal, ending], selected, names)
  return (
    <>
      {direct.map((kind, at) => (
        <ReasonButton
          key={titleOf(kind)}
          size="small"
          reason={busy ?? reasons.direct[at]}
          onClick={() => void startBulk(kind, selected, names)}
        >
          {titleOf(kind)}
        </ReasonButton>
      ))}
      <ReasonButton size="small" reason={busy ?? reasons.mapping} onClick={() => setOpen('mapping')}>
        {t('gdap.bulk.mapOpen')}
      </ReasonButton>
      <ReasonButton
        size="small"
        reason={busy ?? reasons.removal}
        onClick={() => void startBulk(removal, selected, names)}
      >
        {titleOf(removal)}
      </ReasonButton>
      <ReasonButton size="small" reason={busy ?? reasons.ending} onClick={() => setOpen('ending')}>
        {t('gdap.terminate.open')}
      </ReasonButton>
      <RequestPreview plans={requests} />
      <MapSelected rows={selected} names={names} isOpen={open === 'mapping'} onClose={() => setOpen(undefined)} />
      <Terminate
        name={endable[0]?.displayName ?? ''}
        count={endable.length}
        names={endable.map(({ displayName, id }) => displayName ?? id)}
        assignments={endable.flatMap(({ accessAssignments = [] }) => accessAssignments)}
        isOpen={open === 'ending'}
        onCancel={() => setOpen(undefined)}
        onConfirm={() => {
          setOpen(undefined)
          void startBulk(ending, selected, names)
        }}
      />
    </>
  )
}

export function BulkBar({ count, selected, onSelectAll, total, onCsv, whole }: BarProps) {
  const bar = useBar()
  const shared = useShared()
  const hasKeys = !useNarrow(1023) && (total ?? 0) > 0
  return (
    <section className={bar.root} aria-label={t('gdap.bulk.label')}>
      <div className={shared.row}>
        <span className={shared.numbers} aria-live="polite">
          {selected.length === 0 ? count : t('gdap.bulk.selected', { n: selected.length })}
        </span>
        {onSelectAll !== undefined && (
          <Button size="small" onClick={onSelectAll}>
            {t('gdap.bulk.selectAll', { n: total ?? 0 })}
          </Button>
        )}
        {selected.length > 0 && <Actions selected={selected} />}
        {selected.length === 0 && hasKeys && (
          <span className={mergeClasses(shared.small, shared.soft)}>{t('gdap.preview.hint')}</span>
        )}
        <Button size="small" onClick={onCsv} disabledFocusable={whole.isBusy}>
          {t('gdap.csv')}
        </Button>
        {whole.note !== undefined && <span className={shared.soft}>{whole.note}</span>}
        {whole.isBusy && (
          <Button size="small" onClick={whole.cancel}>
            {t('cancel')}
          </Button>
        )}
      </div>
    </section>
  )
}
