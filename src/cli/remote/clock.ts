/** `relata clock`. A move is answered when all that is due has happened. */
import { systemClock } from '#base/clock.ts'
import { call } from './call.ts'
import { say, sayJson, sayTable } from './shown.ts'
import type { Target } from './target.ts'

interface ShownClock {
  readonly now: string
  readonly frozen: boolean
}

export interface ClockMove {
  readonly freeze?: boolean
  readonly set?: string
  readonly advance?: string
}

const path = '/_relata/clock'

function show(clock: ShownClock, isJson: boolean): void {
  if (isJson) sayJson(clock)
  else say(`${clock.now}${clock.frozen ? ', frozen' : ''}`)
}

export async function showClock(target: Target, isJson: boolean): Promise<void> {
  show(await call<ShownClock>(target, { path }), isJson)
}

export async function moveClock(target: Target, body: ClockMove, isJson: boolean): Promise<void> {
  show(await call<ShownClock>(target, { method: 'POST', path, body }), isJson)
}

/** To the time of the system, and running. What has happened by then stays. */
export function resetClock(target: Target, isJson: boolean): Promise<void> {
  return moveClock(target, { freeze: false, set: systemClock.now().toISOString() }, isJson)
}

interface Due {
  readonly kind: string
  readonly subject: string
  readonly displayName?: string
  readonly dueDateTime: string
}

interface Dues {
  readonly now: string
  readonly due: readonly Due[]
  readonly fired: readonly Due[]
}

function rowOf({ kind, subject, displayName, dueDateTime }: Due) {
  return [dueDateTime, kind, subject, displayName]
}

export async function showDue(target: Target, top: string | undefined, isJson: boolean): Promise<void> {
  const query = top === undefined ? '' : `?${new URLSearchParams({ top })}`
  const dues = await call<Dues>(target, { path: `${path}/due${query}` })
  if (isJson) {
    sayJson(dues)
    return
  }
  say(`now ${dues.now}`)
  sayTable(
    dues.due.map((one) => ['due', ...rowOf(one)]),
    'nothing is due',
  )
  if (dues.fired.length > 0)
    sayTable(
      dues.fired.map((one) => ['fired', ...rowOf(one)]),
      '',
    )
}
