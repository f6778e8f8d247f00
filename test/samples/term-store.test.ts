/** The documented samples of the term store: test/samples/term-store.ts. */
import { afterAll, beforeAll, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, names, type Taxonomy } from '../_support/taxonomy.ts'
import { compareWith, type Ready } from './compare.ts'
import { type Rows, rowsOn } from './rows.ts'
import { type Sample, titleOf } from './sample.ts'
import { termStoreSamples } from './term-store.ts'

let server: TestServer
let rows: Rows
beforeAll(async () => {
  server = await startTestServer()
  rows = await rowsOn(server)
})
afterAll(() => server.close())

const branch = async (taxonomy: Taxonomy, more = {}) => {
  const group = await taxonomy.group(crypto.randomUUID(), more)
  const set = await taxonomy.set(group)
  const term = await taxonomy.term(set)
  return { group, set, term }
}

const storeId = async (): Promise<string> => {
  const { body } = await rows.quiet('GET', '/v1.0/termStore')
  return (body as { readonly id: string }).id
}

const preparations: Readonly<Record<string, () => Promise<Ready>>> = {
  nothing: async () => ({}),
  language: async () => ({ body: { defaultLanguageTag: 'en-US' } }),
  name: async () => ({ body: { displayName: `Named ${crypto.randomUUID()}` } }),
  group: async () => ({ at: { group: await rows.taxonomy.group() } }),
  'group of a site': async () => ({
    at: { group: await rows.ofSite.group(crypto.randomUUID(), { scope: 'siteCollection' }), site: rows.teamSite },
  }),
  'term of a site': async () => ({
    at: { ...(await branch(rows.ofSite, { scope: 'siteCollection' })), site: rows.teamSite },
  }),
  set: async () => ({ at: await branch(rows.taxonomy) }),
  'body of a set': async () => ({
    body: {
      '@odata.type': '#microsoft.graph.termStore.set',
      parentGroup: { id: await rows.taxonomy.group() },
      localizedNames: names('Instruments'),
    },
  }),
  'description of a set': async () => ({ at: await branch(rows.taxonomy), body: { description: 'Of an orchestra' } }),
  child: async () => {
    const at = await branch(rows.taxonomy)
    await rows.taxonomy.term(at)
    return { at }
  },
  'body of a term': async () => ({ at: await branch(rows.taxonomy), body: { labels: labels('Oboe') } }),
  term: async () => ({ at: await branch(rows.taxonomy) }),
  'other label': async () => ({ at: await branch(rows.taxonomy), body: { labels: labels('Cor anglais') } }),
  // Pinned at the root of a set, where the set lists it; the pinned term lists it too.
  relation: async () => {
    const shared = await branch(rows.taxonomy)
    const { set } = await branch(rows.taxonomy)
    await rows.taxonomy.pin(shared, set)
    return { at: { set, term: shared.term } }
  },
  'body of a relation': async () => {
    const at = await branch(rows.taxonomy)
    const to = await branch(rows.taxonomy)
    const body = {
      '@odata.type': '#microsoft.graph.termStore.relation',
      relationship: 'pin',
      fromTerm: { id: to.term },
      set: { id: to.set },
    }
    return { at: { ...at, store: await storeId() }, body }
  },
}

const cases = termStoreSamples.flatMap((sample) =>
  [sample.address, ...(sample.alsoAt ?? [])].map((address) => ({ title: titleOf(sample, address), sample, address })),
)

it.each(cases)('$title', async ({ sample, address }: { sample: Sample; address: string }) => {
  const prepare = preparations[sample.needs]
  if (prepare === undefined) throw new Error(`nothing makes '${sample.needs}'`)
  const ready = await prepare()
  await compareWith(server, sample, address, { ...ready, at: { site: rows.rootSite, ...ready.at } })
})
