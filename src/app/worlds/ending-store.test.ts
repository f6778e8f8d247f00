import { describe, expect, it } from 'vitest'
import { fixedClock, movableClock } from '#base/clock.ts'
import type { Store } from '#edm/ports.ts'
import { endingStore } from './ending-store.ts'

const later = { ahead: 0, held: Date.parse('2031-01-01T00:00:00Z') }

/** A store whose replacement ends when it is told to. */
function storeWith() {
  const clock = movableClock(fixedClock(new Date('2026-01-01T00:00:00Z')))
  const written: string[] = []
  let end: { done: () => void; fail: (error: Error) => void } | undefined
  let shownAtBegin: string | undefined
  const store = {
    write: async (tenantId: string) => {
      written.push(tenantId)
    },
    content: {
      replace: () => {
        shownAtBegin = clock.now().toISOString()
        return new Promise<void>((resolve, reject) => {
          end = { done: resolve, fail: reject }
        })
      },
    },
  } as unknown as Store
  const ending = endingStore(store)
  const write = (name: string) => ending.store.write(name, async () => undefined)
  return {
    clock,
    written,
    write,
    replace: () => ending.replaceBy(new Uint8Array(), clock, later),
    end: () => end,
    shownAtBegin: () => shownAtBegin,
  }
}

describe('a store whose rows are replaced', () => {
  it('refuses writes that begin meanwhile or afterwards, as they are of the rows of before', async () => {
    const { write, written, replace, end } = storeWith()
    await write('before')
    const replaced = replace()
    const meanwhile = write('meanwhile')
    const refused = expect(meanwhile).rejects.toMatchObject({ kind: 'unavailable', facts: { check: 'world.replaced' } })
    expect(written).toEqual(['before'])
    end()?.done()
    await replaced
    await refused
    await expect(write('afterwards')).rejects.toMatchObject({ kind: 'unavailable' })
    expect(written).toEqual(['before'])
  })

  it('goes on with all of them where nothing was replaced, by the clock of before', async () => {
    const { clock, write, written, replace, end } = storeWith()
    const replaced = replace()
    const meanwhile = write('meanwhile')
    end()?.fail(new Error('the disk is full'))
    await expect(replaced).rejects.toThrow('the disk is full')
    await meanwhile
    await write('afterwards')
    expect(written).toEqual(['meanwhile', 'afterwards'])
    expect(clock.state).toEqual({ ahead: 0, held: null })
  })

  it('has the clock of the new rows before they are there: nothing of them fires by the time of before', async () => {
    const { clock, replace, end, shownAtBegin } = storeWith()
    clock.advance('P20Y')
    const replaced = replace()
    expect(shownAtBegin()).toBe('2031-01-01T00:00:00.000Z')
    end()?.done()
    await replaced
    expect(clock.state).toEqual(later)
  })
})
