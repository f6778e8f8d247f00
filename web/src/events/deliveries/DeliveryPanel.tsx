/** One delivery: its attempts, what was answered, the event itself, and sending it again. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { useAction } from '../../data/action.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { JsonView } from '../../kit/values/JsonView.tsx'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import {
  type Delivery,
  type DeliveryAddress,
  maySendAgain,
  plans,
  type ShownDelivery,
  touches,
  useDelivery,
} from '../api.ts'
import { useEventStyles } from '../styles.ts'
import { lookLater } from '../useLive.ts'
import { answerOf, deliveryBadge } from '../words.ts'
import { isOfRelationship } from './subjects.ts'

interface PanelProps {
  readonly address: DeliveryAddress
  /** Of which round it was opened. */
  readonly round: number
  readonly target: string
  /** Whether the target is there still. */
  readonly canSend: boolean
  readonly onClose: () => void
}

function Attempts({ delivery }: { readonly delivery: Delivery | undefined }) {
  const styles = useEventStyles()
  const state = delivery?.state ?? 'due'
  const { attempts = 0, firstDateTime = null, lastDateTime = null, nextWorld = null, round = 0 } = delivery ?? {}
  const answer = delivery === undefined ? '' : answerOf(delivery)
  return (
    <>
      <dt>{t('events.state')}</dt>
      <dd>
        <StatusBadge {...deliveryBadge({ state })} />
        {state === 'behind' && <div>{t('events.behindText')}</div>}
        {round > 0 && <div>{t('events.round', { n: round })}</div>}
      </dd>
      <dt>{t('events.attempts')}</dt>
      <dd>
        {t('events.attemptCount', { n: attempts })}
        {firstDateTime !== null && attempts > 1 && (
          <div>
            {t('events.first')} <TimeText at={firstDateTime} />
          </div>
        )}
        {attempts > 0 && (
          <div>
            {t('events.last')} <TimeText at={lastDateTime} />
          </div>
        )}
        {state === 'waiting' && nextWorld !== null && (
          <div>
            {t('events.next')} <TimeText at={nextWorld} />
          </div>
        )}
      </dd>
      <dt>{t('events.answer')}</dt>
      <dd className={(delivery?.lastError ?? null) === null ? '' : styles.bad}>
        {answer === '' ? t('events.noAnswer') : answer}
      </dd>
    </>
  )
}

/** What it is about, as far as it is known. */
function Subject({ delivery }: { readonly delivery: Delivery }) {
  const { eventName, eventDateTime, eventId, orderingKey, subjectId } = delivery
  return (
    <>
      {eventDateTime !== null && (
        <>
          <dt>{t('events.when')}</dt>
          <dd>
            <TimeText at={eventDateTime} />
          </dd>
        </>
      )}
      <dt>{t('events.filter.subject')}</dt>
      <dd>
        {isOfRelationship({ eventName }) ? (
          <AppLink to={`/gdap/relationships/${orderingKey}`} inline>
            {t('events.relationship')}
          </AppLink>
        ) : (
          <CopyId id={subjectId} what={t('events.filter.subject')} />
        )}
      </dd>
      <dt>{t('events.eventId')}</dt>
      <dd>
        <CopyId id={eventId} what={t('events.eventId')} />
      </dd>
    </>
  )
}

export function DeliveryPanel({ address, round, target, canSend, onClose }: PanelProps) {
  const read = useDelivery(address)
  const name = read.data?.rounds[0]?.eventName ?? (read.data?.event as { readonly type?: string } | null)?.type
  const plan = () => [plans.delivery(address), plans.redeliver(address)]
  return (
    <SidePanel title={name ?? t('events.event')} isOpen onClose={onClose} tools={<RequestPreview plans={plan} />}>
      <Loaded read={read} lines={8}>
        {(shown) => <Shown shown={shown} round={round} target={target} canSend={canSend} />}
      </Loaded>
    </SidePanel>
  )
}

type ShownProps = Pick<PanelProps, 'round' | 'target' | 'canSend'> & { readonly shown: ShownDelivery }

function Shown({ shown, round, target, canSend }: ShownProps) {
  const styles = useEventStyles()
  const shared = useShared()
  const { run, problem, isBusy, clear } = useAction()
  const { rounds, event, sequence } = shown
  const delivery = rounds.find((one) => one.round === round) ?? rounds[0]
  const others = rounds.filter((one) => one !== delivery)
  const answer = delivery?.answer ?? null
  const reason = canSend ? (maySendAgain(shown) ? undefined : t('events.onTheWay')) : t('events.targetGone')
  const sendAgain = async (): Promise<void> => {
    const sent = await run(plans.redeliver(shown), { done: t('events.redelivered', { target }), touches })
    if (sent !== undefined) lookLater()
  }
  return (
    <>
      {problem !== undefined && (
        <div>
          <Problem error={problem} onClose={clear} />
        </div>
      )}
      <div className={shared.column}>
        <div>
          <Button
            appearance="primary"
            disabledFocusable={reason !== undefined || isBusy}
            aria-describedby="redeliver-why"
            onClick={() => void sendAgain()}
          >
            {t('events.redeliver')}
          </Button>
        </div>
        <div id="redeliver-why" className={mergeClasses(shared.soft, shared.small)}>
          {reason ?? t('events.redeliverText')}
        </div>
      </div>
      <dl className={styles.facts}>
        <dt>{t('events.target')}</dt>
        <dd>{target}</dd>
        <Attempts delivery={delivery} />
        {delivery !== undefined && <Subject delivery={delivery} />}
        <dt>{t('events.sequence')}</dt>
        <dd>{sequence}</dd>
      </dl>
      {answer !== null && (
        <section className={shared.column} aria-labelledby="delivery-answer">
          <h3 id="delivery-answer" className={shared.paneTitle}>
            {t('events.answerText')}
          </h3>
          <pre className={mergeClasses(shared.mono, styles.secret, styles.pre)}>{answer}</pre>
        </section>
      )}
      {others.length > 0 && (
        <section className={shared.column} aria-labelledby="delivery-rounds">
          <h3 id="delivery-rounds" className={shared.paneTitle}>
            {t('events.rounds')}
          </h3>
          <ul className={styles.rounds}>
            {others.map((row) => (
              <li key={row.round} className={shared.row}>
                <StatusBadge {...deliveryBadge(row)} />
                <span>{t('events.attemptCount', { n: row.attempts })}</span>
                <TimeText at={row.lastDateTime} />
                <span>{answerOf(row)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className={shared.column} aria-labelledby="delivery-event">
        <h3 id="delivery-event" className={shared.paneTitle}>
          {t('events.event')}
        </h3>
        {event === null ? (
          <div className={shared.soft}>{t('events.notKept')}</div>
        ) : (
          <JsonView text={JSON.stringify(event)} what={t('events.json')} />
        )}
      </section>
    </>
  )
}
