/**
 * Jobs that apply templates, followed wherever the person is in the pages, also after they were loaded anew in this tab, until they
 * end; then it is said how. The server works on them whether somebody follows or not.
 */
import { useSyncExternalStore } from 'react'
import { asProblem } from '../../../data/action.ts'
import { invalidate } from '../../../data/invalidate.ts'
import { hidePageJob, showPageJob } from '../../../data/page-jobs.ts'
import { queryClient } from '../../../data/query.ts'
import { ask } from '../../../data/send.ts'
import { type Acting, currentSession } from '../../../data/session.ts'
import { loadTexts, t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { keep, keptList } from '../../../kit/kept.ts'
import { toast } from '../../../kit/toasts.ts'
import { touched } from '../../api.ts'
import { type BulkJob, by, followJob, jobAt } from '../../server-jobs.ts'

export interface Followed {
  readonly acting: Acting | undefined
  /** Undefined: not known yet. */
  readonly job?: BulkJob
  /** There is no such job, or it cannot be read. */
  readonly problem?: Error
}

interface KeptJob {
  readonly id: string
  readonly acting?: Acting | undefined
}

/** A page that is loaded anew begins to follow what has this key: resume.ts. */
const storageKey = (): string => `relata.gdap.templates ${currentSession().world}`
const quarters = 4

let jobs: ReadonlyMap<string, Followed> = new Map()
const listeners = new Set<() => void>()
/** Of a job that a page shows: what that shows needs no toast. */
const shown = new Set<string>()

function put(id: string, followed: Followed): void {
  jobs = new Map([...jobs, [id, followed]])
  const running = [...jobs].filter(
    ([, { job, problem }]) => problem === undefined && (job?.state ?? 'running') === 'running',
  )
  const kept: readonly KeptJob[] = running.map(([one, { acting }]) => ({ id: one, acting }))
  keep('tab', storageKey(), kept.length === 0 ? undefined : kept)
  for (const listener of listeners) listener()
}

function tellProgress({ id, done, failed, total }: BulkJob, said: number): number {
  const over = done + failed
  const part = over / Math.max(1, total)
  const short = t('templates.job.pill', { percent: Math.floor(part * 100) })
  const words = t('templates.job.of', { n: over, total })
  showPageJob({ id, words, short, address: `/gdap/templates?job=${id}` })
  const quarter = Math.floor(part * quarters)
  if (quarter > said && over < total) announce(`${t('templates.job')}: ${words}`)
  return Math.max(said, quarter)
}

export function endText({ state, done, failed, total }: BulkJob): string {
  if (state === 'done') return t('templates.job.done', { n: done })
  return t(state === 'stopped' ? 'templates.job.stopped' : 'templates.job.failed', { done, failed, total })
}

function tellEnd(job: BulkJob): void {
  const text = endText(job)
  const isBad = job.state === 'failed'
  if (shown.has(job.id)) announce(text, isBad ? 'assertive' : 'polite')
  else toast({ text, ...(isBad ? { kind: 'failed' as const } : {}) })
}

/** `first`: as it was when it was begun. */
async function follow(id: string, acting: Acting | undefined, first: BulkJob | undefined): Promise<void> {
  put(id, { acting, ...(first === undefined ? {} : { job: first }) })
  let said = 0
  try {
    const known = first ?? (await ask(jobAt('GET', id), by(acting)))
    put(id, { acting, job: known })
    if (known.state !== 'running') return
    said = tellProgress(known, said)
    const last = await followJob(known, acting, (job) => {
      put(id, { acting, job })
      if (job.state === 'running') said = tellProgress(job, said)
    })
    invalidate(queryClient, touched)
    // Read once more for what the server says of it.
    const job = last ?? (await ask(jobAt('GET', id), by(acting)))
    put(id, { acting, job })
    tellEnd(job)
  } catch (error) {
    put(id, { acting, problem: asProblem(error, jobAt('GET', id)) })
  } finally {
    hidePageJob(id)
  }
}

function isFollowed(id: string): boolean {
  const known = jobs.get(id)
  return known !== undefined && known.problem === undefined && (known.job?.state ?? 'running') === 'running'
}

/** A job that was just begun, or goes on. */
export function startFollowing(job: BulkJob, acting: Acting | undefined): void {
  if (isFollowed(job.id)) return
  void follow(job.id, acting, job)
}

/** A job of an address; it may be somebody else's, and over. */
export function followById(id: string): void {
  if (!jobs.has(id)) void follow(id, currentSession().acting, undefined)
}

/** After the page was loaded anew, wherever in it. */
export async function resumeTemplates(): Promise<void> {
  const kept = keptList<KeptJob>('tab', storageKey(), 'id')
  await Promise.all([loadTexts('templates'), loadTexts('gdap')])
  for (const { id, acting } of kept) if (!jobs.has(id)) void follow(id, acting, undefined)
}

export function useFollowed(id: string): Followed | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => jobs.get(id),
  )
}

/** While a page shows the job. */
export function watchJob(id: string): () => void {
  shown.add(id)
  return () => void shown.delete(id)
}
