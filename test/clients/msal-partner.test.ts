/**
 * A partner's technician signs in to the customer's tenant with `@azure/msal-node`, unmodified, in a real browser, keeps
 * the customer's taxonomy with Microsoft's Graph client, and is out when the relationship ends (gdap.md §5).
 */
import { PublicClientApplication } from '@azure/msal-node'
import { Client, GraphError } from '@microsoft/microsoft-graph-client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { rolesOf } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { people, roleIds } from '../wire/access-kit.ts'
import { kitFor } from '../wire/gdap/kit.ts'
import { openBrowser } from './_browser.ts'
import { securityGroup } from './_flow.ts'

const { fabrikam, publicClient } = wellKnown
const scopes = ['https://graph.microsoft.com/TermStore.ReadWrite.All']

let server: TestServer
let browser: Browser | string
beforeAll(async () => {
  server = await startTestServer()
  browser = await openBrowser()
}, 120_000)
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close()
  await server.close()
})

const statusOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error: unknown) => {
      if (error instanceof GraphError) return error.statusCode
      throw error
    },
  )

it('is let in by the relationship, works with its role, and is out at its end', async ({ skip }) => {
  if (typeof browser === 'string') return skip(`NO BROWSER TO SIGN IN WITH: ${browser}`)
  const kit = kitFor(server)
  const group = await securityGroup(server, 'Taxonomy of Fabrikam')
  const member = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${people.hugo}` }
  expect((await server.send('POST', `/v1.0/groups/${group}/members/$ref`, member)).status).toBe(204)
  const relationship = await kit.at('active', { duration: 'P30D', accessDetails: rolesOf(roleIds.sharePoint) })
  const given = await server.send(
    'POST',
    `${relationship}/accessAssignments`,
    kit.assignment(group, roleIds.sharePoint),
  )
  expect(given.status, given.text).toBe(201)

  const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
  const authority = `${server.origin}/${fabrikam}`
  const knownAuthorities = [new URL(server.origin).host]
  const msal = new PublicClientApplication({ auth: { clientId: publicClient, authority, knownAuthorities } })
  const result = await msal.acquireTokenInteractive({
    scopes,
    loginHint: 'hugo@contoso.example',
    openBrowser: async (url) => {
      await page.goto(url)
      // He is nobody of the customer's: the page has a field for such names, filled with the hint.
      await page.getByLabel(/Another account/).press('Enter')
    },
  })
  const claims = JSON.parse(Buffer.from(result.accessToken.split('.')[1] ?? '', 'base64url').toString())
  expect(claims).toMatchObject({ tid: fabrikam, oid: people.hugo, wids: expect.arrayContaining([roleIds.sharePoint]) })

  const clientOf = (token: string): Client =>
    Client.init({
      authProvider: (done) => done(null, token),
      baseUrl: `${server.origin}/`,
      customHosts: new Set(['localhost']),
      defaultVersion: 'v1.0',
    })
  const groups = '/sites/root/termStore/groups'
  const made = await clientOf(result.accessToken).api(groups).post({ displayName: 'Kept by the partner' })
  expect(made.displayName).toBe('Kept by the partner')

  await server.clock({ advance: 'P31D' })
  expect(await statusOf(clientOf(result.accessToken).api(groups).post({ displayName: 'Too late' }))).toBe(403)
  if (result.account === null) throw new Error('no account')
  // The group of the seed still gives him Global Reader there: a new token says so, and no more.
  const later = await msal.acquireTokenSilent({ scopes, account: result.account, forceRefresh: true })
  const after = JSON.parse(Buffer.from(later.accessToken.split('.')[1] ?? '', 'base64url').toString())
  expect(after.wids).not.toContain(roleIds.sharePoint)
  expect(await statusOf(clientOf(later.accessToken).api(groups).post({ displayName: 'Still too late' }))).toBe(403)
  await page.context().close()
})
