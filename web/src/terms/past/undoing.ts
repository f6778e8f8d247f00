/** Takes a change of the record back, or first those that stand against it. */
import type { Action } from '../../data/action.ts'
import { graph } from '../../data/plan.ts'
import type { LaterChange } from '../../data/problem.ts'
import type { Change } from '../../data/types.ts'
import { maybeText, t } from '../../i18n/t.ts'

export function verbText(verb: string | undefined): string {
  return maybeText(`termchanges.verb.${verb}`) ?? verb ?? ''
}

const touches = ['relata.taxonomy.undo']

/** `changeId`: also that of a batch or an import. */
export function undoPlan(changeId: string) {
  return graph<Change>('POST', '/termStore/relata.undo', { body: { changeId } })
}

export interface Undoing {
  readonly id: string
  readonly what: string
}

/** Whether it is taken back; else `action` says why. */
export async function undoOne(action: Action, { id, what }: Undoing, isQuiet = false): Promise<boolean> {
  const sent = await action.run(undoPlan(id), { done: t('undo.done', { what }), touches, isQuiet })
  return sent !== undefined
}

/** Ends where one is refused. */
export async function undoInOrder(
  action: Action,
  newestFirst: readonly LaterChange[],
  last: Undoing | undefined,
): Promise<void> {
  for (const { id, verb } of newestFirst) if (!(await undoOne(action, { id, what: verbText(verb) }, true))) return
  if (last !== undefined) await undoOne(action, last)
}
