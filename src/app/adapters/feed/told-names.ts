/** Names of all that the feed tells: events, and messages of its own (events.md §1.1, §5). */
import { webhookTest } from '#notify/lanes/target-list.ts'
import { eventNames } from '#workloads/events/names.ts'

const messages = ['clock', 'faults', 'snapshots', 'tenants', 'term-store-roles', 'worlds']
  .map((what) => `relata.${what}-changed`)
  .concat('relata.world-reset', 'relata.gap')

/** But for `relata.hello`, with which each stream begins. */
export const toldNames: readonly string[] = [...eventNames, webhookTest, ...messages]
