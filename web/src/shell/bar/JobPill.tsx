/** How far imports are that go on; nothing where none does. */
import { Button } from '@fluentui/react-components'
import { useEffect } from 'react'
import { resumeJobs, useJobs } from '../../data/jobs.ts'
import { t } from '../../i18n/t.ts'
import { ArrowImportRegular } from '../../kit/icons.ts'
import { useGo } from '../../kit/view.ts'
import { usePills } from './pills.ts'

export function JobPill() {
  const pills = usePills()
  const go = useGo()
  const jobs = useJobs()
  useEffect(() => void resumeJobs(), [])
  const running = jobs.filter(({ state }) => state === 'running')
  const [first] = running
  if (first === undefined) return null
  const done = running.reduce((sum, job) => sum + job.done, 0)
  const total = running.reduce((sum, job) => sum + job.total, 0)
  const words = t('termimport.job.progress', { name: first.name, done, total })
  return (
    <Button
      className={pills.pill}
      icon={<ArrowImportRegular />}
      aria-label={words}
      onClick={() => go(`/terms/import?job=${first.id}`)}
    >
      <span className={pills.words}>
        {t('termimport.job.pill', { percent: Math.floor((done / Math.max(1, total)) * 100) })}
      </span>
    </Button>
  )
}
