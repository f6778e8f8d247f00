/** An id, shortened in its middle, that a click copies. The check mark appears in its place; nothing moves. */
import { Button, mergeClasses, Tooltip } from '@fluentui/react-components'
import { useCallback, useState } from 'react'
import { t } from '../i18n/t.ts'
import { announce } from './announce.ts'
import { CheckmarkRegular, CopyRegular } from './icons.ts'
import { useShared } from './styles.ts'

/** Copies and says so. */
export function useCopy(): (text: string) => void {
  return useCallback((text: string) => {
    navigator.clipboard.writeText(text).then(
      () => announce(t('copied')),
      () => announce(t('notCopied'), 'assertive'),
    )
  }, [])
}

export function shortened(id: string, most = 18): string {
  return id.length <= most ? id : `${id.slice(0, 8)}…${id.slice(-4)}`
}

interface CopyProps {
  readonly text: string
  /** What it is: for the name of the button. */
  readonly what: string
}

export function CopyButton({ text, what }: CopyProps) {
  const copy = useCopy()
  const [isDone, setDone] = useState(false)
  return (
    <Tooltip content={isDone ? t('copied') : t('copy', { what })} relationship="label">
      <Button
        size="small"
        appearance="subtle"
        icon={isDone ? <CheckmarkRegular /> : <CopyRegular />}
        onClick={() => {
          copy(text)
          setDone(true)
          setTimeout(() => setDone(false), 1500)
        }}
      />
    </Tooltip>
  )
}

export function CopyId({ id, what }: { readonly id: string; readonly what: string }) {
  const shared = useShared()
  return (
    <span>
      <span className={mergeClasses(shared.mono, shared.soft)} title={id}>
        {shortened(id)}
      </span>
      <CopyButton text={id} what={what} />
    </span>
  )
}
