/** Names of everything that is cached. Each begins with world, tenant and person; `invalidate.ts` knows all of them. */
import { type Acting, scopeKey } from './session.ts'

export type Topic =
  | 'clock'
  | 'customers'
  | 'deliveries'
  | 'due'
  | 'faults'
  | 'groups'
  | 'history'
  | 'me'
  | 'problems'
  | 'bin'
  | 'relationship'
  | 'relationships'
  | 'requests'
  | 'roles'
  | 'rows'
  | 'search'
  | 'set'
  | 'snapshots'
  | 'store'
  | 'tenants'
  | 'table'
  | 'term'
  | 'worlds'
  | 'directory'
  | 'audit'
  | 'access'
  | 'both'
  | 'jobs'
  | 'admin'

export function key(topic: Topic, ...rest: readonly unknown[]): readonly unknown[] {
  return [...scopeKey(), topic, ...rest]
}

/** The same for another caller than that of the page. */
export function keyFor(acting: Acting, topic: Topic, ...rest: readonly unknown[]): readonly unknown[] {
  return [...scopeKey(acting), topic, ...rest]
}

/** Where the topic stands in a key. */
export const topicAt = 3
