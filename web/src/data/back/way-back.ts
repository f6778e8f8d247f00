/**
 * Keeps a world under a name of its own for a minute, so that what takes the place of its rows, or lets time pass in it, can
 * be taken back. Rules of faults are no rows: they are set again by themselves.
 */
import { control, segment } from '../plan.ts'
import { ask } from '../send.ts'
import { currentSession } from '../session.ts'

export const wayBackMs = 60_000
/** How the names of such snapshots begin: lists leave them out. */
export const wayBackPrefix = 'undo-'

interface Kept {
  readonly name: string
  readonly createdDateTime: string
}

export interface WayBack {
  /** The name of the snapshot. */
  readonly name: string
  /** The world is as it was. */
  run(): Promise<void>
}

const of = (world: string): { headers: Record<string, string> } => ({ headers: { 'relata-world': world } })

/** What other tabs have left behind. */
async function sweep(): Promise<void> {
  const { value } = await ask(control<{ readonly value: readonly Kept[] }>('GET', '/snapshots'))
  const old = value.filter(
    ({ name, createdDateTime }) =>
      name.startsWith(wayBackPrefix) && Date.now() - new Date(createdDateTime).getTime() > 2 * wayBackMs,
  )
  await Promise.all(old.map(({ name }) => ask(control('DELETE', `/snapshots/${segment(name)}`))))
}

/** Rejects with `Problem` where the server does not keep it. */
export async function keepWayBack(world = currentSession().world): Promise<WayBack> {
  const name = `${wayBackPrefix}${world.slice(0, 40)}-${Date.now().toString(36)}`
  const [faults] = await Promise.all([
    ask(control<{ readonly rules: readonly unknown[] }>('GET', '/faults', { query: { as: 'scenario' }, ...of(world) })),
    ask(control('POST', '/snapshots', { body: { name }, ...of(world) })),
  ])
  const forget = (): void => void ask(control('DELETE', `/snapshots/${segment(name)}`)).catch(() => undefined)
  setTimeout(forget, wayBackMs)
  sweep().catch(() => undefined)
  return {
    name,
    run: async () => {
      await ask(control('POST', `/snapshots/${segment(name)}/load`, { body: {}, ...of(world) }))
      await ask(control('DELETE', '/faults', of(world)))
      if (faults.rules.length > 0)
        await ask(control('POST', '/faults', { body: { rules: faults.rules }, ...of(world) }))
    },
  }
}

/** The same where it would be nice to have, and what is to be done is done without it too. */
export async function maybeWayBack(world?: string): Promise<WayBack | undefined> {
  return keepWayBack(world).catch(() => undefined)
}
