/** A very small engine for the tests of the rules: walks a path, calls the hooks, keeps the rows. No HTTP, no OData. */

import { checkStore } from '#app/upkeep/check.ts'
import { AppError, Faults } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { EntityType, Nav, ToMany } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Actor, Behaviour, Located, Prepared, ReadTx, ScopeChoice, Store, Tx, WriteContext } from '#edm/ports.ts'
import { all, equal, member, param } from '#edm/query.ts'
import { openStore } from '#store/store.ts'
import { behaviours } from '#workloads/behaviours.ts'
import type { Finding } from '#workloads/finding.ts'
import { models } from '#workloads/models.ts'
import { defaultSettings, type TermStoreSettings } from '#workloads/term-store/rules/settings.ts'
import { createStore } from '#workloads/term-store/rules/store.ts'
import { store as storeType } from '#workloads/term-store/types.ts'
import { databaseOfRun } from '../_support/database.ts'
import { type Taxonomy, taxonomyWith } from '../_support/taxonomy.ts'

/** Readable GUIDs: the kind in front, a number at the end. */
export const guid = (kind: string, number: number): string =>
  `${kind.padEnd(8, '0')}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`

export const storeId = guid('5', 0)
export const system = {
  group: guid('a', 0xff),
  keywords: guid('5e', 0xf1),
  orphanedTerms: guid('5e', 0xf2),
  hashtags: guid('5e', 0xf3),
}

const counting = (): Ids => {
  let last = 0
  return { mint: () => guid('1d', ++last) }
}

const { view } = models['v1.0']

/** One database for a whole file, a tenant of its own for each world: opening one costs more than most walks. */
const opened = databaseOfRun().then((database) => openStore({ models: Object.values(models), ...database }))
let tenants = 0

export interface World {
  readonly store: Store
  /** Instant of the next request. */
  now: string
  /** Members of the last body that were not acted on. */
  readonly ignored: readonly string[]
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T>
  /** Makes what a test begins with, through `create`. */
  readonly taxonomy: Taxonomy
  /** `site`: the site through which the store is reached. */
  create(path: string, draft: Record<string, unknown>, site?: Located): Promise<AnyRow>
  update(path: string, patch: Record<string, unknown>): Promise<AnyRow>
  remove(path: string): Promise<void>
  /** Calls an action of the row; arguments that are absent are null, but for those of partial ones. */
  call(path: string, action: string, args?: Record<string, unknown>): Promise<unknown>
  get(path: string, site?: Located): Promise<AnyRow>
  /** Ids in order; `listing` is the preference of the request. */
  list(path: string, listing?: string): Promise<string[]>
  /** What `relata check` would say of it. */
  findings(): Promise<Finding[]>
}

export interface WorldOptions {
  readonly settings?: TermStoreSettings
  readonly languages?: readonly string[]
  /** Wraps the transaction of every write. */
  readonly wrap?: (tx: Tx) => Tx
}

const rowsOfNav = (store: Store) => {
  const known = new Map<string, Prepared>()
  return (nav: ToMany, scopeName: string, type: EntityType, one: boolean): Prepared => {
    const scope = nav.scopes[scopeName] ?? Object.values(nav.scopes)[0]
    if (scope === undefined) throw new Error('no scope')
    const key = `${type.name} ${JSON.stringify(scope)} ${one}`
    const made =
      known.get(key) ??
      store.prepare({
        type,
        branches: one ? scope.branches.map((branch) => all(branch, equal(member('id'), param('key')))) : scope.branches,
        order: one ? [] : (type.order ?? []).map((name) => ({ by: member(name), descending: false })),
        shape: [],
        carry: type.carry ?? [],
      })
    known.set(key, made)
    return made
  }
}

