/** `relata stop`: ends servers of this machine that left their state in the location, and nothing else. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSame, lastLogged, listStates, type ServerState, tidyStates } from './server-state.ts'

/** Longer than a server takes to finish what it has begun, and its workers with it. */
const patienceMillis = 15_000
const lookMillis = 50

export interface StopWish {
  readonly location: string
  /** The origin of one of them; undefined: the only one. */
  readonly origin: string | undefined
  readonly all: boolean
}

function chosen({ location, origin, all }: StopWish): readonly ServerState[] {
  const running = listStates(location)
  const found = origin === undefined ? running : running.filter(({ url }) => url === origin)
  const last = running.length === 0 ? lastLogged(location) : undefined
  if (last !== undefined && (origin === undefined || origin === last.url))
    throw new Error(
      `no server runs on ${location}; the last one, at ${last.url}, has ended without being stopped\ntip: relata logs prints what it said`,
    )
  if (found.length === 0)
    throw new Error(
      `no server ${origin === undefined ? 'runs' : `at ${origin} runs`} on ${location}\ntip: --location names the folder it was started with; a server that another program started is stopped by that program`,
    )
  if (found.length > 1 && !all)
    throw new Error(
      `several servers run on ${location}: ${found.map(({ url }) => url).join(', ')}\ntip: name one with --url, or use --all`,
    )
  return found
}

async function end(state: ServerState): Promise<void> {
  const { pid, url } = state
  if (isSame(state) === undefined)
    throw new Error(
      `this system does not say whether process ${pid} is the server at ${url}, so it is not stopped\ntip: stop it where it was started, with Ctrl+C`,
    )
  process.kill(pid, 'SIGTERM')
  const last = performance.now() + patienceMillis
  while (isSame(state) === true) {
    if (performance.now() > last)
      throw new Error(`the server at ${url} (process ${pid}) has been told to stop, and still runs`)
    await sleep(lookMillis)
  }
  if (state.log !== undefined) rmSync(state.log, { force: true })
  process.stdout.write(`stopped ${url}\n`)
}

export async function stop(wish: StopWish): Promise<void> {
  for (const state of chosen(wish)) await end(state)
  tidyStates(wish.location)
}
