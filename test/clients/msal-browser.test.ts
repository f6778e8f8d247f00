/** `@azure/msal-node`, unmodified, with a real browser: the code flow with its page, silent refresh, on behalf of; then Graph. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  CryptoProvider,
  PublicClientApplication,
} from '@azure/msal-node'
import { Client } from '@microsoft/microsoft-graph-client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { openBrowser } from './_browser.ts'

const { contoso, fabrikam, publicClient, webApp, middleTier, secret } = wellKnown
const scopes = ['https://graph.microsoft.com/TermStore.Read.All']

let server: TestServer
let browser: Browser | string
const complaints: string[] = []
beforeAll(async () => {
  server = await startTestServer()
  browser = await openBrowser()
}, 120_000)
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close()
  await server.close()
  expect(complaints).toEqual([])
})

const open = async (skip: (reason: string) => never, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => {
  if (typeof browser === 'string') return skip(`NO BROWSER TO SIGN IN WITH: ${browser}`)
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    colorScheme,
    viewport: { width: 900, height: 900 },
  })
  const page = await context.newPage()
  // What the content policy refuses is told here too.
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d|favicon/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}
/** Where pictures are wanted: a folder. */
const picture = async (page: Page, name: string) => {
  const folder = process.env['RELATA_TEST_PICTURES']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}

const authority = (tenant: string) => ({
  authority: `${server.origin}/${tenant}`,
  knownAuthorities: [new URL(server.origin).host],
})

/** Names of the groups of the term store, by Microsoft's own client. */
const groupsSeenWith = async (token: string): Promise<string[]> => {
  const client = Client.init({
    authProvider: (done) => done(null, token),
    baseUrl: `${server.origin}/`,
    customHosts: new Set(['localhost']),
  })
  const { value } = await client.api('/sites/root/termStore/groups').get()
  return value.map(({ displayName }: { displayName: string }) => displayName)
}

/** What has the focus says this. A page is given its first focus when it is drawn; until then its body has it. */
const focused = async (page: Page): Promise<string> => {
  await page.waitForFunction('document.activeElement !== document.body')
  return String(await page.evaluate('document.activeElement.textContent'))
}

/** By keyboard alone, from wherever the focus is. */
const press = async (page: Page, name: string): Promise<void> => {
  for (let time = 0; time < 20; time += 1) {
    if ((await focused(page)).includes(name)) return page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
  }
  throw new Error(`no way to ${name} by keyboard`)
}

/** A client's own page, waiting for the answer. */
const callback = async (): Promise<{ server: Server; uri: string; answered: Promise<URLSearchParams> }> => {
  let tell: (answer: URLSearchParams) => void
  const answered = new Promise<URLSearchParams>((resolve) => {
    tell = resolve
  })
  const listening = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.setHeader('content-type', 'text/html').end('<title>Client</title><h1>Signed in</h1>')
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      if (pathname !== '/auth/callback') return
      tell(request.method === 'POST' ? new URLSearchParams(Buffer.concat(chunks).toString()) : searchParams)
    })
  })
  await new Promise<void>((resolve) => listening.listen(0, 'localhost', resolve))
  return {
    server: listening,
    uri: `http://localhost:${(listening.address() as AddressInfo).port}/auth/callback`,
    answered,
  }
}

const interactive = async (
  page: Page,
  tenant: string,
  name: string,
): Promise<[PublicClientApplication, AuthenticationResult]> => {
  const client = new PublicClientApplication({ auth: { clientId: publicClient, ...authority(tenant) } })
  const result = await client.acquireTokenInteractive({
    scopes,
    successTemplate: '<h1>Done</h1>',
    openBrowser: async (url) => {
      await page.goto(url)
      await picture(page, `sign-in-${tenant}`)
      await press(page, name)
    },
  })
  return [client, result]
}

describe('a public client', () => {
  it('signs a person in by keyboard alone, calls Graph, and refreshes in silence', async ({ skip }) => {
    const page = await open(skip)
    const [client, result] = await interactive(page, contoso, 'Tara Technician')
    expect(result).toMatchObject({
      tenantId: contoso,
      account: { username: 'tara@contoso.example', name: 'Tara Technician', tenantId: contoso },
      scopes: expect.arrayContaining(scopes),
    })
    expect(await groupsSeenWith(result.accessToken)).toContain('Library')
    expect(result.account).not.toBeNull()
    if (result.account === null) return
    const cached = await client.acquireTokenSilent({ scopes, account: result.account })
    expect([cached.fromCache, cached.accessToken]).toEqual([true, result.accessToken])
    const fresh = await client.acquireTokenSilent({ scopes, account: result.account, forceRefresh: true })
    expect([fresh.fromCache, fresh.accessToken === result.accessToken]).toEqual([false, false])
    expect(await groupsSeenWith(fresh.accessToken)).toContain('Library')
    const wider = await client.acquireTokenSilent({ scopes: ['User.Read.All'], account: result.account })
    expect(wider.scopes).toContain('User.Read.All')
    await page.context().close()
  })

  it('signs in to any organisation, after dark', async ({ skip }) => {
    const page = await open(skip, 'dark')
    const [, result] = await interactive(page, 'organizations', 'admin@fabrikam.example')
    expect(result.tenantId).toBe(fabrikam)
    expect(await groupsSeenWith(result.accessToken)).toContain('Company')
    await page.context().close()
  })

  it('hears of Cancel', async ({ skip }) => {
    const page = await open(skip)
    await expect(interactive(page, contoso, 'Cancel')).rejects.toMatchObject({ errorCode: 'access_denied' })
    await page.context().close()
  })
})

