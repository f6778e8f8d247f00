/** Whose turn it is among the diaries of all tenants: the earliest entry goes first, whatever tenant it is of. */
import { type Diary, isBefore, type Place } from './diary.ts'

/** When the first entry that is known is due; minus infinity: not known, infinity: there is none. */
function millisOf({ head }: Diary): number {
  if (head === undefined) return Number.POSITIVE_INFINITY
  return head === 'unknown' ? Number.NEGATIVE_INFINITY : Date.parse(head.due)
}

interface Headed extends Diary {
  head: Place
}

export function isHeaded(diary: Diary): diary is Headed {
  return diary.head !== undefined && diary.head !== 'unknown'
}

/** The tenant whose turn it is, and where the next one's begins. */
export function turnOf(diaries: Iterable<Diary>): { first: Headed | undefined; until: Place | undefined } {
  let first: Headed | undefined
  let until: Place | undefined
  for (const diary of diaries) {
    if (!isHeaded(diary)) continue
    if (first === undefined || isBefore(diary.head, first.head)) {
      until = first?.head
      first = diary
    } else if (until === undefined || isBefore(diary.head, until)) until = diary.head
  }
  return { first, until }
}

/** When the first entry of all is due, as `millisOf` says it. */
export function earliestOf(diaries: Iterable<Diary>): number {
  let earliest = Number.POSITIVE_INFINITY
  for (const diary of diaries) earliest = Math.min(earliest, millisOf(diary))
  return earliest
}

/** Whether it alone has something due by now. */
export function isOnlyOneDue(diary: Diary, diaries: Iterable<Diary>, now: string): boolean {
  const { first, until } = turnOf(diaries)
  return first === diary && (until === undefined || until.due > now)
}

/** Whether an entry that is known is due by now. */
export function hasDue(diaries: Iterable<Diary>, now: string): boolean {
  const { first } = turnOf(diaries)
  return first !== undefined && first.head.due <= now
}
