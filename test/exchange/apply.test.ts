import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { canonicalForm } from '#exchange/canonical.ts'
import type { Doc } from '#exchange/document.ts'
import { randomDocument } from '../_support/documents.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
const caller = { tenantId: wellKnown.contoso, actor: undefined }
const languages = ['en-US', 'de-DE']

beforeAll(async () => {
  server = await startTestServer({ seed: 'default' })
  await server.send('PATCH', '/v1.0/termStore', { languageTags: languages })
})

afterAll(() => server.close())

async function planned(doc: Doc, options = {}) {
  return server.parts.exchange.plan(caller, { doc, as: 'relata-json', source: [], options })
}

async function applied(doc: Doc, options = {}) {
  const { exchange } = server.parts
  const plan = await planned(doc, options)
  await exchange.keep(caller, plan)
  const job = await exchange.apply(caller, { digest: plan.digest }, false)
  await exchange.settle()
  return { plan, job: await exchange.job(caller, job.id) }
}

function withoutSites(doc: Doc): Doc {
  return { ...doc, groups: doc.groups.map(({ scope: _, siteId: __, ...group }) => group) }
}

function onlyGroups(doc: Doc, ids: ReadonlySet<string | undefined>): Doc {
  return { ...doc, groups: doc.groups.filter(({ id }) => ids.has(id)) }
}

describe('a plan that is applied', () => {
  it('makes a random taxonomy as it is, and the plan after it is empty', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const doc = withoutSites(randomDocument(seed, { languages, terms: 40 }))
      // Names of groups are unique in the store.
      const named = { ...doc, groups: doc.groups.map((group) => ({ ...group, name: `${group.name} ${seed}` })) }
      const { plan, job } = await applied(named)
      expect(job).toMatchObject({ state: 'done', done: plan.records.length, stale: [] })
      const ids = new Set(named.groups.map(({ id }) => id))
      const back = onlyGroups(await server.parts.exchange.export(caller, {}), ids)
      expect(canonicalForm(back)).toBe(canonicalForm(named))
      const again = await planned(named)
      expect(again.records).toEqual([])
    }
  }, 60_000)
})
