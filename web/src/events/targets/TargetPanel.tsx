/** One target: how far it has been told, and what can be done with it. What others registered is shown, and theirs to change. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { Fragment, useState } from 'react'
import { act, useAction } from '../../data/action.ts'
import type { RequestPlan } from '../../data/plan.ts'
import { t } from '../../i18n/t.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { ConfirmByName } from '../../kit/parts/ConfirmByName.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { toast } from '../../kit/toasts.ts'
import { StatusBadge } from '../../kit/values/StatusBadge.tsx'
import { useView } from '../../kit/view.ts'
import {
  type DeliveryAddress,
  plans,
  type Target,
  touches,
  useDelivery,
  type Webhook,
  type WithSecret,
} from '../api.ts'
import { useEventStyles } from '../styles.ts'
import { lookLater } from '../useLive.ts'
import { answerOf, deliveryBadge, nameOf, targetBadge } from '../words.ts'
import { lagWords } from './lag.ts'
import { SecretShown } from './SecretShown.tsx'
import { WebhookForm } from './WebhookForm.tsx'

interface PanelProps {
  readonly target: Target
  /** Of the tenant's own; undefined: it is of another kind. */
  readonly webhook: Webhook | undefined
  readonly onClose: () => void
}

function State({ target }: { readonly target: Target }) {
  const styles = useEventStyles()
  const { reason, pausedUntil, failingSince, lastError, waiting, behind, dead } = target
  return (
    <>
      <dt>{t('events.state')}</dt>
      <dd>
        <StatusBadge {...targetBadge(target)} />
        {reason !== null && <div>{reason}</div>}
        {pausedUntil !== null && (
          <div>
            {t('events.pausedUntil')} <TimeText at={pausedUntil} />
          </div>
        )}
        {failingSince !== null && (
          <div className={styles.bad}>
            {t('events.failingSince')} <TimeText at={failingSince} />
            {lastError !== null && `: ${lastError}`}
          </div>
        )}
      </dd>
      <dt>{t('events.lag')}</dt>
      <dd>{lagWords(target)}</dd>
      <dt>{t('events.deliveries')}</dt>
      <dd>
        {t('events.counts', { waiting, behind, dead })}
        {failingSince === null && lastError !== null && (
          <div>
            {t('events.lastError')}: {lastError}
          </div>
        )}
      </dd>
    </>
  )
}

function Wishes({ webhook }: { readonly webhook: Webhook }) {
  const shared = useShared()
  const { events, customers, mode, signing, batch, headers, publicKey, createdDateTime, changedDateTime } = webhook
  const names = Object.keys(headers)
  return (
    <>
      <dt>{t('events.form.events')}</dt>
      <dd className={shared.mono}>
        {events.map((name) => (
          <div key={name}>{name}</div>
        ))}
      </dd>
      <dt>{t('events.form.customers')}</dt>
      <dd>
        {customers === null
          ? t('events.allCustomers')
          : customers.map((id) => (
              <div key={id}>
                <CopyId id={id} what={t('events.form.customers')} />
              </div>
            ))}
      </dd>
      <dt>{t('events.form.mode')}</dt>
      <dd>
        {t(`events.mode.${mode}`)}
        {batch && `, ${t('events.batch')}`}
      </dd>
      <dt>{t('events.form.signing')}</dt>
      <dd>
        {t(`events.signing.${signing}`)}
        {publicKey !== undefined && (
          <div>
            <CopyId id={publicKey} what={t('events.publicKey')} />
          </div>
        )}
      </dd>
      {names.length > 0 && (
        <>
          <dt>{t('events.form.headers')}</dt>
          <dd className={shared.mono}>{names.join(', ')}</dd>
        </>
      )}
      <dt>{t('events.created')}</dt>
      <dd>
        <TimeText at={createdDateTime} />
      </dd>
      <dt>{t('events.lastChanged')}</dt>
      <dd>
        <TimeText at={changedDateTime} />
      </dd>
    </>
  )
}

/** What a registration or a subscription is for. */
function WatchedByOthers({ target: { kind, events, resource, changeType, lifeCycleOf } }: { readonly target: Target }) {
  const shared = useShared()
  const facts = kind === 'graph' ? { resource, changeType, lifeCycleOf } : { 'form.events': events.join('\n') }
  return Object.entries(facts).map(
    ([name, text]) =>
      text !== null && (
        <Fragment key={name}>
          <dt>{t(`events.${name as 'resource' | 'changeType' | 'lifeCycleOf' | 'form.events'}`)}</dt>
          <dd className={shared.mono}>
            {text.split('\n').map((line) => (
              <div key={line}>{line}</div>
            ))}
          </dd>
        </Fragment>
      ),
  )
}

/** What became of a test, as soon as it is known. */
function TestResult({ address }: { readonly address: DeliveryAddress }) {
  const shared = useShared()
  const { set } = useView()
  const { data, error } = useDelivery(address)
  const last = data?.rounds[0]
  const open = `${address.targetId}:${address.sequence}:0`
  return (
    <section className={shared.row} aria-label={t('events.testResult')}>
      {error !== null && <Problem error={error} />}
      <span>{t('events.testResult')}</span>
      <StatusBadge {...deliveryBadge({ state: data?.state ?? 'due' })} />
      {last !== undefined && <span>{answerOf(last)}</span>}
      <Button size="small" onClick={() => set({ open, tab: 'deliveries', target: address.targetId })}>
        {t('events.testShow')}
      </Button>
    </section>
  )
}

