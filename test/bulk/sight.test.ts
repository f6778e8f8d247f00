/**
 * People outside of AdminAgents get an empty list of relationships: no plan is made of it, nothing is sent, and nothing counts as
 * done (events.md §7.4).
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relata } from '../_support/command.ts'
import { relationships } from '../_support/relationships.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { activeRelationship, customersCsv, folderWith, gdapOn, named, settingsYaml } from './kit.ts'

const { contoso, fabrikam } = wellKnown
const gdap = 'DelegatedAdminRelationship.ReadWrite.All'
const withGroups = [gdap, 'User.Read', 'GroupMember.Read.All']

let used: TestServer
let fresh: TestServer
let dir: string
beforeAll(async () => {
  used = await startTestServer()
  // Nobody has a relationship there.
  fresh = await startTestServer({ seed: 'empty' })
  dir = await folderWith({
    'settings.yaml': settingsYaml,
    'templates/desk.yaml': 'name: desk\nroles: [Security Reader]\n',
    'customers.csv': customersCsv([`${fabrikam},Fabrikam,desk,,,`]),
  })
})
afterEach(async () => {
  await fetch(`${used.http}/_relata/faults`, { method: 'DELETE' })
})
afterAll(async () => {
  await Promise.all([used.close(), fresh.close()])
  await rm(dir, { recursive: true })
})

/** Of somebody of Contoso: `sana` sells and is no agent; the administrator is one. */
async function tokenOf(server: TestServer, who: string, scopes: readonly string[]): Promise<string> {
  const body = { tenant: contoso, user: `${who}@contoso.example`, scopes }
  const answer = await fetch(`${server.http}/_relata/tokens`, jsonPost(body))
  return ((await answer.json()) as { accessToken: string }).accessToken
}

async function as(server: TestServer, who: string, scopes: readonly string[], ...args: readonly string[]) {
  const token = await tokenOf(server, who, scopes)
  return relata(['gdap', ...args, '--dir', dir, '--to', server.http], { RELATA_TOKEN: token })
}

const fault = (path: string, what: object, method = 'GET') =>
  fetch(`${used.http}/_relata/faults`, jsonPost({ where: { method, path }, what }))

describe('of somebody outside of AdminAgents', () => {
  it('plan says so, and plans nothing', async () => {
    const refused = await as(used, 'sana', withGroups, 'plan')
    expect(refused).toEqual({
      status: 3,
      stdout: '',
      stderr:
        'relata: the service shows no relationships, but the token belongs to somebody who is not in the group AdminAgents, and such people get an empty list\ntip: if there are none yet, say so with --first-run\n',
    })
    // Somebody who is in the group sees them.
    expect(await as(used, 'tara', withGroups, 'plan')).toMatchObject({ status: 0, stderr: '' })
  })

  it('plan says that the token tells nothing, where it may not read groups', async () => {
    const refused = await as(used, 'sana', [gdap], 'plan', '--json')
    expect([refused.status, refused.stderr]).toEqual([3, ''])
    expect(JSON.parse(refused.stdout)).toEqual({
      state: 'refused',
      why: expect.stringContaining('may not read in which groups its owner is (User.Read and GroupMember.Read.All)'),
    })
    expect(await as(used, 'sana', [gdap, 'User.Read'], 'plan')).toMatchObject({ status: 3, stdout: '' })
  })

  it('apply sends nothing', async () => {
    expect(await as(used, 'sana', withGroups, 'apply', '--yes')).toMatchObject({ status: 3, stdout: '' })
    const { body } = await used.send('GET', `${relationships}?$filter=startswith(displayName,'rel_desk_')`)
    expect(body.value).toEqual([])
  })

  it('reports warn', async () => {
    expect(await as(used, 'sana', withGroups, 'report', 'global-admin')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('relata: the service shows no relationships, but'),
    })
    const { stderr } = await as(used, 'tara', withGroups, 'report', 'global-admin')
    expect(stderr).toBe('')
  })

  it('a plan that ends something is not taken for done, whatever is said', async () => {
    const file = join(dir, 'plan.json')
    const { stdout } = await gdapOn(used, 'plan', '--dir', dir, '--json')
    const [{ key }] = JSON.parse(stdout).steps
    await activeRelationship(used, fabrikam, key, ['f2ef992c-3afb-46b9-b7cf-a126ee74c451'])
    const absent = await folderWith({
      'settings.yaml': settingsYaml,
      'templates/desk.yaml': 'name: desk\nroles: [Security Reader]\n',
      'customers.csv': customersCsv([`${fabrikam},Fabrikam,desk,,,absent`]),
    })
    expect(await gdapOn(used, 'plan', '--dir', absent, '-o', file)).toMatchObject({
      stdout: expect.stringContaining('1 terminate'),
    })
    const token = await tokenOf(used, 'sana', [gdap])
    const args = ['gdap', 'apply', file, '--dir', absent, '--yes', '--first-run', '--to', used.http]
    expect(await relata(args, { RELATA_TOKEN: token })).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringContaining('and the plan was made when there were some: '),
    })
    // Whoever loses the group on the way sees nothing either.
    await fault('/v1.0/tenantRelationships/*/*/requests', { status: 403, code: 'forbidden' }, 'POST')
    await fault('/v1.0/tenantRelationships/delegatedAdminRelationships/*', { status: 404 })
    const lost = await gdapOn(used, 'apply', file, '--dir', absent, '--yes')
    expect(lost).toMatchObject({ status: 1, stdout: expect.stringContaining('failed: 0 of 1 steps applied, 1 not') })
    await fetch(`${used.http}/_relata/faults`, { method: 'DELETE' })
    expect((await named(used, key)).status).toBe('active')
    await rm(absent, { recursive: true })
  })
})

