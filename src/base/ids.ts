/** GUIDs: recognise, normalise, mint. */
import { hash, randomFillSync } from 'node:crypto'
import { type Clock, millisOn, systemClock } from './clock.ts'

export interface Ids {
  mint(): string
  /** Of ids that follow from a number, and so from how many were made before; undefined: they do not. */
  readonly state?: IdState | undefined
}

/** Which ids are made from a number, and how many of them are. */
export interface IdState {
  readonly seed: number
  readonly made: number
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

export interface CountedIds extends Ids {
  /** Undefined: ids are those of the base. */
  readonly state: IdState | undefined
  restore(state: IdState | undefined): void
  /** The next number of the count, which then belongs to no id; undefined where ids are not counted. */
  count(): number | undefined
}

/** 2100-01-01: counted ids stand after those with the time of today, as the newest do. */
const countedFrom = 0x3bb_2cc3_d800

function mixed(number: number): number {
  let mix = number ^ (number >>> 16)
  mix = Math.imul(mix, 0x21f0_aaad)
  mix ^= mix >>> 15
  mix = Math.imul(mix, 0x735a_2d97)
  return (mix ^ (mix >>> 15)) >>> 0
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}

/** Version 7 in form. The count is where others have the time; nothing of it is random, and none is a secret. */
function countedId(seed: number, at: number): string {
  const time = hex(countedFrom + Math.floor(at / countLimit), 12)
  const first = mixed(mixed(at >>> 0) ^ seed)
  const rest = hex(((first & 0x3fff_ffff) | 0x8000_0000) >>> 0, 8) + hex(mixed(first ^ at ^ (seed << 1)), 8)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(at % countLimit, 3)}-${rest.slice(0, 4)}-${rest.slice(4)}`
}

/** Ids that are the same in each run, once they have a state; those of the base until then. */
export function countedIds(base: Ids): CountedIds {
  let seed: number | undefined
  let made = 0
  return {
    mint: () => {
      if (seed === undefined) return base.mint()
      made += 1
      return countedId(seed, made)
    },
    count: () => {
      if (seed === undefined) return undefined
      made += 1
      return made
    },
    get state() {
      return seed === undefined ? undefined : { seed, made }
    },
    restore: (state) => {
      seed = state?.seed
      made = state?.made ?? 0
    },
  }
}

/** Ids of one more kind from the same number, so that how many of one kind are made does not change those of another. */
export function idsBeside({ seed }: IdState, kind: number): Ids {
  const ids = countedIds(randomIds)
  ids.restore({ seed: mixed(seed ^ mixed(kind)), made: 0 })
  return ids
}

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
