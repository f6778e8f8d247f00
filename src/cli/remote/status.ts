/** `relata status`: whether a server runs, and what it is. */
import { listStates } from '../serve/server-state.ts'
import { send } from './call.ts'
import { say, sayJson, sayTable } from './shown.ts'
import type { Target } from './target.ts'

interface Clock {
  readonly now: string
  readonly frozen: boolean
}

interface Worlds {
  readonly value: readonly { readonly id: string }[]
}

/** Undefined: this server does not have it, or not for us. */
async function optional<T>(target: Target, path: string): Promise<T | undefined> {
  const answer = await send(target, { path })
  if (answer.ok) return (await answer.json()) as T
  await answer.text()
  return undefined
}

/** Resolves with the exit code: 1 for a server that is not well. Throws where none answers. */
export async function showStatus(target: Target, location: string, isJson: boolean): Promise<number> {
  const whole: Target = { ...target, world: undefined }
  const answer = await send(whole, { path: '/health' })
  const text = await answer.text()
  let health: Record<string, unknown>
  try {
    health = JSON.parse(text) as Record<string, unknown>
  } catch (cause) {
    throw new Error(`what answers at ${target.origin} is no server of Relata`, { cause })
  }
  const { origin: url } = target
  const pid = listStates(location).find((state) => state.url === url)?.pid
  const clock = await optional<Clock>(target, '/_relata/clock')
  const worlds = (await optional<Worlds>(whole, '/_relata/worlds'))?.value.map(({ id }) => id)
  if (isJson) {
    sayJson({
      url,
      ...(pid === undefined ? {} : { pid }),
      health,
      ...(clock === undefined ? {} : { clock }),
      ...(worlds === undefined ? {} : { worlds }),
    })
  } else {
    const words = Object.entries(health).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ])
    sayTable(
      [
        ['url', url],
        ...(pid === undefined ? [] : [['process', String(pid)]]),
        ...words,
        ...(clock === undefined ? [] : [['clock', `${clock.now}${clock.frozen ? ', frozen' : ''}`]]),
        ...(worlds === undefined ? [] : [['worlds', worlds.join(', ')]]),
      ],
      '',
    )
  }
  if (answer.ok) return 0
  if (!isJson) say('the server is not well')
  return 1
}
