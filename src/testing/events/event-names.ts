/** Names that a test may wait for: of a misspelled one it would learn late, or never (events.md §1.1, §5). */
import { starPattern } from '#base/text/star-pattern.ts'
import { ownNames, partnerCenterNames } from '#workloads/events/names.ts'

/** Messages of the feed itself. */
const feedMessages = ['clock', 'faults', 'snapshots', 'tenants', 'term-store-roles', 'worlds']
  .map((what) => `relata.${what}-changed`)
  .concat('relata.world-reset', 'relata.gap')

/** Told to one webhook alone, and to the feed. */
const webhookTest = 'relata.webhook-test'

const names = [...partnerCenterNames, ...ownNames, webhookTest, ...feedMessages]

/** Throws where no event has that name, in which `*` stands for any text. */
export function checkEventName(name: string): void {
  if (names.some(starPattern(name))) return
  // What Partner Center has is named without what the type of a CloudEvent begins with, and ours with it.
  const other = name.startsWith('relata.') ? name.slice('relata.'.length) : `relata.${name}`
  const hint = names.some(starPattern(other)) ? ` There is '${other}'.` : ''
  throw new Error(`there is no event '${name}'.${hint} '*' stands for any text.`)
}
