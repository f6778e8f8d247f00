import { describe, expect, it } from 'vitest'
import { fixedClock } from '#base/clock.ts'
import { type KeyPlace, loadKeys } from './keys.ts'

const start = new Date('2026-01-01T00:00:00Z')

/** A place whose text tests see; it can be made to fail. */
function place(text?: string) {
  const kept = { text, fails: false }
  const at: KeyPlace = {
    name: 'the place',
    read: async () => kept.text,
    create: async (wanted) => {
      if (kept.fails) throw new Error('the disk is full')
      kept.text ??= wanted
      return kept.text
    },
    write: async (wanted) => {
      if (kept.fails) throw new Error('the disk is full')
      kept.text = wanted
    },
  }
  return { kept, at }
}

describe('signing keys', () => {
  it('are the same after a start anew, rotated ones included', async () => {
    const { kept, at } = place()
    const clock = fixedClock(start)
    const keys = loadKeys(at, clock)
    const first = await keys.current()
    expect(await keys.current()).toBe(first)
    await keys.rotate(60)
    expect((await loadKeys(at, clock).current()).keyId).toBe(first.keyId)
    clock.set(new Date(start.getTime() + 60_000))
    const again = await loadKeys(at, clock).current()
    expect(again.keyId).not.toBe(first.keyId)
    expect(again.keyId).toBe((await keys.current()).keyId)
    expect(again.published).toHaveLength(2)
    expect(again.published.some((key) => 'd' in key)).toBe(false)
    expect(JSON.parse(kept.text ?? '').keys).toHaveLength(2)
  })

  it('of a file without dates sign on, the first of them', async () => {
    const { kept, at } = place()
    const { keyId } = await loadKeys(at, fixedClock(start)).current()
    const { keys } = JSON.parse(kept.text ?? '') as { keys: Record<string, unknown>[] }
    const plain = JSON.stringify({ keys: keys.map(({ signsFrom: _, ...key }) => key) })
    const later = fixedClock(new Date('2030-01-01T00:00:00Z'))
    const old = loadKeys(place(plain).at, later)
    expect([(await old.current()).keyId, (await old.current()).published.length]).toEqual([keyId, 1])
  })

  it('stay as they are where new ones cannot be kept', async () => {
    const { kept, at } = place()
    const clock = fixedClock(start)
    const keys = loadKeys(at, clock)
    const { keyId } = await keys.current()
    kept.fails = true
    await expect(keys.rotate(0)).rejects.toThrow('the disk is full')
    expect((await keys.current()).keyId).toBe(keyId)
    clock.set(new Date(start.getTime() + 95 * 86_400_000))
    expect((await keys.current()).published).toHaveLength(1)
    kept.fails = false
    clock.set(new Date(clock.now().getTime() + 3_600_000))
    expect((await keys.current()).published).toHaveLength(2)
  })

  it('that cannot be read are named, and nothing is overwritten', async () => {
    for (const text of ['{"keys":[]}', '{"keys":[{"kty":"RSA","kid":"x","signsFrom":"soon"}]}', '{', '{"keys":[{}]}']) {
      const { kept, at } = place(text)
      await expect(loadKeys(at, fixedClock(start)).current()).rejects.toThrow(/the place/)
      expect(kept.text).toBe(text)
    }
  })
})
