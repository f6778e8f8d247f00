/** The catalogue of roles with several nodes, over a stop in the middle, and on rows that a restore has put back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type RunningServer, startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { digestOf } from '#workloads/directory/role-catalogue.ts'
import { unifiedRoleDefinition } from '#workloads/directory/roles.ts'
import { tenant } from '#workloads/directory/types.ts'
import type { Finding } from '#workloads/finding.ts'
import { seededPostgres } from '../_support/database.ts'
import { relationshipDraft, relationships, rolesOf } from '../_support/relationships.ts'
import { jsonPost, tokenFor } from '../_support/server.ts'

const { contoso, fabrikam, daemon } = wellKnown
const reader = '1076ac91-f3d9-41a7-a339-dcdf5f480acc'
const fresh = '0e0e0e0e-0000-4000-8000-000000000001'

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'relata-node-roles-'))
  folders.push(folder)
  return folder
}

const base = { ...defaultConfig, port: 0, silent: true, httpOnly: true }
const httpOf = ({ origin }: RunningServer): string => origin.replace('localhost', '127.0.0.1')

// biome-ignore lint/suspicious/noExplicitAny: a file of roles as it comes
const shown = async (server: RunningServer): Promise<any> => (await fetch(`${httpOf(server)}/_relata/roles`)).json()

/** One role fewer, and one more. */
const updateAt = async (server: RunningServer, asOf: string) => {
  const file = await shown(server)
  const kept = file.roles.filter(({ id }: { id: string }) => id !== reader && id !== fresh)
  const roles = [...kept, { id: fresh, name: 'Loom Reader' }]
  const answer = await fetch(
    `${httpOf(server)}/_relata/roles`,
    jsonPost({ ...file, asOf, roles, digest: digestOf(roles) }),
  )
  expect(answer.status).toBe(200)
}

const findingsIn = async ({ parts }: RunningServer): Promise<Finding[]> => {
  const found: Finding[] = []
  await checkStore(parts.store, {}, (finding) => found.push(finding))
  return found
}

it('is taken over by every node without a restart', { timeout: 60_000 }, async () => {
  const { url, drop } = await seededPostgres()
  const location = await newFolder()
  const start = () => startServer({ ...base, location, databaseUrl: url })
  const nodes: RunningServer[] = []
  try {
    nodes.push(await start(), await start())
    const [here, there] = nodes as [RunningServer, RunningServer]
    const authorization = `Bearer ${await tokenFor(httpOf(there), contoso, daemon)}`
    const create = async () => {
      const { headers, ...wish } = jsonPost(relationshipDraft({ accessDetails: rolesOf(fresh) }))
      return (await fetch(`${httpOf(there)}${relationships}`, { ...wish, headers: { ...headers, authorization } }))
        .status
    }
    expect(await create()).toBe(400)
    await updateAt(here, '2026-10-01')
    // Told by a notification, with nothing asked of that node.
    await expect.poll(() => there.parts.roles.current().catalogue.asOf, { timeout: 20_000 }).toBe('2026-10-01')
    expect(await create()).toBe(201)
    expect(await shown(there)).toEqual(await shown(here))
    // A node that comes later finds it.
    nodes.push(await start())
    expect((await shown(nodes[2] as RunningServer)).asOf).toBe('2026-10-01')
    expect(await findingsIn(here)).toEqual([])
  } finally {
    await Promise.all(nodes.map((node) => node.close()))
    await drop()
  }
})

it('is brought to tenants that have an earlier one at the next start, and check tells of rows that are of none', async () => {
  const location = await newFolder()
  const start = () => startServer({ ...base, location })
  const marksIn = async ({ parts }: RunningServer) =>
    Promise.all(
      [contoso, fabrikam].map((id) => parts.store.read(id, async (tx) => (await tx.get(tenant, id))?.roleCatalogue)),
    )
  let server = await start()
  const [before] = await marksIn(server)
  await updateAt(server, '2026-10-01')
  const [after] = await marksIn(server)
  expect(await marksIn(server)).toEqual([after, after])
  expect(after).not.toBe(before)
  expect(await findingsIn(server)).toEqual([])
  // As a stop in the middle leaves it, or a tenant that was put back: rows and mark of earlier on.
  await server.parts.store.write(fabrikam, async (tx) => {
    await tx.remove(unifiedRoleDefinition, fresh)
    await tx.update(unifiedRoleDefinition, reader, { isEnabled: true, withheld: null, facts: null })
    await tx.update(tenant, fabrikam, { roleCatalogue: before ?? null })
  })
  expect(await findingsIn(server)).toEqual([])
  await server.close()

  server = await start()
  await expect.poll(() => marksIn(server), { timeout: 15_000 }).toEqual([after, after])
  const row = await server.parts.store.read(fabrikam, (tx) => tx.get(unifiedRoleDefinition, fresh))
  expect(row?.displayName).toBe('Loom Reader')
  expect(await findingsIn(server)).toEqual([])
  // A release before this one wrote no marks.
  await server.parts.store.write(contoso, (tx) => tx.update(tenant, contoso, { roleCatalogue: null }))
  await server.close()
  server = await start()
  await expect.poll(() => marksIn(server), { timeout: 15_000 }).toEqual([after, after])

  await server.parts.store.write(contoso, (tx) => tx.update(unifiedRoleDefinition, fresh, { displayName: 'Broken' }))
  expect(await findingsIn(server)).toMatchObject([{ rule: 'roles', tenantId: contoso }])
  await server.close()
})

it('cannot be kept without a tenant', async () => {
  const server = await startServer({ ...base, location: await newFolder(), seed: 'none' })
  try {
    const file = await shown(server)
    const answer = await fetch(`${httpOf(server)}/_relata/roles`, jsonPost({ ...file, asOf: '2026-10-01' }))
    expect(answer.status).toBe(409)
    expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('rolesNoTenants')
  } finally {
    await server.close()
  }
})
