/** Plans are input: their digest is no signature, so whoever sends one may have written it by hand. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import type { Actor } from '#edm/ports.ts'
import { type PlanRecord, planDigest, planText } from '#exchange/plan/records.ts'
import { plannedOn } from '../_support/planned.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

const person = '0a000000-0000-4000-8000-0000000000ab'
const stranger = '0b000000-0000-4000-8000-0000000000ff'
const hers: { tenantId: string; actor: Actor } = {
  tenantId: wellKnown.contoso,
  actor: {
    kind: 'user',
    tenantId: wellKnown.contoso,
    userId: person,
    permissions: new Set(['TermStore.ReadWrite.All']),
  },
}
const anybody = { tenantId: wellKnown.contoso, actor: undefined }

let server: TestServer
let made: ReturnType<typeof taxonomyOver>

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
})

afterAll(() => server.close())

interface World {
  readonly own: string
  readonly other: string
  readonly ownSet: string
  readonly otherSet: string
  readonly term: string
}

let world: World

/** A group of which she is contributor, and another with a term that her set reuses. */
async function makeWorld(): Promise<World> {
  const [own, other] = [await made.group(), await made.group()]
  const [ownSet, otherSet] = [await made.set(own, 'Her set'), await made.set(other, 'Their set')]
  const term = await made.term(otherSet, 'Shared')
  await made.reuse({ set: otherSet, term }, ownSet)
  const { user } = await import('#workloads/directory/people.ts')
  const { group } = await import('#workloads/term-store/types.ts')
  await server.parts.store.write(wellKnown.contoso, async (tx) => {
    if ((await tx.get(user, person)) === undefined)
      await tx.insert(user, {
        id: person,
        displayName: 'Dora',
        userPrincipalName: 'dora@contoso.example',
        accountEnabled: true,
      })
    await tx.update(group, own, { contributors: [person] })
  })
  return { own, other, ownSet, otherSet, term }
}

async function digests(...setIds: readonly string[]) {
  const { digestOfSet } = await import('#exchange/plan/taxonomy/digest.ts')
  const { readTaxonomy } = await import('#app/adapters/taxonomy/read-taxonomy.ts')
  const found = await server.parts.store.read(wellKnown.contoso, (tx) =>
    readTaxonomy(tx, { sets: setIds, withSharing: true }),
  )
  return Object.fromEntries(setIds.map((id) => [id, { digest: digestOfSet(found, id) }]))
}

/** The lines of a plan with these records, as whoever writes it by hand sends them. */
async function forged(records: readonly Partial<PlanRecord>[], setIds: readonly string[]): Promise<string> {
  const base = await plannedOn(server, anybody, {
    doc: { groups: [], faults: [] },
    as: 'json',
    source: [{ file: String(Math.random()), sha256: '' }],
    options: {},
  })
  const all = records.map(
    (record) =>
      ({ at: { file: 'x', line: 1, path: 'x' }, changes: [], notes: [], faults: [], ...record }) as PlanRecord,
  )
  const plan = { ...base, head: { ...base.head, sets: await digests(...setIds) }, records: all }
  return planText({ ...plan, digest: planDigest(plan) })
}

async function applied(caller: typeof hers | typeof anybody, text: string) {
  const { exchange } = server.parts
  const job = await exchange.apply(caller, Buffer.from(text), false)
  await exchange.settle()
  return exchange.job(caller, job.id)
}

async function faults(): Promise<string[]> {
  const found: string[] = []
  await checkStore(
    server.parts.store,
    {},
    ({ rule, at, what }) => found.push(`${rule} ${at}: ${what}`),
    wellKnown.contoso,
  )
  return found
}

beforeEach(async () => {
  world = await makeWorld()
})

