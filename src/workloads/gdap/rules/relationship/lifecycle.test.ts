import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allows,
  atTheEnd,
  duesAfter,
  effectOf,
  endedStatuses,
  next,
  type RelationshipAction,
  type RelationshipEvent,
  type RelationshipStatus,
  type RelationshipTransition,
  steps,
} from './lifecycle.ts'

const statuses: readonly RelationshipStatus[] = [
  'created',
  'approvalPending',
  'approved',
  'activating',
  'active',
  'terminationRequested',
  'terminating',
  'terminated',
  'expiring',
  'expired',
]
const events = [...new Set(steps.map(({ on }) => on))]

/** gdap.md §3.3, written out: what is not named is refused. */
const permitted: Readonly<Record<RelationshipStatus, readonly RelationshipAction[]>> = {
  created: ['patch', 'delete', 'lockForApproval'],
  approvalPending: ['approve', 'reject'],
  approved: [],
  activating: [],
  active: ['patch', 'terminate', 'assign'],
  terminationRequested: [],
  terminating: [],
  terminated: [],
  expiring: [],
  expired: [],
}

const actions: readonly RelationshipAction[] = [
  'patch',
  'delete',
  'lockForApproval',
  'terminate',
  'approve',
  'reject',
  'assign',
]

function stepOf(from: RelationshipStatus | null, on: RelationshipEvent) {
  const step = next(from, on)
  if (step === undefined) throw new Error(`no step ${on} from ${from}`)
  return step
}

const now = '2026-01-05T09:00:00.000Z'

function row(more = {}) {
  return { duration: 'P90D', autoExtendDuration: 'PT0S', endDateTime: null, ...more }
}

