/** `/_relata/clock`: shows and moves the clock. A move is answered when all due entries have fired. */
import { isCalendarDay, type MovableClock } from '#base/clock.ts'
import { durationOf, lengthOf } from '#base/duration.ts'
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer } from '#base/own-address.ts'
import { shortText } from '#base/text/short-text.ts'
import { byMethod, readMembers, textMember } from './request.ts'

export interface ClockParts {
  readonly clock: MovableClock
  /** Resolves when all due entries have fired. */
  readonly settle: () => Promise<void>
  readonly registry: boolean
  /** Whether no other process serves the same rows while this one runs; absent: none does. */
  readonly isAlone?: () => Promise<boolean>
}

const instantForm = /^(\d{4}-\d\d-\d\d)[Tt]\d\d:\d\d(:\d\d(\.\d{1,12})?)?([Zz]|[+-]\d\d:\d\d)$/

function refusal(target: string, text: string): AppError {
  return new AppError('invalid', `'${shortText(target)}' ${text}`, { target })
}

function parseInstant(text: string): Date {
  const day = instantForm.exec(text)?.[1]
  if (day !== undefined && isCalendarDay(day)) {
    const at = new Date(text.toUpperCase())
    if (!Number.isNaN(at.getTime())) return at
  }
  throw refusal('set', 'is not an instant with its offset, such as 2026-05-01T00:00:00Z.')
}

function checkDuration(text: string): string {
  const duration = durationOf(text)
  if (duration !== undefined && lengthOf(duration) >= 0) return text
  throw refusal('advance', 'is not an ISO 8601 duration that goes forward, such as P30D, P1Y or PT12H.')
}

/** The clock throws for instants outside of its range, and is then unchanged. */
function within(target: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (error instanceof RangeError) throw refusal(target, 'leads out of the years 1 to 9999.')
    throw error
  }
}

function shown(clock: MovableClock) {
  return jsonAnswer({ now: clock.now().toISOString(), frozen: clock.frozen })
}

function move(clock: MovableClock, members: Readonly<Record<string, unknown>>): void {
  const { freeze } = members
  const to = textMember(members, 'set')
  const by = textMember(members, 'advance')
  if (freeze !== undefined && typeof freeze !== 'boolean') throw refusal('freeze', 'is neither true nor false.')
  if (to !== undefined && by !== undefined) throw refusal('advance', "is not given together with 'set'.")
  if (freeze === undefined && to === undefined && by === undefined)
    throw new AppError('invalid', "One of 'freeze', 'set' and 'advance' is needed.")
  const at = to === undefined ? undefined : parseInstant(to)
  const duration = by === undefined ? undefined : checkDuration(by)
  const wasFrozen = clock.frozen
  try {
    // Frozen first, so that the clock shows exactly the instant it is set to.
    if (freeze !== undefined) clock.freeze(freeze)
    if (at !== undefined) within('set', () => clock.set(at))
    if (duration !== undefined) within('advance', () => clock.advance(duration))
  } catch (error) {
    clock.freeze(wasFrozen)
    throw error
  }
}

function unlessUnavailable(error: unknown): void {
  if (!(error instanceof AppError) || error.kind !== 'unavailable') throw error
}

export function clockHandler({ clock, settle, registry, isAlone }: ClockParts): AddressHandler {
  return byMethod({
    GET: async () => shown(clock),
    POST: async (request) => {
      if (registry) throw new AppError('notFound', 'The clock cannot be moved: this server runs as a registry.')
      if ((await isAlone?.()) === false)
        throw new AppError(
          'conflict',
          'The clock cannot be moved: other processes serve the same database, each with a clock of its own.',
        )
      const before = clock.now().toISOString()
      move(clock, readMembers(request, ['freeze', 'set', 'advance']))
      request.noted?.({ before, after: clock.now().toISOString(), frozen: String(clock.frozen) })
      // The clock is moved: a refusal would make clients move it once more. What is due fires before anything is read.
      await settle().catch(unlessUnavailable)
      return shown(clock)
    },
  })
}
