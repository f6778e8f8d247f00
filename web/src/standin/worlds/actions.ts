/** What is done with worlds, each with a way back: also from the pill in the top bar and from the palette. */
import { type Action, act } from '../../data/action.ts'
import { queryClient } from '../../data/query.ts'
import { currentSession } from '../../data/session.ts'
import { maybeWayBack, wayBackMs } from '../../data/way-back.ts'
import { t } from '../../i18n/t.ts'
import { endWorldPlan, makeWorldPlan, resetPlan, rowsTouched, worldsTouched } from './api.ts'

type Run = Action['run']

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
  wish: { readonly id?: string; readonly from?: string },
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
