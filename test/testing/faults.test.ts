/** Faults in a world of a test, which answers in the process. */
import { afterAll, expect, it } from 'vitest'
import { closeServers, startRelata } from '#testing/start-relata.ts'

afterAll(() => closeServers())

it('go wrong without a port as on the wire, for one world', async () => {
  const [relata, other] = [await startRelata(), await startRelata()]
  const ask = async (world = relata) =>
    world.fetch('/v1.0/termStore/groups', { headers: { authorization: `Bearer ${await world.token()}` } })
  const { id } = await relata.faults.add({ what: { status: 429, retryAfter: 2 }, times: 1 })
  const answer = await ask()
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('relata-fault')]).toEqual([429, '2', id])
  const dropped = await relata.faults.add({ what: { drop: true }, times: 1 })
  await expect(ask()).rejects.toThrow('fetch failed')
  expect([(await ask()).status, (await ask(other)).status]).toEqual([200, 200])
  const seen = await relata.requests({ fault: id })
  expect(seen).toMatchObject([{ status: 429, fault: id }])
  // Nothing was sent, and the log of requests says so.
  expect(await relata.requests({ fault: dropped.id })).toMatchObject([{ status: 0, fault: dropped.id }])
  await relata.reset()
  expect(await relata.faults.list()).toEqual([])
  await Promise.all([relata.close(), other.close()])
})
