/** Makes the calls of a recipe from here, and opens the last of them among the requests. */
import { Button, Tooltip } from '@fluentui/react-components'
import { useState } from 'react'
import { asProblem, tellDone } from '../../data/action.ts'
import { invalidate } from '../../data/invalidate.ts'
import { graph } from '../../data/plan.ts'
import type { Problem as ProblemError } from '../../data/problem.ts'
import { queryClient } from '../../data/query.ts'
import { send } from '../../data/send.ts'
import { t } from '../../i18n/t.ts'
import { SendRegular } from '../../kit/icons.ts'
import { Problem } from '../../kit/Problem.tsx'
import { RequestPreview } from '../../kit/RequestPreview.tsx'
import { useShared } from '../../kit/styles.ts'
import { useGo } from '../../kit/view.ts'
import { callsOf, type RecipeCall, recipeCaller, shownCalls } from './recipe-calls.ts'

/** Not `ownRequestId`: it is the reader's call, and stands in the list of requests. */
const asClient = () => ({ 'client-request-id': crypto.randomUUID() })

const by = { acting: recipeCaller }
const touched = ['relata.taxonomy.group-changed', 'relata.taxonomy.set-changed', 'relata.taxonomy.term-changed']

/** Returns the id of the last request. */
async function makeAll(calls: readonly RecipeCall[]): Promise<string | undefined> {
  const made: Record<string, string> = {}
  const changes: string[] = []
  const back = async (): Promise<void> => {
    for (const changeId of changes.toReversed())
      await send(graph('POST', '/termStore/relata.undo', { body: { changeId } }), by)
    invalidate(queryClient, touched)
  }
  let last: string | undefined
  try {
    for (const { name, plan } of calls) {
      const sent = await send({ ...plan(made), headers: asClient() }, by)
      if (sent.change !== undefined) changes.push(sent.change)
      if (name !== undefined) made[name] = sent.body.id ?? ''
      last = sent.headers.get('request-id') ?? undefined
    }
  } finally {
    invalidate(queryClient, touched)
    if (changes.length > 0) tellDone({ done: t('overview.ran', { n: changes.length }), back })
  }
  return last
}

export function RunHere({ recipeId }: { readonly recipeId: string }) {
  const shared = useShared()
  const go = useGo()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemError | undefined>()
  const calls = callsOf(recipeId, String(Date.now()))
  if (calls === undefined) return null
  const shown = shownCalls(calls)
  const run = async (): Promise<void> => {
    setBusy(true)
    setProblem(undefined)
    try {
      const id = await makeAll(calls)
      if (id !== undefined) go(`/requests/${id}`)
    } catch (error) {
      setProblem(asProblem(error, shown[0] as (typeof shown)[number]))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <div className={shared.row}>
        <Tooltip
          content={t('overview.runTip', { n: shown.length, who: recipeCaller.caller.name })}
          relationship="description"
        >
          <Button icon={<SendRegular />} disabledFocusable={isBusy} onClick={() => void run()}>
            {t('overview.run')}
          </Button>
        </Tooltip>
        <RequestPreview plans={() => shown} acting={recipeCaller} />
      </div>
      {problem !== undefined && <Problem error={problem} onClose={() => setProblem(undefined)} />}
    </>
  )
}
