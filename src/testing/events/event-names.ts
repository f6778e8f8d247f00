/** Names that a test may wait for: of a misspelled one it would learn late, or never (events.md §5). */
import { toldNames } from '#app/adapters/feed/told-names.ts'
import { patternFault } from '#control/feed/event-names.ts'

/** Throws where no event has that name, in which `*` stands for any text. */
export function checkEventName(name: string): void {
  const fault = patternFault(name, toldNames)
  if (fault !== undefined) throw new Error(fault)
}
