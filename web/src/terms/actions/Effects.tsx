/** What an action would change, as the server says it, before it is done. */
import {
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { maybeText, t } from '../../i18n/t.ts'
import { useShared } from '../../kit/styles.ts'
import type { DryRun, Effect } from '../api.ts'
import { reasonOf } from './reason.ts'

const useStyles = makeStyles({
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalXL },
  sample: { overflowWrap: 'anywhere' },
  summary: { cursor: 'pointer' },
})

function textOf({ kind, action, count }: Effect): string {
  return (
    maybeText(`actions.effect.${kind}.${action}`, { n: count }) ?? t('actions.effect.other', { kind, action, n: count })
  )
}

export function Effects({ plan }: { readonly plan: DryRun }) {
  const styles = useStyles()
  const shared = useShared()
  const { refusals, effects } = plan
  if (refusals.length > 0)
    return (
      <MessageBar intent="error" layout="multiline" role="alert">
        <MessageBarBody>
          <MessageBarTitle>{t('actions.refused')}</MessageBarTitle>
          {refusals.slice(0, 5).map(({ message }) => (
            <div key={message}>{reasonOf(message)}</div>
          ))}
        </MessageBarBody>
      </MessageBar>
    )
  return (
    <section aria-label={t('actions.effects')} className={shared.column}>
      <h3 className={shared.paneTitle}>{t('actions.effects')}</h3>
      {effects.length === 0 && <div className={shared.soft}>{t('actions.noEffect')}</div>}
      {effects.map((effect) => (
        <details key={`${effect.kind} ${effect.action}`} open={effect.sample.length <= 3}>
          <summary className={styles.summary}>{textOf(effect)}</summary>
          <ul className={mergeClasses(styles.list, shared.small, shared.soft)}>
            {effect.sample.map(({ id, name, path }) => (
              <li key={id} className={styles.sample}>
                {path.replaceAll('/', ' › ') || name}
              </li>
            ))}
            {effect.count > effect.sample.length && (
              <li>{t('actions.more', { n: effect.count - effect.sample.length })}</li>
            )}
          </ul>
        </details>
      ))}
    </section>
  )
}
