/** Checkpoints are made by the number of links and by the hour, and what is old leaves up to one (events.md §9.4). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { randomIds } from '#base/ids.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Store } from '#edm/ports.ts'
import { changeId, reachId, recordedRow, recordReach } from '#edm/records/recording.ts'
import { recordPrunings } from '#engine/changes/record-retention.ts'
import { exportLines } from '#notify/audit/export.ts'
import { ChainKeeper } from '#notify/audit/keeper.ts'
import { type AuditPruning, auditPrunings, holdsChange } from '#notify/audit/retention.ts'
import { checkpointSigner } from '#notify/audit/signing.ts'
import { checkChain } from '#workloads/audit/check-chain.ts'
import { chainReadingOn } from '#workloads/audit/reading.ts'
import { auditRecordsOn } from '#workloads/audit/records.ts'
import { auditChain, auditCheckpoint, auditLink, auditSink, chainId } from '#workloads/audit/types.ts'
import { checkSignature, statementIn, verifyExport } from '#workloads/audit/verify.ts'
import { directoryAudit, outboxEvent } from '#workloads/directory/audit.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const { contoso, northwind } = wellKnown
let server: TestServer
let keeper: ChainKeeper
let realNow = '2026-01-06T10:00:00.000Z'
const signer = checkpointSigner(undefined)
beforeAll(async () => {
  // A server of which equal runs are equal chains nothing by itself: here another keeper does.
  server = await startTestServer({ ids: 22 })
  const { store } = server.parts
  keeper = new ChainKeeper({
    store,
    records: auditRecordsOn(store),
    // Its changes are kept for as long as their record, which is not part of this.
    hasTaxonomy: false,
    realNow: () => realNow,
    ids: randomIds,
    signer,
    now: () => '2026-01-06T10:00:00.000Z',
    isShared: false,
    isQuiet: true,
    onChained: () => undefined,
    report: (error) => {
      throw error
    },
  })
})
afterAll(async () => {
  await keeper.close()
  await server.close()
})

let made = 0
const add = (count: number, activityDateTime = '2026-01-06T10:00:00.000Z') =>
  server.parts.store.write(northwind, async (tx) => {
    for (let at = 0; at < count; at += 1) {
      made += 1
      await tx.insert(directoryAudit, {
        id: `01900000-0000-7000-8000-${String(made).padStart(12, '0')}`,
        category: 'GroupManagement',
        activityDisplayName: `Add member ${made}`,
        activityDateTime,
        initiatedBy: { app: null, user: null },
        targetResources: [],
        additionalDetails: [],
      })
    }
  })
const stateOf = async (): Promise<RowOf<typeof auditChain>> => {
  const state = await server.parts.store.read(northwind, (tx) => tx.get(auditChain, chainId))
  if (state === undefined) throw new Error('there is no chain')
  return state
}
const checkpoints = async () => server.parts.store.read(northwind, (tx) => tx.find(auditCheckpoint, {}))
const told = async () => {
  const rows = await server.parts.store.read(northwind, (tx) =>
    tx.find(outboxEvent, { eventName: 'relata.audit-checkpoint' }),
  )
  return rows.map(({ facts }) => JSON.parse(facts ?? '').after)
}

it('a log that was there before is chained in the order of time', async () => {
  const taxonomy = taxonomyOver(server.send)
  const group = await taxonomy.group('First')
  for (const name of ['Second', 'Fourth']) {
    await taxonomy.set(group, name)
    await server.send('POST', '/v1.0/groups', {
      displayName: `After ${name}`,
      mailEnabled: false,
      mailNickname: name,
      securityEnabled: true,
    })
  }
  const records: { activityDateTime: string; targetResources: { displayName: string }[] }[] = []
  for await (const line of server.parts.audit.lines(contoso, {})) {
    const { record } = JSON.parse(line)
    if (record !== undefined) records.push(record)
  }
  const times = records.map(({ activityDateTime }) => Date.parse(activityDateTime))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(records.slice(-5).map(({ targetResources }) => targetResources[0]?.displayName)).toEqual([
    'First',
    'Second',
    'After Second',
    'Fourth',
    'After Fourth',
  ])
})

describe('a checkpoint', () => {
  it('is made of each ten thousandth link, and told as an event', async () => {
    await add(10_050)
    await keeper.settle(northwind)
    expect(await stateOf()).toMatchObject({ newest: 10_050, checkpoint: 10_000 })
    const [event, ...more] = await told()
    expect(more).toEqual([])
    const link = (await server.parts.store.read(northwind, (tx) => tx.find(auditLink, {})))[9_999]?.link
    expect(event).toMatchObject({ tenant: northwind, n: 10_000, link, to: '2026-01-06T10:00:00.000Z' })
    expect(statementIn(event.jws)).toEqual({ tenant: northwind, n: 10_000, link })
    expect(() => checkSignature(event.jws, [])).toThrow()
    const key = { ...(await signer.key()) }
    expect(() => checkSignature(event.jws, [key])).not.toThrow()
  })

  it('is made after an hour of what came meanwhile, and of nothing if nothing did', async () => {
    realNow = '2026-01-06T10:59:59.999Z'
    await keeper.settle(northwind)
    expect((await stateOf()).checkpoint).toBe(10_000)
    realNow = '2026-01-06T11:00:00.000Z'
    await keeper.settle(northwind)
    expect((await stateOf()).checkpoint).toBe(10_050)
    realNow = '2026-01-06T18:00:00.000Z'
    await keeper.settle(northwind)
    expect((await checkpoints()).map(({ id }) => Number(id))).toEqual([10_000, 10_050])
    expect((await told()).map(({ n }) => n)).toEqual([10_000, 10_050])
  })
})

describe('retention', () => {
  let now = '2026-02-01T00:00:00.000Z'
  const prunings = (sinks: readonly string[] = []): readonly AuditPruning[] =>
    auditPrunings({
      store: server.parts.store,
      days: 30,
      now: () => new Date(now),
      sinks,
      checkpoint: (tenantId) => keeper.checkpoint(tenantId),
    })
  /** As the engine does it. */
  const prune = async (all = prunings()): Promise<number> => {
    let gone = 0
    const { store } = server.parts
    for (const pruning of all) {
      if (!(await store.read(northwind, (tx) => pruning.isDue(tx)))) continue
      await pruning.ready?.(northwind)
      const once = () => store.write(northwind, (tx) => pruning.prune(tx))
      for (let count = await once(); count > 0; count = await once()) gone += count
    }
    return gone
  }
  const count = async () => {
    const { store } = server.parts
    return store.read(northwind, async (tx) => [
      (await tx.find(directoryAudit, {})).length,
      (await tx.find(auditLink, {})).length,
    ])
  }
  const facts = () => {
    const { store } = server.parts
    const reading = chainReadingOn(store, auditRecordsOn(store))
    return { store, reading, signer, realNow: () => realNow, settle: (tenantId: string) => keeper.settle(tenantId) }
  }

  it('waits for a place that the log is sent to, for a week', { timeout: 30_000 }, async () => {
    now = '2026-02-06T00:00:00.000Z'
    const { store } = server.parts
    await store.write(northwind, (tx) => tx.insert(auditSink, { id: 'file:/log', sent: 100 }))
    await prune(prunings(['file:/log']))
    const [records = 0, links] = await count()
    expect([10_050 - records, links]).toEqual([100, 10_050])
    now = '2026-02-12T09:59:59.999Z'
    expect(await prune(prunings(['file:/log']))).toBe(0)
    now = '2026-02-12T10:00:00.001Z'
    await prune(prunings(['file:/log']))
    expect(await count()).toEqual([0, 0])
  })

  it('keeps changes of the taxonomy that a place has not taken, for that week as well', async () => {
    const { store } = server.parts
    await store.write(contoso, (tx) => tx.insert(auditSink, { id: 'file:/log', sent: 3, change: 2 }))
    const held = (change: number, sinks: readonly string[]) =>
      store.read(contoso, (tx) => holdsChange(tx, sinks, change))
    expect(await held(2, ['file:/log'])).toBe(false)
    expect(await held(3, ['file:/log'])).toBe(true)
    expect(await held(3, [])).toBe(false)
    // Of the engine: a change of eight days over its time goes, one of six stays.
    const days = (count: number) => ({ now: () => new Date(Date.now() + count * 86_400_000) })
    const due = (clock: { now: () => Date }) => {
      const holds = (tx: Parameters<typeof holdsChange>[0], change: number) => holdsChange(tx, ['file:/log'], change)
      const [changes] = recordPrunings(store, clock, { historyDays: 30, binDays: 30, holdsChange: holds })
      return store.read(contoso, async (tx) => changes?.isDue(tx))
    }
    // The first two have been taken.
    await store.write(contoso, (tx) => tx.update(recordReach, reachId, { forgotten: 2 }))
    const isThere = await store.read(contoso, (tx) => tx.get(recordedRow, changeId(3)))
    expect(isThere).toBeDefined()
    for (const change of [1, 2])
      await store.write(contoso, async (tx) => {
        for (const { id } of await tx.find(recordedRow, {}))
          if (id.startsWith(changeId(change))) await tx.remove(recordedRow, id)
      })
    expect(await due(days(36))).toBe(false)
    expect(await due(days(38))).toBe(true)
  })

  it('leaves the last checkpoint of what went, from which the chain goes on', async () => {
    now = '2099-01-01T00:00:00.000Z'
    await add(20, '2098-12-31T00:00:00.000Z')
    await keeper.settle(northwind)
    await prune()
    expect(await count()).toEqual([20, 20])
    expect(await stateOf()).toMatchObject({ forgotten: 10_050, newest: 10_070 })
    // The other is by the hour.
    expect((await checkpoints()).map(({ id }) => Number(id))).toEqual([10_050, 10_070])
    const lines: string[] = []
    for await (const line of exportLines(facts(), northwind, {})) lines.push(line)
    const [kept] = await checkpoints()
    expect(await verifyExport(lines, statementIn(kept?.jws ?? ''))).toMatchObject({
      start: 10_050,
      end: 10_070,
      without: [],
    })
  })

  it('makes a checkpoint of what is to go, where none reaches it', async () => {
    now = '2099-03-01T00:00:00.000Z'
    await prune()
    expect(await count()).toEqual([0, 0])
    expect(await stateOf()).toMatchObject({ forgotten: 10_070, checkpoint: 10_070 })
    expect(await prune()).toBe(0)
  })
})

it('is whole for a check beside which a server goes on with it', async () => {
  const { store } = server.parts
  let writes = 20
  const busy: Store = {
    ...store,
    read: async (tenantId, work, deadline) => {
      const value = await store.read(tenantId, work, deadline)
      if (writes > 0) {
        writes -= 1
        await add(1)
        await keeper.settle(northwind)
      }
      return value
    },
  }
  const found: unknown[] = []
  await checkChain({ store: busy, tenantId: northwind, report: (...finding) => found.push(finding) })
  expect(found).toEqual([])
  // Its reads were many, and something was written after each.
  expect(writes).toBeLessThan(16)
})
