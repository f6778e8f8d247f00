/** "Copy delta link": reads the feed to its end, which takes a while in a large store, and copies the link there. */
import { Button } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { t } from '../../../i18n/t.ts'
import { useCopy } from '../../../kit/CopyId.tsx'
import { CheckmarkRegular, LinkMultipleRegular } from '../../../kit/icons.ts'
import { toast } from '../../../kit/toasts.ts'
import { readDeltaLink } from './delta.ts'

export function DeltaLink() {
  const copy = useCopy()
  const ending = useRef<AbortController | undefined>(undefined)
  const [rows, setRows] = useState<number | undefined>()
  const [isDone, setDone] = useState(false)
  useEffect(() => () => ending.current?.abort(), [])
  const run = async (): Promise<void> => {
    const controller = new AbortController()
    ending.current = controller
    setRows(0)
    try {
      copy(await readDeltaLink(setRows, controller.signal))
      setDone(true)
      setTimeout(() => setDone(false), 2000)
    } catch (error) {
      if (!controller.signal.aborted)
        toast({ text: t('termchanges.noLink', { why: (error as Error).message }), kind: 'failed' })
    } finally {
      setRows(undefined)
    }
  }
  if (rows !== undefined)
    return <Button onClick={() => ending.current?.abort()}>{t('termchanges.reading', { n: rows })}</Button>
  return (
    <Button icon={isDone ? <CheckmarkRegular /> : <LinkMultipleRegular />} onClick={() => void run()}>
      {t('termchanges.copyLink')}
    </Button>
  )
}
