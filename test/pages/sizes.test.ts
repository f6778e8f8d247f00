/**
 * How many bytes a browser loads, as gzip: the frame, and what each page needs beside it; and that each page fits where there is
 * little room: 320 pixels, twice the size, and text with more space (WCAG 1.4.4, 1.4.10, 1.4.12).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { root } from '../crash/built-server.ts'
import { go, layoutFaults, picture, usePages } from './_pages.ts'

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

const dist = join(root, 'web', 'dist')
const kilobyte = 1024
const frameLimit = 250 * kilobyte
const pageLimit = 120 * kilobyte
/** On demand only, outside of the limit of a page. */
const onDemand = /swagger|msal/i

const manifest: Readonly<Record<string, Chunk>> = existsSync(join(dist, 'manifest.json'))
  ? JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'))
  : {}

/** All files that are loaded with one. */
const closure = (name: string, seen = new Set<string>()): Set<string> => {
  const { file, imports = [], css = [] } = manifest[name] as Chunk
  if (seen.has(file)) return seen
  for (const each of [file, ...css]) seen.add(each)
  for (const other of imports) closure(other, seen)
  return seen
}

const bytesOf = (files: Iterable<string>): number => {
  let sum = 0
  for (const file of files) sum += gzipSync(readFileSync(join(dist, file)), { level: 9 }).length
  return sum
}

const frame = Object.keys(manifest).find((name) => name === 'index.html') ?? ''
const ofPages = Object.entries(manifest).filter(
  ([name, { isDynamicEntry }]) => isDynamicEntry === true && /^src\/.*\.tsx?$/.test(name) && !onDemand.test(name),
)

describe('what a browser loads', () => {
  it('is at most 250 KB for the frame', () => {
    expect(frame).not.toBe('')
    expect(bytesOf(closure(frame))).toBeLessThanOrEqual(frameLimit)
  })

  it.each(ofPages.map(([name]) => name))('is at most 120 KB more for %s', (name) => {
    const known = closure(frame)
    const own = [...closure(name)].filter((file) => !known.has(file))
    expect(bytesOf(own)).toBeLessThanOrEqual(pageLimit)
  })
})

const pages = usePages()
const setId = 'c0117050-5e70-4000-8000-000000000001'

/** What WCAG 1.4.12 lets people ask for. As a sheet of the script's own: the content policy allows no other. */
const wideText = `(() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }')
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
})()`
const usualText = 'void (document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1))'

/** Words that are cut off, and not by dots that say so. A line may be higher than its letters. */
const cutOff = `[...document.querySelectorAll('button, a, h1, h2, h3, label, th, [role="tab"], [role="columnheader"]')].flatMap(
  (element) => {
    const { overflowX, overflowY, textOverflow, clipPath } = getComputedStyle(element)
    const { clientWidth, clientHeight, scrollWidth, scrollHeight } = element
    if (clientWidth < 2 || clipPath !== 'none' || textOverflow === 'ellipsis') return []
    const isCut =
      (overflowX === 'hidden' && scrollWidth > clientWidth + 1) || (overflowY === 'hidden' && scrollHeight > clientHeight + 6)
    return isCut ? [element.tagName + ' ' + element.textContent.slice(0, 40) + ' is cut off'] : []
  },
)`
const drawn = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))'

const routes = [
  '/',
  '/terms',
  `/terms/s/${setId}`,
  `/terms/s/${setId}?view=table`,
  `/terms/s/${setId}/t/c0117050-7e21-4000-8000-000000000007`,
  ...['search?q=a', 'import', 'export', 'bin', 'changes', 'report'].map((name) => `/terms/${name}`),
  ...['', '/new', '/customers', '/activity', '/access', '/both', '/templates'].map((name) => `/gdap${name}`),
  ...[
    '/partners',
    '/events',
    '/events?tab=deliveries',
    '/requests',
    '/clock',
    '/faults',
    '/worlds',
    '/explorer',
    '/settings',
    '/shortcuts',
    '/signin',
  ],
  ...['tenants', 'people', 'issuers', 'health', 'retention'].map((name) => `/admin/${name}`),
]

it('each page fits at 320 pixels, at twice the size, and with more space in the text', async ({ skip }) => {
  const page = await pages.open(skip, '/settings')
  const found: string[] = []
  // Streams do not end.
  const asked = new Set<unknown>()
  page.on('request', (request) => !/\/(?:events|stream)/.test(request.url()) && asked.add(request))
  page.on('requestfinished', (request) => asked.delete(request))
  page.on('requestfailed', (request) => asked.delete(request))
  const look = async (where: string): Promise<void> => {
    await page.evaluate(drawn)
    await picture(page, where.replaceAll(/[/?=]/g, '-'))
    found.push(...(await layoutFaults(page)).map((fault) => `${where}: ${fault}`))
  }
  for (const route of routes) {
    await go(page, route)
    await page.evaluate(drawn)
    await expect.poll(() => asked.size, { interval: 30 }).toBe(0)
    await page.locator('h1').waitFor()
    await expect.poll(() => page.locator('[aria-busy="true"]').count(), { interval: 30 }).toBe(0)
    await page.evaluate(wideText)
    await look(`${route} wide text`)
    found.push(...(await page.evaluate<string[]>(cutOff)).map((fault) => `${route} wide text: ${fault}`))
    await page.evaluate(usualText)
    for (const [width, height] of [
      [320, 640],
      [640, 430],
      [1280, 860],
    ] as const) {
      await page.setViewportSize({ width, height })
      if (width < 1280) await look(`${route} ${width}`)
    }
  }
  expect(found).toEqual([])
}, 120_000)

it('shows what is chosen where the system chooses the colours, and moves nothing where nothing may move', async ({
  skip,
}) => {
  const page = await pages.open(skip, '/worlds')
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  const outline = (name: string): Promise<string> =>
    page.getByRole('link', { name, exact: true }).evaluate((link) => getComputedStyle(link).outlineStyle)
  expect([await outline('Worlds'), await outline('Faults')]).toEqual(['solid', 'none'])
  await page.getByRole('button', { name: 'World: default' }).click()
  await page.getByRole('menuitemradio', { name: 'default' }).waitFor()
  const moving = await page.evaluate<string[]>(
    'document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 1).map(String)',
  )
  expect(moving).toEqual([])
})
