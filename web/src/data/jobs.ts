/**
 * Imports under way: followed wherever the person is, also after the page was loaded anew in this tab, until they end. Then
 * it is said how, with a way back for the whole.
 */
import { useSyncExternalStore } from 'react'
import { loadTexts, t } from '../i18n/t.ts'
import { announce } from '../kit/announce.ts'
import { keep, keptList } from '../kit/kept.ts'
import { toast } from '../kit/toasts.ts'
import { rememberUndo, takeBack, undoChange } from './back/undo.ts'
import { invalidate } from './invalidate.ts'
import { control } from './plan.ts'
import { Problem } from './problem.ts'
import { queryClient } from './query.ts'
import { ask } from './send.ts'
import { type Acting, currentSession } from './session.ts'

export interface ImportJob {
  readonly id: string
  readonly state: 'running' | 'done' | 'failed' | 'stopped'
  readonly done: number
  readonly total: number
  readonly stale: readonly string[]
  readonly error?: { readonly code: string; readonly message: string }
}

export interface FollowedJob extends ImportJob {
  /** Of the file. */
  readonly name: string
  readonly acting: Acting | undefined
  readonly isUndone?: boolean
}

const storageKey = 'relata.jobs'
const everyMs = 400
const mostKept = 20

let jobs: readonly FollowedJob[] = []
const listeners = new Set<() => void>()
const followed = new Set<string>()

function worldKey(): string {
  return `${storageKey} ${currentSession().world}`
}

function put(next: readonly FollowedJob[]): void {
  jobs = next.slice(-mostKept)
  keep('tab', worldKey(), jobs)
  for (const listener of listeners) listener()
}

function change(id: string, facts: Partial<FollowedJob>): void {
  put(jobs.map((job) => (job.id === id ? { ...job, ...facts } : job)))
}

export function jobPlan(id: string) {
  return control<ImportJob>('GET', `/term-store/jobs/${id}`, { token: true })
}

export function stopPlan(id: string) {
  return control<ImportJob>('DELETE', `/term-store/jobs/${id}`, { token: true })
}

/** Takes the whole import back. Rejects with `Problem`. */
export async function undoJob(id: string): Promise<void> {
  await undoChange(id)
  invalidate(queryClient, ['relata.taxonomy.import'])
  change(id, { isUndone: true })
}

const quarter = 4

async function tellEnd({ id, name, state, done, total, error }: FollowedJob): Promise<void> {
  await loadTexts('termpages')
  invalidate(queryClient, ['relata.taxonomy.import'])
  const undo = { words: t('termimport.job.words', { name }), run: () => undoJob(id) }
  if (done > 0) rememberUndo(undo)
  toast({
    text:
      state === 'done'
        ? t('termimport.job.done', { name, n: done })
        : t('termimport.job.ended', { name, done, total, why: error?.message ?? '' }),
    kind: state === 'done' ? 'done' : 'failed',
    ...(done > 0 ? { undo: () => takeBack(undo) } : {}),
  })
}

async function followUntilEnd(first: FollowedJob): Promise<void> {
  if (followed.has(first.id)) return
  followed.add(first.id)
  let said = 0
  let job = first
  while (job.state === 'running') {
    await new Promise((done) => setTimeout(done, everyMs))
    try {
      const options = job.acting === undefined ? {} : { acting: job.acting }
      job = { ...job, ...(await ask(jobPlan(job.id), options)) }
    } catch (error) {
      // What cannot be reached is asked again; what is not there any more, as after a reset, is let go.
      const isGone = error instanceof Problem && error.status >= 400 && error.status < 500
      if (!isGone) continue
      put(jobs.filter(({ id }) => id !== job.id))
      return
    }
    change(job.id, job)
    const at = Math.floor((job.done / Math.max(1, job.total)) * quarter)
    if (at > said && job.state === 'running') {
      said = at
      announce(t('termimport.job.progress', { name: job.name, done: job.done, total: job.total }))
    }
  }
  await tellEnd(job)
}

export function followJob(job: ImportJob, name: string): void {
  const whole: FollowedJob = { ...job, name, acting: currentSession().acting }
  put([...jobs.filter(({ id }) => id !== job.id), whole])
  void followUntilEnd(whole)
}

/** Once, at the start: goes on with those that this tab knew. */
export async function resumeJobs(): Promise<void> {
  jobs = keptList<FollowedJob>('tab', worldKey(), 'id', 'name', 'state')
  if (jobs.length === 0) return
  await loadTexts('termpages')
  put(jobs)
  for (const job of jobs) if (job.state === 'running') void followUntilEnd(job)
}

export function useJobs(): readonly FollowedJob[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => jobs,
  )
}
