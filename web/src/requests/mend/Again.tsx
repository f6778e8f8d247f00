/** Sends a request of the log once more, in the name of who sent it, and says what came of it this time. */
import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { act, asProblem } from '../../data/action.ts'
import type { Problem } from '../../data/problem.ts'
import type { Acting } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { SendRegular } from '../../kit/icons.ts'
import { useShared } from '../../kit/styles.ts'
import { useGo } from '../../kit/view.ts'
import { callerName, type LoggedDetail } from '../entry.ts'
import { StatusText } from '../marks.tsx'
import { againPlan, whyNotAgain } from './mend.ts'

const useStyles = makeStyles({
  result: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `0 ${tokens.spacingHorizontalS}`,
    minHeight: '32px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
})

interface AgainProps {
  readonly detail: LoggedDetail
  /** Absent: who sent it. */
  readonly acting?: Acting | undefined
  /** With another token than the usual one. */
  readonly token?: () => Promise<string>
  readonly words?: string
  readonly isPrimary?: boolean
}

/** Who sent it, as somebody to act as. */
function senderOf({ caller }: LoggedDetail): Acting | undefined {
  const { tenantId, kind, userId, appId, name = '' } = caller ?? {}
  const id = kind === 'app' ? appId : userId
  if (tenantId === undefined || id === undefined) return undefined
  return { tenant: { id: tenantId, name: '', domain: '' }, caller: { kind: kind === 'app' ? 'app' : 'user', id, name } }
}

export function Again({ detail, acting, token, words, isPrimary = false }: AgainProps) {
  const styles = useStyles()
  const shared = useShared()
  const go = useGo()
  const [isBusy, setBusy] = useState(false)
  const [result, setResult] = useState<{ readonly id: string; readonly status: number } | undefined>()
  const by = acting ?? senderOf(detail)
  const block = acting === undefined ? whyNotAgain(detail) : whyNotAgain({ ...detail, caller: {} })
  const run = async (): Promise<void> => {
    setBusy(true)
    const plan = againPlan(detail, crypto.randomUUID(), await token?.())
    let status: number
    let id: string | null | undefined
    try {
      const sent = await act(plan, { ...(by === undefined ? {} : { acting: by }) })
      status = sent.status
      id = sent.headers.get('request-id')
    } catch (error) {
      const problem: Problem = asProblem(error, plan)
      status = problem.status
      id = problem.requestId
    }
    setResult({ status, id: id ?? '' })
    setBusy(false)
    announce(t('requests.againResult', { status }))
  }
  const button = (
    <Button
      appearance={isPrimary && result === undefined ? 'primary' : 'secondary'}
      icon={<SendRegular />}
      disabledFocusable={block !== undefined || isBusy}
      onClick={() => void run().catch(() => setBusy(false))}
    >
      {words ?? t('requests.again', { who: callerName(detail) || (by?.caller.name ?? '') })}
    </Button>
  )
  return (
    <>
      {block === undefined ? (
        button
      ) : (
        <Tooltip content={t(`requests.notAgain.${block}`)} relationship="description">
          {button}
        </Tooltip>
      )}
      {result !== undefined && (
        <span className={mergeClasses(styles.result, shared.small)}>
          {t('requests.thisTime')} <StatusText status={result.status} />
          {result.id !== '' && (
            <Button size="small" appearance="subtle" onClick={() => go(`/requests/${result.id}`)}>
              {t('requests.open')}
            </Button>
          )}
        </span>
      )}
    </>
  )
}
