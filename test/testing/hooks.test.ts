/** A world for each test by the hooks of a runner that has them as globals, as Jest does. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { relataBetween, type TestNamed } from '#testing/hooks.ts'
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

describe('tests of node:test', () => {
  type Work = (test?: TestNamed) => Promise<void>
  const between = () => {
    const hooks: { begin: Work; end: Work } = { begin: async () => undefined, end: async () => undefined }
    const relata = relataBetween(
      {
        beforeEach: (work) => {
          hooks.begin = work
        },
        afterEach: (work) => {
          hooks.end = work
        },
      },
      {},
    )
    return { ...hooks, relata }
  }

  it('have worlds of their own within one another', async () => {
    const { begin, end, relata } = between()
    await begin({ fullName: 'outer' })
    const outer = relata()
    await begin({ fullName: 'outer > inner' })
    const inner = relata()
    expect(inner.id).not.toBe(outer.id)
    await end({ fullName: 'outer > inner' })
    expect(relata()).toBe(outer)
    expect((await outer.clock.show()).frozen).toBe(false)
    await expect(inner.clock.show()).rejects.toMatchObject({ status: 404 })
    await end({ fullName: 'outer' })
    await expect(outer.clock.show()).rejects.toMatchObject({ status: 404 })
  })

  it('do not get the world of another one that runs at the same time', async () => {
    const { begin, end, relata } = between()
    await Promise.all([begin({ fullName: 'a' }), begin({ fullName: 'ab' })])
    expect(() => relata()).toThrow('withRelata')
    await end({ fullName: 'ab' })
    expect((await relata().clock.show()).frozen).toBe(false)
    await end({ fullName: 'a' })
    expect(() => relata()).toThrow('while the test runs')
  })
})