/** Pausing and enabling take each other back. */
function stateActions({ id }: Webhook, name: string, run: ReturnType<typeof useAction>['run']) {
  const pause: RequestPlan = plans.change(id, { state: 'paused' })
  const enable: RequestPlan = plans.enable(id)
  const doing = (plan: RequestPlan, back: RequestPlan, done: string) => () =>
    void run(plan, { done, touches, undo: () => act(back, { touches, undo: async () => undefined }) })
  return {
    pause: doing(pause, enable, t('events.pausedDone', { name })),
    enable: doing(enable, pause, t('events.enabledDone', { name })),
  }
}

export function TargetPanel({ target, webhook, onClose }: PanelProps) {
  const styles = useEventStyles()
  const shared = useShared()
  const { set } = useView()
  const { run, problem, isBusy, clear } = useAction()
  const [isChanging, setChanging] = useState(false)
  const [isRemoving, setRemoving] = useState(false)
  const [tested, setTested] = useState<number | undefined>()
  const [secret, setSecret] = useState<WithSecret | undefined>()
  const name = nameOf(target, webhook === undefined ? [] : [webhook])
  const { dead } = target
  const replay = async (): Promise<void> => {
    const sent = await run(plans.replay(target.target), { touches })
    if (sent === undefined) return
    toast({ text: t('events.replayed', { n: sent.body.count, name }) })
    lookLater()
  }
  const test = async (id: string): Promise<void> => {
    const sent = await run(plans.test(id), { done: t('events.tested', { name }), touches })
    if (sent === undefined) return
    setTested(sent.body.sequence)
    lookLater()
  }
  const rotate = async (): Promise<void> => {
    if (webhook === undefined) return
    const sent = await run(plans.rotate(webhook.id), { done: t('events.rotated', { name }), touches })
    if (sent !== undefined) setSecret(sent.body)
  }
  const remove = async (): Promise<void> => {
    if (webhook === undefined) return
    setRemoving(false)
    const sent = await run(plans.remove(webhook.id), { done: t('events.removed', { name }), touches })
    if (sent !== undefined) onClose()
  }
  const state = webhook === undefined ? undefined : stateActions(webhook, name, run)
  if (isChanging && webhook !== undefined) return <WebhookForm webhook={webhook} onClose={() => setChanging(false)} />
  return (
    <SidePanel
      title={name}
      isOpen
      onClose={onClose}
      tools={
        <RequestPreview
          plans={() =>
            webhook === undefined
              ? [plans.targets(), plans.replay(target.target)]
              : [
                  plans.test(webhook.id),
                  target.state === 'active' ? plans.change(webhook.id, { state: 'paused' }) : plans.enable(webhook.id),
                  plans.rotate(webhook.id),
                  plans.replay(webhook.id),
                  plans.remove(webhook.id),
                ]
          }
        />
      }
    >
      {problem !== undefined && (
        <div>
          <Problem error={problem} onClose={clear} />
        </div>
      )}
      {secret !== undefined && <SecretShown of={secret} />}
      <div className={shared.row}>
        {webhook !== undefined && (
          <>
            <Button appearance="primary" disabledFocusable={isBusy} onClick={() => void test(webhook.id)}>
              {t('events.test')}
            </Button>
            <Button onClick={() => setChanging(true)}>{t('events.change')}</Button>
            {target.state === 'active' ? (
              <Button disabledFocusable={isBusy} onClick={state?.pause}>
                {t('events.pause')}
              </Button>
            ) : (
              <Button disabledFocusable={isBusy} onClick={state?.enable}>
                {t('events.enable')}
              </Button>
            )}
            <Button disabledFocusable={isBusy} onClick={() => void rotate()}>
              {t('events.rotate')}
            </Button>
          </>
        )}
        {dead > 0 && (
          <Button disabledFocusable={isBusy} onClick={() => void replay()}>
            {t('events.replay')}
          </Button>
        )}
        <Button onClick={() => set({ open: undefined, tab: 'deliveries', target: target.target })}>
          {t('events.itsDeliveries')}
        </Button>
      </div>
      {tested !== undefined && <TestResult key={tested} address={{ targetId: target.target, sequence: tested }} />}
      <dl className={styles.facts}>
        {webhook?.description && (
          <>
            <dt>{t('events.form.description')}</dt>
            <dd>{webhook.description}</dd>
          </>
        )}
        <dt>{t('events.kind')}</dt>
        <dd>
          {t(`events.kind.${target.kind}`)}
          {webhook === undefined && <div className={shared.soft}>{t(`events.whose.${target.kind}`)}</div>}
        </dd>
        <dt>{t('events.url')}</dt>
        <dd className={shared.mono}>{target.url}</dd>
        <State target={target} />
        {webhook === undefined ? <WatchedByOthers target={target} /> : <Wishes webhook={webhook} />}
        <dt>{t('events.id')}</dt>
        <dd>
          <CopyId id={target.target} what={t('events.id')} />
        </dd>
      </dl>
      {webhook !== undefined && (
        <section className={mergeClasses(shared.column)} aria-labelledby="webhook-removal">
          <h3 id="webhook-removal" className={shared.paneTitle}>
            {t('events.removal')}
          </h3>
          <div className={shared.soft}>{t('events.removalText')}</div>
          <div>
            <Button disabledFocusable={isBusy} onClick={() => setRemoving(true)}>
              {t('events.remove')}
            </Button>
          </div>
          <ConfirmByName
            title={t('events.removeTitle', { name })}
            name={name}
            action={t('events.remove')}
            isOpen={isRemoving}
            onCancel={() => setRemoving(false)}
            onConfirm={() => void remove()}
          >
            <p>{t('events.removalText')}</p>
            <p>{t('events.counts', { waiting: target.waiting, behind: target.behind, dead })}</p>
          </ConfirmByName>
        </section>
      )}
    </SidePanel>
  )
}
