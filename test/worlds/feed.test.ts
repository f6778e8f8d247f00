/** The live feed of worlds: each has its own, and a reset is told to its readers. */
import { describe, expect, it } from 'vitest'
import { readFeed } from '../_support/feed.ts'
import { relationshipsOver } from '../_support/relationships.ts'
import { jsonPost, startTestServer } from '../_support/server.ts'

describe('a world that is put back', () => {
  it.each([
    ['in memory', { inMemory: true }],
    ['in a file', { inMemory: false }],
  ])('tells its readers %s, who go on with the new rows', { timeout: 20_000 }, async (_, place) => {
    const own = await startTestServer({ ...place })
    try {
      const other = relationshipsOver(own.send, (id, body) => own.customer('approve', id, body))
      const url = `${own.http}/_relata/events?tenant=contoso.example`
      const feed = await readFeed(url)
      await other.relationship('active')
      await other.relationship('created')
      const before = await feed.next('granular-admin-relationship-activated')
      expect((await fetch(`${own.http}/_relata/reset`, jsonPost({}))).status).toBe(204)
      const told = await feed.rest()
      expect(told.at(-1)?.event).toBe('relata.world-reset')
      const { lastId = '' } = feed
      expect(Number(lastId.split(':')[1])).toBeLessThan(Number(before.data.sequence))
      const id = await other.relationship('created')
      const again = await readFeed(url, { 'Last-Event-ID': lastId })
      const [hello, next] = [await again.next(), await again.next()]
      expect([hello.event, next.event, next.data.subject]).toEqual([
        'relata.hello',
        'relata.granular-admin-relationship-created',
        `granularAdminRelationships/${id}`,
      ])
      await again.close()
    } finally {
      await own.close()
    }
  })

  it('has a feed of its own, beside those of other worlds', async () => {
    const server = await startTestServer()
    try {
      const made = await fetch(`${server.http}/_relata/worlds`, jsonPost({ id: 'fed' }))
      expect(made.status).toBe(201)
      const feed = await readFeed(`${server.http}/_relata/events`, { 'relata-world': 'fed' })
      const usual = await readFeed(`${server.http}/_relata/events`)
      expect((await usual.next()).data.world).toBe('default')
      expect((await feed.next()).data.world).toBe('fed')
      const post = jsonPost({ advance: 'PT1H' })
      await fetch(`${server.http}/_relata/clock`, { ...post, headers: { ...post.headers, 'relata-world': 'fed' } })
      expect((await feed.next()).event).toBe('relata.clock-changed')
      await fetch(`${server.http}/_relata/worlds/fed`, {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
      })
      expect(await feed.rest()).toEqual([])
      const id = await relationshipsOver(server.send, () => Promise.reject(new Error('no approval'))).relationship(
        'created',
      )
      expect((await usual.next('relata.granular-admin-relationship-created')).data.subject).toBe(
        `granularAdminRelationships/${id}`,
      )
    } finally {
      await server.close()
    }
  })
})
