/** Names that a test may wait for: of a misspelled one it would learn late, or never (events.md §5). */
import { toldNames } from '#app/adapters/feed/told-names.ts'
import { starPattern } from '#base/text/star-pattern.ts'

function isTold(pattern: string): boolean {
  return toldNames.some(starPattern(pattern))
}

/** Throws where no event has that name, in which `*` stands for any text. */
export function checkEventName(name: string): void {
  if (isTold(name)) return
  // The type of a CloudEvent always begins with it, the name does not.
  const other = name.startsWith('relata.') ? name.slice('relata.'.length) : `relata.${name}`
  const hint = isTold(other) ? ` There is '${other}'.` : ''
  throw new Error(`there is no event '${name}'.${hint} '*' stands for any text.`)
}
