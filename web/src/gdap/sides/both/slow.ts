/** The brake: a fault rule that makes each step of one relationship take its time, until it is lifted or the page is left. */
import { useCallback, useEffect, useRef } from 'react'
import { useAction } from '../../../data/action.ts'
import { invalidate } from '../../../data/invalidate.ts'
import { control, type RequestPlan } from '../../../data/plan.ts'
import { queryClient, useRead } from '../../../data/query.ts'
import { send } from '../../../data/send.ts'
import type { Relationship } from '../../../data/types.ts'
import { t } from '../../../i18n/t.ts'

export interface FaultRules {
  readonly value: readonly { readonly id: string; readonly on?: boolean }[]
}

const stepSeconds = 10
const touches = ['page.faults-changed']

/** One for each relationship; the first half of its id is enough. */
export function slowId(relationshipId: string): string {
  return `both-sides-${relationshipId.slice(0, 36)}`
}

export const faultRules: RequestPlan<FaultRules> = control('GET', '/faults')

export function addSlow({ id = '', displayName }: Relationship): RequestPlan {
  const seconds = { activation: stepSeconds, termination: stepSeconds, assignment: stepSeconds / 2 }
  return control('POST', '/faults', {
    body: {
      id: slowId(id),
      note: t('sides.slow.note', { name: displayName ?? '' }),
      what: { gdap: { latencySeconds: seconds, relationshipId: id } },
    },
  })
}

export function removeSlow(relationshipId: string): RequestPlan {
  return control('DELETE', `/faults/${slowId(relationshipId)}`, { outlivesPage: true })
}

/** What this page has added goes with it, and with the relationship that it shows. */
export function useSlow(relationship: Relationship | undefined) {
  const { run, isBusy, problem, clear } = useAction()
  const rules = useRead('faults', [], faultRules)
  const isOwn = useRef(false)
  const id = relationship?.id
  const isOn = id !== undefined && rules.data?.value.some((one) => one.id === slowId(id) && one.on !== false) === true
  useEffect(() => {
    if (id === undefined) return
    const lift = (): void => {
      if (!isOwn.current) return
      isOwn.current = false
      send(removeSlow(id)).then(
        () => invalidate(queryClient, touches),
        // The rule has been removed elsewhere, or the server is gone, and its rules with it.
        () => undefined,
      )
    }
    addEventListener('pagehide', lift)
    return () => {
      removeEventListener('pagehide', lift)
      lift()
    }
  }, [id])
  const toggle = useCallback(
    async (isWanted: boolean): Promise<void> => {
      if (relationship === undefined) return
      const name = relationship.displayName ?? ''
      const done = t(isWanted ? 'sides.slow.on' : 'sides.slow.off', { name })
      isOwn.current = isWanted
      const plan = isWanted ? addSlow(relationship) : removeSlow(relationship.id ?? '')
      // The switch shows it; a message would cover it.
      await run(plan, { done, touches, isQuiet: true })
    },
    [relationship, run],
  )
  return { isOn, isBusy, problem, clear, toggle }
}
