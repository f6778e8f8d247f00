/** Jumps of the clock of any size, to the last instant and back, with requests meanwhile and a stop in the middle (A6). */
import { expect, it } from 'vitest'
import { relationships, relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

const lastInstant = '9999-12-31T23:59:59.999Z'

const withRelationship = async (duration: string, autoExtendDuration: string) => {
  const server = await startTestServer()
  const made = relationshipsOver(server.send, server.customer.bind(server, 'approve'))
  return { server, id: await made.relationship('active', { duration, autoExtendDuration }) }
}
const endOf = async (server: TestServer, id: string) => {
  const { status, body } = await server.send('GET', `${relationships}/${id}`)
  return [status, body.status, body.endDateTime]
}

it('a clock that is set to its end without being stopped ends there, and everything goes on', {
  timeout: 120_000,
}, async () => {
  const { server, id } = await withRelationship('P730D', 'PT0S')
  try {
    // One relationship of the seed is extended by itself, sixteen thousand times on the way.
    for (const { id: seeded, customer } of (await server.send('GET', `${relationships}?$filter=status eq 'active'`))
      .body.value)
      await fetch(
        `${server.http}/_relata/gdap/${seeded}/auto-extend`,
        jsonPost({ allowed: false, tenantId: customer.tenantId }),
      )
    for (const advance of ['PT1S', 'P1D', 'P1Y', 'P200Y', 'P1000Y']) await server.clock({ advance })
    for (let again = 0; again < 3; again += 1) {
      expect(await server.clock({ set: '9999-12-31T23:59:59.990Z' })).toMatchObject({ frozen: false })
      await new Promise((resolve) => setTimeout(resolve, 30))
      expect((await server.clock()).now).toBe(lastInstant)
      expect((await server.send('GET', relationships)).status).toBe(200)
      await expect(server.clock({ advance: 'PT1S' })).rejects.toThrow(/leads out of/)
      await server.clock({ freeze: true })
      await server.clock({ freeze: false })
      const made = await server.send('POST', '/v1.0/sites/root/termStore/groups', { displayName: `Late ${again}` })
      expect([made.status, made.body.createdDateTime]).toEqual([201, lastInstant])
      await server.clock({ set: '2030-01-01T00:00:00Z' })
    }
    expect((await endOf(server, id))[0]).toBe(404)
  } finally {
    await server.close()
  }
})

it('a jump that fires a great many entries answers others meanwhile, and ends when the server stops', {
  timeout: 120_000,
}, async () => {
  const { server } = await withRelationship('P1D', 'P180D')
  const jump = server.clock({ set: lastInstant }).then(
    () => 'done',
    () => 'ended',
  )
  const answered: number[] = []
  for (let at = 0; at < 20; at += 1) {
    answered.push((await fetch(`${server.http}/alive`)).status)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(answered).toEqual(Array.from({ length: 20 }, () => 200))
  const closing = server.close()
  const first = await Promise.race([jump, closing.then(() => 'closed')])
  // The jump takes several times as long as a server may take to stop.
  expect(first).not.toBe('done')
  await closing
})
