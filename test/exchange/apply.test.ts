import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportDoc } from '#app/adapters/taxonomy/chosen.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import type { Actor } from '#edm/ports.ts'
import { canonicalForm } from '#exchange/doc/canonical.ts'
import type { Doc, NodeDoc, SetDoc, TermDoc } from '#exchange/document.ts'
import { type PlanRecord, planDigest, planText } from '#exchange/plan/records.ts'
import { randomDocument } from '../_support/documents.ts'
import { plannedOn } from '../_support/planned.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
const caller = { tenantId: wellKnown.contoso, actor: undefined }
const languages = ['en-US', 'de-DE']

beforeAll(async () => {
  server = await startTestServer({ seed: 'default' })
  const { body } = await server.send('GET', '/v1.0/termStore')
  await server.send('PATCH', '/v1.0/termStore', { languageTags: [...new Set([...body.languageTags, ...languages])] })
})

afterAll(() => server.close())

async function planned(doc: Doc, options = {}) {
  return plannedOn(server, caller, { doc, as: 'relata-json', source: [], options })
}

async function applied(doc: Doc, options = {}) {
  const { exchange } = server.parts
  const plan = await planned(doc, options)
  const job = await exchange.apply(caller, Buffer.from(planText(plan)), false)
  await exchange.settle()
  return { plan, job: await exchange.job(caller, job.id) }
}

function withoutSites(doc: Doc): Doc {
  return { ...doc, groups: doc.groups.map(({ scope: _, siteId: __, ...group }) => group) }
}

function onlyGroups(doc: Doc, ids: ReadonlySet<string | undefined>): Doc {
  return { ...doc, groups: doc.groups.filter(({ id }) => ids.has(id)) }
}

/** What `relata check` finds. */
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

let line = 0

function at(path: string) {
  line += 1
  return { file: 'a.json', line, path }
}

function home(label: string, more: Partial<TermDoc> & { children?: readonly NodeDoc[] } = {}): NodeDoc {
  const { children = [], ...term } = more
  return { at: at(label), kind: 'home', term: { labels: { 'en-US': { default: label } }, ...term }, children }
}

function set(name: string, children: readonly NodeDoc[], more: Partial<SetDoc> = {}): SetDoc {
  return { at: at(name), names: { 'en-US': name }, complete: false, children, ...more }
}

let groups = 0

/** Sets in a group of their own. */
function docOf(...sets: readonly SetDoc[]): Doc {
  groups += 1
  return inGroup(`Group of test ${groups}`, ...sets)
}

function inGroup(name: string, ...sets: readonly SetDoc[]): Doc {
  return { groups: [{ at: at(name), name, complete: false, sets }], faults: [] }
}

