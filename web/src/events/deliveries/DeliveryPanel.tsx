/** One delivery: its attempts, what was answered, the event itself, and sending it again. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useAction } from '../../data/action.ts'
import { key } from '../../data/keys.ts'
import { t } from '../../i18n/t.ts'
import { AppLink } from '../../kit/AppLink.tsx'
import { CopyId } from '../../kit/CopyId.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { JsonView } from '../../kit/values/JsonView.tsx'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import { type Delivery, plans, readEvent, touches, useRounds } from '../api.ts'
import { useEventStyles } from '../styles.ts'
import { lookLater } from '../useLive.ts'
import { answerOf, deliveryBadge } from '../words.ts'

interface PanelProps {
  readonly delivery: Delivery
  readonly target: string
  /** Whether the target is there still. */
  readonly canSend: boolean
  readonly onClose: () => void
}

function Attempts({ delivery }: { readonly delivery: Delivery }) {
  const styles = useEventStyles()
  const { state, attempts, firstDateTime, lastDateTime, nextWorld, round } = delivery
  return (
    <>
      <dt>{t('events.state')}</dt>
      <dd>
        <StatusBadge {...deliveryBadge(delivery)} />
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
      <dd className={delivery.lastError === null ? '' : styles.bad}>
        {answerOf(delivery) === '' ? t('events.noAnswer') : answerOf(delivery)}
      </dd>
    </>
  )
}

/** As it was sent in the canonical form; events of a test are told to one target only, and are in no feed. */
function EventJson({ sequence }: Pick<Delivery, 'sequence'>) {
  const shared = useShared()
  const read = useQuery({
    queryKey: key('deliveries', 'event', sequence),
    queryFn: ({ signal }) => readEvent(sequence, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (read.error !== null) return <Problem error={read.error} onRetry={() => void read.refetch()} />
  if (read.data === undefined) return <Skeleton lines={4} />
  if (read.data === null) return <div className={shared.soft}>{t('events.notKept')}</div>
  return <JsonView text={JSON.stringify(read.data)} what={t('events.json')} />
}

export function DeliveryPanel({ delivery, target, canSend, onClose }: PanelProps) {
  const styles = useEventStyles()
  const shared = useShared()
  const { run, problem, isBusy, clear } = useAction()
  const rounds = useRounds(delivery)
  const { eventName, eventId, orderingKey, subjectId, sequence, answer } = delivery
  const others = rounds.filter(({ round }) => round !== delivery.round)
  const isOnTheWay = [delivery, ...rounds].some(({ state }) => state === 'waiting' || state === 'behind')
  const reason = canSend ? (isOnTheWay ? t('events.onTheWay') : undefined) : t('events.targetGone')
  const isRelationship = eventName.includes('granular-admin')
  const sendAgain = async (): Promise<void> => {
    const sent = await run(plans.redeliver(delivery), { done: t('events.redelivered', { target }), touches })
    if (sent !== undefined) lookLater()
  }
  return (
    <SidePanel
      title={eventName}
      isOpen
      onClose={onClose}
      tools={<RequestPreview plans={() => [plans.redeliver(delivery), plans.event(sequence)]} />}
    >
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
        <dt>{t('events.filter.subject')}</dt>
        <dd>
          {isRelationship ? (
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
        <EventJson sequence={sequence} />
      </section>
    </SidePanel>
  )
}