describe('where there is nothing yet', () => {
  it('an application may believe it, with no other permission', async () => {
    const body = { tenant: contoso, app: wellKnown.daemon, scopes: [gdap] }
    const answer = await fetch(`${fresh.http}/_relata/tokens`, jsonPost(body))
    const { accessToken } = (await answer.json()) as { accessToken: string }
    const planned = await relata(['gdap', 'plan', '--dir', dir, '--to', fresh.http], { RELATA_TOKEN: accessToken })
    expect(planned).toMatchObject({ status: 0, stdout: expect.stringContaining('Plan: 1 create, 1 lock') })
  })

  it('so may somebody in AdminAgents, whose token may read groups', async () => {
    const planned = await as(fresh, 'admin', withGroups, 'plan')
    expect(planned).toMatchObject({ status: 0, stdout: expect.stringContaining('Plan: 1 create, 1 lock') })
  })

  it('others say that it is their first run', async () => {
    expect(await as(fresh, 'admin', [gdap], 'plan')).toMatchObject({ status: 3, stdout: '' })
    const first = await as(fresh, 'admin', [gdap], 'apply', '--first-run', '--yes')
    expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 2 of 2 steps applied') })
    expect(await as(fresh, 'admin', [gdap], 'plan')).toMatchObject({ status: 0 })
  })
})

it('a list that is empty beside customers is not believed, whatever is said', async () => {
  await fault('/**/delegatedAdminRelationships', { emptyList: true })
  const { status, stdout, stderr } = await gdapOn(used, 'plan', '--dir', dir, '--first-run')
  expect([status, stdout]).toEqual([3, ''])
  expect(stderr).toBe(
    'relata: the service lists customers with relationships in force, but no relationships: the token may not see them\n',
  )
})

it('a job of the server is refused, unless nobody has to be in the group', async () => {
  const given = {
    templates: [{ name: 'job', roles: ['Security Reader'] }],
    customers: [{ customerTenantId: fabrikam, template: 'job' }],
  }
  const post = async (server: TestServer, who: string, path: string, body: object) => {
    const { headers, ...init } = jsonPost(body)
    const authorization = `Bearer ${await tokenOf(server, who, [gdap])}`
    return fetch(`${server.http}/_relata/gdap/${path}`, { ...init, headers: { ...headers, authorization } })
  }
  const made = await post(used, 'tara', 'plan', given)
  expect(made.status).toBe(200)
  const digest = { plan: made.headers.get('relata-plan') }
  const error = {
    code: 'accessDenied',
    message: 'Only people in the group AdminAgents see relationships, so nothing can be planned or applied for others.',
  }
  for (const [path, body] of [
    ['plan', given],
    ['apply', digest],
  ] as const) {
    const refused = await post(used, 'sana', path, body)
    expect([path, refused.status, await refused.json()]).toMatchObject([path, 403, { error }])
  }
  const open = await startTestServer({ gdap: { ...defaultConfig.gdap, adminAgents: false } })
  try {
    expect((await post(open, 'sana', 'plan', given)).status).toBe(200)
  } finally {
    await open.close()
  }
})
