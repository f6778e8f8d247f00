/** "Copy delta link": what changes from now on is asked for by it. */
import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { useCopy } from '../../../kit/CopyId.tsx'
import { CheckmarkRegular, LinkMultipleRegular } from '../../../kit/icons.ts'
import { toast } from '../../../kit/toasts.ts'
import { readDeltaLink } from './delta.ts'

const doneMs = 2000

export function DeltaLink() {
  const copy = useCopy()
  const [isDone, setDone] = useState(false)
  const run = async (): Promise<void> => {
    try {
      copy(await readDeltaLink())
      setDone(true)
      setTimeout(() => setDone(false), doneMs)
    } catch (error) {
      toast({ text: t('termchanges.noLink', { why: (error as Error).message }), kind: 'failed' })
    }
  }
  return (
    <Button icon={isDone ? <CheckmarkRegular /> : <LinkMultipleRegular />} onClick={() => void run()}>
      {t('termchanges.copyLink')}
    </Button>
  )
}
