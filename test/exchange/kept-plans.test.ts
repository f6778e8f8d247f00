import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepPlan } from '#app/adapters/taxonomy/applying.ts'
import { storedJobs } from '#app/adapters/taxonomy/jobs.ts'
import { mostKeptBytes, mostKeptPlans } from '#app/adapters/taxonomy/kept-plans.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Actor } from '#edm/ports.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

async function post(path: string, body: string, app?: string): Promise<Response> {
  const token = app === undefined ? {} : { authorization: `Bearer ${await server.token(wellKnown.contoso, app)}` }
  const headers = { 'content-type': 'application/octet-stream', ...token }
  return fetch(`${server.http}/_relata/term-store/${path}`, { method: 'POST', headers, body })
}

/** Returns the digest. */
async function planned(name: string, app?: string): Promise<string> {
  const text = await (await post('plan?format=pnp-text', `Kept|${name}|A term`, app)).text()
  return JSON.parse(text.trimEnd().split('\n').at(-1) as string).digest
}

async function isKept(digest: string): Promise<boolean> {
  const found = await server.parts.store.read(wellKnown.contoso, (tx) => storedJobs.ofDigest(tx, 'terms-plan', digest))
  return found.length === 1
}

async function keptOf(digests: readonly string[]): Promise<boolean[]> {
  return Promise.all(digests.map(isKept))
}

async function manyPlanned(name: string, count: number, app?: string): Promise<string[]> {
  const digests: string[] = []
  for (let at = 0; at < count; at++) digests.push(await planned(`${name} ${at}`, app))
  return digests
}

it('of many plans the last ones are kept, first those of whoever makes them go, and those that are applied stay', async () => {
  const applied = await planned('Applied')
  const job = (await (await post('apply', JSON.stringify({ plan: applied }))).json()) as { id: string }
  await server.parts.exchange.settle()
  const others = await manyPlanned('Others', 3)
  // Whoever may only read makes many.
  const readers = await manyPlanned('Readers', mostKeptPlans + 2, wellKnown.reader)
  expect(await keptOf(others)).toEqual([true, true, true])
  expect((await keptOf(readers)).filter(Boolean)).toHaveLength(mostKeptPlans - 3)
  expect(await isKept(readers.at(-1) as string)).toBe(true)
  const gone = await post('apply', JSON.stringify({ plan: readers[0] }))
  expect(gone.status).toBe(404)
  expect(await gone.text()).toContain(`at most ${mostKeptPlans}`)
  const again = await post('apply', JSON.stringify({ plan: applied }))
  expect(await again.json()).toMatchObject({ id: job.id, state: 'done' })
  const rows = await server.parts.store.read(wellKnown.contoso, (tx) => storedJobs.ofKind(tx, 'terms-plan'))
  expect(rows).toHaveLength(mostKeptPlans + 1)
})

it('their bytes have a limit too, and the pieces of those that go, go with them', {
  tags: ['slow'],
  timeout: 120_000,
}, async () => {
  const { store, ids, inTenant } = server.parts
  const facts = {
    store,
    ids,
    jobs: storedJobs,
    settings: defaultSettings,
    inTenant: <T>(tenantId: string, actor: Actor, _: string | undefined, work: Parameters<typeof inTenant<T>>[2]) =>
      inTenant(tenantId, actor, work),
    report: () => undefined,
  }
  const caller = { tenantId: wellKnown.contoso, actor: undefined }
  // Each is nearly a third of what may be kept, written as one line.
  const line = Buffer.alloc(Math.floor(mostKeptBytes / 3) - 1_000_000, 0x20)
  const digests = ['one', 'two', 'three', 'four']
  for (const digest of digests) await keepPlan(facts, caller, { digest, total: 0, bytes: line })
  expect(await keptOf(digests)).toEqual([false, true, true, true])
  const piece = (digest: string) => store.read(wellKnown.contoso, (tx) => storedJobs.get(tx, `${digest}-0`))
  expect(await piece('one')).toBeUndefined()
  expect((await piece('two'))?.content).toHaveLength(line.length)
})
