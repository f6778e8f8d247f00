import { expect, it } from 'vitest'
import type { BulkReply, GraphPort } from './graph-port.ts'
import { doubtOf } from './sight.ts'

/** A service that lists these customers, and answers so for the groups of whoever asks. */
function service(reply: Omit<BulkReply, 'retryAfter'>, customers: readonly object[] = []): GraphPort {
  return { refers: false, list: async () => [...customers], send: async () => [reply] }
}

const groups = (...names: readonly (string | null)[]): BulkReply => ({
  status: 200,
  body: {
    value: [
      { '@odata.type': '#microsoft.graph.directoryRole', displayName: null },
      ...names.map((displayName) => ({ '@odata.type': '#microsoft.graph.group', displayName })),
    ],
  },
})

const person = { isApplication: false }

it.each([
  ['somebody in the group', groups('Sales', 'adminagents')],
  [
    'an application whose token cannot be read',
    { status: 400, body: { error: { message: '/me request is only valid with delegated authentication flow.' } } },
  ],
])('believes %s', async (_, reply) => {
  expect(await doubtOf(service(reply), person)).toBeUndefined()
})

it.each([
  ['somebody in other groups', groups('Sales'), 'is not in the group'],
  ['somebody in none', groups(), 'is not in the group'],
  ['groups without names', groups('Sales', null), 'may not read'],
  ['a part of the groups', { status: 200, body: { value: [], '@odata.nextLink': 'x' } }, 'may not read'],
  ['a refusal', { status: 403, body: { error: { message: 'Insufficient privileges.' } } }, 'may not read'],
  ['another bad request', { status: 400, body: { error: { message: 'Bad.' } } }, 'may not read'],
])('does not believe %s', async (_, reply, text) => {
  expect(await doubtOf(service(reply), person)).toEqual({ isCertain: false, text: expect.stringContaining(text) })
})

it('is certain where there are customers, also of an application', async () => {
  expect(await doubtOf(service(groups('AdminAgents'), [{ id: 'x' }]), { isApplication: true })).toMatchObject({
    isCertain: true,
  })
})
