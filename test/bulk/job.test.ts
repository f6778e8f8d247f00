/** GDAP in bulk as a job on the server: /_relata/gdap/plan, apply, jobs and templates (docs/gdap-bulk.md). */
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { packs } from '#bulk/packs/packs.ts'
import { bulkPlanText, parseBulkPlan } from '#bulk/plan/plan-file.ts'
import { job } from '#workloads/term-store/own-types.ts'
import { personToken } from '../_support/person-token.ts'
import { helpdesk } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import {
  customerId,
  customersCsv,
  folderWith,
  gdapOn,
  named,
  securityReader,
  serverWithCustomers,
  settingsYaml,
} from './kit.ts'

let server: TestServer
beforeAll(async () => {
  server = await serverWithCustomers(6)
})
afterAll(() => server.close())

const lines = (...numbers: readonly number[]) =>
  numbers.map((number) => ({ customerTenantId: customerId(number), template: 'desk' }))

const body = (customers: readonly object[], template: object = {}) => ({
  settings: { prefix: 'job' },
  templates: [{ name: 'desk', roles: ['Security Reader', helpdesk], ...template }],
  customers,
})

const ask = async (path: string, init?: RequestInit) => {
  const answer = await fetch(`${server.http}/_relata/gdap/${path}`, init)
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) }
}

const plan = (given: object) => ask('plan', jsonPost(given))
const apply = (digest: string | null) => ask('apply', jsonPost({ plan: digest }))

