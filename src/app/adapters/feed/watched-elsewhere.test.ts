import { expect, it } from 'vitest'
import type { EventFeed } from '#control/feed/feed.ts'
import type { Area } from '#control/feed/filter.ts'
import type { StoreProcesses } from '#edm/ports.ts'
import { WatchedElsewhere } from './watched-elsewhere.ts'

const names = [{ area: 'taxonomy', name: 'relata.taxonomy.set-created' }] as const

/** Two processes; `told` is called after each word that comes from the first. */
function twoProcesses(told: () => void) {
  const hearing: ((word: string) => void)[] = []
  const processes = (at: number): StoreProcesses => ({
    alone: (work) => work(),
    tell: async (word) => {
      hearing[1 - at]?.(word)
      if (at === 0) told()
    },
    hear: (heard) => {
      hearing[at] = heard
      return () => undefined
    },
  })
  const watched = new Map<string | undefined, ReadonlySet<Area>>()
  const feed = { isRead: true, watchedIn: () => watched } as unknown as EventFeed
  const [here, there] = [new WatchedElsewhere(processes(0), names), new WatchedElsewhere(processes(1), names)]
  here.start(feed)
  there.start({ isRead: false, watchedIn: () => new Map() } as unknown as EventFeed)
  return { watched, here, there }
}

it('what goes on being watched is known at every moment, while it is said again and others come and go', async () => {
  const known: boolean[] = []
  const { watched, here, there } = twoProcesses(() => known.push(there.has('a', 'taxonomy')))
  watched.set('a', new Set(['taxonomy']))
  await here.say()
  expect(there.has('a', 'taxonomy')).toBe(true)
  known.length = 0
  watched.set('b', new Set(['taxonomy']))
  await Promise.all([here.say(), here.say()])
  watched.delete('b')
  await here.say()
  expect(known.length).toBeGreaterThan(4)
  expect(known).not.toContain(false)
  expect([there.has('a', 'taxonomy'), there.has('b', 'taxonomy')]).toEqual([true, false])
  watched.clear()
  await here.say()
  expect(there.has('a', 'taxonomy')).toBe(false)
  for (const one of [here, there]) one.close()
})
