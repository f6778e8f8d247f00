/** The buttons below a refusal that mend it, each with the request that it makes. */
import { Button, Tooltip } from '@fluentui/react-components'
import { useState } from 'react'
import { act, useAction } from '../../data/action.ts'
import { key } from '../../data/keys.ts'
import type { RequestPlan } from '../../data/plan.ts'
import { queryClient } from '../../data/query.ts'
import { ask } from '../../data/send.ts'
import { useSession } from '../../data/session.ts'
import { tokenOf } from '../../data/wire/tokens.ts'
import { t } from '../../i18n/t.ts'
import { useCopy } from '../../kit/CopyId.tsx'
import { CheckmarkRegular, KeyRegular, WrenchRegular } from '../../kit/icons.ts'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { callerName, type LoggedDetail } from '../entry.ts'
import { Again } from './Again.tsx'
import { type Mend, type MendPlan, tokenPlan } from './mend.ts'
import { type ReadyMend, useMend } from './use-mend.ts'

/** Graph's addresses ask for a token of an administrator; ours for none. */
function inNameOf(plan: RequestPlan, { acting }: ReadyMend) {
  return plan.needsToken && acting !== undefined ? { acting } : {}
}

async function takeBack({ undoes }: MendPlan, mend: ReadyMend): Promise<void> {
  for (const plan of undoes) await act(plan, { ...inNameOf(plan, mend), touches: ['relata.directory.member-changed'] })
  await readAgain()
}

/** No event tells of these. */
async function readAgain(): Promise<void> {
  await Promise.all(
    (['roles', 'faults'] as const).map((topic) => queryClient.invalidateQueries({ queryKey: key(topic) })),
  )
}

function ChangeButton({ mend, detail }: { readonly mend: Mend; readonly detail: LoggedDetail }) {
  const shared = useShared()
  const { mend: ready, isLoading, error } = useMend(mend, detail)
  const action = useAction()
  const [isDone, setDone] = useState(false)
  if (error !== undefined && error !== null) return <Problem error={error} />
  if (ready === undefined) return isLoading ? null : <div className={shared.soft}>{t('requests.notMendable')}</div>
  const { plan, words, done } = ready
  const isMended = isDone || plan.isDone === true
  const run = async (): Promise<void> => {
    const last = plan.does.length - 1
    for (const [at, one] of plan.does.entries()) {
      const sent = await action.run(one, {
        ...inNameOf(one, ready),
        touches: ['relata.directory.member-changed'],
        ...(at === last ? { done, undo: () => takeBack(plan, ready).then(() => setDone(false)) } : {}),
      })
      if (sent === undefined) return
    }
    setDone(true)
    await readAgain()
  }
  return (
    <>
      <div className={shared.row}>
        <Button
          appearance={isMended ? 'secondary' : 'primary'}
          icon={isMended ? <CheckmarkRegular /> : <WrenchRegular />}
          disabledFocusable={isMended || action.isBusy}
          onClick={() => void run()}
        >
          {isMended ? done : words}
        </Button>
        <RequestPreview plans={() => plan.does} />
        {isMended && <Again detail={detail} isPrimary />}
      </div>
      {action.problem !== undefined && <Problem error={action.problem} onClose={action.clear} />}
    </>
  )
}

/** What a token lacks: another one has it. */
function PermissionButtons({ what, detail }: { readonly what: string; readonly detail: LoggedDetail }) {
  const shared = useShared()
  const copy = useCopy()
  const plan = tokenPlan(detail, what)
  const take = async (): Promise<string> => (await ask(plan)).accessToken
  return (
    <div className={shared.row}>
      <Again detail={detail} token={take} words={t('requests.againWith', { what })} isPrimary />
      <Tooltip content={t('requests.tokenOf', { who: callerName(detail) })} relationship="description">
        <Button icon={<KeyRegular />} onClick={() => void take().then(copy)}>
          {t('requests.copyTokenWith', { what })}
        </Button>
      </Tooltip>
      <RequestPreview plans={() => [plan]} />
    </div>
  )
}

/** Nobody was signed in: whoever the pages act as has a token. */
function TokenButtons({ detail }: { readonly detail: LoggedDetail }) {
  const shared = useShared()
  const copy = useCopy()
  const { acting } = useSession()
  if (acting === undefined) return null
  const { name } = acting.caller
  return (
    <div className={shared.row}>
      <Again detail={detail} acting={acting} words={t('requests.again', { who: name })} isPrimary />
      <Button
        icon={<KeyRegular />}
        onClick={() => void tokenOf(acting).then((token) => token !== undefined && copy(token))}
      >
        {t('requests.copyToken', { who: name })}
      </Button>
    </div>
  )
}

export function Mending({ mend, detail }: { readonly mend: Mend; readonly detail: LoggedDetail }) {
  if (mend.kind === 'permission') return <PermissionButtons what={mend.what} detail={detail} />
  if (mend.kind === 'token') return <TokenButtons detail={detail} />
  return <ChangeButton mend={mend} detail={detail} />
}
