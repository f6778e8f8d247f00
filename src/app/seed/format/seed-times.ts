/** The times of a seeded relationship: which it may have in its state, and what follows from them (gdap.md §3.2, §6). */
import type { Faults } from '#base/errors.ts'
import { addDays, addDuration } from '#workloads/gdap/rules/relationship/duration.ts'
import { pendingDays, reminderDays, retentionDays } from '#workloads/gdap/rules/relationship/lifecycle.ts'
import { momentIn, momentOf } from './moment.ts'
import type { Moment, SeedRelationship } from './seed-format.ts'

const names = ['createdDateTime', 'activatedDateTime', 'endDateTime'] as const

export function hasTimes(seed: SeedRelationship): boolean {
  return names.some((name) => seed[name] !== undefined)
}

function lengthBefore(end: string, duration: string): string {
  return addDuration(end, duration.startsWith('-') ? duration.slice(1) : `-${duration}`)
}

interface Times {
  readonly createdDateTime: string
  readonly lastModifiedDateTime: string
  readonly lockedDateTime?: string
  readonly activatedDateTime?: string
  readonly endDateTime?: string
}

/** What the row has, and what is due when, by kind. `now`: the time of seeding. */
export function timesOf(seed: SeedRelationship, now: string): { times: Times; dues: readonly [string, string][] } {
  const { status, duration } = seed
  if (status === 'active') {
    const activated =
      seed.endDateTime === undefined
        ? momentOf(seed.activatedDateTime ?? seed.createdDateTime, now)
        : lengthBefore(momentOf(seed.endDateTime, now), duration)
    const end = addDuration(activated, duration)
    const made = seed.createdDateTime === undefined ? activated : momentOf(seed.createdDateTime, now)
    return {
      times: {
        createdDateTime: made,
        lockedDateTime: made,
        activatedDateTime: activated,
        endDateTime: end,
        lastModifiedDateTime: activated,
      },
      dues: [
        ['gdap.end', end],
        ...reminderDays.map((days): [string, string] => [`gdap.reminder${days}`, addDays(end, -days)]),
      ],
    }
  }
  if (status === 'created' || status === 'approvalPending') {
    const made = momentOf(seed.createdDateTime, now)
    const isOffered = status === 'approvalPending'
    return {
      times: { createdDateTime: made, lastModifiedDateTime: made, ...(isOffered ? { lockedDateTime: made } : {}) },
      dues: isOffered ? [['gdap.lapse', addDays(made, pendingDays)]] : [],
    }
  }
  const end = momentOf(seed.endDateTime, now)
  const wasActive = status !== 'rejected'
  const activated =
    seed.activatedDateTime === undefined ? lengthBefore(end, duration) : momentOf(seed.activatedDateTime, now)
  const began = wasActive ? activated : addDays(end, -1)
  const made = seed.createdDateTime === undefined ? began : momentOf(seed.createdDateTime, now)
  return {
    times: {
      createdDateTime: made,
      lockedDateTime: made,
      ...(wasActive ? { activatedDateTime: activated } : {}),
      endDateTime: end,
      lastModifiedDateTime: end,
    },
    dues: [['gdap.cleanUp', addDays(end, retentionDays)]],
  }
}

const ofActive = ['active', 'terminated', 'expired']

function shouldNotBe(seed: SeedRelationship): readonly (readonly [(typeof names)[number], string])[] {
  const { status, activatedDateTime, endDateTime } = seed
  const never = status === 'created' || status === 'approvalPending'
  return [
    ...(activatedDateTime !== undefined && !ofActive.includes(status)
      ? [['activatedDateTime', `A relationship that is '${status}' was never active.`] as const]
      : []),
    ...(endDateTime !== undefined && never
      ? [['endDateTime', `A relationship that is '${status}' has no end yet.`] as const]
      : []),
    ...(endDateTime !== undefined && activatedDateTime !== undefined && status === 'active'
      ? [
          [
            'endDateTime',
            "The end of an active relationship follows from 'activatedDateTime' and 'duration': give one of the two times.",
          ] as const,
        ]
      : []),
  ]
}

/** Adds what is wrong with the times. They are compared at the time of seeding, since they may count from it. */
export function checkTimes(seed: SeedRelationship, path: string, faults: Faults): void {
  if (!hasTimes(seed)) return
  const now = new Date('2026-01-01T00:00:00.000Z')
  const wrong = names.filter((name) => seed[name] !== undefined && momentIn(seed[name], now) === undefined)
  for (const name of wrong)
    faults.add(
      `${path}/${name}`,
      `'${seed[name]}' is neither an instant such as 2026-05-01T09:00:00Z nor a duration such as -P30D.`,
    )
  for (const [name, message] of shouldNotBe(seed)) faults.add(`${path}/${name}`, message)
}

/** The form of the time at which something was made. `faults`: below the place of it. */
export function checkMade(text: Moment | undefined, faults: Pick<Faults, 'add'>): void {
  if (text !== undefined && momentIn(text, new Date('2026-01-01T00:00:00.000Z')) === undefined)
    faults.add(
      'createdDateTime',
      `'${text}' is neither an instant such as 2026-05-01T09:00:00Z nor a duration such as -P30D.`,
    )
}

/** What is wrong with the times at the time of seeding; undefined: nothing. */
export function untimely(seed: SeedRelationship, now: string): { name: string; message: string } | undefined {
  if (!hasTimes(seed)) return undefined
  const { times } = timesOf(seed, now)
  const { createdDateTime, activatedDateTime = createdDateTime, endDateTime } = times
  const isGiven = seed.createdDateTime !== undefined || seed.activatedDateTime === undefined
  if (createdDateTime > now && isGiven) return { name: 'createdDateTime', message: 'It was made in the future.' }
  if (activatedDateTime > now || activatedDateTime < createdDateTime)
    return { name: 'activatedDateTime', message: 'It became active in the future, or before it was made.' }
  if (endDateTime === undefined) return undefined
  if (seed.status === 'active' ? endDateTime <= now : endDateTime > now)
    return {
      name: seed.endDateTime === undefined ? 'activatedDateTime' : 'endDateTime',
      message:
        seed.status === 'active'
          ? 'An active relationship ends in the future.'
          : 'It has ended, so its end is not in the future.',
    }
  if (endDateTime < activatedDateTime) return { name: 'endDateTime', message: 'It ended before it became active.' }
  if (seed.status === 'approvalPending' && addDays(createdDateTime, pendingDays) <= now)
    return { name: 'createdDateTime', message: `An invitation waits for ${pendingDays} days at most.` }
  return undefined
}
