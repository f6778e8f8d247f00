/** A link to a page of ours, which is opened without loading the document again, and keeps the world. */
import { Link as FluentLink } from '@fluentui/react-components'
import type { MouseEvent, ReactNode } from 'react'
import { useGo, withWorld } from './view.ts'

interface AppLinkProps {
  readonly to: string
  readonly children: ReactNode
  readonly className?: string
  readonly 'aria-current'?: 'page' | undefined
  readonly title?: string
  readonly inline?: boolean
  /** When it is followed, as where it closes what it is in. */
  readonly onFollow?: () => void
}

/** With a modifier the browser opens it elsewhere. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
}

export function AppLink({ to, children, inline = false, onFollow, ...more }: AppLinkProps) {
  const go = useGo()
  return (
    <FluentLink
      {...more}
      inline={inline}
      href={withWorld(to)}
      onClick={(event) => {
        if (!isPlainClick(event)) return
        event.preventDefault()
        onFollow?.()
        go(to)
      }}
    >
      {children}
    </FluentLink>
  )
}
