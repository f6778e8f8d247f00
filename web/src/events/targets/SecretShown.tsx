/** A secret that is shown this once, to copy. */
import { MessageBar, MessageBarBody, mergeClasses } from '@fluentui/react-components'
import { t } from '../../i18n/t.ts'
import { CopyButton } from '../../kit/CopyId.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import type { WithSecret } from '../api.ts'
import { useEventStyles } from '../styles.ts'

export function SecretShown({ of: { secret, publicKey, previousUntil } }: { readonly of: WithSecret }) {
  const shared = useShared()
  const styles = useEventStyles()
  const text = secret ?? publicKey ?? ''
  const what = t(secret === undefined ? 'events.publicKey' : 'events.secret')
  return (
    <section className={shared.column} aria-label={what}>
      {secret !== undefined && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t('events.secretOnce')}</MessageBarBody>
        </MessageBar>
      )}
      <div className={shared.row} style={{ flexWrap: 'nowrap' }}>
        <code className={mergeClasses(shared.mono, styles.secret)}>{text}</code>
        <CopyButton text={text} what={what} />
      </div>
      {previousUntil !== undefined && (
        <div className={shared.soft}>
          {t('events.previousUntil')} <TimeText at={previousUntil} />
        </div>
      )}
    </section>
  )
}
