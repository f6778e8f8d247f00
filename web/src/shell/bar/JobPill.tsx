/** How far long work is that goes on, imports first; nothing where there is none. */
import { Button } from '@fluentui/react-components'
import { useEffect } from 'react'
import { resumeJobs, useJobs } from '../../data/jobs.ts'
import { type PageJob, usePageJobs } from '../../data/page-jobs.ts'
import { currentSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { ArrowSyncRegular } from '../../kit/icons.ts'
import { useGo } from '../../kit/view.ts'
import { resumeWork } from '../../resume.ts'
import { usePills } from './pills.ts'

/** All imports as one. */
function useImports(): PageJob | undefined {
  const running = useJobs().filter(({ state }) => state === 'running')
  const [first] = running
  if (first === undefined) return undefined
  const done = running.reduce((sum, job) => sum + job.done, 0)
  const total = running.reduce((sum, job) => sum + job.total, 0)
  return {
    id: first.id,
    words: t('termimport.job.progress', { name: first.name, done, total }),
    short: t('termimport.job.pill', { percent: Math.floor((done / Math.max(1, total)) * 100) }),
    address: `/terms/import?job=${first.id}`,
  }
}

export function JobPill() {
  const pills = usePills()
  const go = useGo()
  const imports = useImports()
  const [page] = usePageJobs()
  useEffect(() => {
    void resumeJobs()
    resumeWork(currentSession().world)
  }, [])
  const job = imports ?? page
  if (job === undefined) return null
  return (
    <Button
      className={pills.pill}
      icon={<ArrowSyncRegular />}
      // The name of a button holds what is to be read on it (WCAG 2.5.3).
      aria-label={`${job.short}: ${job.words}`}
      onClick={() => go(job.address)}
    >
      <span className={pills.words}>{job.short}</span>
    </Button>
  )
}
