/**
 * Ids of another tenant in every operation of ours on the taxonomy: answered as ids that nobody has, nothing of the other
 * tenant is told, and nothing is written in either.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { recordReach } from '#edm/records/recording.ts'
import { group, set, store, term } from '#workloads/term-store/types.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { labels, taxonomyOver } from '../../_support/taxonomy.ts'
import { people, startAccessServer } from '../access-kit.ts'
import { type Operation, operationsOf } from '../access-operations.ts'
import { root } from './kit.ts'

const own = wellKnown.contoso
const other = wellKnown.northwind
/** In every name that the other tenant has made. */
const secret = 'Nobody else knows'

interface Rows {
  readonly group: string
  readonly set: string
  readonly term: string
  readonly sibling: string
  /** Of the deletion of another term. */
  readonly deletedItemId: string
  readonly batchId: string
}

let server: TestServer
let mine: Rows
let theirs: Rows

const sendAs = (tenant: string) => (method: string, path: string, body?: unknown) =>
  server.send(method, path, body, { tenant })

const rowsOf = async (tenant: string, name: string): Promise<Rows> => {
  const send = sendAs(tenant)
  const made = taxonomyOver(send)
  const group = await made.group(`${name} group`)
  const set = await made.set(group, `${name} set`)
  const term = await made.term(set, `${name} term`)
  const sibling = await made.term(set, `${name} sibling`)
  const gone = await made.term(set, `${name} gone`)
  const deleted = await send('DELETE', `${root}/sets/${set}/terms/${gone}`)
  const url = `/termStore/sets/${set}/terms/${term}`
  const batched = await send('POST', '/v1.0/$batch', {
    requests: [
      {
        id: '1',
        method: 'PATCH',
        url,
        headers: { 'content-type': 'application/json' },
        body: { labels: labels(`${name} again`) },
      },
    ],
  })
  return {
    group,
    set,
    term,
    sibling,
    deletedItemId: deleted.headers.get('relata-change') ?? '',
    batchId: batched.headers.get('relata-change-batch') ?? '',
  }
}

beforeAll(async () => {
  server = await startTestServer()
  // Their numbers of changes go on where ours end, so that none of theirs is one of ours.
  mine = await rowsOf(own, 'Mine')
  const { newest } = await reachOf(own)
  for (const filler = taxonomyOver(sendAs(other)); (await reachOf(other)).newest <= newest; ) await filler.group()
  theirs = await rowsOf(other, secret)
})
afterAll(() => server.close())

const reachOf = async (tenant: string) => {
  const [reach] = await server.parts.store.read(tenant, (tx) => tx.find(recordReach, {}))
  if (reach === undefined) throw new Error('nothing is recorded')
  return reach
}

const idsOf = (rows: Rows): Readonly<Record<string, string>> => ({
  [group.name]: rows.group,
  [set.name]: rows.set,
  [term.name]: rows.term,
})

/** The address with the ids of the rows. */
const filled = (path: string, ids: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{([^}]+)\}/g, (_, type: string) => ids[type] ?? randomUUID())

const operations = operationsOf('v1.0').filter(({ path }) => path.includes('/relata.'))
const below = [group.name, set.name, term.name]

/** A body that would be right, with the ids of the rows. */
const bodyOf = ({ path }: Operation, rows: Rows): unknown => {
  const verb = path.replace(/^.*\/relata\./, '')
  const bodies: Readonly<Record<string, unknown>> = {
    merge: { into: rows.sibling },
    deprecate: { replacedBy: rows.sibling },
    setAvailableForTagging: { value: false },
    setSubmissionPolicy: { isOpen: true },
    setLocalProperties: { properties: [] },
    setContacts: { contact: 'somebody@contoso.example' },
    reassignSource: { set: rows.set },
    order: { ids: [rows.term] },
    copy: {},
    move: path.includes('{microsoft.graph.termStore.term}')
      ? { parent: rows.sibling }
      : path.includes('{microsoft.graph.termStore.set}')
        ? { group: rows.group }
        : { siteId: null },
    setRoles: { managers: [] },
  }
  return bodies[verb] ?? {}
}

/** What an answer says, but for the ids that were asked for and what each answer has of its own. */
const said = ({ status, body }: Answer, ...asked: readonly string[]) => {
  const { code, message, target } = body?.error ?? {}
  // Numbers of changes may be in ids.
  const longestFirst = asked.toSorted((a, b) => b.length - a.length)
  const plain = longestFirst.reduce((text, id) => text.replaceAll(id, 'ID'), String(message))
  return { status, code, target, message: plain }
}

const expectUntouched = async (work: () => Promise<void>): Promise<void> => {
  const before = [(await reachOf(own)).newest, (await reachOf(other)).newest]
  await work()
  expect([(await reachOf(own)).newest, (await reachOf(other)).newest]).toEqual(before)
}

describe('an address', () => {
  const calls = operations.filter(({ type }) => below.includes(type.name))

  it('is tried for every operation', () => {
    expect(calls.length).toBeGreaterThan(20)
    for (const name of below) expect(calls.some(({ type }) => type.name === name)).toBe(true)
  })

  it.each(calls)('$method $path is one that its own tenant has', async (operation) => {
    const { method, path } = operation
    const headers = { prefer: 'relata.dry-run' }
    const body = method === 'GET' ? undefined : bodyOf(operation, theirs)
    const answer = await server.send(method, `/v1.0${filled(path, idsOf(theirs))}`, body, { tenant: other, headers })
    expect(answer.status, answer.text).toBe(200)
  })

  it.each(calls)('$method $path with ids of another tenant is one that nobody has', async (operation) => {
    const { method, path } = operation
    const send = sendAs(own)
    await expectUntouched(async () => {
      const nobody = Object.fromEntries(below.map((name) => [name, randomUUID()]))
      const unknown = await send(method, `/v1.0${filled(path, nobody)}`, method === 'GET' ? undefined : {})
      // All ids are theirs; or the set is ours, and the term theirs.
      for (const ids of [
        idsOf(theirs),
        { ...idsOf(mine), [operation.type.name]: idsOf(theirs)[operation.type.name] ?? '' },
      ]) {
        const body = method === 'GET' ? undefined : bodyOf(operation, theirs)
        const answer = await send(method, `/v1.0${filled(path, ids)}`, body)
        expect(answer.status, answer.text).toBe(404)
        expect(answer.text).not.toContain(secret)
        expect(said(answer, ...Object.values(ids)).code).toBe(said(unknown, ...Object.values(nobody)).code)
      }
    })
  })
})

