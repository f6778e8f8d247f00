/**
 * Changes a relationship with the tag that was read. Where somebody else was first (412), it is read again: what does not
 * collide is kept of both, what collides is asked for.
 */
import { useState } from 'react'
import { type Action, type ActionWords, act, asProblem, tellDone, useAction } from '../../data/action.ts'
import { invalidate } from '../../data/invalidate.ts'
import type { Problem } from '../../data/problem.ts'
import { queryClient } from '../../data/query.ts'
import { ask } from '../../data/send.ts'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { toast } from '../../kit/toasts.ts'
import { plans, type RelationshipRow, touched } from '../api.ts'
import { actorOf } from '../relationship/lifeLine.ts'
import { bodyAfter, type ChangeBody, type Comparison, compare } from './compare.ts'
import { fieldName } from './fields.ts'

export interface Conflict extends Comparison {
  readonly now: RelationshipRow
  /** Who changed it last, where the records say. */
  readonly by: string | undefined
  /** Absent: it was to be deleted. */
  readonly body: ChangeBody | undefined
}

export type ChangeOutcome =
  | { readonly kind: 'done'; readonly row: RelationshipRow | undefined }
  | { readonly kind: 'conflict'; readonly conflict: Conflict }

async function readBy(id: string): Promise<string | undefined> {
  try {
    const { value } = await ask(plans.audits(id))
    return value.map(actorOf).find((name) => name !== undefined)
  } catch {
    // Who may not read the records is told of the change without a name.
    return undefined
  }
}

/** `body` absent: deletes it. Throws `Problem`. */
export async function change(was: RelationshipRow, body: ChangeBody | undefined): Promise<ChangeOutcome> {
  const planOf = (row: RelationshipRow, changes: ChangeBody | undefined) =>
    changes === undefined ? plans.remove(row) : plans.change(row, changes)
  try {
    const { body: row } = await act(planOf(was, body), { touches: touched })
    return { kind: 'done', row: row as RelationshipRow | undefined }
  } catch (error) {
    const problem = asProblem(error, planOf(was, body))
    if (problem.status !== 412) throw problem
  }
  const [now, by] = await Promise.all([ask(plans.one(was.id)), readBy(was.id)])
  const found = compare(was, now, body ?? {})
  const isAsked = found.conflicts.length > 0 || (body === undefined && found.theirs.length > 0)
  if (isAsked) return { kind: 'conflict', conflict: { ...found, now, by, body } }
  const left = body && bodyAfter(body, found)
  const isNothingLeft = left !== undefined && Object.keys(left).length === 0
  const row = isNothingLeft ? now : (await act(planOf(now, left), { touches: touched })).body
  if (found.theirs.length > 0)
    toast({
      text: t('gdap.conflict.both', {
        who: by ?? t('gdap.conflict.somebody'),
        what: found.theirs.map(({ field }) => fieldName(field)).join(', '),
      }),
    })
  return { kind: 'done', row: row as RelationshipRow | undefined }
}

export interface Settled {
  /** Theirs: mine was given up. */
  readonly kind: 'done' | 'theirs'
  /** As it is then; undefined: deleted. */
  readonly row: RelationshipRow | undefined
}

interface Asked {
  readonly conflict: Conflict
  readonly settle: (settled: Settled) => void
  readonly fail: (error: unknown) => void
}

export interface Changing {
  /** What is asked at the moment. */
  readonly asked: Conflict | undefined
  mine(): void
  theirs(): void
  /** Asks where it has to. Rejects with `Problem`. */
  run(was: RelationshipRow, body: ChangeBody | undefined): Promise<Settled>
}

export function useChanging(): Changing {
  const [asked, setAsked] = useState<Asked | undefined>()
  return {
    asked: asked?.conflict,
    run: async (was, body) => {
      const outcome = await change(was, body)
      if (outcome.kind === 'done') return outcome
      return new Promise((settle, fail) => setAsked({ conflict: outcome.conflict, settle, fail }))
    },
    theirs: () => {
      setAsked(undefined)
      invalidate(queryClient, touched)
      asked?.settle({ kind: 'theirs', row: asked.conflict.now })
    },
    mine: () => {
      setAsked(undefined)
      if (asked === undefined) return
      const { conflict, settle, fail } = asked
      const { now, body } = conflict
      change(now, body && bodyAfter(body, conflict)).then((outcome) => {
        if (outcome.kind === 'done') settle(outcome)
        // Once more somebody was first.
        else setAsked({ ...asked, conflict: outcome.conflict })
      }, fail)
    },
  }
}

export interface RowAction extends Action {
  readonly changing: Changing
  /** Changes the row, or deletes it where there is no body. Undefined: it failed, or theirs was kept. */
  change(row: RelationshipRow, body: ChangeBody | undefined, words: ActionWords): Promise<Settled | undefined>
}

/** `useAction` that asks where somebody else was first. The page shows a `ConflictDialog` with it. */
export function useRowAction(): RowAction {
  const action = useAction()
  const changing = useChanging()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>()
  return {
    changing,
    once: action.once,
    isBusy: isBusy || action.isBusy,
    problem: problem ?? action.problem,
    clear: () => {
      setProblem(undefined)
      action.clear()
    },
    run: (plan, words) => {
      setProblem(undefined)
      return action.run(plan, words)
    },
    change: async (row, body, words) => {
      setBusy(true)
      setProblem(undefined)
      try {
        const settled = await changing.run(row, body)
        if (settled.kind === 'theirs') return undefined
        tellDone({ ...(words.done === undefined ? {} : { done: words.done }), back: words.undo })
        return settled
      } catch (error) {
        const found = asProblem(error, plans.one(row.id))
        setProblem(found)
        announce(found.message, 'assertive')
        return undefined
      } finally {
        setBusy(false)
      }
    },
  }
}
