/**
 * Work on files that takes long is done in a process of its own: others are answered meanwhile, and what takes too much time
 * or memory is refused.
 * @module-tag slow
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { taxonomyExchangeOf } from '#app/adapters/taxonomy/exchange.ts'
import { storedJobs } from '#app/adapters/taxonomy/jobs.ts'
import { TooMuch, usualLimits, type WorkLimits, workshopWith } from '#app/adapters/taxonomy/work/workshop.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

// Other work of the machine may be in the way of what is large.
vi.setConfig({ testTimeout: 180_000 })

let server: TestServer
const caller = { tenantId: wellKnown.contoso, actor: undefined }

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

const header = [
  'Term Set Name,Term Set Description,LCID,Available for Tagging,Term Description',
  ...[1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`),
].join(',')

/** Tops with a hundred children each. */
function csv(name: string, terms: number): string {
  const rows = [header, `${name},,1033,,`]
  for (let at = 0; at < terms; at++) {
    const top = Math.floor(at / 100)
    rows.push(at % 100 === 0 ? `,,,TRUE,,Top ${top}` : `,,,TRUE,About ${at},Top ${top},Leaf ${at}`)
  }
  return rows.join('\n')
}

function post(path: string, body: string | Uint8Array): Promise<Response> {
  const headers = { 'content-type': 'application/octet-stream' }
  return fetch(`${server.http}/_relata/term-store/${path}`, { method: 'POST', headers, body: Buffer.from(body) })
}

const planPath = (group: string) => `plan?file=a.csv&group=${group}`

interface PlanEnd {
  readonly codes: string[]
  readonly summary: { readonly create: number; readonly refused: number }
  readonly digest: string
}

function endOf(text: string): PlanEnd {
  const lines = text.trimEnd().split('\n')
  const codes = lines.slice(1, -1).flatMap((line) => JSON.parse(line).remark?.code ?? [])
  return { ...JSON.parse(lines.at(-1) as string), codes }
}

/** What the server would do with these limits. */
function exchangeWith(limits: Partial<WorkLimits>, store = server.parts.store) {
  const { ids, inTenant } = server.parts
  return taxonomyExchangeOf({
    store,
    ids,
    jobs: storedJobs,
    settings: defaultSettings,
    inTenant: (tenantId, actor, _, work) => inTenant(tenantId, actor, work),
    report: (error) => {
      throw error
    },
    workshop: workshopWith({ ...usualLimits(), idleMillis: 1_000, ...limits }),
  })
}

async function planWith(exchange: ReturnType<typeof exchangeWith>, file: string, text: string): Promise<PlanEnd> {
  const made = await exchange.plan(caller, { file, bytes: Buffer.from(text) }, () => ({ group: 'Not made' }))
  return endOf(Buffer.from(made).toString())
}

/** Requests that are answered while something else is: how many, and the longest one. */
async function besides<T>(work: Promise<T>) {
  let isOver = false
  let [count, longest] = [0, 0]
  const began = performance.now()
  const ended = work.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const asked = performance.now()
    const answer = await server.send('GET', '/v1.0/termStore')
    expect(answer.status).toBe(200)
    longest = Math.max(longest, performance.now() - asked)
    count += 1
  }
  return { value: await ended, count, share: longest / (performance.now() - began) }
}

const commandOf = (id: string): string => {
  try {
    const isOurs = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === `${process.pid}`
    return isOurs ? readFileSync(`/proc/${id}/cmdline`, 'utf8') : ''
  } catch {
    return ''
  }
}
const processes = (): string[] =>
  readdirSync('/proc').filter((id) => /^\d+$/.test(id) && commandOf(id).includes('exchange-process'))

