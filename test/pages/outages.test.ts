/**
 * A slow network, and a server that dies in the middle: what a page shows is what there is, nothing is sent twice, nothing
 * that was acknowledged is lost, and it goes on by itself when the server is there again.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { jsonPost, tokenFor } from '../_support/server.ts'
import { type BuiltServer, build, endAll, startBuilt } from '../crash/built-server.ts'
import { sharedBrowser } from './_browser.ts'
import { go, usePages } from './_pages.ts'
import { fiction, genres } from './terms/_terms.ts'

vi.setConfig({ testTimeout: 60_000 })

const row = (page: Page, name: string) => page.getByRole('treeitem', { name, exact: true })

/** Renames the row in its place. */
async function rename(page: Page, from: string, to: string): Promise<void> {
  await row(page, from).focus()
  await page.keyboard.press('F2')
  await page.getByRole('textbox', { name: /^New name of/ }).fill(to)
  await page.keyboard.press('Enter')
}

describe('a slow network', () => {
  const pages = usePages()

  /** 400 ms to the server and 400 kbit/s from it. */
  async function slowDown(page: Page): Promise<void> {
    const debuggers = await page.context().newCDPSession(page)
    await debuggers.send('Network.enable')
    const throughput = { downloadThroughput: 50_000, uploadThroughput: 50_000 }
    await debuggers.send('Network.emulateNetworkConditions', { offline: false, latency: 400, ...throughput })
  }

  it('shows skeletons and then the rows, nothing jumps, and what is pressed twice is sent once', async ({ skip }) => {
    const page = await pages.open(skip, '/gdap/both?customer=northwind.example')
    const approve = page.getByRole('button', { name: 'Approve all' })
    await approve.waitFor()
    await slowDown(page)
    const sent: string[] = []
    page.on('request', (request) => {
      // Tokens, what is only read by POST, and dry runs change nothing.
      if (/\/approve$/.test(request.url()) || /"Novels"/.test(request.postData() ?? '')) sent.push(request.method())
    })
    await approve.dblclick()
    await page.getByRole('button', { name: 'Remove roles' }).waitFor()
    expect(sent).toEqual(['POST'])
    await page.evaluate(`
      globalThis.shifted = 0
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifted += value
      }).observe({ type: 'layout-shift' })
    `)
    await go(page, `/terms/s/${genres}/t/${fiction}`)
    await page.locator('main [aria-busy="true"]').first().waitFor()
    await page.getByRole('heading', { level: 2, name: 'Fiction' }).waitFor()
    await row(page, 'Fiction').focus()
    // What browsers call good.
    expect(await page.evaluate<number>('shifted')).toBeLessThan(0.1)
    await page.keyboard.press('F2')
    await page.getByRole('textbox', { name: /^New name of/ }).fill('Novels')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    // Shown at once, before it is acknowledged.
    expect(await row(page, 'Novels').isVisible()).toBe(true)
    await page.getByRole('region', { name: 'Messages' }).getByText('Novels').waitFor()
    expect(sent).toEqual(['POST', 'PATCH'])
  })
})

describe('a server that dies', () => {
  let location: string
  let server: BuiltServer
  beforeAll(async () => {
    await build()
    location = await mkdtemp(join(tmpdir(), 'relata-outages-'))
    server = await startBuilt(location)
  }, 120_000)
  afterAll(async () => {
    await endAll()
    await rm(location, { recursive: true, force: true })
  })

  /** At the same place, with the same database. */
  const startAgain = async (): Promise<void> => {
    const { port } = new URL(server.origin)
    server = await startBuilt(location, undefined, ['--port', port])
  }

  /** As the server has it. */
  const labelOf = async (id: string): Promise<string> => {
    const token = await tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${server.http}/v1.0/termStore/sets/${genres}/terms/${id}`, { headers })
    const { labels } = (await answer.json()) as { labels: { name: string; languageTag: string }[] }
    return labels.find(({ languageTag }) => languageTag === 'en-US')?.name ?? ''
  }

  it('is told in a bar, loses nothing it has acknowledged, and is gone on with by itself', async ({ skip }) => {
    const browser = await sharedBrowser()
    if (typeof browser === 'string') return skip(`NO BROWSER TO TEST THE PAGES WITH: ${browser}`)
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en', reducedMotion: 'reduce' })
    const page = await context.newPage()
    const bar = page.getByRole('alert').filter({ hasText: /^Not reachable since .*; trying again\.$/ })
    const icon = (): Promise<string | null> => page.locator('link[rel="icon"]').getAttribute('href')
    const live = page.getByText('live', { exact: true })
    const messages = page.getByRole('region', { name: 'Messages' })
    try {
      await page.goto(`${server.origin}/terms/s/${genres}/t/${fiction}`)
      await live.waitFor()
      await rename(page, 'Fiction', 'Novels')
      await messages.getByText(/Novels/).waitFor()

      // Nobody does anything, and the page finds out.
      await server.end('SIGKILL')
      await bar.waitFor({ timeout: 20_000 })
      expect(await icon()).toMatch(/^data:image\/svg\+xml/)
      expect(await row(page, 'Novels').isVisible()).toBe(true)
      await rename(page, 'Novels', 'Never sent')
      await page.getByText('The server cannot be reached').first().waitFor()
      await row(page, 'Novels').waitFor()
      await startAgain()
      await bar.waitFor({ state: 'detached', timeout: 20_000 })
      await live.waitFor()
      expect(await icon()).toBe('/favicon.svg')
      expect(await labelOf(fiction)).toBe('Novels')

      // What others change is heard again; and a change is in flight when the server dies the next time.
      await rename(page, 'Novels', 'Stories')
      await row(page, 'Stories').waitFor()
      await expect.poll(() => labelOf(fiction)).toBe('Stories')
      const slow = { where: { method: 'PATCH' }, what: { latencyMs: 60_000 } }
      expect((await fetch(`${server.http}/_relata/faults`, jsonPost(slow))).status).toBe(201)
      const sent = page.waitForRequest((request) => request.method() === 'PATCH')
      await rename(page, 'Stories', 'In flight')
      await sent
      await server.end('SIGKILL')
      await page
        .getByText(/^No answer came\. Nothing is queued/)
        .first()
        .waitFor()
      await row(page, 'Stories').waitFor()
      await bar.waitFor()
      await startAgain()
      await bar.waitFor({ state: 'detached', timeout: 20_000 })
      expect(await labelOf(fiction)).toBe('Stories')
      await rename(page, 'Stories', 'Tales')
      await expect.poll(() => labelOf(fiction)).toBe('Tales')
    } finally {
      await context.close()
    }
  })
})
