/**
 * Globs of paths: `*` stands for anything in one segment, a segment `**` for any number of segments. Case does not matter,
 * as it does not in Graph's addresses (protocol.md §1.1). No wildcard stands for `$batch`: its items are matched one by one.
 */
import { starPattern } from '#base/text/star-pattern.ts'

/** Segments, decoded, in lower case. */
export type PathSegments = readonly string[]

export type PathGlob = (path: PathSegments) => boolean

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Of a raw path without its query. Empty segments do not count. */
export function segmentsOf(path: string): PathSegments {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => decoded(segment).toLowerCase())
}

export const batchSegment = '$batch'

type SegmentTest = (segment: string) => boolean

/** Of one segment of a glob; undefined for `**`. */
function testOf(glob: string): SegmentTest | undefined {
  if (glob === '**') return undefined
  const matches = starPattern(glob)
  // A wildcard never stands for it.
  return glob.includes('*') ? (segment) => segment !== batchSegment && matches(segment) : matches
}

/** Which beginnings of a path are matched, by their lengths. */
type Reached = readonly boolean[]

/** One more segment after each beginning. */
function afterSegment(test: SegmentTest, path: PathSegments, reached: Reached): Reached {
  return [false, ...path.map((segment, at) => reached[at] === true && test(segment))]
}

/** Any number of segments after each beginning. */
function afterAny(path: PathSegments, reached: Reached): Reached {
  let isReached = reached[0] === true
  return [
    isReached,
    ...path.map((segment, at) => {
      isReached = reached[at + 1] === true || (isReached && segment !== batchSegment)
      return isReached
    }),
  ]
}

/** The glob begins with a slash, and is compared with the whole path: in time that grows with both lengths multiplied. */
export function pathGlob(glob: string): PathGlob {
  const tests = segmentsOf(glob).map(testOf)
  return (path) => {
    let reached: Reached = [true, ...path.map(() => false)]
    for (const test of tests) reached = test === undefined ? afterAny(path, reached) : afterSegment(test, path, reached)
    return reached[path.length] === true
  }
}
