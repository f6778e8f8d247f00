/** GUIDs: recognise, normalise, mint. */
import { hash, randomFillSync } from 'node:crypto'
import { type Clock, millisOn, systemClock } from './clock.ts'

export interface Ids {
  mint(): string
}

const countLimit = 0x1000

/** Asked for many at once, and written in one piece: a whole random GUID to cut from takes longer. */
const random = Buffer.alloc(4096)
let used = random.length

/** The last two groups: the variant and 62 random bits. */
function randomRest(): string {
  if (used === random.length) {
    randomFillSync(random)
    used = 0
  }
  random[used] = ((random[used] as number) & 0x3f) | 0x80
  const hex = random.toString('hex', used, used + 8)
  used += 8
  return `${hex.slice(0, 4)}-${hex.slice(4)}`
}

/**
 * RFC 9562 version 7, with a counter between the milliseconds and the random rest (§6.2, method 1): ids sort in the
 * order they were made, also within one instant and when the clock is set back. Rows made together stand together in
 * every index, so that a commit touches fewer pages.
 */
export function timedIds(clock: Clock): Ids {
  const millisNow = millisOn(clock)
  let millis = -1
  let count = 0
  let head = ''
  return {
    mint: () => {
      const now = millisNow()
      count += 1
      if (now > millis || count === countLimit) {
        millis = Math.max(now, millis + 1)
        count = 0
        const time = millis.toString(16).padStart(12, '0')
        head = `${time.slice(0, 8)}-${time.slice(8)}-7`
      }
      return `${head}${count.toString(16).padStart(3, '0')}-${randomRest()}`
    },
  }
}

export const randomIds: Ids = timedIds(systemClock)

const guidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const anyGuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether the text is a GUID in lower case. */
export function isGuid(text: string): boolean {
  return guidForm.test(text)
}

/** The GUID in lower case, or undefined when the text is not one. */
export function guidOf(text: string): string | undefined {
  if (guidForm.test(text)) return text
  return anyGuidForm.test(text) ? text.toLowerCase() : undefined
}

const guidsForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})*$/i

/** GUIDs joined by hyphens, or one, in lower case; undefined when the text is not that. */
export function guidsOf(text: string): string | undefined {
  return guidsForm.test(text) ? text.toLowerCase() : undefined
}

const bracedForm = /^\{([^{}]*)\}$/

/** The GUID in lower case as bodies may write it, in braces as well; undefined for text that is not one. */
export function guidIn(text: string): string | undefined {
  return guidOf(text) ?? guidOf(bracedForm.exec(text)?.[1] ?? '')
}

/** What .NET and Java send for an id that nobody has set. */
export const noGuid = '00000000-0000-0000-0000-000000000000'

/** Whether a body's id is the one that stands for none, in whatever form. */
export function isUnset(id: unknown): boolean {
  return typeof id === 'string' && guidIn(id) === noGuid
}

/** Spreads keys evenly over 0 to 255: the first byte of the key's SHA-256 (events.md §1.2). */
export function bucketOf(key: string): number {
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, 2), 16)
}
