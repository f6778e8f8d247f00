/** Every kind of event that the server tells makes old what pages show of it, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { invalidate, topicsOf } from './invalidate.ts'
import { type Topic, topicAt } from './keys.ts'

const server = join(import.meta.dirname, '../../../src')
const sourcesIn = (folder: string): string[] =>
  readdirSync(join(server, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))

/** By area and noun, as the server names them. */
const watched = [
  ...readFileSync(join(server, 'workloads/events/watched-writes.ts'), 'utf8').matchAll(
    /told\(\w+, '(taxonomy|directory)', '(\w+)'/g,
  ),
].map(([, area, noun]) => `${area}.${noun}`)

/** Names that the feed itself tells, beside those of changes of rows. */
const told = [
  ...new Set(
    ['control/feed', 'app/adapters/feed'].flatMap((folder) =>
      sourcesIn(folder).flatMap((text) =>
        [...text.matchAll(/tell\(\s*'(relata\.[\w.-]+)'/g)].map(([, name]) => name ?? ''),
      ),
    ),
  ),
]

const taxonomy: Readonly<Record<string, readonly Topic[]>> = {
  group: ['groups', 'set', 'search', 'bin', 'history'],
  set: ['groups', 'set', 'rows', 'term', 'search', 'bin', 'history', 'problems'],
  term: ['groups', 'set', 'rows', 'term', 'search', 'bin', 'history', 'problems'],
  relation: ['rows', 'term', 'history', 'problems'],
}
const directory: readonly Topic[] = ['directory', 'me', 'audit', 'access']
const gdap: readonly Topic[] = ['relationship', 'relationships', 'customers', 'both', 'due', 'audit', 'access']

const expected: Readonly<Record<string, readonly Topic[]>> = Object.fromEntries(
  ['created', 'changed', 'deleted'].flatMap((verb) => [
    ...Object.entries(taxonomy).map(([noun, topics]) => [`relata.taxonomy.${noun}-${verb}`, topics]),
    ...['user', 'group', 'member', 'customer'].map((noun) => [`relata.directory.${noun}-${verb}`, directory]),
  ]),
)

const relationshipEvents = [
  ...['approved', 'activated', 'updated', 'terminated', 'expired', 'ends-in-30-days', 'auto-extended', 'created'].map(
    (what) => `granular-admin-relationship-${what}`,
  ),
  ...['created', 'activated', 'updated', 'deleted'].map((what) => `granular-admin-access-assignment-${what}`),
]

const sorted = (topics: readonly Topic[] | 'all'): readonly string[] | 'all' =>
  topics === 'all' ? topics : topics.toSorted()

describe('an event of the feed', () => {
  it('is of a kind that this test knows', () => {
    expect(watched.length).toBeGreaterThan(5)
    for (const kind of watched) expect(expected, kind).toHaveProperty([`relata.${kind}-created`])
    expect(told).toEqual(
      expect.arrayContaining(['relata.hello', 'relata.gap', 'relata.clock-changed', 'relata.world-reset']),
    )
  })

  it.each(Object.entries(expected))('%s makes old what shows it', (name, topics) => {
    expect(sorted(topicsOf(name))).toEqual(sorted(topics))
  })

  it.each(relationshipEvents)('%s makes old all of delegated administration', (name) => {
    expect(sorted(topicsOf(name))).toEqual(sorted(gdap))
    expect(sorted(topicsOf(`relata.${name}`))).toEqual(sorted(gdap))
  })

  it('of the feed itself is one for all, or of something', () => {
    for (const name of told) {
      if (name === 'relata.hello') expect(topicsOf(name)).toEqual([])
      else expect(topicsOf(name), name).not.toEqual([])
    }
    expect(topicsOf('relata.gap')).toBe('all')
    expect(topicsOf('relata.world-reset')).toBe('all')
    expect(topicsOf('relata.clock-changed')).toEqual(
      expect.arrayContaining(['clock', 'due', 'relationship', 'relationships', 'customers', 'bin', 'access']),
    )
  })

  it('that nobody knows makes nothing old', () => {
    expect(topicsOf('relata.something-else')).toEqual([])
  })
})

describe('the cache', () => {
  const clientWith = (topics: readonly Topic[]): QueryClient => {
    const client = new QueryClient()
    for (const topic of topics) {
      const queryKey = ['default', 'tenant', 'person', topic, 'more']
      expect(queryKey[topicAt]).toBe(topic)
      client.setQueryData(queryKey, 1)
    }
    return client
  }
  const oldIn = (client: QueryClient): string[] =>
    client
      .getQueryCache()
      .getAll()
      .filter(({ state }) => state.isInvalidated)
      .map(({ queryKey }) => String(queryKey[topicAt]))

  it('forgets what several events touch, of any world and person, and keeps the rest', () => {
    const client = clientWith(['groups', 'term', 'relationships', 'faults', 'roles'])
    invalidate(client, ['relata.taxonomy.group-changed', 'granular-admin-relationship-approved', 'relata.hello'])
    expect(oldIn(client)).toEqual(['groups', 'relationships'])
  })

  it('forgets all after a gap', () => {
    const client = clientWith(['groups', 'faults', 'roles'])
    invalidate(client, ['relata.taxonomy.term-created', 'relata.gap'])
    expect(oldIn(client)).toEqual(['groups', 'faults', 'roles'])
  })

  it('forgets nothing for what it does not know', () => {
    const client = clientWith(['groups', 'faults'])
    invalidate(client, ['relata.something-else'])
    expect(oldIn(client)).toEqual([])
  })
})
