/**
 * A page of somebody else, in a real browser, tries what pages can: posts without being asked, forms, and a name that it
 * rebinds to this machine. Nothing moves (B5, B6).
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { openBrowser } from './_browser.ts'

let browser: Browser | string
let server: TestServer
let port: string
beforeAll(async () => {
  browser = await openBrowser([
    // The name leads to this machine, as after a rebinding; and the browser's own guard of local networks is off.
    '--host-resolver-rules=MAP evil.test 127.0.0.1',
    '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessSendPreflights',
  ])
  server = await startTestServer({ auth: 'off' })
  port = new URL(server.http).port
}, 60_000)
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close()
  await server.close()
})

const groups = '/v1.0/sites/root/termStore/groups'
const countGroups = async () => (await server.send('GET', groups)).body.value.length as number

/** An empty page at the address, whoever serves it, and the statuses of what it gets from our server. */
const pageOn = async (opened: Browser, address: string): Promise<{ page: Page; statuses: number[] }> => {
  const page = await opened.newPage()
  const statuses: number[] = []
  page.on('response', (response) => {
    const url = new URL(response.url())
    if (url.port === port && url.pathname !== '/attack') statuses.push(response.status())
  })
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: '<title>attack</title>' }))
  await page.goto(address)
  return { page, statuses }
}

it('a foreign page cannot move the clock or write', { timeout: 60_000 }, async ({ skip }) => {
  if (typeof browser === 'string') return skip(`no browser starts: ${browser}`)
  const before = await countGroups()
  const { page, statuses } = await pageOn(browser, 'http://evil.test/attack')
  await page.evaluate(
    async ([http, path]) => {
      const send = (to: string, body: string, headers: Record<string, string> = {}) =>
        fetch(`${http}${to}`, { method: 'POST', mode: 'no-cors', headers, body }).catch(() => undefined)
      const untyped = (text: string) => new Blob([text]) as unknown as string
      for (const [to, text] of [
        ['/_relata/clock', '{"freeze":true}'],
        ['/_relata/keys/rotate', '{"leadSeconds":0}'],
        [path, '{"displayName":"From afar"}'],
        ['/v1.0/$batch', '{"requests":[]}'],
      ] as const) {
        await send(to, text)
        await send(to, untyped(text))
        await send(to, text, { 'content-type': 'application/x-www-form-urlencoded' })
        ;(navigator as unknown as { sendBeacon(to: string, text: string): boolean }).sendBeacon(`${http}${to}`, text)
      }
    },
    [server.http, groups] as const,
  )
  // A form whose only field makes JSON of name and value.
  await page.setContent(`<form method="post" enctype="text/plain" action="${server.http}/_relata/clock">
    <input name='{"freeze":true,"x":"' value='"}'><button>go</button></form>`)
  await page.click('button')
  await page.waitForURL('**/_relata/clock')
  expect(statuses.length).toBeGreaterThanOrEqual(13)
  expect(new Set(statuses)).toEqual(new Set([403]))
  expect((await server.clock()).frozen).toBe(false)
  expect(await countGroups()).toBe(before)
  await page.close()
})

it('a name that is rebound to this machine gets nothing', { timeout: 60_000 }, async ({ skip }) => {
  if (typeof browser === 'string') return skip(`no browser starts: ${browser}`)
  const before = await countGroups()
  const { page, statuses } = await pageOn(browser, `http://evil.test:${port}/attack`)
  const seen = await page.evaluate(async (path) => {
    const texts: string[] = []
    const ask = async (to: string, method: string, body?: string) => {
      const headers = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body }
      texts.push(await (await fetch(to, { method, ...headers })).text())
    }
    await ask('/_relata/clock', 'GET')
    await ask('/_relata/clock', 'POST', '{"freeze":true}')
    await ask('/v1.0/users', 'GET')
    await ask(path, 'POST', '{"displayName":"Rebound"}')
    await ask('/contoso.example/oauth2/v2.0/token', 'POST', '{}')
    await ask('/health', 'GET')
    return texts
  }, groups)
  expect(statuses).toEqual([421, 421, 421, 421, 421, 421])
  for (const text of seen) expect(JSON.parse(text).error.code).toBe('misdirectedRequest')
  expect((await server.clock()).frozen).toBe(false)
  expect(await countGroups()).toBe(before)
  await page.close()
})

it('a page of the server itself may', { timeout: 60_000 }, async ({ skip }) => {
  if (typeof browser === 'string') return skip(`no browser starts: ${browser}`)
  const { page } = await pageOn(browser, `http://localhost:${port}/attack`)
  const status = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch('/_relata/clock', { method: 'POST', headers, body: '{"freeze":true}' })).status
  })
  expect(status).toBe(200)
  expect((await server.clock({ freeze: false })).frozen).toBe(false)
  await page.close()
})
