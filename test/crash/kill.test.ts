/**
 * The whole server is killed in the middle of many writes: what it had answered is there, and nothing by half.
 * @module-tag slow
 */
import { type FSWatcher, watch } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { openDatabase } from '#store/sqlite/driver.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { tokenFor } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { type BuiltServer, build, endAll, listAll, need, type Send, sender, startBuilt, TS } from './built-server.ts'
import {
  type Branch,
  type Client,
  type Kind,
  labelOf,
  nothing,
  type Places,
  parents,
  type State,
  storm,
} from './storm.ts'

const location = await mkdtemp(join(tmpdir(), 'relata-crash-'))
beforeAll(build)
afterAll(async () => {
  await endAll()
  await rm(location, { recursive: true, force: true })
})

const clientCount = 24
const clients: readonly Client[] = Array.from({ length: clientCount }, (_, at) => ({ name: `c${at}`, branches: [] }))

const open = async (): Promise<{ server: BuiltServer; send: Send }> => {
  const server = await startBuilt(location)
  return { server, send: sender(server.http, await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)) }
}

const makePlaces = async (send: Send): Promise<Places> => {
  const made = taxonomyOver(send)
  const group = await made.group()
  const makeSets = async (count: number) => {
    const ids: string[] = []
    for (let at = 0; at < count; at += 1) ids.push(await made.set(group))
    return ids
  }
  const named = `${TS}/sets?$filter=localizedNames/any(n:n/name eq 'Orphaned Terms')`
  const [orphans] = need(200, await send<{ value: { id: string }[] }>('GET', named)).value
  if (orphans === undefined) throw new Error('no set of orphaned terms')
  return {
    homes: await makeSets(4),
    reuseTargets: await makeSets(4),
    pinTargets: await makeSets(4),
    orphans: orphans.id,
  }
}

interface Labelled {
  readonly id: string
  readonly labels: readonly { readonly name: string }[]
}

interface Shared {
  readonly relationship: 'pin' | 'reuse'
  readonly set: { readonly id: string }
  readonly toTerm: { readonly id: string }
  readonly fromTerm?: { readonly id: string }
}

/** One term of a branch as it is found. */
interface Found {
  readonly id: string
  readonly home: string
  /** `relationship set parent` of each occurrence elsewhere. */
  readonly shared: readonly string[]
}

type View = readonly (Found | undefined)[]

/** Ids by label for each of the sets. */
const listTerms = async (
  send: Send,
  http: string,
  sets: readonly string[],
): Promise<Map<string, Map<string, string>>> =>
  new Map(
    await Promise.all(
      sets.map(async (set) => {
        const terms = await listAll<Labelled>(send, http, `${TS}/sets/${set}/terms?$top=2000`)
        return [set, new Map(terms.map(({ id, labels }) => [labels[0]?.name ?? '', id]))] as const
      }),
    ),
  )