describe('a plan by hand of somebody who contributes to one group', () => {
  const refused = { state: 'failed', done: 0, error: { code: 'accessDenied' } }
  const set = { kind: 'set', action: 'update' } as const
  const term = { kind: 'term', action: 'update' } as const

  it.each<[string, (at: World) => [Partial<PlanRecord>, string[]]]>([
    [
      'changes no set of another group by naming her own',
      ({ own, otherSet }) => [
        { ...set, id: otherSet, group: own, changes: [{ member: 'description', from: '', to: 'x' }] },
        [otherSet],
      ],
    ],
    [
      'takes no set out of another group without saying where it was',
      ({ own, otherSet }) => [{ ...set, action: 'move', id: otherSet, group: own }, [otherSet]],
    ],
    [
      'takes no set out of another group by saying that it was in hers',
      ({ own, otherSet }) => [{ ...set, action: 'move', id: otherSet, group: own, from: { group: own } }, [otherSet]],
    ],
    [
      'relabels no term of another group by way of a set that reuses it',
      ({ ownSet, term: id }) => [
        {
          ...term,
          id,
          set: ownSet,
          parent: null,
          changes: [{ member: 'labels.en-US.default', from: 'Shared', to: 'Mine' }],
        },
        [ownSet],
      ],
    ],
    [
      'deprecates no term of another group by way of a set that reuses it',
      ({ ownSet, term: id }) => [{ ...term, action: 'deprecate', id, set: ownSet, replacedBy: null }, [ownSet]],
    ],
  ])('%s', async (_, make) => {
    const [record, sets] = make(world)
    expect(await applied(hers, await forged([record], sets))).toMatchObject(refused)
  })

  it('makes what a place in her set says of its own', async () => {
    const { ownSet, term: id } = world
    const changes = [{ member: 'localProperties.note', from: null, to: 'hers' }]
    const text = await forged([{ ...term, id, set: ownSet, parent: null, changes }], [ownSet])
    expect(await applied(hers, text)).toMatchObject({ state: 'done', done: 1 })
  })
})

describe('what Graph refuses', () => {
  const labels = [{ name: 'Relabelled', languageTag: 'en-US', isDefault: true }]

  it('is refused at the place of a pin: to change the term itself there', async () => {
    const { other, otherSet, term: id } = world
    const pinned = await made.set(other, 'Pins')
    await made.pin({ set: otherSet, term: id }, pinned)
    const asked = await server.send('PATCH', `/v1.0/termStore/sets/${pinned}/terms/${id}`, { labels })
    expect([asked.status, asked.body.error.message]).toEqual([
      400,
      expect.stringContaining('Pinned terms can be changed only'),
    ])
    const changes = [{ member: 'labels.en-US.default', from: 'Shared', to: 'Relabelled' }]
    const record = { kind: 'term', action: 'update', id, set: pinned, parent: null, changes } as const
    expect(await applied(anybody, await forged([record], [pinned]))).toMatchObject({
      state: 'failed',
      error: { code: 'conflict', message: expect.stringContaining('pinned terms can be changed only') },
    })
    const local = { ...record, changes: [{ member: 'localProperties.note', from: null, to: 'here' }] }
    expect(await applied(anybody, await forged([local], [pinned]))).toMatchObject({ state: 'done' })
    const at = { file: 'x', line: 1, path: 'Relabelled' }
    const term = { id, labels: { 'en-US': { default: 'Relabelled' } } }
    const node = { at, kind: 'pin', term, children: [] } as const
    const set = { at, id: pinned, names: { 'en-US': 'Pins' }, complete: false, children: [node] }
    const plan = await plannedOn(server, anybody, {
      doc: { groups: [{ at, id: other, name: '', complete: false, sets: [set] }], faults: [] },
      as: 'relata-json',
      source: [],
      options: {},
    })
    expect(plan.records.map(({ action, faults: [fault] }) => [action, fault?.code])).toEqual([['refused', 'locked']])
  })

  it('is refused to a person whose account is disabled: to add to an open set', async () => {
    const { user } = await import('#workloads/directory/people.ts')
    const { otherSet } = world
    await server.send('POST', `/v1.0/termStore/sets/${otherSet}/relata.setSubmissionPolicy`, { isOpen: true })
    const enable = (accountEnabled: boolean) =>
      server.parts.store.write(wellKnown.contoso, (tx) => tx.update(user, person, { accountEnabled }))
    const changes = [{ member: 'labels.en-US.default', from: null, to: 'Hers' }]
    const record = (id: string) =>
      ({ kind: 'term', action: 'create', id, set: otherSet, parent: null, changes }) as const
    await enable(false)
    const refused = await forged([record('0b000000-0000-4000-8000-0000000000e1')], [otherSet])
    expect(await applied(hers, refused)).toMatchObject({ state: 'failed', error: { code: 'accessDenied' } })
    await enable(true)
    const allowed = await forged([record('0b000000-0000-4000-8000-0000000000e2')], [otherSet])
    expect(await applied(hers, allowed)).toMatchObject({ state: 'done', done: 1 })
  })
})

