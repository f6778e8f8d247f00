/** What an event of the feed makes old: one table from its kind to the topics of the cache. */
import type { QueryClient } from '@tanstack/react-query'
import { type Topic, topicAt } from './keys.ts'

export interface FeedEvent {
  /** Without `relata.` in front of Partner Center's names. */
  readonly name: string
  readonly data: {
    readonly subject?: string
    readonly tenantid?: string
    readonly time?: string
    readonly data?: { readonly after?: Record<string, unknown>; readonly before?: Record<string, unknown> }
    readonly version?: string
    readonly now?: string
    readonly frozen?: boolean
  }
}

/** The first pattern that fits counts. */
export const invalidations: readonly { readonly event: RegExp; readonly topics: readonly Topic[] }[] = [
  { event: /^relata\.taxonomy\.group-/, topics: ['groups', 'set', 'search', 'bin', 'history'] },
  // Of an import it stands for all that is in the set.
  {
    event: /^relata\.taxonomy\.set-/,
    topics: ['groups', 'set', 'rows', 'term', 'search', 'bin', 'history', 'problems'],
  },
  { event: /^relata\.taxonomy\.relation-/, topics: ['rows', 'term', 'history', 'problems'] },
  { event: /^relata\.taxonomy\./, topics: ['rows', 'term', 'set', 'search', 'bin', 'history', 'problems', 'groups'] },
  // Said by the pages of administration themselves.
  { event: /^relata\.administration\./, topics: ['tenants', 'admin', 'audit', 'me'] },
  { event: /^relata\.directory\./, topics: ['directory', 'me', 'audit', 'access'] },
  {
    event: /granular-admin/,
    topics: ['relationship', 'relationships', 'customers', 'both', 'due', 'audit', 'access'],
  },
  {
    event: /^relata\.clock-changed$/,
    topics: ['clock', 'due', 'relationship', 'relationships', 'customers', 'both', 'bin', 'access'],
  },
  { event: /^relata\.(?:tenants|term-store-roles)-changed$/, topics: ['tenants', 'admin', 'me', 'access'] },
  // Pages say by the names with `page` what they have done, before the feed does.
  { event: /^(?:page\.deliveries-changed|relata\.(?:target|delivery)-)/, topics: ['deliveries'] },
  { event: /^(?:page|relata)\.faults-changed$/, topics: ['faults'] },
  { event: /^(?:page|relata)\.worlds-changed$/, topics: ['worlds'] },
  { event: /^(?:page|relata)\.snapshots-changed$/, topics: ['snapshots'] },
]

/** All that is cached may be old. */
const allOld = /^relata\.(gap|world-reset)$/

export function topicsOf(name: string): readonly Topic[] | 'all' {
  if (allOld.test(name)) return 'all'
  return invalidations.find(({ event }) => event.test(name))?.topics ?? []
}

export function invalidate(client: QueryClient, names: readonly string[]): void {
  const topics = new Set<Topic>()
  for (const name of names) {
    const of = topicsOf(name)
    if (of === 'all') {
      void client.invalidateQueries()
      return
    }
    for (const topic of of) topics.add(topic)
  }
  if (topics.size === 0) return
  void client.invalidateQueries({ predicate: ({ queryKey }) => topics.has(queryKey[topicAt] as Topic) })
}