const viewOf = async (
  send: Send,
  branch: Branch,
  homes: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Promise<View> => {
  const look = async (at: number): Promise<Found | undefined> => {
    const label = labelOf(branch, at)
    const places = [...homes].filter(([, terms]) => terms.has(label))
    const [home, terms] = places[0] ?? []
    const id = terms?.get(label)
    if (home === undefined || id === undefined) return undefined
    expect(places, `${label} has one home`).toHaveLength(1)
    const path = `${TS}/sets/${home}/terms/${id}/relations?$expand=set,toTerm,fromTerm`
    const { value } = need(200, await send<{ value: Shared[] }>('GET', path))
    const shared = value
      .filter(({ toTerm }) => toTerm.id === id)
      .map(({ relationship, set, fromTerm }) => `${relationship} ${set.id} ${fromTerm?.id ?? 'root'}`)
    return { id, home, shared: shared.sort() }
  }
  return Promise.all(parents.map((_, at) => look(at)))
}

/** What must be found in the state; ids that no answer has told are taken from what was found. */
const viewIn = (state: State, branch: Branch, found: View): View =>
  parents.map((parent, at) => {
    if (at >= state.terms || state.home === undefined) return undefined
    const idOf = (place: number): string => branch.ids[place] ?? found[place]?.id ?? 'not there'
    const parentId = parent === undefined ? 'root' : idOf(parent)
    const reuse = state.reusedIn === undefined ? [] : [`reuse ${state.reusedIn} ${parentId}`]
    const pin = state.pinnedIn === undefined || at > 0 ? [] : [`pin ${state.pinnedIn} root`]
    return { id: idOf(at), home: state.home, shared: [...reuse, ...pin].sort() }
  })

interface Verdict {
  /** Unanswered writes that were carried out, and those that were not. */
  readonly done: number
  readonly undone: number
}

/** Every branch is in the state acknowledged last, or whole in the one asked for since, which then becomes known. */
const settle = async (send: Send, http: string, places: Places): Promise<Verdict> => {
  const homes = await listTerms(send, http, [...places.homes, places.orphans])
  let done = 0
  let undone = 0
  for (const client of clients) {
    await Promise.all(
      client.branches.map(async (branch) => {
        const { now, next } = branch
        const found = await viewOf(send, branch, homes)
        const isNext = next !== undefined && JSON.stringify(found) === JSON.stringify(viewIn(next, branch, found))
        if (!isNext) expect(found, branch.name).toEqual(viewIn(now, branch, found))
        if (next === undefined) return
        if (isNext) {
          branch.now = next
          done += 1
        } else undone += 1
        branch.next = undefined
        branch.ids.splice(0, branch.ids.length, ...found.map((term) => term?.id).slice(0, branch.now.terms))
      }),
    )
  }
  return { done, undone }
}

/** The sets show the terms of these branches and no others; a pin shows what it mirrors. */
const checkSets = async (send: Send, http: string, places: Places): Promise<void> => {
  const expected = new Map<string, string[]>()
  const sets = [...places.homes, places.orphans, ...places.reuseTargets, ...places.pinTargets]
  for (const set of sets) expected.set(set, [])
  for (const branch of clients.flatMap(({ branches }) => branches)) {
    const labels = parents.map((_, at) => labelOf(branch, at)).slice(0, branch.now.terms)
    for (const set of [branch.now.home, branch.now.reusedIn, branch.now.pinnedIn])
      if (set !== undefined) expected.get(set)?.push(...labels)
  }
  const found = await listTerms(send, http, sets)
  for (const set of sets) expect([...(found.get(set)?.keys() ?? [])].sort()).toEqual(expected.get(set)?.sort())
}

/** Each finds rows that contradict others. */
const contradictions: Readonly<Record<string, string>> = {
  'terms kept as a number for a set': `
    select s.id, s.term_count, count(t.id) from term_store_set s
    left join term_store_term t on t.tenant_no = s.tenant_no and t.set_id = s.id
    group by s.tenant_no, s.id having s.term_count <> count(t.id)`,
  'terms kept as a number for a store': `
    select k.id, k.term_count, count(t.id) from term_store_store k
    left join term_store_set s on s.tenant_no = k.tenant_no and s.store_id = k.id
    left join term_store_term t on t.tenant_no = s.tenant_no and t.set_id = s.id
    group by k.tenant_no, k.id having k.term_count <> count(t.id)`,
  'sets kept as a number for a store': `
    select k.id, k.set_count, count(s.id) from term_store_store k
    left join term_store_set s on s.tenant_no = k.tenant_no and s.store_id = k.id
    group by k.tenant_no, k.id having k.set_count <> count(s.id)`,
  'labels spread for searching': `
    select t.id from term_store_term t
    where json_array_length(t.labels) <>
      (select count(*) from term_store_term__labels l where l.tenant_no = t.tenant_no and l.owner_id = t.id)`,
  'labels of terms that are gone': `
    select l.owner_id from term_store_term__labels l
    left join term_store_term t on t.tenant_no = l.tenant_no and t.id = l.owner_id where t.id is null`,
  levels: `
    with row_ as (
      select tenant_no, set_id, id as term_id, parent_id, level from term_store_term
      union all select tenant_no, set_id, to_term_id, from_term_id, level from term_store_relation)
    select c.set_id, c.term_id, c.level, p.level from row_ c
    left join row_ p on p.tenant_no = c.tenant_no and p.set_id = c.set_id and p.term_id = c.parent_id
    where c.level <> 1 + coalesce(p.level, 0)`,
  heights: `
    with row_ as (
      select tenant_no, set_id, id as term_id, parent_id, height, 'source' as kind from term_store_term
      union all select tenant_no, set_id, to_term_id, from_term_id, height, relationship from term_store_relation)
    select r.set_id, r.term_id, r.height from row_ r
    where r.height <> case r.kind
      when 'pin' then (select t.height from term_store_term t where t.tenant_no = r.tenant_no and t.id = r.term_id)
      else 1 + coalesce((select max(c.height) from row_ c
        where c.tenant_no = r.tenant_no and c.set_id = r.set_id and c.parent_id = r.term_id), 0) end`,
}

const checkFile = async (): Promise<void> => {
  const connection = openDatabase(databaseFile(location))
  try {
    connection.exec('pragma query_only = on; pragma temp_store = memory')
    expect(connection.prepare('pragma integrity_check').all([])).toEqual([['ok']])
    expect(connection.prepare('pragma foreign_key_check').all([])).toEqual([])
    for (const [what, sql] of Object.entries(contradictions)) expect(connection.prepare(sql).all([]), what).toEqual([])
  } finally {
    connection.close()
  }
}

/**
 * When the server is killed, once so many answers are followed by one of a kind: as the next request leaves, which is
 * then certain to be without an answer, or when it next writes to its log, which it does in the middle of a commit.
 * Where the system does not tell of that, some requests later. A commit may be of all that was asked.
 */
const strikes: readonly { readonly kind: Kind; readonly inCommit: boolean }[] = [
  { kind: 'reuse', inCommit: true },
  { kind: 'deleteTerm', inCommit: false },
  { kind: 'create', inCommit: true },
]
const before = 700
const atMost = 1_000

const killAt = ({ kind: wanted, inCommit }: (typeof strikes)[number], server: BuiltServer) => {
  let ended: ReturnType<BuiltServer['end']> | undefined
  let watcher: FSWatcher | undefined
  let due = false
  const kill = (): void => {
    watcher?.close()
    ended ??= server.end('SIGKILL')
  }
  return {
    ended: () => ended,
    isDead: () => ended !== undefined,
    onAsk: (): void => {
      if (due) kill()
    },
    onAnswer: (kind: Kind, count: number): void => {
      const isTime = count >= before && kind === wanted
      if (isTime && inCommit) watcher ??= watch(`${databaseFile(location)}-wal`, kill)
      due ||= count >= atMost || (isTime && !inCommit)
    },
  }
}

it('keeps every acknowledged write of a server that was killed, and none by half', { timeout: 60_000 }, async () => {
  let { server, send } = await open()
  const places = await makePlaces(send)
  for (const [round, strike] of strikes.entries()) {
    const { ended, ...death } = killAt(strike, server)
    const { acknowledged, open: unanswered } = await storm({ send, clients, places, seed: round + 1, ...death })
    expect((await ended())?.signal).toBe('SIGKILL')
    // There was something to lose, of every kind.
    for (const count of Object.values(acknowledged)) expect(count).toBeGreaterThan(10)
    if (!strike.inCommit) expect(unanswered).toBeGreaterThan(0)

    const again = await open()
    server = again.server
    send = again.send
    const { done, undone } = await settle(send, server.http, places)
    expect(done + undone).toBe(unanswered)
    await checkSets(send, server.http, places)
    await checkFile()
  }
  const branches = clients.flatMap((client) => client.branches)
  expect(branches.some(({ now }) => now === nothing)).toBe(true)
  expect(branches.some(({ now }) => now.home === places.orphans)).toBe(true)
  expect((await server.end('SIGTERM')).code).toBe(0)
})
