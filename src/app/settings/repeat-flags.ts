/** Settings that make two runs equal: ids that follow from a number, and a clock that stands still. */
import { instantIn } from '#base/clock.ts'
import { setting, whole } from '#base/setting.ts'

function instant(text: string): Date {
  const found = instantIn(text)
  if (found === undefined) throw new Error('is not an instant such as 2026-05-01T00:00:00Z')
  return found
}

const noInstant: Date | undefined = undefined
const noNumber: number | undefined = undefined

export const repeatFlags = {
  clock: setting(
    '--clock <instant>',
    'start with the clock standing still at this instant, such as 2026-05-01T00:00:00Z',
    noInstant,
    instant,
  ),
  ids: setting(
    '--ids <number>',
    'make all ids from this number; with --clock, the same requests in the same order get the same answers',
    noNumber,
    whole(0, 0xffff_ffff),
  ),
}

interface RepeatValues {
  readonly clock: Date | undefined
  readonly ids: number | undefined
  readonly workers: number
  readonly registry: boolean
}

/** What these settings cannot be used with, one line each. */
export function repeatConflicts({ clock, ids, workers, registry }: RepeatValues): string[] {
  const used = [...(clock === undefined ? [] : ['--clock']), ...(ids === undefined ? [] : ['--ids'])]
  return used.flatMap((flag) => [
    ...(registry ? [`${flag} cannot be used with --registry`] : []),
    ...(workers > 1 ? [`${flag} cannot be used with --workers: each worker has a clock and ids of its own`] : []),
  ])
}
