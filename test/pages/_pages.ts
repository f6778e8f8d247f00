/**
 * The built pages in a real browser, against a server of their own. Each test has its own context; what the browser
 * complains of, and what the content policy refuses, fails the suite.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { openBrowser } from '../clients/_browser.ts'
import { root } from '../crash/built-server.ts'

const built = join(root, 'web', 'dist', 'index.html')
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const layoutSource = readFileSync(join(import.meta.dirname, 'layout-faults.js'), 'utf8')

export type Theme = 'light' | 'dark' | 'contrast'

/**
 * Each theme, and each width: what axe finds depends on the colours and not on the width, what is cut off on the width and
 * not on the colours.
 */
export const looks = [
  { theme: 'light', width: 390 },
  { theme: 'dark', width: 1024 },
  { theme: 'contrast', width: 1920 },
] as const satisfies readonly { readonly theme: Theme; readonly width: number }[]

export interface OpenOptions {
  readonly width?: number
  readonly height?: number
  readonly theme?: Theme
  readonly language?: 'en' | 'de'
}

export interface Pages {
  readonly server: () => TestServer
  /** Opens an address; skips the test, loudly, where there is no browser. */
  open(skip: (reason: string) => never, address: string, options?: OpenOptions): Promise<Page>
}

type StartOptions = NonNullable<Parameters<typeof startTestServer>[0]>

/** Call it once in a suite. `options`: a function where they are known only when the suite runs. */
export function usePages(options: StartOptions | (() => Promise<StartOptions>) = {}): Pages {
  let server: TestServer
  let browser: Browser | string
  let contexts: BrowserContext[] = []
  const complaints: string[] = []
  beforeAll(async () => {
    if (!existsSync(built)) throw new Error('the pages are not built: npm run build:pages')
    server = await startTestServer(typeof options === 'function' ? await options() : options)
    browser = await openBrowser()
  }, 120_000)
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    contexts = []
    expect(complaints.splice(0), 'what the browser complained of').toEqual([])
  })
  afterAll(async () => {
    if (typeof browser !== 'string') await browser.close()
    await server.close()
  })
  return {
    server: () => server,
    open: async (skip, address, { width = 1280, height = 860, theme = 'light', language = 'en' } = {}) => {
      if (typeof browser === 'string') return skip(`NO BROWSER TO TEST THE PAGES WITH: ${browser}`)
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        viewport: { width, height },
        locale: language,
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      contexts.push(context)
      const settings = JSON.stringify(JSON.stringify({ theme }))
      await context.addInitScript(`localStorage['relata.settings'] ??= ${settings}`)
      const page = await context.newPage()
      // A refused request, or one that was dropped on purpose, is no fault of the page: it is told there. A stream of events
      // that the server ends, as after thousands of changes at once, is begun again.
      page.on('console', (message) => {
        if (
          message.type() === 'error' &&
          !/status of [45]\d\d|ERR_EMPTY_RESPONSE|INCOMPLETE_CHUNKED/.test(message.text())
        )
          complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(`${server.origin}${address}`)
      await page.locator('h1').waitFor()
      return page
    },
  }
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[]
  }[]
}

/** What axe finds on the page, one line each. Left out: the marks by which Fluent turns the Tab key around in a dialog. */
export async function axe(page: Page): Promise<string[]> {
  // Put in by the debugger of the browser, which the content policy does not ask.
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate<AxeResult>(
    "axe.run({ exclude: ['[data-tabster-dummy]'] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id} ${target.join(' ')}: ${failureSummary.split('\n')[1] ?? ''}`),
  )
}

/** What does not fit: elements wider than the page, one line each. */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(layoutSource)
}

/** Where pictures are wanted: a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['RELATA_TEST_PICTURES']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
}
