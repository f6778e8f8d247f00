/** How far an apply is: a line a second, for people on the standard error and as JSON on the standard output (events.md §7.5). */
import { clearInterval, setInterval } from 'node:timers'
import { millisOn, systemClock } from '#base/clock.ts'
import type { ApplyProgress } from '#bulk/apply/apply.ts'
import { sayJson } from '../remote/shown.ts'

/** A line, as JSON has it. */
export interface ProgressLine extends ApplyProgress {
  /** Steps that this run has finished in a second, to a tenth. */
  readonly perSecond: number
  /** Null: nothing is finished yet, so nobody knows. */
  readonly secondsLeft: number | null
}

/** `first`: steps that were done when the run began, which say nothing about how fast it is. */
export function progressLine(at: ApplyProgress, first: number, millis: number): ProgressLine {
  const { done, failed, total } = at
  const perMilli = millis > 0 ? (done - first) / millis : 0
  const left = total - done - failed
  return {
    ...at,
    perSecond: Math.round(perMilli * 10_000) / 10,
    secondsLeft: perMilli > 0 ? Math.ceil(left / perMilli / 1000) : null,
  }
}

export function progressText({ done, total, waiting, failed, perSecond, secondsLeft }: ProgressLine): string {
  const rest = secondsLeft === null ? '' : `, ${secondsLeft} s left`
  return `${done}/${total} done, ${waiting} customers waiting, ${failed} failed, ${perSecond}/s${rest}`
}

const lineMillis = 1000

export interface ShownProgress {
  note(at: ApplyProgress): void
  /** No line comes any more. */
  end(): void
}

/** A line each second from now on, also while the run waits for a service that is busy; none before anything was noted. */
export function showProgress(isJson: boolean): ShownProgress {
  const millis = millisOn(systemClock)
  const from = millis()
  let [first, last]: [number, ApplyProgress | undefined] = [0, undefined]
  const timer = setInterval(() => {
    if (last === undefined) return
    const line = progressLine(last, first, millis() - from)
    if (isJson) sayJson(line)
    else process.stderr.write(`${progressText(line)}\n`)
  }, lineMillis)
  return {
    note: (at) => {
      if (last === undefined) first = at.done
      last = at
    },
    end: () => clearInterval(timer),
  }
}
