/** Where a page of a search ended, as a token: the last sort key, not an offset. */
import type { WordPlace } from '#edm/row-query.ts'
import { invalid } from '../refusals.ts'

/** The order of labels within a block and a window of it. */
export type SortKey = readonly [unusable: number, level: number, length: number, key: string, id: string]

export interface SearchPosition {
  readonly block: number
  /** Behind which row of the index the window begins; undefined: at the beginning of the block. */
  readonly window: WordPlace | undefined
  /** Undefined: the window is not begun. */
  readonly last: SortKey | undefined
}

export const start: SearchPosition = { block: 0, window: undefined, last: undefined }

export function tokenOf({ block, window, last }: SearchPosition): string {
  return Buffer.from(
    JSON.stringify([block, window === undefined ? null : [window.entry, window.id], last ?? null]),
  ).toString('base64url')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0')
}

function isWindow(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every(isText)
}

function isSortKey(value: unknown): value is SortKey {
  return (
    Array.isArray(value) &&
    value.length === 5 &&
    value.slice(0, 3).every((part) => Number.isSafeInteger(part)) &&
    value.slice(3).every(isText)
  )
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/** Throws `invalid` for a token that no search has given. */
export function positionIn(token: string | undefined): SearchPosition {
  if (token === undefined) return start
  const [block, window, last, ...more] = [parsed(token)].flat() as unknown[]
  const isBlock = Number.isSafeInteger(block) && Number(block) >= 0
  if (!isBlock || more.length > 0 || !(window === null || isWindow(window)) || !(last === null || isSortKey(last)))
    throw invalid('The skip token is not valid.', 'skipToken')
  return {
    block: Number(block),
    window: window === null ? undefined : { entry: window[0], id: window[1] },
    last: last ?? undefined,
  }
}

/** Texts by their code points, as both databases order them. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0
  let at = 0
  while (one.charCodeAt(at) === other.charCodeAt(at)) at += 1
  const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
  // Surrogates stand for characters beyond all others; at the end of a text there is none.
  const rank = (unit: number): number =>
    Number.isNaN(unit) ? -1 : unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
  return rank(a) - rank(b)
}

export function compareKeys(one: SortKey, other: SortKey): number {
  return (
    one[0] - other[0] ||
    one[1] - other[1] ||
    one[2] - other[2] ||
    compareTexts(one[3], other[3]) ||
    compareTexts(one[4], other[4])
  )
}
