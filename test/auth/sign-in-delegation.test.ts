/** Tokens of a tenant that is not one's own: only while a delegation says so, and asked for anew each time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import {
  asked,
  type Body,
  choose,
  claimsOf,
  codeFor,
  graph,
  people,
  post,
  redirectUri,
  type SignInServer,
  startSignIn,
  tara,
  visit,
} from './sign-in-kit.ts'

const { contoso, fabrikam, publicClient, secret } = wellKnown
const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
const partnerApp = '7e570000-0000-4000-8000-0000000de1e6'

/** What the relationships say at this moment: tests change it between requests. */
let roles: readonly string[] = []
const questions: unknown[] = []
let server: SignInServer
beforeAll(async () => {
  server = await startSignIn({
    delegations: {
      rolesIn: async (customer, principal) => {
        questions.push({ customer, ...principal })
        return customer === fabrikam && principal.homeTenantId === contoso ? roles : []
      },
    },
  })
  const answer = await fetch(`${server.origin}/_relata/applications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      tenantId: contoso,
      id: partnerApp,
      displayName: 'Partner tool',
      secret,
      appRoles: ['Sites.Read.All'],
      delegatedScopes: ['Sites.Read.All'],
      nativeRedirectUris: [redirectUri],
      isPublic: true,
    }),
  })
  expect(answer.status).toBe(200)
})
afterAll(() => server.close())
beforeEach(() => {
  roles = [helpdesk]
  questions.length = 0
})

const customer = { tenant: 'fabrikam.example', account: { name: 'tara@contoso.example' } as never }
const customerToken = '/fabrikam.example/oauth2/v2.0/token'
const refused = ({ status, body }: { status: number; body: Body }) => [status, body.error, body.error_codes?.[0]]
const redeem = async (code: string, clientId: string = publicClient): Promise<Body> => {
  const form = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirectUri, code }
  const { status, body } = await post(server, customerToken, form)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

describe('a partner’s person', () => {
  it('gets a token of the customer with exactly the roles of the delegation', async () => {
    const body = await redeem(await codeFor(server, asked({ client_info: '1' }), customer))
    const claims = claimsOf(body.access_token)
    expect(claims).toMatchObject({
      tid: fabrikam,
      iss: `${server.origin}/${fabrikam}/v2.0`,
      oid: people.tara,
      idp: `https://sts.windows.net/${contoso}/`,
      wids: [helpdesk],
      scp: 'Sites.Read.All openid profile',
    })
    expect(claims['groups']).toBeUndefined()
    expect(questions[0]).toEqual({
      customer: fabrikam,
      homeTenantId: contoso,
      userId: people.tara,
      appId: publicClient,
    })
  })

  it('gets none without one, and the page says why', async () => {
    roles = []
    const page = await visit(server, `/fabrikam.example/oauth2/v2.0/authorize?${asked()}`)
    const { status, text } = await choose(server, page, { name: 'tara@contoso.example' })
    expect([status, /AADSTS(\d+)/.exec(text)?.[1]]).toEqual([400, '50020'])
    expect(text).toContain(`https://sts.windows.net/${contoso}/`)
  })

  it('loses it with the next refresh, and may use one refresh token in both tenants', async () => {
    const { refresh_token } = await redeem(await codeFor(server, asked(), customer))
    const refresh = (tenant: string) =>
      post(server, `/${tenant}/oauth2/v2.0/token`, {
        grant_type: 'refresh_token',
        client_id: publicClient,
        refresh_token,
      })
    expect(claimsOf((await refresh('contoso.example')).body.access_token)).toMatchObject({ tid: contoso, wids: [] })
    roles = [helpdesk, 'another']
    expect(claimsOf((await refresh('fabrikam.example')).body.access_token)['wids']).toEqual(roles)
    roles = []
    expect(refused(await refresh('fabrikam.example'))).toEqual([400, 'invalid_grant', 50020])
    expect(refused(await refresh('northwind.example'))).toEqual([400, 'invalid_grant', 50020])
    expect((await refresh('contoso.example')).status).toBe(200)
  })

  it('loses it between the page and the code, too', async () => {
    const code = await codeFor(server, asked(), customer)
    roles = []
    const form = { grant_type: 'authorization_code', client_id: publicClient, redirect_uri: redirectUri, code }
    expect(refused(await post(server, customerToken, form))).toEqual([400, 'invalid_grant', 50020])
  })

  it('brings an application along that the customer does not have', async () => {
    const code = await codeFor(server, asked({ client_id: partnerApp }), customer)
    const { access_token } = await redeem(code, partnerApp)
    expect(claimsOf(access_token)).toMatchObject({ appid: partnerApp, tid: fabrikam, wids: [helpdesk] })
    const own = await visit(server, `/fabrikam.example/oauth2/v2.0/authorize?${asked({ client_id: partnerApp })}`)
    const admin = await choose(server, own, { name: 'admin@fabrikam.example' })
    expect([admin.status, admin.answer.get('error')]).toEqual([302, 'unauthorized_client'])
  })
})

describe('a partner’s application', () => {
  const ask = (tenant = 'fabrikam.example') =>
    post(server, `/${tenant}/oauth2/v2.0/token`, {
      grant_type: 'client_credentials',
      client_id: partnerApp,
      client_secret: secret,
      scope: `${graph}/.default`,
    })

  it('gets a token of the customer while it holds roles there', async () => {
    const { body } = await ask()
    expect(claimsOf(body.access_token)).toMatchObject({
      tid: fabrikam,
      idp: `https://sts.windows.net/${contoso}/`,
      idtyp: 'app',
      wids: [helpdesk],
    })
    const home = claimsOf((await ask('contoso.example')).body.access_token)
    expect(home['oid']).toBe(claimsOf(body.access_token)['oid'])
    expect([home['idp'], home['wids']]).toEqual([undefined, undefined])
    roles = []
    expect(refused(await ask())).toEqual([400, 'unauthorized_client', 700016])
  })
})

describe('without delegations', () => {
  it('nobody gets a token of another tenant', async () => {
    const alone = await startSignIn()
    try {
      const page = await visit(alone, `/fabrikam.example/oauth2/v2.0/authorize?${asked()}`)
      expect((await choose(alone, page, tara)).text).toContain('AADSTS50020')
    } finally {
      await alone.close()
    }
  })
})