describe('a body', () => {
  const atTerm = `/sets/SET/terms/TERM/relata.`
  const cases: readonly (readonly [string, (rows: Rows) => unknown])[] = [
    [`${atTerm}move`, ({ set }) => ({ set })],
    [`${atTerm}move`, ({ sibling }) => ({ parent: sibling })],
    [`${atTerm}move`, ({ sibling }) => ({ before: sibling })],
    [`${atTerm}move`, ({ sibling }) => ({ after: sibling })],
    [`${atTerm}copy`, ({ set }) => ({ set })],
    [`${atTerm}copy`, ({ sibling }) => ({ parent: sibling })],
    [`${atTerm}merge`, ({ sibling }) => ({ into: sibling })],
    [`${atTerm}deprecate`, ({ sibling }) => ({ replacedBy: sibling })],
    [`${atTerm}undeprecate`, ({ sibling }) => ({ replacedBy: sibling })],
    [`${atTerm}reassignSource`, ({ set }) => ({ set })],
    ['/sets/SET/relata.move', ({ group: id }) => ({ group: id })],
    ['/sets/SET/relata.copy', ({ group: id }) => ({ group: id })],
    ['/relata.search', ({ set: id }) => ({ text: secret, scopes: [{ set: id }] })],
    ['/relata.restore', ({ set: id }) => ({ deletedItemId: mine.deletedItemId, set: id })],
    ['/relata.restore', ({ sibling }) => ({ deletedItemId: mine.deletedItemId, parent: sibling })],
    ['/relata.undo', ({ batchId }) => ({ changeId: batchId })],
  ]

  it.each(cases)(
    'of %s that names what another tenant has is answered as for an id that nobody has',
    async (path, body) => {
      const address = root + path.replace('SET', mine.set).replace('TERM', mine.term)
      const nobody: Rows = {
        group: randomUUID(),
        set: randomUUID(),
        term: randomUUID(),
        sibling: randomUUID(),
        deletedItemId: '999999999',
        batchId: randomUUID(),
      }
      await expectUntouched(async () => {
        const send = sendAs(own)
        const [foreign, unknown] = [
          await send('POST', address, body(theirs)),
          await send('POST', address, body(nobody)),
        ]
        expect(said(foreign, ...Object.values(theirs))).toEqual(said(unknown, ...Object.values(nobody)))
        expect(foreign.text).not.toContain(secret)
        if (!path.endsWith('search')) expect(foreign.status, foreign.text).toBe(404)
      })
    },
  )

  it.each(['undo', 'restore', 'purge'])('of %s does not name a change of another tenant', async (verb) => {
    const key = verb === 'undo' ? 'changeId' : 'deletedItemId'
    await expectUntouched(async () => {
      const answer = await sendAs(own)('POST', `${root}/relata.${verb}`, { [key]: theirs.deletedItemId })
      expect(answer.status, answer.text).toBe(404)
      expect(answer.text).not.toContain(secret)
    })
    const kept = (await sendAs(other)('GET', `${root}/relata.deletedItems()`)).body.value
    expect(kept.map(({ id }: { id: string }) => id)).toContain(theirs.deletedItemId)
  })

  it('of an order leaves the id out', async () => {
    const order = { ids: [theirs.term, mine.sibling] }
    const answer = await sendAs(own)('POST', `${root}/sets/${mine.set}/relata.order`, order)
    expect(answer.status, answer.text).toBe(200)
    const [row] = await server.parts.store.read(own, (tx) => tx.find(set, { parentGroupId: mine.group }))
    expect(row?.customSortOrder).not.toContain(theirs.term)
  })

  it('names no people of another tenant', async () => {
    const access = await startAccessServer()
    try {
      const send = access.send
      const made = taxonomyOver(send)
      const groupId = await made.group()
      const setId = await made.set(groupId)
      for (const [path, body] of [
        [`/sets/${setId}/relata.setContacts`, { owner: people.ofFabrikam }],
        [`/sets/${setId}/relata.setContacts`, { stakeholders: [people.ofFabrikam] }],
        [`/groups/${groupId}/relata.setRoles`, { managers: [people.ofFabrikam] }],
        [`/groups/${groupId}/relata.setRoles`, { contributors: [people.ofFabrikam] }],
      ] as const) {
        const answer = await send('POST', root + path, body)
        expect(answer.status, answer.text).toBe(400)
      }
    } finally {
      await access.close()
    }
  })
})

describe('what a tenant lists', () => {
  it.each(operations.filter(({ type, method }) => type.name === store.name && method === 'GET'))(
    '$path has nothing of another tenant',
    async ({ path }) => {
      const answer = await sendAs(own)('GET', `/v1.0${path}`)
      expect(answer.text).not.toContain(secret)
      for (const id of [theirs.set, theirs.term, theirs.group]) expect(answer.text).not.toContain(id)
    },
  )
})
