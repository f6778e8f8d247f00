/** Writes cells of the matrix: one at a time as they are left, or many from a paste. What is refused keeps its text. */
import { useCallback, useRef, useState } from 'react'
import { act } from '../../../data/action.ts'
import { mostInBatch } from '../../../data/batch.ts'
import { graph } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { type Label, termPath } from '../../detail/api.ts'
import { labelFault } from '../../detail/form/rules.ts'
import { languageName } from '../../detail/names/names.ts'
import { readSome, writeLabels } from '../api.ts'
import { type Running, type Task, useJob } from '../bulk/job.ts'
import type { SetRows } from '../rows.ts'
import { type CellChange, labelIn, withLabel } from './cells.ts'

/** A cell that could not be saved, or is being saved. */
export interface CellState {
  readonly text: string
  /** Absent: it is being saved. */
  readonly why?: string
}

export interface CellSaving {
  readonly cells: ReadonlyMap<string, CellState>
  readonly job: Running
  save(change: CellChange): Promise<void>
  saveAll(changes: readonly CellChange[]): Promise<void>
  again(tasks: readonly Task[]): Promise<void>
  forget(cell: string): void
  /** Set by the grid: the button above it does the same as the key. */
  readonly nextMissing: { current: () => void }
  goToNextMissing(): void
}

export function cellKey(id: string, tag: string): string {
  return `${id} ${tag}`
}

export function useCellSaving(setId: string, all: SetRows): CellSaving {
  const [cells, setCells] = useState<ReadonlyMap<string, CellState>>(new Map())
  const job = useJob()
  const nextMissing = useRef<() => void>(() => undefined)
  const { put } = all
  const mark = useCallback((key: string, state: CellState | undefined) => {
    setCells((before) => {
      const next = new Map(before)
      if (state === undefined) next.delete(key)
      else next.set(key, state)
      return next
    })
  }, [])
  const save = useCallback(
    async ({ id, homeSetId, tag, before, after }: CellChange) => {
      const key = cellKey(id, tag)
      mark(key, { text: after })
      try {
        // The labels are sent as a whole: those that others have changed meanwhile stay as they are.
        const path = termPath(homeSetId, id)
        const { labels } = await ask(graph<{ labels: readonly Label[] }>('GET', path, { query: { $select: 'labels' } }))
        const there = labelIn(labels, tag)
        if (there !== before && there !== after)
          throw new Error(t('matrix.changed', { value: there || t('detail.empty') }))
        const next = withLabel(labels, tag, after)
        await act(writeLabels(homeSetId, id, next), {
          done: t('matrix.saved', { name: after || t('detail.empty'), language: languageName(tag) }),
        })
        put(id, next)
        mark(key, undefined)
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        mark(key, { text: after, why })
        announce(why, 'assertive')
      }
    },
    [mark, put],
  )
  const { run } = job
  /** By term. */
  const pasted = useRef<ReadonlyMap<string, readonly CellChange[]>>(new Map())
  const runTasks = useCallback(
    async (tasks: readonly Task[]) => {
      const { finished, refused } = await run(t('matrix.pasted'), tasks)
      for (const { key, plan } of tasks) {
        if (!finished.has(key)) continue
        put(key, (plan.body as { labels: readonly Label[] }).labels)
        for (const { id, tag } of pasted.current.get(key) ?? []) mark(cellKey(id, tag), undefined)
      }
      // The labels of a term are sent as a whole, so all of its cells keep what was pasted.
      for (const { task, why } of refused)
        for (const { id, tag, after } of pasted.current.get(task.key) ?? [])
          mark(cellKey(id, tag), { text: after, why })
    },
    [run, put, mark],
  )
  const saveAll = useCallback(
    async (all: readonly CellChange[]) => {
      const bad = all.flatMap((change) => {
        const why = labelFault(change.after)
        return why === undefined ? [] : [{ ...change, why }]
      })
      for (const { id, tag, after, why } of bad) mark(cellKey(id, tag), { text: after, why })
      if (bad.length > 0) announce(t('matrix.keptText', { n: bad.length }), 'assertive')
      const changes = all.filter(({ after }) => labelFault(after) === undefined)
      const byTerm = new Map<string, CellChange[]>()
      for (const change of changes) byTerm.set(change.id, [...(byTerm.get(change.id) ?? []), change])
      pasted.current = byTerm
      const ids = [...new Set(changes.map(({ id }) => id))]
      const tasks: Task[] = []
      for (let at = 0; at < ids.length; at += mostInBatch) {
        const group = ids.slice(at, at + mostInBatch)
        const { value } = await ask(readSome(setId, group, 'id,labels'))
        for (const { id, labels } of value) {
          const own = changes.filter((change) => change.id === id)
          const next = own.reduce<readonly Label[]>((now, { tag, after }) => withLabel(now, tag, after), labels)
          const [first] = own
          if (first !== undefined)
            tasks.push({
              key: id,
              name: own.map(({ after }) => after).join(', '),
              plan: writeLabels(first.homeSetId, id, next),
            })
        }
      }
      await runTasks(tasks)
    },
    [setId, runTasks, mark],
  )
  return {
    cells,
    job,
    save,
    saveAll,
    again: runTasks,
    forget: useCallback((key) => mark(key, undefined), [mark]),
    nextMissing,
    goToNextMissing: useCallback(() => nextMissing.current(), []),
  }
}
