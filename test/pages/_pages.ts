/**
 * The built pages in a real browser, against a server of their own. Each test begins with a page on which nothing is kept;
 * what the browser complains of, and what the content policy refuses, fails the suite.
 *
 * What costs least, first: another width, theme or language of a page that is open (`show`, `faultsOfLooks`), another
 * address of it (`go`), a world for a test (`pages.world`), a page (`pages.open`), a server (`usePages`, one a file).
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type Answer, jsonPost, type SendOptions, startTestServer, type TestServer } from '../_support/server.ts'
import { root } from '../crash/built-server.ts'
import { forget, giveBack, type PageLanguage, sharedBrowser, takePlace } from './_browser.ts'

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

const usualHeight = 860

export interface OpenOptions {
  readonly width?: number
  readonly height?: number
  readonly theme?: Theme
  readonly language?: PageLanguage
}

/** A world of one test: the rows of the server, as they began, and nobody else's. It ends with the test. */
export interface PageWorld {
  readonly id: string
  /** An address of the pages, in this world. */
  at(address: string): string
  /** As those of the server, in this world. */
  send: TestServer['send']
  customer: TestServer['customer']
  /** A control call: `/_relata/…`. */
  control(method: string, path: string, body?: unknown): Promise<Response>
}

export interface Pages {
  readonly server: () => TestServer
  /** Opens an address; skips the test, loudly, where there is no browser. */
  open(skip: (reason: string) => never, address: string, options?: OpenOptions): Promise<Page>
  /** `body`: what a world is made of, as docs/worlds.md has it. */
  world(body?: Readonly<Record<string, unknown>>): Promise<PageWorld>
}

type StartOptions = NonNullable<Parameters<typeof startTestServer>[0]>

/** Where the last server of this process was: its files are in the cache of the browser. */
let lastPort = 0

async function startAtLastPort(options: StartOptions): Promise<TestServer> {
  if (options.port !== undefined || lastPort === 0) return startTestServer(options)
  try {
    return await startTestServer({ ...options, port: lastPort })
  } catch {
    return startTestServer(options)
  }
}

async function makeWorld(server: TestServer, body: Readonly<Record<string, unknown>>): Promise<PageWorld> {
  const made = await fetch(`${server.http}/_relata/worlds`, jsonPost(body))
  if (made.status !== 201) throw new Error(`a world: ${await made.text()}`)
  const { id } = (await made.json()) as { id: string }
  const headers = { 'relata-world': id }
  const control = (method: string, path: string, content?: unknown): Promise<Response> =>
    fetch(`${server.http}${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    })
  return {
    id,
    at: (address) => `${address}${address.includes('?') ? '&' : '?'}world=${id}`,
    send: (method, path, content, options: SendOptions = {}) =>
      server.send(method, path, content, { ...options, headers: { ...headers, ...options.headers } }),
    customer: async (action, relationship, content): Promise<Answer> => {
      const answer = await control('POST', `/_relata/gdap/${relationship}/${action}`, content)
      const text = await answer.text()
      return { status: answer.status, headers: answer.headers, text, body: text === '' ? undefined : JSON.parse(text) }
    },
    control,
  }
}

/** Call it once in a suite. `options`: a function where they are known only when the suite runs. */
export function usePages(options: StartOptions | (() => Promise<StartOptions>) = {}): Pages {
  let server: TestServer
  let places: Awaited<ReturnType<typeof takePlace>>[] = []
  let worlds: string[] = []
  beforeAll(async () => {
    if (!existsSync(built)) throw new Error('the pages are not built: npm run build:pages')
    const started = startAtLastPort(typeof options === 'function' ? await options() : options)
    ;[server] = await Promise.all([started, sharedBrowser()])
    lastPort = Number(new URL(server.origin).port)
  }, 120_000)
  afterEach(async () => {
    const said = await Promise.all(places.map(giveBack))
    places = []
    await Promise.all(worlds.map((id) => fetch(`${server.http}/_relata/worlds/${id}`, { method: 'DELETE' })))
    worlds = []
    expect(said.flat(), 'what the browser complained of').toEqual([])
  })
  afterAll(async () => {
    await server.close()
    // The next server of this process may have its address, and the files of the pages are the same.
    if (Number(new URL(server.origin).port) !== lastPort) await forget(server.origin)
  })
  return {
    server: () => server,
    open: async (skip, address, { width = 1280, height = usualHeight, theme = 'light', language = 'en' } = {}) => {
      const browser = await sharedBrowser()
      if (typeof browser === 'string') return skip(`NO BROWSER TO TEST THE PAGES WITH: ${browser}`)
      const place = await takePlace(browser, server.origin, language)
      places.push(place)
      const { page } = place
      await page.setViewportSize({ width, height })
      const settings = JSON.stringify(JSON.stringify({ theme }))
      await page.evaluate(`localStorage['relata.settings'] = ${settings}`)
      await page.goto(`${server.origin}${address}`)
      await page.locator('h1').waitFor()
      return page
    },
    world: async (body = {}) => {
      const world = await makeWorld(server, body)
      worlds.push(world.id)
      return world
    },
  }
}

/** Shows the page that is open otherwise, without loading it again: a tab hears of what is chosen in another. */
export async function show(page: Page, { width, height, theme, language }: OpenOptions): Promise<void> {
  const { width: before = 1280, height: high = usualHeight } = page.viewportSize() ?? {}
  if (width !== undefined || height !== undefined)
    await page.setViewportSize({ width: width ?? before, height: height ?? high })
  await page.evaluate(`(async () => {
    const tell = (key, newValue) => {
      localStorage[key] = newValue
      dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea: localStorage }))
    }
    const [theme, language] = ${JSON.stringify([theme ?? null, language ?? null])}
    if (theme !== null) tell('relata.settings', JSON.stringify({ ...JSON.parse(localStorage['relata.settings']), theme }))
    if (language !== null) tell('relata.language', language)
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const isShown = () =>
      (theme === null || document.documentElement.dataset.theme === theme) &&
      (language === null || document.documentElement.lang === language)
    do await frame()
    while (!isShown())
    // The end of one can begin another: what inherits a colour follows it.
    for (let isQuiet = false; !isQuiet; ) {
      await frame()
      // Below what is folded up, time stands still: those never end.
      const transitions = document
        .getAnimations()
        .filter((one) => one instanceof CSSTransition && one.effect.target.checkVisibility())
      await Promise.all(transitions.map((one) => one.finished.catch(() => {})))
      isQuiet = transitions.length === 0
    }
    await frame()
  })()`)
}

/** Goes to another address of the pages as a link would, without loading them again. What is shown there is to be waited for. */
export async function go(page: Page, address: string): Promise<void> {
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(address)})`)
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[]
  }[]
}

const allRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Rules about colours: the only ones whose answer differs from theme to theme. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** Left out: the marks by which Fluent turns the Tab key around in a dialog. */
async function findings(page: Page, rules: readonly string[], within?: string): Promise<string[]> {
  // Put in by the debugger of the browser, which the content policy does not ask.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axeSource)
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run({ ${within === undefined ? '' : `include: [${JSON.stringify([within])}], `}exclude: ['[data-tabster-dummy]'] }, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id} ${target.join(' ')}: ${failureSummary.split('\n')[1] ?? ''}`),
  )
}

/** What axe finds on the page, one line each. */
export const axe = (page: Page): Promise<string[]> => findings(page, allRules)

/** What does not fit: elements wider than the page, one line each. */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(layoutSource)
}

const settingsOf = async (page: Page): Promise<Required<Pick<OpenOptions, 'theme' | 'language'>>> => ({
  theme: await page.evaluate<Theme>('document.documentElement.dataset.theme'),
  language: await page.evaluate<PageLanguage>('document.documentElement.lang'),
})

/** What axe finds in each theme, on the page as it is: with a dialog, where one is open. */
export async function axeInThemes(page: Page, within?: string): Promise<string[]> {
  const { theme: before } = await settingsOf(page)
  const found = await findings(page, allRules, within)
  for (const theme of ['light', 'dark', 'contrast'] as const) {
    if (theme === before) continue
    await show(page, { theme })
    found.push(...(await findings(page, colourRules, within)).map((line) => `${theme}: ${line}`))
  }
  await show(page, { theme: before })
  return found
}

interface LookOptions {
  /** Also looked at in these languages, at the smallest width. Absent: in German. */
  readonly languages?: readonly PageLanguage[]
  readonly widths?: readonly number[]
  /** Where axe looks, as what is around it has been looked at before: a selector. Absent: everywhere. */
  readonly within?: string
}

/**
 * What axe finds in the three themes and what does not fit at the three widths, and in German at the smallest, on one page
 * that is not loaded again. `name`: of its pictures, where some are wanted. The page is as before afterwards.
 */
export async function faultsOfLooks(page: Page, name: string, options: LookOptions = {}): Promise<string[]> {
  const { languages = ['de'], widths = looks.map(({ width }) => width), within } = options
  const before = { ...page.viewportSize(), ...(await settingsOf(page)) }
  const found: string[] = []
  const note = async (where: string): Promise<void> => {
    await picture(page, `${name}-${where}`)
    found.push(...(await layoutFaults(page)).map((line) => `${where}: ${line}`))
  }
  found.push(...(await axeInThemes(page, within)))
  for (const width of widths) {
    await show(page, { width })
    await note(String(width))
  }
  for (const language of languages) {
    await show(page, { width: Math.min(...widths), language })
    await note(`${language}-${Math.min(...widths)}`)
  }
  await show(page, before)
  return found
}

/** Where pictures are wanted: a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['RELATA_TEST_PICTURES']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
}
