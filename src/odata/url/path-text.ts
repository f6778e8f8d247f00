/**
 * The raw text of an address → its segments, decoded one by one, and the places faults are at: offsets in the raw text
 * below the version, counted from after its first slash.
 */
import { AppError } from '#base/errors.ts'
import { withSingleSlashes } from '#base/text/slashes.ts'

export interface Segment {
  /** Decoded. */
  readonly text: string
  /** Where a character of the text is in the address. */
  at(offset?: number): number
}

export interface Segments {
  readonly count: number
  /** Empty text beyond the last one. Throws for a malformed escape. */
  segment(index: number): Segment
  /** Not decoded; undefined beyond the last one. */
  raw(index: number): string | undefined
}

/** What has no sign before its name is a parameter of a function. */
function parameterFacts(target: string) {
  return /^[$@]/.test(target) ? { target } : { target, check: 'address.parameter' }
}

/** A fault with a name and no place, such as one of a parameter's value. */
export function badRequest(message: string, target?: string): AppError {
  return new AppError('invalid', message, {
    code: 'BadRequest',
    ...(target === undefined ? {} : parameterFacts(target)),
  })
}

/** A fault at a place of the address, and what would be right there. */
export function pathError(message: string, at: number, expected: string, target?: string): AppError {
  return badRequest(`${message} At position ${at} in the address: expected ${expected}.`, target)
}

/** One character: as it is, or the escapes of its bytes. */
const characterForm = /%[0-9a-f]{2}(?:%[89ab][0-9a-f])*|[\s\S]/giy

/** Offset in the raw text of an offset in the decoded one. */
function rawOffset(raw: string, offset: number): number {
  if (!raw.includes('%')) return offset
  let seen = 0
  characterForm.lastIndex = 0
  while (seen < offset) {
    const found = characterForm.exec(raw)
    if (found === null) return raw.length
    seen += found[0].length === 1 ? 1 : decodeURIComponent(found[0]).length
  }
  return characterForm.lastIndex
}

function decoded(raw: string, start: number): string {
  if (!raw.includes('%')) return raw
  try {
    return decodeURIComponent(raw)
  } catch {
    const fault = Math.max(0, raw.search(/%(?![0-9a-f]{2})/i))
    throw pathError(
      `The segment '${raw}' holds a malformed percent escape.`,
      start + fault,
      "'%' before the two hexadecimal digits of each byte of a character",
    )
  }
}

/** A slash at the end says nothing, and neither does a second one between two segments. */
export function segmentsOf(rawPath: string): Segments {
  const raw = withSingleSlashes(rawPath).split('/').slice(1)
  if (raw.at(-1) === '') raw.pop()
  const starts: number[] = []
  let at = 0
  for (const text of raw) {
    starts.push(at)
    at += text.length + 1
  }
  const end = Math.max(0, at - 1)
  const made: Segment[] = []
  // When it is its turn: the first fault of an address is the one that is told.
  const segmentAt = (index: number): Segment => {
    const own = raw[index] ?? ''
    const start = starts[index] ?? end
    return { text: decoded(own, start), at: (offset = 0) => start + rawOffset(own, offset) }
  }
  return {
    count: raw.length,
    raw: (index) => raw[index],
    segment: (index) => (made[index] ??= segmentAt(index)),
  }
}
