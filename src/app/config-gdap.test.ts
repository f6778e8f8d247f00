import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

function read(flags: Record<string, string | boolean>, environment: Record<string, string> = {}) {
  const outcome = readConfig(flags, environment)
  return 'faults' in outcome ? outcome.faults : outcome.config.gdap
}

describe('settings of GDAP', () => {
  it('are seconds and switches', () => {
    const environment = { RELATA_GDAP_TRUST_ANY_GROUP: '1', RELATA_GDAP_ASSIGNMENT_LATENCY: '90' }
    expect(read({ gdapActivationLatency: '300', gdapAdminAgents: true }, environment)).toMatchObject({
      latencySeconds: { activation: 300, assignment: 90, operation: 0 },
      trustAnyGroup: true,
      adminAgents: true,
    })
  })

  it('name what gets stuck or goes wrong', () => {
    const groupId = '5E0C0000-0000-4000-8000-000000000011'
    expect(
      read({
        gdapStuck: `relationship.Approved, displayName=A=B ; assignment,groupid=${groupId};`,
        gdapFailing: 'operation.running',
      }),
    ).toMatchObject({
      stuck: [
        { machine: 'relationship', status: 'approved', displayName: 'A=B' },
        { machine: 'assignment', groupId: groupId.toLowerCase() },
      ],
      failing: [{ machine: 'operation', status: 'running' }],
    })
  })

  it('are refused by name', () => {
    expect(
      read(
        { gdapActivationLatency: 'PT5M', gdapStuck: 'relation', gdapFailing: 'assignment.approved' },
        { RELATA_GDAP_LOCK_LATENCY: '-1', RELATA_GDAP_TRUST_ANY_GROUP: 'some' },
      ),
    ).toEqual([
      "--gdap-activation-latency: 'PT5M' is not a whole number from 0 to 1000000000",
      "RELATA_GDAP_LOCK_LATENCY: '-1' is not a whole number from 0 to 1000000000",
      "--gdap-stuck: 'relation' names 'relation', which is not one of relationship, assignment, operation, request",
      "--gdap-failing: 'assignment.approved' names 'approved', which is not among the statuses of 'assignment'",
      "RELATA_GDAP_TRUST_ANY_GROUP: 'some' is neither true nor false",
    ])
    expect(read({ gdapStuck: 'assignment, group=x' })).toEqual([
      "--gdap-stuck: 'assignment, group=x' has 'group=x' where one of relationshipId, displayName, groupId with a value is expected",
    ])
  })
})
