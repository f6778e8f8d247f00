/** What can be done with the rows that are selected: the bar appears from two on. */
import { Button, Field, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { mostInBatch } from '../../data/batch.ts'
import { graph, type RequestPlan } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { useShortcuts } from '../../kit/keys/shortcuts.ts'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { type KeyValue, termPath } from '../detail/api.ts'
import { TermPicker } from '../detail/TermPicker.tsx'
import { type Listed, readSome } from './api.ts'
import { type Refused, type Task, useJob } from './bulk.ts'
import { JobPanel } from './JobPanel.tsx'

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    '@media (max-width: 640px)': { paddingInline: tokens.spacingHorizontalL },
  },
})

type Verb = 'deprecate' | 'undeprecate' | 'available' | 'notAvailable' | 'delete'

/** What one of them is for one term. */
function planOf(verb: Verb, setId: string, { id }: Listed): RequestPlan {
  const path = termPath(setId, id)
  if (verb === 'delete') return graph('DELETE', path)
  if (verb === 'available' || verb === 'notAvailable')
    return graph('POST', `${path}/relata.setAvailableForTagging`, { body: { value: verb === 'available' } })
  return graph('POST', `${path}/relata.${verb}`, { body: {} })
}

const verbs: readonly Verb[] = ['deprecate', 'undeprecate', 'available', 'notAvailable', 'delete']

interface BulkProps {
  readonly setId: string
  readonly rows: readonly Listed[]
  readonly selected: ReadonlySet<string>
  readonly onClear: () => void
  readonly onSelect: (next: ReadonlySet<string>) => void
}

function tasksOf(rows: readonly Listed[], plan: (row: Listed) => RequestPlan): readonly Task[] {
  return rows.map((row) => ({ key: row.id, name: row.label, plan: plan(row) }))
}

export function Bulk({ setId, rows, selected, onClear, onSelect }: BulkProps) {
  const styles = useStyles()
  const shared = useShared()
  const running = useJob()
  const [panel, setPanel] = useState<'move' | 'property' | undefined>()
  const chosen = rows.filter(({ id }) => selected.has(id))
  useShortcuts(
    chosen.length > 1 && panel === undefined ? [{ keys: 'Escape', words: t('bulk.clear'), run: onClear }] : [],
  )
  const start = (what: string, tasks: readonly Task[]): void => {
    setPanel(undefined)
    void running.run(what, tasks).then((finished) => {
      onSelect(new Set([...selected].filter((id) => !finished.has(id))))
    })
  }
  const retry = (refused: readonly Refused[]): void =>
    start(
      running.job?.what ?? '',
      refused.map(({ task }) => task),
    )
  return (
    <>
      <JobPanel running={running} onRetry={retry} />
      {chosen.length > 1 && (
        <div className={styles.bar} role="toolbar" aria-label={t('bulk.label')}>
          <strong>{t('bulk.selected', { n: chosen.length })}</strong>
          <Button size="small" onClick={() => setPanel('move')}>
            {t('bulk.move')}
          </Button>
          {verbs.map((verb) => (
            <Button
              key={verb}
              size="small"
              onClick={() =>
                start(
                  t(`bulk.${verb}`),
                  tasksOf(chosen, (row) => planOf(verb, setId, row)),
                )
              }
            >
              {t(`bulk.${verb}`)}
            </Button>
          ))}
          <Button size="small" onClick={() => setPanel('property')}>
            {t('bulk.property')}
          </Button>
          <AppLink to={`/terms/export?set=${setId}`}>{t('bulk.export')}</AppLink>
          <span className={mergeClasses(shared.grow)} />
          <Button size="small" appearance="subtle" onClick={onClear}>
            {t('bulk.clear')}
          </Button>
        </div>
      )}
      <MovePanel
        isOpen={panel === 'move'}
        onClose={() => setPanel(undefined)}
        setId={setId}
        rows={chosen}
        onMove={(plan) => start(t('bulk.move'), tasksOf(chosen, plan))}
      />
      <PropertyPanel
        isOpen={panel === 'property'}
        onClose={() => setPanel(undefined)}
        setId={setId}
        rows={chosen}
        onTasks={(tasks) => start(t('bulk.property'), tasks)}
      />
    </>
  )
}

interface PanelProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly setId: string
  readonly rows: readonly Listed[]
}

function MovePanel({
  isOpen,
  onClose,
  setId,
  rows,
  onMove,
}: PanelProps & { readonly onMove: (plan: (row: Listed) => RequestPlan) => void }) {
  const shared = useShared()
  const [target, setTarget] = useState<
    { readonly id: string; readonly setId: string; readonly name: string } | undefined
  >()
  const plan = ({ id }: Listed): RequestPlan =>
    graph('POST', `${termPath(setId, id)}/relata.move`, {
      body: target === undefined ? {} : { set: target.setId, parent: target.id },
    })
  return (
    <SidePanel
      title={t('bulk.moveTitle', { n: rows.length })}
      isOpen={isOpen}
      onClose={onClose}
      tools={<RequestPreview plans={() => rows.slice(0, 1).map(plan)} />}
      footer={
        <Button appearance="primary" onClick={() => onMove(plan)}>
          {t('bulk.move')}
        </Button>
      }
    >
      <div className={shared.column}>
        <TermPicker
          label={t('bulk.target')}
          except=""
          onPick={(id, name, inSet) => setTarget({ id, name, setId: inSet })}
        />
        <div role="status">
          {target === undefined ? t('bulk.toRoot') : t('bulk.below', { name: target.name })}
          {target !== undefined && (
            <Button size="small" appearance="subtle" onClick={() => setTarget(undefined)}>
              {t('bulk.root')}
            </Button>
          )}
        </div>
      </div>
    </SidePanel>
  )
}

/** Properties are sent as a whole, so those that a term has are read first. */
async function propertyTasks(
  setId: string,
  rows: readonly Listed[],
  { key, value }: KeyValue,
): Promise<readonly Task[]> {
  const tasks: Task[] = []
  for (let at = 0; at < rows.length; at += mostInBatch) {
    const group = rows.slice(at, at + mostInBatch)
    const { value: read } = await ask(
      readSome(
        setId,
        group.map(({ id }) => id),
        'id,properties',
      ),
    )
    const known = new Map(read.map((one) => [one.id, (one as { properties?: readonly KeyValue[] }).properties ?? []]))
    tasks.push(
      ...tasksOf(group, ({ id, homeSetId }) =>
        graph('PATCH', termPath(homeSetId, id), {
          body: {
            properties: [
              ...(known.get(id) ?? []).filter((property) => property.key !== key),
              ...(value === '' ? [] : [{ key, value }]),
            ],
          },
        }),
      ),
    )
  }
  return tasks
}

function PropertyPanel({
  isOpen,
  onClose,
  setId,
  rows,
  onTasks,
}: PanelProps & { readonly onTasks: (tasks: readonly Task[]) => void }) {
  const shared = useShared()
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  return (
    <SidePanel
      title={t('bulk.propertyTitle', { n: rows.length })}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <Button
          appearance="primary"
          disabledFocusable={key.trim() === ''}
          onClick={() => void propertyTasks(setId, rows, { key: key.trim(), value }).then(onTasks)}
        >
          {t('bulk.property')}
        </Button>
      }
    >
      <div className={shared.column}>
        <Field label={t('properties.name')}>
          <Input value={key} onChange={(_, data) => setKey(data.value)} />
        </Field>
        <Field label={t('properties.value')} hint={t('bulk.emptyRemoves')}>
          <Input value={value} onChange={(_, data) => setValue(data.value)} />
        </Field>
      </div>
    </SidePanel>
  )
}
