/** Over an earlier state of a set: the chosen terms are brought back as they were. */
import { Button, makeStyles, mergeClasses } from '@fluentui/react-components'
import { useState } from 'react'
import { mostInBatch } from '../../../data/batch.ts'
import { ask } from '../../../data/send.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { useShared } from '../../../kit/styles.ts'
import type { KnownTerm } from '../../detail/api.ts'
import { changedFields } from '../../detail/draft/fields.ts'
import { termFields, termPlans } from '../../detail/draft/termDraft.ts'
import { deletedItems, restoreDeleted } from '../../detail/past/restoring.ts'
import { failed } from '../../tree/commands.ts'
import { type Listed, readSome } from '../api.ts'
import { focusGrid, useBarStyles } from './Bulk.tsx'
import { JobPanel } from './JobPanel.tsx'
import { type Task, useJob } from './job.ts'

const useStyles = makeStyles({
  /** Sentences are read whole, on a telephone too. */
  wraps: { '@media (max-width: 640px)': { flexWrap: 'wrap', whiteSpace: 'normal', '& > *': { flexShrink: 1 } } },
})

const members = 'id,labels,descriptions,properties'

async function readTerms(
  setId: string,
  ids: readonly string[],
  asOf?: string,
): Promise<ReadonlyMap<string, KnownTerm>> {
  const known = new Map<string, KnownTerm>()
  for (let at = 0; at < ids.length; at += mostInBatch) {
    const { value } = await ask(readSome(setId, ids.slice(at, at + mostInBatch), members, asOf))
    for (const one of value) known.set(one.id, one as unknown as KnownTerm)
  }
  return known
}

/** What brings them back; those that are as they were are left out. */
async function restoreTasks(setId: string, at: string, rows: readonly Listed[]): Promise<readonly Task[]> {
  const ids = rows.map(({ id }) => id)
  const [then, now] = await Promise.all([readTerms(setId, ids, at), readTerms(setId, ids)])
  const bin = rows.some(({ id }) => !now.has(id)) ? await deletedItems() : new Map<string, never>()
  return rows.flatMap(({ id, homeSetId, label }): readonly Task[] => {
    const was = then.get(id)
    const is = now.get(id)
    const gone = bin.get(id)
    if (is === undefined) return gone === undefined ? [] : [{ key: id, name: label, plan: restoreDeleted(gone) }]
    if (was === undefined) return []
    const fields = termFields(was, [])
    const changed = changedFields(termFields(is, []), fields)
    const [plan] = changed.length === 0 ? [] : termPlans(homeSetId, id, [])(changed, fields)
    return plan === undefined ? [] : [{ key: id, name: label, plan }]
  })
}

interface RestoreBarProps {
  readonly setId: string
  readonly at: string
  readonly rows: readonly Listed[]
  readonly selected: ReadonlySet<string>
  readonly onSelect: (next: ReadonlySet<string>) => void
}

export function RestoreBar({ setId, at, rows, selected, onSelect }: RestoreBarProps) {
  const bar = useBarStyles()
  const styles = useStyles()
  const shared = useShared()
  const running = useJob()
  const [said, setSaid] = useState<string | undefined>()
  const chosen = rows.filter(({ id }) => selected.has(id))
  const start = async (tasks: readonly Task[]): Promise<void> => {
    await running.run(t('past.restore'), tasks)
    onSelect(new Set())
    focusGrid()
  }
  const restore = async (): Promise<void> => {
    try {
      const tasks = await restoreTasks(setId, at, chosen)
      const kept = chosen.length - tasks.length
      setSaid(kept === 0 ? undefined : t('past.kept', { n: kept }))
      if (tasks.length === 0) announce(t('past.kept', { n: kept }))
      else await start(tasks)
    } catch (error) {
      failed(error)
    }
  }
  return (
    <>
      <JobPanel running={running} onRetry={(tasks) => void start(tasks)} />
      <div className={mergeClasses(bar.bar, styles.wraps)} role="toolbar" aria-label={t('bulk.label')}>
        {chosen.length > 0 && (
          <>
            <strong>{t('bulk.selected', { n: chosen.length })}</strong>
            <Button size="small" title={t('past.restoreTip')} onClick={() => void restore()}>
              {t('past.restore')}
            </Button>
          </>
        )}
        <span className={shared.grow}>{said ?? (chosen.length === 0 ? t('past.choose') : '')}</span>
        {(chosen.length > 0 || said !== undefined) && (
          <Button
            size="small"
            appearance="subtle"
            onClick={() => {
              setSaid(undefined)
              onSelect(new Set())
              focusGrid()
            }}
          >
            {t('bulk.clear')}
          </Button>
        )}
      </div>
    </>
  )
}
