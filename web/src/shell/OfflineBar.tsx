/** Said when the server cannot be reached, or another version of it runs than the pages were loaded from. */
import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useEffect } from 'react'
import { useServerStatus } from '../data/status.ts'
import { fullTime } from '../i18n/format.ts'
import { t } from '../i18n/t.ts'

/** Not a file: it could not be had any more. */
const goneIcon =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' fill='%238a8886'/></svg>"

export function OfflineBar() {
  const { goneSince, hasNewVersion } = useServerStatus()
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (icon !== null) icon.href = goneSince === undefined ? '/favicon.svg' : goneIcon
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
