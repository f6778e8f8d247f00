/** The page of an invitation in a real browser: by keyboard, in light and dark, under its own content policy. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { globalAdministrator, helpdesk, reader, rolesOf } from '../_support/relationships.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { openBrowser } from './_browser.ts'

let server: TestServer
let browser: Browser | string
const complaints: string[] = []
beforeAll(async () => {
  server = await startTestServer()
  browser = await openBrowser()
}, 120_000)
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close()
  await server.close()
  expect(complaints).toEqual([])
})

const root = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const invite = async (displayName: string, more: Record<string, unknown> = {}): Promise<string> => {
  const made = await server.send('POST', root, {
    displayName,
    duration: 'P730D',
    accessDetails: rolesOf(helpdesk, reader),
    ...more,
  })
  expect(made.status, made.text).toBe(201)
  await server.send('POST', `${root}/${made.body.id}/requests`, { action: 'lockForApproval' })
  return made.body.id
}

const open = async (skip: (reason: string) => never, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => {
  if (typeof browser === 'string') return skip(`NO BROWSER TO TEST THE APPROVAL PAGE WITH: ${browser}`)
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    colorScheme,
    viewport: { width: 900, height: 900 },
  })
  const page = await context.newPage()
  // What the content policy refuses is told here too.
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}
/** Where pictures are wanted: a folder. */
const picture = async (page: Page, name: string) => {
  const folder = process.env['RELATA_TEST_PICTURES']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
const statusOf = async (id: string) => (await server.send('GET', `${root}/${id}`)).body.status

describe('the page of an invitation, in a browser', () => {
  it('is reached from the partner’s link and approves by keyboard alone', async ({ skip }) => {
    const page = await open(skip)
    const id = await invite('Browser &amp; "co"', { autoExtendDuration: 'P180D' })
    await page.goto(`${server.origin}/AdminPortal/Home#/partners/invitation/granularAdminRelationships/${id}`)
    await page.waitForURL(`**/approve/${id}`)
    expect(await page.textContent('h1')).toContain('Contoso')
    expect(await page.textContent('dl')).toContain('Browser &amp; "co"')
    expect(await page.textContent('ul')).toContain('Helpdesk Administrator')
    await picture(page, 'invitation-light')
    // The list of administrators has the focus; the next stops are Approve and Reject.
    await page.waitForFunction('document.activeElement !== document.body')
    expect(await page.evaluate('document.activeElement.name')).toBe('approver')
    await page.selectOption('select', { index: 1 })
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.value')).toBe('approve')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=status]')
    expect(await page.textContent('h1')).toBe('Approved')
    await picture(page, 'approved-light')
    expect(await statusOf(id)).toBe('active')
    await page.goto(`${server.origin}/approve/${id}`)
    expect(await page.textContent('h1')).toContain('used already')
    await page.context().close()
  })

  it('rejects, and looks after dark', async ({ skip }) => {
    const page = await open(skip, 'dark')
    const id = await invite('Browser dark', {
      accessDetails: rolesOf(globalAdministrator, reader),
      customer: { tenantId: wellKnown.northwind },
    })
    await page.goto(`${server.origin}/approve/${id}`)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(27, 26, 25)')
    expect(await page.textContent('.warn')).toContain('full control')
    expect(await page.locator('optgroup').count()).toBe(1)
    await picture(page, 'invitation-dark')
    await page.click('text=Reject')
    await page.waitForSelector('[role=status]')
    expect(await page.textContent('h1')).toBe('Rejected')
    await picture(page, 'rejected-dark')
    expect(await statusOf(id)).toBe('terminated')
    await page.context().close()
  })

  it('fits a telephone', async ({ skip }) => {
    const page = await open(skip)
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto(`${server.origin}/approve/${await invite('Browser small')}`)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await picture(page, 'invitation-small')
    await page.goto(`${server.origin}/`)
    await picture(page, 'home-small')
    await page.context().close()
  })
})