describe('a web application', () => {
  const confidential = (tenant = contoso) =>
    new ConfidentialClientApplication({ auth: { clientId: webApp, clientSecret: secret, ...authority(tenant) } })

  it.for(['query', 'form_post'] as const)(
    'redeems a code that comes by %s, with PKCE',
    async (responseMode, { skip }) => {
      const page = await open(skip)
      const client = confidential()
      const { verifier, challenge } = await new CryptoProvider().generatePkceCodes()
      const { server: waiting, uri, answered } = await callback()
      try {
        const url = await client.getAuthCodeUrl({
          scopes,
          redirectUri: uri,
          responseMode,
          state: 'some state',
          nonce: 'a nonce',
          prompt: 'login',
          loginHint: 'hugo@contoso.example',
          codeChallenge: challenge,
          codeChallengeMethod: 'S256',
        })
        await page.goto(url)
        // Who was hinted at comes first and has the focus.
        expect(await focused(page)).toContain('Hugo Helpdesk')
        await page.keyboard.press('Enter')
        await page.waitForURL(`${uri}**`)
        const answer = await answered
        expect(answer.get('state')).toBe('some state')
        const request = {
          code: answer.get('code') ?? '',
          scopes,
          redirectUri: uri,
          codeVerifier: verifier,
          nonce: 'a nonce',
        }
        const result = await client.acquireTokenByCode(request)
        expect(result.account?.username).toBe('hugo@contoso.example')
        expect(await groupsSeenWith(result.accessToken)).toContain('Library')
        if (result.account === null) throw new Error('no account')
        const silent = await client.acquireTokenSilent({ scopes, account: result.account, forceRefresh: true })
        expect(await groupsSeenWith(silent.accessToken)).toContain('Library')
        await expect(client.acquireTokenByCode(request)).rejects.toThrow(/AADSTS54005/)
      } finally {
        await page.context().close()
        waiting.close()
      }
    },
  )

  it('calls an API that calls Graph on behalf of the person', async ({ skip }) => {
    const page = await open(skip)
    const client = new PublicClientApplication({ auth: { clientId: publicClient, ...authority(contoso) } })
    const { accessToken } = await client.acquireTokenInteractive({
      scopes: [`api://${middleTier}/access_as_user`],
      openBrowser: async (url) => {
        await page.goto(url)
        await press(page, 'Tara Technician')
      },
    })
    await page.context().close()
    const api = new ConfidentialClientApplication({
      auth: { clientId: middleTier, clientSecret: secret, ...authority(contoso) },
    })
    const onBehalf = await api.acquireTokenOnBehalfOf({ oboAssertion: accessToken, scopes })
    expect(await groupsSeenWith(onBehalf?.accessToken ?? '')).toContain('Library')
  })
})

describe('the page', () => {
  const url = (more: Record<string, string> = {}) =>
    `${server.origin}/common/oauth2/v2.0/authorize?${new URLSearchParams({
      client_id: publicClient,
      response_type: 'code',
      redirect_uri: 'http://localhost/redirect',
      scope: 'openid',
      ...more,
    })}`

  it('says that it is a stand-in, and asks for no password', async ({ skip }) => {
    const page = await open(skip, 'dark')
    await page.goto(url())
    expect(await page.textContent('.warn')).toContain('stand-in')
    expect(await page.locator('input[type=password]').count()).toBe(0)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(27, 26, 25)')
    await picture(page, 'sign-in-dark')
    await page.context().close()
  })

  it('is not shown again to a browser that has signed in, whose cookie no script reads', async ({ skip }) => {
    const page = await open(skip)
    const { server: waiting, uri, answered } = await callback()
    try {
      await page.goto(url({ redirect_uri: uri }))
      await page.click('text=Tara Technician')
      expect((await answered).get('code')).not.toBeNull()
      const [cookie] = await page.context().cookies(server.origin)
      expect(cookie).toMatchObject({
        name: '__Host-relata-session',
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
        path: '/',
        expires: -1,
      })
      await page.goto(url({ redirect_uri: uri, prompt: 'none' }))
      expect(new URL(page.url()).searchParams.get('code')).not.toBeNull()
    } finally {
      await page.context().close()
      waiting.close()
    }
  })

  it('fits a telephone, and takes the name of an account', async ({ skip }) => {
    const page = await open(skip)
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto(url())
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await page.fill('#name', 'nobody@contoso.example')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=alert]')
    expect(await page.textContent('[role=alert]')).toContain('AADSTS50034')
    await picture(page, 'sign-in-refused')
    await page.context().close()
  })

  it('of a device takes its code and the account, and signs out again', async ({ skip }) => {
    const page = await open(skip)
    const client = new PublicClientApplication({ auth: { clientId: publicClient, ...authority(contoso) } })
    const result = await client.acquireTokenByDeviceCode({
      scopes,
      deviceCodeCallback: async ({ userCode, verificationUri }) => {
        await page.goto(verificationUri)
        await focused(page)
        expect(await page.evaluate('document.activeElement.id')).toBe('user_code')
        await page.keyboard.type(userCode)
        await picture(page, 'device-code')
        await page.keyboard.press('Enter')
        await page.waitForSelector('.accounts')
        await press(page, 'Tara Technician')
        await page.waitForSelector('[role=status]')
        await picture(page, 'device-done')
      },
    })
    expect(await groupsSeenWith(result?.accessToken ?? '')).toContain('Library')
    await page.goto(`${server.origin}/common/oauth2/v2.0/logout`)
    expect(await page.textContent('h1')).toBe('You have signed out')
    await page.context().close()
  })
})