function id(number: number): string {
  return `0a000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

async function setNamed(name: string): Promise<string> {
  const { body } = await server.send('GET', '/v1.0/termStore/sets')
  return body.value.find((one: { localizedNames: { name: string }[] }) => one.localizedNames[0]?.name === name).id
}

async function labelsIn(setId: string): Promise<string[]> {
  const { body } = await server.send('GET', `/v1.0/termStore/sets/${setId}/terms`)
  return body.value.map((one: { labels: { name: string }[] }) => one.labels[0]?.name).sort()
}

describe('a plan that is applied', () => {
  it('makes a random taxonomy as it is, and the plan after it is empty', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const doc = withoutSites(randomDocument(seed, { languages, terms: 40 }))
      // Names of groups are unique in the store.
      const named = { ...doc, groups: doc.groups.map((group) => ({ ...group, name: `${group.name} ${seed}` })) }
      const { plan, job } = await applied(named)
      expect(job).toMatchObject({ state: 'done', done: plan.records.length, stale: [] })
      const ids = new Set(named.groups.map((group) => group.id))
      const back = {
        ...onlyGroups(await exportDoc(server.parts.store, caller.tenantId, {}), ids),
        languageTags: languages,
      }
      expect(canonicalForm(back)).toBe(canonicalForm(named))
      expect((await planned(named)).records).toEqual([])
    }
    expect(await faults()).toEqual([])
  }, 60_000)

  it('takes terms to other places, levels and sets, where pins follow', async () => {
    const pin: NodeDoc = { at: at('pin'), kind: 'pin', term: { id: id(1) }, children: [] }
    const deep = home('A', { id: id(1), children: [home('B', { id: id(2), children: [home('C', { id: id(3) })] })] })
    const doc = docOf(set('Moves from', [deep]), set('Moves to', [home('X', { id: id(4) })]), set('Pins', [pin]))
    await applied(doc)
    const name = doc.groups[0]?.name ?? ''
    const turned = [home('C', { id: id(3), children: [home('A', { id: id(1) })] })]
    await applied(
      inGroup(
        name,
        set('Moves from', turned),
        set('Moves to', [home('X', { id: id(4), children: [home('B', { id: id(2) })] })]),
      ),
    )
    expect(await labelsIn(await setNamed('Moves from'))).toEqual(['A', 'C'])
    expect(await labelsIn(await setNamed('Moves to'))).toEqual(['B', 'X'])
    expect(await labelsIn(await setNamed('Pins'))).toEqual(['A'])
    expect(await faults()).toEqual([])
  })

  it('lets go what a whole file does not hold; what others use becomes an orphan', async () => {
    const pin: NodeDoc = { at: at('pin'), kind: 'pin', term: { id: id(11) }, children: [] }
    const doc = docOf(
      set('Whole', [
        home('Used', { id: id(11), children: [home('Below', { id: id(12) })] }),
        home('Gone', { id: id(13) }),
        home('Kept'),
      ]),
      set('User', [pin]),
    )
    await applied(doc)
    const name = doc.groups[0]?.name ?? ''
    const { plan } = await applied(inGroup(name, set('Whole', [home('Kept')], { complete: true })), {
      missing: 'delete',
      maxMissing: 3,
    })
    expect(plan.records.map(({ action }) => action)).toEqual(['delete', 'delete', 'delete'])
    expect(await labelsIn(await setNamed('Whole'))).toEqual(['Kept'])
    expect(await labelsIn(await setNamed('User'))).toEqual(['Below', 'Used'])
    expect((await server.send('GET', `/v1.0/termStore/sets/${await setNamed('Whole')}/terms/${id(13)}`)).status).toBe(
      404,
    )
    expect(await faults()).toEqual([])
  })

  it('merges a term that the file has as a merged id, by the rules of the verb', async () => {
    const doc = docOf(
      set('Cars', [
        home('Vehicle', { id: id(21) }),
        home('Car', { id: id(22), labels: { 'en-US': { default: 'Car', synonyms: ['Auto'] } } }),
      ]),
    )
    await applied(doc)
    const merged = home('Vehicle', { id: id(21), mergedTermIds: [id(22)] })
    const { plan, job } = await applied(inGroup(doc.groups[0]?.name ?? '', set('Cars', [merged])))
    expect(plan.records.map(({ action, into }) => [action, into])).toEqual([['merge', id(21)]])
    expect(job).toMatchObject({ state: 'done' })
    const { body } = await server.send('GET', `/v1.0/termStore/sets/${await setNamed('Cars')}/terms/${id(21)}`)
    expect(body.labels.map((one: { name: string }) => one.name)).toEqual(['Vehicle', 'Car', 'Auto'])
    expect((await server.send('GET', `/v1.0/termStore/sets/${await setNamed('Cars')}/terms/${id(22)}`)).body.id).toBe(
      id(21),
    )
    expect(await faults()).toEqual([])
  })

  it('is one change of the history for each step, by the name of the import', async () => {
    const { job } = await applied(docOf(set('Recorded', [home('One'), home('Two')])))
    const { recordedRow } = await import('#edm/records/recording.ts')
    const rows = await server.parts.store.read(wellKnown.contoso, (tx) => tx.find(recordedRow, {}))
    const own = rows.filter(({ origin }) => origin?.includes(job.id))
    expect(own.map(({ verb, count }) => [verb, count])).toEqual([
      ['import', 1],
      ['import', 1],
      ['import', 2],
    ])
  })

  it('does nothing in a set that has changed since, and everything in the others', async () => {
    const doc = docOf(set('P', [home('One', { id: id(31) })]), set('Q', [home('Two', { id: id(32) })]))
    await applied(doc)
    const name = doc.groups[0]?.name ?? ''
    const next = inGroup(name, set('P', [home('Uno', { id: id(31) })]), set('Q', [home('Due', { id: id(32) })]))
    const { exchange } = server.parts
    const plan = await planned(next)
    const [p, q] = [await setNamed('P'), await setNamed('Q')]
    await server.send('PATCH', `/v1.0/termStore/sets/${q}/terms/${id(32)}`, {
      labels: [{ name: 'Zwei', languageTag: 'en-US', isDefault: true }],
    })
    const job = await exchange.apply(caller, Buffer.from(planText(plan)), false)
    await exchange.settle()
    const ended = { id: job.id, state: 'failed', done: 1, total: 2, stale: [q] }
    expect(await exchange.job(caller, job.id)).toMatchObject(ended)
    expect([await labelsIn(p), await labelsIn(q)]).toEqual([['Uno'], ['Zwei']])
    // The same plan answers with its first result.
    expect(await exchange.apply(caller, Buffer.from(planText(plan)), false)).toMatchObject(ended)
    await exchange.settle()
    const again = await applied(next)
    expect(again.plan.records.map(({ action, at: { path } }) => `${action} ${path}`)).toEqual(['update Due'])
    expect(await labelsIn(q)).toEqual(['Due'])
  })

  it('applied twice at once is one job; of two plans for one set the second is stale', async () => {
    const doc = docOf(set('Once', [home('One', { id: id(41) })]))
    await applied(doc)
    const name = doc.groups[0]?.name ?? ''
    const [a, b] = [
      await planned(inGroup(name, set('Once', [home('A', { id: id(41) })]))),
      await planned(inGroup(name, set('Once', [home('B', { id: id(41) })]))),
    ]
    const { exchange } = server.parts
    const jobs = await Promise.all([a, a, b].map((plan) => exchange.apply(caller, Buffer.from(planText(plan)), false)))
    await exchange.settle()
    expect(jobs[1]?.id).toBe(jobs[0]?.id)
    const states = await Promise.all([jobs[0], jobs[2]].map((one) => exchange.job(caller, one?.id ?? '')))
    expect(states.map(({ state, stale }) => [state, stale.length]).sort()).toEqual([
      ['done', 0],
      ['failed', 1],
    ])
  })

  it('is refused as a whole where one record is, unless the caller allows it', async () => {
    const doc = docOf(set('Partly', [home('Good'), home('Bad;one')]))
    const plan = await planned(doc)
    const { exchange } = server.parts
    await expect(exchange.apply(caller, Buffer.from(planText(plan)), false)).rejects.toMatchObject({ kind: 'conflict' })
    const job = await exchange.apply(caller, Buffer.from(planText(plan)), true)
    await exchange.settle()
    expect(await exchange.job(caller, job.id)).toMatchObject({ state: 'done' })
    expect(await labelsIn(await setNamed('Partly'))).toEqual(['Good'])
  })
})

describe('who may', () => {
  const person = '0a000000-0000-4000-8000-0000000000aa'
  const actor: Actor = {
    kind: 'user',
    tenantId: wellKnown.contoso,
    userId: person,
    permissions: new Set(['TermStore.ReadWrite.All']),
  }
  const hers = { tenantId: wellKnown.contoso, actor }

  async function appoint(groupId: string): Promise<void> {
    const { user } = await import('#workloads/directory/people.ts')
    const { group } = await import('#workloads/term-store/types.ts')
    await server.parts.store.write(wellKnown.contoso, async (tx) => {
      if ((await tx.get(user, person)) === undefined)
        await tx.insert(user, {
          id: person,
          displayName: 'Cleo',
          userPrincipalName: 'cleo@contoso.example',
          accountEnabled: true,
        })
      await tx.update(group, groupId, { contributors: [person] })
    })
  }

  it('is told by the plan, for each record that needs a role which the caller does not hold', async () => {
    const made = taxonomyOver(server.send)
    const [own, other] = [await made.group('Hers'), await made.group('Not hers')]
    await made.set(own, 'Her set')
    await made.set(other, 'Their set')
    await appoint(own)
    const doc: Doc = {
      groups: [
        ...inGroup('Hers', set('Her set', [home('Mine')])).groups,
        ...inGroup('Not hers', set('Their set', [home('Theirs')])).groups,
      ],
      faults: [],
    }
    const plan = await plannedOn(server, hers, { doc, as: 'json', source: [], options: {} })
    expect(plan.records.map(({ action, at: { path }, faults: [fault] }) => [action, path, fault?.code])).toEqual([
      ['create', 'Mine', undefined],
      ['refused', 'Theirs', 'role'],
    ])
    expect(plan.records[1]?.faults[0]?.text).toContain("contributor of the group 'Not hers'")
  })

  it('is asked again when the plan is applied, whoever made it', async () => {
    const plan = await planned(inGroup('Not hers', set('Their set', [home('Smuggled')])))
    const { exchange } = server.parts
    const job = await exchange.apply(hers, Buffer.from(planText(plan)), false)
    await exchange.settle()
    expect(await exchange.job(hers, job.id)).toMatchObject({ state: 'failed', error: { code: 'accessDenied' } })
    expect(await labelsIn(await setNamed('Their set'))).toEqual([])
  })

  it('sees the jobs of her own only', async () => {
    const { job } = await applied(docOf(set('Hidden', [home('One')])))
    await expect(server.parts.exchange.job(hers, job.id)).rejects.toMatchObject({ kind: 'notFound' })
  })
})

describe('a plan from outside', () => {
  const good: Partial<PlanRecord> = { kind: 'term', action: 'create', notes: [], faults: [], changes: [] }

  /** Of a set, as a plan has it: none is stale. */
  async function digests() {
    const setId = await setNamed('Recorded')
    const { digestOfSet } = await import('#exchange/plan/taxonomy/digest.ts')
    const { readTaxonomy } = await import('#app/adapters/taxonomy/read-taxonomy.ts')
    const digest = await server.parts.store.read(wellKnown.contoso, async (tx) =>
      digestOfSet(await readTaxonomy(tx, { sets: [setId], withSharing: true }), setId),
    )
    return { [setId]: { digest } }
  }

  /** A plan with a record that no import makes. */
  async function forged(record: Partial<PlanRecord>) {
    const { exchange } = server.parts
    const base = await planned(docOf())
    const records = [{ at: at('x'), id: id(90), ...good, ...record } as PlanRecord]
    const plan = { ...base, head: { ...base.head, sets: await digests() }, records }
    const job = await exchange.apply(caller, Buffer.from(planText({ ...plan, digest: planDigest(plan) })), false)
    await exchange.settle()
    const { state, error } = await exchange.job(caller, job.id)
    return { state, code: error?.code, message: error?.message }
  }

  it.each([
    [
      'a label with a character that is not allowed',
      { changes: [{ member: 'labels.en-US.default', from: null, to: 'a;b' }] },
      'invalidRequest',
    ],
    [
      'a language that the store does not have',
      { changes: [{ member: 'labels.xx-XX.default', from: null, to: 'a' }] },
      'invalidRequest',
    ],
    ['a member that is none', { changes: [{ member: 'id', from: null, to: 'a' }] }, 'invalidRequest'],
    ['an id that is none', { id: 'x' }, 'invalidRequest'],
    ['a set that is not there', { set: id(91), parent: null }, 'conflict'],
    [
      'a list where a text is',
      { changes: [{ member: 'descriptions.en-US', from: null, to: ['a'] }] },
      'invalidRequest',
    ],
  ])('is refused for %s', async (_name, record, code) => {
    const place = { set: await setNamed('Recorded'), parent: null }
    const { state, code: told } = await forged({ ...place, ...record } as Partial<PlanRecord>)
    expect([state, told]).toEqual(['failed', code])
  })

  it('does not touch what belongs to the system', async () => {
    const { body } = await server.send('GET', '/v1.0/termStore/sets')
    const keywords = body.value.find(
      (one: { localizedNames: { name: string }[] }) => one.localizedNames[0]?.name === 'Keywords',
    )
    const { digestOfSet } = await import('#exchange/plan/taxonomy/digest.ts')
    const { readTaxonomy } = await import('#app/adapters/taxonomy/read-taxonomy.ts')
    const digest = await server.parts.store.read(wellKnown.contoso, async (tx) =>
      digestOfSet(await readTaxonomy(tx, { sets: [keywords.id], withSharing: true }), keywords.id),
    )
    const base = await planned(docOf())
    const change = { member: 'labels.en-US.default', from: null, to: 'Mine' }
    const record = { at: at('x'), id: id(95), ...good, set: keywords.id, parent: null, changes: [change] } as PlanRecord
    const plan = { ...base, head: { ...base.head, sets: { [keywords.id]: { digest } } }, records: [record] }
    const { exchange } = server.parts
    const job = await exchange.apply(caller, Buffer.from(planText({ ...plan, digest: planDigest(plan) })), false)
    await exchange.settle()
    expect(await exchange.job(caller, job.id)).toMatchObject({ state: 'failed', error: { code: 'accessDenied' } })
  })
})
