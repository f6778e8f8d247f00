/** A world for each test by the hooks of a runner that has them as globals, as Jest does. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useRelata } from '#testing/jest.ts'
import { closeServers } from '#testing/start-relata.ts'

afterAll(() => closeServers())

describe('useRelata', () => {
  it('says where it has to be called', () => {
    expect(() => useRelata()).toThrow('there is no global beforeEach here')
  })

  describe('with global hooks', () => {
    const own = globalThis as { beforeEach?: unknown; afterEach?: unknown }
    own.beforeEach = beforeEach
    own.afterEach = afterEach
    const relata = useRelata({ clock: '2026-05-01T00:00:00Z' })
    delete own.beforeEach
    delete own.afterEach
    const seen = new Set<string>()

    it.each([1, 2])('gives test %i a world of its own', async () => {
      expect(seen.has(relata().id)).toBe(false)
      seen.add(relata().id)
      expect((await relata().clock.show()).now).toBe('2026-05-01T00:00:00.000Z')
      await relata().clock.advance('P1D')
    })

    afterAll(() => {
      expect(seen.size).toBe(2)
      expect(() => relata()).toThrow('while the test runs')
    })
  })
})