describe('a plan by hand of an administrator', () => {
  const term = { kind: 'term', parent: null } as const
  const group = { kind: 'group', action: 'update' } as const

  it.each<[string, (at: World) => [Partial<PlanRecord>[], string[]]]>([
    [
      'makes no home into a reuse',
      ({ otherSet, term: id }) => [
        [{ ...term, action: 'reshare', relationship: 'reuse', id, set: otherSet }],
        [otherSet],
      ],
    ],
    [
      'makes no home into a pin',
      ({ otherSet, term: id }) => [
        [{ ...term, action: 'reshare', relationship: 'pin', id, set: otherSet }],
        [otherSet],
      ],
    ],
    [
      'orders no terms that are not there',
      ({ otherSet }) => [[{ ...term, id: stranger, action: 'order', set: otherSet, order: [stranger] }], [otherSet]],
    ],
    [
      'orders no term twice',
      ({ otherSet, term: id }) => [[{ ...term, id, action: 'order', set: otherSet, order: [id, id] }], [otherSet]],
    ],
    [
      'replaces no term by one that is not there',
      ({ otherSet, term: id }) => [
        [{ ...term, action: 'deprecate', id, set: otherSet, replacedBy: stranger }],
        [otherSet],
      ],
    ],
    [
      'replaces no term by itself',
      ({ otherSet, term: id }) => [[{ ...term, action: 'deprecate', id, set: otherSet, replacedBy: id }], [otherSet]],
    ],
    [
      'merges no term into one that is not there',
      ({ otherSet, term: id }) => [[{ ...term, action: 'merge', id, set: otherSet, into: stranger }], [otherSet]],
    ],
    [
      'makes no group one of the system',
      ({ other }) => [[{ ...group, id: other, changes: [{ member: 'scope', from: 'global', to: 'system' }] }], []],
    ],
    [
      'makes no group one of a scope that does not exist',
      ({ other }) => [[{ ...group, id: other, changes: [{ member: 'scope', from: 'global', to: 'x' }] }], []],
    ],
    [
      'makes no group one of a site that does not exist',
      ({ other }) => [[{ ...group, id: other, changes: [{ member: 'siteId', from: null, to: 'nowhere' }] }], []],
    ],
    ['leaves no group without a name', () => [[{ ...group, action: 'create', id: stranger }], []]],
    [
      'leaves no set without a name',
      ({ other }) => [[{ kind: 'set', action: 'create', id: stranger, group: other }], []],
    ],
    [
      'leaves no term without a label',
      ({ otherSet }) => [[{ ...term, action: 'create', id: stranger, set: otherSet }], [otherSet]],
    ],
    [
      'puts no set into a group that is not there',
      ({ otherSet }) => [[{ kind: 'set', action: 'move', id: otherSet, group: stranger }], [otherSet]],
    ],
    [
      'makes no set in a group that is not there',
      () => [
        [
          {
            kind: 'set',
            action: 'create',
            id: '0b000000-0000-4000-8000-0000000000fe',
            group: stranger,
            changes: [{ member: 'names.en-US', from: null, to: 'S' }],
          },
        ],
        [],
      ],
    ],
    [
      'says of no living term that it was merged',
      ({ otherSet, term: id }) => [
        [
          {
            ...term,
            action: 'create',
            id: stranger,
            set: otherSet,
            changes: [
              { member: 'labels.en-US.default', from: null, to: 'T' },
              { member: 'mergedTermIds', from: null, to: [id] },
            ],
          },
        ],
        [otherSet],
      ],
    ],
  ])('%s', async (_, make) => {
    const [records, sets] = make(world)
    const job = await applied(anybody, await forged(records, sets))
    expect(job).toMatchObject({ state: 'failed', done: 0 })
    expect(job.error?.code).not.toBe('generalException')
    expect(await faults()).toEqual([])
  })

  it('ends where the moves between its sets are a long chain', async () => {
    const setAt = (n: number) => `0c000000-0000-4000-8000-${String(n).padStart(12, '0')}`
    const records = Array.from({ length: 20_000 }, (_, n) => ({
      ...term,
      action: 'move' as const,
      id: setAt(n),
      set: setAt(20_000 - n - 1),
      from: { set: setAt(20_000 - n), parent: null },
    }))
    expect(await applied(anybody, await forged(records, []))).toMatchObject({ state: 'failed', done: 0 })
  })
})

