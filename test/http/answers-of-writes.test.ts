/** A change that was made is answered as made, although the database fails right after it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { relationshipsOf } from '#app/adapters/customer/control.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { movableClock, systemClock } from '#base/clock.ts'
import { AppError, busy, StoreError } from '#base/errors.ts'
import { clockHandler } from '#control/clock.ts'
import { defaultGdapSettings } from '#workloads/gdap/rules/settings.ts'
import { relationshipsOver, relationships as root } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** The customer's side of a server whose database writes, and then cannot be read. */
const unreadable = () => {
  const { store, tenants, inTenant, settle } = server.parts
  const engine = Object.assign(async () => ({ status: 503, headers: {}, body: '{"error":{}}' }), {
    inTenant,
    settle,
    close: async () => undefined,
  })
  return relationshipsOf({ gdap: defaultGdapSettings, store, tenants, engine: engine as never })
}

it('answers an approval that was committed', async () => {
  const relationshipId = await relationshipsOver(server.send, async () => ({ status: 500, text: '' })).relationship(
    'approvalPending',
  )
  const customer = server.parts.tenants.find(wellKnown.fabrikam)
  if (customer === undefined) throw new Error('no customer')
  const { id: tenantId, ...names } = customer
  const facts = {
    relationshipId,
    customer: { tenantId, ...names },
    by: { id: wellKnown.fabrikam, displayName: 'Robin', userPrincipalName: 'robin@fabrikam.example' },
  }
  const answer = await unreadable().act('approve', facts)
  expect(answer).toMatchObject({ id: relationshipId, customer: { tenantId: wellKnown.fabrikam } })
  expect(answer['status']).toMatch(/^(approved|activating|active)$/)
  const { body } = await server.send('GET', `${root}/${relationshipId}`)
  expect(body.status).toMatch(/^(approved|activating|active)$/)
  // What was not made is refused as before.
  await expect(unreadable().act('approve', facts)).rejects.toThrow(AppError)
})

it('answers a clock that was moved', async () => {
  const clock = movableClock(systemClock)
  const settle = () => Promise.reject(busy(new StoreError('unavailable', 'connection')))
  const body = Buffer.from('{"freeze":true,"set":"2030-01-01T00:00:00Z"}')
  const request = {
    method: 'POST',
    path: '',
    query: '',
    headers: {},
    body,
    origin: '',
    requestId: '',
    clientRequestId: '',
  }
  const answer = await clockHandler({ clock, settle, registry: false } as never)(request)
  expect(JSON.parse(answer.body)).toEqual({ now: '2030-01-01T00:00:00.000Z', frozen: true })
})
