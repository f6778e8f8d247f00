/** What is done with worlds, each with a way back: also from the pill in the top bar and from the palette. */
import { type Action, act, asProblem } from '../../data/action.ts'
import { maybeWayBack, wayBackMs } from '../../data/back/way-back.ts'
import { oneAtATime } from '../../data/once.ts'
import { queryClient } from '../../data/query.ts'
import { currentSession } from '../../data/session.ts'
import { t } from '../../i18n/t.ts'
import { toast } from '../../kit/toasts.ts'
import { endWorldPlan, makeWorldPlan, resetPlan, rowsTouched, worldsTouched } from './api.ts'

export type Run = Action['run']

/** For what has no place of its own to show why it failed. */
export const runWithToast: Run = async (plan, words) => {
  try {
    return await act(plan, words)
  } catch (error) {
    toast({ text: asProblem(error, plan).message, kind: 'failed' })
    return undefined
  }
}

/** Of the pill and the palette, which have no action of their own. */
export const onceByPill = oneAtATime()

/** Resets, and can load what was before for a minute. */
export async function resetWorld(run: Run, world: string): Promise<boolean> {
  const kept = await maybeWayBack(world)
  const isThis = world === currentSession().world
  const undo = async (): Promise<void> => {
    await kept?.run()
    if (isThis) await queryClient.invalidateQueries()
  }
  const sent = await run(resetPlan(world), {
    done: t('worlds.wasReset', { id: world }),
    touches: isThis ? rowsTouched : worldsTouched,
    ...(kept === undefined ? {} : { undo, undoMs: wayBackMs }),
  })
  return sent !== undefined
}

/** Ends a world; it is made again from what it held. */
export async function endWorld(run: Run, id: string): Promise<boolean> {
  const kept = await maybeWayBack(id)
  const undo = () => act(makeWorldPlan({ id, from: kept?.name }), { touches: worldsTouched })
  const sent = await run(endWorldPlan(id), {
    done: t('worlds.ended', { id }),
    touches: worldsTouched,
    ...(kept === undefined ? {} : { undo, undoMs: wayBackMs }),
  })
  return sent !== undefined
}

/** Makes a copy; undone by ending it. */
export async function forkWorld(
  run: Run,
  wish: { readonly id?: string; readonly from?: string; readonly seed?: string },
): Promise<string | undefined> {
  const made = { id: '' }
  const undo = () => act(endWorldPlan(made.id), { touches: worldsTouched })
  const sent = await run(makeWorldPlan(wish), {
    done: t('worlds.made', { id: wish.id ?? '' }),
    touches: worldsTouched,
    undo,
  })
  if (sent === undefined) return undefined
  made.id = sent.body.id
  return made.id
}

/** The name of the world with the next number: `default-2`. */
export function freeName(world: string, names: ReadonlySet<string>): string {
  const stem = world.replace(/-\d+$/, '').slice(0, 56)
  for (let n = 2; ; n += 1) if (!names.has(`${stem}-${n}`)) return `${stem}-${n}`
}