describe('/_relata/gdap', () => {
  it('plans, applies by a job, and has nothing to do then', async () => {
    const made = await plan(body(lines(1, 2)))
    expect(made).toMatchObject({ status: 200, body: { summary: { create: 2, lock: 2 }, problems: [] } })
    expect(bulkPlanText(parseBulkPlan(made.text))).toBe(made.text)
    const digest = made.headers.get('relata-plan')
    const begun = await apply(digest)
    expect(begun).toMatchObject({ status: 202, body: { state: 'running', total: 4, plan: digest } })
    expect(begun.headers.get('location')).toMatch(/\/_relata\/gdap\/jobs\/[0-9a-f-]{36}$/)
    await server.parts.bulk.settle()
    const done = await ask(`jobs/${begun.body.id}`)
    expect(done.body).toMatchObject({ state: 'done', done: 4, total: 4, failed: 0, failures: [], stale: [] })
    const [step] = made.body.steps
    expect(await named(server, step.key)).toMatchObject({
      status: 'approvalPending',
      accessDetails: { unifiedRoles: [{ roleDefinitionId: securityReader }, { roleDefinitionId: helpdesk }] },
    })
    const again = await plan(body(lines(1, 2)))
    expect(again.body).toMatchObject({ steps: [], summary: { waitingForApproval: 2 } })
    // The same plan is the same job.
    expect((await apply(digest)).body).toMatchObject({ id: begun.body.id, state: 'done' })
  })

  it('is stopped, and goes on when it is applied again', async () => {
    const made = await plan(body(lines(3, 4, 5)))
    const digest = made.headers.get('relata-plan')
    const begun = await apply(digest)
    const stopped = await ask(`jobs/${begun.body.id}`, { method: 'DELETE' })
    expect(['stopped', 'done']).toContain(stopped.body.state)
    await apply(digest)
    await server.parts.bulk.settle()
    expect((await ask(`jobs/${begun.body.id}`)).body).toMatchObject({ state: 'done', done: 6 })
  })

  it('is left to another process that goes on with it: the first one stops', async () => {
    const templates = Array.from({ length: 20 }, (_, at) => ({ name: `two-${at}`, roles: ['Security Reader'] }))
    const customers = [1, 2, 3, 4, 5].flatMap((number) =>
      templates.map(({ name }) => ({ customerTenantId: customerId(number), template: name })),
    )
    const made = await plan({ settings: { prefix: 'two' }, templates, customers })
    const begun = await apply(made.headers.get('relata-plan'))
    const { id, total } = begun.body
    expect(total).toBe(200)
    // As a process does that takes the job up.
    await server.parts.store.write(wellKnown.contoso, async (tx) => {
      const row = await tx.get(job, id)
      await tx.update(job, id, { step: (row?.step ?? 0) + 1 })
    })
    await server.parts.bulk.settle()
    expect((await ask(`jobs/${id}`)).body).toMatchObject({ state: 'running', failed: 0 })
    // It goes on from there, and nothing is made twice.
    await apply(made.headers.get('relata-plan'))
    await server.parts.bulk.settle()
    expect((await ask(`jobs/${id}`)).body).toMatchObject({ state: 'done', done: total, failed: 0 })
    const { body: found } = await server.send(
      'GET',
      "/v1.0/tenantRelationships/delegatedAdminRelationships?$filter=startswith(displayName,'two_')&$select=displayName&$top=300",
    )
    expect(found.value).toHaveLength(100)
  })

  it('says what is wrong with the body, member by member', async () => {
    const wrong = await plan(
      body([{ customerTenantId: 'x', template: 'desk', state: 'gone' }], {
        roles: ['1a7d78b6-429f-476b-8eb-35fb715fffd4'],
      }),
    )
    expect(wrong.status).toBe(400)
    expect(wrong.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'templates/0/roles/0',
      'templates/0/roles',
      'customers/0/customerTenantId',
      'customers/0/state',
    ])
    expect(await plan({ templates: 'x' })).toMatchObject({ status: 400, body: { error: { target: 'templates' } } })
    expect(await ask('apply', jsonPost({ plan: 'a'.repeat(64) }))).toMatchObject({ status: 404 })
    expect(await ask('apply', jsonPost({ some: 'thing' }))).toMatchObject({ status: 400 })
    expect(await ask('jobs/00000000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 })
  })

  it('tells what was not as planned, and sends nothing for that customer', async () => {
    const made = await plan(body(lines(6)))
    const [{ key }] = made.body.steps
    const other = {
      displayName: key,
      duration: 'P1D',
      accessDetails: { unifiedRoles: [{ roleDefinitionId: helpdesk }] },
    }
    await server.send('POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', other)
    const { body: job } = await apply(made.headers.get('relata-plan'))
    await server.parts.bulk.settle()
    expect((await ask(`jobs/${job.id}`)).body).toMatchObject({ state: 'failed', stale: [customerId(6)], failed: 2 })
    expect(await named(server, key)).toMatchObject({ status: 'created' })
  })

  it('serves the packs', async () => {
    const { status, body: given } = await ask('templates')
    expect(status).toBe(200)
    expect(given.packs).toEqual(JSON.parse(JSON.stringify(packs)))
  })

  it('leaves the addresses of customers as they are', async () => {
    expect(await server.customer('approve', 'plan', { tenantId: customerId(1) })).toMatchObject({ status: 400 })
  })
})

it('works with --strict as well, by a job and by the command', async () => {
  const strict = await serverWithCustomers(2, { strict: true })
  try {
    const post = (path: string, given: object) => fetch(`${strict.http}/_relata/gdap/${path}`, jsonPost(given))
    const made = await post('plan', body(lines(1)))
    const begun = (await (await post('apply', { plan: made.headers.get('relata-plan') })).json()) as { id: string }
    await strict.parts.bulk.settle()
    const job = await fetch(`${strict.http}/_relata/gdap/jobs/${begun.id}`)
    expect(await job.json()).toMatchObject({ state: 'done', done: 2, failures: [] })
    const dir = await folderWith({
      'settings.yaml': settingsYaml,
      'templates/desk.yaml': 'name: desk\nroles: [Security Reader]\n',
      'customers.csv': customersCsv([`${customerId(2)},,desk,,,`]),
    })
    expect(await gdapOn(strict, 'apply', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    await rm(dir, { recursive: true })
  } finally {
    await strict.close()
  }
})

describe('in a registry', () => {
  it('asks for the partner’s token, and works as its owner', async () => {
    const registry = await startTestServer({ registry: true, httpOnly: true })
    try {
      const post = async (path: string, given: object, authorization?: string) => {
        const { headers, ...init } = jsonPost(given)
        const all = { ...headers, ...(authorization === undefined ? {} : { authorization }) }
        return fetch(`${registry.http}/_relata/gdap/${path}`, { ...init, headers: all })
      }
      const given = body([{ customerTenantId: wellKnown.fabrikam, template: 'desk' }])
      expect((await post('plan', given)).status).toBe(401)
      const token = `Bearer ${await registry.token()}`
      const made = await post('plan', given, token)
      expect(made.status).toBe(200)
      const begun = await post('apply', { plan: made.headers.get('relata-plan') }, token)
      expect(begun.status).toBe(202)
      const { id } = (await begun.json()) as { id: string }
      await registry.parts.bulk.settle()
      const job = await fetch(`${registry.http}/_relata/gdap/jobs/${id}`, { headers: { authorization: token } })
      expect(await job.json()).toMatchObject({ state: 'done', done: 2 })
      const foreign = `Bearer ${await registry.token(wellKnown.fabrikam)}`
      expect(
        (await fetch(`${registry.http}/_relata/gdap/jobs/${id}`, { headers: { authorization: foreign } })).status,
      ).toBe(404)
      // Who is not in AdminAgents sees no relationships, and none of what became of them.
      const rights = 'DelegatedAdminRelationship.ReadWrite.All'
      for (const [name, status] of [['hugo', 403] as const, ['tara', 200] as const]) {
        const person = `Bearer ${await personToken(registry, wellKnown.contoso, `${name}@contoso.example`, rights)}`
        for (const method of ['GET', 'DELETE']) {
          const asked = await fetch(`${registry.http}/_relata/gdap/jobs/${id}`, {
            method,
            headers: { authorization: person },
          })
          expect([name, method, asked.status]).toEqual([name, method, status])
        }
      }
      const { body: audits } = await registry.send('GET', '/v1.0/auditLogs/directoryAudits?$top=5')
      expect(JSON.stringify(audits.value)).toContain(wellKnown.daemon)
    } finally {
      await registry.close()
    }
  })
})
