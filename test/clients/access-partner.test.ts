/**
 * A partner's technician keeps a customer's taxonomy with Microsoft's client, and one token, until the relationship
 * expires in the middle of it (gdap.md §5).
 */
import { Client, GraphError } from '@microsoft/microsoft-graph-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rolesOf } from '../_support/relationships.ts'
import { labels, names } from '../_support/taxonomy.ts'
import { type AccessServer, contoso, fabrikam, people, roleIds, startAccessServer } from '../wire/access-kit.ts'
import { kitFor } from '../wire/gdap/kit.ts'
import { securityGroup } from './_flow.ts'

let server: AccessServer
beforeAll(async () => {
  server = await startAccessServer()
})
afterAll(() => server.close())

const refusedWith = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof GraphError)) throw new Error(`not refused: ${String(error)}`)
  return [error.statusCode, error.code]
}

it('works until the end, and not a request longer', async () => {
  const kit = kitFor(server)
  const group = await securityGroup(server, 'Taxonomy of Fabrikam')
  const member = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${people.hugo}` }
  expect((await server.send('POST', `/v1.0/groups/${group}/members/$ref`, member)).status).toBe(204)
  const relationship = await kit.at('active', { duration: 'P30D', accessDetails: rolesOf(roleIds.sharePoint) })
  const token = await server.tokenOf({
    tenant: fabrikam,
    home: contoso,
    user: people.hugo,
    scopes: ['TermStore.ReadWrite.All'],
    roles: [roleIds.sharePoint],
  })
  const client = Client.init({
    authProvider: (done) => done(null, token),
    baseUrl: `${server.origin}/`,
    customHosts: new Set(['localhost']),
    defaultVersion: 'v1.0',
  })
  const root = '/sites/root/termStore'
  // The group of the seed gives Hugo Global Reader there: he reads, and may not write yet.
  expect((await client.api(`${root}/groups`).get()).value).not.toEqual([])
  expect(await refusedWith(client.api(`${root}/groups`).post({ displayName: 'Early' }))).toEqual([403, 'accessDenied'])

  const given = await server.send(
    'POST',
    `${relationship}/accessAssignments`,
    kit.assignment(group, roleIds.sharePoint),
  )
  expect(given.status, given.text).toBe(201)
  const made = await client.api(`${root}/groups`).post({ displayName: 'Kept by the partner' })
  const set = await client.api(`${root}/sets`).post({ parentGroup: { id: made.id }, localizedNames: names('Fabrics') })
  const term = await client.api(`${root}/sets/${set.id}/children`).post({ labels: labels('Linen') })
  await client.api(`${root}/sets/${set.id}/terms/${term.id}`).patch({ labels: labels('Flax') })
  await server.clock({ advance: 'P29D' })
  await client.api(`${root}/sets/${set.id}/children`).post({ labels: labels('Wool') })

  await server.clock({ advance: 'P2D' })
  expect(await refusedWith(client.api(`${root}/sets/${set.id}/children`).post({ labels: labels('Silk') }))).toEqual([
    403,
    'accessDenied',
  ])
  expect((await client.api(`${root}/sets/${set.id}/children`).get()).value).toHaveLength(2)
  const kept = await server.send('GET', `/v1.0${root}/sets/${set.id}/children`, undefined, { tenant: fabrikam })
  expect(kept.body.value).toHaveLength(2)
})