describe('a plan whose parts are no parts of a plan', () => {
  const format = 'relata-terms-plan/1'
  const head = { format, source: [], as: 'json', options: {}, sets: {} }
  const record = {
    at: { file: 'x', line: 1, path: 'x' },
    action: 'move',
    kind: 'term',
    id: stranger,
    set: stranger,
    changes: [],
    notes: [],
    faults: [],
  }
  const summary = { refused: 0 }
  const languages = { add: [] as unknown }

  function lines(parts: { head?: object; records?: object[]; languages?: unknown; summary?: unknown }): string {
    const whole = { head, records: [], languages, summary, ...parts }
    const { digest } = { digest: planDigest(whole as unknown as Parameters<typeof planDigest>[0]) }
    const last = { summary: whole.summary, languages: whole.languages, digest }
    return [whole.head, ...whole.records, last].map((one) => JSON.stringify(one)).join('\n')
  }

  const wrong = [null, 0, '', 'x', true, [], [null], {}, { set: null }, { add: [1] }, '__proto__']

  it.each([
    ...wrong.map((from) => ['from', lines({ records: [{ ...record, from }] })] as const),
    ...wrong.map((at) => ['at', lines({ records: [{ ...record, at }] })] as const),
    ...wrong.map((change) => ['changes', lines({ records: [{ ...record, changes: [change] }] })] as const),
    ...wrong.map((own) => ['languages', lines({ languages: own })] as const),
    ...wrong
      .filter((add) => !Array.isArray(add) || add.length > 0)
      .map((add) => ['languages', lines({ languages: { add } })] as const),
    ...wrong.map((own) => ['summary', lines({ summary: own })] as const),
    ...wrong
      .map((sets) => ['sets', lines({ head: { ...head, sets: sets ?? 1 } })] as const)
      .filter(([, text]) => !text.includes('"sets":{}')),
    ['summary', lines({ records: [{ ...record, action: 'refused' }] })] as const,
  ])('is refused for its %s', async (_, body) => {
    const answer = await fetch(`${server.http}/_relata/term-store/apply`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'invalidRequest', target: 'plan' } })
  })

  it.each(['__proto__', 'xx-YY', 'de-de', ''])("adds no language '%s' to the store", async (tag) => {
    const job = await applied(anybody, lines({ languages: { add: [tag] } }))
    expect(job).toMatchObject({ state: 'failed', error: { code: 'invalidRequest', target: 'plan' } })
    expect((await server.send('GET', '/v1.0/termStore')).body.languageTags).not.toContain(tag)
  })
})

it.each(['', ';%23', '%0A'])("an export takes no delimiter '%s'", async (delimiter) => {
  const answer = await fetch(`${server.http}/_relata/term-store/export?format=pnp-text&delimiter=${delimiter}`)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { target: 'delimiter' } })
})

it('one plan that is sent many times at once is one job', async () => {
  const { otherSet } = world
  const changes = [{ member: 'labels.en-US.default', from: null, to: 'Once' }]
  const record = { kind: 'term', action: 'create', id: stranger, set: otherSet, parent: null, changes } as const
  const text = await forged([record], [otherSet])
  const jobs = await Promise.all(
    [1, 2, 3, 4, 5].map(() => server.parts.exchange.apply(anybody, Buffer.from(text), false)),
  )
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(1)
  await server.parts.exchange.settle()
  expect(await server.parts.exchange.job(anybody, jobs[0]?.id ?? '')).toMatchObject({ state: 'done', done: 1 })
})

it('of two plans for one set that are applied at once, one is stale', async () => {
  const { otherSet, term: id } = world
  const named = (to: string) =>
    forged(
      [
        {
          ...{ kind: 'term', action: 'update', id, set: otherSet, parent: null },
          changes: [{ member: 'labels.en-US.default', from: 'Shared', to }],
        } as Partial<PlanRecord>,
      ],
      [otherSet],
    )
  const texts = [await named('One'), await named('Other')]
  const jobs = await Promise.all(texts.map((text) => server.parts.exchange.apply(anybody, Buffer.from(text), false)))
  await server.parts.exchange.settle()
  const ends = await Promise.all(jobs.map((job) => server.parts.exchange.job(anybody, job.id)))
  expect(ends.map(({ state }) => state).sort()).toEqual(['done', 'failed'])
  expect(ends.find(({ state }) => state === 'failed')?.stale).toEqual([otherSet])
})