describe('the table of the relationship', () => {
  it.each(statuses)('allows in %s what the specification allows, and nothing else', (status) => {
    expect(actions.filter((action) => allows(status, action))).toEqual(permitted[status])
  })

  it('has one step at most for an event in a status', () => {
    const keys = steps.map(({ from, on }) => `${from} ${on}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('reaches every status from the start', () => {
    const reached = new Set<RelationshipStatus | null>([null])
    for (let grown = true; grown; ) {
      const before = reached.size
      for (const { from, to } of steps) if (reached.has(from)) reached.add(to)
      grown = reached.size > before
    }
    expect(statuses.filter((status) => !reached.has(status))).toEqual([])
  })

  it('leaves an ended status only by the clean-up', () => {
    const leaving = steps.filter(({ from }) => from !== null && endedStatuses.includes(from))
    expect(leaving.map(({ on, to }) => [on, to])).toEqual([
      ['cleanUp', null],
      ['cleanUp', null],
    ])
  })

  it('never revives one that has ended, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 60 }), (sequence) => {
        let status: RelationshipStatus | null = 'created'
        let ended = false
        for (const event of sequence) {
          const step: RelationshipTransition | undefined = status === null ? undefined : next(status, event)
          if (step === undefined) continue
          status = step.to
          if (ended) expect(status === null || endedStatuses.includes(status)).toBe(true)
          ended ||= status === null || endedStatuses.includes(status)
        }
      }),
    )
  })

  it('passes through approved and activating on the way to active', () => {
    expect(stepOf('approvalPending', 'customerApprove').to).toBe('approved')
    expect(stepOf('approved', 'proceed').to).toBe('activating')
    expect(stepOf('activating', 'proceed').to).toBe('active')
  })

  it('ends by termination and by expiry through their passing statuses', () => {
    expect(stepOf('active', 'terminate').to).toBe('terminationRequested')
    expect(stepOf('active', 'removeRoles').to).toBe('terminationRequested')
    expect(stepOf('terminationRequested', 'proceed').to).toBe('terminating')
    expect(stepOf('terminating', 'proceed').to).toBe('terminated')
    expect(stepOf('active', 'endReached').to).toBe('expiring')
    expect(stepOf('expiring', 'proceed').to).toBe('expired')
  })
})

describe('what a step does to the row', () => {
  it('starts without activation and end', () => {
    expect(effectOf(stepOf(null, 'create'), row(), now)).toEqual({
      status: 'created',
      createdDateTime: now,
      lastModifiedDateTime: now,
      activatedDateTime: null,
      endDateTime: null,
    })
  })

  it('sets the end to the activation plus the duration', () => {
    expect(effectOf(stepOf('activating', 'proceed'), row(), now)).toEqual({
      status: 'active',
      lastModifiedDateTime: now,
      activatedDateTime: now,
      endDateTime: '2026-04-05T09:00:00.000Z',
    })
  })

  it('extends from the end, not from the moment it is done, and changes nothing else', () => {
    const extended = row({ autoExtendDuration: 'P180D', endDateTime: '2026-01-01T00:00:00.000Z' })
    expect(effectOf(stepOf('active', 'extend'), extended, now)).toEqual({
      status: 'active',
      lastModifiedDateTime: now,
      endDateTime: '2026-06-30T00:00:00.000Z',
    })
  })

  it.each([
    ['terminating', 'proceed', 'terminated'],
    ['expiring', 'proceed', 'expired'],
    ['approvalPending', 'resellerReject', 'terminated'],
    ['approvalPending', 'customerReject', 'terminated'],
  ] as const)('ends at the moment of the step: %s, %s', (from, on, status) => {
    const later = row({ endDateTime: '2027-01-01T00:00:00.000Z' })
    expect(effectOf(stepOf(from, on), later, now)).toEqual({ status, lastModifiedDateTime: now, endDateTime: now })
  })
})

describe('what time will do', () => {
  const duesOf = (from: RelationshipStatus | null, on: RelationshipEvent, more = {}) =>
    duesAfter(stepOf(from, on), row(more), now)

  it('lets an invitation lapse after 90 days', () => {
    expect(duesOf('created', 'lockForApproval')).toEqual([{ kind: 'lapse', due: '2026-04-05T09:00:00.000Z' }])
  })

  it('does not put the lapse off when the reseller approves', () => {
    expect(duesOf('approvalPending', 'resellerApprove')).toEqual([])
  })

  it('reminds 30, 7 and 1 days before the end', () => {
    expect(duesOf('activating', 'proceed', { endDateTime: '2026-04-05T09:00:00.000Z' })).toEqual([
      { kind: 'reminder30', due: '2026-03-06T09:00:00.000Z' },
      { kind: 'reminder7', due: '2026-03-29T09:00:00.000Z' },
      { kind: 'reminder1', due: '2026-04-04T09:00:00.000Z' },
      { kind: 'end', due: '2026-04-05T09:00:00.000Z' },
    ])
  })

  it('leaves out reminders that a short relationship has no time for', () => {
    const kinds = duesOf('activating', 'proceed', { endDateTime: '2026-01-12T09:00:00.000Z' }).map(({ kind }) => kind)
    expect(kinds).toEqual(['reminder1', 'end'])
  })

  it('cleans up a year after the end', () => {
    expect(duesOf('terminating', 'proceed')).toEqual([{ kind: 'cleanUp', due: '2027-01-05T09:00:00.000Z' }])
    expect(duesOf('expiring', 'proceed')).toEqual([{ kind: 'cleanUp', due: '2027-01-05T09:00:00.000Z' }])
  })

  it('stops extending where time itself ends', () => {
    const end = '9999-12-31T23:59:59.999Z'
    expect(duesAfter(stepOf('active', 'extend'), row({ endDateTime: end }), end)).toEqual([])
  })

  it('extends only with an extension', () => {
    expect(atTheEnd(row({ autoExtendDuration: 'P180D' }))).toBe('extend')
    expect(atTheEnd(row({ autoExtendDuration: 'P0D' }))).toBe('endReached')
    expect(atTheEnd(row({ autoExtendDuration: null }))).toBe('endReached')
  })
})
