/** An instant, as the settings want it, with the whole of it on hover and on focus. */
import { Tooltip } from '@fluentui/react-components'
import { fullTime, instantText, relativeTime, useTick } from '../i18n/format.ts'
import { useSettings } from './look/settings.ts'

export function TimeText({ at }: { readonly at: string | undefined | null }) {
  const { dates } = useSettings()
  useTick()
  if (at === undefined || at === null || at === '') return null
  return (
    <Tooltip content={dates === 'relative' ? fullTime(at) : relativeTime(at)} relationship="description">
      <time dateTime={at}>{instantText(at)}</time>
    </Tooltip>
  )
}
