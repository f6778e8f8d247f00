/**
 * Ids that sort in the order they were made, also within one millisecond: RFC 9562 §6.2, method 1, a counter behind the
 * time. Records and events of one instant are read by it; the clock of the rows may be moved, so their time says less.
 */
import type { Ids } from '#base/ids.ts'

interface Last {
  /** Milliseconds. */
  time: number
  count: number
}

const timeDigits = 12
const counterLimit = 0x1000
const last = new WeakMap<Ids, Last>()

const timeOf = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, timeDigits), 16)

export const mintInOrder = (ids: Ids): string => {
  const fresh = ids.mint()
  const time = timeOf(fresh)
  const before = last.get(ids) ?? { time: -1, count: 0 }
  const isLater = time > before.time
  const isFull = !isLater && before.count + 1 === counterLimit
  const next: Last = {
    time: isLater ? time : before.time + (isFull ? 1 : 0),
    count: isLater || isFull ? 0 : before.count + 1,
  }
  last.set(ids, next)
  const digits = next.time.toString(16).padStart(timeDigits, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7${next.count.toString(16).padStart(3, '0')}${fresh.slice(18)}`
}
