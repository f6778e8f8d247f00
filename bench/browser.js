/** Chromium for the measurements of the pages; times are taken in the page, from the event to the frame that shows it. */
import { chromium } from 'playwright-core'

export const openBrowser = async () => {
  const { default: packed } = await import('@sparticuz/chromium')
  return chromium.launch({
    executablePath: await packed.executablePath(),
    args: ['--no-sandbox', '--enable-precise-memory-info'],
    headless: true,
  })
}

/** A page with nothing in its cache. */
export const freshPage = async (browser) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 860 } })
  return context.newPage()
}

const longestWait = 20_000

/**
 * Milliseconds from an event of the page to the frame in which `shown`, an expression, is true; it has to be false before.
 * `before`: an expression for what `shown` may compare with, as `before`. `act` makes the event.
 */
export const timed = async (page, { event, shown, before = 'undefined', act }) => {
  // By the debugger, which the content policy does not ask.
  await page.evaluate(`globalThis.benchTime = new Promise((done, fail) => {
    const before = ${before}
    const isShown = () => ${shown}
    addEventListener('${event}', ({ timeStamp }) => {
      const observer = new MutationObserver(() => {
        if (!isShown()) return
        observer.disconnect()
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - timeStamp)))
      })
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
      setTimeout(() => fail(new Error('not shown after ' + ${longestWait} + ' ms: ' + ${JSON.stringify(shown)})), ${longestWait})
    }, { capture: true, once: true })
  })
  globalThis.benchTime.catch(() => {})
  undefined`)
  await act()
  return page.evaluate('globalThis.benchTime')
}

/** Durations of frames, in milliseconds, while `step` is run in each: so many of them, or as many as pass in `millis`. */
export const frameTimes = (page, { step = '', count = Number.MAX_SAFE_INTEGER, millis = 600_000 }) =>
  page.evaluate(`new Promise((done) => {
    const durations = []
    const began = performance.now()
    let last
    const next = (now) => {
      if (last !== undefined) durations.push(now - last)
      last = now
      ${step}
      if (durations.length < ${count} && now - began < ${millis}) requestAnimationFrame(next)
      else done(durations)
    }
    requestAnimationFrame(next)
  })`)

/** What the browser counts of a page. { script: seconds spent in scripts since, megabytes: after what nobody holds is cleared away } */
export const watchPage = async (page) => {
  const session = await page.context().newCDPSession(page)
  // Time of the processor, which others on the machine do not lengthen.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const amountOf = async (name) =>
    (await session.send('Performance.getMetrics')).metrics.find((metric) => metric.name === name).value
  const before = await amountOf('ScriptDuration')
  return {
    script: async () => (await amountOf('ScriptDuration')) - before,
    megabytes: async () => {
      await session.send('HeapProfiler.collectGarbage')
      return (await amountOf('JSHeapUsedSize')) / 1_000_000
    },
  }
}
