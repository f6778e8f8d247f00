/** Creates a draft (or changes it) and sends it for approval. A 405 right after its creation is tried again for five seconds. */
import { act, asProblem } from '../../data/action.ts'
import type { Problem } from '../../data/problem.ts'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { plans, type RelationshipRow, touched } from '../api.ts'
import type { Changing } from '../conflict/useChange.ts'

const tries = 10
const waitMs = 500

/** Sends it for approval; calls back before it tries again. Throws `Problem`. */
export async function lock(id: string, onAgain: () => void): Promise<void> {
  const plan = plans.request(id, 'lockForApproval')
  for (let at = 1; ; at += 1) {
    try {
      await act(plan, { touches: touched })
      return
    } catch (error) {
      const problem = asProblem(error, plan)
      if (problem.status !== 405 || at === tries) throw problem
      if (at === 1) {
        announce(t('gdap.new.lockAgain'))
        onAgain()
      }
      await new Promise((done) => setTimeout(done, waitMs))
    }
  }
}

export interface SendResult {
  readonly row?: RelationshipRow
  /** Of which step. */
  readonly problem?: Problem
  readonly isLocked: boolean
  /** Somebody else has changed the draft, and theirs was kept: `row`. */
  readonly isTheirs?: boolean
}

/** `edited`: the draft that is changed; absent: a new one. `change`: asks where somebody else has changed it. */
export async function create(
  body: object,
  edited: RelationshipRow | undefined,
  change: Changing['run'],
  onAgain?: () => void,
): Promise<SendResult> {
  const plan = plans.create(body)
  let row: RelationshipRow
  try {
    if (edited === undefined) row = (await act(plan, { touches: touched })).body
    else {
      const settled = await change(edited, { customer: null, ...body })
      row = settled.row ?? edited
      if (settled.kind === 'theirs') return { row, isLocked: false, isTheirs: true }
    }
  } catch (error) {
    return { problem: asProblem(error, plan), isLocked: false }
  }
  if (onAgain === undefined) return { row, isLocked: false }
  try {
    await lock(row.id, onAgain)
    return { row, isLocked: true }
  } catch (error) {
    return { row, problem: asProblem(error, plans.request(row.id, 'lockForApproval')), isLocked: false }
  }
}
