/** The pages in Chromium: bytes, time to use them, a set of 30,000 terms, typing into the palette. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { count, median, missingRow } from '../figures.js'
import { startProgram } from '../program.js'

const visits = 5
const frames = 540
const manyTerms = 30_000
/** Milliseconds, but for the frames in a second. */
const goals = { interactive: 1500, open: 500, perSecond: 50, typing: 100 }

const openBrowser = async () => {
  const { default: packed } = await import('@sparticuz/chromium')
  return chromium.launch({ executablePath: await packed.executablePath(), args: ['--no-sandbox'], headless: true })
}

/** A page with nothing in its cache. */
const freshPage = async (browser) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 860 } })
  return context.newPage()
}

const medianOf = async (times, run) => {
  const all = []
  for (let at = 0; at < times; at += 1) all.push(await run())
  return median(all)
}

const row = (what, value, unit, limit, isMet) => ({
  what,
  ours: `${value.toFixed(0)} ${unit}`,
  goal: `${unit === '/s' ? '≥' : '≤'} ${limit} ${unit}`,
  isMet,
})

const interactive = (browser, origin) =>
  medianOf(visits, async () => {
    const page = await freshPage(browser)
    const began = performance.now()
    await page.goto(origin)
    await page.locator('h1').waitFor()
    const millis = performance.now() - began
    await page.context().close()
    return millis
  })

const groupId = '9a9e5000-0000-4000-8000-000000000001'
const setId = '9a9e5000-0000-4000-8000-000000000002'
const idOf = (at) => `9a9e5000-0000-4000-8000-${String(at + 10).padStart(12, '0')}`

/** One set with all its terms below it, by an import. */
const fill = async (origin) => {
  const terms = Array.from({ length: manyTerms }, (_, at) => ({
    id: idOf(at),
    labels: [{ name: `Term ${String(at + 1).padStart(5, '0')}`, languageTag: 'en-US', isDefault: true }],
  }))
  const set = { id: setId, localizedNames: [{ name: 'Large', languageTag: 'en-US' }], terms }
  const groups = [{ id: groupId, displayName: 'Bench', sets: [set] }]
  const body = JSON.stringify({ format: 'relata-taxonomy/1', groups })
  const headers = { 'content-type': 'application/octet-stream' }
  const call = async (path, content) => {
    const answer = await fetch(`${origin}/_relata/term-store/${path}`, { method: 'POST', headers, body: content })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer
  }
  const plan = await (await call('plan?file=large.json', body)).text()
  let job = await (await call('apply', plan)).json()
  while (!['done', 'failed', 'stopped'].includes(job.state)) {
    await pause(100)
    job = await (await fetch(`${origin}/_relata/term-store/jobs/${job.id}`)).json()
  }
  if (job.state !== 'done') throw new Error(`the import: ${JSON.stringify(job)}`)
}

/** From the key that opens the set to its first term. */
const opening = async (page, origin) => {
  await page.goto(`${origin}/terms/s/${setId}`)
  const set = page.getByRole('treeitem', { name: /^Large/ })
  await set.click()
  const began = performance.now()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('treeitem', { name: /^Term 00001/ }).waitFor()
  return performance.now() - began
}

/** Frames in a second while the tree is scrolled, each by six rows. */
const scrolling = (page) =>
  page.getByRole('tree').evaluate(
    (tree, count) =>
      new Promise((done) => {
        const durations = []
        let last = performance.now()
        const step = (now) => {
          durations.push(now - last)
          last = now
          tree.scrollTop += 200
          if (durations.length < count) requestAnimationFrame(step)
          else done(1000 / durations.slice(1).toSorted((a, b) => a - b)[Math.floor(count / 2)])
        }
        requestAnimationFrame(step)
      }),
    frames,
  )

/** From a key in the palette to the first term. */
const typing = async (page) => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('Term 0')
  const began = performance.now()
  await page.keyboard.type('1')
  await page
    .getByRole('option', { name: /Term 01/ })
    .first()
    .waitFor()
  const millis = performance.now() - began
  await page.keyboard.press('Escape')
  return millis
}

export const pagesPart = async (report) => {
  const location = await mkdtemp(join(tmpdir(), 'relata-bench-'))
  const program = await startProgram(location)
  let browser
  try {
    browser = await openBrowser()
    const origin = `http://localhost:${program.port}`
    const secure = `https://localhost:${program.port}`
    await fill(origin)
    const ready = await interactive(browser, secure)
    report(row('the overview, from an empty cache', ready, 'ms', goals.interactive, ready <= goals.interactive))
    const page = await freshPage(browser)
    const opened = await medianOf(visits, () => opening(page, secure))
    report(row(`a set of ${count(manyTerms)} terms is opened`, opened, 'ms', goals.open, opened <= goals.open))
    const perSecond = await scrolling(page)
    report(row('it is scrolled, frames', perSecond, '/s', goals.perSecond, perSecond >= goals.perSecond))
    const typed = await medianOf(visits, () => typing(page))
    report(row('typing into the palette', typed, 'ms', goals.typing, typed <= goals.typing))
  } catch (error) {
    report(missingRow('the pages', error.message.split('\n')[0]))
  } finally {
    await browser?.close()
    await program.stop()
    await rm(location, { recursive: true, force: true })
  }
}
