/** A real browser: one the system has, or the Chromium that comes by npm. Undefined with the reason where neither starts. */
import { execFileSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

const systemBrowser = (): string | undefined => {
  for (const name of names) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    } catch {
      // Not this one.
    }
  }
  return undefined
}

/**
 * It unpacks itself into the temporary folder, so it is loaded only when it is needed. Its own arguments are for small
 * virtual machines: one process for everything, and no web security, which is what is to be tested.
 */
const ownBrowser = async (): Promise<string> => {
  const { default: packed } = await import('@sparticuz/chromium')
  return packed.executablePath()
}

/** `more`: further arguments of the command line. */
export const openBrowser = async (more: readonly string[] = []): Promise<Browser | string> => {
  const reasons: string[] = []
  const places = [
    async () => {
      const found = systemBrowser()
      if (found === undefined) throw new Error('no browser is installed')
      return found
    },
    ownBrowser,
  ]
  for (const place of places) {
    try {
      return await chromium.launch({ executablePath: await place(), args: ['--no-sandbox', ...more], headless: true })
    } catch (error) {
      reasons.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
    }
  }
  return reasons.join('; ')
}
