/** The name of a token's bearer, for people and logs: what an issuer writes there is bounded and kept to one line. */
import type { Actor } from '#edm/ports.ts'

const longest = 256
// C0 and C1 controls, line and paragraph separators, and what turns the direction of text.
const unprintable = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

export function shownName(name: string | undefined): Pick<Actor, 'name'> {
  const shown = name?.replace(unprintable, '\ufffd').slice(0, longest)
  return shown === undefined || shown === '' ? {} : { name: shown }
}
