/** An instant, as the settings want it, with the whole of it on hover and on focus. */
import { Tooltip } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { fullTime, instantText, relativeTime, useTick } from '../i18n/format.ts'
import { useSettings } from './look/settings.ts'

/** What it lies in and what has the focus by itself: then the focus on that shows it, and it is no Tab stop of its own. */
const hosts =
  'a, button, summary, [role="gridcell"], [role="treeitem"], [role="option"], [role="tab"], [role="menuitem"]'

export function TimeText({ at }: { readonly at: string | undefined | null }) {
  const { dates } = useSettings()
  const place = useRef<HTMLTimeElement>(null)
  const [hasHost, setHost] = useState(true)
  const [isShown, setShown] = useState(false)
  useTick()
  useEffect(() => {
    const host = place.current?.closest<HTMLElement>(hosts) ?? null
    setHost(host !== null)
    if (host === null) return
    const change = ({ type }: Event): void => setShown(type === 'focus')
    for (const name of ['focus', 'blur']) host.addEventListener(name, change)
    return () => {
      for (const name of ['focus', 'blur']) host.removeEventListener(name, change)
    }
  }, [])
  if (at === undefined || at === null || at === '') return null
  return (
    <Tooltip
      content={dates === 'relative' ? fullTime(at) : relativeTime(at)}
      relationship="description"
      visible={isShown}
      onVisibleChange={(_, { visible }) => setShown(visible)}
    >
      <time ref={place} dateTime={at} tabIndex={hasHost ? undefined : 0}>
        {instantText(at)}
      </time>
    </Tooltip>
  )
}
