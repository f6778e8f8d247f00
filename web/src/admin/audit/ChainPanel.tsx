/** The chain over the log: how far it reaches, its last checkpoint, the places it goes to, and whether it fits. */
import { Button, MessageBar, MessageBarBody, mergeClasses } from '@fluentui/react-components'
import { useRef, useState } from 'react'
import { asProblem } from '../../data/action.ts'
import { useRead } from '../../data/query.ts'
import { ask, sendRaw } from '../../data/send.ts'
import { useSession } from '../../data/session.ts'
import { numberText } from '../../i18n/format.ts'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { CopyId } from '../../kit/CopyId.tsx'
import { Loaded } from '../../kit/Loaded.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { SidePanel } from '../../kit/parts/SidePanel.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { TimeText } from '../../kit/TimeText.tsx'
import { useSectionStyles } from '../parts.ts'
import { DoesNotFit, linesOf, type Verified, verifyChain } from './chain.ts'
import { type ChainPlans, type ChainStatus, chainPlans, keysPlan } from './chainPlans.ts'

type Outcome =
  | { readonly kind: 'fits'; readonly found: Verified }
  | { readonly kind: 'differs'; readonly fault: DoesNotFit }
  | { readonly kind: 'failed'; readonly error: unknown }

function wordsOf(outcome: Exclude<Outcome, { kind: 'failed' }>): string {
  if (outcome.kind === 'differs') {
    const { what, n } = outcome.fault
    return t(`admin.chain.fault.${what}`, { n: numberText(n) })
  }
  const { start, end, without, isSigned } = outcome.found
  const range = { from: numberText(start + 1), to: numberText(end) }
  return [
    end === start ? t('admin.chain.fitsEmpty') : t('admin.chain.fits', range),
    ...(without > 0 ? [t('admin.chain.without', { n: without })] : []),
    t(isSigned === true ? 'admin.chain.signed' : 'admin.chain.notSigned'),
  ].join(' ')
}

/** `status` is read after the log: what it says is newer, or the same. */
function Verify({ plans, status }: { readonly plans: ChainPlans; readonly status: ChainStatus }) {
  const shared = useShared()
  const ending = useRef<AbortController | undefined>(undefined)
  const [at, setAt] = useState<number | undefined>()
  const [outcome, setOutcome] = useState<Outcome | undefined>()
  const run = async (): Promise<void> => {
    const abort = new AbortController()
    ending.current = abort
    setAt(status.start.n)
    setOutcome(undefined)
    const end = (found: Outcome): void => {
      if (abort.signal.aborted) return
      setOutcome(found)
      announce(found.kind === 'failed' ? asProblem(found.error, plans.file).message : wordsOf(found))
    }
    try {
      const { keys } = await ask(keysPlan, { signal: abort.signal })
      const { body } = await sendRaw(plans.file, { signal: abort.signal })
      if (body === null) throw new DoesNotFit('cutOff', 0)
      const facts = { tenant: status.tenant, keys, onProgress: setAt }
      end({ kind: 'fits', found: await verifyChain(linesOf(body), facts) })
    } catch (error) {
      end(error instanceof DoesNotFit ? { kind: 'differs', fault: error } : { kind: 'failed', error })
    } finally {
      setAt(undefined)
    }
  }
  return (
    <section className={shared.column} aria-labelledby="chain-verify">
      <h3 id="chain-verify" className={shared.paneTitle}>
        {t('admin.chain.verifyTitle')}
      </h3>
      <div className={shared.soft}>{t('admin.chain.verifyText')}</div>
      <div className={shared.row}>
        {at === undefined ? (
          <Button appearance="primary" onClick={() => void run()}>
            {t('admin.chain.verify')}
          </Button>
        ) : (
          <Button onClick={() => ending.current?.abort()}>
            {t('admin.chain.cancel', { n: numberText(at), total: numberText(status.newest.n) })}
          </Button>
        )}
        <RequestPreview plans={() => [plans.file, keysPlan]} />
      </div>
      {outcome?.kind === 'failed' && <Problem error={outcome.error} />}
      {outcome !== undefined && outcome.kind !== 'failed' && (
        <MessageBar intent={outcome.kind === 'fits' ? 'success' : 'error'} layout="multiline">
          <MessageBarBody>{wordsOf(outcome)}</MessageBarBody>
        </MessageBar>
      )}
    </section>
  )
}

function Sinks({ sinks }: Pick<ChainStatus, 'sinks'>) {
  const shared = useShared()
  const styles = useSectionStyles()
  return (
    <section className={shared.column} aria-labelledby="chain-sinks">
      <h3 id="chain-sinks" className={shared.paneTitle}>
        {t('admin.chain.sinks')}
      </h3>
      {sinks.length === 0 && <div className={shared.soft}>{t('admin.chain.noSinks')}</div>}
      <ul className={styles.list}>
        {sinks.map(({ name, sent, waiting, missed, sentDateTime, failingDateTime, lastError }) => (
          <li key={name} className={mergeClasses(shared.card, shared.column)}>
            <div className={shared.mono} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </div>
            <div className={shared.numbers}>
              {t('admin.chain.sent', { n: numberText(sent) })}
              {waiting > 0 && ` · ${t('admin.chain.waiting', { n: waiting })}`}
              {missed > 0 && ` · ${t('admin.chain.missed', { n: missed })}`}
            </div>
            {sentDateTime !== null && (
              <div className={shared.soft}>
                {t('admin.chain.sentLast')} <TimeText at={sentDateTime} />
              </div>
            )}
            {failingDateTime !== null && (
              <div className={styles.bad}>
                {t('admin.chain.failing')} <TimeText at={failingDateTime} />
                {lastError !== null && `: ${lastError}`}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Facts({ status }: { readonly status: ChainStatus }) {
  const styles = useSectionStyles()
  const { newest, start, checkpoint } = status
  return (
    <dl className={styles.facts}>
      <dt>{t('admin.chain.records')}</dt>
      <dd>
        {newest.n === start.n
          ? t('admin.chain.empty')
          : t('admin.chain.range', { from: numberText(start.n + 1), to: numberText(newest.n) })}
      </dd>
      <dt>{t('admin.chain.newest')}</dt>
      <dd>
        <CopyId id={newest.link} what={t('admin.chain.newest')} />
      </dd>
      <dt>{t('admin.chain.checkpoint')}</dt>
      <dd>
        {checkpoint === null ? (
          t('admin.chain.noCheckpoint')
        ) : (
          <>
            {t('admin.chain.checkpointAt', { n: numberText(checkpoint.n) })} <TimeText at={checkpoint.dateTime} />{' '}
            <CopyId id={checkpoint.jws} what={t('admin.chain.checkpoint')} />
          </>
        )}
      </dd>
    </dl>
  )
}

export function ChainPanel({ onClose }: { readonly onClose: () => void }) {
  const { info, acting } = useSession()
  const shared = useShared()
  const plans = chainPlans(info.mode, acting?.tenant.id ?? '')
  const read = useRead('audit', ['chain'], plans.status)
  return (
    <SidePanel
      title={t('admin.chain.title')}
      isOpen
      onClose={onClose}
      tools={<RequestPreview plans={() => [plans.status]} />}
    >
      <div className={shared.soft}>{t('admin.chain.text')}</div>
      <Loaded read={read}>
        {(status) => (
          <>
            <Facts status={status} />
            <Verify plans={plans} status={status} />
            <Sinks sinks={status.sinks} />
          </>
        )}
      </Loaded>
    </SidePanel>
  )
}