describe('a plan and an export of 30,000 terms', () => {
  const terms = 30_000

  it('are made while others are answered, and the plan is applied by its digest', async () => {
    const plan = await besides(post(planPath('Large'), csv('Large', terms)).then((answer) => answer.text()))
    const { summary, digest } = endOf(plan.value)
    expect(summary).toMatchObject({ create: terms + 2, refused: 0 })
    expect(plan.count).toBeGreaterThan(20)
    expect(plan.share).toBeLessThan(0.5)
    const answer = await post('apply', JSON.stringify({ plan: digest }))
    const { id } = (await answer.json()) as { id: string }
    await server.parts.exchange.settle()
    const job = await (await fetch(`${server.http}/_relata/term-store/jobs/${id}`)).json()
    expect(job).toMatchObject({ state: 'done', done: terms + 2 })
    for (const format of ['sharepoint-csv', 'turtle']) {
      const asked = fetch(`${server.http}/_relata/term-store/export?format=${format}&set=Large`)
      const file = await besides(asked.then((found) => found.text()))
      expect(file.count).toBeGreaterThan(10)
      expect(file.share).toBeLessThan(0.5)
      expect(file.value.match(/Leaf \d+"/g)).toHaveLength(terms - terms / 100)
    }
    const found = await besides(fetch(`${server.http}/_relata/term-store/validate?set=Large`).then((one) => one.text()))
    expect(found.count).toBeGreaterThan(10)
    const sets = await server.send('GET', "/v1.0/termStore/sets?$filter=localizedNames/any(n:n/name eq 'Large')")
    const body = { set: sets.body.value[0].id }
    const asked = await besides(server.send('POST', '/v1.0/termStore/relata.validate', body))
    expect(asked.value.status, asked.value.text).toBe(200)
    expect(asked.count).toBeGreaterThan(10)
    expect(asked.share).toBeLessThan(0.5)
    const lines = found.value.trimEnd().split('\n').slice(0, -1)
    expect(asked.value.body.value).toHaveLength(lines.length)
  })
})

describe('work that takes too much', () => {
  it('of memory is refused with the fault limit, and the next plan is made', async () => {
    const exchange = exchangeWith({ memoryMegabytes: 32 })
    const large = await planWith(exchange, 'large.csv', csv('Huge', 60_000))
    expect(large).toMatchObject({ codes: ['limit'], summary: { create: 0, refused: 1 } })
    const next = await planWith(exchange, 'small.csv', csv('Next', 1_000))
    expect(next).toMatchObject({ codes: [], summary: { create: 1_002, refused: 0 } })
    expect(await server.send('GET', '/v1.0/termStore')).toMatchObject({ status: 200 })
  })

  it('of time is refused with the fault limit: JSON-LD in one object, for which the library takes the square of its length', async () => {
    const exchange = exchangeWith({ millis: 5_000 })
    const nodes = Array.from({ length: 100_000 }, (_, at) => ({
      '@id': `https://example.org/v/${at}`,
      '@type': 'http://www.w3.org/2004/02/skos/core#Concept',
    }))
    const one = { '@id': 'https://example.org/v', 'http://www.w3.org/2004/02/skos/core#hasTopConcept': nodes }
    const late = await planWith(exchange, 'one.jsonld', JSON.stringify(one))
    expect(late).toMatchObject({ codes: ['limit'], summary: { create: 0, refused: 1 } })
    expect(await planWith(exchange, 'next.csv', csv('After', 1_000))).toMatchObject({ codes: [] })
  })

  it('ends the process, whatever in it asks for the memory', async () => {
    const workshop = workshopWith({ ...usualLimits(), memoryMegabytes: 32, idleMillis: 1_000 })
    // A map that grows ends a whole process at once: in a thread it would have been that of the server.
    const names = Array.from({ length: 100_000 }, (_, at) => `g|s|${at}`).join('\n')
    for (const [file, text] of [
      ['a.txt', names],
      ['a.json', `[${'{"a":[1,2,{"b":"xyz"}]},'.repeat(200_000)}1]`],
      ['a.xml', `<a>${'<b c="d"/>'.repeat(300_000)}</a>`],
    ] as const) {
      const read = workshop.run('t', false, async (work) => {
        await work.give(Buffer.from(text))
        return work.read({ file, defaultLanguage: 'en-US' })
      })
      await expect(read.catch((error: unknown) => error)).resolves.toSatisfy(
        (found) => found instanceof TooMuch || (found as { as?: string }).as !== undefined,
      )
      expect(await server.send('GET', '/v1.0/termStore')).toMatchObject({ status: 200 })
    }
  })
})

describe('the process', () => {
  it('that is killed from outside is started again, and its work is done by the next one', async ({ skip }) => {
    if (!existsSync('/proc/self/stat')) skip('needs /proc')
    const asked = post(planPath('Killed'), csv('Killed', 3_000)).then((answer) => answer.text())
    await vi.waitFor(() => expect(processes()).not.toEqual([]), { timeout: 10_000, interval: 5 })
    for (const id of processes()) process.kill(Number(id), 'SIGKILL')
    expect(endOf(await asked)).toMatchObject({ codes: [], summary: { create: 3_002 } })
  })

  it('ends when it was idle for a while', async ({ skip }) => {
    if (!existsSync('/proc/self/stat')) skip('needs /proc')
    const before = new Set(processes())
    await planWith(exchangeWith({ idleMillis: 50 }), 'idle.csv', csv('Idle', 1_000))
    await vi.waitFor(() => expect(processes().filter((id) => !before.has(id))).toEqual([]), { timeout: 10_000 })
  })
})

it('more plans than wait for a tenant are refused with 429 and Retry-After, and the others are made', async () => {
  const file = csv('Crowd', 600)
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(planPath('Crowd'), file)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(answers.length - refused.length)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]?.headers.get('retry-after')).toBe('5')
  expect(await refused[0]?.json()).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } })
})

it('a set that is changed between two of its pages is read again, so that a file is of one state; an export has the limits too', async () => {
  const plan = await (await post(planPath('Torn'), csv('Torn', 1_200))).text()
  await post('apply', plan)
  await server.parts.exchange.settle()
  const setOf = async (): Promise<{ id: string; children: { id: string; labels: object }[] }> => {
    const found = await fetch(`${server.http}/_relata/term-store/export?format=json&set=Torn`)
    return ((await found.json()) as { groups: { sets: never[] }[] }).groups[0]?.sets[0] as never
  }
  const { id, children } = await setOf()
  const top = children.find(({ labels }) => JSON.stringify(labels).includes('"Top 3"'))
  const { store } = server.parts
  let pages = 0
  const changing: typeof store = {
    ...store,
    prepare: store.prepare.bind(store),
    read: (tenantId, work, deadline) =>
      store.read(
        tenantId,
        (tx) =>
          work({
            ...tx,
            query: async (query, bind) => {
              const found = await tx.query(query, bind)
              pages += 1
              if (pages === 1)
                expect(await server.send('DELETE', `/v1.0/termStore/sets/${id}/terms/${top?.id}`)).toMatchObject({
                  status: 204,
                })
              return found
            },
          }),
        deadline,
      ),
  }
  const file = await exchangeWith({}, changing).export(caller, { sets: ['Torn'] }, 'sharepoint-csv', {})
  const text = Buffer.from(file.bytes).toString()
  expect(pages).toBeGreaterThan(3)
  expect(text.match(/Leaf \d+"/g)).toHaveLength(1_200 - 12 - 99)
  expect(text).not.toContain('Top 3"')
  // Of a store of that size, what takes too much is an error that names the limit.
  await expect(exchangeWith({ millis: 1 }).export(caller, {}, 'json', {})).rejects.toMatchObject({
    kind: 'invalid',
    facts: { check: 'limit.time', details: [{ code: 'limit' }] },
  })
})
