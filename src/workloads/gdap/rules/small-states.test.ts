import { describe, expect, it } from 'vitest'
import {
  type AssignmentStatus,
  steps as assignmentSteps,
  isLive,
  next as nextOfAssignment,
  refusalOf,
} from './assignment/assignment-states.ts'
import {
  isOpen,
  next as nextOfOperation,
  type OperationStatus,
  steps as operationSteps,
} from './operation/operation-states.ts'
import { eventOf, next as nextOfRequest, type RequestStatus, steps as requestSteps } from './request/request-states.ts'

function keysOf(steps: readonly { from: string | null; on: string }[]) {
  return steps.map(({ from, on }) => `${from} ${on}`)
}

describe('the table of the access assignment', () => {
  it.each([
    ['pending', true, 'notAllowed'],
    ['active', true, undefined],
    ['deleting', true, 'conflict'],
    ['deleted', false, 'conflict'],
    ['error', false, 'notAllowed'],
  ] as const)('%s: live is %s, a change is refused with %s', (status: AssignmentStatus, live, refusal) => {
    expect(isLive(status)).toBe(live)
    expect(refusalOf(status)).toBe(refusal)
  })

  it('goes from pending to active, and from deleting to deleted', () => {
    expect(nextOfAssignment('pending', 'proceed')?.to).toBe('active')
    expect(nextOfAssignment('pending', 'fail')?.to).toBe('error')
    expect(nextOfAssignment('active', 'delete')?.to).toBe('deleting')
    expect(nextOfAssignment('deleting', 'proceed')?.to).toBe('deleted')
  })

  it('never leaves deleted and error', () => {
    expect(assignmentSteps.filter(({ from }) => from === 'deleted' || from === 'error')).toEqual([])
  })
})

describe('the tables of operation and request', () => {
  it.each([
    ['notStarted', 'running'],
    ['running', 'succeeded'],
  ] as const)('an operation goes from %s to %s, or fails', (from: OperationStatus, to) => {
    expect(nextOfOperation(from, 'proceed')?.to).toBe(to)
    expect(nextOfOperation(from, 'fail')?.to).toBe('failed')
    expect(isOpen(from)).toBe(true)
  })

  it.each([
    ['created', 'pending'],
    ['pending', 'succeeded'],
  ] as const)('a request goes from %s to %s, or fails', (from: RequestStatus, to) => {
    expect(nextOfRequest(from, 'proceed')?.to).toBe(to)
    expect(nextOfRequest(from, 'fail')?.to).toBe('failed')
  })

  it('leave succeeded and failed never', () => {
    const ends = [...operationSteps, ...requestSteps].filter(({ from }) => from === 'succeeded' || from === 'failed')
    expect(ends).toEqual([])
    expect(isOpen('succeeded') || isOpen('failed')).toBe(false)
  })

  it('know every action of a request', () => {
    expect(Object.keys(eventOf).sort()).toEqual(['approve', 'lockForApproval', 'reject', 'terminate'])
  })

  it('have one step at most for an event in a status', () => {
    for (const keys of [assignmentSteps, operationSteps, requestSteps].map(keysOf)) {
      expect(new Set(keys).size).toBe(keys.length)
    }
  })
})