export const openWorld = async (options: WorldOptions = {}): Promise<World> => {
  const { settings = defaultSettings, languages = ['en-US', 'fr-FR'], wrap = (tx) => tx } = options
  const store = await opened
  const tenantId = guid('7e', ++tenants)
  const actor: Actor = { kind: 'app', tenantId, permissions: new Set() }
  const ids = counting()
  const hooks = new Map(behaviours(settings).map((entry) => [entry.type.name, entry] as const))
  const hooksOf = (type: EntityType): Partial<Behaviour> => hooks.get(type.name) ?? {}
  const prepared = rowsOfNav(store)
  await store.addTenant(tenantId)
  const start = '2026-01-01T00:00:00.000Z'
  await store.write(tenantId, (tx) =>
    createStore(tx, { id: storeId, languageTags: languages, ids, now: start, system }),
  )

  const contextOf = (tx: Tx, listing?: string): WriteContext => ({
    tx,
    actor,
    prefer: new Map(listing === undefined ? [] : [['relata.listing', listing]]),
    strict: false,
    now: world.now,
    cause: 'request',
    // No rule here sets a time.
    agenda: { set: async () => undefined, drop: async () => undefined },
    ids,
  })

  const navOf = (from: Located, name: string): { nav: Nav; type: EntityType } => {
    const named = view(from.type.name).navs.get(name.toLowerCase())
    if (named === undefined) throw new Error(`no link ${name} on ${from.type.name}`)
    return { nav: named.nav, type: view(named.nav.target).type }
  }

  const bindOf = (nav: ToMany, scopeName: string, from: Located) => {
    const scope = nav.scopes[scopeName] ?? Object.values(nav.scopes)[0]
    return Object.fromEntries(Object.entries(scope?.bind ?? {}).map(([name, key]) => [name, from.row[key] as string]))
  }

  const found = async (context: WriteContext, from: Located, name: string, key: string): Promise<Located> => {
    const { nav, type } = navOf(from, name)
    if (!nav.many) throw new Error(`${name} has no members`)
    const [first = 'own'] = Object.keys(nav.scopes)
    const query = prepared(nav, first, type, true)
    const [direct] = await context.tx.query(query, { ...bindOf(nav, first, from), key })
    const base = { type, nav: name, key, from }
    if (direct !== undefined) return { ...base, id: direct.row.id, row: direct.row }
    const other = await hooksOf(type).locate?.(context, from, name, key)
    const row = other === undefined ? undefined : ((await context.tx.get(type, other.id)) as AnyRow | undefined)
    if (other === undefined || row === undefined) throw new AppError('notFound', `not found: ${name} ${key}`)
    return { ...base, id: row.id, row, facts: other.facts }
  }

  const toOne = async (context: WriteContext, from: Located, name: string): Promise<Located> => {
    const { type } = navOf(from, name)
    const id = from.row[`${name}Id`] as string
    const row = (await context.tx.get(type, id)) as AnyRow
    return { type, id, row, nav: name, key: undefined, from }
  }

  const walk = async (context: WriteContext, path: string, site?: Located): Promise<Located> => {
    const row = (await context.tx.get(storeType, storeId)) as AnyRow
    let at: Located = { type: storeType, id: storeId, row, nav: 'termStore', key: undefined, from: site }
    const parts = path.split('/').filter((part) => part !== '')
    for (let next = 0; next < parts.length; next += 1) {
      const name = parts[next] as string
      if (!navOf(at, name).nav.many) at = await toOne(context, at, name)
      else at = await found(context, at, name, parts[++next] as string)
    }
    return at
  }

  let ignored: string[] = []
  const freshFaults = (): Faults => {
    ignored = []
    return new Faults('invalidRequest', (target) => ignored.push(target))
  }
  const split = (path: string) => ({
    parent: path.slice(0, path.lastIndexOf('/') + 1),
    nav: path.slice(path.lastIndexOf('/') + 1),
  })
  const writing = <T>(work: (context: WriteContext) => Promise<T>) =>
    store.write(tenantId, (tx) => work(contextOf(wrap(tx))))
  const whole = async (context: WriteContext, { type, id }: Located) => (await context.tx.get(type, id)) as AnyRow

  const world: World = {
    store,
    now: start,
    get ignored() {
      return ignored
    },
    taxonomy: taxonomyWith({
      create: async (path, body) => (await world.create(path, body)).id,
      reference: (link, id) => ({ [`${link}Id`]: id }),
    }),
    write: (work) => store.write(tenantId, (tx) => work(wrap(tx))),
    read: (work) => store.read(tenantId, work),
    create: (path, draft, site) =>
      writing(async (context) => {
        const { parent, nav } = split(path)
        const from = await walk(context, parent, site)
        const { type } = navOf(from, nav)
        const faults = freshFaults()
        const made = await hooksOf(type).beforeCreate?.(context, { from, nav, draft, faults })
        faults.throwIfAny()
        if (made === undefined) throw new Error('no behaviour')
        const row = await context.tx.insert(type, made.row)
        await made.whenStored?.(row)
        return { ...row, ...made.echo } as AnyRow
      }),
    update: (path, patch) =>
      writing(async (context) => {
        const at = await walk(context, path)
        const before = await whole(context, at)
        const faults = freshFaults()
        const facts = { at, before, patch, faults, defer: () => undefined }
        const change = (await hooksOf(at.type).beforeUpdate?.(context, facts)) ?? patch
        faults.throwIfAny()
        if (Object.keys(change).length > 0) await context.tx.update(at.type, at.id, change)
        return { ...before, ...change } as AnyRow
      }),
    remove: (path) =>
      writing(async (context) => {
        const at = await walk(context, path)
        await hooksOf(at.type).remove?.(context, { at, row: await whole(context, at) })
      }),
    call: (path, action, args = {}) =>
      writing(async (context) => {
        const at = await walk(context, path)
        const rule = hooksOf(at.type).operations?.[action]
        if (rule === undefined || !('action' in rule)) throw new Error(`no action ${action}`)
        const { params = {}, partial } = at.type.actions?.[action] ?? {}
        const unsent = Object.entries(params).map(([name, { collection }]) => [name, collection === true ? [] : null])
        return rule.action(context, at, { ...(partial === true ? {} : Object.fromEntries(unsent)), ...args })
      }),
    get: (path, site) => writing(async (context) => whole(context, await walk(context, path, site))),
    list: (path, listing) =>
      store.write(tenantId, async (tx) => {
        const context = contextOf(tx, listing)
        const { parent, nav } = split(path)
        const from = await walk(context, parent)
        const { nav: link, type } = navOf(from, nav)
        if (!link.many) throw new Error(`${nav} is no list`)
        const choice: ScopeChoice = (await hooksOf(type).scope?.(context, from, nav)) ?? { scope: 'own', bind: {} }
        const rows = await tx.query(prepared(link, choice.scope, type, false), {
          ...bindOf(link, choice.scope, from),
          ...choice.bind,
        })
        const found = new Set(rows.map(({ row }) => row.id))
        const first = (choice.leading ?? []).filter((id) => found.delete(id))
        return [...first, ...found]
      }),
    findings: async () => {
      const found: Finding[] = []
      await checkStore(store, {}, (finding) => found.push(finding), tenantId)
      return found
    },
  }
  return world
}
