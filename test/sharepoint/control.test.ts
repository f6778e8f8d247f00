/** PnP's Modern Taxonomy Picker itself, in a browser, on a page of another origin (exchange.md §13.7 (6)). */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'
import { openBrowser } from '../clients/_browser.ts'

const script = gunzipSync(readFileSync(new URL('control/control.js.gz', import.meta.url)))
const html = '<!doctype html><meta charset="utf-8"><body><div id="root"></div><script src="/control.js"></script>'

let server: TestServer
let pages: Server
let browser: Browser | string
let taxonomy: Taxonomy
let set: string

beforeAll(async () => {
  server = await startTestServer()
  taxonomy = taxonomyOver(server.send)
  set = await taxonomy.set(await taxonomy.group('Picked by hand'), 'Materials')
  const wood = await taxonomy.term(set, 'Wood')
  await taxonomy.term({ set, term: wood }, 'Oak', { labels: [...labels('Oak'), ...labels('Eiche', 'de-DE')] })
  await taxonomy.term(set, "O'Brien's stone")
  pages = createServer((request, response) => {
    const isScript = request.url === '/control.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : html)
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  browser = await openBrowser()
})
afterAll(async () => {
  if (typeof browser !== 'string') await browser?.close()
  pages.close()
  await server.close()
})

/** Runs in the page, as text: it knows nothing of this file. */
const setUp = `({ site, termSetId, culture, token }) => {
  const send = window.fetch.bind(window)
  window.fetch = (input, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('Authorization', 'Bearer ' + token)
    return send(input, { ...init, headers })
  }
  window.picked = []
  window.showPicker({
    termSetId,
    panelTitle: 'Pick',
    label: 'Materials',
    allowMultipleSelections: true,
    context: { pageContext: { web: { absoluteUrl: site }, cultureInfo: { currentUICultureName: culture } } },
    onChange: (terms) => {
      window.picked = terms.map(({ labels }) => labels[0].name)
    },
  })
}`

/** The control as a solution shows it; the page adds the token to what it asks. */
const show = async (termSetId: string, culture: string): Promise<Page> => {
  const page = await (browser as Browser).newPage()
  const token = await server.token()
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`)
  await page.evaluate(
    `(${setUp})(${JSON.stringify({ site: `${server.http}/sites/anything`, termSetId, culture, token })})`,
  )
  return page
}

const pickedOn = (page: Page): Promise<string[]> => page.evaluate('window.picked')

describe('the Modern Taxonomy Picker', () => {
  it('suggests what is typed', { tags: ['slow'], timeout: 60_000 }, async ({ skip }) => {
    if (typeof browser === 'string') skip(`no browser starts: ${browser}`)
    const page = await show(set, 'en-US')
    await page.locator('input').first().pressSequentially("O'Br")
    await page.getByText("O'Brien's stone").first().click()
    await expect.poll(() => pickedOn(page)).toEqual(["O'Brien's stone"])
    await page.close()
  })

  it('shows the set as a tree, level by level, in the language of the page', {
    tags: ['slow'],
    timeout: 60_000,
  }, async ({ skip }) => {
    if (typeof browser === 'string') skip(`no browser starts: ${browser}`)
    const page = await show(set, 'de-DE')
    await page.locator('button').first().click()
    // A term without a German label is shown in the language of the store.
    await page.getByText('Wood').first().waitFor()
    await page.getByText("O'Brien's stone").first().waitFor()
    expect(await page.getByText('Eiche').count()).toBe(0)
    // Without the fonts of its icons the button has no size.
    await page.locator('.ms-GroupHeader-expand[aria-expanded="false"]').last().dispatchEvent('click')
    await page.getByText('Eiche').first().click()
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect.poll(() => pickedOn(page)).toEqual(['Eiche'])
    await page.close()
  })
})
