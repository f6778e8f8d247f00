/**
 * Events of the taxonomy and of the directory (events.md §1.1, §1.3). They are written only while somebody watches the
 * tenant, in the transaction of the change, one for each row that it has changed.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import { bucketOf, type Ids } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { holderOf } from '#edm/model.ts'
import type { Store, Tx, TxPipeline } from '#edm/ports.ts'
import type { Prop } from '#edm/props.ts'
import { outboxEvent } from '../directory/audit.ts'
import { membership } from '../directory/membership.ts'
import { group as directoryGroup, user } from '../directory/people.ts'
import { customer } from '../gdap/types.ts'
import { group, relation, set, term } from '../term-store/types.ts'
import { type EventFacts, factsText } from './event-facts.ts'

/** What is watched in a tenant. */
export interface Watched {
  readonly taxonomy: boolean
  readonly directory: boolean
  /** Ids of term sets that somebody has named: their terms are told of one by one, also when many come at once. */
  readonly sets?: ReadonlySet<string> | undefined
}

type WatchedArea = 'taxonomy' | 'directory'

/** Writes of many rows, by what all views of one transaction share. */
const bulkWrites = new WeakSet<TxPipeline>()

/** Of this write, an import, the events are one for each term set, and not one for each of its rows (events.md §1.3). */
export function tellBySets({ pipeline }: Pick<Tx, 'pipeline'>): void {
  bulkWrites.add(pipeline)
}

/** How events name a row of one type. */
interface Told {
  readonly type: EntityType
  readonly area: WatchedArea
  /** In the name of the event: `relata.taxonomy.set-created`. */
  readonly noun: string
  readonly resourceName: string
  readonly path: (row: AnyRow) => string
  /** Row key of the ordering key. */
  readonly key: string
}

const toldTypes: ReadonlyMap<string, Told> = new Map([
  told(group, 'taxonomy', 'group', 'TermGroup', 'id', ({ id }) => `/termStore/groups/${id}`),
  told(set, 'taxonomy', 'set', 'TermSet', 'id', ({ id }) => `/termStore/sets/${id}`),
  told(term, 'taxonomy', 'term', 'Term', 'setId', (row) => `/termStore/sets/${row['setId']}/terms/${row.id}`),
  told(relation, 'taxonomy', 'relation', 'TermRelation', 'setId', (row) => {
    return `/termStore/sets/${row['setId']}/relations/${row.id}`
  }),
  told(user, 'directory', 'user', 'User', 'id', ({ id }) => `/users/${id}`),
  told(directoryGroup, 'directory', 'group', 'Group', 'id', ({ id }) => `/groups/${id}`),
  told(membership, 'directory', 'member', 'GroupMember', 'groupId', (row) => {
    return `/groups/${row['groupId']}/members/${row['memberId']}`
  }),
  told(customer, 'directory', 'customer', 'DelegatedAdminCustomer', 'id', ({ id }) => {
    return `/tenantRelationships/delegatedAdminCustomers/${id}`
  }),
])

function told(
  type: EntityType,
  area: Told['area'],
  noun: string,
  resourceName: string,
  key: string,
  path: Told['path'],
): [string, Told] {
  return [type.name, { type, area, noun, resourceName, path, key }]
}

/** Who removes a row may name the type that holds it: those told of that a row of the type can be. */
function toldIn(type: EntityType): readonly Told[] {
  const own = toldTypes.get(type.name)
  return own === undefined ? [...toldTypes.values()].filter((one) => holderOf(one.type).name === type.name) : [own]
}

/** Names of all these events, for filters. */
export const watchedNames: readonly { readonly area: WatchedArea; readonly name: string }[] = [
  ...toldTypes.values(),
].flatMap(({ area, noun }) =>
  ['created', 'changed', 'deleted'].map((what) => ({ area, name: `relata.${area}.${noun}-${what}` })),
)

/** Never in an event, whatever a row has. */
const secret: ReadonlySet<string> = new Set(['passwordProfile'])
/** Every change changes them. */
const usual: ReadonlySet<string> = new Set(['lastModifiedDateTime', 'createdBy', 'lastModifiedBy'])

/** Members that the wire shows, or links: what the store keeps for itself, such as counts, is no change to anybody. */
function shownMembers(type: EntityType, row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isShown = (name: string): boolean => {
    const prop = type.props[name] as Prop | undefined
    return name !== 'id' && prop?.returned !== 'never' && !secret.has(name) && !usual.has(name)
  }
  return Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== undefined && isShown(name)))
}

interface Change {
  readonly type: EntityType
  readonly told: Told
  readonly row: AnyRow
  readonly changeType: EventFacts['changeType']
  readonly before: Record<string, unknown>
  readonly after: Record<string, unknown>
}

function wordOf(changeType: EventFacts['changeType']): string {
  return changeType === 'updated' ? 'changed' : changeType
}

/** The changes of one write, one for each row. */
class Changes {
  readonly #watched: Watched
  readonly #byRow = new Map<string, Change>()

  constructor(watched: Watched) {
    this.#watched = watched
  }

  toldOf({ name }: EntityType): Told | undefined {
    const found = toldTypes.get(name)
    return found !== undefined && this.#watched[found.area] ? found : undefined
  }

  /** A row that is about to be removed. */
  async toldRow(tx: Tx, type: EntityType, id: string): Promise<{ told: Told; row: AnyRow } | undefined> {
    for (const one of toldIn(type)) {
      const row = this.#watched[one.area] ? await tx.get(one.type, id) : undefined
      if (row !== undefined) return { told: one, row: row as AnyRow }
    }
    return undefined
  }

