/** Said when the server cannot be reached, or another version of it runs than the pages were loaded from. */
import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useEffect } from 'react'
import { noteGone, useServerStatus } from '../data/status.ts'
import { fullTime } from '../i18n/format.ts'
import { t } from '../i18n/t.ts'

const askEveryMs = 5000

export function OfflineBar() {
  const { goneSince, hasNewVersion } = useServerStatus()
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (icon !== null) icon.href = goneSince === undefined ? '/favicon.svg' : '/favicon-gone.svg'
    if (goneSince === undefined) return
    const timer = setInterval(() => {
      fetch('/alive').then(
        ({ ok }) => ok && noteGone(false),
        () => undefined,
      )
    }, askEveryMs)
    return () => clearInterval(timer)
  }, [goneSince])
  if (goneSince !== undefined)
    return (
      <MessageBar intent="error" role="alert">
        <MessageBarBody>{t('offline.since', { time: fullTime(goneSince) })}</MessageBarBody>
      </MessageBar>
    )
  if (hasNewVersion)
    return (
      <MessageBar intent="info">
        <MessageBarBody>{t('offline.newVersion')}</MessageBarBody>
        <MessageBarActions>
          <Button size="small" onClick={() => location.reload()}>
            {t('offline.reload')}
          </Button>
        </MessageBarActions>
      </MessageBar>
    )
  // The frame has a row for it.
  return <div />
}
