/** A button that reads a whole list and gives it as a file, with how far it is and a way to stop. */
import { Button, ProgressBar } from '@fluentui/react-components'
import { useRef, useState } from 'react'
import { asProblem } from '../../../data/action.ts'
import type { RequestPlan } from '../../../data/plan.ts'
import type { Page } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { Problem } from '../../../kit/Problem.tsx'
import { useShared } from '../../../kit/styles.ts'
import { csvOf, download } from '../../../kit/values/csv.ts'
import { allRows } from './pagesOf.ts'

interface DownloadingProps<Row> {
  readonly plan: () => RequestPlan<Page<Row>>
  readonly name: string
  readonly head: readonly string[]
  readonly row: (row: Row) => readonly string[]
}

export function Downloading<Row>({ plan, name, head, row }: DownloadingProps<Row>) {
  const shared = useShared()
  const [count, setCount] = useState<number | undefined>()
  const [problem, setProblem] = useState<unknown>()
  const ending = useRef<AbortController>(undefined)
  const run = async (): Promise<void> => {
    const from = plan()
    const controller = new AbortController()
    ending.current = controller
    setCount(0)
    setProblem(undefined)
    try {
      const rows = await allRows(from, setCount, controller.signal)
      download(name, csvOf(head, rows.map(row)))
      announce(t('sides.csv.done', { n: rows.length }))
    } catch (error) {
      if (!controller.signal.aborted) setProblem(asProblem(error, from))
    } finally {
      setCount(undefined)
    }
  }
  if (problem !== undefined) return <Problem error={problem} onClose={() => setProblem(undefined)} />
  if (count === undefined) return <Button onClick={() => void run()}>{t('sides.csv')}</Button>
  return (
    <div className={shared.row}>
      <ProgressBar aria-label={t('sides.csv')} style={{ width: '96px' }} />
      <span className={shared.numbers}>{t('sides.rows', { n: count })}</span>
      <Button size="small" onClick={() => ending.current?.abort()}>
        {t('cancel')}
      </Button>
    </div>
  )
}