  note(next: Change): void {
    const key = `${holderOf(next.type).name} ${next.row.id}`
    const last = this.#byRow.get(key)
    this.#byRow.delete(key)
    if (last?.changeType === 'created' && next.changeType === 'deleted') return
    if (last === undefined) this.#byRow.set(key, next)
    else {
      const changeType =
        last.changeType === 'created' ? 'created' : next.changeType === 'created' ? 'updated' : next.changeType
      const merged = { before: { ...next.before, ...last.before }, after: { ...last.after, ...next.after } }
      this.#byRow.set(key, { ...next, ...merged, changeType })
    }
  }

  /** Those of an import: what is in a set is a change of the set, unless somebody has named it. */
  #bySets(): readonly Change[] {
    const kept: Change[] = []
    const changedSets = new Map<string, Change>()
    const setOf = toldTypes.get(set.name) as Told
    for (const change of this.#byRow.values()) {
      const isInSet = change.told.key === 'setId'
      const id = String(change.row[change.told.key])
      if (!isInSet || this.#watched.sets?.has(id) === true) kept.push(change)
      else if (!changedSets.has(id))
        changedSets.set(id, { type: set, told: setOf, row: { id }, changeType: 'updated', before: {}, after: {} })
    }
    const own = new Set(kept.filter(({ told: { noun } }) => noun === setOf.noun).map(({ row }) => row.id))
    return [...kept, ...[...changedSets.values()].filter(({ row }) => !own.has(row.id))]
  }

  async write(tx: Tx, ids: Ids, changedDateTime: string): Promise<void> {
    const changes = bulkWrites.has(tx.pipeline) ? this.#bySets() : this.#byRow.values()
    for (const { type, told: how, row, changeType, before, after } of changes) {
      const orderingKey = String(row[how.key])
      const entity = type.name.slice(type.name.lastIndexOf('.') + 1)
      const shown = { ...(changeType === 'created' ? {} : { before }), ...(changeType === 'deleted' ? {} : { after }) }
      const site = type.name === group.name ? row['siteCollectionId'] : null
      await tx.insert(outboxEvent, {
        id: ids.mint(),
        eventName: `relata.${how.area}.${how.noun}-${wordOf(changeType)}`,
        resourceName: how.resourceName,
        resourcePath: how.path(row),
        subjectId: row.id,
        changedDateTime,
        orderingKey,
        bucket: bucketOf(orderingKey),
        facts: factsText({ changeType, entity, ...shown, ...(typeof site === 'string' ? { seenIn: site } : {}) }),
      })
    }
  }
}

/** The transaction, noting what it changes. */
function noting(tx: Tx, changes: Changes): Tx {
  return {
    get: (type, id) => tx.get(type, id),
    find: (type, where, limit) => tx.find(type, where, limit),
    has: (type, where) => tx.has(type, where),
    findByElement: (type, prop, anyOf, limit) => tx.findByElement(type, prop, anyOf, limit),
    countEach: (type, where, key, values) => tx.countEach(type, where, key, values),
    findByWord: (type, prop, search) => tx.findByWord(type, prop, search),
    query: (query, bind) => tx.query(query, bind),
    pipeline: tx.pipeline,
    // Counters are no change to anybody.
    add: (type, id, amounts) => tx.add(type, id, amounts),
    insert: async (type, draft, tenantId) => {
      const row = await tx.insert(type, draft, tenantId)
      const how = tenantId === undefined ? changes.toldOf(type) : undefined
      if (how !== undefined) {
        const after = Object.fromEntries(
          Object.entries(shownMembers(type, row)).filter(([, value]) => value !== null && !isEmptyList(value)),
        )
        changes.note({ type, told: how, row: row as AnyRow, changeType: 'created', before: {}, after })
      }
      return row
    },
    update: async (type, id, patch) => {
      const how = changes.toldOf(type)
      const after = how === undefined ? {} : shownMembers(type, patch)
      const names = Object.keys(after)
      const row = names.length === 0 ? undefined : ((await tx.get(type, id)) as AnyRow | undefined)
      await tx.update(type, id, patch)
      if (how === undefined || row === undefined) return
      const before = Object.fromEntries(names.map((name) => [name, row[name]]))
      changes.note({ type, told: how, row: { ...row, ...patch }, changeType: 'updated', before, after })
    },
    remove: async (type, id) => {
      const found = await changes.toldRow(tx, type, id)
      await tx.remove(type, id)
      if (found === undefined) return
      const { told: how, row } = found
      const before = shownMembers(how.type, row)
      changes.note({ type: how.type, told: how, row, changeType: 'deleted', before, after: {} })
    },
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

export interface WatchFacts {
  readonly ids: Ids
  /** Of the rows. */
  readonly clock: Clock
  /** Undefined: nobody watches the tenant, and its writes are as they are without this. */
  readonly watched: (tenantId: string) => Watched | undefined
  /** Called when a write of a watched tenant is durable. */
  readonly wrote: (tenantId: string) => void
}

/** The same store, whose writes add the events that somebody watches for. */
export function tellingStore(store: Store, { ids, clock, watched, wrote }: WatchFacts): Store {
  return {
    ...store,
    write: async (tenantId, work, how) => {
      const wanted = watched(tenantId)
      if (wanted === undefined) return store.write(tenantId, work, how)
      const telling = async (tx: Tx) => {
        const changes = new Changes(wanted)
        const value = await work(wanted.taxonomy || wanted.directory ? noting(tx, changes) : tx)
        await changes.write(tx, ids, instantOf(clock.now()))
        return value
      }
      const value = await store.write(tenantId, telling, how)
      wrote(tenantId)
      return value
    },
  }
}
