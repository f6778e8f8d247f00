/** `@azure/msal-browser`, unmodified, in a page of another origin: redirect flow with PKCE, then Graph, then silent refresh. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { openBrowser } from './_browser.ts'

const library = readFileSync(
  fileURLToPath(new URL('../../node_modules/@azure/msal-browser/lib/msal-browser.min.js', import.meta.url)),
)

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

/** The page of a client: signs in when it has to, and shows what it got. */
const clientPage = (authority: string) => `<!doctype html><title>Client</title><pre></pre>
<script src="/msal.js"></script>
<script>
const scopes = ['https://graph.microsoft.com/TermStore.Read.All']
const show = (value) => { document.querySelector('pre').textContent = JSON.stringify(value) }
const groups = async (token) => {
  const answer = await fetch('${new URL(authority).origin}/v1.0/sites/root/termStore/groups', { headers: { authorization: 'Bearer ' + token } })
  return (await answer.json()).value.map(({ displayName }) => displayName)
}
;(async () => {
  const app = new msal.PublicClientApplication({
    auth: { clientId: '${wellKnown.publicClient}', authority: '${authority}', knownAuthorities: ['${new URL(authority).host}'],
      redirectUri: location.origin + '/spa' },
  })
  await app.initialize()
  const result = await app.handleRedirectPromise()
  if (result === null) return app.loginRedirect({ scopes })
  const silent = await app.acquireTokenSilent({ scopes, account: result.account, forceRefresh: true })
  show({
    user: result.account.username,
    groups: await groups(result.accessToken),
    again: await groups(silent.accessToken),
    differs: silent.accessToken !== result.accessToken,
  })
})().catch((error) => show({ error: String(error) }))
</script>`

describe('a page of another origin', () => {
  it('signs a person in, calls Graph and refreshes', async ({ skip }) => {
    if (typeof browser === 'string') return skip(`NO BROWSER TO SIGN IN WITH: ${browser}`)
    const pages = createServer((request, response) => {
      const isLibrary = request.url === '/msal.js'
      response.setHeader('content-type', isLibrary ? 'text/javascript' : 'text/html')
      response.end(isLibrary ? library : clientPage(`${server.origin}/${wellKnown.contoso}`))
    })
    await new Promise<void>((resolve) => pages.listen(0, 'localhost', resolve))
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    try {
      const page = await context.newPage()
      await page.goto(`http://localhost:${(pages.address() as AddressInfo).port}/spa`)
      await page.click('text=Tara Technician')
      await page.waitForFunction("document.querySelector('pre')?.textContent")
      const shown = JSON.parse((await page.textContent('pre')) ?? '{}')
      expect(shown).toEqual({
        user: 'tara@contoso.example',
        groups: expect.arrayContaining(['Library']),
        again: expect.arrayContaining(['Library']),
        differs: true,
      })
    } finally {
      await context.close()
      pages.close()
    }
  })
})
