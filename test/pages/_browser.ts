/**
 * One browser for all files of a run that share a process, and contexts that are used again: what a page has loaded once,
 * the next test has in its cache, compiled. Contexts are kept by the address of the server; a file whose server took the
 * address of the one before it goes on with them.
 */
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openBrowser } from '../clients/_browser.ts'

/** Answered by the server without a script, in the origin of the pages: where a page waits for its next test. */
const quiet = '/favicon.svg'

/** What says that the certificate is a good one: a browser keeps nothing that came under a bad one. */
function trustOf(folder: string): readonly string[] {
  const { publicKey } = new X509Certificate(readFileSync(join(folder, 'server.pem')))
  const digest = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
  return [`--ignore-certificate-errors-spki-list=${digest}`]
}

let running: Promise<Browser | string> | undefined

/** A text where there is none. It ends with the process. */
export function sharedBrowser(): Promise<Browser | string> {
  const certificates = process.env['RELATA_TEST_CERTIFICATES']
  running ??= openBrowser(certificates === undefined ? [] : trustOf(certificates))
  return running
}

export type PageLanguage = 'en' | 'de'

interface Place {
  readonly origin: string
  readonly language: PageLanguage
  readonly context: BrowserContext
  /** What the browser complained of since it was taken. */
  readonly complaints: string[]
  page: Page
}

const free: Place[] = []

// A refused request, or one that was dropped on purpose, is no fault of the page: it is told there. A stream of events
// that the server ends, as after thousands of changes at once, is begun again.
const isExpected = (text: string): boolean =>
  /status of [45]\d\d|ERR_EMPTY_RESPONSE|ERR_CONNECTION_ABORTED|INCOMPLETE_CHUNKED/.test(text)

async function newPlace(browser: Browser, origin: string, language: PageLanguage): Promise<Place> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale: language,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const complaints: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text())) complaints.push(message.text())
  })
  context.on('weberror', (failed) => complaints.push(failed.error().message))
  return { origin, language, context, complaints, page: await context.newPage() }
}

/** A page of this origin on which nothing was kept; it shows nothing yet. */
export async function takePlace(browser: Browser, origin: string, language: PageLanguage): Promise<Place> {
  const at = free.findIndex((place) => place.origin === origin && place.language === language)
  const [known] = at < 0 ? [] : free.splice(at, 1)
  const place = known ?? (await newPlace(browser, origin, language))
  await place.page.goto(`${origin}${quiet}`)
  return place
}

/** Ends what a test began on it, and returns what the browser complained of. */
export async function giveBack(place: Place): Promise<string[]> {
  const { context, origin, complaints } = place
  const said = complaints.splice(0)
  try {
    await Promise.all(
      context
        .pages()
        .filter((page) => page !== place.page)
        .map((page) => page.close()),
    )
    if (place.page.isClosed()) place.page = await context.newPage()
    await context.setOffline(false)
    await context.unrouteAll({ behavior: 'ignoreErrors' })
    await place.page.unrouteAll({ behavior: 'ignoreErrors' })
    await place.page.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: 'reduce' })
    await place.page.goto(`${origin}${quiet}`)
    await context.clearCookies()
    await place.page.evaluate('localStorage.clear(); sessionStorage.clear()')
    complaints.splice(0)
    free.push(place)
  } catch {
    // Its server may be gone: the next test has another.
    await context.close()
  }
  return said
}

/** Those of a server that has ended at another address. */
export async function forget(origin: string): Promise<void> {
  const ended = free.filter((place) => place.origin === origin)
  free.splice(0, free.length, ...free.filter((place) => place.origin !== origin))
  await Promise.all(ended.map(({ context }) => context.close()))
}
