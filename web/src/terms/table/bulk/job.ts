/** Many writes as a job: twenty in a request, two requests at a time, with what was refused and one way back for all. */
import { useCallback, useRef, useState } from 'react'
import { forgetUndo, noteWriting, rememberUndo, takeBack, type Undoable, undoChange } from '../../../data/back/undo.ts'
import { batchPlan, mostInBatch, refusalOf } from '../../../data/batch.ts'
import { invalidate } from '../../../data/invalidate.ts'
import type { RequestPlan } from '../../../data/plan.ts'
import { queryClient } from '../../../data/query.ts'
import { send } from '../../../data/send.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { toast } from '../../../kit/toasts.ts'

export interface Task {
  readonly key: string
  /** For people: which term it is. */
  readonly name: string
  readonly plan: RequestPlan
}

export interface Refused {
  readonly task: Task
  readonly why: string
}

export interface Job {
  readonly what: string
  readonly total: number
  readonly done: number
  readonly refused: readonly Refused[]
  readonly isRunning: boolean
}

const lanes = 2

function groupsOf(tasks: readonly Task[]): readonly (readonly Task[])[] {
  return Array.from({ length: Math.ceil(tasks.length / mostInBatch) }, (_, at) =>
    tasks.slice(at * mostInBatch, (at + 1) * mostInBatch),
  )
}

export interface RunOptions {
  /** One request after another, where the order counts. */
  readonly isInOrder?: boolean
  /** The refused of the last job are tried again: taken back with it. */
  readonly goesOn?: boolean
}

export interface JobOutcome {
  /** Keys of what was done. */
  readonly finished: ReadonlySet<string>
  readonly refused: readonly Refused[]
}

export interface Running {
  readonly job: Job | undefined
  run(what: string, tasks: readonly Task[], options?: RunOptions): Promise<JobOutcome>
  cancel(): void
  close(): void
}

interface Outcome {
  readonly refused: readonly Refused[]
  readonly change: string | undefined
}

async function runGroup(group: readonly Task[]): Promise<Outcome> {
  try {
    const { body, change } = await send(
      batchPlan(
        group.map(({ plan }) => plan),
        false,
      ),
    )
    return {
      change,
      refused: group.flatMap((task, at) => {
        const answer = body.responses[at]
        const why = answer === undefined ? undefined : refusalOf(answer)
        return why === undefined ? [] : [{ task, why: why.message }]
      }),
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { change: undefined, refused: group.map((task) => ({ task, why })) }
  }
}

/** Says what was done, with one way back for all. */
function tellOf(what: string, done: number, changes: readonly string[]): Undoable | undefined {
  const words = t('bulk.done', { what, n: done })
  const entry = {
    words,
    run: async () => {
      for (const change of [...changes].reverse()) await undoChange(change)
    },
  }
  if (changes.length > 0) rememberUndo(entry)
  toast({ text: words, ...(changes.length === 0 ? {} : { undo: () => takeBack(entry) }) })
  return changes.length === 0 ? undefined : entry
}

/** Says at each quarter how far it is, of what takes more than one request. */
function quartersOf(total: number): (done: number) => void {
  let quarter = 0
  return (done) => {
    const now = Math.floor((4 * done) / total)
    if (now > quarter && total > mostInBatch) announce(t('bulk.quarter', { n: done, total }))
    quarter = now
  }
}

export function useJob(): Running {
  const [job, setJob] = useState<Job | undefined>()
  const isCancelled = useRef(false)
  const last = useRef<{ readonly changes: readonly string[]; readonly entry: Undoable | undefined } | undefined>(
    undefined,
  )
  const work = useCallback(async (what: string, tasks: readonly Task[], options: RunOptions = {}) => {
    const { isInOrder = false, goesOn = false } = options
    isCancelled.current = false
    const waiting = [...groupsOf(tasks)]
    const before = goesOn ? last.current : undefined
    const changes: string[] = [...(before?.changes ?? [])]
    const refused: Refused[] = []
    const finished = new Set<string>()
    const sayQuarter = quartersOf(tasks.length)
    const tell = (isRunning: boolean): void =>
      setJob({ what, total: tasks.length, done: finished.size, refused: [...refused], isRunning })
    tell(true)
    const lane = async (): Promise<void> => {
      for (let group = waiting.shift(); group !== undefined && !isCancelled.current; group = waiting.shift()) {
        const outcome = await runGroup(group)
        if (outcome.change !== undefined) changes.push(outcome.change)
        refused.push(...outcome.refused)
        const bad = new Set(outcome.refused.map(({ task }) => task.key))
        for (const { key } of group) if (!bad.has(key)) finished.add(key)
        tell(true)
        sayQuarter(finished.size)
      }
    }
    await Promise.all(Array.from({ length: isInOrder ? 1 : lanes }, lane))
    invalidate(queryClient, ['relata.taxonomy.term-changed', 'relata.taxonomy.relation-created'])
    tell(false)
    if (finished.size > 0) {
      if (before?.entry !== undefined) forgetUndo(before.entry)
      last.current = { changes, entry: tellOf(what, finished.size, changes) }
    } else if (!goesOn) last.current = undefined
    if (refused.length > 0) announce(t('bulk.refusedSaid', { what, n: refused.length }), 'assertive')
    return { finished, refused }
  }, [])
  // Ctrl+Z meanwhile is meant for it.
  const run = useCallback<Running['run']>((...job) => noteWriting(work(...job)), [work])
  return {
    job,
    run,
    cancel: useCallback(() => {
      isCancelled.current = true
    }, []),
    close: useCallback(() => setJob(undefined), []),
  }
}
